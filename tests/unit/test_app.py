"""`check --app`: whether one program still runs with a library. Every verdict is held against a real start of the program."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import jsonschema
import pytest

from astra_abi.cli import astra_abi as command_line
from astra_abi.contained import run
from astra_abi.model import AstraError
from astra_abi.record.cells import Wardens
from click.testing import CliRunner
from releases import CALLS_LIBC, NAME, Elf, cc, library, program, start

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "spec/schema/report.schema.json").read_text())
HEADER = """
struct options { int level; long size; };
enum mode { FAST = 1, SLOW = 2 };
int f(struct options *options, enum mode mode);
int g(void);
int unused(struct options *options);
"""
SOURCE = HEADER + """
int f(struct options *options, enum mode mode) { return options->level + mode; }
int g(void) { return 0; }
int unused(struct options *options) { return 0; }
"""
CLIENT = HEADER + "int main(int c, char **v) { struct options o = { 1, 2 }; return c > 1 ? 3 : f(&o, FAST) + g() - 2; }"
V1 = "V1 { global: f; g; unused; local: *; };"
DATA = "int f[2] = { 1, 2 };"
READS = "extern int f[2]; int main(void) { return f[0] - 1; }"
NO_PIE = ("-fno-pie", "-no-pie")


def check(*arguments: object) -> tuple[int, dict]:
    done = CliRunner().invoke(command_line, ["check", *map(str, arguments), "--format", "json"])
    report = json.loads(done.stdout)
    jsonschema.validate(report, SCHEMA)
    return 2 if isinstance(done.exception, AstraError) else done.exit_code, report  # as the command itself ends


def rules(report: dict) -> set[tuple[str, str]]:
    return {(change["rule"], change["subject"]) for change in report["changes"]}


def stages(report: dict) -> dict[str, str]:
    return {stage["name"]: stage["verdict"] for stage in report["stages"]}


def built(folder: Path, old: tuple, new: tuple, client: str, *flags: str) -> tuple[Path, Path, Path]:
    before = library(folder / "old", *old)
    return before, library(folder / "new", *new), program(folder, client, *flags, before)


SYMBOLS = {
    "nothing changed": ((SOURCE, V1), (SOURCE, V1), CLIENT, (), 0, set()),
    "a called function is gone": ((SOURCE,), (SOURCE.replace("int g(void) {", "int h(void) {"),), CLIENT, (), 1, {("program_symbol_late", "symbol:g")}),
    "a function that it does not use is gone": (
        (SOURCE,), (SOURCE.replace("int unused(struct options *options) {", "int h(void) {"),), CLIENT, (), 0, set()),
    "a function whose address it takes is gone": (
        (SOURCE,), (SOURCE.replace("int g(void) {", "int h(void) {"),), HEADER + "int (*p)(void) = g; int main(void) { return p == 0; }", (), 1, {("program_symbol_missing", "symbol:g")}),
    "its node is gone": ((SOURCE, V1), (SOURCE, V1.replace("V1", "V2")), CLIENT, (), 1, {("program_node_missing", "library:node:V1")}),
    "a node that it does not use is gone": (
        (SOURCE, V1.replace("unused; ", "") + "V2 { global: unused; };"), (SOURCE, V1), CLIENT, (), 0, set()),
    "a function moved into another node": (
        (SOURCE, V1), (SOURCE, "V1 { global: f; local: *; }; V2 { global: g; };"), CLIENT, (), 1, {("program_symbol_late", "symbol:g@V1")}),
    "versions are dropped, with a table": (
        (SOURCE, V1), (SOURCE + CALLS_LIBC, None, "-Wl,--no-as-needed", "-lc"), CLIENT, (), 0, {("program_version_unknown", "library:node:V1")}),
    "versions are dropped, without a table": (
        (SOURCE, V1), (SOURCE,), CLIENT, (), 1, {("program_version_refused", "symbol:f@V1"), ("program_version_refused", "symbol:g@V1")}),
    "a weak reference finds nothing": (
        (SOURCE,), (SOURCE.replace("int g(void) {", "int h(void) {"),), HEADER + "#pragma weak g\nint main(void) { struct options o = { 1, 2 }; return (g ? g() : 0) + f(&o, FAST) - 2; }", (), 0,
        set()),
    "a copy is outgrown": ((DATA,), ("int f[3] = { 1, 2, 3 };",), READS, NO_PIE, 1, {("program_copy_outgrown", "symbol:f")}),
    "a copy has shrunk": ((DATA,), ("int f[1] = { 1 };",), READS, NO_PIE, 1, {("program_copy_shrunk", "symbol:f")}),
    "a copy is as large as it was": ((DATA,), ("int f[2] = { 1, 3 };",), READS, NO_PIE, 0, set()),
    "copied data is gone": ((DATA,), ("int h[2];",), READS, NO_PIE, 1, {("program_symbol_missing", "symbol:f")}),
    "a copy is ignored": ((DATA,), ('__attribute__((visibility("protected"))) ' + DATA,), READS, NO_PIE, 1, {("program_copy_ignored", "symbol:f")}),
    "data became a function": ((DATA,), ("int f(void) { return 1; }",), READS, NO_PIE, 1, {("symbol_kind_changed", "symbol:f")}),
    "a function became data": ((SOURCE,), (SOURCE.replace("int g(void) { return 0; }", "int h;").replace("int g(void);", "int g = 1;"),), CLIENT, (), 1, {("symbol_kind_changed", "symbol:g")}),
    "thread-local data became common": (
        ("__thread int f = 1;",), ("int f = 1;",), "extern __thread int f; int main(void) { return f - 1; }", (), 1, {("symbol_kind_changed", "symbol:f")}),
    "thread-local data stays": (("__thread int f = 1;",), ("__thread int f = 1;",), "extern __thread int f; int main(void) { return f - 1; }", (), 0, set()),
}
HARMLESS_AT_THE_START = {"a copy is outgrown", "a copy has shrunk", "a copy is ignored", "data became a function"}
"""The loader does not mind; the program comes to harm, or reads something else, later."""


@pytest.mark.parametrize("name", SYMBOLS)
def test_symbols_are_judged_as_the_program_fares(name: str, tmp_path: Path) -> None:
    old, new, client, flags, expected, found = SYMBOLS[name]
    before, after, client = built(tmp_path, old, new, client, *flags)
    for more in ((), ("--old", before)):
        code, report = check(after, "--app", client, "--symbols-only", *more)
        told = {item for item in rules(report) if "weak" not in item[0]}
        assert (code, told) == (expected, found), report
    assert start(client, before.parent) == 0
    if name not in HARMLESS_AT_THE_START:
        assert (start(client, after.parent) != 0) == bool(expected)


def test_a_weak_symbol_that_the_old_library_had_is_told(tmp_path: Path) -> None:
    old, new, client, *_ = SYMBOLS["a weak reference finds nothing"]
    before, after, client = built(tmp_path, old, new, client)
    _, report = check(after, "--app", client, "--symbols-only", "--old", before)
    assert rules(report) == {("program_weak_symbol_missing", "symbol:g")}


TYPES = {
    "nothing changed": (SOURCE, 0, set()),
    "a field was inserted": (SOURCE.replace("int level; long size", "long first; int level; long size"), 1, {("field_inserted", "struct:options.first")}),
    "a constant was renumbered": (SOURCE.replace("FAST = 1", "FAST = 4"), 1, {("constant_renumbered", "constant:FAST")}),
    "a parameter was added": (SOURCE.replace("enum mode mode)", "enum mode mode, void *more)"), 1, {("param_added", "function:f.more")}),
    "an unused function changed": (SOURCE.replace("int unused(struct options *options)", "long unused(double options)"), 0, set()),
}


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("way", ["debug information", "headers", "the old library"])
def test_types_that_the_program_uses_are_compared(name: str, way: str, tmp_path: Path) -> None:
    source, expected, found = TYPES[name]
    debug = "-g" if way != "the old library" else "-g0"
    before = library(tmp_path / "old", SOURCE, None, "-g")
    after = library(tmp_path / "new", source, None, "-g" if way != "headers" else "-g0")
    client = program(tmp_path, CLIENT, debug, before)
    more: list[object] = []
    if way == "headers":
        (tmp_path / "x.h").write_text("\n".join(line for line in source.splitlines() if not line.endswith("}")))
        more = ["--headers", tmp_path / "x.h"]
    if way == "the old library":
        more = ["--old", before]
    code, report = check(after, "--app", client, *more)
    told = rules(report) if not expected else rules(report) & found  # headers tell of consequences beside
    assert (code, told) == (expected, found), report
    assert stages(report)[f"types:{client.name}"] == ("fail" if expected else "pass")


def test_types_that_nobody_tells_are_said_to_be_missing(tmp_path: Path) -> None:
    before, after, client = built(tmp_path, (SOURCE,), (SOURCE,), CLIENT)
    code, report = check(after, "--app", client)
    assert (code, stages(report)) == (2, {"symbols:client": "pass", "types:client": "cannot-run"})
    assert "--symbols-only" in report["stages"][1]["remedy"]
    program(tmp_path, CLIENT, "-g", before)
    code, report = check(after, "--app", client)
    assert (code, stages(report)["types:client"]) == (2, "cannot-run")
    assert "has no debug information, and no headers are given" in report["stages"][1]["summary"]


def test_both_ways_to_name_the_library_say_the_same(tmp_path: Path) -> None:
    _, after, client = built(tmp_path, (SOURCE,), (SOURCE,), CLIENT)
    reports = [check(*how) for how in ((after, "--app", client, "--symbols-only"), ("--app", client, "--library", after, "--symbols-only"))]
    assert [code for code, _ in reports] == [0, 0]
    assert reports[0][1]["about"] == reports[1][1]["about"] == {"library": str(after), "program": str(client)}


@pytest.mark.parametrize("arguments", [
    ("--app", "CLIENT"), ("LIBRARY", "--library", "LIBRARY", "--app", "CLIENT"), ("LIBRARY", "--old", "LIBRARY"), ("LIBRARY", "--run"),
    ("LIBRARY", "--app", "CLIENT", "--static"), ("LIBRARY", "--app", "CLIENT", "--contract", "spec"), (),
])
def test_a_command_that_asks_two_things_at_once_is_refused(arguments: tuple[str, ...]) -> None:
    done = CliRunner().invoke(command_line, ["check", *arguments])
    assert done.exit_code == 2 and "Usage" in done.output


def test_a_program_that_does_not_use_the_library_is_an_error(tmp_path: Path) -> None:
    after = library(tmp_path, SOURCE)
    client = program(tmp_path, "#include <stdio.h>\nint main(void) { return puts(\"\"); }")
    code, report = check(after, "--app", client)
    assert (code, report["error"]["what"]) == (2, f"does not use {NAME}: it needs libc.so.6")
    cc("-static", tmp_path / "client.c", "-o", tmp_path / "static")
    assert check(after, "--app", tmp_path / "static")[1]["error"]["what"] == "is not linked to any shared library"


def test_another_soname_is_no_silence(tmp_path: Path) -> None:
    before = library(tmp_path / "old", SOURCE)
    after = library(tmp_path / "new", SOURCE, name="libx.so.2")
    client = program(tmp_path, CLIENT, before)
    assert check(after, "--app", client)[1]["error"]["what"] == "does not use libx.so.2: it needs libx.so.1, libc.so.6"
    code, report = check(after, "--app", client, "--old", before, "--symbols-only")
    assert (code, rules(report)) == (1, {("soname_changed", "library:soname")})


def test_a_library_between_program_and_library_is_looked_at_too(tmp_path: Path) -> None:
    before = library(tmp_path / "old", SOURCE)
    middle = library(tmp_path / "middle", "int g(void); int middle(void) { return g(); }", None, before, name="libmiddle.so.1")
    client = program(tmp_path, "int middle(void); int main(void) { return middle(); }", middle, f"-Wl,-rpath,{tmp_path / 'middle'}")
    code, report = check(before, "--app", client, "--symbols-only")
    assert (code, list(stages(report))) == (0, ["symbols:libmiddle.so.1"])
    after = library(tmp_path / "new", "int f;")
    code, report = check(after, "--app", client, "--symbols-only", "--old", before)
    assert (code, rules(report)) == (1, {("program_symbol_late", "symbol:g")})


def test_a_symbol_that_may_come_from_elsewhere_cannot_be_judged(tmp_path: Path) -> None:
    before = library(tmp_path / "old", SOURCE)
    other = library(tmp_path / "other", "int h(void) { return 0; }", name="libother.so.1")
    client = program(tmp_path, HEADER + "int h(void); int main(void) { return g() + h(); }", before, other)
    code, report = check(before, "--app", client, "--symbols-only")
    assert (code, report["verdict"]) == (2, "cannot-judge")
    assert "such as h may be from libother.so.1, not found here" in report["stages"][0]["summary"]
    assert check(before, "--app", client, "--symbols-only", "--old", before)[0] == 0


def test_a_plugin_is_a_program_too(tmp_path: Path) -> None:
    before = library(tmp_path / "old", SOURCE, V1)
    plugin = library(tmp_path / "plugin", HEADER + "int plugin(void) { return g(); }", None, before, name="plugin.so")
    assert check(before, "--app", plugin, "--symbols-only")[0] == 0
    after = library(tmp_path / "new", SOURCE, V1.replace("V1", "V2"))
    assert rules(check(after, "--app", plugin, "--symbols-only")[1]) == {("program_node_missing", "library:node:V1")}
    assert "is a library, which nothing starts" in check(before, "--app", plugin, "--run")[1]["stages"][-1]["summary"]


def test_a_program_for_another_machine_is_refused(tmp_path: Path) -> None:
    _, after, client = built(tmp_path, (SOURCE,), (SOURCE,), CLIENT)
    foreign = Elf(client)
    foreign.bytes[18:20] = (183).to_bytes(2, "little")
    foreign.save()
    assert "is built for aarch64 (64 bits), the library for x86_64 (64)" in check(after, "--app", client)[1]["error"]["what"]


@pytest.mark.parametrize("damage", [0, 4, 16, 64, 100, 1000])
def test_a_damaged_program_ends_in_one_error(damage: int, tmp_path: Path) -> None:
    _, after, client = built(tmp_path, (SOURCE,), (SOURCE,), CLIENT)
    client.write_bytes(client.read_bytes()[:damage])
    code, report = check(after, "--app", client)
    assert code == 2 and report["error"]["what"]


# Started.

SAYS = '#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n'


def test_a_program_is_started_only_when_asked(tmp_path: Path) -> None:
    _, after, client = built(tmp_path, (SOURCE,), (SOURCE,), HEADER + "int main(void) { return g() + 77; }")
    assert check(after, "--app", client, "--symbols-only")[0] == 0
    code, report = check(after, "--app", client, "--symbols-only", "--run")
    assert code == 2 and f"with {NAME} it ended with exit code 77" in report["stages"][-1]["summary"]


def test_a_started_program_writes_nowhere_and_reaches_nobody(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    source = SAYS + "#include <sys/socket.h>\n#include <netinet/in.h>\n" + HEADER + f"""
    int main(void) {{
        struct sockaddr_in there = {{ AF_INET, 0x3500, {{ 0x01010101 }} }};
        if (fopen("{mark}", "w"))
            return 5;
        if (connect(socket(AF_INET, SOCK_DGRAM, 0), (struct sockaddr *)&there, sizeof there) == 0)
            return 6;
        return g();
    }}"""
    _, after, client = built(tmp_path, (SOURCE,), (SOURCE,), source)
    summary = check(after, "--app", client, "--symbols-only", "--run")[1]["stages"][-1]["summary"]
    assert not mark.exists()
    with Wardens(1) as wardens:
        walled = not wardens.walls.missing
    assert summary.endswith("exit code 0") or not walled


@pytest.mark.parametrize(("new", "more", "expected", "detail"), [
    ("int g(void) { return 0; }", (), 0, "ended with exit code 0"),
    ("int g(void) { return 5; }", (), 2, "ended with exit code 5; whether it always does is not known"),
    ("int g(void) { return 5; }", ("--old",), 1, "ended with exit code 5; with the old one it ended with exit code 0"),
    ("int g(void) { __builtin_trap(); }", (), 1, "was killed by SIG"),
    ("int g(void) { for (;;) ; }", (), 1, "was not done in time"),
    ("int g(void) { return 0; } __attribute__((constructor)) static void begin(void) { __builtin_trap(); }", (), 1, "was killed by SIG"),
])
def test_how_a_started_program_ends_is_told(new: str, more: tuple, expected: int, detail: str, tmp_path: Path) -> None:
    before, after, client = built(tmp_path, ("int g(void) { return 0; }",), (new,), "int g(void); int main(void) { return g(); }")
    code, report = check(after, "--app", client, "--symbols-only", "--run", "--time-limit", "2", *(("--old", before) if more else ()))
    assert code == expected and detail in report["stages"][-1]["summary"]
    assert ("client_failed", "client:client") in rules(report) or expected != 1


def test_a_started_program_gets_its_arguments_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "told")
    source = SAYS + HEADER + (
        'int main(int c, char **v) { if (c != 3 || v[2][0] != \'b\' || getenv("SECRET") || !getenv("LD_BIND_NOW")) return 9; return g(); }'
    )
    _, after, client = built(tmp_path, (SOURCE,), (SOURCE,), source)
    assert check(after, "--app", client, "--symbols-only", "--run=a 'b c'")[0] == 0


def test_a_program_with_rights_of_its_own_is_not_started(tmp_path: Path) -> None:
    _, after, client = built(tmp_path, (SOURCE,), (SOURCE,), CLIENT)
    os.chmod(client, stat.S_IMODE(client.stat().st_mode) | stat.S_ISUID)
    code, report = check(after, "--app", client, "--symbols-only", "--run")
    assert code == 2 and "runs with rights of its own" in report["stages"][-1]["summary"]


def test_a_program_that_would_load_another_library_is_not_started(tmp_path: Path) -> None:
    before, after, client = built(tmp_path, (SOURCE,), (SOURCE,), CLIENT, "-Wl,--disable-new-dtags", f"-Wl,-rpath,{tmp_path / 'old'}")
    code, report = check(after, "--app", client, "--symbols-only", "--run")
    assert code == 2 and f"would load {before} for {NAME}" in report["stages"][-1]["summary"]


def test_nothing_of_a_contained_program_is_left(tmp_path: Path) -> None:
    ended = run(["/bin/sh", "-c", "sleep 60 & echo $!; wait"], cwd=tmp_path, environment={"PATH": "/usr/bin:/bin"}, seconds=1)
    assert (ended.code, ended.manner) == (None, "was not done in time")
    try:
        state = Path(f"/proc/{int(ended.out)}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        state = "gone"
    assert state in ("gone", "Z", "X")
    flood = run(["/bin/sh", "-c", "yes > flood"], cwd=tmp_path, environment={"PATH": "/usr/bin:/bin"}, seconds=20, files=1 << 20)
    assert flood.code != 0 and (tmp_path / "flood").stat().st_size <= 1 << 20
