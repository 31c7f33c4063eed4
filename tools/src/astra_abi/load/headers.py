"""Public headers -> the ABI model, one for each target. Refuses headers that do not compile there.

The reading is libclang's; here its documents become models, and a folder becomes the headers in it.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Sequence

from ..model import Abi, AstraError
from .surface import Surface

ENDINGS = (".h", ".hh", ".hpp")
HOST = "x86_64-linux-gnu"


@dataclass(frozen=True)
class Headers:
    """The public headers of one release, and how they are read."""

    root: Path
    files: tuple[Path, ...]
    include: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    parts: tuple[Path, ...] = ()
    """Public too, and never included by programs themselves."""

    @property
    def public(self) -> tuple[Path, ...]:
        return (*self.files, *self.parts)

    def names(self) -> tuple[str, ...]:
        """How debug information may call the files: their paths below the root."""
        root = self.root if self.root.is_dir() else self.root.parent
        return tuple(file.relative_to(root).as_posix() for file in self.public)


def find_headers(place: Path, include: Sequence[Path] = (), defines: Sequence[str] = (), only: Sequence[str] = ()) -> Headers:
    """The headers of a folder, or one header. `only` are patterns of those that are public."""
    place = Path(place)
    if place.is_file():
        return Headers(place, (place,), (place.parent, *include), tuple(defines))
    if not place.is_dir():
        raise AstraError("no such file or folder", str(place), "name a header, or the folder that holds the public headers")
    found = [path for path in sorted(place.rglob("*")) if path.suffix in ENDINGS and path.is_file()]
    if only:
        found = [path for path in found if any(path.relative_to(place).match(pattern) for pattern in only)]
    if not found:
        why = f"none matches {', '.join(only)}" if only else "there is none"
        raise AstraError(f"holds no public header: {why}", str(place), "name the folder that holds the public headers")
    return Headers(place, tuple(found), (place, *include), tuple(defines))


def load_headers(headers: Headers, targets: Sequence[str]) -> dict[str, Abi]:
    """What the headers declare on each target; an error if they cannot be read for one."""
    declared, refused = load_targets(headers, targets)
    if refused:
        target, why = next(iter(refused.items()))
        raise AstraError(f"the headers cannot be read for {target}: {why}", str(headers.root), REMEDY)
    return declared


REMEDY = "correct them, name their include folders and defines, or leave the target out"


def load_targets(headers: Headers, targets: Sequence[str]) -> tuple[dict[str, Abi], dict[str, str]]:
    """The same, with the targets on which the headers cannot be read, and why."""
    from .clang import read_targets

    reading = read_targets(headers.files, include=headers.include, defines=headers.defines, targets=targets, public=headers.public)
    return {target: model(headers, target, document) for target, document in reading.surfaces.items()}, dict(reading.refused)


def standing(headers: Headers, target: str) -> tuple[Headers, dict[str, str]]:
    """The headers of a folder without those that cannot be included by themselves, and why each cannot.

    Folders hold headers that refuse to be read (`#error` in an obsolete one) or that only others include.
    """
    from .clang import read_targets

    why: dict[str, str] = {}
    while headers.files and headers.root.is_dir():
        reading = read_targets(headers.files, include=headers.include, defines=headers.defines, targets=(target,), public=headers.public)
        guilty = {path for path in headers.files if str(path.absolute()) in reading.culprits.get(target, ())}
        if not guilty:
            break
        why |= {path.relative_to(headers.root).as_posix(): reading.refused[target] for path in guilty}
        files = tuple(path for path in headers.files if path not in guilty)
        headers = replace(headers, files=files, parts=(*headers.parts, *guilty))
    return headers, why


def model(headers: Headers, target: str, document: dict) -> Abi:
    return Surface(document, f"headers {headers.root}", target, complete=True).abi()


def load_text(text: str, target: str = HOST) -> Abi:
    """The same for a few lines of C."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "text.h"
        file.write_text(text, "utf-8")
        return load_headers(find_headers(file), (target,))[target]
