"""Pairs of small releases with a known verdict: what the gate says with headers, from them alone, and without.

A `script` names the version nodes of a side; `flags` are the compiler's, of a side or a client. A client, where there is one, is compiled against the old release and run on the new one: the label is
what happens to it. Pairs are found by their place; there is no list of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
PAIRS = {path.stem: tomllib.loads(path.read_text()) for path in sorted(FOLDER.glob("*.toml"))}
CLIENTS = [name for name, pair in PAIRS.items() if "client" in pair]
EXIT = {"compatible": 0, "breaking": 1, "cannot-judge": 2}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory):
    """Builds a pair on demand, once: a folder with old/ and new/, each with x.h and libx.so."""
    root = tmp_path_factory.mktemp("pairs")

    def build(name: str) -> Path:
        for side in ("old", "new"):
            folder = root / name / side
            if not folder.exists():
                folder.mkdir(parents=True)
                (folder / "x.h").write_text(PAIRS[name][side]["header"])
                (folder / "x.c").write_text(PAIRS[name][side]["source"])
                (folder / "x.map").write_text(script := PAIRS[name][side].get("script", ""))
                nodes = ["-Wl,--version-script=x.map"] if script else []
                compile_c(folder, "-shared", "-fPIC", "-g", "-Wl,-soname,libx.so.1", "x.c", "-o", "libx.so", *nodes, *PAIRS[name][side].get("flags", ()))
        return root / name

    return build


def compile_c(folder: Path, *arguments: str) -> None:
    done = subprocess.run(["cc", "-O1", "-I.", *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def judged(*arguments: str) -> tuple[int, dict]:
    command = [str(Path(sys.executable).with_name("astra-abi")), "diff", *arguments, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def breaking(report: dict) -> set[str]:
    return {change["rule"] for change in report["changes"] if change["severity"] == "breaking"}


@pytest.mark.parametrize("name", PAIRS)
def test_with_headers_the_verdict_and_its_rules_are_as_labelled(name: str, built) -> None:
    folder = built(name)
    sides = [str(folder / side / "libx.so") for side in ("old", "new")]
    code, report = judged(*sides, "--old-headers", str(folder / "old"), "--new-headers", str(folder / "new"))
    assert (code, breaking(report)) == (EXIT[PAIRS[name]["verdict"]], set(PAIRS[name]["finds"]))


@pytest.mark.parametrize("name", PAIRS)
def test_debug_information_alone_gives_the_verdict_too(name: str, built) -> None:
    folder = built(name)
    code, report = judged(*(str(folder / side / "libx.so") for side in ("old", "new")))
    assert code == EXIT[PAIRS[name].get("without_headers", PAIRS[name]["verdict"])], report["changes"]


@pytest.mark.parametrize("name", PAIRS)
def test_headers_alone_give_the_verdict_too(name: str, built) -> None:
    folder = built(name)
    code, report = judged(str(folder / "old" / "x.h"), str(folder / "new" / "x.h"))
    assert code == EXIT[PAIRS[name].get("headers_alone", PAIRS[name]["verdict"])], report["changes"]


@pytest.mark.parametrize("name", PAIRS)
def test_a_release_compared_with_itself_yields_nothing(name: str, built) -> None:
    for side in ("old", "new"):
        folder = str(built(name) / side)
        code, report = judged(f"{folder}/libx.so", f"{folder}/libx.so", "--headers", folder)
        assert (code, report["changes"]) == (0, [])


@pytest.mark.parametrize("name", CLIENTS)
def test_an_old_program_shows_that_the_label_is_true(name: str, built) -> None:
    folder = built(name)
    (folder / "old" / "client.c").write_text(PAIRS[name]["client"]["source"])
    compile_c(folder / "old", "client.c", "./libx.so", "-o", "client", *PAIRS[name]["client"].get("flags", ()))
    for side in ("old", "new"):
        link = folder / side / "libx.so.1"
        if not link.exists():
            link.symlink_to("libx.so")
    runs = [run(folder / "old" / "client", folder / side) for side in ("old", "new")]
    assert runs[0][0] == 0
    assert (runs[0] == runs[1]) is (PAIRS[name]["verdict"] == "compatible"), runs


def run(program: Path, libraries: Path) -> tuple[int, str]:
    environment = {"LD_LIBRARY_PATH": str(libraries), "LD_BIND_NOW": "1", "PATH": os.environ["PATH"]}
    done = subprocess.run([program], env=environment, capture_output=True, text=True, timeout=20)
    return done.returncode, done.stdout
