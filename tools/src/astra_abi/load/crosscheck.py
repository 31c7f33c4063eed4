"""What a contract must be beyond its schema: names, references, versions, layouts. Only adds problems."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..model import FLOATS, INTEGERS, Abi, Function, Operator, Struct, Type, Version
from .toml import Problems

if TYPE_CHECKING:
    from .contract import Sources

SCALARS = {*INTEGERS, *FLOATS, "char"}
BY_VALUE_LIMIT = 16
"""Most bytes of a struct passed by value: larger ones are passed differently by different compilers."""
IMPLEMENTED = {
    "zero_handle", "forked_handle", "foreign_handle", "released_handle", "wrong_kind", "other_runtime",
    "null_pointer", "null_buffer", "struct_too_small", "unknown_flags", "nonzero_tail", "exhaustion",
}
"""The probes that `generate.negatives` can make a case of."""


def cross_check(abi: Abi, sources: Sources, problems: Problems) -> None:
    """Adds every problem that concerns more than one place of the contract."""
    check_versions(abi, problems)
    check_names(abi, problems)
    for enum in abi.enums.values():
        check_enum(enum, abi, problems)
    for struct in abi.structs.values():
        check_struct(struct, abi, problems)
    for function in abi.functions.values():
        check_function(function, abi, problems)
    for operator in abi.operators.values():
        check_operator(operator, abi, problems)
    check_requirements(abi, problems)
    check_roles(abi, problems)


def check_versions(abi: Abi, problems: Problems) -> None:
    where = "contract.toml"
    if abi.line != abi.version.line:
        problems.add(f"{where}: line", f"'{abi.line}' is not the line of version {abi.version}, which is '{abi.version.line}'")
    keys = [version.key for version in abi.history]
    if keys != sorted(keys):
        problems.add(f"{where}: history", "versions are listed oldest first")
    if abi.history[-1] != abi.version:
        problems.add(f"{where}: history", f"the last entry is {abi.history[-1]}, but the version is {abi.version}")
    for version in abi.history:
        if version.line != abi.line:
            problems.add(f"{where}: history", f"{version} is of line {version.line}, not {abi.line}")


def check_since(since: str, where: str, abi: Abi, problems: Problems, not_before: str | None = None) -> None:
    if Version.parse(since) not in abi.history:
        problems.add(where, f"since {since} is not a version of contract.toml's history")
    if not_before and Version.parse(since).key < Version.parse(not_before).key:
        problems.add(where, f"since {since} is older than what it belongs to ({not_before})")


def check_names(abi: Abi, problems: Problems) -> None:
    for kind in (abi.enums, abi.structs, abi.handles, abi.functions):
        for name, item in kind.items():
            if not name.startswith(f"{abi.prefix}_"):
                problems.add(item.where, f"the name does not begin with '{abi.prefix}_'")
    for needed, kind, table in (("_status", "enum", abi.enums), ("_error", "frozen struct", abi.structs)):
        if any(function.has_status for function in abi.functions.values()) and abi.prefix + needed not in table:
            problems.add("abi", f"functions return {abi.prefix}_status, but the {kind} {abi.prefix}{needed} is not declared")


def check_enum(enum, abi: Abi, problems: Problems) -> None:
    check_since(enum.since, enum.where, abi, problems)
    size, signed = INTEGERS[enum.type]
    low, high = (-(1 << size * 8 - 1), (1 << size * 8 - 1) - 1) if signed else (0, (1 << size * 8) - 1)
    seen: dict[int, str] = {}
    for constant in enum.constants.values():
        where = f"{enum.where}.{constant.name}"
        check_since(constant.since, where, abi, problems, enum.since)
        if not constant.name.startswith(f"{abi.macro}_"):
            problems.add(where, f"the name does not begin with '{abi.macro}_'")
        if not low <= constant.value <= high:
            problems.add(where, f"{constant.value} does not fit in {enum.type}")
        if constant.value in seen:
            problems.add(where, f"has the value {constant.value}, which {seen[constant.value]} has already")
        seen.setdefault(constant.value, constant.name)


def check_struct(struct: Struct, abi: Abi, problems: Problems) -> None:
    check_since(struct.since, struct.where, abi, problems)
    names: set[str] = set()
    for field in struct.fields:
        where = f"{struct.where}.fields.{field.name}"
        if field.name in names:
            problems.add(where, f"the field '{field.name}' is declared twice")
        names.add(field.name)
        check_since(field.since, where, abi, problems, struct.since)
        check_type(field.type, where, abi, problems, embedded=True)
        if field.length and (not struct.field(field.length) or struct.field(field.length).type.base not in INTEGERS):
            problems.add(where, f"len = '{field.length}' is not an integer field of the struct")
        if field.since != struct.since and struct.growth == "growable" and struct.direction == "in" and field.default is None:
            problems.add(where, "an appended input field says which value means the behaviour before it existed (default = 0)")


def check_type(type_: Type, where: str, abi: Abi, problems: Problems, embedded: bool = False) -> None:
    base = type_.base
    if base in abi.structs:
        struct = abi.structs[base]
        if type_.pointers:
            return
        if struct.growth == "growable":
            problems.add(where, f"'{base}' is growable and can only be passed by pointer")
        elif not embedded and struct.size > BY_VALUE_LIMIT:
            problems.add(where, f"'{base}' has {struct.size} bytes; structs over {BY_VALUE_LIMIT} are passed by pointer")
    elif base == "void":
        if not type_.pointers:
            problems.add(where, "'void' needs a pointer")
    elif base not in SCALARS and base not in abi.enums and base not in abi.handles and base != "function":
        problems.add(where, f"unknown type '{base}'")


def check_function(function: Function, abi: Abi, problems: Problems) -> None:
    check_since(function.since, function.where, abi, problems)
    seen: set[str] = set()
    handles = 0
    for index, param in enumerate(function.params):
        where = f"{function.where}.params[{index}]"
        if param.name in seen:
            problems.add(where, f"the parameter '{param.name}' is declared twice")
        seen.add(param.name)
        check_type(param.type, f"{where}.type", abi, problems)
        if param.type.count:
            problems.add(f"{where}.type", "an array is passed as a pointer with len")
        is_handle = param.type.base in abi.handles
        handles += is_handle and param.direction != "out"
        if param.length and (not function.param(param.length) or function.param(param.length).type.base not in INTEGERS):
            problems.add(f"{where}.len", f"'{param.length}' is not an integer parameter of the function")
        if param.direction == "out" and is_handle and param.ownership not in ("caller", "parent"):
            problems.add(where, "an out handle says who owns it (ownership = \"caller\" or \"parent\")")
        if param.ownership == "consumed" and not (is_handle and param.direction == "value"):
            problems.add(where, "only a handle passed by value can be consumed")
        if param.ownership == "parent" and (not param.parent or not function.param(param.parent)):
            problems.add(where, "ownership = \"parent\" names the parameter that it is borrowed from (parent)")
    check_type(function.returns, f"{function.where}.returns", abi, problems)
    check_errors(function, abi, problems)


def check_errors(function: Function, abi: Abi, problems: Problems) -> None:
    status = abi.enums.get(f"{abi.prefix}_status")
    if not function.has_status and function.errors:
        problems.add(f"{function.where}.errors", "a function that returns no status cannot report errors")
    seen = set()
    for index, condition in enumerate(function.errors or ()):
        where = f"{function.where}.errors.{condition.code}"
        if status and condition.code not in status.constants:
            problems.add(where, f"'{condition.code}' is not a constant of {status.name}")
        if condition.param and not function.param(condition.param):
            problems.add(where, f"'{condition.param}' is not a parameter of the function")
        if (condition.code, condition.param, condition.when) in seen:
            problems.add(where, "the same error and condition are declared twice")
        seen.add((condition.code, condition.param, condition.when))


def check_operator(operator: Operator, abi: Abi, problems: Problems) -> None:
    where = operator.where
    if not re.fullmatch(r"[a-z][a-z0-9_]*@[1-9][0-9]*", operator.id):
        problems.add(where, "the file is not named operator@version.toml")
    check_since(operator.since, where, abi, problems)
    width = len(operator.inputs) + len(operator.outputs)
    names = (*operator.inputs, *operator.outputs)
    for name in {name for name in names if names.count(name) > 1}:
        problems.add(where, f"the operand '{name}' is declared twice")
    for row in operator.dtypes:
        if len(row) != width:
            problems.add(f"{where}: dtypes", f"[{', '.join(row)}] has {len(row)} types for {width} operands")
    for row in sorted({row for row in operator.dtypes if operator.dtypes.count(row) > 1}):
        problems.add(f"{where}: dtypes", f"[{', '.join(row)}] is declared twice")
    for index, extension in enumerate(operator.extensions):
        check_since(extension.since, f"{where}: extension[{index}]", abi, problems, operator.since)
        for inputs in operator.made_ambiguous(extension.dtypes):
            problems.add(f"{where}: extension[{index}]", f"another output for [{', '.join(inputs)}] would make queries ambiguous that name inputs alone; write another operator")
    ids: dict[int, str] = {}
    for attribute in operator.attributes.values():
        place = f"{where}: attribute.{attribute.name}"
        check_since(attribute.since, place, abi, problems, operator.since)
        if attribute.id in ids:
            problems.add(place, f"has the id {attribute.id}, which '{ids[attribute.id]}' has already")
        ids.setdefault(attribute.id, attribute.name)


def check_requirements(abi: Abi, problems: Problems) -> None:
    seen: dict[str, str] = {}
    owners = [("contract.toml", abi.requires)]
    owners += [(function.where, function.requires) for function in abi.functions.values()]
    owners += [(operator.where, operator.requires) for operator in abi.operators.values()]
    for where, requirements in owners:
        for requirement in requirements:
            place = f"{where}.requires.{requirement.id}"
            if requirement.id in seen:
                problems.add(place, f"the requirement is already declared in {seen[requirement.id]}")
            seen.setdefault(requirement.id, where)


def check_roles(abi: Abi, problems: Problems) -> None:
    for name, (_, conditions) in abi.roles.items():
        for condition in conditions:
            where = f"abi: role.{name}.errors.{condition.code}"
            if bool(condition.probe) == bool(condition.no_case):
                problems.add(where, "names the probe that proves it, or says why there can be no case (no_case)")
            elif condition.probe and condition.probe not in IMPLEMENTED:
                problems.add(where, f"unknown probe '{condition.probe}' (known: {', '.join(sorted(IMPLEMENTED))})")
