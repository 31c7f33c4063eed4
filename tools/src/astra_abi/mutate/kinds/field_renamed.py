"""A field has another name."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, fields, with_field


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, _ in fields(abi))


def apply(abi: Abi, place: Place) -> Abi:
    return with_field(abi, place, name=f"{abi.structs[place.name].fields[place.index].name}_renamed")
