"""A variable that programs write cannot be written any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in abi.variables.values() if not item.constant)


def apply(abi: Abi, place: Place) -> Abi:
    item = abi.variables[place.name]
    return replace(abi, variables={**abi.variables, place.name: replace(item, constant=True)})
