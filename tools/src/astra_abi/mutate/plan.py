"""Which steps are made, and where: every kind's places in a model, at most so many, chosen by their names alone."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from ..model import Abi, AstraError, Function, Image, Param, Type, Variable
from . import kinds as kinds_package
from .place import INT, Place, functions

MOST_PLACES = 50


@dataclass(frozen=True)
class Mutant:
    """One step at one place. `start` names what the model is made into before: most steps need nothing."""

    kind: str
    place: Place
    start: str = "plain"

    def __str__(self) -> str:
        return f"{self.kind}: {self.place}"


def load_kinds(pattern: str = "*") -> dict[str, object]:
    names = sorted(module.name for module in pkgutil.iter_modules(kinds_package.__path__))
    found = {name: importlib.import_module(f"{kinds_package.__name__}.{name}") for name in names if fnmatchcase(name, pattern)}
    if not found:
        raise AstraError(f"no kind matches '{pattern}'", "", f"name one of: {', '.join(names)}")
    return found


def with_nodes(abi: Abi) -> Abi:
    """The same library with its symbols in two version nodes."""
    names = sorted([item.name for item in functions(abi)] + [*abi.variables])
    half = max(1, len(names) // 2)
    return replace(abi, image=Image(soname="libmutant.so.1", nodes=("V1", "V2"), symbols={name: f"V{1 + (index >= half)}" for index, name in enumerate(names)}))


def with_inline(abi: Abi) -> Abi:
    """The same library with a function that programs compile themselves."""
    added = Function("mutant_inline", INT, (Param("value", INT),), inline=True)
    return replace(abi, functions={**abi.functions, added.name: added})


def with_data(abi: Abi) -> Abi:
    """The same library with data of its own for each thread, and for all of them."""
    added = [Variable("mutant_thread", Type("i32"), 4, thread_local=True), Variable("mutant_data", Type("i32"), 4), Variable("mutant_table", Type("i32", count=4), 16)]
    return replace(abi, variables={**abi.variables, **{item.name: item for item in added}})


STARTS = {"plain": lambda abi: abi, "versioned": with_nodes, "inline": with_inline, "data": with_data}
"""What a header may be made into, so that a kind has a place in it: the first that gives one is taken."""


def plan(abi: Abi, pattern: str, seed: int, sample: int | None) -> list[Mutant]:
    """Every kind's places, at most so many of each, chosen by their names alone. A sample has as many of each kind as can be."""
    table: list[list[Mutant]] = []
    kinds = load_kinds(pattern)
    for name in sorted(kinds, key=lambda name: hashlib.sha256(f"{seed}/{name}".encode()).digest()):
        kind = kinds[name]
        found: dict[Place, str] = {}
        for start, made in STARTS.items():
            if not found:
                found = {place: start for place in kind.places(made(abi)) or ()}
        ranked = sorted(found, key=lambda place: hashlib.sha256(f"{seed}/{name}/{place}".encode()).digest())
        table.append([Mutant(name, place, found[place]) for place in ranked[:MOST_PLACES]])
    spread = [mutants[row] for row in range(MOST_PLACES) for mutants in table if row < len(mutants)]
    return sorted(spread[:sample], key=lambda mutant: (mutant.kind, mutant.place))
