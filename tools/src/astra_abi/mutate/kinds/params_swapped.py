"""Two parameters changed places."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, params, with_params


def places(abi: Abi) -> Iterator[Place]:
    for place, param in params(abi):
        others = abi.functions[place.name].params
        if place.index + 1 < len(others) and others[place.index + 1].type.base != "..." and (others[place.index + 1] != param):
            yield place


def apply(abi: Abi, place: Place) -> Abi:
    def swap(items: list) -> None:
        items[place.index], items[place.index + 1] = items[place.index + 1], items[place.index]

    return with_params(abi, place, swap)
