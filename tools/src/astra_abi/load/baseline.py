"""Frozen releases -> the ABI model. Refuses a baseline of which one byte has changed.

A baseline folder is named by its version and holds the contract's own files with their schemas, the
header, symbols, layouts and golden digests; MANIFEST lists the SHA-256 of each.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from ..layout import known_at
from ..model import Abi, AstraError, Behaviour, Image, Version
from .contract import load_contract
from .intake import read_text, read_whole

MANIFEST = "MANIFEST"


def find_baselines(folder: Path) -> list[Path]:
    """The baselines in a folder, oldest first; the folder itself if it is one."""
    if (folder / MANIFEST).is_file():
        return [folder]
    found = []
    for place in folder.iterdir() if folder.is_dir() else ():
        try:
            found.append((Version.parse(place.name).key, place))
        except ValueError:
            raise AstraError("is not a baseline: its name is not a version", str(place), "keep only frozen releases here") from None
    return [place for _, place in sorted(found)]


def verify(folder: Path) -> None:
    """Compares every file with the manifest and names the first that differs, is missing, or is too many."""
    remedy = "restore the folder from version control; a frozen release is never edited"
    try:
        rows = [line.split("  ", 1) for line in read_text(folder / MANIFEST).splitlines()]
        listed = {name: digest for digest, name in rows}
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise AstraError(f"the baseline's MANIFEST cannot be read: {error}", str(folder), remedy) from error
    present = {
        path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    for name in sorted(set(listed) | set(present)):
        if name not in present:
            raise AstraError("a file of the baseline is missing", str(folder / name), remedy)
        if name not in listed:
            raise AstraError("a file was added to the baseline", str(folder / name), remedy)
        if hashlib.sha256(read_whole(present[name])).hexdigest() != listed[name]:
            raise AstraError("the baseline is corrupt: this file is not the one that was frozen", str(folder / name), remedy)


def load_baseline(folder: Path) -> Abi:
    """The model of a frozen release, with its symbols and golden digests."""
    verify(folder)
    abi = load_contract(folder / "spec", folder / "spec" / "schema")
    layouts = json.loads(read_text(folder / "layouts.json"))
    if layouts != known_at(abi, abi.version):
        raise AstraError(
            "this gate reads other layouts from the frozen contract than were frozen with it", str(folder / "layouts.json"),
            "use the astra-abi that froze it, or report this as a defect of the gate",
        )
    rows = read_text(folder / "symbols.txt").split()
    symbols = dict(row.split("@@", 1) for row in rows)
    goldens = json.loads(read_text(folder / "goldens.json"))
    return replace(
        abi, origin=f"baseline {abi.version}", image=replace(abi.image or Image(), symbols=symbols, closed=False),
        behaviour=Behaviour(goldens=goldens),
    )
