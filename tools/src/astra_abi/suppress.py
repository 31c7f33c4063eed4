"""Findings that somebody answers for: with a reason, until a day. Refuses one that hides a proven break, or nothing.

A suppressed finding blocks no more, and is still shown. A suppression that matches nothing, that is past
its day, or that covers what the loader or an old program has proved, is an error: it would say something untrue.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Mapping, Sequence

from .data import packaged
from .load.toml import Problems, check_schema, read_toml
from .rules import Finding, Rule

SCHEMA = "suppressions.schema.json"
PROVEN_KINDS = ("client_failed", "golden_changed", "case_crashed", "case_hung", "case_printed")
"""Kinds of change that were seen to happen when a program ran, and were not concluded."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """What is not to block. `subject` is a pattern; `rule` is an id, or "*" for any."""

    rule: str
    subject: str
    reason: str
    expires: date
    targets: tuple[str, ...] = ()
    old: str | None = None
    new: str | None = None
    where: str = ""

    def covers(self, finding: Finding) -> bool:
        """Whether it speaks of this finding, on some of its targets at least."""
        if self.rule not in ("*", finding.rule) or not fnmatchcase(finding.subject, self.subject):
            return False
        if any(wanted is not None and wanted != text for wanted, text in ((self.old, finding.old), (self.new, finding.new))):
            return False
        return not self.targets or bool(set(self.targets) & set(finding.targets))

    def __str__(self) -> str:
        return f"{self.rule} of {self.subject}"


def read_suppressions(path: Path) -> tuple[Suppression, ...]:
    """The suppressions of a file of their own; raises one error that lists everything wrong with it."""
    problems = Problems()
    table = read_toml(Path(path), str(path), problems)
    found = suppressions(table, str(path), problems) if table is not None else ()
    problems.refuse(str(path), "correct the file and run the command again")
    return found


def suppressions(table: dict[str, Any], where: str, problems: Problems) -> tuple[Suppression, ...]:
    """The suppressions of a parsed file. Each wrong one becomes a problem and is left out."""
    table = {**table, "suppress": [dated(item) for item in listed(table)]}
    if not check_schema(table, packaged("spec") / "schema" / SCHEMA, where, problems):
        return ()
    found = []
    for index, item in enumerate(table["suppress"]):
        place = f"{where}: suppress[{index}]"
        try:
            expires = date.fromisoformat(item["expires"])
        except ValueError as error:
            problems.add(f"{place}.expires", f"is no day: {error}")
            continue
        if not item["reason"].strip():
            problems.add(f"{place}.reason", "is empty: say why programs are not harmed")
            continue
        found.append(Suppression(
            item["rule"], item["subject"], item["reason"].strip(), expires, tuple(item.get("targets", ())), item.get("old"), item.get("new"), place,
        ))
    return tuple(found)


def listed(table: dict[str, Any]) -> list[Any]:
    items = table.get("suppress", [])
    return items if isinstance(items, list) else [items]


def dated(item: Any) -> Any:
    """A day as text, since TOML has both and both are meant alike."""
    if isinstance(item, dict) and isinstance(item.get("expires"), date):
        return {**item, "expires": item["expires"].isoformat()[:10]}
    return item


def apply_suppressions(
    groups: Sequence[Sequence[Finding]], contract: Sequence[dict[str, Any]], answered: tuple[Path | None, datetime | None], rules: Mapping[str, Rule],
) -> list[tuple[Finding, ...]]:
    """Suppressions of a contract and of a file, by a day that was named or by the clock."""
    file, today = answered
    problems = Problems()
    wanted = suppressions({"suppress": list(contract)}, "contract.toml", problems) if contract else ()
    problems.refuse("contract.toml", "correct the suppressions of the contract")
    wanted += read_suppressions(file) if file else ()
    return suppress(groups, wanted, rules, (today or datetime.now()).date()) if wanted else [tuple(group) for group in groups]


def suppress(
    groups: Sequence[Sequence[Finding]], wanted: Sequence[Suppression], rules: Mapping[str, Rule], today: date,
) -> list[tuple[Finding, ...]]:
    """The same findings, those that are covered marked with the reason. Raises one error for all that is wrong."""
    problems = Problems()
    for item in wanted:
        check(item, [finding for group in groups for finding in group if item.covers(finding)], rules, today, problems)
    problems.refuse("suppressions", "remove them, or judge their findings anew; `astra-abi explain RULE` tells what a rule means")
    return [tuple(part for finding in group for part in marked(finding, wanted)) for group in groups]


def check(item: Suppression, covered: list[Finding], rules: Mapping[str, Rule], today: date, problems: Problems) -> None:
    if not covered:
        problems.add(item.where, f"{item} matches nothing any more: the finding is gone, or is told by another rule")
    for finding in covered:
        if today > item.expires:
            problems.add(f"{item.where}.expires", f"expired on {item.expires}, and would hide {finding.rule} of {finding.subject} ({item.reason})")
        if proof := proven(finding, rules):
            problems.add(item.where, f"would hide {finding.rule} of {finding.subject}, which is proved: {proof}")


def proven(finding: Finding, rules: Mapping[str, Rule]) -> str:
    """How a break was proved: by the loader, or by a program that ran. Empty if it is only concluded."""
    if finding.severity != "breaking":
        return ""
    proof = getattr(finding, "proof", "")
    if proof.startswith("yes"):
        return proof
    rule = rules.get(finding.rule)
    return "a program that ran has met it" if rule and rule.kind in PROVEN_KINDS else ""


def marked(finding: Finding, wanted: Sequence[Suppression]) -> list[Finding]:
    """The finding, cut in two where a suppression covers only some of its targets."""
    for item in wanted:
        if not item.covers(finding):
            continue
        text = f"{item.reason} (until {item.expires})"
        rest = [target for target in finding.targets if target not in item.targets] if item.targets else []
        if not rest:
            return [replace(finding, suppressed=text)]
        hidden = [target for target in finding.targets if target in item.targets]
        return [replace(finding, targets=hidden, suppressed=text), *marked(replace(finding, targets=rest), wanted)]
    return [finding]
