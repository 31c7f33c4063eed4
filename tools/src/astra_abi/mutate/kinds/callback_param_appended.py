"""What a program's own function is called with has one more at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import LONG, Place, params, with_param


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, param in params(abi) if param.type.base == "function" and param.type.inner and not param.type.pointers and not param.type.inner.variadic)


def apply(abi: Abi, place: Place) -> Abi:
    old = abi.functions[place.name].params[place.index].type
    return with_param(abi, place, type=replace(old, spelled="", inner=replace(old.inner, params=(*old.inner.params, LONG))))
