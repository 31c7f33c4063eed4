"""How many of all 2^32 outputs of a function peers have wrong. The truth is Astra's, which `make exhaustive` proves."""

from __future__ import annotations

import tempfile
from pathlib import Path

from contestant import load_work
from rounds import LIMIT, OURS, Process, Say

PIECE = 1 << 24
WORK = "functions"


def count_all(who: list[str], say: Say, functions: list[str] | None = None, inputs: int = 1 << 32) -> dict[str, dict[str, int | str]]:
    """For each function and peer the number of wrong outputs, or why there is none."""
    processes = {name: Process(name, 1) for name in who if name != LIMIT}
    shared = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    counted: dict[str, dict[str, int | str]] = {}
    with tempfile.NamedTemporaryFile(dir=shared, suffix=".f32") as truth:
        truth.truncate(4 * PIECE)
        for case in functions or load_work(WORK).CASES:
            counted[case] = count(case, processes, truth.name, say, inputs)
            print(f"wrong outputs of {case}: " + ", ".join(f"{name} {number}" for name, number in counted[case].items()), flush=True)
    for process in processes.values():
        process.close()
    return counted


def count(case: str, processes: dict[str, Process], truth: str, say: Say, inputs: int) -> dict[str, int | str]:
    found: dict[str, int | str] = {name: 0 for name in processes if name != OURS}
    for begin in range(0, inputs, PIECE):
        say(f"wrong outputs of {case}: {begin / inputs:.0%}")
        told = processes[OURS].ask("wrong", work=WORK, case=case, begin=begin, truth=truth)
        if "absent" in told:
            return {name: f"no truth: {told['absent']}" for name in found}
        for name in found:
            if isinstance(found[name], int):
                answer = processes[name].ask("wrong", work=WORK, case=case, begin=begin, truth=truth)
                found[name] = answer.get("absent") or found[name] + answer["wrong"]
    return found
