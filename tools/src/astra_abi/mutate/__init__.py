"""Single-step changes of a header, built for real, labelled by old programs that run on them, and judged by the gate.

Owns the workers and the journal. A label follows from runs and from compilers; what the gate says never changes one.
"""

from __future__ import annotations

import gc
import hashlib
import json
import multiprocessing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Callable, Iterator

from ..load.intake import read_text
from .bench import PASSING, Bench, Judge, Result, Ruling
from .original import original
from .plan import Mutant, load_kinds, plan, with_nodes
from .print import header

__all__ = ["Bench", "Judge", "Mutant", "Result", "Ruling", "load_kinds", "original", "plan", "try_all", "with_nodes"]

BENCH: Bench | None = None
FORMAT = "2"
"""Of journals: results of another one are not taken over."""


def attempt(numbered: tuple[Mutant, str]) -> Result:
    mutant, key = numbered
    try:
        result = BENCH.attempt(mutant)
        return result if result.key == PASSING else replace(result, key=key)
    finally:
        gc.collect(1)


def try_all(bench: Bench, mutants: list[Mutant], jobs: int, journal: Path | None, report: Callable[[int, int], None]) -> Iterator[Result]:
    """Every mutant's result. What a journal holds of the same header is taken from there."""
    global BENCH
    text = header(bench.abi)
    keyed = [(mutant, hashlib.sha256(f"{FORMAT}\0{text}\0{mutant}\0{mutant.start}".encode()).hexdigest()[:24]) for mutant in mutants]
    known = read_journal(journal)
    found = [known[key] for _, key in keyed if key in known]
    waiting = [(mutant, key) for mutant, key in keyed if key not in known]
    yield from found
    done = len(found)
    for start in sorted({mutant.start for mutant, _ in waiting}):
        bench.prepare(start)
    BENCH = bench
    gc.collect()
    gc.freeze()  # workers share what is known by now, and never look through it
    with multiprocessing.get_context("fork").Pool(jobs, maxtasksperchild=40) as pool:
        for result in pool.imap_unordered(attempt, waiting):
            done += 1
            report(done, len(keyed))
            if journal and result.key != PASSING:
                with journal.open("a") as file:
                    file.write(json.dumps(asdict(result)) + "\n")
            yield result
    gc.unfreeze()


def read_journal(journal: Path | None) -> dict[str, Result]:
    """Results by key. A line that a killed run left unfinished is left out."""
    found = {}
    for line in read_text(journal).splitlines() if journal and journal.is_file() else ():
        try:
            row = json.loads(line)
            ruling = row["ruling"] and Ruling(**{**row["ruling"], "rules": tuple(row["ruling"]["rules"])})
            found[row["key"]] = Result(**{**row, "ruling": ruling})
        except (ValueError, KeyError, TypeError):
            continue
    return found
