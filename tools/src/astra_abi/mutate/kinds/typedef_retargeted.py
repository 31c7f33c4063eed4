"""A name for a number stands for another kind of number of that size."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import SAME_SIZE, Place, plain, retyped


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in abi.typedefs.values() if plain(item.type) and item.type.base in SAME_SIZE)


def apply(abi: Abi, place: Place) -> Abi:
    item = abi.typedefs[place.name]
    return replace(abi, typedefs={**abi.typedefs, place.name: replace(item, type=retyped(item.type, SAME_SIZE[item.type.base]))})
