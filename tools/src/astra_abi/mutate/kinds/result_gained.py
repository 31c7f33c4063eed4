"""A function that gave no result gives one."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi, Type
from ..place import INT, Place, functions, with_function


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in functions(abi) if item.returns == Type("void"))


def apply(abi: Abi, place: Place) -> Abi:
    return with_function(abi, replace(abi.functions[place.name], returns=INT))
