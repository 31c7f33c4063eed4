"""Bits are new before a bit-field."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import INT, Place, fields, fresh, with_fields


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, field in fields(abi) if field.bits)


def apply(abi: Abi, place: Place) -> Abi:
    return with_fields(abi, place, lambda items: items.insert(place.index, replace(fresh("bits_inserted", INT), bits=(0, 1))))
