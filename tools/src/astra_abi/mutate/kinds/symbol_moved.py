"""A symbol is in another version node."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, image, with_image


def places(abi: Abi) -> Iterator[Place]:
    if image(abi).nodes:
        yield from (Place(name) for name in image(abi).symbols)


def apply(abi: Abi, place: Place) -> Abi:
    nodes = tuple(dict.fromkeys((*image(abi).nodes, "V9")))
    return with_image(abi, nodes=nodes, symbols={**image(abi).symbols, place.name: "V9"})
