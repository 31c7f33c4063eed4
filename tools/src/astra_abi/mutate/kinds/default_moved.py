"""Programs that are linked from now on get another version of a function; the old one stays for others."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, functions, image, with_image


def places(abi: Abi) -> Iterator[Place]:
    if image(abi).nodes:
        yield from (Place(item.name) for item in functions(abi))


def apply(abi: Abi, place: Place) -> Abi:
    old = image(abi)
    kept = old.hidden | {f"{place.name}@{old.symbols[place.name]}"}
    return with_image(abi, nodes=(*old.nodes, "V9"), symbols={**old.symbols, place.name: "V9"}, hidden=kept)
