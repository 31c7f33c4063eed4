"""What `make bench-gate` measured, as a page: `python tests/bench/gate/evidence.py > docs/evidence/gate.md` after it."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any, Iterator

import truth
from contestants import Measured
from figures import RESULTS, TOLD
from timing import Result, fastest

PEERS = Path(__file__).resolve().parents[3] / "build" / "peers-venv" / "bin"
TOOLS = ("abidiff", "abi-dumper", "abi-compliance-checker", "abicheck")


def row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def table(head: list[str], rows: list[list[object]]) -> Iterator[str]:
    yield row(*head)
    yield row(*["---"] * len(head))
    yield from (row(*cells) for cells in rows)
    yield ""


def page(measured: dict[str, Any], commit: str, note: str = "") -> Iterator[str]:
    facts = measured["facts"]
    yield "# The gate beside its peers"
    yield ""
    yield f"`make bench-gate` at {commit}, one run: {facts['machine']}, {facts['cores']} cores, Python {facts['python']}."
    yield f"Peers: {'; '.join(versions())}. Everybody in turn, round by round; CPU seconds are medians with their range, children included."
    yield "What was to be had but is not here: " + ("; ".join(f"{name} ({why})" for name, why in measured["absent"].items()) or "nothing") + "."
    if note:
        yield note
    yield ""
    yield from section("Figures to reach", ["figure", "wanted", "measured", ""], [
        [one["what"], one["wanted"], "" if one["value"] is None else f"{one['value']:.3g}", TOLD[one["reached"]]]
        for one in measured["figures"]
    ])
    results = [result(one) for one in measured["results"]]
    yield from section("Verdicts on all pairs", ["who, mode", "pairs", "false breaks", "missed breaks", "no verdict"], verdicts(results))
    yield "Truth is what `tests/bench/gate/truth.toml` says of the pairs with their contracts. Without one a break may be a fair question."
    yield ""
    for title, lines in measured.get("told", {}).items():
        yield f"## {title[0].upper()}{title[1:]}"
        yield ""
        yield from (f"- {' '.join(line.split())}" for line in lines)
        yield ""
    cases: dict[str, list[Result]] = defaultdict(list)
    for one in results:
        cases[one.case].append(one)
    for case, rows in cases.items():
        yield from section(case, ["who, mode", "CPU s", "range", "MB", "ratio", "runs", "verdict"], list(timed(rows)))


def section(title: str, head: list[str], rows: list[list[object]]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield from table(head, rows)


def result(one: dict[str, Any]) -> Result:
    found = Result(one["case"], one["who"], one["mode"])
    found.runs += [Measured(**{**run, "found": tuple(map(tuple, run["found"]))}) for run in one["runs"]]
    return found


def verdicts(results: list[Result]) -> list[list[object]]:
    pairs = [one for one in results if "→" in one.case]
    return [[name, one.pairs, one.false_breaks, one.missed_breaks, one.silent] for name, one in truth.tallies(pairs).items()]


def timed(rows: list[Result]) -> Iterator[list[object]]:
    """Ratios are to our fastest mode that gave an answer."""
    best = fastest(rows)
    for one in rows:
        spread = [run.cpu_s for run in one.runs]
        ratio = f"{one.cpu / best.cpu:.1f}x" if best and one.done else ""
        yield [f"{one.who} {one.mode}", f"{one.cpu:.3f}", f"{min(spread):.3f} to {max(spread):.3f}", f"{one.peak_mb:.0f}", ratio, len(spread), one.verdict]


def versions() -> list[str]:
    found = []
    for name in TOOLS:
        program = shutil.which(name, path=f"{PEERS}:/usr/local/bin:/usr/bin:/bin")
        said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.strip().splitlines()[:1] if program else ["absent"]
        found.append(f"{name}: {said[0] if said else 'unknown'}")
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commit", default="", help="what was measured; else HEAD")
    parser.add_argument("--note", default="", help="what else a reader must know of the run")
    head = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=Path(__file__).parent).stdout.strip()
    chosen = parser.parse_args()
    print("\n".join(page(json.loads(RESULTS.read_text()), chosen.commit or head, chosen.note)))
