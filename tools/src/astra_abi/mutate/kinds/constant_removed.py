"""A constant of an enum is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place


def places(abi: Abi) -> Iterator[Place]:
    return (Place(enum.name, index) for enum in abi.enums.values() if len(enum.constants) > 1 for index in range(len(enum.constants)))


def apply(abi: Abi, place: Place) -> Abi:
    enum = abi.enums[place.name]
    name = [*enum.constants][place.index]
    return replace(abi, enums={**abi.enums, place.name: replace(enum, constants={key: item for key, item in enum.constants.items() if key != name})})
