"""The gate's score on mutants of three headers, as `astra-abi mutate` gives it. Not timed; goes on where it was interrupted.

A journal is that of one state of the gate: another one begins anew.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import astra_abi
import corpus
from contestants import ABI

ROOT = corpus.ROOT
PARTS = (("breaking", "blocked"), ("compatible", "passed"), ("risky", "told"), ("sources", "source_right"))
SAMPLE = 200
"""Of each header, in a quick run."""


@dataclass(frozen=True)
class Mutated:
    """The score of one header. `wrong` counts mutants that were judged wrongly, or of which nothing could be said."""

    name: str
    kinds: int
    total: dict
    wrong: int
    said: str = ""

    def line(self) -> str:
        if not self.total:
            return f"  {self.name:26}NOT MEASURED: {self.said}"
        shares = ", ".join(f"{part} {self.total[right]}/{self.total[part]}" for part, right in PARTS)
        return f"  {self.name:26}{self.total['built']} of {self.kinds} kinds: right on {shares}"


def subjects() -> dict[str, list[str]]:
    """The headers: Astra's own, and two of the corpus."""
    found = {"Astra's contract": ["--contract", str(ROOT / "spec")]}
    for name in ("zlib/1.2.13", "sqlite3/3.40.1"):
        (release,) = corpus.releases([name])
        header = release.include / release.recipe["entry"][0]
        found[f"{header.name} {release.version}"] = ["--header", str(header)]
    return found


def state_of_gate() -> str:
    """A digest of everything that decides what the gate says: its package, its extension, its rules."""
    package = Path(astra_abi.__file__).parent
    files = sorted(path for folder in (package, ROOT / "compat") for path in folder.rglob("*") if path.suffix in (".py", ".so", ".toml", ".json", ".h"))
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()[:16]


def mutate(name: str, words: list[str], quick: bool) -> Mutated:
    journal = corpus.BENCH / "mutants" / state_of_gate() / f"{hashlib.sha256(name.encode()).hexdigest()[:8]}.jsonl"
    journal.parent.mkdir(parents=True, exist_ok=True)
    more = ["--sample", str(SAMPLE)] if quick else []
    done = subprocess.run([ABI, "mutate", *words, "--resume", str(journal), "--format", "json", *more], stdout=subprocess.PIPE, stderr=None, text=True)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return Mutated(name, 0, {}, 1, f"ended with {done.returncode}")
    return Mutated(name, len(report["kinds"]), report["total"], len(report["misses"]) + len(report["unlabelled"]))


def mutate_all(quick: bool, say) -> list[Mutated]:
    found = []
    for name, words in subjects().items():
        say(f"mutants of {name}")
        found.append(mutate(name, words, quick))
        sys.stdout.flush()
    return found
