"""How long the commands take: median and range of repeated runs, in seconds of wall-clock time.

Run by `make bench`. The first run of each command is not counted: it fills the disk cache.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
ABI = str(Path(sys.executable).with_name("astra-abi"))
RUST = str(ROOT / "build/rust/libastra.so")
ORACLE = str(ROOT / "build/oracle/libastra_oracle.so")


def seconds(command: list[str], repeats: int) -> list[float]:
    """Times of `repeats` runs after one that is not counted; a command that fails ends the measurement."""
    times = []
    for index in range(repeats + 1):
        begin = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        if index:
            times.append(time.perf_counter() - begin)
    return times


def static_stages(library: str, repeats: int) -> list[float]:
    """The sum of the static stages' own seconds, as the report gives them."""
    command = [ABI, "check", library, "--static", "--format", "json"]
    sums = []
    for _ in range(repeats):
        report = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout)
        sums.append(sum(stage["seconds"] for stage in report["stages"]))
    return sums


def row(name: str, times: list[float]) -> None:
    print(f"{name:58} {statistics.median(times):7.3f}   {min(times):.3f} to {max(times):.3f}")


def main() -> None:
    print(f"{'command':58}  median   range")
    row("astra-abi --help", seconds([ABI, "--help"], 9))
    for name, library in (("rust", RUST), ("oracle", ORACLE)):
        row(f"check --static, {name}: the command", seconds([ABI, "check", library, "--static"], 5))
        row(f"check --static, {name}: its stages", static_stages(library, 5))
        row(f"check, {name}: everything", seconds([ABI, "check", library], 2))
        with tempfile.TemporaryDirectory() as keep:
            row(f"check --keep, {name}: unchanged build", seconds([ABI, "check", library, "--keep", keep], 3))
    row("make check, nothing changed", seconds(["make", "check"], 2))


if __name__ == "__main__":
    main()
