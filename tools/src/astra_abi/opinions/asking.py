"""The frame of one question to one peer: room, limits, clock, and every way to fail turned into an Opinion."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Callable

from . import child
from .opinion import Element, Headers, Limits, Opinion


class Refused(Exception):
    """The peer gave no usable answer. Carries the verdict, "error" or "timeout", and why."""

    def __init__(self, verdict: str, why: str) -> None:
        super().__init__(why)
        self.verdict, self.why = verdict, why


@dataclass
class Asked:
    """One question while it is being answered: all its commands share the room and the time."""

    path: Path
    room: Path
    limits: Limits
    begin: float = field(default_factory=time.monotonic)
    cpu_s: float = 0.0
    peak_bytes: int = 0

    def run(self, command: list[str], name: str, also: dict[str, str] | None = None) -> child.Ran:
        """Runs one of the peer's commands; refuses when it did not come to an end by itself."""
        left = self.limits.seconds - (time.monotonic() - self.begin)
        ran = child.run(command, self.room, replace(self.limits, seconds=max(left, 0.1)), name, also)
        self.cpu_s += ran.cpu_s
        self.peak_bytes = max(self.peak_bytes, ran.peak_bytes)
        if ran.ended == "timeout":
            raise Refused("timeout", f"{name}: no answer after {self.limits.seconds:g} s")
        if ran.ended != "exited":
            raise self.refuse(f"{name}: {ran.said}")
        return ran

    @staticmethod
    def refuse(why: str) -> Refused:
        return Refused("error", why)


Work = Callable[[Asked], tuple[str, tuple[Element, ...], str]]


def asking(
    peer: str, mode: str, find: Callable[[], Path | str], version: Callable[[Path, Path], str], work: Work,
    headers: Headers | None, limits: Limits, keep: Path | None,
) -> Opinion:
    """Puts the question and gives the answer as an Opinion, whatever happens.

    `work` gives verdict, elements and the peer's own words. `keep` is a folder for everything the peer writes.
    """
    path = find()
    if isinstance(path, str):
        return Opinion(peer, "", mode, "absent", detail=path)
    if mode != "default" and headers is None:
        return Opinion(peer, "", mode, "absent", detail="this mode needs the headers of both versions")
    room = Path(tempfile.mkdtemp(prefix=f"astra-{peer}-"))
    asked = Asked(path, room, limits)
    elements: tuple[Element, ...] = ()
    try:
        verdict, elements, detail = work(asked)
    except Refused as refused:
        verdict, detail = refused.verdict, refused.why
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, SyntaxError, RecursionError) as error:
        # A peer's output is not ours to trust: whatever a parser trips over is the peer's error, and is told.
        verdict, detail = "error", f"its output could not be read: {type(error).__name__}: {error}"
    wall = time.monotonic() - asked.begin
    try:
        known = version(path, room)
        raw = kept(room, keep)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return Opinion(peer, known, mode, verdict, elements, asked.cpu_s, wall, asked.peak_bytes, raw, detail)


def kept(room: Path, keep: Path | None) -> Path | None:
    if keep is None:
        return None
    keep.mkdir(parents=True, exist_ok=True)
    for path in sorted(room.iterdir()):
        if path.is_file() and not path.is_symlink():
            shutil.copyfile(path, keep / path.name)
    return keep
