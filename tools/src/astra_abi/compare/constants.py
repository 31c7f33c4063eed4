"""Enums, their constants, and handles. Constants are matched by name, whatever enum a reader put them in."""

from __future__ import annotations

import re
from typing import Iterator

from ..model import Abi, Constant, Enum
from .kinds import Change
from .pair import Pair, plain

END = re.compile(r"(?:^|_)(?:MAX|LAST|COUNT|NUM|END|NB|TOTAL|SENTINEL|NUMBER|LASTONE|LASTENTRY|NEXT)_*$|(?:^|_)NUM_|(?:Max|Last|Count|End)$", re.IGNORECASE)
"""Names of constants that stand behind all others."""


def changes(pair: Pair) -> Iterator[Change]:
    if pair.old.enums is not None and pair.new.enums is not None:
        yield from enums(pair)
    if pair.old.handles is not None and pair.new.handles is not None:
        yield from handles(pair)


def everywhere(abi: Abi) -> dict[str, Constant]:
    return {name: constant for enum in abi.enums.values() for name, constant in enum.constants.items()}


def enums(pair: Pair) -> Iterator[Change]:
    before, present = everywhere(pair.old), everywhere(pair.new)
    for name, old in pair.old.enums.items():
        new = pair.new.enums.get(name) or heir_of(pair, old)
        if new:
            yield from compare_enum(pair, old, new)
        elif not any(constant in present or constant in (pair.new.macros or {}) for constant in old.constants):
            if pair.declared:
                yield Change("enum_removed", f"enum:{name}", {}, ", ".join(old.constants), None, old.where)
            continue
        yield from constants(pair, old, new, before, present)
    if pair.declared and not pair.checked:
        for name in pair.new.enums.keys() - pair.old.enums.keys():
            new = pair.new.enums[name]
            if name and not any(constant in before for constant in new.constants):  # a header's constants have no enum
                yield Change("enum_added", f"enum:{name}", {}, None, ", ".join(new.constants), new.where)


def heir_of(pair: Pair, old: Enum) -> Enum | None:
    """What an enum without a name is now: readers call it by its first constant, which may be another one."""
    if old.name.isidentifier() or not pair.declared:
        return None
    return next((new for name, new in pair.new.enums.items() if not name.isidentifier() and old.constants.keys() & new.constants.keys()), None)


def compare_enum(pair: Pair, old: Enum, new: Enum) -> Iterator[Change]:
    subject, where = f"enum:{old.name}", new.where or old.where
    if old.type != new.type:
        resized = old.type[1:] != new.type[1:] or pair.checked or pair.contracts
        yield Change("enum_type_changed", subject, {"resized": resized}, *((old.type, new.type) if pair.contracts else (plain(old.type) or old.type, plain(new.type) or new.type)), where)
    if old.open is not None and new.open is not None and old.open != new.open:
        words = {True: "open", False: "closed"}
        yield Change("openness_changed", subject, {"now": words[new.open]}, words[old.open], words[new.open], where)


def constants(
    pair: Pair, old: Enum, new: Enum | None, before: dict[str, Constant], present: dict[str, Constant],
) -> Iterator[Change]:
    where = new.where if new and new.where else old.where
    fresh = {name: item for name, item in (new.constants if new else {}).items() if name not in before}
    for name, constant in old.constants.items():
        if name in present:
            if present[name].value != constant.value:
                values = (str(constant.value), str(present[name].value))
                facts = {"marks_end": new is not None and marks_end(old, new, name)}
                yield Change("constant_renumbered", f"constant:{name}", facts, *values, where)
            continue
        macro = (pair.new.macros or {}).get(name)
        if macro and isinstance(macro.value, int) and macro.value != constant.value:
            yield Change("constant_renumbered", f"constant:{name}", {"marks_end": False}, str(constant.value), str(macro.value), macro.where)
        if new is None and not pair.declared or macro:
            continue
        twins = (item for item, other in old.constants.items() if other.value == constant.value and item in present and present[item].value == other.value)
        heir = next((item for item in fresh if fresh[item].value == constant.value), None) or next(twins, None)
        if heir:
            fresh.pop(heir, None)
            yield Change("constant_renamed", f"constant:{name}", {}, name, heir, where)
        else:
            yield Change("constant_removed", f"constant:{name}", {}, str(constant.value), None, where)
    openness = {True: "open", False: "closed", None: "unknown"}[old.open]
    for name, constant in fresh.items():
        yield Change("constant_added", f"constant:{name}", {"open": openness}, None, str(constant.value), where)


def marks_end(old: Enum, new: Enum, name: str) -> bool:
    """Whether a constant only counts the others: by its name, since a gap or nothing is behind it, and since it rose when others came."""
    value = old.constants[name].value
    rose = name in new.constants and new.constants[name].value > value and len(new.constants) > len(old.constants)
    return rose and END.search(name) is not None and all(constant.value != value + 1 for constant in old.constants.values())


def handles(pair: Pair) -> Iterator[Change]:
    for name, old in pair.old.handles.items():
        new = pair.new.handles.get(name)
        if new is None:
            if pair.declared and name not in (pair.new.structs or {}):
                yield Change("handle_removed", f"handle:{name}", {}, "handle", None, old.where)
        elif old.borrowed is not None and new.borrowed is not None and old.borrowed != new.borrowed:
            words = {True: "borrowed", False: "owned"}
            facts = {"now": words[new.borrowed]}
            yield Change("handle_borrowed_changed", f"handle:{name}", facts, words[old.borrowed], words[new.borrowed], new.where)
    if pair.declared and not pair.checked:
        for name in pair.new.handles.keys() - pair.old.handles.keys():
            yield Change("handle_added", f"handle:{name}", {}, None, "handle", pair.new.handles[name].where)
