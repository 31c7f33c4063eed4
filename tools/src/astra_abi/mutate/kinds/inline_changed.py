"""The body of a function that programs compile themselves is another one."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in abi.functions.values() if item.inline)


def apply(abi: Abi, place: Place) -> Abi:
    return replace(abi, note={"inline": place.name})
