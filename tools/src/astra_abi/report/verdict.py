"""The verdict of a check: what the stages and the rules amount to, as data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from ..compare.reach import Reach
from ..model import Abi, AstraError, Version
from ..rules import Finding, Rule
from ..stages import CANNOT_RUN, FAIL, NOT_DECLARED, PASS, Result

if TYPE_CHECKING:
    from ..opinions import Opinion, Row

COMPATIBLE, BREAKING, CANNOT_JUDGE = "compatible", "breaking", "cannot-judge"
EXIT = {COMPATIBLE: 0, BREAKING: 1, CANNOT_JUDGE: 2}
BUMPS = ("none", "patch", "minor", "major")
LEVELS = ("breaking", "risky", "compatible")
"""What a finding does, worst first."""


@dataclass(frozen=True)
class Judged:
    """A stage with the findings that the rules made of its changes."""

    result: Result
    findings: tuple[Finding, ...]

    @property
    def counted(self) -> list[Finding]:
        """The findings that nobody answers for."""
        return [finding for finding in self.findings if not finding.suppressed]

    @property
    def verdict(self) -> str:
        if self.result.verdict == PASS and any(blocks(finding, BREAKING) for finding in self.findings):
            return FAIL
        return self.result.verdict


@dataclass(frozen=True)
class Verdict:
    """Everything that a report says."""

    verdict: str
    exit_code: int
    required_bump: str
    sentence: str
    stages: tuple[Judged, ...]

    @property
    def findings(self) -> list[tuple[str, Finding]]:
        """Those that count; what somebody answers for is in the report's `suppressed`."""
        return [(stage.result.name, finding) for stage in self.stages for finding in stage.counted]


class Sides(NamedTuple):
    """The two models that were compared for a target; "" stands for every target."""

    target: str
    old: Abi
    new: Abi


class Suppressed(NamedTuple):
    """A finding that somebody answers for, and what they say."""

    stage: str
    finding: Finding
    reason: str


@dataclass(frozen=True)
class Report:
    """A verdict with what it is about: rows of a label and a text, such as which library and which contract.

    `error` is why nothing could be compared; there are no stages then. `sides` and `rules` are for forms
    that show layouts and explain rules; without them such a form says less, and never something else.
    """

    command: str
    about: tuple[tuple[str, str], ...]
    verdict: Verdict
    targets: int = 0
    """How many targets were looked at; a finding of fewer names them."""
    sides: tuple[Sides, ...] = ()
    rules: dict[str, Rule] = field(default_factory=dict)
    fail_on: str = "breaking"
    error: AstraError | None = None
    opinions: tuple[Opinion, ...] = ()
    """What other tools say of the same; it never changes the verdict."""
    rows: tuple[Row, ...] = ()
    """Those opinions beside the findings, one row for each element."""

    @property
    def suppressed(self) -> list[Suppressed]:
        return [
            Suppressed(stage.result.name, finding, finding.suppressed)
            for stage in self.verdict.stages for finding in stage.findings if finding.suppressed
        ]

    @property
    def tally(self) -> dict[str, int]:
        """How many findings there are of each level, worst first."""
        counts = dict.fromkeys(LEVELS, 0)
        for _, finding in self.verdict.findings:
            counts[finding.severity] += 1
        return counts

    @property
    def ruling(self) -> list[tuple[str, list[tuple[str, Finding]]]]:
        """The findings with their stages, by rule: worst level first, then as they were found."""
        found: dict[str, list[tuple[str, Finding]]] = {}
        for stage, finding in sorted(self.verdict.findings, key=lambda pair: LEVELS.index(pair[1].severity)):
            found.setdefault(finding.rule, []).append((stage, finding))
        return list(found.items())


def refused(error: BaseException, command: str, about: tuple[tuple[str, str], ...]) -> Report:
    """The report of a command that could not begin, was stopped, or stumbled over a defect of this program."""
    if isinstance(error, KeyboardInterrupt):
        error = AstraError("was stopped before it had ended", "", "run the command again")
    elif isinstance(error, OSError):
        error = AstraError(str(error), "", "make room, or choose a place that can be read and written")
    elif not isinstance(error, AstraError):
        error = AstraError(f"a defect of astra-abi: {type(error).__name__}: {error}", "", "report it with the lines on standard error")
    verdict = Verdict(CANNOT_JUDGE, EXIT[CANNOT_JUDGE], "none", "The comparison could not begin.", ())
    return Report(command, about, verdict, error=error)


def with_reach(report: Report) -> Report:
    """The report with the functions that lead to each changed type, as far as its models show them."""
    known = {side.target: side.old for side in report.sides}
    if not known:
        return report
    reaches: dict[str, Reach] = {}

    def led_to(finding: Finding) -> Finding:
        target = next((target for target in finding.targets if target in known), next(iter(known)))
        if target not in reaches:
            reaches[target] = Reach(known[target])
        affects = reaches[target].reached_by(finding.subject)
        return replace(finding, affects=affects) if affects else finding

    stages = tuple(replace(stage, findings=tuple(map(led_to, stage.findings))) for stage in report.verdict.stages)
    return replace(report, verdict=replace(report.verdict, stages=stages))


