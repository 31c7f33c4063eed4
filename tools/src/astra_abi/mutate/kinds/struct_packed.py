"""A struct has no padding any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place, structs, with_struct


def places(abi: Abi) -> Iterator[Place]:
    for struct in structs(abi):
        if sum(field.width for field in struct.fields) < struct.size * 8:
            yield Place(struct.name)


def apply(abi: Abi, place: Place) -> Abi:
    return with_struct(abi, replace(abi.structs[place.name], align=1))
