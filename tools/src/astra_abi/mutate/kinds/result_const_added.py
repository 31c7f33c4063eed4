"""What a result points to is read only."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place, functions, with_function


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in functions(abi) if item.returns.pointers == ("mut",) and item.returns.base != "function")


def apply(abi: Abi, place: Place) -> Abi:
    item = abi.functions[place.name]
    return with_function(abi, replace(item, returns=replace(item.returns, pointers=("const",))))
