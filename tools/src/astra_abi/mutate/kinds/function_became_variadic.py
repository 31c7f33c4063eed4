"""A function takes any number of arguments."""

from __future__ import annotations

from typing import Iterator

from ...model import Abi, Param, Type
from ..place import Place, functions, with_params


def places(abi: Abi) -> Iterator[Place]:
    return (Place(item.name) for item in functions(abi) if item.params and all(param.type.base != "..." for param in item.params))


def apply(abi: Abi, place: Place) -> Abi:
    return with_params(abi, place, lambda items: items.append(Param("variadic", Type("..."))))
