"""Each thread has its own of what all threads shared."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi
from ..place import Place, with_variable


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in abi.variables.values() if not item.thread_local and item.type.count != 0)


def apply(abi: Abi, place: Place) -> Abi:
    return with_variable(abi, place, thread_local=True)
