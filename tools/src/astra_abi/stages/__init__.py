"""The stages of `astra-abi check`, in the order in which they run.

A stage is a module here with `TITLE` and `run(subject) -> Result`. It reads, compares, and returns typed
changes; judging them is not its business. What it cannot do it raises as AstraError: never a pass.
"""

from __future__ import annotations

import importlib
import time
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Callable

from ..compare import Change
from ..load.baseline import find_baselines, load_baseline
from ..load.library import Library, load_library
from ..model import Abi, AstraError
from ..project import Project

ORDER = ("contract", "header", "symbols", "layouts", "toolchain", "baselines", "conformance", "goldens", "clients")
"""Cheap and static stages first, so that a break shows before anything of the library runs."""
STATIC = ORDER[:6]
EXISTING = ("declared", "exports", "build", "floor", "releases", "recorded")
"""The stages of a library that was there before its contract: headers declare it, the contract says the rest."""
PASS, FAIL, CANNOT_RUN, NOT_DECLARED = "pass", "fail", "cannot-run", "not-declared"


@dataclass(frozen=True)
class Result:
    """What one stage found. `summary` is one line for people; `kept` says where a kept result came from."""

    name: str
    verdict: str
    summary: str
    changes: tuple[Change, ...] = ()
    remedy: str = ""
    seconds: float = 0.0
    kept: bool = False
    title: str = ""
    places: tuple[tuple[str, ...], ...] = ()
    """For each change the targets where it was seen; empty where that is the same for all of them."""
    excuses: tuple[str, ...] = ()
    """For each change why it cannot block, or nothing."""


@dataclass
class Subject:
    """What is checked against what. The library is read once, whoever asks first."""

    path: Path
    project: Project
    contract: Abi
    debug_file: Path | None = None
    keep: Path | None = None
    progress: Callable[[str, int, int], None] = lambda name, done, total: None
    time_limit: float = 20.0
    """Seconds that one conformance case may take."""
    observed: object = None
    """What `observe` saw of the running library, or the error that it met: the same for every stage."""

    @cached_property
    def library(self) -> Library:
        return load_library(self.path, sorted(self.contract.functions or ()), self.debug_file)

    @cached_property
    def releases(self) -> list[Abi]:
        """Every frozen release, oldest first, verified and read once."""
        folder = self.project.baselines
        return [load_baseline(place) for place in find_baselines(folder)] if folder else []


def run_stages(subject: object, names: tuple[str, ...], started: Callable[[str], None] = lambda name: None) -> list[Result]:
    """Runs stages one after the other; a stage that cannot run does not stop the next."""
    results = []
    for name in names:
        started(name)
        begin = time.perf_counter()
        stage = importlib.import_module(f"{__name__}.{name}")
        try:
            result = stage.run(subject)
        except AstraError as error:
            where = f"{error.where}: " if error.where else ""
            result = Result(name, CANNOT_RUN, f"{where}{error.what}", remedy=error.do_this)
        results.append(replace(result, name=name, title=stage.TITLE, seconds=time.perf_counter() - begin))
    return results


def found(changes: tuple[Change, ...], summary: str) -> Result:
    """A result from changes; whether they amount to a failure is decided by the rules."""
    return Result("", PASS, summary, tuple(changes))
