"""A field points to something else."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi, Type
from ..place import WIDER, Place, fields, retyped, with_field

BYTES = {"char", "i8", "u8"}
ANOTHER = {**WIDER, **dict.fromkeys(BYTES, "i16"), "i64": "i32", "u64": "u32", "f64": "f32"}
"""What is pointed to in place of a number: another width, since a mere sign is no other thing."""


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, field in fields(abi) if one_step(field.type) and (field.type.base in ANOTHER or field.type.base in abi.structs))


def one_step(type_: Type) -> bool:
    """Programs can look through one pointer. Where there are several, the last is a number to them."""
    return len(type_.pointers) == 1 and type_.count is None and type_.inner is None


def apply(abi: Abi, place: Place) -> Abi:
    old = abi.structs[place.name].fields[place.index].type
    return with_field(abi, place, type=retyped(old, ANOTHER.get(old.base, "i64")))
