"""Structs of a contract -> laid-out structs. Every gap, cycle and unknown type becomes a problem."""

from __future__ import annotations

from typing import Any

from ..layout import lay_out
from ..model import FLOATS, INTEGERS, Abi, Field, Struct, Type
from .functions import parse_type
from .toml import Problems

IMPLICIT_FIELDS = (
    {"name": "struct_size", "type": "u32", "doc": "Size in bytes of the struct that the caller knows."},
    {"name": "flags", "type": "u32", "doc": "Zero: no flag is declared."},
)
"""What every growable struct begins with."""


def read_structs(tables: dict[str, tuple[str, dict[str, Any]]], abi: Abi, problems: Problems) -> dict[str, Struct]:
    """Lays out every struct after those that it embeds; a cycle is a problem."""
    sizes: dict[str, tuple[int, int]] = {name: (8, 8) for name in abi.handles or {}}
    for name, enum in (abi.enums or {}).items():
        width = int(enum.type[1:]) // 8
        sizes[name] = (width, width)
    done: dict[str, Struct] = {}

    def place_struct(name: str, path: tuple[str, ...]) -> None:
        place, table = tables[name]
        where = f"{place}: struct.{name}"
        if name in path:
            problems.add(where, f"a cycle: {' -> '.join((*path[path.index(name):], name))}")
            return
        fields = struct_fields(name, table, where, abi, problems)
        for index, item in enumerate(fields):
            if item.type.base in tables and not item.type.pointers and item.type.base not in done:
                place_struct(item.type.base, (*path, name))
        known = [item for item in fields if is_known(item.type, sizes, where, problems)]
        placed, size, align, gaps = lay_out(known, sizes)
        for gap in gaps:
            problems.add(where, gap)
        sizes[name] = (size, align)
        done[name] = Struct(
            name, placed, size, table["growth"], table.get("direction"), table.get("functions", False),
            table["since"], table["doc"], where,
        )

    for name in tables:
        if name not in done:
            place_struct(name, ())
    return {name: done[name] for name in tables if name in done}


def is_known(type_: Type, sizes: dict[str, tuple[int, int]], where: str, problems: Problems) -> bool:
    """Whether the type has a size; pointers always do. `cross_check` judges names behind pointers."""
    if type_.pointers or type_.base in {*INTEGERS, *FLOATS, "char", "function"} or type_.base in sizes:
        return True
    problems.add(where, f"unknown type '{type_.base}', or one that cannot be a field by value")
    return False


def struct_fields(name: str, table: dict[str, Any], where: str, abi: Abi, problems: Problems) -> list[Field]:
    """The fields as declared, with the two that begin every growable struct and the slots of a function table."""
    items = [*(IMPLICIT_FIELDS if table["growth"] == "growable" else ()), *table.get("fields", ())]
    fields = []
    for index, item in enumerate(items):
        type_ = parse_type(item["type"], f"{where}.fields[{index}].type", problems)
        fields.append(Field(
            item["name"], type_, 0, 0, item.get("since", table["since"]), item["doc"],
            item.get("default"), item.get("example"), item.get("len"),
        ))
    if table.get("functions"):
        own = f"{abi.prefix}_get_api"
        for function in (abi.functions or {}).values():
            if function.has_status and function.name != own:
                short = function.name.removeprefix(f"{abi.prefix}_")
                fields.append(Field(short, Type("function"), 0, 0, function.since, f"{function.name}."))
    return fields
