"""What a peer said, as data: one Opinion for one question. Judges nothing and never touches our verdict."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

VERDICTS = ("compatible", "additions", "breaking", "error", "timeout", "absent")
KINDS = ("function", "variable", "type", "symbol", "constant", "library")
MOST_SAID = 600
"""Characters kept of what a peer says about one element; the rest is in its raw output."""


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that a peer speaks of. `kind` is one of KINDS, `name` a C name, for a member `struct.member`."""

    kind: str
    name: str
    says: str
    breaking: bool


@dataclass(frozen=True, slots=True)
class Headers:
    """The public headers of both versions: folders, and which files a program includes (none: all of them)."""

    old: Path
    new: Path
    entry: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one peer may use to answer one question: wall-clock seconds, and bytes and processes at any moment."""

    seconds: float = 600.0
    memory: int = 8 << 30
    output: int = 1 << 30
    processes: int = 64


@dataclass(frozen=True, slots=True)
class Opinion:
    """`verdict` is one of VERDICTS; `detail` says why there is none, or how the peer itself put it.

    `cpu_s` counts user and system time of the peer and all its children, `peak_bytes` their resident memory.
    `raw` is the folder with everything the peer wrote, if it was to be kept.
    """

    peer: str
    version: str
    mode: str
    verdict: str
    elements: tuple[Element, ...] = ()
    cpu_s: float = 0.0
    wall_s: float = 0.0
    peak_bytes: int = 0
    raw: Path | None = None
    detail: str = ""


def element(kind: str, name: str, says: str, breaking: bool) -> Element:
    """An element whose text is short enough to be shown."""
    says = " ".join(says.split())
    return Element(kind, name, says if len(says) <= MOST_SAID else says[:MOST_SAID] + " …", breaking)


def verdict_of(elements: tuple[Element, ...]) -> str:
    """What the elements amount to when the peer's own words do not say more."""
    if any(one.breaking for one in elements):
        return "breaking"
    return "additions" if elements else "compatible"
