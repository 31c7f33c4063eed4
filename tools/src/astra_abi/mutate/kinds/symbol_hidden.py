"""A function is declared and no longer exported."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, functions, image, with_image


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in functions(abi))


def apply(abi: Abi, place: Place) -> Abi:
    return with_image(abi, hidden=image(abi).hidden | {place.name})
