"""A library with version nodes has none."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, image, with_image


def places(abi: Abi) -> Iterator[Place]:
    if image(abi).nodes:
        yield Place("library")


def apply(abi: Abi, place: Place) -> Abi:
    return with_image(abi, nodes=(), symbols={})
