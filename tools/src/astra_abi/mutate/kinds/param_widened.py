"""A parameter is a wider number."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import WIDER, Place, params, plain, retyped, with_param


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, param in params(abi) if plain(param.type) and param.type.base in WIDER)


def apply(abi: Abi, place: Place) -> Abi:
    old = abi.functions[place.name].params[place.index].type
    return with_param(abi, place, type=retyped(old, WIDER[old.base]))
