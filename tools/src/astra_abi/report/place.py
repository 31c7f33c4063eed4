"""Where a finding lies in files, as far as it says so. A place that is no file stays words; none is made up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

LINED = re.compile(r"(?P<path>[^\n]*[^\s:]):(?P<line>[0-9]{1,9})")


@dataclass(frozen=True)
class Place:
    """A file as it was named, and a line of it; 0 if only the file is known."""

    path: str
    line: int

    @property
    def inside(self) -> str | None:
        """The path from this folder, if the file is in it."""
        return inside(self.path, Path.cwd())

    @property
    def uri(self) -> str:
        """Relative to this folder where the file is in it, else as it was named."""
        inside = self.inside
        if inside is not None:
            return encoded(inside)
        path = self.path.replace("\\", "/")
        drive = re.match(r"[A-Za-z]:/", path)
        return f"file://{'/' if drive else ''}{encoded(path)}" if path.startswith("/") or drive else encoded(path)


@lru_cache(4096)
def inside(path: str, folder: Path) -> str | None:
    """The path of an existing file from a folder that it is in."""
    try:
        found = Path(path).resolve()
        return found.relative_to(folder.resolve()).as_posix() if found.is_file() else None
    except (OSError, ValueError):
        return None


def encoded(path: str) -> str:
    """A path as a URI reference: a colon in its first part would make it look like a scheme."""
    text = quote(path, safe="/~!$&'()*+,;=@-._", errors="backslashreplace")
    return f"./{text}" if text.startswith("//") else text


def place_of(where: str) -> Place | None:
    """The place that "path:line" names; None for other words."""
    match = LINED.fullmatch(where)
    return Place(match["path"], int(match["line"])) if match else None
