"""The libraries that a library needs, found as the loader finds them, on this system. What is not found is said.

Read only when something depends on it: a symbol that a library lost may be in one that it needs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Mapping, Sequence

from ..model import AstraError, Image
from .library import call, read_image

SYSTEM = ("/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib")
MOST = 256


@dataclass(frozen=True)
class Neighbours:
    """Needed libraries in the order in which the loader searches them, and the names of those that are not here."""

    images: tuple[tuple[str, Path, Image], ...]
    missing: tuple[str, ...]


def find_neighbours(
    path: Path, beside: Sequence[Path] = (), instead: Mapping[str, Path] = MappingProxyType({}), also: Sequence[str] = (),
) -> Neighbours:
    """What a library or program needs, and what that needs: breadth first, each once. `instead` names files for names."""
    elf = call("read_elf", str(path))
    waiting = [(name, Path(path), elf) for name in (*elf["needed"], *also)]
    seen, images, missing = set(), [], []
    while waiting and len(seen) < MOST:
        name, by, owner = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        found = (instead[name], call("read_elf", str(instead[name]))) if name in instead else locate(name, by, owner, beside)
        if found is None:
            missing.append(name)
            continue
        place, elf = found
        images.append((name, place, read_image(elf, None)))
        waiting += [(other, place, elf) for other in elf["needed"]]
    return Neighbours(tuple(images), tuple(missing))


def locate(name: str, by: Path, owner: dict, beside: Sequence[Path]) -> tuple[Path, dict] | None:
    """The file that the loader would take for a name that some file needs."""
    for folder in ((Path(),) if "/" in name else (*beside, *run_paths(by, owner), by.resolve().parent, *system_folders(owner["machine"]))):
        place = folder / name
        if not place.is_file():
            continue
        try:
            elf = call("read_elf", str(place))
        except AstraError:
            continue  # a linker script, or a file that the loader would pass over too
        if (elf["machine"], elf["class"], elf["type"]) == (owner["machine"], owner["class"], "DYN"):
            return place, elf
    return None


def run_paths(by: Path, owner: dict) -> list[Path]:
    home = str(by.resolve().parent)
    search = (owner["runpath"] or owner["rpath"] or "").split(":")
    return [Path(re.sub(r"\$(\{ORIGIN\}|ORIGIN)", lambda _: home, part)) for part in search if part]


def system_folders(machine: str) -> list[Path]:
    """Folders of the system's loader; those of other machines cannot be mistaken, since every file is looked at."""
    listed = []
    for file in sorted(Path("/etc/ld.so.conf.d").glob("*.conf")):
        try:
            listed += [line.strip() for line in file.read_text().splitlines() if line.startswith("/")]
        except (OSError, UnicodeDecodeError):
            continue
    triplets = [f"{root}/{machine}-linux-gnu" for root in ("/lib", "/usr/lib")]
    return [Path(folder) for folder in dict.fromkeys((*listed, *triplets, *SYSTEM))]
