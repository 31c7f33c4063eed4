"""A function is new; nobody calls it yet."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place, functions


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in functions(abi))


def apply(abi: Abi, place: Place) -> Abi:
    item = replace(abi.functions[place.name], name=f"{place.name}_added")
    return replace(abi, functions={**abi.functions, item.name: item})
