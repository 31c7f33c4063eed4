"""Types and data are declared in a header that the old one includes."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place


def places(abi: Abi) -> Iterator[Place]:
    yield Place("header")


def apply(abi: Abi, place: Place) -> Abi:
    return replace(abi, note={"moved": True})
