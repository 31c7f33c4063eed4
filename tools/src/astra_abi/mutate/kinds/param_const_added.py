"""What a parameter points to is read only."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place, params, with_param


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, param in params(abi) if param.type.pointers == ("mut",) and param.type.base != "function")


def apply(abi: Abi, place: Place) -> Abi:
    old = abi.functions[place.name].params[place.index].type
    return with_param(abi, place, type=replace(old, pointers=("const",)))
