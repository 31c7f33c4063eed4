"""A struct that others hold has one more field."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, fields, fresh, with_fields


def places(abi: Abi) -> Iterator[Place]:
    return (Place(name) for name in sorted({field.type.base for _, field in fields(abi) if not field.type.pointers and field.type.base in abi.structs}))


def apply(abi: Abi, place: Place) -> Abi:
    return with_fields(abi, place, lambda items: items.append(fresh("appended")))
