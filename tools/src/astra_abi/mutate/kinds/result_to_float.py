"""A whole number is returned as a floating one."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import INTEGERS, Abi
from ..place import DOUBLE, Place, functions, plain, with_function


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in functions(abi) if plain(item.returns) and item.returns.base in INTEGERS)


def apply(abi: Abi, place: Place) -> Abi:
    return with_function(abi, replace(abi.functions[place.name], returns=DOUBLE))
