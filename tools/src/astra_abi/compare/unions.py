"""Unions: members share one place, so that only their types and the size of the whole matter."""

from __future__ import annotations

from typing import Iterator

from ..model import Field, Struct
from .contents import became, type_texts
from .kinds import Change
from .pair import Pair, compare_const, texts


def compare_union(pair: Pair, old: Struct, new: Struct) -> Iterator[Change]:
    subject, where = f"struct:{old.name}", new.where or old.where
    before, after = ({field.name: field for field in side.fields} for side in (old, new))
    told = False
    for name in before.keys() - after.keys():
        shrinks = before[name].size > new.size
        told |= shrinks
        yield Change("union_member_removed", f"{subject}.{name}", {"shrinks": shrinks}, str(before[name].type), None, where)
    for name in after.keys() - before.keys():
        grows = after[name].size > old.size
        told |= grows
        yield Change("union_member_added", f"{subject}.{name}", {"grows": grows}, None, str(after[name].type), where)
    for name in before.keys() & after.keys():
        yield from compare_const(f"{subject}.{name}", before[name], after[name], where)
        if not pair.same_type(before[name].type, after[name].type):
            told |= before[name].width != after[name].width
            facts = {"to": became(pair, before[name], after[name])}
            types = before[name].type, after[name].type
            yield Change("field_type_changed", f"{subject}.{name}", facts, *type_texts(pair, *types, texts(*types)), where)
    if old.size != new.size and not told and not any(grew_inside(pair, field) for field in before.values()):
        yield Change("struct_size_changed", subject, {}, f"{old.size} bytes", f"{new.size} bytes", where)


def grew_inside(pair: Pair, field: Field) -> bool:
    """A member is a struct whose own change is told there."""
    sides = [(abi.structs or {}).get(field.type.base) for abi in (pair.old, pair.new)]
    return None not in sides and not field.type.pointers and sides[0].size != sides[1].size
