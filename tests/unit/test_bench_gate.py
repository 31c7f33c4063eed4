"""The benchmark's own arithmetic and the corpus's honesty: nothing unverified is built, nothing absent is left out."""

from __future__ import annotations

import hashlib
import io
import math
import re
import shutil
import sys
import tarfile
from pathlib import Path

import pytest

GATE = Path(__file__).parents[1] / "bench" / "gate"


@pytest.fixture
def gate(monkeypatch, tmp_path):
    """The benchmark's modules, with a folder of builds of their own."""
    monkeypatch.syspath_prepend(str(GATE))
    before = set(sys.modules)
    import corpus
    import timing

    monkeypatch.setattr(corpus, "BENCH", tmp_path / "bench")
    yield timing, corpus
    for name in (set(sys.modules) - before) & {path.stem for path in GATE.glob("*.py")}:
        del sys.modules[name]


@pytest.fixture
def tiny(gate, monkeypatch, tmp_path):
    """A corpus of one library with two versions, whose sources lie in a folder of this machine."""
    timing, corpus = gate
    mirror, versions = tmp_path / "mirror", {}
    mirror.mkdir()
    for version in ("1", "2"):
        with tarfile.open(mirror / f"tiny_{version}.tar.gz", "w:gz") as tar:
            for name, text in (("tiny.c", f"int tiny(void) {{ return {version}; }}\n"), ("tiny.h", "int tiny(void);\n")):
                member = tarfile.TarInfo(f"tiny-{version}/{name}")
                member.size = len(text)
                tar.addfile(member, io.BytesIO(text.encode()))
        versions[version] = {"file": f"tiny_{version}.tar.gz", "sha256": corpus.sha256(mirror / f"tiny_{version}.tar.gz")}
    recipe = (
        'mkdir -p "$PREFIX/lib" "$PREFIX/include"; $CC $CFLAGS -fPIC -shared -Wl,--build-id tiny.c -o "$PREFIX/lib/libtiny.so"; '
        'cp tiny.h "$PREFIX/include/"; echo run >> "$BENCH/runs"'
    )
    data = {"mirrors": [f"{mirror.as_uri()}/"], "library": {"tiny": {"files": ["lib/libtiny.so"], "seconds": 1, "build": recipe, "version": versions}}}
    monkeypatch.setattr(corpus, "data", lambda: data)
    corpus.BENCH.mkdir()
    return corpus, data, mirror


def test_the_corpus_is_whole(gate) -> None:
    _, corpus = gate
    every = corpus.releases()
    assert len({one.name for one in every}) == len(every)
    for one in every:
        assert len(one.source["sha256"]) == 64
        assert one.recipe["entry"] and one.recipe["files"]
        assert ("package" in one.recipe) != ("build" in one.recipe)
    assert {"zlib", "sqlite3", "openssl", "xz", "zstd", "libpng", "json-c", "libuv", "curl", "tvm-ffi"} == {one.library for one in every}
    assert len(corpus.pairs(["tvm-ffi"])) == 15


def test_a_version_is_built_once_and_its_parts_are_split(tiny) -> None:
    corpus, _, _ = tiny
    for _ in range(2):
        assert corpus.ensure(corpus.releases(), 1, splitting=True) == []
    assert (corpus.BENCH / "runs").read_text() == "run\nrun\n"
    (old, new), = corpus.pairs()
    assert old.built and new.built
    assert (old.folder / "split/lib/libtiny.so").is_file()
    assert len(list((old.folder / "split/debug").rglob("*.debug"))) == 1


def test_a_build_without_its_stamp_is_made_again(tiny) -> None:
    corpus, _, _ = tiny
    corpus.ensure(corpus.releases(["tiny/1"]), 1)
    (one,) = corpus.releases(["tiny/1"])
    one.stamp.unlink()
    assert not one.built
    assert corpus.ensure([one], 1) == []
    assert (corpus.BENCH / "runs").read_text() == "run\nrun\n"


def test_a_source_with_another_hash_is_absent_and_named(tiny) -> None:
    corpus, data, mirror = tiny
    (mirror / "tiny_1.tar.gz").write_bytes(b"something else")
    (mirror / "tiny_2.tar.gz").unlink()
    (first, why_first), (second, why_second) = corpus.ensure(corpus.releases(), 1)
    assert (first.name, second.name) == ("tiny/1", "tiny/2")
    assert "has another SHA-256" in why_first
    assert "No such file" in why_second
    assert not (corpus.BENCH / "runs").exists()


