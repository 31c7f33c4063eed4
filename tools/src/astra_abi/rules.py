"""Typed changes -> findings: who breaks, how badly, what to do. Each rule is one TOML file in compat/rules/.

A rule claims changes by their kind and facts, compared for equality only. A change that no rule claims, or
that two claim, is an error: nothing is left undecided.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Collection, Iterable

from .compare import KINDS, Change
from .data import packaged
from .load.toml import Problems, check_schema, read_toml
from .model import AstraError

SCHEMA = "rule.schema.json"
CONDITION = re.compile(r'^when\s*=\s*\{\s*change\s*=\s*"(\w+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """Two sketches, and what is found between them: subjects for a rule's own, rules for a near miss."""

    old: str
    new: str
    finds: tuple[str, ...]
    why: str = ""
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """`severity` is what it does to a compiled program, `source` what it does when one is compiled again."""

    id: str
    title: str
    severity: str
    source: str
    bump: str
    breaks: str
    fix: str
    kind: str
    facts: dict[str, Any]
    example: Example
    near_misses: tuple[Example, ...]

    def claims(self, kind: str, facts: dict[str, Any]) -> bool:
        return kind == self.kind and all(facts[name] == value for name, value in self.facts.items())


@dataclass(frozen=True, slots=True)
class Finding:
    """A change with the judgement of the rule that claims it."""

    rule: str
    severity: str
    source: str
    bump: str
    subject: str
    targets: list[str]
    title: str
    breaks: str
    fix: str
    old: str | None
    new: str | None
    where: str
    suppressed: str = ""
    """Why it does not block, where somebody answers for that."""
    affects: tuple[str, ...] = ()
    """Functions of the old side that lead to the type that changed."""
    proof: str = ""
    """What the loader says of it, if it was asked: "yes", "no", "contradicted" or "not judged", and why."""


def load_rules(directory: Path, kinds: Collection[str] | None = None) -> dict[str, Rule]:
    """Every rule of a folder by its id, or those that claim some kinds; raises one AstraError that lists everything wrong.

    The packaged rules have been held against their schema by the tests, and are not again at every start.
    """
    directory = Path(directory)
    problems = Problems()
    rules = {}
    trusted = directory == packaged("compat") / "rules"
    paths = sorted(directory.glob("*.toml"))
    for path in paths:
        if kinds is not None and not speaks_of(path, kinds):
            continue
        table = read_toml(path, path.name, problems)
        if table and (trusted or check_schema(table, packaged("spec") / "schema" / SCHEMA, path.name, problems)):
            rules[path.stem] = read_rule(path.stem, table)
            check_condition(rules[path.stem], path.name, problems)
    problems.refuse(str(directory), f"correct the rules in {directory}")
    if not paths:
        raise AstraError("holds no rules", str(directory), "name the folder of rules (compat/rules)")
    return rules


def speaks_of(path: Path, kinds: Collection[str]) -> bool:
    """Whether a rule's condition can claim one of the kinds; a file that does not show is read in full."""
    try:
        found = CONDITION.search(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return True  # the reader of the whole file says what is wrong with it
    return found is None or found[1] in kinds


def read_rule(name: str, table: dict[str, Any]) -> Rule:
    facts = dict(table["when"])
    example = table["example"]
    misses = tuple(
        Example(miss.get("old", example["old"]), miss["new"], tuple(miss["claimed_by"]), miss["why"])
        for miss in table.get("near_miss", ())
    )
    return Rule(
        name, table["title"], table["severity"], table["source"], table["bump"], table["breaks"], table["fix"],
        facts.pop("change"), facts, Example(example["old"], example["new"], tuple(example["finds"]), beside=tuple(example.get("beside", ()))), misses,
    )


def check_condition(rule: Rule, where: str, problems: Problems) -> None:
    if rule.kind not in KINDS:
        problems.add(f"{where}: when.change", f"'{rule.kind}' is not a kind of change")
        return
    for name, value in rule.facts.items():
        domain = KINDS[rule.kind].get(name)
        if domain is None:
            facts = ", ".join(KINDS[rule.kind]) or "none"
            problems.add(f"{where}: when.{name}", f"is not a fact of {rule.kind} (known: {facts})")
        elif not any(value is known or value == known and type(value) is type(known) for known in domain):
            problems.add(f"{where}: when.{name}", f"{value!r} cannot be (known: {', '.join(map(str, domain))})")


def claimants(rules: dict[str, Rule], kind: str, facts: dict[str, Any]) -> list[Rule]:
    """The rules that claim a kind of change with these facts: one, or the rules are wrong."""
    return [rule for rule in rules.values() if rule.claims(kind, facts)]


def judge(changes: Iterable[Change], rules: dict[str, Rule], targets: Iterable[str] = ()) -> tuple[Finding, ...]:
    """A finding for every change. `targets` are those that the changes concern: all of the contract's."""
    findings = []
    for change in changes:
        claiming = claimants(rules, change.kind, change.facts)
        if len(claiming) != 1:
            facts = "".join(f", {name} = {value!r}" for name, value in change.facts.items())
            who = " and ".join(rule.id for rule in claiming) or "no rule"
            raise AstraError(
                f"{who} claims the change '{change.kind}'{facts}", change.subject,
                "see to it that exactly one file in compat/rules/ claims it",
            )
        rule = claiming[0]
        findings.append(Finding(
            rule.id, rule.severity, rule.source, rule.bump, change.subject, list(targets), rule.title, rule.breaks,
            rule.fix, change.old, change.new, change.where,
        ))
    return tuple(findings)


def explain(rule: Rule) -> str:
    """Everything that a rule says, as plain text."""

    def wrapped(label: str, text: str) -> str:
        return textwrap.fill(text, 96, initial_indent=f"{label:10}", subsequent_indent=" " * 10)

    facts = "".join(f", {name} = {str(value).lower() if isinstance(value, bool) else value}" for name, value in rule.facts.items())
    parts = [
        f"{rule.id}: {rule.title}", "",
        wrapped("severity", f"{rule.severity} for a compiled program, {rule.source} for one that is compiled again"),
        wrapped("bump", f"{rule.bump}" + (" (on a 0.x line: the next line)" if rule.bump == "major" else "")),
        wrapped("claims", f"{rule.kind}{facts}"),
        wrapped("breaks", rule.breaks), wrapped("fix", rule.fix), "",
        "Example, before:", textwrap.indent(rule.example.old.strip(), "    "),
        "after:", textwrap.indent(rule.example.new.strip() or "(nothing)", "    "),
        f"finds {', '.join(rule.example.finds)}",
    ]
    for miss in rule.near_misses:
        parts += ["", wrapped("not this", miss.why)]
    return "\n".join(parts)
