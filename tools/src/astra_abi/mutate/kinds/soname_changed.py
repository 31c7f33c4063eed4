"""The library has another name for the loader."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, with_image


def places(abi: Abi) -> Iterator[Place]:
    yield Place("library")


def apply(abi: Abi, place: Place) -> Abi:
    return with_image(abi, soname="libmutant.so.2")
