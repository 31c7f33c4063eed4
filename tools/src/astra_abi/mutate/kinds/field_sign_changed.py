"""A field lost or gained its sign."""

from __future__ import annotations

from typing import Iterator

from ...model import INTEGERS, Abi
from ..place import Place, fields, plain, retyped, with_field


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, field in fields(abi) if plain(field.type) and field.type.base in INTEGERS)


def apply(abi: Abi, place: Place) -> Abi:
    old = abi.structs[place.name].fields[place.index].type
    return with_field(abi, place, type=retyped(old, {"i": "u", "u": "i"}[old.base[0]] + old.base[1:]))
