"""The figures that the runtime must reach, from the works' own FIGURES, each with what was measured.

A figure names the threads, the peers whose fastest counts (or "limit", or "astra" with another number of threads), and
what the ratio of times must be at least: of the geometric mean over the cases, or in each case.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from contestant import load_work
from rounds import OURS, Ratio, Result, best

TOLD = {True: "reached", False: "MISSED", None: "not measured"}


@dataclass(frozen=True)
class Figure:
    what: str
    wanted: str
    value: float | None
    reached: bool | None
    note: str = ""

    def line(self) -> str:
        return f"  {self.what:74}{self.wanted:>10}  {'' if self.value is None else format(self.value, '.3g'):>8}  {TOLD[self.reached]}  {self.note}"


def figures(results: list[Result]) -> list[Figure]:
    by_work: dict[str, list[Result]] = defaultdict(list)
    for one in results:
        by_work[one.work].append(one)
    return [figure(row, found) for work, found in by_work.items() for row in load_work(work).FIGURES]


def figure(row: dict, found: list[Result]) -> Figure:
    ratios = {case: ratio for case in dict.fromkeys(one.case for one in found) if (ratio := ratio_of(row, [one for one in found if one.case == case]))}
    chosen = {case: ratio for case, ratio in ratios.items() if case in row.get("cases", ratios)}
    wanted = row["at_least"] if "at_least" in row else row["at_most_ns"]
    if not chosen:
        return Figure(row["what"], f"{wanted}", None, None)
    if "at_most_ns" in row:
        value = max(chosen.values())
        return Figure(row["what"], f"<= {wanted} ns", value, value <= wanted)
    if row.get("of") == "geometric mean":
        value = math.exp(sum(map(math.log, chosen.values())) / len(chosen))
        return Figure(row["what"], f">= {wanted}x", value, value >= wanted, f"geometric mean of {len(chosen)} cases")
    worst = min(chosen, key=chosen.get)
    return Figure(row["what"], f">= {wanted}x", chosen[worst], chosen[worst] >= wanted, f"at worst, in {worst}" if len(chosen) > 1 else "")


def ratio_of(row: dict, found: list[Result]) -> float | None:
    """How many times as long as ours the fastest of the peers needs, or our own nanoseconds."""
    threads = row.get("threads", 1)
    ours = best([one for one in found if one.threads == threads], OURS)
    if ours is None:
        return None
    if "at_most_ns" in row:
        return ours.median
    if "over_threads" in row:
        peers = [best([one for one in found if one.threads == row["over_threads"]], OURS)]
    else:
        peers = [best([one for one in found if one.threads == threads], name) for name in row["peers"]]
    return min((Ratio.of(one, ours).median for one in peers if one), default=None)
