"""A function has another name."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place, functions, renamed


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in functions(abi))


def apply(abi: Abi, place: Place) -> Abi:
    item = replace(abi.functions[place.name], name=f"{place.name}_renamed")
    return replace(abi, functions=renamed(abi.functions, place.name, item.name, item))
