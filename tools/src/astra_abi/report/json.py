"""The report for machines. Its schema is published as spec/schema/report.schema.json."""

from __future__ import annotations

import json
from typing import Any

from ..model import AstraError
from .verdict import CANNOT_JUDGE, Verdict

FORMAT = 1


def document(verdict: Verdict, library: str, contract: str, how: str) -> dict[str, Any]:
    return {
        "format": FORMAT, "library": library, "contract": contract, "contract_chosen_by": how,
        "verdict": verdict.verdict, "required_bump": verdict.required_bump, "sentence": verdict.sentence,
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
                "rule": finding.rule, "severity": finding.severity, "source": finding.source, "stage": stage,
                "subject": finding.subject, "targets": list(finding.targets), "title": finding.title,
                "breaks": finding.breaks, "fix": finding.fix, "old": finding.old, "new": finding.new,
                "where": finding.where,
            }
            for stage, finding in verdict.findings
        ],
    }


def refusal(error: Exception, library: str) -> dict[str, Any]:
    """The report of a check that could not begin, or that stumbled over a defect of this program."""
    if not isinstance(error, AstraError):
        error = AstraError(f"a defect of astra-abi: {type(error).__name__}: {error}", "", "report it with the lines on standard error")
    return {
        "format": FORMAT, "library": library, "contract": "", "contract_chosen_by": "",
        "verdict": CANNOT_JUDGE, "required_bump": "none", "sentence": "The check could not begin.",
        "stages": [], "changes": [],
        "error": {"what": error.what, "where": error.where, "do_this": error.do_this},
    }


def text(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=2)
