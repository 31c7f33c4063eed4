"""A field is a narrower number."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import NARROWER, Place, fields, plain, retyped, with_field


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, field in fields(abi) if plain(field.type) and field.type.base in NARROWER and not field.bits)


def apply(abi: Abi, place: Place) -> Abi:
    old = abi.structs[place.name].fields[place.index].type
    return with_field(abi, place, type=retyped(old, NARROWER[old.base]))
