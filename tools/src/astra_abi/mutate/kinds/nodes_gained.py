"""The symbols of a library without versions got one."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, functions, with_image


def places(abi: Abi) -> Iterator[Place]:
    if not abi.image or not abi.image.nodes:
        yield Place("library")


def apply(abi: Abi, place: Place) -> Abi:
    return with_image(abi, nodes=("V1",), symbols={item.name: "V1" for item in functions(abi)} | {name: "V1" for name in abi.variables})
