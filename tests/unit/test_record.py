"""Recorded behaviour: what probe programs give with a library, and that none of them gets out of its cell."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import socket
import subprocess
from pathlib import Path

import jsonschema
import pytest

from astra_abi import record as recording_of
from astra_abi.compare import compare
from astra_abi.model import AstraError, Recorded
from astra_abi.record import load_probes, read_recording, record, record_pair, write_recording
from astra_abi.record import cells, remains
from astra_abi.record.cells import OUTPUT_LIMIT, Walls
from astra_abi.rules import judge, load_rules

ROOT = Path(__file__).parents[2]
HOSTILE = Path(__file__).parent / "probes/hostile.c"
RULES = load_rules(ROOT / "compat/rules")
SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "spec/schema/recorded.schema.json").read_text()))
TINY = "#include <stdint.h>\nuint64_t tn_sum(uint64_t a, uint64_t b) { return a + b; }\n"
HEADER = "#include <stdint.h>\nuint64_t tn_sum(uint64_t a, uint64_t b);\n"
PROGRAM = """
#include <stdio.h>
#include <stdlib.h>
#include <tiny.h>
int main(int count, char **words) {
    printf("the sum:\\n%d\\n", (int)tn_sum(atoi(words[1]), atoi(words[2])));
    return 0;
}
"""
HEAD = 'title = "A probe"\nwhy = "Tests run it."\nlanguage = "c"\nsource = "it.c"\n'
ONE = HEAD + '[[case]]\nname = "one"\narguments = ["20", "22"]\n'


def build(folder: Path, source: str = TINY, name: str = "libtiny.so.1.0", *flags: str, soname: str | None = "libtiny.so.1") -> Path:
    """A shared library of one C file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tiny.c").write_text(source)
    named = [f"-Wl,-soname,{soname}"] if soname else []
    subprocess.run(["cc", "-shared", "-fPIC", "tiny.c", *named, *flags, "-o", name], cwd=folder, check=True)
    return folder / name


def declare(folder: Path, text: str, source: str = PROGRAM, name: str = "it", end: str = "c") -> Path:
    """A contract's folder with one probe."""
    (folder / "probes").mkdir(parents=True, exist_ok=True)
    (folder / f"probes/{name}.toml").write_text(text)
    (folder / f"probes/it.{end}").write_text(source)
    return folder


@pytest.fixture
def quick(monkeypatch) -> None:
    """No wait for the clock to go on."""
    monkeypatch.setattr(recording_of, "TICK_OF_CLOCK_S", 0.0)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "tiny.h").write_text(HEADER)
    return build(folder)


def run(library: Path, contract: Path, **options) -> dict[str, Recorded]:
    return record(library, load_probes(contract), headers=[library.parent], **options).cases


# What a hostile program cannot do.

ENDS = {
    "hangs": ("overran", "did not end within 1 s"), "spins": ("overran", "did not end within 1 s"),
    "stops": ("overran", "did not end within 1 s"), "forks": ("overran", "did not end within 1 s"),
    "floods": ("overran", "more than 64 MiB"), "floods_regardless": ("overran", "more than 64 MiB"),
    "fills": ("overran", "more than 1000 files"), "digs": ("overran", "more than 16 deep"),
    "lingers": ("overran", "left processes behind"), "crashes": ("killed", 11), "aborts": ("killed", 6),
    "kills_all": ("exited", b"alive\n"), "eats_memory": ("exited", b"refused\n"), "fails": ("exited", 7),
    "talks_to_itself": ("exited", b"connected\n"), "tells_group": ("exited", b"1 1 -1 -1\n"), "leaves": ("exited", b"kept"),
    "tells_time": ("unstable", "first difference of stdout at byte"), "tells_date": ("unstable", "first difference of stdout at byte"),
    "tells_chance": ("unstable", "first difference of stdout at byte"), "tells_pid": ("unstable", "line 1: "),
    "tells_stack": ("unstable", "line 1: '0x"), "tells_heap": ("unstable", "line 1: '0x"),
    "tells_fresh_memory": ("unstable", "byte 0, line 1: '0 0 0"), "tells_environment": ("unstable", "ASTRA_PADDING"),
    "tells_folder": ("unstable", "/home'"), "kills_parent": ("", ""),
}

