"""A parameter is gone."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi, Param, Type
from ..place import Place, params, with_params


REST = Param("variadic", Type("..."))


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, _ in params(abi) if abi.functions[place.name].params[1:2] != (REST,))  # C wants a name before the rest


def apply(abi: Abi, place: Place) -> Abi:
    return with_params(abi, place, lambda items: items.pop(place.index))
