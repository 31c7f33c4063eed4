"""Two libraries that are one to the loader: what debug information says does not count, every loaded byte does."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from astra_abi.doubt import same_loaded

pytestmark = pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler")
PLAIN = "int x_a({0}) { return from - to; }\n"
OTHER = "int x_a({0}) { return to - from; }\n"


def build(folder: Path, params: str, source: str = "int x_a(int a, int b) { return a - b; }", *flags: str) -> Path:
    folder.mkdir()
    (folder / "x.h").write_text(f"int x_a({params});\n")
    (folder / "x.c").write_text(source.replace("{0}", params))
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-Wl,-soname,libx.so.1", *flags, "x.c", "-o", "libx.so"], cwd=folder, check=True)
    return folder / "libx.so"


def test_debug_information_and_the_number_of_a_build_are_not_loaded(tmp_path: Path) -> None:
    old = build(tmp_path / "old", "int from, int to", "int x_a({0}) { return 1; }", "-g", "-Wl,--build-id=0x01")
    new = build(tmp_path / "new", "int to, int from", "int x_a({0}) { return 1; }", "-g", "-Wl,--build-id=0x02")
    assert old.read_bytes() != new.read_bytes()
    assert same_loaded(old, new)


def test_another_instruction_or_text_is_another_library(tmp_path: Path) -> None:
    first = build(tmp_path / "first", "int from, int to", PLAIN)
    assert not same_loaded(first, build(tmp_path / "second", "int from, int to", OTHER))
    one, other = (build(tmp_path / text, "void", f'const char *x_a(void) {{ return "{text}"; }}') for text in ("abc", "abd"))
    assert not same_loaded(one, other)


def test_what_cannot_be_read_is_not_the_same(tmp_path: Path) -> None:
    good = build(tmp_path / "good", "int from, int to", PLAIN, "-g")
    data = good.read_bytes()
    for number, bad in enumerate((b"", b"\x7fELF", data[:64], data[:-200], data[:40] + b"\xff" * 8 + data[48:], data[:60] + b"\0\0" + data[62:], b"text")):
        (place := tmp_path / f"bad{number}").write_bytes(bad)
        assert not same_loaded(good, place)
        assert not same_loaded(place, good)
    assert not same_loaded(good, tmp_path / "nothing")
    stripped = [tmp_path / name for name in ("one", "two")]
    for number, place in enumerate(stripped):
        place.write_bytes(data[:60] + b"\0\0" + data[62:-1] + bytes([number]))
    assert not same_loaded(*stripped), "a file that lists no sections shows nothing"


def judged(old: Path, new: Path, *more: str) -> tuple[int, dict[str, str]]:
    command = [str(Path(sys.executable).with_name("astra-abi")), "diff", str(old), str(new), "--old-headers", str(old.parent), "--new-headers", str(new.parent)]
    done = subprocess.run([*command, *more, "--format", "json"], capture_output=True, text=True)
    return done.returncode, {change["rule"]: change["severity"] for change in json.loads(done.stdout)["changes"]}


def test_names_that_changed_places_in_the_header_alone_are_a_risk(tmp_path: Path) -> None:
    old, new = build(tmp_path / "old", "int from, int to"), build(tmp_path / "new", "int to, int from")
    assert judged(old, new) == (0, {"param_names_swapped": "risky"})


def test_parameters_that_changed_places_in_the_code_too_are_a_break(tmp_path: Path) -> None:
    old, new = build(tmp_path / "old", "int from, int to", PLAIN), build(tmp_path / "new", "int to, int from", PLAIN)
    assert judged(old, new) == (1, {"param_moved": "breaking"})
