"""Types that only changed their name: gone on one side, new on the other, of one shape and at the same places."""

from __future__ import annotations

from typing import Iterator

from ..model import Abi, Type
from .kinds import Change
from .pair import Pair


def changes(pair: Pair) -> Iterator[Change]:
    if pair.checked or pair.old.structs is None or pair.new.structs is None:
        return
    for old, new in sorted(renamed(pair)):
        where = pair.new.structs[new].where if new in pair.new.structs else ""
        yield Change("type_renamed", f"struct:{old}", {"shown": old in pair.old.structs}, old, new, where)


def renamed(pair: Pair) -> set[tuple[str, str]]:
    found = set()
    for old, new in side_by_side(pair.old, pair.new):
        if old.base != new.base and len(old.pointers) == len(new.pointers) and pair.was_renamed(old.base, new.base):
            found.add((old.base, new.base))
    return found


def side_by_side(old: Abi, new: Abi) -> Iterator[tuple[Type, Type]]:
    """Types at the same place of functions and structs that both sides have."""
    before, after = old.functions or {}, new.functions or {}
    for name in before.keys() & after.keys():
        yield before[name].returns, after[name].returns
        yield from ((a.type, b.type) for a, b in zip(before[name].params, after[name].params))
    for name in old.structs.keys() & new.structs.keys():
        fields = {field.name: field.type for field in new.structs[name].fields}
        yield from ((field.type, fields[field.name]) for field in old.structs[name].fields if field.name in fields)
