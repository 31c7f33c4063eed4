"""The report for machines. Its schema is published as spec/schema/report.schema.json."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ..rules import Finding
from . import agreement
from .verdict import Report

FORMAT = 2
MOST_NAMES = 1000
"""Functions that are named for one element. A type that everything leads to would otherwise fill the report."""


def text(report: Report) -> str:
    return json.dumps(document(report), indent=2)


def document(report: Report) -> dict[str, Any]:
    verdict = report.verdict
    return {
        "format": FORMAT, "command": report.command, "about": dict(report.about),
        "verdict": verdict.verdict, "exit_code": verdict.exit_code, "required_bump": verdict.required_bump, "sentence": verdict.sentence,
        "stages": [
            {
                "name": stage.result.name, "verdict": stage.verdict, "summary": stage.result.summary,
                "seconds": round(stage.result.seconds, 3), "kept": stage.result.kept,
                **({"remedy": stage.result.remedy} if stage.result.remedy else {}),
            }
            for stage in verdict.stages
        ],
        "changes": [change(stage, finding) for stage, finding in verdict.findings],
        **({"reached": reached(report)} if any(finding.affects for _, finding in verdict.findings) else {}),
        **({"suppressed": [
            {**change(item.stage, item.finding), "reason": item.reason} for item in report.suppressed
        ]} if report.suppressed else {}),
        **({"opinions": agreement.document(report)} if report.opinions else {}),
        **({"error": {
            "what": report.error.what, "where": report.error.where, "do_this": report.error.do_this,
        }} if report.error else {}),
    }


def change(stage: str, finding: Finding) -> dict[str, Any]:
    return {
        "id": identity(finding), "rule": finding.rule, "severity": finding.severity, "source": finding.source,
        "stage": stage, "subject": finding.subject, "targets": list(finding.targets), "title": finding.title,
        "breaks": finding.breaks, "fix": finding.fix, "old": finding.old, "new": finding.new,
        "where": finding.where, **({"affects": len(finding.affects)} if finding.affects else {}),
        **({"proof": finding.proof} if finding.proof else {}),
    }


def reached(report: Report) -> list[dict[str, Any]]:
    """Functions that lead to what changed: each set of them once, with the elements that it is true of."""
    found: dict[tuple[str, ...], dict[str, None]] = {}
    for _, finding in report.verdict.findings:
        if finding.affects:
            found.setdefault(finding.affects, {})[finding.subject] = None
    return [{"elements": list(subjects), "functions": list(names[:MOST_NAMES])} for names, subjects in found.items()]


def identity(finding: Finding) -> str:
    """A name of the finding that stays the same from run to run, as long as rule and element do."""
    return hashlib.sha256(f"{finding.rule} {finding.subject}".encode("utf-8", "backslashreplace")).hexdigest()[:16]
