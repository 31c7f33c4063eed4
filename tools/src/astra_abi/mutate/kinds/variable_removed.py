"""A variable is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...model import Abi
from ..place import Place


def places(abi: Abi) -> Iterator[Place]:
    return (Place(name) for name in abi.variables)


def apply(abi: Abi, place: Place) -> Abi:
    return replace(abi, variables={name: item for name, item in abi.variables.items() if name != place.name})
