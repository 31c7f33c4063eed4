"""The report for machines. Its schema is published as spec/schema/report.schema.json."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ..model import AstraError
from ..rules import Finding
from .verdict import CANNOT_JUDGE, EXIT, Report

FORMAT = 2


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
        "changes": [
            {
                "id": identity(finding), "rule": finding.rule, "severity": finding.severity, "source": finding.source,
                "stage": stage, "subject": finding.subject, "targets": list(finding.targets), "title": finding.title,
                "breaks": finding.breaks, "fix": finding.fix, "old": finding.old, "new": finding.new,
                "where": finding.where, **({"suppressed": finding.suppressed} if finding.suppressed else {}),
            }
            for stage, finding in verdict.findings
        ],
    }


def identity(finding: Finding) -> str:
    """A name of the finding that stays the same from run to run, as long as rule and element do."""
    return hashlib.sha256(f"{finding.rule} {finding.subject}".encode()).hexdigest()[:16]


def refusal(error: Exception, command: str, about: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """The report of a command that could not begin, or that stumbled over a defect of this program."""
    if not isinstance(error, AstraError):
        error = AstraError(f"a defect of astra-abi: {type(error).__name__}: {error}", "", "report it with the lines on standard error")
    return {
        "format": FORMAT, "command": command, "about": dict(about), "verdict": CANNOT_JUDGE, "exit_code": EXIT[CANNOT_JUDGE],
        "required_bump": "none", "sentence": "The comparison could not begin.", "stages": [], "changes": [],
        "error": {"what": error.what, "where": error.where, "do_this": error.do_this},
    }


def text(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=2)
