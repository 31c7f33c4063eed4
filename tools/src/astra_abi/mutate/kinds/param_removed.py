"""A parameter is gone."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, params, with_params


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, _ in params(abi) if len(abi.functions[place.name].params) > 1 or len(abi.functions[place.name].params) == 1)


def apply(abi: Abi, place: Place) -> Abi:
    return with_params(abi, place, lambda items: items.pop(place.index))
