"""A comment says something else; nothing changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place, functions, with_function


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in functions(abi))


def apply(abi: Abi, place: Place) -> Abi:
    return with_function(abi, replace(abi.functions[place.name], doc="Says something else."))
