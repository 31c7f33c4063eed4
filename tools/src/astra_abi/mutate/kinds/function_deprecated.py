"""Programs are told not to call a function any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place, functions, with_function


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in functions(abi) if not item.deprecated)


def apply(abi: Abi, place: Place) -> Abi:
    return with_function(abi, replace(abi.functions[place.name], deprecated=True))
