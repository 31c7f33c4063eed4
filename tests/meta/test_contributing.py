"""CONTRIBUTING's worked example is real: its files, put where it says, pass the gate in both libraries."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r'^```\w+ (?:(file|append)=(\S+)|in=(\S+) after="([^"]*)")\n(.*?)^```$', re.M | re.S)
COPIED = ("spec", "include", "reference-impl", "tests/conformance", "tests/golden", "compat/rules")


def blocks() -> list[tuple[str, str, str, str]]:
    """(how, file, anchor, text) of every block of the page that names a file."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    return [(how or "after", file or inside, anchor, body) for how, file, inside, anchor, body in BLOCK.findall(text)]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, astra_abi) -> Path:
    """A copy of the project in which somebody has followed the page, with both libraries built."""
    place = tmp_path_factory.mktemp("contributor")
    for folder in COPIED:
        shutil.copytree(ROOT / folder, place / folder, ignore=shutil.ignore_patterns("__pycache__", "target"))
    done = astra_abi("new", "version", "0.1.2", "--contract", place / "spec")
    assert done.returncode == 0, done.stderr
    for how, file, anchor, body in blocks():
        path = place / file
        if how == "file":
            assert not path.exists()
            path.write_text(body)
        elif how == "append":
            path.write_text(path.read_text() + body)
        else:
            text = path.read_text()
            assert text.count(anchor) == 1
            path.write_text(text.replace(anchor, f"{anchor}\n{body.rstrip()}\n"))
    done = astra_abi("generate", "--contract", place / "spec", "--output", place)
    assert done.returncode == 0, done.stderr
    done = subprocess.run(
        ["make", "-C", str(place / "reference-impl"), "all", f"ZIG={sys.executable} -m ziglang"],
        capture_output=True, text=True, env={**os.environ},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return place


def libraries(project: Path) -> list[Path]:
    return [project / "build/oracle/libastra_oracle.so", project / "build/rust/libastra.so"]


def test_the_page_takes_four_files_for_an_operator_and_four_for_a_function() -> None:
    assert [how for how, *_ in blocks()] == ["file"] * 4 + ["append", "after", "append", "file"]


def test_both_libraries_agree_on_the_new_goldens_and_pass_the_gate(project: Path, astra_abi) -> None:
    done = astra_abi("bless", *libraries(project), "--contract", project / "spec")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "tests/golden/popcount@1.json").is_file()
    for library in libraries(project):
        done = astra_abi("check", library, "--contract", project / "spec", "--baseline", ROOT / "compat/baselines", "--format", "json")
        report = json.loads(done.stdout)
        assert done.returncode == 0, report
        assert report["required_bump"] == "patch"
        found = {(change["rule"], change["subject"]) for change in report["changes"]}
        assert {("function_added", "function:astra_tensor_rank"), ("operator_added", "operator:popcount@1")} <= found
        assert [stage for stage in report["stages"] if stage["verdict"] != "pass"] == []


def test_a_new_function_gets_its_negative_cases_by_itself(project: Path) -> None:
    rows = json.loads((project / "tests/conformance/generated/negative.json").read_text())
    assert "astra_tensor_rank" in json.dumps(rows)
