"""The inside of an opaque type is another one; nobody outside can see it."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place


def places(abi: Abi) -> Iterator[Place]:
    return (Place(name) for name in sorted(abi.opaque) if not name.startswith("__") and name.isidentifier())


def apply(abi: Abi, place: Place) -> Abi:
    return replace(abi, note={"inside": place.name})
