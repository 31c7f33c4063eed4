"""A name that was a function is data."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi, Variable
from ..place import LONG, Place, functions


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in functions(abi))


def apply(abi: Abi, place: Place) -> Abi:
    rest = {name: item for name, item in abi.functions.items() if name != place.name}
    return replace(abi, functions=rest, variables={**abi.variables, place.name: Variable(place.name, LONG)})
