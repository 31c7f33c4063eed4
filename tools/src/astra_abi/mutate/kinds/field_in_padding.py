"""A field is new where there was only padding."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi, Type
from ..place import Place, fresh, structs, with_fields


def places(abi: Abi) -> Iterator[Place]:
    for struct in structs(abi):
        for index, (before, after) in enumerate(zip(struct.fields, struct.fields[1:])):
            if after.begin - before.end >= 8 and not before.bits and not after.bits:
                yield Place(struct.name, index + 1)


def apply(abi: Abi, place: Place) -> Abi:
    return with_fields(abi, place, lambda items: items.insert(place.index, fresh("in_padding", Type("u8"))))
