"""A field is new before another one."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, fields, fresh, with_fields


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, _ in fields(abi))


def apply(abi: Abi, place: Place) -> Abi:
    return with_fields(abi, place, lambda items: items.insert(place.index, fresh("inserted")))
