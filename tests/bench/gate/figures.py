"""The figures that the gate must reach, each with what was measured, and the file that keeps all of it.

figures.toml says which; a figure of which nothing was measured is named so, and never reached.
"""

from __future__ import annotations

import json
import os
import platform
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

import corpus
from contestants import OURS
from timing import Result

FILE = Path(__file__).with_name("figures.toml")
RESULTS = corpus.BENCH / "gate.json"
TOLD = {True: "reached", False: "MISSED", None: "not measured"}


@dataclass(frozen=True)
class Figure:
    what: str
    wanted: str
    value: float | None
    reached: bool | None

    def line(self) -> str:
        return f"  {self.what:54}{self.wanted:>10}  {'' if self.value is None else format(self.value, '.3g'):>8}  {TOLD[self.reached]}"


def figures(results: list[Result], counted: dict[str, float]) -> list[Figure]:
    """Times and memory come from `results`, everything else from what was counted."""
    return [figure(row, results, counted) for row in tomllib.loads(FILE.read_text("utf-8"))["figure"]]


def figure(row: dict, results: list[Result], counted: dict[str, float]) -> Figure:
    ours = [one for one in results if one.case == row.get("case") and one.who == OURS and one.done and one.mode in (row.get("mode", one.mode),)]
    best = min(ours, key=lambda one: one.cpu, default=None)
    if "faster_than" in row:
        peer = next((one for one in results if one.case == row["case"] and f"{one.who} {one.mode}" == row["faster_than"] and one.done), None)
        ratio = peer.cpu / best.cpu if peer and best else None
        return Figure(row["what"], f">= {row['times']}x", ratio, None if ratio is None else ratio >= row["times"])
    value = counted.get(row["counted"]) if "counted" in row else best and getattr(best, row["value"])
    return Figure(row["what"], f"<= {row['at_most']}", value, None if value is None else value <= row["at_most"])


def facts() -> dict[str, str | int]:
    return {"machine": platform.machine(), "kernel": platform.release(), "cores": os.cpu_count() or 0, "python": platform.python_version()}


def save(results: list[Result], absent: dict[str, str], more: dict) -> None:
    """Writes everything there is so far; a reader never sees half of it."""
    part = RESULTS.with_suffix(".part")
    rows = [{**asdict(one), "verdict": one.verdict, "cpu_s": one.cpu, "peak_mb": one.peak_mb} for one in results if one.runs]
    part.write_text(json.dumps({"format": 2, "facts": facts(), "absent": absent, "results": rows, **more}, indent=1, ensure_ascii=False) + "\n")
    part.replace(RESULTS)
