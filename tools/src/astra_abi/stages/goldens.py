"""Golden outputs, bit for bit: today's, and those of every frozen release of the line."""

from ..compare import compare
from ..golden import promised
from ..load.baseline import find_baselines, load_baseline
from ..model import Abi, AstraError, Behaviour
from ..observe import observe
from . import NOT_DECLARED, Result, Subject, found

TITLE = "golden outputs"


def run(subject: Subject) -> Result:
    project = subject.project
    if not project.golden or not project.conformance:
        return Result("", NOT_DECLARED, "no golden outputs beside the contract")
    blessed = promised(subject.contract, project.golden)
    for operator in subject.contract.operators:
        if not any(name.startswith(f"{operator}/") for name in blessed):
            raise AstraError(f"the operator {operator} has no blessed output", str(project.golden), "write its inputs and run: make bless")
    wanted = [Behaviour(goldens=blessed)]
    for place in find_baselines(project.baselines) if project.baselines else ():
        baseline = load_baseline(place)
        if baseline.line == subject.contract.line:
            wanted.append(baseline.behaviour)
    seen = observe(subject)
    if unblessed := sorted(set(seen.report.goldens) - set(blessed)):
        raise AstraError(f"{len(unblessed)} cases have no blessed output, such as {unblessed[0]}", str(project.golden), "run: make bless")
    changes = []
    for behaviour in wanted:
        changes += compare(Abi("goldens", behaviour=behaviour), Abi("library", behaviour=Behaviour(goldens=seen.report.goldens)))
    unique = {(change.kind, change.subject): with_detail(change, seen.report.golden_details) for change in changes}
    differing = sum(change.kind == "golden_changed" for change in unique.values())
    summary = f"{len(seen.report.goldens)} outputs, {differing} differ{seen.label}"
    return Result("", found((), "").verdict, summary, tuple(unique.values()), kept=seen.kept)


def with_detail(change, details: dict[str, str]):
    """The change with the first differing element instead of two digests, where it is known."""
    from dataclasses import replace

    name = change.subject.removeprefix("golden:")
    return replace(change, new=details[name]) if name in details else change
