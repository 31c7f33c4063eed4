"""An array in a struct is longer."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place, fields, with_field


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, field in fields(abi) if field.type.count)


def apply(abi: Abi, place: Place) -> Abi:
    old = abi.structs[place.name].fields[place.index].type
    return with_field(abi, place, type=replace(old, count=old.count + 8))
