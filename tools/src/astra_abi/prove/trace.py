"""The program interpreter binds a consumer and says what it cannot bind. Only it runs: no code of any library does.

What it did not say to its end is refused, never taken for agreement.
"""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..contained import Ended, run
from ..load.library import call
from .consumer import not_proved

SECONDS = 60.0
LOADER = r"/ld(64)?(-linux[^/]*)?\.so\.\d+$"
"""How glibc's program interpreter is called, on every machine."""
GRIEF = (-signal.SIGFPE, -signal.SIGSEGV, -signal.SIGABRT)
"""Ways in which the loader ends when it comes to grief without a word."""


@dataclass(frozen=True)
class Said:
    """What the loader printed, in parts."""

    lost_nodes: frozenset[str] = frozenset()
    undefined: frozenset[tuple[str, str | None]] = frozenset()
    unversioned: bool = False
    aborted: bool = False
    not_found: tuple[str, ...] = ()
    places: dict[str, str] = field(default_factory=dict)


def said_of(folder: Path, name: str, new: Path) -> Said:
    """What the loader says when the consumer in `folder` meets the new library by the name of the old one."""
    ended, interpreter = trace(folder, new)
    said = listen(f"{ended.out}\n{ended.err}", folder / "consumer")
    if ended.code in GRIEF:
        said = replace(said, aborted=True)
    refuse_silence(said, ended, folder, name, new, interpreter)
    return said


def trace(folder: Path, new: Path) -> tuple[Ended, str]:
    """Has the program interpreter bind the consumer, and nothing more."""
    interpreter = call("read_elf", str(folder / "consumer"))["interpreter"]
    if not re.search(LOADER, interpreter or ""):
        raise not_proved(f"the loader of this system ({interpreter}) is not glibc's", new, "compare on a system with glibc")
    environment = {
        "LD_LIBRARY_PATH": ":".join(map(str, (folder / "new", *near(new)))),
        "LD_TRACE_LOADED_OBJECTS": "1", "LD_BIND_NOW": "1", "LD_WARN": "yes", "LC_ALL": "C",
    }
    return run((interpreter, str(folder / "consumer")), cwd=folder, environment=environment, seconds=SECONDS), interpreter


def near(new: Path) -> tuple[Path, ...]:
    """Where the new library looks for others: a link to it must not change that."""
    elf, home = call("read_elf", str(new)), new.resolve().parent
    search = [part for part in (elf["runpath"] or elf["rpath"] or "").split(":") if part.startswith(("$ORIGIN", "${ORIGIN}"))]
    origin = [home / re.sub(r"^\$(\{ORIGIN\}|ORIGIN)/?", "", part) for part in search]
    return tuple(place for place in (*origin, home) if ":" not in str(place) and ";" not in str(place))


LOST_NODE = re.compile(r": version `(.*)' not found \(required by (.*)\)$")
UNVERSIONED = re.compile(r": no version information available \(required by (.*)\)$")
UNDEFINED_SYMBOL = re.compile(r"^undefined symbol: (.*?)(?:, version (.*?))?\t\((.*)\)$")
ELSEWHERE = re.compile(r"^symbol (.*), version (.*) not defined in file (.*) with link time reference\t\((.*)\)$")
PLACE = re.compile(r"^\t(\S+) => (.+?)(?: \(0x[0-9a-f]+\))?$")


def listen(text: str, consumer: Path) -> Said:
    """What a trace says of the consumer; what it says of the libraries among themselves is not asked."""
    lost, undefined, places, not_found = set(), set(), {}, []
    unversioned = aborted = False
    for line in text.splitlines():
        if found := LOST_NODE.search(line):
            if same(found[2], consumer):
                lost.add(found[1])
        elif found := UNVERSIONED.search(line):
            unversioned |= same(found[1], consumer)
        elif found := UNDEFINED_SYMBOL.match(line):
            if same(found[3], consumer):
                undefined.add((found[1], found[2]))
        elif found := ELSEWHERE.match(line):
            if same(found[4], consumer):
                undefined.add((found[1], found[2]))
        elif found := PLACE.match(line):
            places[found[1]] = found[2]
            if found[2] == "not found":
                not_found.append(found[1])
        elif line.startswith("Inconsistency detected by ld.so"):
            aborted = True
    return Said(frozenset(lost), frozenset(undefined), unversioned, aborted, tuple(not_found), places)


def same(said: str, consumer: Path) -> bool:
    return Path(said).name == consumer.name and (not said.startswith("/") or Path(said) == consumer)


def refuse_silence(said: Said, ended: Ended, folder: Path, name: str, new: Path, interpreter: str) -> None:
    """A trace that did not come to its end, or that bound the consumer to something else, proves nothing."""
    if said.not_found:
        raise not_proved(f"{', '.join(said.not_found)}, which it needs, is not found here", new, "install what it needs, or compare without --prove")
    if said.places.get(name) != str(folder / "new" / name):
        what = ended.err.strip().splitlines() or [f"it {ended.manner}"]
        raise not_proved(f"{interpreter} did not load it: {what[0][:300]}", new, "see to it that it loads, or compare without --prove")
    if ended.code not in (0, 1) and not said.aborted:
        raise not_proved(f"{interpreter} {ended.manner}", new, "compare without --prove")
