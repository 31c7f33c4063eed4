"""A parameter has another name."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, params, with_param


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, param in params(abi) if param.name)


def apply(abi: Abi, place: Place) -> Abi:
    return with_param(abi, place, name=f"{abi.functions[place.name].params[place.index].name}_renamed")
