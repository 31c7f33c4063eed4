"""Artifacts made from the contract. Each module of this package that has `render` makes some of them.

`render(abi)` yields (path relative to the project's root, text). Nothing is registered: a new module is
found. `artifacts` gives all of them; the command writes them or compares them.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Iterator

from ..model import Abi

MARK = "GENERATED from spec/ by `astra-abi generate`. Do not edit."


def generators() -> Iterator[str]:
    """Names of the modules that make artifacts."""
    for module in pkgutil.iter_modules(__path__):
        if hasattr(importlib.import_module(f"{__name__}.{module.name}"), "render"):
            yield module.name


def artifacts(abi: Abi) -> dict[str, str]:
    """Every artifact: path relative to the project's root -> text."""
    made: dict[str, str] = {}
    for name in generators():
        for path, text in importlib.import_module(f"{__name__}.{name}").render(abi):
            made[path] = text
    return made
