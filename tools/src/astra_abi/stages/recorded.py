"""What the probe programs of frozen releases give with this library, against what they gave when it was frozen. Runs code."""

from __future__ import annotations

from pathlib import Path

from ..compare import Change, compare
from ..load.existing import PROBES, RECORDING, Existing
from ..record import Recording, load_probes, read_recording, record
from . import NOT_DECLARED, Result, found

TITLE = "recorded behaviour"


def run(subject: Existing) -> Result:
    folders = recordings(subject)
    if not folders:
        return Result("", NOT_DECLARED, "nothing is recorded; write probes/ and run `astra-abi record`")
    changes: dict[tuple, Change] = {}
    known: list[tuple[dict[str, str], Recording]] = []
    for folder in folders:
        probes = load_probes(folder)
        given = {f"{probe.name}/{case.name}": case.given for probe in probes for case in probe.cases}
        new = next((recording for asked, recording in known if asked == given), None)
        if new is None:  # releases mostly share their probes, and one run answers for all of them
            new = record(subject.path, probes, headers=subject.headers.include, strict=False, progress=subject.progress)
            known.append((given, new))
        for change in compare(read_recording(folder / RECORDING).abi, new.abi):
            changes.setdefault(change.identity, change)
    missing = dict.fromkeys(sentence for _, recording in known for sentence in recording.missing)
    ran = sum(len(recording.cases) for _, recording in known)
    notes = [f"{ran} cases run, compared with {', '.join(folder.name for folder in folders)}"]
    return found(tuple(changes.values()), "; ".join([*notes, *(f"not kept from the probes: {sentence}" for sentence in missing)]))


def recordings(subject: Existing) -> list[Path]:
    """Folders with probes and what they gave: releases of this line, or else the contract itself."""
    line = subject.contract.promised_line
    folders = [release.source.path for release in subject.releases if release.line == line] or [subject.contract.folder]
    return [folder for folder in folders if (folder / RECORDING).is_file() and (folder / PROBES).is_dir()]
