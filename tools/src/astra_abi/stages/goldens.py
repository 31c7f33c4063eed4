"""Golden outputs, bit for bit: today's, and those of every frozen release of the line."""

from dataclasses import replace

from ..compare import compare
from ..golden import promised
from ..model import Abi, AstraError, Behaviour
from ..observe import observe
from . import NOT_DECLARED, PASS, Result, Subject

TITLE = "golden outputs"


def run(subject: Subject) -> Result:
    project = subject.project
    frozen = frozen_goldens(subject)
    if not project.golden or not project.conformance:
        if any(behaviour.goldens for behaviour in frozen):
            raise AstraError("a frozen release has golden outputs, the project names none", project.how, "name the folders `golden` and `conformance`")
        return Result("", NOT_DECLARED, "no golden outputs beside the contract")
    blessed = promised(subject.contract, project.golden)
    seen = observe(subject)
    refuse_unblessed(subject, blessed, seen.report.goldens)
    changes = []
    for behaviour in (Behaviour(goldens=blessed), *frozen):
        changes += compare(Abi("goldens", behaviour=behaviour), Abi("library", behaviour=Behaviour(goldens=seen.report.goldens)))
    unique = {(change.kind, change.subject): with_detail(change, seen.report.golden_details) for change in changes}
    differing = sum(change.kind == "golden_changed" for change in unique.values())
    summary = f"{len(seen.report.goldens)} outputs, {differing} differ{seen.label}"
    return Result("", PASS, summary, tuple(unique.values()), kept=seen.kept)


def frozen_goldens(subject: Subject) -> list[Behaviour]:
    """What each frozen release of the line promised."""
    return [release.behaviour for release in subject.releases if release.line == subject.contract.line]


def refuse_unblessed(subject: Subject, blessed: dict[str, str], seen: dict[str, str]) -> None:
    """Without a blessed output there is nothing to compare with, and that is no pass."""
    for operator in subject.contract.operators or ():
        if not any(name.startswith(f"{operator}/") for name in blessed):
            raise AstraError(f"the operator {operator} has no blessed output", str(subject.project.golden), "write its inputs and run: make bless")
    if unblessed := sorted(set(seen) - set(blessed)):
        raise AstraError(f"{len(unblessed)} cases have no blessed output, such as {unblessed[0]}", str(subject.project.golden), "run: make bless")


def with_detail(change, details: dict[str, str]):
    """The change with the first differing element instead of two digests, where it is known."""
    name = change.subject.removeprefix("golden:")
    return replace(change, new=details[name]) if name in details else change
