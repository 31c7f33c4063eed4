"""Header contracts: each declaration changes the verdict where it is meant to, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from small import HEADER, SOURCE, contract, header, release

from astra_abi.data import packaged
from astra_abi.diff import look, merged
from astra_abi.load.declared import headers_of, is_header_contract, load_declarations
from astra_abi.load.source import Reading, read_source
from astra_abi.model import AstraError
from astra_abi.rules import judge, load_rules

RULES = load_rules(packaged("compat") / "rules")
GROWN = HEADER.replace("int level; int window;", "int level; int window; int dictionary;")


def told(old: Path, new: Path, declared: Path | None = None, **headers: Path) -> set[tuple[str, str, str]]:
    """(severity, rule, subject) of everything that is found between two sides."""
    terms = load_declarations(declared) if declared else None
    sides = [
        read_source(path, Reading(headers=headers.get(side), contract=terms, targets=() if terms else ("x86_64-linux-gnu",)))
        for path, side in ((old, "old"), (new, "new"))
    ]
    views = look(*sides)
    assert all(view.verdict == "pass" for view in views), [view.summary for view in views]
    return {
        (finding.severity, finding.rule, finding.subject)
        for _, found in merged(views, lambda changes: judge(changes, RULES)) for finding in found
    }


def between(folder: Path, new: str, *terms: str, old: str = HEADER) -> set[tuple[str, str, str]]:
    """What is found between two headers, with something declared of both."""
    declared = contract(folder / "contract", *terms) if terms else None
    return told(header(folder / "old", old), header(folder / "new", new), declared)


@pytest.mark.parametrize(("terms", "severity", "rule"), [
    ("[symbols]", "breaking", "field_appended_unsized"),
    ('[struct.small_options]\nmade_by = "caller"', "breaking", "frozen_struct_grown"),
    ('[struct.small_options]\nmade_by = "either"', "breaking", "frozen_struct_grown"),
    ('[struct.small_options]\nmade_by = "library"', "compatible", "field_appended_by_library"),
    ('[struct.small_options]\ngrowth = "guarded"\nguard = "the parameter size"', "compatible", "field_appended_guarded"),
])
def test_who_makes_a_struct_decides_what_an_appended_field_breaks(tmp_path: Path, terms: str, severity: str, rule: str) -> None:
    assert between(tmp_path, GROWN, terms) == {(severity, rule, "struct:small_options.dictionary")}


def test_a_growing_struct_may_grow_only_at_its_end(tmp_path: Path) -> None:
    inserted = HEADER.replace("int level; int window;", "int level; int dictionary; int window;")
    found = between(tmp_path, inserted, '[struct.small_options]\ngrowth = "guarded"\nguard = "size"')
    assert ("breaking", "field_inserted", "struct:small_options.dictionary") in found


def test_nothing_inside_of_an_opaque_struct_matters(tmp_path: Path) -> None:
    other = HEADER.replace("struct small_tree *root; int depth;", "long depth; struct small_tree *root; char text[9];")
    assert any(severity == "breaking" for severity, _, _ in between(tmp_path / "shown", other))
    assert between(tmp_path / "opaque", other, "[struct.small_state]\nopaque = true") == set()


def test_what_only_an_opaque_struct_reaches_matters_no_more(tmp_path: Path) -> None:
    other = HEADER.replace("struct small_tree *left; int key;", "int key; struct small_tree *left;")
    assert between(tmp_path / "opaque", other, "[struct.small_state]\nopaque = true") == set()
    taken = "int small_look(struct small_tree *tree);\n"
    found = between(tmp_path / "taken", other + taken, "[struct.small_state]\nopaque = true", old=HEADER + taken)
    assert any(subject.startswith("struct:small_tree") and severity == "breaking" for severity, _, subject in found)


def test_a_function_that_takes_an_opaque_struct_is_watched_all_the_same(tmp_path: Path) -> None:
    other = HEADER.replace("int small_step(struct small_state *state)", "int small_step(struct small_state *state, int count)")
    found = between(tmp_path, other, "[struct.small_state]\nopaque = true")
    assert found == {("breaking", "param_added", "function:small_step.count")}


def test_what_is_internal_may_go(tmp_path: Path) -> None:
    other = HEADER.replace("int small_poke(int x);\n", "")
    assert between(tmp_path / "promised", other) == {("breaking", "function_removed", "function:small_poke")}
    assert between(tmp_path / "internal", other, '[symbols]\ninternal = ["small_p*"]') == set()
    assert between(tmp_path / "near", other, '[symbols]\ninternal = ["small_poker"]') == {("breaking", "function_removed", "function:small_poke")}


def test_only_what_is_promised_is_watched_where_promises_are_listed(tmp_path: Path) -> None:
    other = HEADER.replace("int small_poke(int x);\n", "").replace("int small_sum(int a, int b)", "int small_sum(int a)")
    found = between(tmp_path, other, '[symbols]\npromised = ["small_s*"]')
    assert found == {("breaking", "param_removed", "function:small_sum.b")}


def test_internal_types_macros_and_constants_may_change(tmp_path: Path) -> None:
    other = HEADER.replace("SMALL_LIMIT 8", "SMALL_LIMIT 9").replace("SMALL_BEST = 2", "SMALL_BEST = 3")
    other = other.replace("struct small_tree *left; int key;", "long key;")
    found = {subject for _, _, subject in between(tmp_path / "shown", other)}
    assert {"macro:SMALL_LIMIT", "constant:SMALL_BEST", "struct:small_tree.left"} <= found
    terms = '[types]\ninternal = ["small_tree"]\n[macro]\ninternal = ["*_LIMIT"]\n[constant]\ninternal = ["SMALL_BEST"]'
    assert between(tmp_path / "internal", other, terms) == set()


def test_a_reserved_field_may_be_taken(tmp_path: Path) -> None:
    old = HEADER.replace("int level; int window;", "int level; int filler;")
    new = HEADER.replace("int level; int window;", "int level; int window;")
    undeclared = between(tmp_path / "undeclared", new, old=old)
    assert undeclared == {("compatible", "field_renamed", "struct:small_options.filler")}
    declared = between(tmp_path / "declared", new, '[struct.small_options]\nreserved = ["filler"]', old=old)
    assert declared == {("risky", "reserved_field_used", "struct:small_options.filler")}


@pytest.mark.parametrize(("terms", "severity", "rule"), [
    ("[enum.small_mode]\nopen = true", "compatible", "constant_added"),
    ("[enum.small_mode]\nopen = false", "breaking", "constant_added_to_closed"),
    ("[enum.small_mode]\nnote = 'nobody said'", "risky", "constant_added_undeclared"),
])
def test_an_open_enum_may_get_constants(tmp_path: Path, terms: str, severity: str, rule: str) -> None:
    other = HEADER.replace("SMALL_BEST = 2", "SMALL_BEST = 2, SMALL_ODD = 3")
    assert between(tmp_path, other, terms) == {(severity, rule, "constant:SMALL_ODD")}


def test_the_same_is_declared_of_what_debug_information_tells(tmp_path: Path) -> None:
    old, new = release(tmp_path / "old"), release(tmp_path / "new", GROWN)
    assert ("breaking", "field_appended_unsized", "struct:small_options.dictionary") in told(old.library, new.library)
    declared = contract(tmp_path / "contract", '[struct.small_options]\nmade_by = "library"')
    assert told(old.library, new.library, declared) == {("compatible", "field_appended_by_library", "struct:small_options.dictionary")}


def test_an_exported_symbol_may_be_internal(tmp_path: Path) -> None:
    helper = "int small_internal_helper(void) { return 4; }\n"
    old, new = release(tmp_path / "old", source=SOURCE + helper), release(tmp_path / "new")
    assert ("breaking", "symbol_removed", "symbol:small_internal_helper") in told(old.library, new.library)
    declared = contract(tmp_path / "contract", '[symbols]\ninternal = ["small_internal_*"]')
    assert told(old.library, new.library, declared) == set()


def test_a_floor_within_the_contract_s_is_no_change(tmp_path: Path) -> None:
    clock = "#include <pthread.h>\nint small_poke(int x) { return pthread_clockjoin_np(0, 0, 0, 0) + x; }\n"
    old = release(tmp_path / "old")
    new = release(tmp_path / "new", source="#define _GNU_SOURCE\n" + clock + SOURCE.replace("int small_poke(int x) { return x; }\n", ""))
    raised = ("breaking", "floor_raised", "library:floor.GLIBC")
    if raised in told(old.library, new.library):  # an old C library has no newer function
        declared = contract(tmp_path / "contract", '[toolchain]\nglibc = "2.99"')
        assert told(old.library, new.library, declared) == set()


def test_a_contract_names_everything_that_is_wrong_with_it(tmp_path: Path) -> None:
    folder = contract(
        tmp_path, "[struct.small_options]", 'growth = "guarded"', "[struct.small_state]", "opaque = true", 'growth = "frozen"',
        "[struct.small_pair]", 'made_by = "library"', 'growth = "growable"', "[struct.small_tree]", 'made_by = "caller"', 'growth = "library"',
    )
    with pytest.raises(AstraError) as caught:
        load_declarations(folder)
    text = str(caught.value)
    for key in ("struct.small_options.guard", "struct.small_state.growth", "struct.small_pair.growth", "struct.small_tree.growth"):
        assert f"contract.toml: {key}: " in text


@pytest.mark.parametrize(("terms", "where"), [
    ("[struct.small_options]\nmadeby = 'caller'", "struct.small_options.madeby"),
    ("[enum.small_mode]\nopen = 'yes'", "enum.small_mode.open"),
    ("[toolchain]\nglibc = 'new'", "toolchain.glibc"),
    ("[symbols]\ninternal = 'small_*'", "symbols.internal"),
    ("[else]\nx = 1", "else"),
])
def test_what_a_contract_may_not_say_is_refused_with_its_place(tmp_path: Path, terms: str, where: str) -> None:
    with pytest.raises(AstraError, match=f"contract.toml: {where}"):
        load_declarations(contract(tmp_path, terms))


@pytest.mark.parametrize("text", ["", "kind = 3", "kind = 'headers'", "kind = 'headers\n", "[[kind]]", "\x00", "kind = 'headers'\nkind = 'headers'"])
def test_a_damaged_contract_ends_in_one_clear_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "contract.toml").write_text(text)
    with pytest.raises(AstraError):
        load_declarations(tmp_path)
    assert is_header_contract(tmp_path) in (True, False)


@pytest.mark.parametrize(("terms", "why"), [
    ("[struct.small_pair]\nopaque = true", "small_swap takes one by value"),
    ('[struct.small_pair]\nmade_by = "library"', "small_swap returns one by value"),
    ('[struct.small_tree]\ngrowth = "guarded"\nguard = "key"', "struct small_forest holds one"),
])
def test_a_declaration_that_headers_contradict_is_refused(tmp_path: Path, terms: str, why: str) -> None:
    text = HEADER + "struct small_forest { struct small_tree trees[4]; int count; };\nint small_cut(struct small_forest *forest);\n"
    with pytest.raises(AstraError, match=why):
        between(tmp_path, text, terms)


def test_the_last_field_of_a_growing_struct_may_grow(tmp_path: Path) -> None:
    text = HEADER + "struct small_forest { int count; struct small_tree last; };\nint small_cut(struct small_forest *forest);\n"
    terms = '[struct.small_tree]\nmade_by = "library"\n[struct.small_forest]\nmade_by = "library"'
    assert between(tmp_path, text, terms, old=text) == set()


def test_headers_are_found_below_the_root_that_is_named(tmp_path: Path) -> None:
    folder = contract(tmp_path)
    header(tmp_path)
    (tmp_path / "include" / "small_extra.h").write_text("int small_extra(void);\n")
    declared = load_declarations(folder)
    assert [path.name for path in headers_of(declared).files] == ["small.h"]
    other = header(tmp_path / "other")
    assert headers_of(declared, other).files == (other / "small.h",)
    with pytest.raises(AstraError, match="no public header small.h"):
        headers_of(declared, tmp_path)
    with pytest.raises(AstraError, match="no such folder"):
        headers_of(declared, tmp_path / "nowhere")