def test_a_damaged_download_is_fetched_again(tiny) -> None:
    corpus, _, _ = tiny
    kept = corpus.BENCH / "sources" / "tiny_1.tar.gz"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"half")
    assert corpus.ensure(corpus.releases(["tiny/1"]), 1) == []
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == corpus.releases(["tiny/1"])[0].source["sha256"]


def test_a_build_that_fails_or_makes_too_little_is_absent_with_its_log(tiny) -> None:
    corpus, data, _ = tiny
    data["library"]["tiny"]["build"] = "echo why it failed; exit 3"
    (one, why), _ = corpus.ensure(corpus.releases(), 1)
    assert "ended with 3" in why and "why it failed" in (one.folder / "build.log").read_text()
    data["library"]["tiny"]["build"] = "true"
    assert "did not make" in corpus.ensure(corpus.releases(["tiny/1"]), 1)[0][1]
    data["library"]["tiny"]["build"] = 'mkdir -p "$PREFIX/lib" "$PREFIX/include"; $CC -O2 -shared -o "$PREFIX/lib/libtiny.so" tiny.c'
    assert "without debug information" in corpus.ensure(corpus.releases(["tiny/1"]), 1)[0][1]
    assert not one.built


def test_a_program_that_a_build_needs_is_named(tiny) -> None:
    corpus, data, _ = tiny
    data["library"]["tiny"]["needs"] = ["a-program-that-nobody-has"]
    assert "a-program-that-nobody-has is not installed" in corpus.ensure(corpus.releases(["tiny/1"]), 1)[0][1]