def blocks(finding: Finding, fail_on: str) -> bool:
    """Whether a finding makes the command exit with 1. `fail_on` is breaking, risky or source."""
    if finding.suppressed:
        return False
    if finding.severity == "breaking":
        return True
    return (fail_on == "risky" and "risky" in (finding.severity, finding.source)) or (
        fail_on == "source" and finding.source == "breaking"
    )


def decide(
    stages: list[Judged], contract: Abi | None, fail_on: str = "breaking", static: bool = False, contradicted: bool = False,
) -> Verdict:
    """A proven break outweighs what could not be judged; what could not be judged outweighs a pass.

    `static` says that the library was not run on purpose; the sentence then says so. `contradicted` says that the
    loader does not do what the rules claim: then nothing is stated, since one of them is wrong.
    """
    findings = [finding for stage in stages for finding in stage.findings if not finding.suppressed]
    if contradicted:
        verdict = CANNOT_JUDGE
    elif any(finding.severity == "breaking" for finding in findings):
        verdict = BREAKING
    elif any(stage.verdict == CANNOT_RUN for stage in stages):
        verdict = CANNOT_JUDGE
    else:
        verdict = COMPATIBLE
    exit_code = EXIT[verdict]
    if not exit_code and any(blocks(finding, fail_on) for finding in findings):
        exit_code = 1
    bump = required_bump(findings, contract)
    text = sentence(verdict, bump, contract.version) if contract else plain_sentence(verdict, bump)
    if contradicted:
        text = "No statement: the rules and this system's loader contradict each other, and one of them has a defect."
    if static and verdict == COMPATIBLE:
        text = f"As far as can be seen without running the library: {text[0].lower()}{text[1:]}"
    return Verdict(verdict, exit_code, bump, text, tuple(stages))


def required_bump(findings: list[Finding], contract: Abi | None) -> str:
    """The version part that must rise. Before 1.0 a break raises the minor part and an addition the patch part."""
    bump = max((finding.bump for finding in findings), key=BUMPS.index, default="none")
    if contract and contract.version.major == 0:
        bump = {"major": "minor", "minor": "patch"}.get(bump, bump)
    return bump


def plain_sentence(verdict: str, bump: str) -> str:
    """One sentence about two builds of which no version is declared."""
    if verdict == CANNOT_JUDGE:
        return "No statement: what must be seen for one could not be seen."
    if verdict == BREAKING:
        return "Programs built against the old one break with the new one: mend it, or give it another SONAME."
    if bump == "none":
        return "Programs built against the old one run with the new one; nothing was added."
    return f"Programs built against the old one run with the new one; what changed needs a {bump} bump."


def app_sentence(verdict: Verdict) -> str:
    """One sentence about programs and the library that they are to run with."""
    if verdict.verdict == CANNOT_JUDGE:
        return "No statement about the program: something that must be seen for one could not be seen."
    if verdict.verdict == BREAKING:
        return "The program breaks with this library."
    if any(stage.verdict == NOT_DECLARED for stage in verdict.stages):
        return "As far as symbols and versions show, the program runs with this library; its types were not all compared."
    return "The program runs with this library, as far as can be seen without testing what the library does."


def existing_sentence(verdict: Verdict, name: str, version: str) -> str:
    """One sentence about a library that was there before its contract."""
    if verdict.verdict == CANNOT_JUDGE:
        return "No statement about the release: a stage could not run."
    if verdict.verdict == BREAKING:
        return f"This breaks what {name} {version} promises: mend it, or release it with another SONAME."
    if verdict.required_bump == "none":
        return f"{name} {version} keeps what its headers, its contract and its frozen releases promise."
    return f"{name} {version} keeps what was promised; what was added since the frozen releases needs a {verdict.required_bump} bump."


def raised(version: Version, bump: str) -> Version:
    return {
        "none": version,
        "patch": Version(version.major, version.minor, version.patch + 1),
        "minor": Version(version.major, version.minor + 1, 0),
        "major": Version(version.major + 1, 0, 0),
    }[bump]


def sentence(verdict: str, bump: str, version: Version) -> str:
    """One sentence about the version number."""
    if verdict == CANNOT_JUDGE:
        return "No statement about the version: a stage could not run."
    if verdict == BREAKING:
        if bump == "none":
            return f"This breaks what {version} promises: mend the library; no version number allows it."
        following = raised(version, "minor" if version.major == 0 else "major")
        return f"This breaks line {version.line}: mend it, or release it as {following}, a new line ({bump} bump)."
    if bump == "none":
        return f"Nothing changed that a version number must tell: {version} may be released as it is."
    return f"Compatible within line {version.line}: what changed since the last frozen release needs a {bump} bump."
