"""The law about skips: in CI one that no fact of the host explains is a failure, on however many workers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_a_skip_without_a_reason_that_holds_fails_in_ci(workers: str, ci: str, code: int, tmp_path: Path) -> None:
    shutil.copy(TESTS / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text("import pytest\n\ndef test_a(): pytest.skip('nix is nowhere to be seen')\n\ndef test_b(): pass\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--numprocesses", workers, str(tmp_path)],
        cwd=tmp_path, env={**os.environ, "CI": ci}, capture_output=True, text=True,
    )
    assert "SKIPPED WITHOUT A FACT THAT EXPLAINS IT: test_it.py::test_a: nix is nowhere to be seen" in done.stdout
    assert done.returncode == code, done.stdout
