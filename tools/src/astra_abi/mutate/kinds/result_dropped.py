"""A function that gave a result gives none."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi, Type
from ..place import Place, functions, with_function


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in functions(abi) if item.returns != Type("void"))


def apply(abi: Abi, place: Place) -> Abi:
    return with_function(abi, replace(abi.functions[place.name], returns=Type("void")))
