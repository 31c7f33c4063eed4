"""A version node has another name."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, image, with_image


def places(abi: Abi) -> Iterator[Place]:
    return (Place(name) for name in image(abi).nodes)


def apply(abi: Abi, place: Place) -> Abi:
    nodes = tuple("V9" if name == place.name else name for name in image(abi).nodes)
    symbols = {name: "V9" if node == place.name else node for name, node in image(abi).symbols.items()}
    return with_image(abi, nodes=nodes, symbols=symbols)
