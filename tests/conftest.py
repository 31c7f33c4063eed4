"""Fixtures of all tests, and the law about skips: one that the host's facts do not explain is a failure."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

EXPLAINED = {
    "one processor": lambda: len(os.sched_getaffinity(0)) < 2,
    "nix is not installed": lambda: not shutil.which("nix"),
    "clang is not installed": lambda: not shutil.which("clang"),
    "zlib1g-dev is not installed": lambda: not Path("/usr/include/zlib.h").is_file(),
    "clang's sanitizers are not installed": lambda: not list(Path("/usr/lib").glob("llvm-*/lib/clang/*/lib/linux/libclang_rt.asan-*.a")),
    "clang-19 is not installed": lambda: not shutil.which("clang-19"),
    "clippy is not installed": lambda: not shutil.which("cargo-clippy"),
    "rustfmt is not installed": lambda: not shutil.which("cargo-fmt"),
    "nvcc is not installed": lambda: not shutil.which("nvcc"),
    "chromium is not installed": lambda: not shutil.which("chromium"),
    "abidiff is not installed": lambda: not shutil.which("abidiff"),
    "abi-compliance-checker is not installed": lambda: not all(map(shutil.which, ("abi-compliance-checker", "abi-dumper", "eu-readelf", "vtable-dumper"))),
    "abicheck is not installed": lambda: not shutil.which("abicheck", path=f"{ROOT / 'build/peers-venv/bin'}:{os.environ.get('PATH', '')}"),
    "dwz is not installed": lambda: not shutil.which("dwz"),
    "eu-strip is not installed": lambda: not shutil.which("eu-strip"),
    "zlib's development files are not installed": lambda: not any(Path("/usr").glob("lib*/**/libz.a")),
    "the layouts expected are those of x86-64": lambda: platform.machine() != "x86_64",
    "no frozen client for this machine": lambda: platform.machine() != "x86_64",
}
"""Reasons for a skip, and the fact of the host that makes each of them true."""


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Skips(), "skips")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files whose tests take minutes come first; all else stays in its order."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


class Skips:
    """Sees the reports of every worker. In CI a skip that no fact explains makes the run fail."""

    def __init__(self) -> None:
        self.unexplained: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else str(report.longrepr)
            if not EXPLAINED.get(reason, lambda: False)():
                self.unexplained.append(f"{report.nodeid}: {reason}")

    def pytest_terminal_summary(self, terminalreporter) -> None:
        for line in self.unexplained:
            terminalreporter.write_line(f"SKIPPED WITHOUT A FACT THAT EXPLAINS IT: {line}", red=True)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self.unexplained and os.environ.get("CI") and exitstatus == 0:
            session.exitstatus = 1


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


def built(path: str) -> Path:
    library = ROOT / path
    if not library.is_file():
        pytest.fail(f"{path} is missing: run `make build`")
    return library


@pytest.fixture(scope="session")
def oracle() -> Path:
    """The plain-C oracle."""
    return built("build/oracle/libastra_oracle.so")


@pytest.fixture(scope="session")
def rust() -> Path:
    """The Rust runtime."""
    return built("build/rust/libastra.so")


@pytest.fixture(scope="session")
def astra_abi():
    """Runs the installed command; returns the finished process with its output as text."""
    program = Path(sys.executable).with_name("astra-abi")

    def run(*arguments: object, cwd: Path = ROOT, env: dict[str, str] | None = None, timeout: float = 300):
        return subprocess.run(
            [str(program), *map(str, arguments)], cwd=cwd, env={**os.environ, **(env or {})},
            capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL,
        )

    return run
