"""Draws sequences of calls and makes them on both libraries: whatever they do not do alike, or any crash, ends the run.

`python tests/fuzz/calls/campaign.py [--calls 10000000] [--seed 1] [--sanitizer none|address|thread] [--starve]`; `make
fuzz-calls`. `thread` makes them from four threads on one library at a time, where there is nothing to compare. `--starve`
lets memory end at the first, second, third... allocation of every call until it succeeds, on one library at a time, and
counts what is left when everything is released. Every process makes a part of the calls with a seed of its own; what
fails says the command that does it again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import made  # noqa: E402

PART = 500_000
"""Calls of one process: few enough that the runtimes which it may create are not used up."""
OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=1:allocator_may_return_null=1", "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}
THREADS, STARVED = 4, 0
"""What the program is told for threads that share a library, and for memory that ends."""
KEPT = 4
"""Blocks that a library, and the C library for its threads, may keep for as long as they are loaded."""


class Failed(Exception):
    """A part that did not end well: how to do it again, and the last that it said."""


def part(program: Path, libraries: list[Path], seed: int, calls: int, threads: int) -> dict:
    """What one process did, or Failed."""
    command = [str(word) for word in (program, seed, calls, threads, *libraries)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **OPTIONS}, timeout=600)
    if done.returncode:
        raise Failed(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr[-4000:]}")
    return json.loads(done.stdout)


def runs(libraries: list[Path], sanitizer: str, starve: bool) -> list[tuple[list[Path], int]]:
    """The libraries of each run, and its threads."""
    if starve or sanitizer == "thread":
        return [([library], STARVED if starve else THREADS) for library in libraries]
    return [(libraries, 1)]


def campaign(folder: Path, libraries: list[Path], calls: int, seed: int, sanitizer: str = "none", starve: bool = False) -> dict[str, list[int]]:
    """Calls and successes of each function; tells how far it is."""
    program, begin, told = made.program(folder, sanitizer), time.monotonic(), {}
    for chosen, threads in runs(libraries, sanitizer, starve):
        for number in range(-(-calls // PART)):
            found = part(program, chosen, seed + number, min(PART, calls - number * PART), threads)
            if starve and (found["left"] > KEPT or not found["starved"]):
                raise Failed(f"{chosen[0]}: {found['left']} blocks are left, {found['starved']} calls were starved; seed {seed + number}")
            for name, (made_, done) in found["functions"].items():
                before = told.setdefault(name, [0, 0])
                told[name] = [before[0] + made_, before[1] + done]
            total = sum(count for count, _ in told.values())
            print(f"[{time.monotonic() - begin:5.0f} s] {total:,} calls of {', '.join(path.name for path in chosen)}", file=sys.stderr, flush=True)
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=10_000_000, help="how many (10,000,000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sanitizer", choices=made.SANITIZERS, default="none")
    parser.add_argument("--starve", action="store_true", help="let memory end in every call")
    chosen = parser.parse_args()
    if chosen.starve and chosen.sanitizer != "none":
        parser.error("a sanitizer has an allocator of its own: --starve goes without one")
    folder = made.ROOT / "build" / "calls"
    try:
        libraries = made.libraries(folder, chosen.sanitizer)
        told = campaign(folder, libraries, chosen.calls, chosen.seed, chosen.sanitizer, chosen.starve)
    except made.Missing as error:
        sys.exit(f"{error}: {chosen.sanitizer} cannot be run here")
    except Failed as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    for name, (calls, done) in told.items():
        print(f"{name:32}{calls:12,} calls {done:12,} succeeded")
    print(f"{sum(calls for calls, _ in told.values()):,} calls, {sum(done for _, done in told.values()):,} of them succeeded; nothing differed")


if __name__ == "__main__":
    main()
