"""Two ABIs -> typed changes. Says what changed, never whether it is bad.

Each module of this package that has `changes` compares one area and is found, not registered. A facet
that one side does not know is left alone, and only root causes are told: a field that moved because
another was inserted before it is no change of its own.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Iterator

from ..model import Abi
from .causes import unexplained_hash, without_consequences
from .functions import kept_version
from .kinds import KINDS, Change, every_combination
from .pair import Pair
from .passing import depends
from .unreached import set_aside

__all__ = ["KINDS", "Change", "areas", "compare", "depends", "every_combination", "kept_version"]


def areas() -> Iterator[str]:
    """Names of the modules that compare something."""
    for module in pkgutil.iter_modules(__path__):
        if hasattr(importlib.import_module(f"{__name__}.{module.name}"), "changes"):
            yield module.name


def compare(old: Abi, new: Abi) -> tuple[Change, ...]:
    """What is different in `new` from what `old` promised, by subject."""
    pair = Pair(old, new)
    found: list[Change] = []
    for name in areas():
        found += importlib.import_module(f"{__name__}.{name}").changes(pair)
    found = set_aside(pair, without_consequences(pair, found))
    found += unexplained_hash(pair, found)
    return tuple(sorted(found, key=lambda change: (change.subject, change.kind, change.old or "", change.new or "")))
