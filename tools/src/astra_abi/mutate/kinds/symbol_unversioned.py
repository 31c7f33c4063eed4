"""A symbol of a library with version nodes is in none."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, image, with_image


def places(abi: Abi) -> Iterator[Place]:
    if image(abi).nodes:
        yield from (Place(name) for name in image(abi).symbols)


def apply(abi: Abi, place: Place) -> Abi:
    return with_image(abi, symbols={**image(abi).symbols, place.name: None})
