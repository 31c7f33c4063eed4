"""Programs may only read a field."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, fields, with_field


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, field in fields(abi) if not field.constant and not field.bits and field.type.count != 0 and field.type.base.isidentifier() and field.type.base != "function")


def apply(abi: Abi, place: Place) -> Abi:
    return with_field(abi, place, constant=True)
