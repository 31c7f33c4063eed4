"""Our findings beside the peers' -> one row for each element, each disagreement with its known reason or "unexplained".

Reads nothing but the reasons, and changes nobody's verdict. Two say the same of an element when both or neither call it
breaking. Who says nothing of it does not call it breaking; who gave no answer at all takes no part.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Collection, Iterable, Mapping

from .opinion import Element, Opinion, element

REASONS = Path(__file__).parent / "reasons"
FAMILIES = {
    "function": "symbol", "variable": "symbol", "symbol": "symbol",
    "struct": "type", "union": "type", "enum": "type", "typedef": "type", "type": "type", "handle": "type", "callback": "type",
    "constant": "constant", "macro": "constant",
}
ANSWERED = ("compatible", "additions", "breaking")
BREAKING, MENTIONED, SILENT = "breaking", "compatible", "silent"
CONDITIONS = ("says", "name", "rule")

Finding = tuple[str, str, str]
"""(subject such as "struct:z_stream_s.total_in", severity, rule) of one of our findings."""
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a peer and we can differ without either being misread. `when` are alternatives; each is equality or a pattern."""

    id: str
    explanation: str
    when: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What one side says of one element: "breaking", "compatible" or "silent"; a peer without an answer: its verdict."""

    who: str
    says: str
    details: tuple[str, ...]
    explained: str = ""
    reason: str = ""

    @property
    def disagrees(self) -> bool:
        return bool(self.explained)


@dataclass(frozen=True, slots=True)
class Row:
    """One element. `ours` and each of `peers` say something; `unexplained` names the peers that differ for no known reason."""

    kind: str
    name: str
    ours: Said
    peers: tuple[Said, ...]

    @property
    def unexplained(self) -> tuple[str, ...]:
        return tuple(said.who for said in self.peers if said.explained == "unexplained")

    @property
    def agreed(self) -> bool:
        return not any(said.disagrees for said in self.peers)


def load_reasons(folder: Path = REASONS) -> tuple[Reason, ...]:
    """Every reason of a folder; one AstraError lists whatever is wrong with any of them."""
    from ..load.toml import Problems, check_schema, read_toml

    problems, reasons = Problems(), []
    for path in sorted(Path(folder).glob("*.toml")):
        table = read_toml(path, path.name, problems)
        if table is None or not check_schema(table, REASONS / "reason.schema.json", path.name, problems):
            continue
        for number, when in enumerate(table["when"]):
            for name in CONDITIONS:
                try:
                    re.compile(when.get(name, ""))
                except re.error as error:
                    problems.add(f"{path.name}: when[{number}].{name}", f"is no regular expression: {error}")
        reasons.append(Reason(path.stem, table["explanation"].strip(), tuple(table["when"])))
    problems.refuse(str(folder), "correct these files")
    return tuple(reasons)


def key_of(kind: str, name: str) -> Key:
    """Under which row something is: a member belongs to its type."""
    family = FAMILIES.get(kind, "library")
    return family, name.partition(".")[0] if family == "type" else name.partition("@")[0]


def agreement(
    findings: Iterable[Finding], opinions: Iterable[Opinion], *, reasons: Iterable[Reason] | None = None,
    public: Collection[str] | None = None, aliases: Mapping[str, str] | None = None,
) -> list[Row]:
    """The table, rows that differ first.

    `public` are the names of all types that the public headers define, if that is known: what is said of others is then
    explained by it. `aliases` gives a typedef's type its other name, so that both are one row.
    """
    reasons = load_reasons() if reasons is None else tuple(reasons)
    opinions = tuple(opinions)
    ours: dict[Key, list[Finding]] = defaultdict(list)
    members = {member_of(one.name): key_of(one.kind, one.name) for opinion in opinions for one in opinion.elements if "." in one.name}
    for finding in findings:
        kind, _, name = finding[0].partition(":")
        key = key_of(kind, name) if name else ("library", kind)
        # An enumerator is a constant to us and a member of its type to others.
        ours[renamed(members.get(name, key) if key[0] == "constant" else key, aliases)].append(finding)
    theirs: list[dict[Key, list[Element]]] = []
    for opinion in opinions:
        theirs.append(defaultdict(list))
        for one in opinion.elements:
            theirs[-1][renamed(key_of(one.kind, one.name), aliases)].append(one)
    rows = []
    for key in sorted({*ours, *(key for said in theirs for key in said)}):
        own = our_word(ours[key])
        cells = [their_word(opinion, said[key]) if opinion.verdict in ANSWERED else (opinion.verdict, []) for opinion, said in zip(opinions, theirs)]
        peers = tuple(
            judged(opinion, cell, elements, key, own, ours[key], reasons, public)
            for opinion, (cell, elements) in zip(opinions, cells)
        )
        rows.append(Row(*key, Said("ours", own, tuple(f"{rule} ({severity})" for _, severity, rule in ours[key])), peers))
    return sorted(rows, key=lambda row: (not row.unexplained, row.agreed))


def renamed(key: Key, aliases: Mapping[str, str] | None) -> Key:
    return key if key[0] != "type" or not aliases else (key[0], aliases.get(key[1], key[1]))


def member_of(name: str) -> str:
    return name.rpartition(".")[2]


def our_word(findings: list[Finding]) -> str:
    if not findings:
        return SILENT
    return BREAKING if any(severity == "breaking" for _, severity, _ in findings) else MENTIONED


def their_word(opinion: Opinion, elements: list[Element]) -> tuple[str, list[Element]]:
    if breaking := [one for one in elements if one.breaking]:
        return BREAKING, breaking
    return (MENTIONED, elements) if elements else (SILENT, [])


def judged(
    opinion: Opinion, cell: str, elements: list[Element], key: Key, own: str, findings: list[Finding],
    reasons: Iterable[Reason], public: Collection[str] | None,
) -> Said:
    """One peer's cell; where it differs from ours, everything that it says must have a reason."""
    who = f"{opinion.peer} {opinion.mode}"
    details = tuple(one.says for one in elements)
    if cell not in (BREAKING, MENTIONED, SILENT) or (cell == BREAKING) == (own == BREAKING):
        return Said(who, cell, details)
    facts = {
        "ours": own, "theirs": cell, "peer": opinion.peer, "mode": opinion.mode, "kind": key[0],
        "public": None if public is None or key[0] != "type" else key[1] in public,
    }
    rules = [rule for _, _, rule in findings]
    found: dict[str, str] = {}
    for one in elements or [element(key[0], key[1], "", False)]:
        reason = next((reason for reason in reasons if any(applies(when, facts, one, rules) for when in reason.when)), None)
        if reason is None:
            return Said(who, cell, details, "unexplained")
        found[reason.id] = reason.explanation
    return Said(who, cell, details, "; ".join(found.values()), ", ".join(found))


def applies(when: Mapping[str, Any], facts: Mapping[str, Any], one: Element, rules: list[str]) -> bool:
    """Whether one alternative of a reason holds for one thing that a peer says."""
    for name, wanted in when.items():
        if name == "rule":
            if not rules or not all(re.search(wanted, rule) for rule in rules):
                return False
        elif name in CONDITIONS:
            if not re.search(wanted, getattr(one, name)):
                return False
        elif facts[name] not in (wanted if isinstance(wanted, list) else [wanted]):
            return False
    return True
