"""Breaks that must be blocked, each built for real, and compatible changes that must pass.

A break is a TOML file here: what is edited in a copy of the project, and the rule that must block it.
`library/` changes the oracle alone, `release/` the contract, header and library together against the
frozen release, `compatible/` likewise, and must pass.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

pytestmark = pytest.mark.long

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COPIED = ("spec", "include", "reference-impl/oracle-c", "reference-impl/generated", "tests/conformance", "tests/golden", "compat/rules")
CASES = sorted(HERE.glob("*/*.toml"))
SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "spec/schema/report.schema.json").read_text()))


def build(place: Path, variables: list[str] = ()) -> None:
    command = ["make", "-C", str(place / "reference-impl"), "oracle", f"ZIG={sys.executable} -m ziglang", *variables]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the oracle built in it, from which every case is copied."""
    place = tmp_path_factory.mktemp("workshop")
    for folder in COPIED:
        shutil.copytree(ROOT / folder, place / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (ROOT / "reference-impl").iterdir():
        if file.is_file():
            shutil.copy2(file, place / "reference-impl")
    build(place)
    return place


def raise_version(place: Path, astra_abi) -> str:
    """Begins the next version of the contract, which texts of edits call {next}."""
    now = tomllib.loads((place / "spec" / "contract.toml").read_text())["version"]
    line, _, patch = now.rpartition(".")
    following = f"{line}.{int(patch) + 1}"
    done = astra_abi("new", "version", following, "--contract", place / "spec")
    assert done.returncode == 0, done.stderr
    return following


def edit(place: Path, change: dict, following: str = "") -> None:
    """Applies one edit; one that does not apply fails the test, because then it proves nothing."""
    change = {key: value.replace("{next}", following) if isinstance(value, str) else value for key, value in change.items()}
    path = place / change["file"]
    if "source" in change:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(place / change["source"], path)
        if "find" not in change:
            return
    if "create" in change:
        assert not path.exists(), f"{path} exists already"
        path.write_text(change["create"])
        return
    text = path.read_text()
    if change.get("remove_file"):
        path.unlink()
        return
    if "remove_table" in change:
        start = text.index(f"[{change['remove_table']}]\n")
        end = re.compile(r"^\[", re.M).search(text, start + 1)
        new = text[:start] + (text[end.start():] if end else "")
    elif "append" in change:
        new = text + change["append"]
    else:
        assert text.count(change["find"]) >= 1, f"{change['find']!r} is not in {path}"
        new = text.replace(change["find"], change["replace"], change.get("times", 1))
    assert new != text
    path.write_text(new)


@pytest.fixture
def copy(workshop: Path, tmp_path: Path) -> Path:
    """A fresh copy of the workshop with its objects, so that only what is edited is compiled again."""
    place = tmp_path / "project"
    shutil.copytree(workshop, place, copy_function=shutil.copy2)
    return place


def library_beside(place: Path, name: str, code: str) -> None:
    """Another project's library, which the break links to."""
    source = place / "reference-impl" / "beside.c"
    source.write_text(code)
    command = [sys.executable, "-m", "ziglang", "cc", "-shared", "-o", str(source.with_name(name)), f"-Wl,-soname,{name}", str(source)]
    subprocess.run(command, check=True)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_break(path: Path, copy: Path, astra_abi) -> None:
    case = tomllib.loads(path.read_text())
    following = raise_version(copy, astra_abi) if case.get("next_version") else ""
    for change in case.get("edit", ()):
        edit(copy, change, following)
    if path.parent.name != "library":
        done = astra_abi("generate", "--contract", copy / "spec", "--output", copy)
        if case.get("refused_by_generate"):
            assert done.returncode == 2 and case["refused_by_generate"] in done.stderr, done.stdout + done.stderr
            generate_anyway(copy)
        else:
            assert done.returncode == 0, done.stdout + done.stderr
    if "beside" in case:
        library_beside(copy, **case["beside"])
    build(copy, case.get("make", []))
    arguments = ["--contract", copy / "spec", "--baseline", ROOT / "compat" / "baselines", "--format", "json"]
    arguments += [] if case.get("runs") else ["--static"]
    arguments += ["--time-limit", case["time_limit"]] if "time_limit" in case else []
    done = astra_abi("check", copy / "build/oracle/libastra_oracle.so", *arguments)
    report = json.loads(done.stdout)
    SCHEMA.validate(report)
    rules = {(change["rule"], change["subject"]) for change in report["changes"]}
    if "rule" in case:
        assert done.returncode == 1, report
        assert report["verdict"] == "breaking"
        assert (case["rule"], case["subject"]) in rules, report["changes"]
        finding = next(c for c in report["changes"] if (c["rule"], c["subject"]) == (case["rule"], case["subject"]))
        assert finding["severity"] == "breaking" and finding["breaks"] and finding["fix"]
    else:
        assert done.returncode == 0, report
        assert report["verdict"] == "compatible"
        for rule, subject in case.get("changes", []):
            assert (rule, subject) in rules, report["changes"]
        assert report["required_bump"] == case["required_bump"]


def generate_anyway(place: Path) -> None:
    """What somebody who skips the generator's refusal would build from."""
    code = (
        "import sys; from pathlib import Path; from astra_abi.generate import artifacts;"
        "from astra_abi.load.contract import load_contract; root = Path(sys.argv[1])\n"
        "for path, text in artifacts(load_contract(root / 'spec')).items():\n"
        "    (root / path).parent.mkdir(parents=True, exist_ok=True); (root / path).write_text(text)"
    )
    subprocess.run([sys.executable, "-c", code, str(place)], check=True)


def test_the_unchanged_copy_passes(workshop: Path, astra_abi) -> None:
    done = astra_abi("check", workshop / "build/oracle/libastra_oracle.so", "--contract", workshop / "spec", "--static")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_break_names_a_rule_that_exists() -> None:
    rules = {path.stem for path in (ROOT / "compat/rules").glob("*.toml")}
    for path in CASES:
        assert tomllib.loads(path.read_text()).get("rule", "field_inserted") in rules, path
