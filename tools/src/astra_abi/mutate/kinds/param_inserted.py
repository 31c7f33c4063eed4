"""A parameter is new before another one."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi, Param
from ..place import LONG, Place, params, with_params


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, _ in params(abi))


def apply(abi: Abi, place: Place) -> Abi:
    return with_params(abi, place, lambda items: items.insert(place.index, Param("inserted", LONG)))
