"""A constant of an enum has another value."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place


def places(abi: Abi) -> Iterator[Place]:
    return (Place(enum.name, index) for enum in abi.enums.values() for index in range(len(enum.constants)))


def apply(abi: Abi, place: Place) -> Abi:
    enum = abi.enums[place.name]
    name = [*enum.constants][place.index]
    item = replace(enum.constants[name], value=max(item.value for item in enum.constants.values()) + 5)
    return replace(abi, enums={**abi.enums, place.name: replace(enum, constants={**enum.constants, name: item})})
