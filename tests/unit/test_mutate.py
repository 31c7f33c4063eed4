"""The mutation engine: kinds apply and build, labels come from runs, a journal is continued, a weak gate is found out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from astra_abi.cli.mutate import gate
from astra_abi.load.headers import load_text
from astra_abi.mutate import Bench, Mutant, load_kinds, original, plan, try_all, with_nodes
from astra_abi.mutate.label import BREAKING, COMPATIBLE, UNLABELLED, Trace, evidence
from astra_abi.mutate.print import header
from astra_abi.mutate.score import Score

HERE = Path(__file__).parent
EVERYTHING = HERE / "headers" / "everything.h"
HEADERS = {"astra": HERE.parents[1] / "include/astra/astra.h", "zlib": Path("/usr/include/zlib.h"), "sqlite": Path("/usr/include/sqlite3.h")}
pytestmark = pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler")


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    return original(EVERYTHING, (), tmp_path_factory.mktemp("original"))


@pytest.mark.parametrize("kind", load_kinds())
def test_every_kind_has_a_place_and_prints_c_that_is_another_text(kind: str, everything) -> None:
    mutants = plan(everything, kind, 0, 1)
    assert mutants, "everything.h has no place for it"
    start = with_nodes(everything) if mutants[0].versioned else everything
    stepped = load_kinds(kind)[kind].apply(start, mutants[0].place)
    assert load_text(header(stepped))
    assert (header(stepped), stepped.image, stepped.note) != (header(start), start.image, start.note)


def test_places_are_chosen_by_their_names_and_the_seed(everything) -> None:
    assert plan(everything, "param_*", 1, 20) == plan(everything, "param_*", 1, 20)
    assert plan(everything, "param_*", 1, 20) != plan(everything, "param_*", 2, 20)
    assert len({mutant.kind for mutant in plan(everything, "*", 0, len(load_kinds()))}) == len(load_kinds())


PLANTED = {
    "field_inserted every_item[1]": BREAKING, "field_in_padding every_item[1]": COMPATIBLE, "function_removed every_close": BREAKING,
    "function_added every_close": COMPATIBLE, "params_swapped every_many[0]": BREAKING, "param_renamed every_many[0]": COMPATIBLE,
    "result_dropped every_push": BREAKING, "result_gained every_close": COMPATIBLE, "constant_renumbered every_color[1]": BREAKING,
    "constant_appended every_color": COMPATIBLE, "union_grown every_value": BREAKING, "union_member_added every_value": COMPATIBLE,
    "variable_resized every_table": BREAKING, "opaque_changed every_inside": COMPATIBLE, "soname_changed library": BREAKING,
    "nodes_gained library": COMPATIBLE,
}


@pytest.fixture(scope="module")
def bench(everything, tmp_path_factory):
    made = Bench(tmp_path_factory.mktemp("bench"), everything, gate)
    made.prepare(False)
    return made


@pytest.mark.parametrize("planted", PLANTED)
def test_an_old_program_gives_the_label_that_is_known(planted: str, bench, everything) -> None:
    kind, place = planted.split()
    mutant = next(Mutant(kind, found) for found in load_kinds(kind)[kind].places(everything) if str(found) == place)
    result = bench.attempt(mutant)
    assert (result.label, result.right) == (PLANTED[planted], True), result


def test_what_does_not_build_is_unlabelled_and_counted(bench, monkeypatch) -> None:
    monkeypatch.setattr("astra_abi.mutate.build_witness", lambda *_: "error: planted")
    result = bench.attempt(plan(bench.abi, "field_inserted", 0, 1)[0])
    assert (result.label, result.code, result.evidence) == (UNLABELLED, None, "error: planted")
    assert Score.of([("x.h", result)]).exit_code == 1


def test_a_gate_that_lets_everything_pass_is_found_out(bench) -> None:
    weak = replace(bench, judge=lambda *_: (0, []))
    score = Score.of([("x.h", weak.attempt(plan(bench.abi, "field_inserted", 0, 1)[0]))])
    assert score.exit_code == 1
    assert "is breaking, and the gate lets it pass" in score.text()


def test_a_gate_that_blocks_everything_is_found_out(bench) -> None:
    strict = replace(bench, judge=lambda *_: (1, ["planted"]))
    assert Score.of([("x.h", strict.attempt(plan(bench.abi, "comment_changed", 0, 1)[0]))]).exit_code == 1


def test_a_comparer_that_misses_removed_parameters_is_found_out(bench, monkeypatch) -> None:
    import astra_abi.diff

    real = astra_abi.diff.compare
    monkeypatch.setattr("astra_abi.diff.compare", lambda *sides: tuple(change for change in real(*sides) if not change.kind.startswith("param")))
    assert not bench.attempt(plan(bench.abi, "param_inserted", 0, 1)[0]).right


def test_a_journal_is_continued_where_a_run_was_killed(bench, tmp_path: Path) -> None:
    journal, mutants = tmp_path / "journal", plan(bench.abi, "comment_changed", 0, 3)
    first = sorted(try_all(bench, mutants[:2], 1, journal, lambda *_: None), key=str)
    journal.write_text(journal.read_text() + '{"kind": "half a li')
    asked = []
    counting = replace(bench, judge=lambda *places: (asked.append(places), gate(*places))[1])
    every = list(try_all(counting, mutants[:2], 1, journal, lambda *_: None))
    assert (sorted(every, key=str), asked) == (first, [])
    assert len(list(try_all(bench, mutants, 1, journal, lambda *_: None))) == 3


def test_a_name_whose_value_arrives_under_another_one_is_a_rename() -> None:
    before = Trace({"f.a": "5"}, {"f.a": "5"})
    assert evidence(before, Trace({"f.a": "5"}, {"f.b": "5"})) == ""
    assert evidence(before, Trace({"f.a": "5"}, {"f.b": "6"})) != ""
    assert evidence(before, Trace({"f.a": "5"}, {"f.a": "5", "f.new": "0"})) == ""
    assert evidence(before, Trace({"f.a": "5"}, {"f.a": "5", "f.new": "9"})) != ""


@pytest.mark.parametrize("name", HEADERS)
def test_a_sample_of_real_headers_is_judged_without_a_miss(name: str, tmp_path: Path) -> None:
    if not HEADERS[name].is_file():
        pytest.skip(f"{HEADERS[name]} is missing: apt-get install zlib1g-dev libsqlite3-dev")
    command = [str(Path(sys.executable).with_name("astra-abi")), "mutate", "--header", str(HEADERS[name]), "--sample", "66"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