ENDLESS = [name for name, (_, sign) in ENDS.items() if "did not end" in str(sign)]


def hostile(folder: Path, names, extra: str = "") -> Path:
    files = 'files = { given = { text = "x" }, kept = { text = "kept" } }\n'
    cases = "".join(
        f'[[case]]\nname = "{name}"\narguments = ["{name}"]\ntime_limit = {1 if name in ENDLESS else 30}\n{files}' for name in names
    )
    return declare(folder, f"{HEAD}memory_limit = 512\n{cases}{extra}", HOSTILE.read_text())


def leftovers() -> list[str]:
    """Probes that still run."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [place.parent.name] if place.read_bytes().startswith(b"it\0") else []
        except OSError:
            continue
    return found


def attack(folder: Path, tiny: Path, monkeypatch, flags: int | None) -> dict[str, Recorded]:
    """All hostile cases, with the walls there are or with fewer."""
    if flags is not None:
        monkeypatch.setattr(cells, "Walls", lambda **known: Walls(**{**known, "flags": flags}))
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        outside = folder / "outside"
        extra = f'[[case]]\nname = "connects"\narguments = ["connects", "{port}"]\n'
        extra += f'[[case]]\nname = "writes_outside"\narguments = ["writes_outside", "{outside}"]\n'
        cases = run(tiny, hostile(folder / "contract", ENDS, extra), strict=False)
        assert not outside.exists()
        with pytest.raises(TimeoutError):
            server.accept()
    assert leftovers() == []
    return {name.removeprefix("it/"): case for name, case in cases.items()}


def check_ends(cases: dict[str, Recorded], names) -> None:
    for name in names:
        end, sign = ENDS[name]
        case = cases[name]
        assert case.end == end, f"{name}: {case}"
        found = case.detail if isinstance(sign, str) else case.stdout.head if isinstance(sign, bytes) else case.code
        assert sign in found if isinstance(sign, str) else sign == found, f"{name}: {case}"


def test_hostile_programs_are_contained_and_told(tmp_path: Path, tiny: Path, monkeypatch) -> None:
    before = set(os.listdir("/tmp"))
    cases = attack(tmp_path, tiny, monkeypatch, None)
    check_ends(cases, ENDS.keys() - {"kills_parent"})
    assert cases["connects"].stdout.head == cases["writes_outside"].stdout.head == b"refused\n"
    assert not [name for name in set(os.listdir("/tmp")) - before if name.startswith("astra-p")]


def test_hostile_programs_are_contained_where_the_kernel_has_no_namespaces(tmp_path: Path, tiny: Path, monkeypatch) -> None:
    cases = attack(tmp_path, tiny, monkeypatch, 0)
    check_ends(cases, ENDS.keys() - {"kills_parent", "kills_all", "talks_to_itself"})


def test_what_a_kernel_does_not_keep_from_probes_is_said() -> None:
    assert Walls(0x7FFFFFFF, 7, False).missing == ()
    missing = " ".join(Walls(0, 0, False).missing)
    for word in ("processes that escape", "sent signals", "network", "files of this user"):
        assert word in missing


def test_what_is_left_behind_is_recorded_and_nothing_in_it_is_followed(tmp_path: Path, tiny: Path, quick) -> None:
    (case,) = run(tiny, hostile(tmp_path, ["leaves"])).values()
    found = {name: output.head for name, output in case.files.items()}
    assert found == {
        "empty/": b"", "given (removed)": b"", "locked/": b"", "locked/secret": b"hidden\n", "passwd (link)": b"/etc/passwd",
        "pipe (not a plain file)": b"",
    }


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one processor")
def test_what_depends_on_the_number_of_processors_is_found(tmp_path: Path, tiny: Path, quick) -> None:
    with pytest.raises(AstraError, match="tells_cpus: not deterministic: first difference of stdout at byte 0"):
        run(tiny, hostile(tmp_path, ["tells_cpus"]))


# What is recorded, and what is refused.

def test_one_error_lists_every_case_that_cannot_be_recorded(tmp_path: Path, tiny: Path, quick) -> None:
    extra = '[[case]]\nname = "expected"\narguments = ["fails"]\nstatus = 0\n'
    with pytest.raises(AstraError) as error:
        run(tiny, hostile(tmp_path, ["sums", "tells_pid", "lingers"], extra))
    for line in (
        "3 of 4 cases", "it/tells_pid: not deterministic: first difference of stdout at byte 0, line 1: '", "it/lingers: overran",
        "it/expected: declares status 0, and exited with 7: cannot do it",
    ):
        assert line in str(error.value)


def test_bytes_from_data_reach_the_program(tmp_path: Path, tiny: Path, quick) -> None:
    (tmp_path / "probes/data").mkdir(parents=True)
    (tmp_path / "probes/data/a.bin").write_bytes(b"\0\xffA")
    (tmp_path / "probes/data/b.bin").write_bytes(b"B" * 100_000)
    cases = 'name = "{size}-{file}"\neach = { file = "data/*.bin", size = ["s"] }\narguments = ["copies"]\ninput = { file = "data/{file}.bin" }\n'
    text = '[[case]]\nname = "hex"\narguments = ["copies"]\ninput = { hex = "00 fe" }\n[[case]]\nname = "text"\narguments = ["copies"]\ninput = { text = "ü{file}" }\n'
    found = run(tiny, declare(tmp_path, f"{HEAD}[[case]]\n{cases}{text}", HOSTILE.read_text()))
    assert {name: (case.stdout.size, case.stdout.head[:9]) for name, case in found.items()} == {
        "it/hex": (2, b"\0\xfe"), "it/s-a": (3, b"\0\xffA"), "it/s-b": (100_000, b"B" * 9), "it/text": (8, "ü{file}".encode()),
    }


def test_a_recording_survives_its_file(tmp_path: Path, tiny: Path, quick) -> None:
    contract = hostile(tmp_path, ["sums", "leaves", "fails", "crashes"])
    made = record(tiny, load_probes(contract))
    write_recording(made, tmp_path / "recorded.json")
    document = json.loads((tmp_path / "recorded.json").read_text())
    SCHEMA.validate(document)
    assert list(document["cases"]) == sorted(document["cases"])
    assert read_recording(tmp_path / "recorded.json") == dataclasses.replace(made, missing=())
    assert made.cases["it/crashes"].code == 11
    write_recording(record(tiny, load_probes(contract)), tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "recorded.json").read_bytes()


@pytest.mark.parametrize("data", [
    b"", b"text\n", b"\xff\0", b"a\tb\n\n", "ü\u200b".encode(), b"x" * (1 << 20), b"x" * ((1 << 20) + 1), b"\0" * (64 << 10),
    b"\0" * ((64 << 10) + 1), b"\r\n", bytes(range(256)) * 1000,
], ids=lambda data: f"{len(data)}-{data[:2].hex()}")
def test_every_kind_of_output_survives_its_file(tmp_path: Path, data: bytes) -> None:
    from astra_abi.record import Recording

    (tmp_path / "out").write_bytes(data)
    output = remains.output_of(tmp_path / "out", OUTPUT_LIMIT)
    assert output == remains.output(data) and output.size == len(data)
    case = Recorded("exact", "0" * 64, "exited", 0, stdout=output, files={"f": output})
    recording = Recording("libx.so", None, "0" * 64, "x86_64-linux", {"p/c": case})
    write_recording(recording, tmp_path / "recorded.json")
    SCHEMA.validate(json.loads((tmp_path / "recorded.json").read_text()))
    assert read_recording(tmp_path / "recorded.json") == recording


@pytest.mark.parametrize(("old", "new", "sentence"), [
    ('"42"', '"43"', "its bytes and its digest disagree"), ('"size": 12', '"size": 5', "its bytes and its digest disagree"),
    ('"size": 12', '"size": 13', "either all its bytes or the digests"), ('"exited"', '"paused"', "is not one of"),
    ('"format": 1', '"format": 2', "1 was expected"), ('"code": 0', '"code": 0, "code": 1', "a name is given twice"),
    ('"size": 12', '"size": 90000, "chunks": ["0123456789abcdef"]', "its chunks and its size disagree"),
    ('"text"', '"tekst"', "unknown key 'tekst'"), ('"42"', '"\\ud800"', "its bytes and its digest disagree"), ("{", "[" * 100_000, "is no recording"),
    ('"cases"', '"cases', "is no recording"),
])
def test_a_damaged_recording_is_refused(tmp_path: Path, old: str, new: str, sentence: str, recorded_file: str) -> None:
    assert recorded_file.count(old) >= 1
    (tmp_path / "recorded.json").write_text(recorded_file.replace(old, new, 1))
    with pytest.raises(AstraError, match=sentence):
        read_recording(tmp_path / "recorded.json")


@pytest.fixture(scope="module")
def recorded_file(tmp_path_factory, tiny: Path) -> str:
    folder = tmp_path_factory.mktemp("recorded")
    write_recording(record(tiny, load_probes(declare(folder, ONE)), headers=[tiny.parent]), folder / "recorded.json")
    return (folder / "recorded.json").read_text()


# Probes as they are declared.

@pytest.mark.parametrize(("text", "sentence"), [
    (ONE + 'colour = "red"\n', "unknown key 'colour'"), (ONE.replace('"it.c"', '"gone.c"'), "'gone.c' does not exist"),
    (ONE + '[[case]]\nname = "one"\n', "name of two cases"), (ONE + '[[case]]\nname = "a/b"\n', "is no name"),
    (ONE + '[[case]]\nname = "x"\ninput = { file = "gone" }\n', "'gone' does not exist"),
    (ONE + '[[case]]\nname = "x"\ninput = { text = "a", hex = "00" }\n', "too many properties"),
    (ONE + '[[case]]\nname = "x"\nfiles = { "../up" = { text = "" } }\n', "is refused: wanted is"),
    (ONE + '[[case]]\nname = "x"\nfiles = { "a/../../up" = { text = "" } }\n', "is refused: wanted is"),
    (ONE + '[[case]]\nname = "x"\nfiles = { "/etc/x" = { text = "" } }\n', "is refused: wanted is"),
    (ONE + '[[case]]\nname = "{n}"\neach = { n = "data/*.sql" }\n', "no file matches 'data/\\*.sql'"),
    (ONE + '[[case]]\nname = "{a}{b}{c}"\neach = {' + ", ".join(f"{k} = [{', '.join(map(repr, map(str, range(99))))}]" for k in "abc") + "}\n", "stands for 970299 cases"),
    (HEAD + 'environment = { LD_PRELOAD = "x.so" }\n[[case]]\nname = "x"\n', "is refused: wanted is"),
    (ONE.replace('"c"', '"fortran"'), "is not one of"), ("title = ", "is not TOML"), (HEAD + "includes = ['gone']\n[[case]]\nname = 'x'\n", "no folder 'gone'"),
])
def test_a_probe_that_is_declared_wrongly_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(AstraError, match=sentence):
        load_probes(declare(tmp_path, text))


def test_a_contract_without_probes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AstraError, match="declares no probe program"):
        load_probes(tmp_path)


def test_every_name_of_a_given_file_that_stays_inside_is_allowed(tmp_path: Path) -> None:
    names = ["a", "a.b", ".hidden", "sub/file", "a b", "..."]
    files = ", ".join(f'"{name}" = {{ text = "" }}' for name in names)
    (probe,) = load_probes(declare(tmp_path, f'{ONE}[[case]]\nname = "x"\nfiles = {{ {files} }}\n'))
    assert list(probe.cases[1].files) == names


def test_what_a_case_is_given_is_part_of_what_was_recorded(tmp_path: Path) -> None:
    texts = {
        "same": ONE, "argument": ONE.replace("22", "23"), "input": ONE + 'input = { text = "x" }\n',
        "file": ONE + 'files = { f = { text = "x" } }\n', "environment": ONE.replace("[[case]]", 'environment = { A = "b" }\n[[case]]'),
    }
    given = {name: load_probes(declare(tmp_path / name, text))[0].cases[0].given for name, text in texts.items()}
    given["source"] = load_probes(declare(tmp_path / "source", ONE, PROGRAM + "\n"))[0].cases[0].given
    assert len(set(given.values())) == len(given)
    assert load_probes(declare(tmp_path / "again", ONE + 'promise = "status"\n'))[0].cases[0].given == given["same"]


# Old programs and new libraries.

def differences(old: Path, new: Path, contract: Path, **options) -> list[tuple[str, str, str, str]]:
    """(rule, subject, was, is) of what changed for programs that were built with the old library."""
    before, after = record_pair(old, new, load_probes(contract), headers=[old.parent], **options)
    return [(f.rule, f.subject, f.old, f.new) for f in judge(compare(before.abi, after.abi), RULES)]


def pair(folder: Path, new: str, **options) -> tuple[Path, Path]:
    old = build(folder / "old")
    (folder / "old/tiny.h").write_text(HEADER)
    return old, build(folder / "new", new, **options)


def test_the_same_library_gives_no_difference(tmp_path: Path, quick) -> None:
    assert differences(*pair(tmp_path, TINY + "int tn_more;"), declare(tmp_path, ONE)) == []


def test_the_first_different_byte_is_named(tmp_path: Path, quick) -> None:
    ((rule, subject, was, is_),) = differences(*pair(tmp_path, TINY.replace("a + b", "a + b + 1")), declare(tmp_path, ONE))
    assert (rule, subject) == ("recorded_output_changed", "probe:it/one.stdout")
    assert (was, is_) == ("byte 10, line 2: '42'", "byte 10, line 2: '43'")


@pytest.mark.parametrize(("body", "rule", "text"), [
    ("*(volatile int *)0 = 1; return 0;", "recorded_crashed", "killed by SIGSEGV"),
    ("for (;;) ;", "recorded_overran", "stopped: it did not end within 1 s"),
    ("_exit(3);", "recorded_status_changed", "ends with status 3"),
    ("return getpid();", "recorded_unstable", "differs between runs: first difference of stdout at byte 9"),
])
def test_a_library_that_ends_otherwise_is_judged(tmp_path: Path, quick, body: str, rule: str, text: str) -> None:
    new = f"#include <stdint.h>\n#include <unistd.h>\nuint64_t tn_sum(uint64_t a, uint64_t b) {{ {body} }}\n"
    found = differences(*pair(tmp_path, new), declare(tmp_path, ONE + "time_limit = 1\n"))
    assert found[0][0] == rule and text in found[0][3]


@pytest.mark.parametrize(("promise", "rules"), [("status", ["recorded_unpromised_output_changed"]), ("informative", ["recorded_informative_changed"])])
def test_the_promise_decides_what_a_difference_means(tmp_path: Path, quick, promise: str, rules: list[str]) -> None:
    found = differences(*pair(tmp_path, TINY.replace("a + b", "a - b")), declare(tmp_path, f'{ONE}promise = "{promise}"\n'))
    assert [rule for rule, *_ in found] == rules


def test_a_program_that_the_loader_refuses_is_told_once_with_its_symbol(tmp_path: Path, quick) -> None:
    contract = declare(tmp_path, ONE + '[[case]]\nname = "two"\narguments = ["1", "2"]\n')
    ((rule, subject, _, is_),) = differences(*pair(tmp_path, TINY.replace("tn_sum", "tn_plus")), contract)
    assert (rule, subject) == ("recorded_unstarted", "probe:it") and "undefined symbol: tn_sum" in is_


def test_a_library_of_another_soname_is_never_replaced_by_one_of_the_system(tmp_path: Path, quick) -> None:
    old, new = pair(tmp_path, TINY, soname="libtiny.so.2")
    ((rule, _, _, is_),) = differences(old, new, declare(tmp_path, ONE))
    assert rule == "recorded_unstarted" and "asks for libtiny.so.1, and the library is libtiny.so.2" in is_


def test_a_library_without_a_soname_is_replaced_as_well(tmp_path: Path, quick) -> None:
    old = build(tmp_path / "old", TINY, soname=None)
    (tmp_path / "old/tiny.h").write_text(HEADER)
    new = build(tmp_path / "new", TINY.replace("a + b", "a * b"), soname=None)
    assert [rule for rule, *_ in differences(old, new, declare(tmp_path, ONE))] == ["recorded_output_changed"]


def test_a_sibling_of_the_same_build_is_found(tmp_path: Path, quick) -> None:
    for name, number in (("old", 1), ("new", 2)):
        build(tmp_path / name, f"int tn_base(void) {{ return {number}; }}\n", "libbase.so", soname="libbase.so")
        build(tmp_path / name, "int tn_base(void); int tn_sum(int a, int b) { return tn_base() + a + b; }\n", "libtiny.so.1.0", "libbase.so")
        (tmp_path / name / "tiny.h").write_text("int tn_sum(int a, int b);\n")
    contract = declare(tmp_path, ONE.replace("[[case]]", 'libraries = ["libbase.so"]\n[[case]]'))
    found = differences(tmp_path / "old/libtiny.so.1.0", tmp_path / "new/libtiny.so.1.0", contract)
    assert [(was, is_) for _, _, was, is_ in found] == [("byte 10, line 2: '43'", "byte 10, line 2: '44'")]


PYTHON = """
import ctypes, os, sys
assert sys.argv[1] == os.environ["ASTRA_LIBRARY"]
tn = ctypes.CDLL(sys.argv[1])
print(tn.tn_sum(int(sys.argv[2]), int(sys.argv[3])))
if sys.argv[3] == "0": print({"a", "b", "c", "d"})
"""
PYTHON_HEAD = HEAD.replace('"c"', '"python"').replace("it.c", "it.py")


def test_a_python_probe_loads_the_library(tmp_path: Path, quick) -> None:
    contract = declare(tmp_path, PYTHON_HEAD + '[[case]]\nname = "one"\narguments = ["20", "22"]\n', PYTHON, end="py")
    found = differences(*pair(tmp_path, TINY.replace("a + b", "a + b + 1")), contract)
    assert [item[2:] for item in found] == [("byte 1, line 1: '42'", "byte 1, line 1: '43'")]


def test_a_python_probe_whose_output_hangs_on_hashes_is_refused(tmp_path: Path, quick, tiny: Path) -> None:
    contract = declare(tmp_path, PYTHON_HEAD + '[[case]]\nname = "one"\narguments = ["20", "0"]\n', PYTHON, end="py")
    with pytest.raises(AstraError, match="not deterministic: first difference of stdout at byte"):
        run(tiny, contract)


def test_a_library_that_cannot_be_loaded_is_told_without_the_path_of_the_run(tmp_path: Path, quick) -> None:
    contract = declare(tmp_path, PYTHON_HEAD + '[[case]]\nname = "one"\narguments = ["20", "22"]\n', PYTHON, end="py")
    new = "int tn_gone(void); int tn_sum(void) { return tn_gone(); }\n"
    ((rule, _, _, is_),) = differences(*pair(tmp_path, new), contract)
    assert rule == "recorded_unstarted" and is_ == "it cannot be started: libtiny.so.1: undefined symbol: tn_gone"


def test_a_probe_that_does_not_compile_says_what_the_compiler_says(tmp_path: Path, tiny: Path) -> None:
    with pytest.raises(AstraError, match="tn_summ"):
        run(tiny, declare(tmp_path, ONE, PROGRAM.replace("tn_sum(", "tn_summ(")))
    with pytest.raises(AstraError, match="tiny.h"):
        record(tiny, load_probes(declare(tmp_path, ONE)))


def test_a_probe_that_does_not_use_the_library_is_refused(tmp_path: Path, tiny: Path) -> None:
    with pytest.raises(AstraError, match="does not use libtiny.so.1"):
        run(tiny, declare(tmp_path, ONE, "int main(void) { return 0; }\n"))


@pytest.mark.parametrize("name", ["README.md", "gone.so"])
def test_what_is_no_library_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AstraError):
        run(ROOT / name, declare(tmp_path, ONE))


def test_a_keeper_that_is_killed_is_no_verdict(tmp_path: Path, tiny: Path, quick, monkeypatch) -> None:
    begin = cells.Warden.begin

    def kill_first(warden, key, cell) -> None:
        warden.process.kill()
        warden.process.wait()
        begin(warden, key, cell)

    monkeypatch.setattr(cells.Warden, "begin", kill_first)
    with pytest.raises(AstraError, match="the keeper of a probe was killed"):
        run(tiny, declare(tmp_path, ONE))


def test_the_probes_of_the_benchmark_are_many_and_well_declared() -> None:
    folder = ROOT / "tests/bench/gate/contracts"
    counts = {place.name: sum(len(probe.cases) for probe in load_probes(place)) for place in folder.iterdir() if (place / "probes").is_dir()}
    assert counts["zlib"] >= 200 and counts["sqlite3"] >= 54


# The command.

@pytest.fixture
def contract(tmp_path: Path, tiny: Path) -> Path:
    declare(tmp_path, ONE)
    shutil.copy(ROOT / "spec/contract.toml", tmp_path)
    return tmp_path


def test_the_command_records_compares_and_judges(contract: Path, tiny: Path, tmp_path: Path, astra_abi) -> None:
    with_headers = ("--contract", contract, "--headers", tiny.parent)
    done = astra_abi("record", tiny, *with_headers)
    assert done.returncode == 0 and "recorded 1 cases of 1 probes" in done.stdout
    kept = contract / "recorded.json"
    done = astra_abi("record", tiny, *with_headers, "--compare", kept)
    assert done.returncode == 0 and "1 cases run" in done.stdout and "verdict: compatible (no changes)" in done.stdout, done.stderr
    new = build(tmp_path / "new", TINY.replace("a + b", "a + b + 1"))
    done = astra_abi("record", new, *with_headers, "--link-with", tiny, "--compare", kept)
    assert done.returncode == 1 and "byte 10, line 2: '42'" in done.stdout
    done = astra_abi("record", new, *with_headers, "--compare", kept, "--format", "json")
    report = json.loads(done.stdout)
    jsonschema.validate(report, json.loads((ROOT / "spec/schema/report.schema.json").read_text()))
    assert (done.returncode, report["verdict"], [c["rule"] for c in report["changes"]]) == (1, "breaking", ["recorded_output_changed"])
    informed = kept.read_text().replace('"exact"', '"informative"')
    kept.write_text(informed)
    (contract / "probes/it.toml").write_text(ONE + 'promise = "informative"\n')
    assert astra_abi("record", new, *with_headers, "--compare", kept).returncode == 0
    assert astra_abi("record", new, *with_headers, "--compare", kept, "--fail-on", "risky").returncode == 1


def test_the_command_cannot_judge_without_what_it_needs(contract: Path, tiny: Path, astra_abi) -> None:
    for arguments, sentence in (
        (("--compare", contract / "gone.json"), "no such file"), (("--probe", "x*"), "no probe matches 'x*' (declared: it)"),
        (("--out", "a", "--compare", "b"), "give one of them"), (("--cc", "no-such-compiler"), "no such compiler"),
        (("--out", contract / "no/such/folder.json"), "cannot be written"),
    ):
        done = astra_abi("record", tiny, "--contract", contract, "--headers", tiny.parent, *arguments)
        assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr, done.stderr
    done = astra_abi("record", tiny, "--contract", contract, "--compare", contract / "gone.json", "--format", "json")
    assert json.loads(done.stdout)["verdict"] == "cannot-judge"
