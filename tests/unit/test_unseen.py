"""What debug information alone does not show is said by every form of a report, and what sources alone meet is told of them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler")
UNSEEN = "macros, and constants of enums that no function reaches, were not seen"
FORMS = ("text", "json", "markdown", "html", "junit", "sarif", "github")


def library(folder: Path, header: str, *flags: str) -> Path:
    folder.mkdir()
    (folder / "x.h").write_text(header)
    (folder / "x.c").write_text(f'#include "x.h"\nint x_a(int v) {{ return v == {folder.name.count("w") + 1}; }}\n')
    subprocess.run(["cc", "-O1", "-g", "-shared", "-fPIC", "-Wl,-soname,libx.so.1", *flags, "x.c", "-o", "libx.so"], cwd=folder, check=True)
    return folder / "libx.so"


@pytest.fixture(scope="module")
def builds(tmp_path_factory) -> tuple[Path, Path]:
    root = tmp_path_factory.mktemp("unseen")
    return tuple(library(root / name, f"#define X_ONE {number}\nenum {{ X_TWO = {number} }};\nint x_a(int v);\n") for name, number in (("old", 1), ("new", 2)))


def report(*arguments: object) -> tuple[int, str]:
    done = subprocess.run([str(Path(sys.executable).with_name("astra-abi")), "diff", *map(str, arguments)], capture_output=True, text=True)
    return done.returncode, " ".join(done.stdout.split())


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_that_macros_were_not_seen(form: str, builds) -> None:
    code, text = report(*builds, "--format", form)
    assert code == 0
    assert UNSEEN in text


@pytest.mark.parametrize("form", FORMS)
def test_with_the_headers_of_both_sides_they_were(form: str, builds) -> None:
    code, text = report(*builds, "--old-headers", builds[0].parent, "--new-headers", builds[1].parent, "--format", form)
    assert code == 1
    assert UNSEEN not in text


def test_one_file_on_both_sides_hides_nothing(builds) -> None:
    assert UNSEEN not in report(builds[0], builds[0])[1]


def test_who_asks_for_symbols_alone_is_told_of_symbols_alone(builds) -> None:
    assert UNSEEN not in report(*builds, "--symbols-only")[1]


def sources(folder: Path, old: str, new: str) -> tuple[int, int, list[str]]:
    """The exit code for programs and for sources, and the rules that are met."""
    for name, text in (("old", old), ("new", new)):
        (folder / name).mkdir()
        (folder / name / "x.h").write_text(text)
    sides = (folder / "old" / "x.h", folder / "new" / "x.h")
    found = json.loads(report(*sides, "--format", "json")[1])["changes"]
    return report(*sides)[0], report(*sides, "--fail-on", "source")[0], sorted({change["rule"] for change in found})


@pytest.mark.parametrize(("old", "new", "code", "rules"), [
    ("int f();", "int f(int v);", 1, ["function_prototyped"]),
    ("int f();", "int f(void);", 0, ["function_prototyped_empty"]),
    ("int f(int v);", "int f();", 0, ["function_unprototyped"]),
    ("int f();", "int f();", 0, []),
    ("int f(int v); int g(int v);", "int f(int v); int g(int v);\n#define f g\n", 0, ["function_hidden_by_macro"]),
    ("int f(int v); int g(int v);", "int f(int v); int g(int v);\n#define f(v) g((v) + 1)\n", 0, ["function_hidden_by_macro"]),
    ("int f(int v);\n#define f(v) (v)\n", "int f(int v);", 0, ["function_bared"]),
    ("int f(int v);", "int f(int v);\n#define f f\n", 0, []),
    ("int f(int v, int w);", "int f(int v, int w);\n#define f(a, b) f(a, b)\n", 0, []),
    ("int f(int v, int w);", "int f(int v, int w);\n#define f(a, b) f(b, a)\n", 0, ["function_hidden_by_macro"]),
])
def test_what_sources_meet_is_told_of_them(old: str, new: str, code: int, rules: list[str], tmp_path: Path) -> None:
    assert sources(tmp_path, old, new) == (0, code, rules)


def test_a_compiler_refuses_what_is_called_a_break_of_sources(tmp_path: Path) -> None:
    (tmp_path / "x.c").write_text("int f(int v);\nint main(void) { return f(); }\n")
    done = subprocess.run(["cc", "-fsyntax-only", "x.c"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode and "too few arguments" in done.stderr
