"""A variable of the same size holds another kind of number."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import SAME_SIZE, Place, retyped


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in abi.variables.values() if not item.type.pointers and item.type.base in SAME_SIZE)


def apply(abi: Abi, place: Place) -> Abi:
    item = abi.variables[place.name]
    return replace(abi, variables={**abi.variables, place.name: replace(item, type=retyped(item.type, SAME_SIZE[item.type.base]))})
