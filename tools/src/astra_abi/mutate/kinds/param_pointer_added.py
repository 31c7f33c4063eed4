"""A pointer is a pointer to a pointer."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, params, with_param


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, param in params(abi) if param.type.pointers and param.type.base not in ("function", "array"))


def apply(abi: Abi, place: Place) -> Abi:
    old = abi.functions[place.name].params[place.index].type
    return with_param(abi, place, type=old.behind("mut"))
