"""The comparer on what only a library has: symbols, what it needs, its note, and what it did when it ran."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from astra_abi.compare import compare
from astra_abi.generate.note import claim
from astra_abi.load.contract import load_contract
from astra_abi.model import Abi, AstraError, Behaviour, Image, Outcome, Version

CONTRACT = load_contract(Path(__file__).parents[2] / "spec")
RELEASED = replace(CONTRACT, image=replace(CONTRACT.image, closed=False))
"""The contract as a baseline gives it."""


def told(old: Abi, new: Abi) -> list[tuple[str, str]]:
    return [(change.kind, change.subject) for change in compare(old, new)]


def library(**facets) -> Abi:
    symbols = dict(CONTRACT.image.symbols)
    return Abi("library", image=replace(Image("libastra.so.0.1", symbols), **facets))


def test_a_library_as_declared_yields_nothing() -> None:
    image = dict(floor={"GLIBC": ("2.17", "memcpy")}, needed=("libc.so.6",), rpath_known=True, state=("ASTRA_REGISTRY_0",))
    assert told(CONTRACT, library(**image, exec_stack=False, text_relocations=False, initializers=3)) == []


def test_a_renamed_symbol_hints_at_its_new_name() -> None:
    symbols = dict(CONTRACT.image.symbols)
    symbols["astra_event_state_of"] = symbols.pop("astra_event_query")
    function = replace(CONTRACT.functions["astra_event_query"], name="astra_event_state_of")
    new = replace(library(symbols=symbols), functions={function.name: function})
    changes = compare(CONTRACT, new)
    assert [change.kind for change in changes] == ["symbol_removed", "symbol_added"]
    removed = changes[0]
    assert removed.new == "perhaps renamed to astra_event_state_of"


def test_one_symbol_in_another_node_is_told_as_one_and_a_lost_node_as_one() -> None:
    symbols = {**CONTRACT.image.symbols, "astra_event_query": "ASTRA_0.9"}
    assert told(CONTRACT, library(symbols=symbols)) == [("symbol_version_changed", "symbol:astra_event_query")]
    moved = dict.fromkeys(CONTRACT.image.symbols, "ASTRA_0.9")
    assert told(CONTRACT, library(symbols=moved)) == [("version_node_removed", "library:node:ASTRA_0.1")]
    assert compare(CONTRACT, library(symbols=dict.fromkeys(moved)))[0].facts == {"then": "warned", "declared": True, "offered": True}


def test_a_floor_is_compared_by_numbers_and_names_its_symbol() -> None:
    (change,) = compare(CONTRACT, library(floor={"GLIBC": ("2.34", "dlopen")}))
    assert (change.subject, change.old, change.new) == ("library:floor.GLIBC", "GLIBC_2.17", "GLIBC_2.34, for dlopen")
    assert told(CONTRACT, library(floor={"GLIBC": ("2.4", "x")})) == []
    assert told(CONTRACT, library(floor={"GLIBC": ("PRIVATE", "x")})) == [("floor_raised", "library:floor.GLIBC")]


def test_a_family_of_a_new_library_is_told_as_that_library() -> None:
    new = library(floor={"GCC": ("3.0", "x")}, needed=("libc.so.6", "libgcc_s.so.1"))
    assert told(CONTRACT, new) == [("needed_added", "library:needed:libgcc_s.so.1")]


def test_a_lost_soname_is_a_changed_one() -> None:
    assert told(CONTRACT, library(soname=None)) == [("soname_changed", "library:soname")]


def test_a_note_that_says_otherwise_is_told_part_by_part() -> None:
    honest = claim(CONTRACT)
    assert told(Abi("contract", note=honest), Abi("library", note=honest)) == []
    lie = {**honest, "constants": {**honest["constants"], "ASTRA_OK": 1}}
    (change,) = compare(Abi("contract", note=honest), Abi("library", note=lie))
    assert (change.subject, change.facts) == ("note:constant:ASTRA_OK", {"about": "constants"})
    assert told(Abi("contract", note=honest), Abi("library", note={**honest, "version": "0.1.9"})) == [("note_differs", "note:version")]
    assert told(Abi("contract", note=honest), Abi("library", note={})) == [("note_missing", "note:library")]


def test_a_later_since_is_told_once_for_symbol_and_function() -> None:
    history = (*CONTRACT.history, Version(0, 1, 1))
    function = replace(CONTRACT.functions["astra_version"], since="0.1.1")
    symbols = {**CONTRACT.image.symbols, "astra_version": "ASTRA_0.1.1"}
    new = replace(CONTRACT, functions={**CONTRACT.functions, function.name: function}, history=history, image=replace(CONTRACT.image, symbols=symbols))
    assert told(CONTRACT, new) == [("symbol_version_changed", "symbol:astra_version")]
    assert told(RELEASED, replace(new, image=None)) == [("since_changed", "function:astra_version")]


def test_an_ending_that_no_reader_may_give_is_refused() -> None:
    for outcome in (Outcome("exploded", "bits"), Outcome("broken", "weather")):
        with pytest.raises(AstraError):
            compare(Abi("contract"), Abi("library", behaviour=Behaviour(promises={"x/y": outcome})))


def test_what_was_broken_before_is_no_change() -> None:
    seen = Behaviour(promises={"x/y": Outcome("broken", "bits", "a")}, clients={"c": Outcome("crashed", "version")})
    assert told(Abi("old", behaviour=seen), Abi("new", behaviour=seen)) == []
    assert [kind for kind, _ in told(Abi("old"), Abi("new", behaviour=seen))] == ["client_failed", "promise_broken"]


def test_the_order_of_changes_is_that_of_their_subjects() -> None:
    changes = compare(CONTRACT, library(symbols={}, soname="other"))
    assert [change.subject for change in changes] == sorted(change.subject for change in changes)
