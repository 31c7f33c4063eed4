"""What a library wants of others: found in what it needs, said where it could not be looked for, and else a break."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from astra_abi.compare import compare
from astra_abi.load.source import Reading, read_source
from astra_abi.load.surroundings import surround
from astra_abi.loader import table_of
from astra_abi.load.library import level_of

PLAIN = "int x_a(int v) { return v; }"
WANTING = "int y_d(int v); int x_a(int v) { return y_d(v); }"


def build(folder: Path, source: str, *flags: str, name: str = "libx.so.1") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.c").write_text(source)
    done = subprocess.run(["cc", "-shared", "-fPIC", f"-Wl,-soname,{name}", "-o", name, f"{name}.c", *flags], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / name


def said(old: Path, new: Path, *kinds: str) -> list[tuple[str, str, str | None]]:
    before, after = (read_source(path, Reading()) for path in (old, new))
    after = surround(before, after)
    return [(change.kind, change.subject, change.new) for change in compare(before.build.abi, after.build.abi) if change.kind in kinds]


def unserved(old: Path, new: Path) -> list[tuple[str, str | None]]:
    return [found[1:] for found in said(old, new, "symbol_unserved")]


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "old", tmp_path / "new"


def test_what_nothing_has_is_told(sides) -> None:
    assert unserved(build(sides[0], PLAIN), build(sides[1], WANTING)) == [("symbol:y_d", "y_d")]


def test_what_a_needed_library_has_is_not_told(sides) -> None:
    build(sides[1], "int y_d(int v) { return v; }", name="liby.so.1")
    assert unserved(build(sides[0], PLAIN), build(sides[1], WANTING, "./liby.so.1")) == []


def test_a_needed_library_that_is_not_here_may_have_it(sides) -> None:
    other = build(sides[1], "int y_d(int v) { return v; }", name="liby.so.1")
    new = build(sides[1], WANTING, "./liby.so.1")
    other.unlink()
    assert unserved(build(sides[0], PLAIN), new) == [("library:wants", "y_d, perhaps from liby.so.1")]


def test_a_version_that_the_needed_library_lacks_is_told(sides) -> None:
    build(sides[1], "int y_d(int v) { return v; }", name="liby.so.1")
    for node in ("Y_2", "Y_1"):
        (sides[1] / "y.map").write_text(node + " { global: y_d; local: *; };")
        build(sides[1], "int y_d(int v) { return v; }", "-Wl,--version-script=y.map", name="liby.so.1")
        new = build(sides[1], WANTING, "./liby.so.1") if node == "Y_2" else new
    assert unserved(build(sides[0], PLAIN), new) == [("symbol:y_d", "y_d@Y_2 from liby.so.1")]


def test_a_library_that_is_no_longer_needed_leaves_a_want(sides) -> None:
    for side in sides:
        build(side, "int y_d(int v) { return v; }", name="liby.so.1")
    old = build(sides[0], WANTING, "./liby.so.1")
    assert unserved(old, build(sides[1], WANTING)) == [("symbol:y_d", "y_d")]


def test_what_programs_always_had_to_give_is_not_told_when_another_library_goes(sides) -> None:
    build(sides[0], "int z_e(int v) { return v; }", name="libz_e.so.1")
    old = build(sides[0], WANTING, "-Wl,--no-as-needed", "./libz_e.so.1")
    assert unserved(old, build(sides[1], WANTING)) == []


def test_the_c_library_is_there_without_being_needed(sides) -> None:
    new = build(sides[1], "int puts(const char *); double sin(double); int x_a(int v) { puts(\"\"); return (int)sin(v); }", "-nostdlib", "-fno-builtin")
    assert unserved(build(sides[0], PLAIN), new) == [("symbol:sin", "sin")]


def test_weak_references_want_nothing(sides) -> None:
    source = "__attribute__((weak)) int y_d(int v); int x_a(int v) { return y_d ? y_d(v) : v; }"
    assert unserved(build(sides[0], PLAIN), build(sides[1], source)) == []
    assert unserved(build(sides[0], source), build(sides[1], WANTING)) == [("symbol:y_d", "y_d")]


def test_constants_need_not_be_shared(sides) -> None:
    for kind, expected in (("int", [("data_unshared", "symbol:x_v", "its own")]), ("const int", [])):
        source = f"{kind} x_v = 3; int x_a(void) {{ return x_v; }}"
        assert said(build(sides[0], source), build(sides[1], source, "-Wl,-Bsymbolic"), "data_unshared") == expected


def test_data_that_the_library_uses_no_more_is_not_taken_for_bound(sides) -> None:
    old = build(sides[0], "int x_v = 3; int x_a(void) { return x_v; }")
    new = build(sides[1], "int x_v = 3; int x_a(void) { return 4; }")
    assert said(old, new, "data_unshared") == [("data_unshared", "symbol:x_v", None)]


def test_flags_for_the_loader_are_told_once(sides) -> None:
    old, new = build(sides[0], PLAIN), build(sides[1], PLAIN, "-Wl,-z,nodlopen", "-Wl,-z,nodelete")
    assert [kind for kind, *_ in said(old, new, "dlopen_refused", "unload_refused")] == ["unload_refused", "dlopen_refused"]
    assert said(new, new, "dlopen_refused", "unload_refused") == []


@pytest.mark.parametrize(("desc", "level"), [
    ("028000c0040000000700000000000000", "x86-64-v3"),
    ("020000c0040000000300000000000000028000c0040000000f00000000000000", "x86-64-v4"),
    ("028000c004000000", None),
    ("028000c0ffffffff0800000000000000", None),
    ("ffffffffffffffff", None),
    ("", None),
])
def test_the_processor_level_is_read_from_its_property(desc: str, level: str | None) -> None:
    assert level_of({"machine": "x86_64", "notes": [{"name": "GNU", "type": 5, "desc": desc}]}) == level


def test_an_unversioned_symbol_is_compared_with_what_old_programs_bind_to(sides) -> None:
    sides[1].mkdir()
    (sides[1] / "x.map").write_text("X_1 { global: x_v; local: *; }; X_2 { global: x_v; } X_1;")
    forms = '__asm__(".symver a,x_v@X_1"); __asm__(".symver b,x_v@@X_2"); {} a = 3; long b[4] = {{4}};'
    old = build(sides[0], "int x_v = 3;")
    for kept, expected in (("int", []), ("long", [("variable_type_changed", "variable:x_v", "8 bytes")])):
        new = build(sides[1], forms.format(kept), "-Wl,--version-script=x.map")
        assert said(old, new, "variable_type_changed") == expected
        assert len(table_of(read_source(new, Reading()).build.abi.image).entries["x_v"]) == 2
