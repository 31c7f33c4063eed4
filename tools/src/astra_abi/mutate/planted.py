"""Pairs of headers of which everybody knows what they do to old programs: the labels are tried on them.

Pairs are files of the folder `pairs`; there is no list. Refuses nothing: a pair that cannot be labelled is wrong.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from .bench import Bench, Ruling
from .label import UNLABELLED
from .original import faithful, original, read, reread

FOLDER = Path(__file__).parent / "pairs"


@dataclass(frozen=True)
class Planted:
    """Two headers, what is known of the step between them, and what became of it."""

    name: str
    title: str
    old: str
    new: str
    label: str
    source: str


@dataclass(frozen=True)
class Proof:
    """What the labeller says of a pair, and why."""

    planted: Planted
    label: str
    why: str
    source: str
    word: str

    @property
    def right(self) -> bool:
        return (self.label, self.source) == (self.planted.label, self.planted.source)

    def __str__(self) -> str:
        known = f"{self.planted.label}, a client {self.planted.source}"
        if self.right:
            return f"{self.planted.name:28} {known}"
        found = f"{self.label} ({self.why or 'an old program notices nothing'}), a client {self.source or 'is not compiled'} ({self.word or 'nothing is said'})"
        return f"{self.planted.name:28} {known}\n  WRONG: labelled {found}"


def load_planted(folder: Path = FOLDER) -> list[Planted]:
    pairs = ((path.stem, tomllib.loads(path.read_text("utf-8"))) for path in sorted(folder.glob("*.toml")))
    return [Planted(name, pair["title"], pair["old"]["header"], pair["new"]["header"], pair["label"], pair["source"]) for name, pair in pairs]


def prove(planted: Planted, work: Path) -> Proof:
    """Labels a pair as mutants are labelled."""
    files = {}
    for side, text in (("old", planted.old), ("new", planted.new)):
        files[side] = work / planted.name / f"{side}.h"
        files[side].parent.mkdir(parents=True, exist_ok=True)
        files[side].write_text(text)
    old = original(files["old"], (), work / planted.name / "printed-old")
    new = faithful(read(files["new"]), str(files["new"]), work / planted.name / "printed-new")
    bench = Bench(work / planted.name, old, lambda *_: Ruling(2))
    bench.prepare("plain")
    folder = work / planted.name / "mutant"
    folder.mkdir()
    label, why, source, word = bench.weigh("plain", old, new, reread(new, folder / "include"), folder)
    return Proof(planted, label, why, source if label != UNLABELLED else "", word)
