"""Functions of a contract -> functions as C sees them, with every error that their parameters' roles imply."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..model import Abi, Condition, Function, Param, Requirement, Type, Version
from .toml import Problems


def parse_type(text: str, where: str, problems: Problems) -> Type:
    try:
        return Type.parse(text)
    except ValueError as error:
        problems.add(where, str(error))
        return Type("u8")


def sorted_functions(functions: dict[str, Function]) -> list[tuple[str, Function]]:
    """Oldest version first, then as declared: a later addition can never move an earlier function."""
    return sorted(functions.items(), key=lambda item: Version.parse(item[1].since).key)


def read_function(name: str, table: dict[str, Any], prefix: str, where: str, problems: Problems) -> Function:
    """A function as C sees it: one that returns a status ends with the error record."""
    params = []
    for index, item in enumerate(table.get("params", ())):
        place = f"{where}.params[{index}]"
        direction = item.get("dir")
        type_ = parse_type(item["type"], f"{place}.type", problems)
        if direction:
            type_ = type_.behind("const" if direction == "in" else "mut")
        elif type_.pointers:
            problems.add(f"{place}.type", "a pointer parameter is written as its target with dir = \"in\" or \"out\"")
        params.append(Param(
            item["name"], type_, direction or "value", item.get("nullable", False), item.get("len"),
            item.get("ownership", "call"), item.get("parent"), item["doc"], item.get("example"),
        ))
    returns = parse_type(table.get("returns", f"{prefix}_status"), f"{where}.returns", problems)
    if returns.base == f"{prefix}_status":
        params.append(Param(
            "error", Type(f"{prefix}_error").behind("mut"), "out", True, None, "call", None,
            "Filled on failure, zeroed on success; NULL is allowed.",
        ))
    return Function(
        name, returns, tuple(params), table["since"], table["doc"], table["thread"], table["blocks"],
        table["stream"], tuple(Condition(**error) for error in table.get("errors", ())),
        tuple(Requirement(**item) for item in table.get("requires", ())),
        tuple(table.get("profiles", ("core",))), where,
    )


def with_roles(function: Function, abi: Abi, growable: set[str]) -> Function:
    """The function with every error that its parameters' roles imply, in the order of the checks."""
    if not function.has_status:
        return function
    first: list[Condition] = []
    last: list[Condition] = []
    handles_seen = 0

    def conditions(role: str, param: str | None) -> list[Condition]:
        return [replace(condition, param=param) for condition in abi.roles.get(role, ("", ()))[1]]

    for param in function.params[:-1]:
        base = param.type.base
        if param.direction != "value" and not param.nullable:
            first += conditions("buffer" if param.length else "pointer", param.name)
        if base in (abi.handles or {}) and param.direction != "out":
            first += conditions("consumed_handle" if param.ownership == "consumed" else "handle", param.name)
            if handles_seen:
                first += conditions("second_handle", param.name)
            handles_seen += 1
        if param.direction != "value" and base in growable:
            first += conditions("growable_in" if param.direction == "in" else "growable_out", param.name)
        if param.direction == "out" and param.ownership == "caller":
            last += conditions("creates", param.name)
    return replace(function, errors=(*first, *function.errors, *last, *conditions("call", None)))
