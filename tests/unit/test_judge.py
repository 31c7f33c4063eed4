"""Loading and applying rules: what is wrong with a rule is said, and nothing is left undecided."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from astra_abi.compare import Change
from astra_abi.load.sketch import sketch
from astra_abi.model import AstraError
from astra_abi.rules import explain, judge, load_rules

FOLDER = Path(__file__).parents[2] / "compat" / "rules"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(FOLDER / "soname_changed.toml", tmp_path)
    return tmp_path


def refusal(folder: Path, old: str, new: str) -> str:
    path = folder / "soname_changed.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(AstraError) as caught:
        load_rules(folder)
    assert caught.value.do_this
    return str(caught.value)


def test_a_finding_carries_what_the_rule_says(folder: Path) -> None:
    change = Change("soname_changed", "library:soname", {}, "a", "b", "library x")
    (finding,) = judge([change], load_rules(folder), ("x86_64-linux-gnu",))
    assert (finding.rule, finding.severity, finding.source, finding.bump) == ("soname_changed", "breaking", "compatible", "major")
    assert (finding.subject, finding.old, finding.new, finding.where) == ("library:soname", "a", "b", "library x")
    assert finding.targets == ["x86_64-linux-gnu"] and finding.breaks and finding.fix and finding.title


def test_a_change_that_no_rule_claims_is_an_error(folder: Path) -> None:
    with pytest.raises(AstraError, match="no rule claims the change 'symbol_added', closed = True"):
        judge([Change("symbol_added", "symbol:x", {"closed": True})], load_rules(folder))


def test_a_change_that_two_rules_claim_is_an_error(folder: Path) -> None:
    shutil.copy(folder / "soname_changed.toml", folder / "another.toml")
    with pytest.raises(AstraError, match="another and soname_changed claims the change"):
        judge([Change("soname_changed", "library:soname")], load_rules(folder))


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AstraError, match="holds no rules"):
        load_rules(tmp_path)


@pytest.mark.parametrize(("old", "new", "said"), [
    ('change = "soname_changed"', 'change = "soname_forgotten"', "is not a kind of change"),
    ('change = "soname_changed"', 'change = "soname_changed", closed = true', "is not a fact of soname_changed (known: none)"),
    ('change = "soname_changed"', 'change = "symbol_added", closed = "yes"', "'yes' cannot be (known: True, False)"),
    ('severity = "breaking"', 'severity = "terrible"', "'terrible' is not one of"),
    ("title ", "titel ", "unknown key 'titel'"),
    ("is another one", "is another one.", "does not match"),
    ("[example]", "[example", "is not TOML"),
])
def test_what_is_wrong_with_a_rule_is_said(folder: Path, old: str, new: str, said: str) -> None:
    assert said in refusal(folder, old, new)


def test_an_explanation_tells_everything_for_people(folder: Path) -> None:
    text = explain(load_rules(folder)["soname_changed"])
    assert "breaking for a compiled program, compatible for one that is compiled again" in " ".join(text.split())
    assert 'soname = "libx.so.2"' in text and max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("text", [
    "unknown = 1", "reader = 'oracle'", "= 1", "[struct.x_s]\nfields = [{ name = 'a' }]", "version = 'one'",
    "[function.x_f]\nparams = [{ name = 'a', type = 'u8*' }]", "[image]\nweight = 1",
])
def test_a_sketch_that_says_nothing_known_is_refused(text: str) -> None:
    with pytest.raises(AstraError):
        sketch(text)


def test_a_sketch_of_a_contract_knows_everything_and_one_of_a_library_only_what_it_names() -> None:
    contract, library = sketch("[function.x_f]"), sketch("reader = 'library'\n[function.x_f]")
    assert contract.structs == {} and contract.operators == {} and contract.requires == ()
    assert library.structs is None and library.operators is None and library.requires is None and library.enums is None
