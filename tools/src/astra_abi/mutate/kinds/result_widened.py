"""A result is a wider number."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import WIDER, Place, functions, plain, retyped, with_function


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in functions(abi) if plain(item.returns) and item.returns.base in WIDER)


def apply(abi: Abi, place: Place) -> Abi:
    item = abi.functions[place.name]
    return with_function(abi, replace(item, returns=retyped(item.returns, WIDER[item.returns.base])))
