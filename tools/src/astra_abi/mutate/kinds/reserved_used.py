"""A reserved field has a use."""

from __future__ import annotations

import re
from typing import Iterator

from ...model import Abi
from ..place import Place, fields, with_field


def places(abi: Abi) -> Iterator[Place]:
    return (place for place, field in fields(abi) if re.match(r"_*(reserved|spare|unused)", field.name))


def apply(abi: Abi, place: Place) -> Abi:
    return with_field(abi, place, name="used")
