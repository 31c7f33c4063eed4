"""A release of a library with a header contract, frozen: what its headers said, what was declared, its symbols.

Made beside its place and moved there at the end, so that it is frozen whole or not at all. Refuses a build
that does not keep the contract. What is frozen is never edited.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from .load.baseline import MANIFEST
from .load.declared import FILE, RELEASES, load_declarations
from .load.existing import PROBES, RECORDING, Existing
from .load.snapshot import write_snapshot
from .load.source import SNAPSHOT
from .model import AstraError, Image
from .record import load_probes, record, write_recording
from .rules import judge, load_rules
from .stages import CANNOT_RUN, run_stages

OWN = ("declared", "exports", "build", "floor")
"""Stages that ask nothing of earlier releases."""


def freeze_release(folder: Path, library: Path, version: str, rules: Path, root: Path | None = None, place: Path | None = None, debug_file: Path | None = None) -> Path:
    """Freezes what a library and its headers are today; returns the folder made."""
    contract = load_declarations(folder)
    if version != contract.version:
        raise AstraError(f"the contract is of version {contract.version}, not {version}", str(folder / FILE), f"freeze {contract.version}, or raise the contract's version first")
    target = (place or folder / RELEASES) / version
    if target.exists():
        raise AstraError("this release is frozen already", str(target), "a frozen release is never edited; raise the version")
    existing = Existing(library, contract, root, place, debug_file)
    refuse_broken(existing, rules)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".freeze-") as scratch:
        draft = Path(scratch) / version
        write_release(existing, draft)
        os.replace(draft, target)
    return target


def refuse_broken(existing: Existing, rules: Path) -> None:
    """A frozen release is a promise, and one that is broken on its first day is none."""
    known = load_rules(rules)
    for result in run_stages(existing, OWN):
        if result.verdict == CANNOT_RUN:
            raise AstraError(f"{result.title}: {result.summary}", str(existing.path), result.remedy)
        for finding in judge(result.changes, known):
            if finding.severity == "breaking":
                raise AstraError(f"{finding.subject}: {finding.title}", str(existing.path), "run `astra-abi check`, mend what it names, then freeze")


def write_release(existing: Existing, draft: Path) -> None:
    draft.mkdir()
    folder = existing.contract.folder
    shutil.copyfile(folder / FILE, draft / FILE)
    if (folder / PROBES).is_dir():
        probes = load_probes(folder)
        shutil.copytree(folder / PROBES, draft / PROBES)
        write_recording(record(existing.path, probes, headers=existing.headers.include), draft / RECORDING)
    build = existing.build
    # Headers are what is promised, and the build was held against them: its own types need not be kept twice.
    whole = {"path": Path(build.path.name), "typed": None, "gaps": ()}
    build = type(build)(**{**{name: getattr(build, name) for name in build.__dataclass_fields__}, **whole})
    write_snapshot(draft / SNAPSHOT, existing.declared, build, "library", existing.contract.name, existing.contract.version)
    (draft / "symbols.txt").write_text(symbols_text(build.abi.image), "utf-8")
    rows = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(draft).as_posix()}\n"
        for path in sorted(draft.rglob("*")) if path.is_file()
    ]
    (draft / MANIFEST).write_text("".join(rows), "utf-8")


def symbols_text(image: Image) -> str:
    """The exported symbols as people read them."""
    return "".join(f"{name}@@{node}\n" if node and "@" not in name else f"{name}\n" for name, node in sorted(image.symbols.items()))
