"""The mutation engine: kinds apply and build, labels come from runs, a journal is continued, a weak gate is found out."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from astra_abi.cli.mutate import gate
from astra_abi.mutate import Bench, Mutant, Ruling, load_kinds, original, plan, try_all
from astra_abi.mutate.label import BREAKING, COMPATIBLE, RISKY, UNLABELLED, Trace, evidence, misread
from astra_abi.mutate.original import reread
from astra_abi.mutate.plan import STARTS
from astra_abi.mutate.planted import Planted, load_planted, prove
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
def test_every_kind_has_a_place_and_prints_c_that_is_another_text(kind: str, everything, tmp_path: Path) -> None:
    mutants = plan(everything, kind, 0, 1)
    assert mutants, "everything.h has no place for it"
    start = STARTS[mutants[0].start](everything)
    stepped = load_kinds(kind)[kind].apply(start, mutants[0].place)
    assert reread(stepped, tmp_path)
    assert (header(stepped), stepped.image, stepped.note) != (header(start), start.image, start.note)


def test_places_are_chosen_by_their_names_and_the_seed(everything) -> None:
    assert plan(everything, "param_*", 1, 20) == plan(everything, "param_*", 1, 20)
    assert plan(everything, "param_*", 1, 20) != plan(everything, "param_*", 2, 20)
    assert len({mutant.kind for mutant in plan(everything, "*", 0, len(load_kinds()))}) == len(load_kinds())


@pytest.fixture(scope="module")
def bench(everything, tmp_path_factory):
    made = Bench(tmp_path_factory.mktemp("bench"), everything, gate)
    made.prepare("plain")
    return made


@pytest.mark.parametrize("planted", load_planted(), ids=lambda planted: planted.name)
def test_a_pair_is_labelled_as_everybody_knows(planted: Planted, tmp_path: Path) -> None:
    proof = prove(planted, tmp_path)
    assert proof.right, str(proof)


def test_a_labeller_that_hears_nothing_is_found_out(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("astra_abi.mutate.bench.evidence", lambda *_: "")
    planted = next(pair for pair in load_planted() if pair.name == "field_inserted")
    assert not prove(planted, tmp_path).right


PAIRS = {path.stem: tomllib.loads(path.read_text()) for path in sorted((HERE.parent / "pairs").glob("*.toml"))}
NOT_BY_HEADERS = {
    "address_passed_as_number": "what a pointer to anything leads to has no type, and a number is no pointer",
    "field_pointee_untyped": "a number behind a pointer is not looked for behind a pointer to anything",
    "field_pointer_to_longer_array": "what points to an array is a number, and is not followed",
    "field_struct_renamed_with_other_pointee": "values are followed along two pointers, and this one is the third",
    "fields_grouped_in_other_order": "values go by the names of fields, and a field in a group has another one",
    "flexible_array_respelled": "objects lie right before a page that nobody may touch, and one element is not there",
    "function_renewed": "libraries are made without the version node that keeps the old function",
    "function_prototyped": "a program that says nothing of what it passes passes nothing",
    "macro_address_renumbered": "what a number means is asked of numbers, and not of addresses",
    "macro_callback_renumbered": "what a number means is asked of numbers, and not of addresses",
    "macro_default_changed": "what a number means is taken to matter, even if programs may choose it",
    "struct_hidden_kept": "what is behind an opaque type is nobody's business",
    "unreached_struct_changed": "every struct is exchanged by memory, even if no function takes it",
    "array_flattened": "values go by the names of elements, and one of a row has another name",
    "bit_field_sign_changed": "a value of another sign is a risk to it, however few bits hold it",
    "callback_got_prototype": "a callback without a prototype is called with nothing",
    "function_renewed_from_unversioned": "libraries are made without the version node that keeps the old function",
    "int_not_promoted": "a program that says nothing of what it passes passes nothing",
    "noreturn_removed": "functions of made libraries return, or no program would see what comes behind them",
    "union_by_value_in_memory": "an object that must begin at a multiple of more bytes is one that programs of old do not place",
    "union_in_callback_other_registers": "callbacks are given numbers, and no unions",
    "variable_renewed_from_unversioned": "libraries are made without the version node that keeps the old variable",
    "declaration_withdrawn": "its library exports what its header no longer declares",
    "params_renamed_in_a_row": "a name that took another one's place is taken for a move",
}


@pytest.mark.parametrize("name", [name for name, pair in PAIRS.items() if "client" in pair and pair["old"]["header"] != pair["new"]["header"]])
def test_the_made_programs_see_what_a_program_written_by_hand_sees(name: str, tmp_path: Path) -> None:
    pair = PAIRS[name]
    proof = prove(Planted(name, pair["title"], pair["old"]["header"], pair["new"]["header"], pair["verdict"], ""), tmp_path)
    agrees = (proof.label in (COMPATIBLE, RISKY)) is (pair["verdict"] == COMPATIBLE)
    assert agrees is (name not in NOT_BY_HEADERS), proof


def test_fields_without_a_name_and_bits_that_fill_survive_being_printed(everything) -> None:
    struct = everything.structs["every_parts"]
    assert [field.name for field in struct.fields if not field.name] == ["", ""]
    assert "struct { int low; char high; } range;" in header(everything)
    assert {"every_parts.range", "every_parts.either", "every_parts.hidden.more"} <= everything.structs.keys()


def test_what_does_not_build_is_unlabelled_and_counted(bench, monkeypatch) -> None:
    monkeypatch.setattr("astra_abi.mutate.bench.build_witness", lambda *_: "error: planted")
    result = bench.attempt(plan(bench.abi, "field_inserted", 0, 1)[0])
    assert (result.label, result.ruling, result.evidence) == (UNLABELLED, None, "error: planted")
    assert Score.of([("x.h", result)]).exit_code == 1


def test_a_gate_that_lets_everything_pass_is_found_out(bench) -> None:
    weak = replace(bench, judge=lambda *_: Ruling(0))
    score = Score.of([("x.h", weak.attempt(plan(bench.abi, "field_inserted", 0, 1)[0]))])
    assert score.exit_code == 1
    assert "is breaking, and the gate lets it pass" in score.text()


def test_a_gate_that_blocks_everything_is_found_out(bench) -> None:
    strict = replace(bench, judge=lambda *_: Ruling(1, ("planted",), "breaking"))
    assert Score.of([("x.h", strict.attempt(plan(bench.abi, "comment_changed", 0, 1)[0]))]).exit_code == 1


def test_a_gate_that_does_not_tell_a_risk_or_a_source_that_fails_is_found_out(bench) -> None:
    weak = replace(bench, judge=lambda *_: Ruling(0))
    assert not weak.attempt(plan(bench.abi, "param_sign_changed", 0, 1)[0]).runs_right
    renamed = weak.attempt(plan(bench.abi, "field_renamed", 0, 1)[0])
    assert (renamed.label, renamed.source, renamed.runs_right, renamed.compiles_right) == (COMPATIBLE, "fails", True, False)
    assert "an old client fails, and the gate calls that compatible" in Score.of([("x.h", renamed)]).text()


def test_a_comparer_that_misses_removed_parameters_is_found_out(bench, monkeypatch) -> None:
    import astra_abi.diff

    real = astra_abi.diff.compare
    for place in ("astra_abi.diff.compare", "astra_abi.doubt.compare"):
        monkeypatch.setattr(place, lambda *sides: tuple(change for change in real(*sides) if not change.kind.startswith("param")))
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


def test_a_number_that_is_read_with_another_sign_is_a_risk() -> None:
    before = Trace({"f.a": "200/8u"}, {"f.a": "200/8u"})
    now = Trace({"f.a": "200/8u"}, {"f.a": "200/8s"})
    assert (evidence(before, now), misread(before, now)) == ("", "the program says f.a = 200, which is read as -56")


@pytest.mark.parametrize("name", HEADERS)
def test_a_sample_of_real_headers_is_judged_without_a_miss(name: str, tmp_path: Path) -> None:
    if not HEADERS[name].is_file():
        pytest.skip(f"{HEADERS[name]} is missing: apt-get install zlib1g-dev libsqlite3-dev")
    command = [str(Path(sys.executable).with_name("astra-abi")), "mutate", "--header", str(HEADERS[name]), "--sample", "66", "--seed", str([*HEADERS].index(name))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
