"""Exported symbols that no debug information describes: which of them keep a build from being judged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

MARKS = '__asm__(".data\\n.globl _end\\n.globl __bss_start\\n.globl edata\\n_end:\\n__bss_start:\\nedata:\\n.byte 0\\n.text");'
PLAIN = "int f(int x) { return x; }\n"


def built(folder: Path, source: str, *options: str) -> str:
    folder.mkdir()
    (folder / "x.c").write_text(source)
    subprocess.run(["cc", "-shared", "-fPIC", "-g", "-O1", "-Wl,-soname,libx.so", *options, "-o", folder / "libx.so", folder / "x.c"], check=True)
    return str(folder / "libx.so")


def judged(tmp_path: Path, old: str, new: str, *options: str) -> tuple[int, dict]:
    sides = built(tmp_path / "old", old, *options), built(tmp_path / "new", new, *options)
    command = [str(Path(sys.executable).with_name("astra-abi")), "diff", *sides, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout)


def rules(report: dict) -> list[tuple[str, str]]:
    return [(change["rule"], change["subject"]) for change in report["changes"]]


@pytest.mark.parametrize("old, new", [(MARKS, MARKS), (MARKS, ""), ("", MARKS)])
def test_places_that_linkers_name_need_no_types(tmp_path: Path, old: str, new: str) -> None:
    code, report = judged(tmp_path, PLAIN + old, PLAIN + "/* built anew */" + new)
    assert (code, report["changes"]) == (0, [])


@pytest.mark.parametrize("own", ["int end = 3;", "int edata(int x) { return x; }"])
def test_a_name_of_linkers_that_has_a_type_is_the_library_s_own(tmp_path: Path, own: str) -> None:
    code, report = judged(tmp_path, PLAIN + own, PLAIN)
    name = own.split()[1].partition("(")[0]
    assert (code, rules(report)) == (1, [("symbol_removed", f"symbol:{name}")])


def test_any_other_name_without_a_type_cannot_be_judged(tmp_path: Path) -> None:
    code, report = judged(tmp_path, PLAIN + MARKS.replace("edata", "own"), PLAIN + MARKS.replace("edata", "own") + "int g(void) { return 0; }")
    assert (code, report["verdict"]) == (2, "cannot-judge")
