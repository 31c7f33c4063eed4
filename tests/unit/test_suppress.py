"""Suppressions: a finding that somebody answers for blocks no more and is still shown; a wrong one is an error."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from small import HEAD, HEADER, contract, header, release

from astra_abi.data import packaged
from astra_abi.model import AstraError
from astra_abi.report.verdict import Judged, decide
from astra_abi.rules import Finding, load_rules
from astra_abi.stages import Result
from astra_abi.suppress import Suppression, read_suppressions, suppress

RULES = load_rules(packaged("compat") / "rules")
TODAY = date(2027, 3, 1)
LAST = date(2027, 3, 31)
ENTRY = '[[suppress]]\nrule = "field_resized"\nsubject = "struct:x_opts.depth"\nreason = "nobody reads it"\nexpires = 2027-03-31\n'


def finding(rule: str = "field_resized", subject: str = "struct:x_opts.depth", targets: tuple[str, ...] = (), severity: str = "breaking") -> Finding:
    return Finding(rule, severity, "risky", "major", subject, list(targets), "title", "breaks", "fix", "u32", "u64", "")


def hidden(*entries: Suppression, of: list[Finding] | None = None, today: date = TODAY) -> list[tuple[str, str]]:
    """(subject, why it is suppressed) of each finding."""
    (found,) = suppress([of or [finding()]], entries, RULES, today)
    return [(item.subject, item.suppressed) for item in found]


def entry(rule: str = "field_resized", subject: str = "struct:x_opts.depth", **more) -> Suppression:
    return Suppression(rule, subject, "nobody reads it", LAST, **more)


def refusal(*entries: Suppression, of: list[Finding] | None = None, today: date = TODAY) -> str:
    with pytest.raises(AstraError) as caught:
        hidden(*entries, of=of, today=today)
    return str(caught.value)


def test_a_suppressed_finding_is_marked_with_its_reason() -> None:
    assert hidden(entry()) == [("struct:x_opts.depth", "nobody reads it (until 2027-03-31)")]


@pytest.mark.parametrize("other", [
    entry(rule="field_moved"), entry(subject="struct:x_opts"), entry(subject="struct:x_opts.dept?h"), entry(old="u16"), entry(new="u32"),
    entry(targets=("i686-linux-gnu",)), entry(subject="STRUCT:x_opts.depth"),
])
def test_near_misses_match_nothing_and_are_errors(other: Suppression) -> None:
    assert "matches nothing any more" in refusal(other)


@pytest.mark.parametrize("wide", [entry(rule="*"), entry(subject="struct:x_opts.*"), entry(subject="*"), entry(old="u32", new="u64")])
def test_patterns_cover_what_they_say(wide: Suppression) -> None:
    assert [bool(why) for _, why in hidden(wide)] == [True]


def test_only_the_named_targets_are_answered_for() -> None:
    found = [finding(targets=("x86_64-linux-gnu", "i686-linux-gnu"))]
    (parts,) = suppress([found], [entry(targets=("i686-linux-gnu",))], RULES, TODAY)
    assert [(part.targets, bool(part.suppressed)) for part in parts] == [(["i686-linux-gnu"], True), (["x86_64-linux-gnu"], False)]


def test_a_finding_of_every_target_is_not_answered_for_by_one() -> None:
    assert "matches nothing" in refusal(entry(targets=("i686-linux-gnu",)), of=[finding(targets=())])


def test_it_holds_on_its_last_day_and_is_an_error_on_the_next() -> None:
    assert hidden(entry(), today=LAST)[0][1]
    text = refusal(entry(), today=date(2027, 4, 1))
    assert "expired on 2027-03-31" in text and "field_resized of struct:x_opts.depth" in text


def test_an_expired_one_that_hides_nothing_is_told_as_that() -> None:
    assert "matches nothing" in refusal(entry(subject="struct:gone"), today=date(2027, 4, 1))


@pytest.mark.parametrize("rule", ["client_failed", "output_bits_changed", "case_crashed", "case_hung", "case_printed"])
def test_what_a_program_has_met_cannot_be_hidden(rule: str) -> None:
    assert "which is proved" in refusal(entry(rule=rule, subject="*"), of=[finding(rule, "client:0.1/add")])


@dataclass(frozen=True)
class Proved:
    """A finding with a proof, however its class spells that."""

    finding: Finding
    proof: str

    def __getattr__(self, name: str):
        return getattr(self.finding, name)


@pytest.mark.parametrize(("proof", "refused"), [("yes: symbol lookup error", True), ("", False), ("no: it starts", False), ("not judged", False)])
def test_what_the_loader_has_proved_cannot_be_hidden(proof: str, refused: bool) -> None:
    proved = replace(finding(), proof=proof) if "proof" in {field.name for field in fields(Finding)} else Proved(finding(), proof)
    from astra_abi.suppress import proven

    assert bool(proven(proved, RULES)) == refused


def test_a_proof_of_a_harmless_change_forbids_nothing() -> None:
    assert hidden(entry(rule="client_failed", subject="*"), of=[finding("client_failed", "client:a", severity="risky")])[0][1]


def test_every_wrong_one_is_told_at_once() -> None:
    text = refusal(entry(subject="struct:gone", where="f: suppress[0]"), entry(subject="struct:lost", where="f: suppress[1]"))
    assert "f: suppress[0]" in text and "f: suppress[1]" in text and "2 errors" in text


def test_a_suppressed_break_blocks_nothing_and_asks_for_no_bump() -> None:
    (found,) = suppress([[finding()]], [entry()], RULES, TODAY)
    stage = Judged(Result("x", "pass", ""), found)
    verdict = decide([stage], None)
    assert (stage.verdict, verdict.verdict, verdict.exit_code, verdict.required_bump) == ("pass", "compatible", 0, "none")
    other = decide([Judged(Result("x", "pass", ""), (*found, finding(subject="struct:other")))], None)
    assert (other.verdict, other.exit_code) == ("breaking", 1)


def test_both_forms_of_a_day_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(ENTRY + ENTRY.replace("2027-03-31", '"2027-03-31"'))
    assert [item.expires for item in read_suppressions(tmp_path / "a.toml")] == [LAST, LAST]


@pytest.mark.parametrize(("old", "new", "where"), [
    ('reason = "nobody reads it"\n', "", "suppress[0]"), ('"nobody reads it"', '""', "suppress[0].reason"),
    ('"nobody reads it"', '"  "', "suppress[0].reason"), ("expires = 2027-03-31\n", "", "suppress[0]"),
    ("2027-03-31", '"soon"', "suppress[0].expires"), ("2027-03-31", '"2027-13-31"', "suppress[0].expires"), ("2027-03-31", "3", "suppress[0].expires"),
    ('rule = "field_resized"\n', "", "suppress[0]"), ("reason =", "colour = 1\nreason =", "suppress[0].colour"), ("[[suppress]]", "[suppress]\nx = 1\n[[other]]", "a.toml"),
])
def test_a_wrong_file_is_refused_with_the_place(tmp_path: Path, old: str, new: str, where: str) -> None:
    (tmp_path / "a.toml").write_text(ENTRY.replace(old, new))
    with pytest.raises(AstraError) as caught:
        read_suppressions(tmp_path / "a.toml")
    assert where in str(caught.value)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Two headers, and between them a field that has another size."""
    return header(tmp_path / "old"), header(tmp_path / "new", HEADER.replace("int level; int window;", "int level; long window;"))


