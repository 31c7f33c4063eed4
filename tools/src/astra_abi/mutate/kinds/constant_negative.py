"""An enum has a constant below zero."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi, Constant
from ..place import Place


def places(abi: Abi) -> Iterator[Place]:
    return (Place(enum.name) for enum in abi.enums.values() if all(item.value >= 0 for item in enum.constants.values()))


def apply(abi: Abi, place: Place) -> Abi:
    enum = abi.enums[place.name]
    added = Constant(f"{[*enum.constants][-1]}_BELOW", -1, "")
    return replace(abi, enums={**abi.enums, place.name: replace(enum, constants={**enum.constants, added.name: added})})
