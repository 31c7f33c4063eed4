"""Recorded behaviour: probe programs run with a library, and what they gave, kept byte by byte.

Every case runs several times, each time under another condition; what differs by accident is refused, never recorded.
"""

from __future__ import annotations

import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Iterable

from ..compare.outputs import first_difference
from ..model import AstraError, Recorded
from .cells import Run, Seen, Wardens
from .condition import LEAST_RUNS, build_clock, condition
from .probe import Case, Probe, load_probes
from .program import Build, Program, find_compiler, links, prepare, read_build
from .recording import Recording, read_recording, write_recording
from .start import obstacle

__all__ = ["Case", "Probe", "Recording", "load_probes", "read_recording", "record", "record_pair", "write_recording"]


LISTED = 20
"""Most refused cases that one error names."""
TICK_OF_CLOCK_S = 1.1
"""Least time between the first run of a case and its next: a clock that counts seconds has gone on."""


def record(
    library: Path, probes: Iterable[Probe], *, headers: Iterable[Path] = (), link_with: Path | None = None,
    cc: str | None = None, runs: int = LEAST_RUNS, jobs: int | None = None, strict: bool = True,
    progress: Callable[[str, int, int], None] | None = None,
) -> Recording:
    """Runs every case with a library, `runs` times at least three, and gives what it did.

    C probes are compiled against `headers` and linked with `link_with`, or else with the library itself. `strict`
    refuses every case that cannot be frozen: one that differs between runs, does not start, overran a limit, or ends
    otherwise than it declares. Without it such an end is what was seen of the library, and is given to be compared.
    """
    if platform.system() != "Linux":
        raise AstraError("probes can be run on Linux only", platform.system(), "run it on Linux, or in a container")
    build = read_build(library)
    with tempfile.TemporaryDirectory(prefix="astra-programs-") as folder:
        os.chmod(folder, 0o755)
        compiler = find_compiler(cc)
        made = read_build(link_with) if link_with else build
        programs = [prepare(probe, made, tuple(headers), compiler, Path(folder)) for probe in probes]
        clock = build_clock(compiler, Path(folder))
        with Wardens(jobs or os.cpu_count() or 1) as wardens:
            cases = Session(build, wardens, clock, max(LEAST_RUNS, runs), progress).run(programs)
            missing = wardens.walls.missing
    if strict:
        refuse(cases, programs, build)
    missing += (() if clock else ("the date: without a C compiler no run could have another one",))
    return Recording(build.path.name, build.soname, build.sha256, f"{platform.machine()}-linux", cases, missing)


def record_pair(
    old: Path, new: Path, probes: Iterable[Probe], *, headers: Iterable[Path] = (), **options: Any,
) -> tuple[Recording, Recording]:
    """What programs that were built with the old library did with it, and do with the new one.

    The old side must be fit to be frozen; whatever the new one does is seen. `headers` are those of the old library.
    """
    probes, headers = tuple(probes), tuple(headers)
    before = record(old, probes, headers=headers, **options)
    return before, record(new, probes, headers=headers, link_with=old, strict=False, **options)


class Session:
    """All runs of all cases with one library."""

    def __init__(self, build: Build, wardens: Wardens, clock: Path | None, runs: int, progress: Callable | None) -> None:
        self.build, self.wardens, self.clock, self.runs = build, wardens, clock, runs
        self.progress = progress or (lambda name, done, total: None)
        self.done = self.total = 0

    def run(self, programs: list[Program]) -> dict[str, Recorded]:
        """What each case gave, by `probe/case`."""
        found: dict[str, Recorded] = {}
        startable = []
        for program in programs:
            if reason := obstacle(program, self.build, self.wardens):
                found |= {key(program, case): unstarted(case, reason) for case in program.probe.cases}
            else:
                startable += [(program, case) for case in program.probe.cases]
        self.total = self.runs * len(startable)
        begin = time.monotonic()
        for number in range(self.runs):
            if number == 1:
                time.sleep(max(0.0, begin + TICK_OF_CLOCK_S - time.monotonic()))
            # A case of which is known how it failed is not run again.
            works = [work for work in startable if number == 0 or found[key(*work)].end in ("exited", "killed")]
            self.total -= len(startable) - len(works)
            for (program, case), seen in self.wardens.run_all((work, self.setup(*work, number)) for work in works):
                name = key(program, case)
                now = recorded(case, seen)
                found[name] = now if number == 0 else agreed(found[name], now)
                self.done += 1
                self.progress(name, self.done, self.total)
        return dict(sorted(found.items()))

    def setup(self, program: Program, case: Case, number: int) -> Run:
        at = condition(number)
        return Run(
            program.command, (*program.arguments, *case.arguments), {**at.environment(self.clock), **program.environment}, at,
            case.input, case.files, links(program, self.build), case.time_limit, program.probe.memory_limit << 20,
        )


def key(program: Program, case: Case) -> str:
    return f"{program.probe.name}/{case.name}"


def recorded(case: Case, seen: Seen) -> Recorded:
    if seen.end == "overran":
        return Recorded(case.promise, case.given, seen.end, detail=seen.detail)
    return Recorded(case.promise, case.given, seen.end, seen.code, "", seen.stdout, seen.stderr, seen.files)


def unstarted(case: Case, reason: str) -> Recorded:
    return Recorded(case.promise, case.given, "unstarted", detail=reason)


def agreed(first: Recorded, later: Recorded) -> Recorded:
    """The case if two runs of it gave the same; else how they differ."""
    if first == later:
        return first
    if later.end == "overran":
        return later
    return Recorded(first.promise, first.given, "unstable", detail=difference(first, later))


def difference(first: Recorded, later: Recorded) -> str:
    """The first thing in which two runs differ."""
    if (first.end, first.code) != (later.end, later.code):
        return f"it {first.end} with {first.code}, then {later.end} with {later.code}"
    streams = [("stdout", first.stdout, later.stdout), ("stderr", first.stderr, later.stderr)]
    for name in sorted(first.files.keys() | later.files.keys()):
        if name not in first.files or name not in later.files:
            return f"the file {name} is not left by every run"
        streams.append((f"the file {name}", first.files[name], later.files[name]))
    name, old, new = next(item for item in streams if item[1] != item[2])
    was, now = first_difference(old, new)
    return f"first difference of {name} at {was}, then {now.partition(': ')[2] or now}"


def refuse(cases: dict[str, Recorded], programs: list[Program], build: Build) -> None:
    """Raises one error about every case that cannot be frozen."""
    declared = {key(program, case): case for program in programs for case in program.probe.cases}
    reasons = {}
    for name, case in cases.items():
        wanted = declared[name].status
        if case.end == "unstable":
            reasons[name] = f"not deterministic: {case.detail}"
        elif case.end == "unstarted":
            reasons[name] = f"cannot be started: {case.detail}"
        elif case.end == "overran":
            reasons[name] = f"overran its limits: {case.detail}"
        elif wanted is not None and (case.end, case.code) != ("exited", wanted):
            last = case.stderr.head.decode("utf-8", "replace").strip().split("\n")[-1][:200]
            reasons[name] = f"declares status {wanted}, and {case.end} with {case.code}{': ' if last else ''}{last}"
    if reasons:
        lines = "".join(f"\n  {name}: {reason}" for name, reason in list(reasons.items())[:LISTED])
        more = f"\n  and {len(reasons) - LISTED} more" if len(reasons) > LISTED else ""
        raise AstraError(
            f"{len(reasons)} of {len(cases)} cases cannot be recorded{lines}{more}", str(build.path),
            "correct these cases so that every run gives the same bytes within its limits",
        )
