"""The rules prove themselves: each finds its own example and nothing else, and together they leave nothing undecided.

Rules are found by their place; there is no list of them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from astra_abi.compare import KINDS, compare, every_combination
from astra_abi.load.sketch import sketch
from astra_abi.rules import claimants, explain, judge, load_rules

FOLDER = Path(__file__).parents[2] / "compat" / "rules"
RULES = load_rules(FOLDER)
MISSES = [(rule, number) for rule in RULES for number in range(len(RULES[rule].near_misses))]


def found(old: str, new: str, where: str = "example") -> list[tuple[str, str]]:
    """(rule, subject) of every finding; every rule is run, and each change must have exactly one."""
    changes = compare(sketch(old, f"{where}, old"), sketch(new, f"{where}, new"))
    return [(finding.rule, finding.subject) for finding in judge(changes, RULES)]


@pytest.mark.parametrize("name", RULES)
def test_an_example_is_claimed_by_its_rule_alone(name: str) -> None:
    example = RULES[name].example
    findings = found(example.old, example.new, name)
    assert sorted(subject for rule, subject in findings if rule == name) == sorted(example.finds)
    assert {rule for rule, _ in findings} - {name} == set(example.beside)


@pytest.mark.parametrize("name", RULES)
def test_a_side_compared_with_itself_yields_nothing(name: str) -> None:
    rule = RULES[name]
    sides = [rule.example.old, rule.example.new, *(text for miss in rule.near_misses for text in (miss.old, miss.new))]
    for side in sides:
        assert found(side, side, name) == []


@pytest.mark.parametrize(("name", "number"), MISSES)
def test_a_near_miss_is_left_to_another_rule(name: str, number: int) -> None:
    miss = RULES[name].near_misses[number]
    findings = found(miss.old, miss.new, f"{name}, near miss {number + 1}")
    assert {rule for rule, _ in findings} == set(miss.finds)
    if name in miss.finds:
        assert len(miss.finds) > 1


@pytest.mark.parametrize(("kind", "facts"), list(every_combination()), ids=str)
def test_every_combination_of_facts_is_claimed_by_exactly_one_rule(kind: str, facts: dict) -> None:
    assert len(claimants(RULES, kind, facts)) == 1, [rule.id for rule in claimants(RULES, kind, facts)]


def test_every_kind_is_shown_by_an_example() -> None:
    shown = {
        change.kind for rule in RULES.values()
        for change in compare(sketch(rule.example.old), sketch(rule.example.new))
    }
    assert shown == set(KINDS)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_explained_in_full(name: str) -> None:
    rule, text = RULES[name], " ".join(explain(RULES[name]).split())
    for part in (rule.title, rule.severity, rule.kind, *map(" ".join, (rule.breaks.split(), rule.fix.split()))):
        assert part in text


@pytest.mark.parametrize("name", RULES)
def test_severities_and_bumps_agree(name: str) -> None:
    rule = RULES[name]
    if rule.severity == "breaking":
        assert rule.bump == "major" or rule.id in EVIDENCE
    elif rule.id != "line_changed":
        assert rule.bump != "major"
    assert not re.search(r"\bTODO\b", rule.breaks + rule.fix)


EVIDENCE = {"note_missing": "none", "note_lies": "none", "symbol_undeclared": "minor", "function_undeclared": "minor"}
"""Breaks that no version number can announce: what is shipped, or shown, is not what is declared."""
