"""What a program's own function gives back is wider."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import WIDER, Place, params, plain, retyped, with_param


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, param in params(abi) if param.type.base == "function" and param.type.inner and plain(param.type.inner.returns) and param.type.inner.returns.base in WIDER)


def apply(abi: Abi, place: Place) -> Abi:
    old = abi.functions[place.name].params[place.index].type
    return with_param(abi, place, type=replace(old, spelled="", inner=replace(old.inner, returns=retyped(old.inner.returns, WIDER[old.inner.returns.base]))))
