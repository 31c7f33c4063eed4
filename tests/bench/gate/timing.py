"""Contestants in turn on cases, and what they used. Shown are medians with their range.

Everybody runs in turn on a case, then everybody again, so that a busy machine slows all alike. CPU time is user and
system time of the command with all its children; memory is their resident peak.
"""

from __future__ import annotations

import math
import statistics
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from astra_abi.opinions import Limits

import corpus
import synthetic
from contestants import OURS, Case, Contestant, Measured, reader

Say = Callable[[str], None]
MOST_RUNS, LEAST_RUNS, ENOUGH_CPU_S = 5, 2, 40.0
"""A contestant runs a case five times, or fewer once its runs have taken this long together."""
TARGETS = (
    "x86_64-linux-gnu", "aarch64-linux-gnu", "riscv64-linux-gnu", "powerpc64le-linux-gnu", "s390x-linux-gnu", "i686-linux-gnu",
    "armv7-linux-gnueabihf", "x86_64-linux-musl", "x86_64-windows-gnu", "i686-windows-gnu", "aarch64-macos", "wasm32-wasi",
)
CLEAR = "\r\033[K" if sys.stdout.isatty() else ""
"""Wipes the line that says what is running."""
READ_SYMBOLS = "import sys; from astra_abi import _native; assert len(_native.read_elf(sys.argv[1])) > 100000"
READ_HEADER = (
    "import sys; from astra_abi.load.clang import read_headers; "
    "assert len(read_headers([sys.argv[1]], targets=sys.argv[2:])) == len(sys.argv) - 2"
)


@dataclass
class Result:
    """All runs of one contestant on one case."""

    case: str
    who: str
    mode: str
    runs: list[Measured] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether its times are those of an answer."""
        return bool(self.runs) and self.verdict not in ("error", "timeout", "cannot judge", "differs between runs")

    @property
    def verdict(self) -> str:
        told = {run.verdict for run in self.runs}
        return told.pop() if len(told) == 1 else "differs between runs"

    @property
    def cpu(self) -> float:
        return statistics.median(run.cpu_s for run in self.runs)

    @property
    def peak_mb(self) -> float:
        return statistics.median(run.peak_bytes for run in self.runs) / 1e6

    def line(self, ours: Result | None) -> str:
        spread = [run.cpu_s for run in self.runs]
        ratio = f"{self.cpu / ours.cpu:8.1f}x" if ours and ours.done and self.done and self is not ours else " " * 9
        last = self.runs[-1]
        count = f"{last.breaking} of {last.said} breaking" if last.said else ""
        why = f"  {last.detail[:110]}" if not self.done else ""
        return (
            f"  {self.who + ' ' + self.mode:25}{self.cpu:9.3f}  {f'{min(spread):.3f} to {max(spread):.3f}':18}{self.peak_mb:7.0f}"
            f"{ratio} {len(self.runs):3}  {self.verdict:13} {count}{why}"
        )


def run_case(case: Case, who: list[Contestant], quick: bool, say: Say) -> list[Result]:
    """Everybody in turn, round by round, until all have run often or long enough."""
    results = [Result(case.name, one.who, one.mode) for one in who]
    for round_ in range(1 if quick else MOST_RUNS):
        for one, result in zip(who, results):
            spent = sum(run.cpu_s for run in result.runs)
            if result.runs and (not result.done or (spent > ENOUGH_CPU_S and len(result.runs) >= LEAST_RUNS)):
                continue
            say(f"{case.name}: {one.name}, run {round_ + 1}")
            result.runs.append(one.run(case))
    return results


def fastest(results: list[Result]) -> Result | None:
    """Our fastest mode that gave an answer."""
    return min((one for one in results if one.who == OURS and one.done), key=lambda one: one.cpu, default=None)


def show(case: str, results: list[Result]) -> None:
    """The rows of one case. Ratios are to our fastest mode that gave an answer."""
    best = fastest(results)
    print(f"{CLEAR}\n{case}")
    for one in results:
        print(one.line(best))
    sys.stdout.flush()


def fitted(results: dict[str, list[tuple[int, Result]]], start: dict[str, Result]) -> dict[str, float]:
    """For each contestant the exponent k of time = start + c * size^k, by least squares on logarithms.

    `start` is its time for a library with one function: what every run costs, whatever the size.
    """
    exponents = {}
    for name, points in results.items():
        above = [(math.log(size), math.log(one.cpu - start[name].cpu)) for size, one in points if one.done and one.cpu > start[name].cpu]
        if start[name].done and len(above) == len(points):
            exponents[name] = statistics.linear_regression(*zip(*above)).slope
    return exponents


def growth(who: list[Contestant], quick: bool, say: Say) -> tuple[list[Result], dict[str, float]]:
    """The growing libraries, for us and for abidiff in its default mode."""
    chosen = [one for one in who if one.mode == "default" and one.who in (OURS, "abidiff")]
    sized: dict[str, list[tuple[int, Result]]] = {one.name: [] for one in chosen}
    start, every = {}, []
    for units in synthetic.UNITS:
        say(f"growth: making {units} units")
        old, new = synthetic.growing_pair(units)
        size = synthetic.debug_bytes(old)
        case = Case(f"growth, {size / 1e6:.1f} MB of DWARF", old, new)
        results = run_case(case, chosen, quick, say)
        show(case.name, results)
        every += results
        for one, result in zip(chosen, results):
            if units:
                sized[one.name].append((size, result))
            else:
                start[one.name] = result
    exponents = fitted(sized, start)
    for name in sized:
        print(f"  {name}: " + (f"time grows with size^{exponents[name]:.2f}" if name in exponents else "no exponent, since not every size was judged"))
    return every, exponents


def small_cases(limits: Limits, say: Say) -> list[tuple[Case, list[Contestant]]]:
    """Readers alone, each as a process of its own, and a small tool beside them for scale."""
    python = sys.executable
    abi = str(Path(python).with_name("astra-abi"))
    say("making the library of 400 MB")
    big = str(synthetic.big_library())
    cases = [(Case("symbols of a 400 MB library"), [
        reader(OURS, "reader", [python, "-c", READ_SYMBOLS, big], limits),
        reader(OURS, "diff", [abi, "diff", big, big, "--symbols-only"], limits),
        reader("nm", "-D", ["nm", "-D", "--defined-only", big], limits),
    ])]
    for name in ("zlib/1.3.1", "sqlite3/3.46.1"):
        (release,) = corpus.releases([name])
        header = release.include / release.recipe["entry"][0]
        folder = str(release.include)
        words = [word for target in TARGETS for word in ("--target", target)]
        cases.append((Case(f"{len(TARGETS)} targets of {header.name}"), [
            reader(OURS, "reader", [python, "-c", READ_HEADER, str(header), *TARGETS], limits),
            reader(OURS, "diff", [abi, "diff", str(header), str(header), "-I", folder, *words], limits),
        ] if release.built else []))
    return cases
