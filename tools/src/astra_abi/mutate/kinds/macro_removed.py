"""A macro that gives out a number is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in abi.macros.values() if isinstance(item.value, int) and item.params is None)


def apply(abi: Abi, place: Place) -> Abi:
    return replace(abi, macros={name: item for name, item in abi.macros.items() if name != place.name})
