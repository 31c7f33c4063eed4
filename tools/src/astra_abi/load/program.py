"""A program -> what it takes from shared libraries: symbols with their versions, the ways it uses them, and copies.

A plugin or a library that uses another one is a program here, too. Refuses what is not linked dynamically.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..model import AstraError, Taken
from .library import call

REMEDY = "name a program (or a library) that is linked to the library"


@dataclass(frozen=True)
class Program:
    """`taken` pairs each symbol with the file whose version it names, if it names one.

    `needs` are the version nodes that are checked when it starts: (library, node, whether only weak references want it).
    """

    path: Path
    machine: str
    bits: int
    needed: tuple[str, ...]
    taken: tuple[tuple[str | None, Taken], ...]
    needs: tuple[tuple[str, str, bool], ...]
    interpreter: str | None
    binds_now: bool
    runnable: bool


def load_program(path: Path) -> Program:
    """Reads a program or library as one that uses others."""
    path = Path(path)
    if not path.is_file():
        raise AstraError("no such file", str(path), REMEDY)
    elf = call("read_elf", str(path))
    if elf["type"] not in ("DYN", "EXEC"):
        raise AstraError(f"is not a program but of type {elf['type']}", str(path), REMEDY)
    if not elf["needed"]:
        raise AstraError("is not linked to any shared library", str(path), REMEDY)
    document = call("read_references", str(path))
    if not document["known_machine"]:
        raise AstraError(f"its relocations cannot be read: this reader does not know those of {elf['machine']}", str(path), "judge it on another machine")
    needs = {(item["library"], item["version"]): item for item in elf["version_needs"]}
    taken = tuple(take(item, needs) for item in document["references"])
    return Program(
        path, elf["machine"], elf["class"], tuple(elf["needed"]), taken,
        tuple((item["library"], item["version"], item["weak"]) for item in elf["version_needs"]), elf["interpreter"],
        elf["binds_now"], elf["interpreter"] is not None,
    )


def take(item: dict, needs: dict[tuple[str, str], dict]) -> tuple[str | None, Taken]:
    need = needs.get((item["library"], item["version"]), {})
    taken = Taken(
        item["name"], item["version"], frozenset(item["uses"]), item["type"], item["size"], item["bind"] == "weak",
        bool(need.get("weak")), bool(need.get("hidden")),
    )
    return item["library"], taken
