"""A constant of an enum has another name."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place, renamed


def places(abi: Abi) -> Iterator[Place]:
    return (Place(enum.name, index) for enum in abi.enums.values() for index in range(len(enum.constants)))


def apply(abi: Abi, place: Place) -> Abi:
    enum = abi.enums[place.name]
    name = [*enum.constants][place.index]
    item = replace(enum.constants[name], name=f"{name}_RENAMED")
    return replace(abi, enums={**abi.enums, place.name: replace(enum, constants=renamed(enum.constants, name, item.name, item))})
