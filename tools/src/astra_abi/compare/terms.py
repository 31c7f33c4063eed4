"""What a function promises beyond its signature: directions, ownership, errors, threads, waiting, order."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Iterator, Sequence

from ..model import Abi, Condition, Function, Param
from .kinds import Change
from .pair import Pair

STRICTNESS = {"any": 0}
"""Thread rules that ask nothing of the caller; every other one is stricter."""


def changes(pair: Pair) -> Iterator[Change]:
    """The errors that roles imply, told once and not at every function."""
    if pair.contracts:
        for name in pair.old.roles.keys() & pair.new.roles.keys():
            old, new = pair.old.roles[name][1], pair.new.roles[name][1]
            yield from compare_errors(pair, f"role:{name}", old, new, "abi/roles.toml")


def compare_terms(pair: Pair, old: Function, new: Function, slots: Sequence[tuple[Param | None, Param | None]]) -> Iterator[Change]:
    subject, where = f"function:{old.name}", new.where or old.where
    for index, (before, after) in enumerate(slots):
        if before and after:
            yield from compare_param_terms(f"{subject}.{before.name or index}", before, after, where)
    if old.thread and new.thread and old.thread != new.thread:
        looser = STRICTNESS.get(new.thread, 1) < STRICTNESS.get(old.thread, 1)
        facts = {"now": "looser" if looser else "stricter"}
        yield Change("thread_rule_changed", subject, facts, old.thread, new.thread, where)
    for kind, before, after in (("blocking_changed", old.blocks, new.blocks), ("stream_order_changed", old.stream, new.stream)):
        if before and after and before != after:
            yield Change(kind, subject, {}, before, after, where)
    if old.profiles and new.profiles:
        for profile in set(old.profiles) - set(new.profiles):
            yield Change("profile_left", subject, {}, profile, None, where)
        for profile in set(new.profiles) - set(old.profiles):
            yield Change("profile_joined", subject, {}, None, profile, where)
    if old.errors is not None and new.errors is not None:
        gone = {before.name for before, after in slots if before and not after}
        fresh = {after.name for before, after in slots if after and not before}
        now = {before.name: after.name for before, after in slots if before and after}
        was = [replace(item, param=now.get(item.param, item.param)) for item in without_roles(pair.old, old)]
        yield from compare_errors(
            pair, subject, [item for item in was if item.param not in gone | fresh],
            [item for item in without_roles(pair.new, new) if item.param not in gone | fresh], where,
        )


def compare_param_terms(place: str, old: Param, new: Param, where: str) -> Iterator[Change]:
    if old.direction and new.direction and old.direction != new.direction:
        yield Change("direction_changed", place, {}, old.direction, new.direction, where)
        return
    if old.nullable is not None and new.nullable is not None and old.nullable != new.nullable:
        words = {True: "nullable", False: "required"}
        yield Change("nullability_changed", place, {"now": words[new.nullable]}, words[old.nullable], words[new.nullable], where)
    if old.ownership and new.ownership and (old.ownership, old.parent) != (new.ownership, new.parent):
        yield Change("ownership_changed", place, {}, owner(old), owner(new), where)
    known = old.direction is not None and new.direction is not None
    if known and old.length != new.length:
        yield Change("length_changed", place, {}, old.length, new.length, where)


def owner(param: Param) -> str:
    return f"{param.ownership}: {param.parent}" if param.parent else str(param.ownership)


def without_roles(abi: Abi, function: Function) -> list[Condition]:
    """The function's own conditions. Those of roles follow from its parameters, which are compared."""
    implied = {(item.code, item.when) for _, conditions in abi.roles.values() for item in conditions}
    return [item for item in function.errors or () if (item.code, item.when) not in implied]


def compare_errors(pair: Pair, owner: str, old: Sequence[Condition], new: Sequence[Condition], where: str) -> Iterator[Change]:
    left, right = [identity(item) for item in old], [identity(item) for item in new]
    common = [item for item in left if item in right]
    gone = [item for item in left if item not in right]
    fresh = [item for item in right if item not in left]

    def change(kind: str, facts: dict, before: tuple | None, after: tuple | None) -> Change:
        param = (after or before)[1]
        subject = f"{owner}.{param}" if param else owner
        return Change(kind, subject, facts, spell(before), spell(after), where)

    for kind, same in (("error_code_replaced", (1, 2)), ("error_condition_changed", (0, 1)), ("error_condition_changed", (0, 2))):
        for before, after in pairs(gone, fresh, same):
            gone.remove(before)
            fresh.remove(after)
            yield change(kind, {}, before, after)
    for before in gone:
        yield change("error_removed", {}, before, None)
    for after in fresh:
        yield change("error_added", {"about_new": speaks_of_new(pair, after[2])}, None, after)
    if not gone and not fresh and common != [item for item in right if item in left]:
        orders = (", ".join(dict.fromkeys(item[0] for item in side)) for side in (left, right))
        yield Change("error_order_changed", owner, {}, *orders, where)


def identity(condition: Condition) -> tuple[str, str | None, str]:
    return (condition.code, condition.param, condition.when)


def spell(item: tuple[str, str | None, str] | None) -> str | None:
    return f"{item[0]} when {item[2]}" if item else None


def pairs(gone: list, fresh: list, same: tuple[int, int]) -> list[tuple[tuple, tuple]]:
    """Conditions of both sides that agree in two of their three parts, each used once."""
    found, rest = [], list(fresh)
    for before in gone:
        after = next((item for item in rest if all(item[part] == before[part] for part in same)), None)
        if after:
            rest.remove(after)
            found.append((before, after))
    return found


def speaks_of_new(pair: Pair, text: str) -> bool:
    """Whether a condition names, in backticks or as a constant, a field or constant that is new."""
    words = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", text)))) | set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", text))
    return bool(words & (names(pair.new) - names(pair.old)))


def names(abi: Abi) -> set[str]:
    """Every field, parameter and constant of an ABI."""
    fields = {field.name for struct in (abi.structs or {}).values() for field in struct.fields}
    constants = {name for enum in (abi.enums or {}).values() for name in enum.constants}
    params = {param.name for function in (abi.functions or {}).values() for param in function.params if param.name}
    return fields | constants | params
