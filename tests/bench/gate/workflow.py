"""`diff` beside what a maintainer does: the old release is checked and frozen, then the new one is checked against it.

Both ways must say the same of the same two builds. Owns one pair at a time in a room of its own; writes nothing elsewhere.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from contestants import ABI, VERDICTS, Case

OLD_STAGES = ("releases", "recorded")
"""Stages of `check` that look at the frozen release; the others ask whether the new one keeps its own contract."""
SEVERITIES = ("breaking", "risky")


@dataclass(frozen=True)
class Answer:
    """What one command said, and how long it took."""

    verdict: str
    findings: tuple[tuple[str, str, str, str], ...]
    """Severity, rule, subject, stage; without those that break neither old programs nor their sources."""
    seconds: float
    said: str = ""

    def of(self, *, releases: bool) -> set[tuple[str, str, str]]:
        """Findings about the step from the old release, or about the new release alone."""
        return {found[:3] for found in self.findings if (found[3] in OLD_STAGES) == releases}

    def counts(self, found: set[tuple[str, str, str]]) -> str:
        many = Counter(severity for severity, _, _ in found)
        return " ".join(f"{many[severity]:>4}" for severity in SEVERITIES)


@dataclass(frozen=True)
class Compared:
    """One pair. `absent` are functions that the old release declares and does not export."""

    case: Case
    diff: Answer
    own: Answer
    frozen: Answer
    absent: tuple[str, ...] = ()

    @property
    def differences(self) -> list[str]:
        """What one way tells of the step, and the other does not."""
        ours, theirs = self.diff.of(releases=False), self.frozen.of(releases=True)
        return [f"only diff: {' '.join(one)}" for one in sorted(ours - theirs)] + [f"only check: {' '.join(one)}" for one in sorted(theirs - ours)]

    def lines(self) -> list[str]:
        own = self.frozen.of(releases=False)
        first = (
            f"{self.case.name:44}{self.diff.verdict:13}{self.diff.counts(self.diff.of(releases=False))} {self.diff.seconds:6.2f}   "
            f"{self.frozen.verdict:13}{self.frozen.counts(self.frozen.of(releases=True))} {self.frozen.counts(own)} {self.frozen.seconds:6.2f}"
        )
        notes = [f"the old release alone: {self.own.verdict}, {self.own.said}"] if self.own.verdict != "compatible" else []
        notes += [f"declared and not exported by the old release: {', '.join(self.absent)}"] if self.absent else []
        notes += [f"check says: {self.frozen.said}"] if self.frozen.verdict == "cannot judge" else []
        return [first, *(f"    {note}" for note in (*notes, *self.differences))]


HEAD = f"{'':44}{'diff':13}{'brk':>4} {'risk':>4} {'s':>6}   {'check':13}{'brk':>4} {'risk':>4} {'own':>4} {'risk':>4} {'s':>6}"


def ask(*words: object) -> Answer:
    """One command with its report."""
    begin = time.perf_counter()
    done = subprocess.run([ABI, *map(str, words), "--format", "json"], capture_output=True, text=True)
    seconds = time.perf_counter() - begin
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return Answer("error", (), seconds, done.stderr.strip()[-300:])
    findings = tuple(
        (item["severity"], item["rule"], item["subject"], item["stage"]) for item in report["changes"]
        if {item["severity"], item["source"]} != {"compatible"}
    )
    blind = "; ".join(stage["summary"] for stage in report["stages"] if stage["verdict"] == "cannot-run")
    return Answer(VERDICTS.get(done.returncode, "error"), findings, seconds, blind or report["sentence"])


def release_of(text: str, version: str, absent: tuple[str, ...] = ()) -> str:
    """A contract of another release: its version, and what that release declares and does not export."""
    text = re.sub(r'^(version\s*=\s*)"[^"]*"', rf'\g<1>"{version}"', text, count=1, flags=re.MULTILINE)
    if not absent:
        return text
    names = "".join(f'"{name}", ' for name in absent)
    if re.search(r"^absent\s*=\s*\[", text, re.MULTILINE):
        return re.sub(r"^(absent\s*=\s*\[)", rf"\g<1>{names}", text, count=1, flags=re.MULTILINE)
    if re.search(r"^\[symbols\]", text, re.MULTILINE):
        return re.sub(r"^(\[symbols\]\n)", rf"\g<1>absent = [{names}]\n", text, count=1, flags=re.MULTILINE)
    return f"{text}\n[symbols]\nabsent = [{names}]\n"


def compared(case: Case, old: str, new: str) -> Compared:
    """Runs both ways on one pair."""
    room = Path(tempfile.mkdtemp(prefix="astra-workflow-"))
    try:
        file = room / "contract" / "contract.toml"
        file.parent.mkdir()
        text = (case.contract / "contract.toml").read_text("utf-8")
        diff = ask("diff", case.old, case.new, "--old-headers", case.headers.old, "--new-headers", case.headers.new, "--contract", case.contract)
        file.write_text(release_of(text, old), "utf-8")
        own = ask("check", case.old, "--contract", file.parent, "--headers", case.headers.old)
        absent = tuple(sorted(subject.partition(":")[2] for _, rule, subject, _ in own.findings if rule == "symbol_removed"))
        if absent:  # as `init` writes them into the first contract of a release
            file.write_text(release_of(text, old, absent), "utf-8")
            own = ask("check", case.old, "--contract", file.parent, "--headers", case.headers.old)
        froze = subprocess.run([ABI, "freeze", old, "--library", case.old, "--contract", file.parent, "--headers", case.headers.old], capture_output=True, text=True)
        file.write_text(release_of(text, new), "utf-8")
        frozen = ask("check", case.new, "--contract", file.parent, "--headers", case.headers.new)
        if froze.returncode:
            frozen = Answer("error", (), frozen.seconds, froze.stderr.strip()[-300:])
        return Compared(case, diff, own, frozen, absent)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def compare_all(cases: list[tuple[Case, str, str]]) -> bool:
    """The table; whether both ways agree on everything."""
    print(f"diff OLD NEW --contract, and freeze OLD, check NEW: findings about the step; `own` are those about NEW alone\n{HEAD}")
    agree = True
    for case, old, new in cases:
        if case.contract is None:
            print(f"{case.name:44}has no contract")
            continue
        found = compared(case, old, new)
        agree = agree and not found.differences and found.frozen.verdict in ("compatible", "breaking")
        print("\n".join(found.lines()), flush=True)
    print("both ways agree" if agree else "THEY DIFFER, see above")
    return agree
