"""A struct begins at larger steps."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place, structs, with_struct


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in structs(abi))


def apply(abi: Abi, place: Place) -> Abi:
    return with_struct(abi, replace(abi.structs[place.name], align=64))
