"""The Rust workspace's own tests, its lints and its format."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
WORKSPACE = ROOT / "reference-impl"


def cargo(*words: str) -> subprocess.CompletedProcess[str]:
    """cargo with the pinned toolchain, beside the folder of the release build."""
    environment = {**os.environ, "CARGO_TARGET_DIR": str(ROOT / "build" / "cargo-test")}
    pinned = subprocess.run(["sh", "toolchain.sh", "1.95.0"], cwd=WORKSPACE, capture_output=True, text=True).stdout.strip()
    return subprocess.run(["cargo", *words], cwd=WORKSPACE, capture_output=True, text=True, env=environment | ({"RUSTUP_TOOLCHAIN": pinned} if pinned else {}))


def told(done: subprocess.CompletedProcess[str]) -> str:
    return f"{done.stdout[-6000:]}\n{done.stderr[-6000:]}"


def test_every_test_of_the_crates_passes():
    done = cargo("test", "--locked", "--workspace", "--no-fail-fast")
    assert done.returncode == 0, told(done)
    assert done.stdout.count("test result: ok") >= 5


def test_no_lint_is_violated():
    if not shutil.which("cargo-clippy"):
        pytest.skip("clippy is not installed")
    done = cargo("clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings")
    assert done.returncode == 0, told(done)


def test_the_code_is_formatted():
    if not shutil.which("cargo-fmt"):
        pytest.skip("rustfmt is not installed")
    done = cargo("fmt", "--check")
    assert done.returncode == 0, told(done)
