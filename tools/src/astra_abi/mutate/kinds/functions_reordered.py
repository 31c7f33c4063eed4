"""Functions are declared in another order; nothing changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place


def places(abi: Abi) -> Iterator[Place]:
    if len(abi.functions) > 1:
        yield Place("functions")


def apply(abi: Abi, place: Place) -> Abi:
    return replace(abi, functions=dict(reversed(abi.functions.items())))
