"""A bit-field has one bit more."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, fields, with_field


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, field in fields(abi) if field.bits and field.width < 8 * field.size)


def apply(abi: Abi, place: Place) -> Abi:
    first, width = abi.structs[place.name].fields[place.index].bits
    return with_field(abi, place, bits=(first, width + 1))