def test_diff_shows_what_is_suppressed_and_passes(tmp_path: Path, pair: tuple[Path, Path], astra_abi) -> None:
    file = tmp_path / "s.toml"
    file.write_text(ENTRY.replace("struct:x_opts.depth", "struct:small_options.window"))
    arguments = ("diff", *pair, "--target", "x86_64-linux-gnu", "--today", "2027-03-01")
    assert astra_abi(*arguments).returncode == 1
    done = astra_abi(*arguments, "--suppressions", file, "--format", "json")
    report = json.loads(done.stdout)
    jsonschema.validate(report, json.loads((packaged("spec") / "schema/report.schema.json").read_text()))
    assert (done.returncode, report["changes"]) == (0, [])
    assert [(item["subject"], item["reason"]) for item in report["suppressed"]] == [("struct:small_options.window", "nobody reads it (until 2027-03-31)")]
    assert "suppressed" in astra_abi(*arguments, "--suppressions", file).stdout


def test_a_contract_s_suppressions_end_on_their_day(tmp_path: Path, pair: tuple[Path, Path], astra_abi) -> None:
    folder = contract(tmp_path, ENTRY.replace("struct:x_opts.depth", "struct:small_options.window"))
    arguments = ("diff", *pair, "--contract", folder)
    assert astra_abi(*arguments, "--today", "2027-03-31").returncode == 0
    done = astra_abi(*arguments, "--today", "2027-04-01")
    assert done.returncode == 2 and "expired on 2027-03-31" in done.stderr
    done = astra_abi("diff", pair[0], pair[0], "--contract", folder, "--today", "2027-03-01")
    assert done.returncode == 2 and "matches nothing any more" in done.stderr


def test_check_takes_suppressions_too(tmp_path: Path, astra_abi) -> None:
    made = release(tmp_path, soname="libsmall.so.9")
    folder = contract(tmp_path)
    (tmp_path / "s.toml").write_text(ENTRY.replace("field_resized", "soname_changed").replace("struct:x_opts.depth", "library:soname"))
    arguments = ("check", made.library, "--contract", folder, "--today", "2027-03-01")
    assert astra_abi(*arguments).returncode == 1
    assert astra_abi(*arguments, "--suppressions", tmp_path / "s.toml").returncode == 0


def test_a_wrong_suppression_in_a_contract_is_refused_with_its_place(tmp_path: Path, pair: tuple[Path, Path], astra_abi) -> None:
    folder = contract(tmp_path, ENTRY.replace('reason = "nobody reads it"', 'reason = ""'), head=HEAD)
    done = astra_abi("diff", *pair, "--contract", folder)
    assert done.returncode == 2 and "contract.toml: suppress[0].reason" in done.stderr
