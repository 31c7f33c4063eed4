"""A field is new behind the others."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, fresh, structs, with_fields


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in structs(abi) if item.fields[-1].type.count != 0)


def apply(abi: Abi, place: Place) -> Abi:
    return with_fields(abi, place, lambda items: items.append(fresh("appended")))
