"""The report as SARIF 2.1.0, for code scanning. What could not be judged is a notification, never an empty list of results."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from ..rules import Finding, Rule, explain
from .json import identity
from .place import encoded, place_of
from .verdict import Report, Suppressed
from .words import complaint, few, visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVEL = {"breaking": "error", "risky": "warning", "compatible": "note"}
KINDS = {"struct": "type", "enum": "type", "handle": "type", "typedef": "type", "constant": "variable", "symbol": "function", "library": "module"}
"""Areas of subjects as SARIF names what is alike; an area that is not here goes by its own name."""
BASE = "SRCROOT"


def text(report: Report) -> str:
    return json.dumps(document(report), separators=(",", ":"))


def document(report: Report) -> dict[str, Any]:
    found = [finding for _, finding in report.verdict.findings]
    hidden = [item.finding for item in report.suppressed]
    rules = {finding.rule: number for number, finding in enumerate({f.rule: f for f in (*found, *hidden)}.values())}
    described = {finding.rule: finding for finding in (*hidden, *found)}
    run = {
        "tool": {"driver": {
            "name": "astra-abi", "version": version(), "semanticVersion": version(),
            "rules": [rule(described[name], report.rules.get(name)) for name in rules],
        }},
        "automationDetails": {"id": f"astra-abi/{report.command}/"},
        "columnKind": "utf16CodeUnits",
        "invocations": [invocation(report)],
        "results": [
            *(result(report, finding, stage, rules) for stage, finding in report.verdict.findings),
            *({**result(report, item.finding, item.stage, rules), "suppressions": [suppression(item)]} for item in report.suppressed),
        ],
        "properties": {
            "verdict": report.verdict.verdict, "requiredBump": report.verdict.required_bump,
            "sentence": report.verdict.sentence, "about": dict(report.about),
        },
    }
    if any("uriBaseId" in location["physicalLocation"]["artifactLocation"] for item in run["results"] for location in item["locations"] if "physicalLocation" in location):
        run["originalUriBaseIds"] = {BASE: {"uri": f"file://{encoded(Path.cwd().as_posix()).rstrip('/')}/"}}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


@cache
def version() -> str:
    from importlib.metadata import version

    return version("astra-abi")


def rule(finding: Finding, known: Rule | None) -> dict[str, Any]:
    """A rule by what it says; with the rule itself at hand, its example too."""
    markdown = f"**Breaks:** {finding.breaks}\n\n**Fix:** {finding.fix}"
    plain = f"Breaks: {finding.breaks}\nFix: {finding.fix}"
    if known:
        plain = explain(known)
        sides = (("Before", known.example.old), ("After", known.example.new))
        markdown += "".join(f"\n\n{label}:\n\n{fenced(side.strip() or '(nothing)')}" for label, side in sides)
    return {
        "id": finding.rule, "name": "".join(part.capitalize() for part in finding.rule.split("_")),
        "shortDescription": {"text": finding.title}, "fullDescription": {"text": finding.breaks},
        "help": {"text": plain, "markdown": markdown},
        "defaultConfiguration": {"level": LEVEL[finding.severity]},
        "properties": {
            "tags": ["abi", finding.severity], "severity": finding.severity, "source": finding.source, "bump": finding.bump,
            "problem.severity": {"breaking": "error", "risky": "warning"}.get(finding.severity, "recommendation"), "precision": "very-high",
        },
    }


def fenced(code: str) -> str:
    return f"```\n{code.replace('```', '` ` `')}\n```"


def result(report: Report, finding: Finding, stage: str, rules: dict[str, int]) -> dict[str, Any]:
    return {
        "ruleId": finding.rule, "ruleIndex": rules[finding.rule], "level": LEVEL[finding.severity],
        "message": {"text": message(finding)},
        "locations": [location(report, finding)],
        "partialFingerprints": {"astraAbiFinding/v1": identity(finding)},
        "properties": {
            "stage": stage, "subject": finding.subject, "source": finding.source, "bump": finding.bump,
            "targets": list(finding.targets), "old": finding.old, "new": finding.new, "affects": len(finding.affects),
        },
    }


def message(finding: Finding) -> str:
    parts = [f"{finding.title}: {finding.subject}."]
    if finding.old is not None:
        parts.append(f"It was {finding.old}.")
    if finding.new is not None:
        parts.append(f"It is {finding.new}.")
    if finding.severity != "compatible":
        parts += [finding.breaks, f"Fix: {finding.fix}"]
    if finding.affects:
        parts.append(f"Reached by {few(finding.affects)}.")
    return visible(" ".join(parts))


def location(report: Report, finding: Finding) -> dict[str, Any]:
    """The element, and the line that declares it; without one, the file that it was found in."""
    area, _, name = finding.subject.partition(":")
    found: dict[str, Any] = {"logicalLocations": [{
        "name": name.rpartition(".")[2] or name, "fullyQualifiedName": finding.subject,
        "kind": "member" if area == "struct" and "." in name else KINDS.get(area, area),
    }]}
    place = place_of(finding.where)
    if place:
        artifact = {"uri": place.uri, **({"uriBaseId": BASE} if place.inside is not None else {})}
        found["physicalLocation"] = {"artifactLocation": artifact, **({"region": {"startLine": place.line}} if place.line else {})}
    elif judged := judged_file(report):
        found["physicalLocation"] = {"artifactLocation": judged}
    if finding.where and not (place and place.line):
        found["message"] = {"text": visible(finding.where)}
    return found


def judged_file(report: Report) -> dict[str, Any] | None:
    """The file that the command was asked about."""
    named = dict(report.about)
    path = named.get("library") or named.get("new")
    if not path:
        return None
    try:
        resolved = Path(path).resolve()
        return {"uri": encoded(resolved.relative_to(Path.cwd().resolve()).as_posix()), "uriBaseId": BASE}
    except (OSError, ValueError):
        return {"uri": f"file://{encoded(Path(path).absolute().as_posix())}"}


def suppression(item: Suppressed) -> dict[str, Any]:
    return {"kind": "external", "status": "accepted", "justification": item.reason}


def invocation(report: Report) -> dict[str, Any]:
    notes = []
    for where, what, remedy in complaint(report):
        words = f"{where}: {what}" if where else what
        notes.append({
            "level": "error", "descriptor": {"id": "cannot-judge"},
            "message": {"text": f"{words} -> {remedy}" if remedy else words},
        })
    return {
        "executionSuccessful": report.verdict.exit_code != 2, "exitCode": report.verdict.exit_code,
        "exitCodeDescription": report.verdict.sentence, "toolExecutionNotifications": notes,
    }
