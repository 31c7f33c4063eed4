"""Reserved fields: how they are known, and what was cut from them. Callers have always had to leave them zero."""

from __future__ import annotations

import re
from typing import Mapping

from ..model import Field, Struct

NAMES = re.compile(r"_*(reserved|reserve|rsvd|resv|unused|spare)\w*", re.IGNORECASE)


def is_reserved(struct: Struct, name: str) -> bool:
    """Whether a field is reserved: by declaration, or by a name that is used for nothing else."""
    return name in struct.reserved or NAMES.fullmatch(name) is not None


def taken_from_reserve(old: Field, rest: Field | None, fresh: Mapping[str, Field]) -> list[Field]:
    """New fields inside of what a reserved field took. What is left of it must lie inside too."""
    if rest is not None and (rest.width == old.width or rest.begin < old.begin or rest.end > old.end):
        return []
    return [new for new in fresh.values() if old.begin <= new.begin and new.end <= old.end]
