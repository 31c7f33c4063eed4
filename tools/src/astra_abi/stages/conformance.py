"""Conformance cases: every numbered requirement and every declared error, each in a child of its own."""

from ..compare import compare
from ..model import Abi, Behaviour, Outcome
from ..observe import observe
from . import NOT_DECLARED, Result, Subject, found

TITLE = "conformance cases"


def run(subject: Subject) -> Result:
    if not subject.project.conformance:
        return Result("", NOT_DECLARED, "no conformance suite beside the contract")
    seen = observe(subject)
    kept = {name: Outcome("kept", outcome.about) for name, outcome in seen.report.promises.items()}
    changes = compare(
        Abi("contract", behaviour=Behaviour(promises=kept)),
        Abi("library", behaviour=Behaviour(promises=seen.report.promises)),
    )
    skipped = f", {len(seen.report.skipped)} skipped" if seen.report.skipped else ""
    result = found(changes, f"{seen.report.cases} cases for {len(kept)} promises{skipped}{seen.label}")
    return Result("", result.verdict, result.summary, result.changes, kept=seen.kept)
