"""What is true of each pair of releases, and how often each contestant says so. Refuses nothing: a contestant may be silent.

A verdict is false if it is not that of truth.toml. With the contract a pair is right only if every break is named too, and
nothing else is called one.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Iterable

from contestants import Measured

FILE = Path(__file__).with_name("truth.toml")
HARMLESS = ("compatible", "additions")
JUDGED = (*HARMLESS, "breaking")


@dataclass(frozen=True)
class Truth:
    """Of one pair: what breaks, and what else must be told."""

    breaks: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        return "breaking" if self.breaks else "compatible"

    def faults(self, run: Measured) -> list[str]:
        """What is wrong with what a contestant said that names what it found."""
        faults = [] if run.verdict == self.verdict else [f"says {run.verdict}, and it is {self.verdict}"]
        told = [subject for severity, subject in run.found if severity == "breaking"]
        faults += [f"calls {subject} a break" for subject in told if not any(fnmatchcase(subject, pattern) for pattern in self.breaks)]
        faults += [f"does not call {pattern} a break" for pattern in self.breaks if not any(fnmatchcase(subject, pattern) for subject in told)]
        named = {subject for _, subject in run.found}
        return faults + [f"does not tell of {subject}" for subject in self.tells if subject not in named]


def read() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))


def of_pair(name: str) -> Truth:
    row = read().get("pair", {}).get(name, {})
    return Truth(tuple(row.get("breaks", ())), tuple(row.get("tells", ())))


@dataclass
class Tally:
    """One contestant's verdicts on all pairs that it took part in."""

    pairs: int = 0
    false_breaks: int = 0
    missed_breaks: int = 0
    silent: int = 0

    def count(self, verdict: str, truth: Truth) -> None:
        self.pairs += 1
        self.silent += verdict not in JUDGED
        self.false_breaks += verdict == "breaking" and not truth.breaks
        self.missed_breaks += verdict in HARMLESS and bool(truth.breaks)


def tallies(results: Iterable) -> dict[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    for one in results:
        found[f"{one.who} {one.mode}"].count(one.verdict, of_pair(one.case))
    return dict(found)


def wrong(results: Iterable) -> dict[str, int]:
    """Pairs on which we, with the contract, are not right in everything; of tvm-ffi apart. Prints what is wrong."""
    found = {}
    for one in results:
        faults = of_pair(one.case).faults(one.runs[-1])
        name = "wrong steps of tvm-ffi" if one.case.startswith("tvm-ffi ") else "wrong pairs"
        found[name] = found.get(name, 0) + bool(faults)
        for fault in faults:
            print(f"  WRONG on {one.case}: {fault}")
    return found


def show(results: list) -> None:
    """Everybody's verdicts beside what is true."""
    print(f"\nverdicts on all pairs, beside truth.toml\n  {'who, mode':25}{'pairs':>7}{'false breaks':>14}{'missed breaks':>15}{'no verdict':>12}")
    for name, tally in tallies(results).items():
        print(f"  {name:25}{tally.pairs:7}{tally.false_breaks:14}{tally.missed_breaks:15}{tally.silent:12}")
