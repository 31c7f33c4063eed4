"""A constant is new before the one that counts them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Iterator

from ...model import Abi, Constant
from ..place import Place


def places(abi: Abi) -> Iterator[Place]:
    return (Place(enum.name) for enum in abi.enums.values() if len(enum.constants) > 1 and re.search(r"(COUNT|MAX|LAST|END)$", [*enum.constants][-1]))


def apply(abi: Abi, place: Place) -> Abi:
    enum = abi.enums[place.name]
    *others, last = enum.constants.values()
    added = Constant(f"{others[-1].name}_MORE", last.value, "")
    items = [*others, added, replace(last, value=last.value + 1)]
    return replace(abi, enums={**abi.enums, place.name: replace(enum, constants={item.name: item for item in items})})
