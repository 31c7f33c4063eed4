"""An implementer who installs only the wheel has everything: contract, rules, suite, goldens, baselines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh venv that holds the wheel and what it depends on, and nothing of this checkout."""
    place = tmp_path_factory.mktemp("implementer")
    environment = {**os.environ, "CARGO_TARGET_DIR": str(ROOT / "build/native"), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    wheel = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(place / "dist"), str(ROOT / "tools")]
    subprocess.run(wheel, check=True, env=environment, cwd=place)
    subprocess.run([sys.executable, "-m", "venv", str(place / "venv")], check=True)
    (file,) = (place / "dist").glob("*.whl")
    pip = [str(place / "venv/bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-c", str(ROOT / "tools/requirements.txt"), str(file)], check=True, cwd=place)
    return place


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([str(place / "venv/bin/astra-abi"), *arguments], cwd=place, capture_output=True, text=True, timeout=300)


def test_an_installed_gate_checks_a_library_from_any_folder(installed: Path, oracle: Path) -> None:
    done = run(installed, "check", str(oracle), "--format", "json")
    report = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert report["about"]["contract"].endswith("(from the packaged contract)")
    assert str(installed) in report["about"]["contract"]
    verdicts = {stage["name"]: stage["verdict"] for stage in report["stages"]}
    assert set(verdicts.values()) == {"pass"}, verdicts


def test_an_installed_suite_runs_as_pytest_does(installed: Path, rust: Path) -> None:
    done = run(installed, "conform", str(rust), "-q", "-k", "stream")
    assert done.returncode == 0 and " passed" in done.stdout, done.stdout + done.stderr


def test_an_installed_gate_explains_its_rules(installed: Path) -> None:
    done = run(installed, "explain", "field_inserted")
    assert done.returncode == 0 and "field_inserted" in done.stdout


def test_building_the_wheel_leaves_nothing_behind(installed: Path) -> None:
    assert not (ROOT / "tools/src/astra_abi/_data").exists()
