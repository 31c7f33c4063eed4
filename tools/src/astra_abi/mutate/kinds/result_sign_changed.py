"""A result lost or gained its sign."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import INTEGERS, Abi
from ..place import Place, functions, plain, retyped, with_function


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in functions(abi) if plain(item.returns) and item.returns.base in INTEGERS)


def apply(abi: Abi, place: Place) -> Abi:
    item = abi.functions[place.name]
    base = item.returns.base
    return with_function(abi, replace(item, returns=retyped(item.returns, {"i": "u", "u": "i"}[base[0]] + base[1:])))
