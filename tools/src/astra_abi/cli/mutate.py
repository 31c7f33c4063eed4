"""`astra-abi mutate`: single-step changes of a header, labelled by running an old program, and what the gate says of each."""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path

import click

PLACE = click.Path(path_type=Path)


@click.command()
@click.option("--contract", type=PLACE, metavar="DIR", help="A contract: its header is mutated; else astra-abi.toml's.")
@click.option("--header", "headers", type=PLACE, multiple=True, metavar="FILE", help="A header instead; may be given again.")
@click.option("--include", "-I", type=PLACE, multiple=True, metavar="DIR", help="Where headers find other headers.")
@click.option("--kind", "pattern", default="*", metavar="GLOB", help="Only the kinds of steps whose names match.")
@click.option("--sample", type=click.IntRange(1), metavar="N", help="So many mutants of each header, evenly over the kinds.")
@click.option("--seed", type=int, default=0, show_default=True, help="Chooses other places.")
@click.option("--jobs", type=click.IntRange(1, 256), help="How many run at once; else one for each processor.")
@click.option("--resume", type=PLACE, metavar="FILE", help="A journal of results: those in it are not made again.")
@click.option("--keep", type=PLACE, metavar="DIR", help="Keeps the sources of mutants that were judged wrongly.")
@click.option("--prove-labels", is_flag=True, help="Label pairs of which the label is known, instead of mutants.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(contract, headers, include, pattern, sample, seed, jobs, resume, keep, prove_labels, form) -> None:
    """Make single-step changes of a header, build them, run an old program on each, and score the gate by that.

    Exits with 0 if every breaking mutant is blocked and every compatible one passes, 1 if one is judged wrongly,
    2 if a header cannot be mutated. Builds and runs only what it generates itself.
    """
    from ..model import AstraError
    from ..mutate.score import Score

    if prove_labels:
        sys.exit(labels_proven(pattern))
    if contract and headers:
        raise AstraError("--contract and --header exclude each other", "", "give one of them")
    results = []
    for place in headers or (header_of(contract),):
        results += tried(place, include, pattern, sample, seed, jobs, resume, keep, form == "json")
    score = Score.of(results)
    print(score.json() if form == "json" else score.text())
    sys.exit(score.exit_code)


def labels_proven(pattern: str) -> int:
    """Prints what is said of each planted pair; 1 if a label is wrong."""
    import tempfile
    from fnmatch import fnmatchcase

    from ..model import AstraError
    from ..mutate.planted import load_planted, prove

    pairs = [pair for pair in load_planted() if fnmatchcase(pair.name, pattern)]
    if not pairs:
        raise AstraError(f"no planted pair matches '{pattern}'", "", "leave out --kind")
    with tempfile.TemporaryDirectory(prefix="astra-planted-") as folder:
        proofs = [prove(pair, Path(folder)) for pair in pairs]
    for proof in proofs:
        print(proof)
    print(f"\n{sum(proof.right for proof in proofs)} of {len(proofs)} planted pairs are labelled as is known")
    return int(not all(proof.right for proof in proofs))


def header_of(contract: Path | None) -> Path:
    from ..load.declared import headers_of, is_header_contract, load_declarations
    from ..model import AstraError
    from ..project import find_project

    if contract and is_header_contract(contract):
        return headers_of(load_declarations(contract)).files[0]
    project = find_project(contract)
    if not project.header:
        raise AstraError("has no generated header beside it", str(contract), "run `astra-abi generate`, or give --header")
    return project.header


def tried(place, include, pattern, sample, seed, jobs, resume, keep, silent) -> list:
    import os
    import tempfile

    from ..mutate import Bench, original, plan, try_all
    from ..report.progress import Progress

    with tempfile.TemporaryDirectory(prefix="astra-mutants-") as folder, Progress(silent) as progress:
        work = Path(folder)
        abi = original(place, tuple(include), work / "original")
        mutants = plan(abi, pattern, seed, sample)
        progress.stage(f"mutants of {place.name}")
        bench = Bench(work, abi, gate, keep)
        return [
            (place.name, result)
            for result in try_all(bench, mutants, jobs or os.cpu_count() or 1, resume, lambda done, total: progress.update(f"mutants of {place.name}", done, total))
        ]


def gate(old_library: Path, old_headers: Path, new_library: Path, new_headers: Path):
    """The verdict of `diff` on two builds with their headers, as a user gets it. The old side is read once."""
    import gc

    from ..load.surroundings import surround
    from ..model import AstraError
    from ..mutate import Ruling
    from .diff import command as diff
    from .diff import compared

    how = diff.make_context("diff", [str(old_library), str(new_library)]).params
    gc.disable()
    try:
        sides = side(old_library, old_headers), side.__wrapped__(new_library, new_headers)
        verdict = compared(sides[0], surround(*sides), None, (), "breaking", "text", how).verdict
    except AstraError as error:
        return Ruling(2, (error.what,))
    finally:
        gc.enable()
    found = [finding for _, finding in verdict.findings]
    rules = tuple(sorted({finding.rule for finding in found})) or (verdict.sentence,)
    return Ruling(verdict.exit_code, rules, worst(finding.severity for finding in found), worst(finding.source for finding in found))


def worst(levels) -> str:
    return max(levels, key=("compatible", "risky", "breaking").index, default="compatible")


@lru_cache(maxsize=8)
def side(library: Path, headers: Path):
    from ..load.source import Reading, read_source

    return read_source(library, Reading(headers))
