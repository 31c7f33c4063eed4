"""What a library does: the conformance run that several stages share, kept by content when asked.

A kept result is used only if the library, the suite, the goldens, the contract and this package are all
byte-equal to those that gave it. It is labelled wherever it is shown.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .load.library import refuse_foreign
from .model import AstraError, Outcome

if TYPE_CHECKING:
    from .conform import ConformReport
    from .stages import Subject


@dataclass(frozen=True)
class Observation:
    report: ConformReport
    kept: bool

    @property
    def label(self) -> str:
        return " (kept from an unchanged build)" if self.kept else ""


def observe(subject: Subject) -> Observation:
    """Runs the suite on the subject's library once; later callers get the same observation."""
    if subject.observed is None:
        try:
            subject.observed = kept_or_run(subject)
        except AstraError as error:
            subject.observed = error
    if isinstance(subject.observed, AstraError):
        raise subject.observed
    return subject.observed


def kept_or_run(subject: Subject) -> Observation:
    from .conform import ConformReport, run

    refuse_foreign(subject.library)
    place = subject.keep / f"{key(subject)}.json" if subject.keep else None
    if place and place.is_file():
        try:
            return Observation(decode(json.loads(place.read_text("utf-8")), ConformReport), True)
        except (ValueError, KeyError, TypeError, AttributeError, OSError):
            pass  # half written by a run that was killed, or edited: run again
    report = run(
        subject.path, subject.contract, subject.project.conformance, subject.project.golden,
        progress=lambda done, total, _case: subject.progress("conformance", done, total), timeout_s=subject.time_limit,
    )
    if place:
        write_whole(place, json.dumps(dataclasses.asdict(report), indent=1))
    return Observation(report, False)


def decode(data: dict, kind: type) -> ConformReport:
    data["promises"] = {name: Outcome(**outcome) for name, outcome in data["promises"].items()}
    return kind(**data)


def write_whole(path: Path, text: str) -> None:
    """Writes a file so that a reader sees all of it or nothing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            file.write(text)
        os.replace(file.name, path)
    except OSError as error:
        raise AstraError(f"results cannot be kept: {error}", str(path.parent), "give --keep a folder that can be written") from error


def key(subject: Subject) -> str:
    """A hash of everything that the observation depends on."""
    digest = hashlib.sha256(subject.path.read_bytes())
    project = subject.project
    for folder in (project.contract, project.conformance, project.golden, Path(__file__).parent):
        for path in sorted(folder.rglob("*")) if folder else ():
            if path.is_file() and path.suffix in (".toml", ".json", ".py", ".so") and "_data" not in path.parts:
                digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]
