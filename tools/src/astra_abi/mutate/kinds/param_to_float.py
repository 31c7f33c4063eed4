"""A whole number is taken as a floating one."""

from __future__ import annotations

from typing import Iterator

from ...model import INTEGERS, Abi
from ..place import DOUBLE, Place, params, plain, with_param


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, param in params(abi) if plain(param.type) and param.type.base in INTEGERS)


def apply(abi: Abi, place: Place) -> Abi:
    return with_param(abi, place, type=DOUBLE)
