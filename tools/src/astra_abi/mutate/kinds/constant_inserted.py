"""A constant is new before another one, and those behind it are one more."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi, Constant
from ..place import Place


def places(abi: Abi) -> Iterator[Place]:
    return (Place(enum.name, index) for enum in abi.enums.values() for index in range(len(enum.constants)))


def apply(abi: Abi, place: Place) -> Abi:
    enum = abi.enums[place.name]
    items = list(enum.constants.values())
    added = Constant(f"{items[place.index].name}_BEFORE", items[place.index].value, "")
    later = [replace(item, value=item.value + 1) for item in items[place.index:]]
    items = [*items[:place.index], added, *later]
    return replace(abi, enums={**abi.enums, place.name: replace(enum, constants={item.name: item for item in items})})
