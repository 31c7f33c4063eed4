"""A parameter's number lost or gained its sign."""

from __future__ import annotations

from typing import Iterator

from ...model import INTEGERS, Abi
from ..place import Place, params, plain, retyped, with_param


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, param in params(abi) if plain(param.type) and param.type.base in INTEGERS)


def apply(abi: Abi, place: Place) -> Abi:
    old = abi.functions[place.name].params[place.index].type
    return with_param(abi, place, type=retyped(old, {"i": "u", "u": "i"}[old.base[0]] + old.base[1:]))
