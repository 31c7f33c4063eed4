"""A type has one more name; nothing changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place


def places(abi: Abi) -> Iterator[Place]:
    return (Place(name) for name in abi.typedefs)


def apply(abi: Abi, place: Place) -> Abi:
    item = abi.typedefs[place.name]
    return replace(abi, typedefs={**abi.typedefs, f"{item.name}_alias": replace(item, name=f"{item.name}_alias")})