def test_an_archive_that_leads_out_of_its_folder_is_refused(tiny, tmp_path) -> None:
    corpus, data, mirror = tiny
    with tarfile.open(mirror / "tiny_1.tar.gz", "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("../../escaped"))
    data["library"]["tiny"]["version"]["1"]["sha256"] = corpus.sha256(mirror / "tiny_1.tar.gz")
    assert len(corpus.ensure(corpus.releases(["tiny/1"]), 1)) == 1
    assert not list(tmp_path.rglob("escaped"))


def result(timing, case: str, who: str, mode: str, *seconds: float, verdict: str = "breaking"):
    return timing.Result(case, who, mode, [timing.Measured(verdict, cpu, cpu, 10_000_000) for cpu in seconds])


@pytest.mark.parametrize("exponent", [1.0, 1.5, 2.0])
def test_the_exponent_is_that_of_the_times_above_the_start(gate, exponent: float) -> None:
    timing, _ = gate
    start = {"x default": result(timing, "growth", "x", "default", 0.1)}
    points = {"x default": [(size, result(timing, "growth", "x", "default", 0.1 + 1e-7 * size ** exponent)) for size in (1000, 2000, 4000, 8000)]}
    assert math.isclose(timing.fitted(points, start)["x default"], exponent, rel_tol=1e-6)


def test_no_exponent_is_fitted_to_errors(gate) -> None:
    timing, _ = gate
    start = {"x default": result(timing, "growth", "x", "default", 0.1)}
    points = {"x default": [(1000, result(timing, "g", "x", "default", 1.0)), (2000, result(timing, "g", "x", "default", 2.0, verdict="timeout"))]}
    assert timing.fitted(points, start) == {}


def test_a_figure_is_reached_missed_or_not_measured(gate) -> None:
    timing, _ = gate
    import figures

    case = "openssl 3.0.20→3.5.7 libcrypto.so.3"
    results = [
        result(timing, case, "astra-abi", "default", 1.0), result(timing, case, "astra-abi", "headers", 9.0),
        result(timing, case, "abidiff", "default", 20.0), result(timing, case, "abidiff", "headers", 6.0),
    ]
    rows = {row.what: (row.value, row.reached) for row in figures.figures(results, {"wrong pairs": 1, "mutants of zlib.h 1.2.13": 0})}
    assert rows["libcrypto 3.0→3.5, CPU"] == (1.0, True)
    assert rows["libcrypto 3.0→3.5, memory"] == (10.0, True)
    assert rows["libcrypto against abidiff with headers"] == (6.0, True)
    assert rows["libcrypto against abidiff's default"] == (20.0, False)
    assert rows["growth with DWARF size, exponent"] == (None, None)
    assert rows["release pairs with a contract judged wrongly"] == (1, False)
    assert rows["mutants of zlib.h judged wrongly"] == (0, True)


def test_a_failing_command_is_never_a_fast_time(gate) -> None:
    timing, _ = gate
    import figures

    case = "zlib 1.2.11→1.2.13 libz.so.1"
    results = [result(timing, case, "astra-abi", "default", 0.01, verdict="error"), result(timing, case, "abidiff", "default", 1.0)]
    assert {row.what: row.reached for row in figures.figures(results, {})}["zlib 1.2.11→1.2.13, CPU"] is None
    assert not results[0].done
    assert not re.search(r"\d\.\dx", results[1].line(None))
    assert re.search(r" 2\.0x", results[1].line(result(timing, case, "astra-abi", "default", 0.5)))


def test_a_command_that_is_missing_is_told(gate) -> None:
    timing, _ = gate
    import contestants

    absent = contestants.command(["/no/such/program"], timing.Limits(seconds=10), {0: "done"})
    assert absent.verdict == "error"
    assert "/no/such/program: No such file" in absent.detail
    unknown = contestants.command([str(contestants.ABI), "no-such-command"], timing.Limits(seconds=30), contestants.VERDICTS)
    assert unknown.verdict == "error"
    assert "No such command" in unknown.detail


def test_verdicts_that_differ_between_runs_are_no_answer(gate) -> None:
    timing, _ = gate
    one = result(timing, "c", "x", "default", 1.0)
    one.runs += result(timing, "c", "x", "default", 1.0, verdict="compatible").runs
    assert (one.verdict, one.done) == ("differs between runs", False)


def test_everybody_runs_in_turn_and_failures_run_once(gate) -> None:
    timing, _ = gate
    order = []

    def contestant(name: str, verdict: str):
        def run(case):
            order.append(name)
            return timing.Measured(verdict, 0.1, 0.1, 1)

        return timing.Contestant(name, "default", run)

    results = timing.run_case(timing.Case("c"), [contestant("a", "breaking"), contestant("b", "error")], False, lambda text: None)
    assert order == ["a", "b", "a", "a", "a", "a"]
    assert [len(one.runs) for one in results] == [5, 1]


def test_a_verdict_with_a_contract_is_right_only_if_every_break_is_named_and_nothing_else_is(gate) -> None:
    timing, _ = gate
    import truth

    known = truth.Truth(("constant:A_*", "struct:s.f"), ("constant:new",))
    told = (("breaking", "constant:A_1"), ("breaking", "constant:A_2"), ("breaking", "struct:s.f"), ("risky", "constant:new"))
    say = lambda verdict, found: known.faults(timing.Measured(verdict, 1, 1, 1, found=found))  # noqa: E731
    assert say("breaking", told) == []
    assert say("breaking", told[:2] + told[3:]) == ["does not call struct:s.f a break"]
    assert say("breaking", told[:3]) == ["does not tell of constant:new"]
    assert say("breaking", (*told, ("breaking", "symbol:g"))) == ["calls symbol:g a break"]
    assert "says compatible, and it is breaking" in say("compatible", ())


def test_what_is_true_is_said_of_pairs_that_there_are(gate) -> None:
    _, corpus = gate
    import contestants
    import truth

    names = {contestants.pair_case(old, new, file).name for old, new in corpus.pairs() for file in old.recipe["files"]}
    assert set(truth.read()["pair"]) <= names
    assert {name.rpartition(" ")[0] for name in names} >= set(truth.read()["behaviour"])
    assert len([name for name in truth.read()["pair"] if name.startswith("tvm-ffi ")]) == 7


def test_false_missed_and_absent_verdicts_are_counted_apart(gate) -> None:
    timing, _ = gate
    import truth

    broken, harmless = "openssl 3.0.20→3.5.7 libssl.so.3", "zlib 1.2.11→1.2.13 libz.so.1"
    tally = truth.tallies([result(timing, case, "x", "m", 1.0, verdict=verdict) for case in (broken, harmless) for verdict in ("breaking", "compatible", "timeout")])
    assert tally["x m"] == truth.Tally(pairs=6, false_breaks=1, missed_breaks=1, silent=2)


def test_another_state_of_the_gate_takes_over_no_mutants(gate, monkeypatch, tmp_path) -> None:
    import astra_abi
    import mutants

    package = tmp_path / "astra_abi"
    package.mkdir()
    (package / "rule.py").write_text("one")
    monkeypatch.setattr(astra_abi, "__file__", str(package / "__init__.py"))
    before = mutants.state_of_gate()
    assert before == mutants.state_of_gate()
    (package / "rule.py").write_text("two")
    assert before != mutants.state_of_gate()


def test_the_growing_libraries_differ_in_one_struct(gate, monkeypatch, tmp_path) -> None:
    import synthetic

    monkeypatch.setattr(synthetic, "ROOM", tmp_path / "synthetic")
    monkeypatch.setattr(synthetic, "COMMON_TYPES", 5)
    if not shutil.which("gcc"):
        monkeypatch.setenv("CC", "cc")
    old, new = synthetic.growing_pair(2)
    assert synthetic.debug_bytes(old) > 1000
    assert old.read_bytes() != new.read_bytes()
    old_text, new_text = (synthetic.unit_text(0, changed) for changed in (False, True))
    assert [line for line in new_text.splitlines() if line not in old_text.splitlines()] == [
        line for line in new_text.splitlines() if "long added" in line
    ]


def test_every_contract_of_the_benchmark_is_one_of_a_library_of_the_corpus_and_valid(gate) -> None:
    from astra_abi.load.declared import load_declarations

    _, corpus = gate
    folders = [path.parent for path in sorted((GATE / "contracts").rglob("contract.toml"))]
    library = {folder: folder.relative_to(GATE / "contracts").parts[0] for folder in folders}
    assert set(library.values()) == set(corpus.data()["library"])
    for folder in folders:
        newest = corpus.releases([library[folder]])[-1]
        assert load_declarations(folder).version == newest.version


def test_each_file_of_a_library_has_the_contract_that_is_named_after_it_or_the_library(gate) -> None:
    import contestants

    _, corpus = gate
    chosen = {file: contestants.contract_of(one.library, file) for one in corpus.releases() for file in one.recipe["files"]}
    assert chosen["lib/libssl.so.3"].name == "libssl" and chosen["lib/libcrypto.so.3"].name == "libcrypto"
    assert chosen["lib/libz.so.1"].name == "zlib" and None not in chosen.values()


def test_a_contract_of_an_earlier_release_says_what_that_one_lacks(gate) -> None:
    import tomllib

    import workflow

    for text in ('version = "2"', 'version = "2"\n[symbols]\ninternal = ["a"]', 'version = "2"\n[symbols]\nabsent = ["gone"]'):
        made = tomllib.loads(workflow.release_of(text + "\n", "1", ("c", "d")))
        assert made["version"] == "1" and {"c", "d"} <= set(made["symbols"]["absent"])
        assert ("gone" in made["symbols"]["absent"]) == ("gone" in text)


def test_what_only_one_way_tells_of_a_step_is_shown(gate) -> None:
    import workflow

    step, own = ("breaking", "symbol_removed", "symbol:a"), ("risky", "symbol_unexplained", "symbol:b")
    diff = workflow.Answer("breaking", ((*step, "declarations"),), 1.0)
    check = workflow.Answer("breaking", ((*step, "releases"), (*own, "exports")), 1.0)
    blind = workflow.Answer("compatible", ((*own, "exports"),), 1.0)
    case, kept = workflow.Case("x"), workflow.Answer("compatible", (), 1.0)
    assert workflow.Compared(case, diff, kept, check).differences == []
    assert workflow.Compared(case, diff, kept, blind).differences == ["only diff: breaking symbol_removed symbol:a"]


def test_only_a_case_with_a_contract_is_run_with_one(gate) -> None:
    timing, _ = gate
    import contestants

    who = [timing.Contestant(timing.OURS, "headers", None), timing.Contestant(timing.OURS, "contract", None)]
    assert [one.mode for one in contestants.able(who, timing.Case("c"))] == ["headers"]
    assert [one.mode for one in contestants.able(who, timing.Case("c", contract=GATE))] == ["headers", "contract"]
