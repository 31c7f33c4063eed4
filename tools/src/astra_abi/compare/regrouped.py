"""Members that lie where they lay, and are called otherwise: in a struct of their own, in a union, in an array."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Iterator

from ..model import Abi, Field, Struct
from .contents import Scalar, contents, same_scalar
from .kinds import Change
from .pair import Pair

if TYPE_CHECKING:
    from .structs import Fields


def regrouped(pair: Pair, fields: Fields) -> Iterator[Change]:
    """Takes from `fields` what only went into, or came out of, a group: every scalar is where it was."""
    old, new, gone, fresh = fields.old_struct, fields.new_struct, fields.gone, fields.fresh
    still = all((fields.old[name].begin, fields.old[name].width) == (fields.new[name].begin, fields.new[name].width) for name in fields.common)
    if pair.checked or not gone or not fresh or (old.size, old.align) != (new.size, new.align) or not still:
        return
    if any(beside.begin < item.end and item.begin < beside.end for item in fresh.values() for beside in map(fields.new.get, fields.common)):
        return
    if len(gone) == len(fresh) and all(is_scalar(pair.old, item) for item in gone.values()) and all(is_scalar(pair.new, item) for item in fresh.values()):
        return  # one for one: renamed, or replaced
    before, after = scalars(pair.old, gone), scalars(pair.new, fresh)
    if before is None or after is None or not held(pair, before, after) or strayed(pair, gone, fresh):
        return
    texts = (", ".join(sorted(gone)), ", ".join(sorted(fresh)))
    yield Change("fields_regrouped", f"struct:{old.name}", {}, *texts, new.where or old.where)
    gone.clear()
    fresh.clear()


def is_scalar(abi: Abi, field: Field) -> bool:
    return bool(field.type.pointers) or field.type.base not in (abi.structs or {}) and field.type.count is None


def scalars(abi: Abi, fields: dict[str, Field]) -> set[Scalar] | None:
    """Every scalar with its place in the whole; None where a member does not show what is inside."""
    found: set[Scalar] = set()
    for field in fields.values():
        inside = contents(abi, field)
        if inside is None:
            return None
        found |= {(field.offset + at, kind) for at, kind in inside}
    return found


def held(pair: Pair, before: set[Scalar], after: set[Scalar]) -> bool:
    """Whether every scalar is where it was. A union may have several at one place."""
    at: dict[int, list[Scalar]] = defaultdict(list)
    for scalar in after:
        at[scalar[0]].append(scalar)
    return all(any(same_scalar(pair, scalar, other) for other in at[scalar[0]]) for scalar in before)


def strayed(pair: Pair, gone: dict[str, Field], fresh: dict[str, Field]) -> bool:
    """Whether a name is at another place than before."""
    before, after = places(pair.old, gone.values(), 0), places(pair.new, fresh.values(), 0)
    return any(before[name] != after[name] for name in before.keys() & after.keys())


def places(abi: Abi, fields, base: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for field in fields:
        found[field.name] = base + field.begin
        inner = (abi.structs or {}).get(field.type.base)
        if inner and not field.type.pointers and field.type.count is None:
            found |= places(abi, inner.fields, base + field.offset * 8)
    return found


def is_flexible(pair: Pair, struct: Struct, field: Field) -> bool:
    """An array at the end that stands for one of any length: written with 0, 1 or no element."""
    return field.type.count in (0, 1) and all(other.begin <= field.begin for other in struct.fields)
