"""The pytest plugin: every case in a forked child, each outcome under the ids that the case proves.

Rows of one table (goldens, negative cases) share a child, and each of them runs alone as soon as anything went
wrong among them. Inactive without --astra-library. The process that runs pytest never loads the library.
"""

from __future__ import annotations

import gc
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from ..model import Abi, AstraError
from .isolate import Ended, run_all

SILENT = "abi/silent"
ROWS = {"golden", "negative"}
"""Fixtures whose cases are rows of a table: short, many, and each with a runtime of its own."""
TOGETHER = 24
"""Most rows in one child: forking costs more than a row does."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("astra", "conformance of a library that implements an Astra contract")
    group.addoption("--astra-library", metavar="PATH", help="the shared library to test")
    group.addoption("--astra-contract", metavar="DIR", help="the contract (default: the packaged one)")
    group.addoption("--astra-golden", metavar="DIR", help="the goldens (default: the packaged ones)")
    group.addoption("--astra-timeout", metavar="S", type=float, default=20.0, help="seconds per case (default: 20)")


def pytest_configure(config: pytest.Config) -> None:
    library = config.getoption("--astra-library")
    if not library:
        return
    from ..data import packaged
    from ..load.contract import load_contract

    try:
        abi = load_contract(Path(config.getoption("--astra-contract") or packaged("spec")))
        goldens = Path(config.getoption("--astra-golden") or packaged("golden"))
        suite = Suite(abi, Path(library), goldens, timeout_s=config.getoption("--astra-timeout"))
    except AstraError as error:
        raise pytest.UsageError(str(error)) from None
    config.pluginmanager.register(suite, "astra-suite")


class Suite:
    """One run of the cases on one library. `ended` has what became of each case."""

    def __init__(
        self, abi: Abi, library: Path, goldens: Path | None, *, timeout_s: float = 20.0, jobs: int | None = None,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> None:
        from ..bind import Binding
        from .world import recipes_of

        self.abi, self.path, self.goldens = abi, Path(library).absolute(), goldens
        self.timeout_s, self.jobs, self.progress = timeout_s, jobs, progress
        self.binding = Binding(abi)
        recipes_of(self.binding)
        self.ended: list[CaseEnded] = []
        self.uncollected: list[str] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("python_files", "*.py")
        if not hasattr(config.option, "tbstyle"):
            # Nobody will read tracebacks: the cheapest style is enough.
            config.option.tbstyle = "native"
        config.addinivalue_line("markers", "astra(*ids): what a generated case proves")

    @pytest.fixture
    def library(self):
        """The library, loaded into this case's own process."""
        return self.binding.open(self.path)

    @pytest.fixture
    def astra(self, library):
        """The library's functions as methods, audited."""
        from .client import Client

        return Client(library)

    @pytest.fixture
    def world(self, astra):
        """A runtime of its own, with everything in it that a case asks for. It need not be closed."""
        from .workplace import Workplace

        return Workplace(astra)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "negative" in metafunc.fixturenames:
            metafunc.parametrize("negative", list(self.negatives(metafunc.definition.path.parent)))
        for name in {"golden", "example"} & set(metafunc.fixturenames):
            from ..golden import examples, load_cases

            cases = load_cases(self.abi, self.goldens) if self.goldens and self.goldens.is_dir() else []
            chosen = examples(cases) if name == "example" else cases
            metafunc.parametrize(name, [pytest.param(case, id=case.key) for case in chosen])

    def negatives(self, folder: Path) -> Iterator[Any]:
        """The generated rows of the suite that the case file belongs to."""
        path = folder.parent / "generated" / "negative.json"
        if path.is_file():
            for row in json.loads(path.read_text("utf-8"))["rows"]:
                yield pytest.param(row, id=row["id"], marks=pytest.mark.astra(row["proves"]))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.uncollected.append(f"{report.nodeid}: {report.longreprtext}")

    def pytest_internalerror(self, excrepr: object) -> None:
        self.uncollected.append(str(excrepr))

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Every case in a child; several at once, reported as they end."""
        if session.testsfailed and not session.config.option.continue_on_collection_errors:
            raise session.Interrupted(f"{session.testsfailed} case files cannot be read")
        if session.config.option.collectonly:
            return True
        # What garbage collection touches has to be copied for every child that shares it.
        gc.freeze()
        try:
            for item, ended in self.run(groups(session.items)):
                self.finish(session, item, CaseEnded(item, ended))
        finally:
            gc.unfreeze()
        return True

    def run(self, together: list[list[pytest.Item]]) -> Iterator[tuple[pytest.Item, Ended]]:
        """Each item with what became of it. What ends badly in company is run again alone."""
        works = ((group, lambda group=group: [run_item(item) for item in group]) for group in together)
        for group, ended in run_all(works, timeout_s=self.timeout_s, jobs=self.jobs):
            values = ended.value if ended.result in ("returned", "printed") else [None] * len(group)
            if ended.result == "returned" or len(group) == 1:
                for item, value in zip(group, values):
                    yield item, replace(ended, value=value, seconds=ended.seconds / len(group))
                continue
            alone = list(self.run([[item] for item in group]))
            if all(CaseEnded(item, one).result in ("kept", "skipped") for item, one in alone):
                # No row is at fault alone: what one of them leaves behind harms another.
                detail = f"in one process with the {len(group) - 1} rows beside it: {ended.detail or ended.printed}"
                alone = [(item, replace(ended, value=None, detail=detail)) for item, _ in alone]
            yield from alone

    def finish(self, session: pytest.Session, item: pytest.Item, case: CaseEnded) -> None:
        self.ended.append(case)
        self.log(item, case)
        if self.progress:
            self.progress(len(self.ended), len(session.items), item.nodeid)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)

    def log(self, item: pytest.Item, case: CaseEnded) -> None:
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for report in case.reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)


def groups(items: list[pytest.Item]) -> list[list[pytest.Item]]:
    """The items in their order, rows of one table together."""
    found: list[list[pytest.Item]] = []
    for item in items:
        table = item.function if ROWS & set(getattr(item, "fixturenames", ())) else None
        last = found[-1] if found else None
        if last and table and getattr(last[0], "function", None) is table and len(last) < TOGETHER:
            last.append(item)
        else:
            found.append([item])
    return found


def run_item(item: pytest.Item) -> dict[str, Any]:
    """Runs one case in this child; what pytest reports of it, and the promises it found kept or broken."""
    from _pytest.runner import runtestprotocol

    from .marks import findings

    if capture := item.config.pluginmanager.getplugin("capturemanager"):
        # Captured output is the library's here, and isolate owns it.
        item.config.pluginmanager.unregister(capture)
    findings.clear()
    reports = runtestprotocol(item, log=False, nextitem=None)
    hook = item.config.hook
    return {
        "reports": [hook.pytest_report_to_serializable(config=item.config, report=report) for report in reports],
        "findings": dict(findings),
    }


class CaseEnded:
    """What became of one case: `result` as in model.Outcome or "skipped", and the ids that it answers for."""

    def __init__(self, item: pytest.Item, ended: Ended) -> None:
        from .marks import ATTRIBUTE

        self.nodeid, self.seconds = item.nodeid, ended.seconds
        marked = [id for mark in item.iter_markers("astra") for id in mark.args]
        self.ids = (*getattr(item.function, ATTRIBUTE, ()), *marked)
        value = ended.value or {"reports": [], "findings": {}}
        from_serializable = item.config.hook.pytest_report_from_serializable
        self.reports = [from_serializable(config=item.config, data=data) for data in value["reports"]]
        self.findings: dict[str, str | None] = dict(value["findings"])
        self.properties = dict(pair for report in self.reports for pair in report.user_properties)
        golden = getattr(getattr(item, "callspec", None), "params", {}).get("golden")
        self.golden: str | None = getattr(golden, "key", None)
        self.result, self.detail = self.judge(ended)
        if ended.printed:
            self.findings[SILENT] = f"{self.name} printed: {ended.printed.strip()}"
        self.complain(item)

    @property
    def name(self) -> str:
        file, _, case = self.nodeid.partition("::")
        return f"{file.rpartition('/')[2]}::{case}"

    def judge(self, ended: Ended) -> tuple[str, str]:
        failed = next((report for report in self.reports if report.failed), None)
        skipped = next((report for report in self.reports if report.skipped), None)
        if ended.result in ("crashed", "hung"):
            return ended.result, ended.detail
        if ended.result == "raised":
            return "broken", ended.detail
        if failed:
            return "broken", reason(failed)
        if ended.printed:
            return "printed", ended.printed.strip()
        if skipped:
            return "skipped", skipped.longrepr[2] if isinstance(skipped.longrepr, tuple) else str(skipped.longrepr)
        return "kept", ""

    def complain(self, item: pytest.Item) -> None:
        """Adds what pytest itself has not reported: crashes, and promises broken on the side."""
        lines = [f"{id}: {detail}" for id, detail in self.findings.items() if detail]
        if self.result in ("crashed", "hung", "printed") or (self.result == "broken" and not self.reports):
            lines.insert(0, f"{self.result}: {self.detail}")
        if lines:
            self.reports = [report for report in self.reports if report.when != "call" or report.failed]
            self.reports.append(pytest.TestReport(
                item.nodeid, item.location, {}, "failed", "\n".join(lines), "call", duration=self.seconds,
            ))


def reason(report: pytest.TestReport) -> str:
    """The one line that says why a case failed."""
    crash = getattr(report.longrepr, "reprcrash", None)
    return crash.message if crash else report.longreprtext.strip().splitlines()[-1]
