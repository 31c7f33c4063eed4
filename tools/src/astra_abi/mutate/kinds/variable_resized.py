"""A variable that is an array is longer."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in abi.variables.values() if item.type.count)


def apply(abi: Abi, place: Place) -> Abi:
    item = abi.variables[place.name]
    return replace(abi, variables={**abi.variables, place.name: replace(item, type=replace(item.type, count=item.type.count + 4))})
