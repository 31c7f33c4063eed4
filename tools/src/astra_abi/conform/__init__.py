"""Runs the conformance suite on a library and says which promises it keeps. Judges nothing beyond that.

What a case imports is here too: `requires`, `proves`, `promise`, `refused`, and where to run things.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterator

from ..model import Abi, AstraError, Outcome
from .client import Client, Refused, refused
from .grandchild import in_grandchild
from .marks import RESULT, citations, computes, error_id, hand_written_errors, promise, proves, requires
from .threads import at_once, returns_within
from .workplace import Workplace, compute
from .world import World

__all__ = [
    "Client", "ConformReport", "Refused", "Workplace", "World", "at_once", "citations", "compute", "computes", "error_id",
    "hand_written_errors", "in_grandchild", "promise", "proves", "refused", "requires", "returns_within", "run",
    "run_in_terminal",
]


@dataclass(frozen=True)
class ConformReport:
    """What a run saw. `promises` has an outcome for each id that a case answered for.

    `goldens` has the digest that the library gave for each operator@version/case, and `golden_details` the
    first difference of those that differ. `skipped` says why an id has no outcome.
    """

    promises: dict[str, Outcome]
    goldens: dict[str, str]
    golden_details: dict[str, str]
    cases: int
    seconds: float
    skipped: dict[str, str] = field(default_factory=dict)


QUIET = [word for name in (
    "terminal", "logging", "warnings", "unraisableexception", "threadexception", "faulthandler",
) for word in ("-p", f"no:{name}")]
"""What of pytest a silent run does without; each would cost every case some time."""


def run(
    library: Path, abi: Abi, suite: Path, goldens: Path | None, *,
    progress: Callable[[int, int, str], None] | None = None, timeout_s: float = 20.0, select: str | None = None,
    jobs: int | None = None,
) -> ConformReport:
    """Runs a suite on a library, silently. `select` is an expression as for `pytest -k`."""
    from .plugin import Suite

    started = time.monotonic()
    check_loads(library, abi, timeout_s)
    session = Suite(abi, library, goldens, timeout_s=timeout_s, jobs=jobs, progress=progress)
    code = call_pytest(suite, [*QUIET, *(("-k", select) if select else ())], [session])
    if code == 2 and not session.uncollected:
        raise KeyboardInterrupt  # pytest keeps it to itself
    if session.uncollected or code not in (0, 1, 5):
        raise AstraError(
            f"the suite cannot be run: {(session.uncollected or [f'pytest ended with {code}'])[0]}", str(suite),
            "correct the case file, or name another suite",
        )
    return summarize(session, abi, time.monotonic() - started)


def run_in_terminal(library: Path, abi: Abi, suite: Path, goldens: Path | None, arguments: list[str], *, timeout_s: float = 20.0) -> int:
    """Runs a suite on a library as pytest would, with pytest's own output and arguments. The exit code."""
    from .plugin import Suite

    check_loads(library, abi, timeout_s)
    return int(call_pytest(suite, arguments, [Suite(abi, library, goldens, timeout_s=timeout_s)]))


def check_loads(library: Path, abi: Abi, timeout_s: float) -> None:
    """Raises if the library cannot even be loaded; tried in a child, like everything else."""
    from ..bind import Binding
    from .isolate import run_one

    binding = Binding(abi)
    library = Path(library).absolute()
    if not library.is_file():  # to open a pipe would wait for somebody to write into it
        raise AstraError("no such file", str(library), "name a shared library built for this machine")

    def load() -> str:
        try:
            binding.open(library)
        except AstraError as error:
            return error.what
        return ""

    ended = run_one(load, timeout_s=timeout_s)
    if ended.result in ("crashed", "hung", "raised"):
        raise AstraError(
            f"loading the library never ends well: {ended.result}: {ended.detail}", str(library),
            "look at what its constructors do",
        )
    if ended.value:
        raise AstraError(ended.value, str(library), "name a shared library built for this machine")


def call_pytest(suite: Path, arguments: list[str], plugins: list) -> int:
    """pytest in this process, on this suite, blind to every other configuration and leaving no files."""
    import pytest

    from . import plugin

    cases = suite / "cases"
    if not cases.is_dir():
        raise AstraError("there is no folder 'cases' here", str(suite), "name a conformance suite")
    with untouched_interpreter(suite):
        return int(pytest.main([
            "-c", os.devnull, f"--rootdir={suite}", "--noconftest", "-p", "no:cacheprovider", "--import-mode=importlib",
            *arguments, str(cases),
        ], plugins=[plugin, *plugins]))


@contextlib.contextmanager
def untouched_interpreter(suite: Path) -> Iterator[None]:
    """No bytecode is written, no foreign plugin or option joins in, and no case file stays imported."""
    names = (
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_CURRENT_TEST",
        "HYPOTHESIS_STORAGE_DIRECTORY",
    )
    before = {name: os.environ.pop(name, None) for name in names}
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    scratch = tempfile.mkdtemp(prefix="astra-")
    os.environ |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "HYPOTHESIS_STORAGE_DIRECTORY": scratch}
    try:
        yield
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        sys.dont_write_bytecode = writes
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if file and Path(file).is_relative_to(suite):
                del sys.modules[name]


SEVERITY = ("kept", "broken", "printed", "hung", "crashed")
"""Of several cases for one id, the worst counts."""


def summarize(session, abi: Abi, seconds: float) -> ConformReport:
    """From cases to promises: one is kept only if all its cases pass."""
    about = {requirement.id: requirement.about for requirement in abi.all_requirements()}
    found: dict[str, Outcome] = {}
    skipped: dict[str, str] = {}
    goldens, details = {}, {}

    def add(id: str, result: str, detail: str) -> None:
        old = found.get(id)
        if not old or SEVERITY.index(result) > SEVERITY.index(old.result):
            found[id] = Outcome(result, about.get(id, "bits" if id.endswith(RESULT) else "errors"), detail)

    for case in session.ended:
        for id in case.ids:
            if case.result == "skipped":
                skipped[id] = case.detail
            else:
                add(id, case.result, f"{case.name}: {case.detail}" if case.detail else "")
        for id, detail in case.findings.items():
            add(id, "broken" if detail else "kept", f"{case.name}: {detail}" if detail else "")
        if case.golden:
            goldens[case.golden] = case.properties.get("digest", case.result)
            if difference := case.properties.get("difference", case.detail):
                details[case.golden] = difference
    skipped = {id: reason for id, reason in skipped.items() if id not in found}
    return ConformReport(found, goldens, details, len(session.ended), seconds, skipped)
