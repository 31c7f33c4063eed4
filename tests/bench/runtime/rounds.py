"""Contestants in turn on cases, round by round, so that a busy machine slows all alike. Owns processes and results."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

HERE = Path(__file__).resolve().parent
PEERS = HERE.parents[2] / "build" / "runtime-peers-venv" / "bin" / "python"
OURS, LIMIT = "astra", "limit"
Say = Callable[[str], None]


class Process:
    """A contestant's process. Threads are fixed when it starts, since some libraries read them only then."""

    def __init__(self, name: str, threads: int) -> None:
        self.name, self.threads = name, threads
        python = sys.executable if name in (OURS, LIMIT) else str(PEERS)
        count = str(threads)
        limits = {f"{kind}_NUM_THREADS": count for kind in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
        self.child = subprocess.Popen(
            [python, str(HERE / "contestant.py"), name, count], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, env={**os.environ, **limits},
        )

    def ask(self, do: str, **request: Any) -> dict[str, Any]:
        """An answer, or why there is none."""
        try:
            print(json.dumps({"do": do, **request}), file=self.child.stdin, flush=True)
            line = self.child.stdout.readline()
        except BrokenPipeError:
            line = ""
        return json.loads(line) if line else {"absent": f"its process ended with {self.child.wait()}"}

    def close(self) -> None:
        self.child.stdin.close()
        self.child.wait()


@dataclass
class Result:
    """What one contestant needed for one case in one mode, round by round."""

    work: str
    case: str
    threads: int
    who: str
    mode: str
    ns: list[float] = field(default_factory=list)
    absent: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.ns)

    @property
    def name(self) -> str:
        return f"{self.who} {self.mode}".strip()


@dataclass(frozen=True)
class Ratio:
    """How many times as long as ours somebody needed, as the median of the rounds with its range."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, other: Result, ours: Result) -> Ratio:
        each = [a / b for a, b in zip(other.ns, ours.ns)]
        return cls(statistics.median(each), min(each), max(each))


def run_case(work: str, case: str, processes: list[Process], rounds: int, seconds: float, say: Say) -> list[Result]:
    """Everybody in turn, in every mode that they have."""
    results: list[tuple[Process, Result]] = []
    for process in processes:
        answer = process.ask("prepare", work=work, case=case)
        for mode in answer.get("modes", [""]):
            results.append((process, Result(work, case, process.threads, process.name, mode, absent=answer.get("absent", ""))))
    for round_ in range(rounds):
        say(f"{work} {case}: round {round_ + 1} of {rounds}")
        for process, result in results if round_ % 2 == 0 else reversed(results):
            if not result.absent:
                answer = process.ask("time", mode=result.mode, seconds=seconds)
                result.absent = answer.get("absent", "")
                result.ns += [answer["ns"]] if "ns" in answer else []
    return [result for _, result in results]


def best(results: list[Result], who: str) -> Result | None:
    """A contestant's fastest mode."""
    return min((one for one in results if one.who == who and one.ns and not one.absent), key=lambda one: one.median, default=None)
