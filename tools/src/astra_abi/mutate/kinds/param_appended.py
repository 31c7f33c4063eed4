"""A parameter is new behind the others."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi, Param
from ..place import LONG, Place, functions, with_params


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in functions(abi) if all(param.type.base != "..." for param in item.params))


def apply(abi: Abi, place: Place) -> Abi:
    return with_params(abi, place, lambda items: items.append(Param("appended", LONG)))
