"""Two fields changed places."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, fields, with_fields


def places(abi: Abi) -> Iterator[Place]:
    for place, field in fields(abi):
        others = abi.structs[place.name].fields
        if place.index + 1 < len(others) and others[place.index + 1].type.count != 0:
            yield place


def apply(abi: Abi, place: Place) -> Abi:
    def swap(items: list) -> None:
        items[place.index], items[place.index + 1] = items[place.index + 1], items[place.index]

    return with_fields(abi, place, swap)
