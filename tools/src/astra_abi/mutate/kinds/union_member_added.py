"""A union has a member that fits."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi, Type
from ..place import Place, fresh, structs, with_fields


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in structs(abi, union=True))


def apply(abi: Abi, place: Place) -> Abi:
    return with_fields(abi, place, lambda items: items.append(fresh("added", Type("u8"))))
