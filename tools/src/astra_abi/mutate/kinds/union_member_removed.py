"""A union lacks a member."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, fields, with_fields


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, _ in fields(abi, union=True) if len(abi.structs[place.name].fields) > 1)


def apply(abi: Abi, place: Place) -> Abi:
    return with_fields(abi, place, lambda items: items.pop(place.index))
