"""Another library may define a function instead."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place, functions


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in functions(abi))


def apply(abi: Abi, place: Place) -> Abi:
    return replace(abi, note={"weak": place.name})
