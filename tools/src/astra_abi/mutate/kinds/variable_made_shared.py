"""All threads share what each had its own of."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, with_variable


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in abi.variables.values() if item.thread_local)


def apply(abi: Abi, place: Place) -> Abi:
    return with_variable(abi, place, thread_local=False)
