"""A constant is new behind the others."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Iterator

from ...model import Abi, Constant
from ..place import Place


def places(abi: Abi) -> Iterator[Place]:
    return (Place(enum.name) for enum in abi.enums.values() if not re.search(r"(COUNT|MAX|LAST|END)$", [*enum.constants][-1]))


def apply(abi: Abi, place: Place) -> Abi:
    enum = abi.enums[place.name]
    last = [*enum.constants.values()][-1]
    added = Constant(f"{last.name}_MORE", max(item.value for item in enum.constants.values()) + 1, "")
    return replace(abi, enums={**abi.enums, place.name: replace(enum, constants={**enum.constants, added.name: added})})
