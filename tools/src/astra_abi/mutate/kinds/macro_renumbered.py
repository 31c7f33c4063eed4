"""A number that a macro gives out is another one."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place
from ..print import number


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in abi.macros.values() if isinstance(item.value, int) and item.params is None)


def apply(abi: Abi, place: Place) -> Abi:
    item = abi.macros[place.name]
    return replace(abi, macros={**abi.macros, place.name: replace(item, text=number(item.value + (77777 if item.value < 2**63 else -77777)))})
