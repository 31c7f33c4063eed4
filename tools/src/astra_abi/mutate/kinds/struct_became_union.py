"""The fields of a struct lie over each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place, structs, with_struct


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in structs(abi) if len(item.fields) > 1 and item.fields[-1].type.count != 0)


def apply(abi: Abi, place: Place) -> Abi:
    return with_struct(abi, replace(abi.structs[place.name], union=True))
