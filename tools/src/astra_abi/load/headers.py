"""Public headers -> the ABI model, one for each target. Refuses headers that do not compile there.

The reading is libclang's; here its documents become models, and a folder becomes the headers in it.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Collection, Sequence

from ..model import Abi, AstraError
from .surface import Surface

if TYPE_CHECKING:
    from .clang import Reading

ENDINGS = (".h", ".hh", ".hpp")
HOST = "x86_64-linux-gnu"
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"]', re.MULTILINE)
QUOTED = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"', re.MULTILINE)

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
WORD = re.compile(r"[A-Za-z_]\w*")
DEFINED = re.compile(r"\b(?:struct|union|enum)\s+([A-Za-z_]\w*)\s*\{")


@dataclass(frozen=True)
class Headers:
    """The public headers of one release, and how they are read."""

    root: Path
    files: tuple[Path, ...]
    include: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    parts: tuple[Path, ...] = ()
    """Public too, and never included by programs themselves."""
    preamble: tuple[str, ...] = ()
    """Headers of others that programs include before these, as `<stdio.h>` names them."""

    @property
    def public(self) -> tuple[Path, ...]:
        return (*self.files, *self.parts)

    def names(self) -> tuple[str, ...]:
        """How debug information may call the files: their paths below the root."""
        root = self.root if self.root.is_dir() else self.root.parent
        return tuple(file.relative_to(root).as_posix() for file in self.public)


def find_headers(place: Path, include: Sequence[Path] = (), defines: Sequence[str] = (), only: Sequence[str] = (), preamble: Sequence[str] = ()) -> Headers:
    """The headers of a folder, or one header. `only` are patterns of those that are public."""
    place = Path(place)
    if place.is_file():
        return Headers(place, (place,), (place.parent, *include), tuple(defines), beside(place), tuple(preamble))
    if not place.is_dir():
        raise AstraError("no such file or folder", str(place), "name a header, or the folder that holds the public headers")
    found = [path for path in sorted(place.rglob("*")) if path.suffix in ENDINGS and path.is_file()]
    if only:
        found = [path for path in found if any(path.relative_to(place).match(pattern) for pattern in only)]
    if not found:
        why = f"none matches {', '.join(only)}" if only else "there is none"
        raise AstraError(f"holds no public header: {why}", str(place), "name the folder that holds the public headers")
    folders = (place, *include)
    files = umbrellas(found, folders)
    return Headers(place, tuple(files), folders, tuple(defines), tuple(path for path in found if path not in set(files)), tuple(preamble))


def beside(place: Path) -> tuple[Path, ...]:
    """What one header brings along from its own folder: who includes it may use all of that."""
    found: set[Path] = set()
    waiting = [place]
    while waiting:
        path = waiting.pop()
        for name in QUOTED.findall(text_of(path)):
            other = Path(os.path.normpath(path.parent / name))
            if other not in found and other != place and other.is_relative_to(place.parent) and other.is_file():
                found.add(other)
                waiting.append(other)
    return tuple(sorted(found))


def umbrellas(files: Sequence[Path], folders: Sequence[Path]) -> list[Path]:
    """The fewest headers that include all the others: programs read those of a platform through them alone."""
    reached = {path: included([path], folders) for path in files}
    chosen: list[Path] = []
    covered: set[Path] = set()
    for path in sorted(files, key=lambda path: (-len(reached[path]), path)):
        if path not in covered:
            chosen.append(path)
            covered |= reached[path]
    return sorted(chosen)


def completed(headers: Headers, target: str = HOST) -> Headers:
    """The same headers, with those read by themselves that no umbrella includes as macros stand, and that can be read."""
    if headers.root.is_file():
        return headers  # what it does not include as macros stand, programs do not see

    def with_late(late: Sequence[Path]) -> Headers:
        # Behind the umbrellas, so that what they have declared stays as they declare it.
        return replace(headers, files=(*headers.files, *late), parts=tuple(path for path in headers.parts if path not in late))

    def entered(late: Sequence[Path] = ()) -> set[Path] | None:
        document = read(with_late(late), (target,), keep=True).surfaces.get(target)
        return None if document is None else {Path(file).resolve() for file in document["files"]}

    seen = entered() if headers.parts else None
    late = [path for path in headers.parts if path.resolve() not in seen] if seen is not None else []
    if late and entered(late) is None:
        late = [path for path in late if entered([path]) is not None]
        if late and entered(late) is None:
            late = []
    return with_late(late)


def included(files: Sequence[Path], folders: Sequence[Path]) -> set[Path]:
    """Headers that these include, or that those include, whatever macros decide."""
    found: set[Path] = set()
    waiting = list(files)
    while waiting:
        for other in direct(waiting.pop(), tuple(folders)) - found:
            found.add(other)
            waiting.append(other)
    return found


@cache
def direct(path: Path, folders: tuple[Path, ...]) -> frozenset[Path]:
    """The headers that one includes."""
    found = set()
    for name in {match[1] for match in INCLUDE.finditer(text_of(path))}:
        places = (Path(os.path.normpath(folder / name)) for folder in (path.parent, *folders))
        found.add(next((place for place in places if place.is_file()), None))
    return frozenset(found - {None})


@cache
def text_of(path: Path) -> str:
    """The text of a header, as far as anybody writes one."""
    try:
        with path.open("rb") as file:
            return file.read(1 << 24).decode("utf-8", "replace")
    except OSError as error:
        raise AstraError(f"cannot be read: {error}", str(path), "name a C header") from error


def load_headers(headers: Headers, targets: Sequence[str]) -> dict[str, Abi]:
    """What the headers declare on each target; an error if they cannot be read for one."""
    declared, refused = load_targets(headers, targets)
    if refused:
        target, why = next(iter(refused.items()))
        raise AstraError(f"the headers cannot be read for {target}: {why}", str(headers.root), REMEDY)
    return declared


REMEDY = "correct them, name their include folders, defines and what programs include first (preamble), or leave the target out"


def load_targets(headers: Headers, targets: Sequence[str]) -> tuple[dict[str, Abi], dict[str, str]]:
    """The same, with the targets on which the headers cannot be read, and why."""
    reading = read(headers, targets)
    return models(headers, reading.surfaces), dict(reading.refused)


latest: list[tuple[tuple[Headers, tuple[str, ...]], Reading]] = []
"""What was read last and may be asked for again: trying which headers can be read is most of reading them."""


def read(headers: Headers, targets: Sequence[str], keep: bool = False) -> Reading:
    """What libclang sees of the files, of which all public ones count. Whoever does not `keep` it has it alone."""
    from .clang import read_targets

    wanted = (headers, tuple(targets))
    if latest and latest[0][0] == wanted:
        return latest[0][1] if keep else latest.pop()[1]
    latest.clear()
    prefix = "".join(f"#include <{name}>\n" for name in headers.preamble)
    reading = read_targets(headers.files, include=headers.include, defines=headers.defines, targets=targets, public=headers.public, prefix=prefix)
    if keep:
        latest.append((wanted, reading))
    return reading


def models(headers: Headers, surfaces: dict[str, dict]) -> dict[str, Abi]:
    """A model for each target. Targets of which headers say the same share one, and all work on it is done once."""
    known: list[tuple[dict, Abi]] = []
    made: dict[str, Abi] = {}
    shared: dict[int, Any] = {}
    types: dict[tuple, Any] = {}
    for target in list(surfaces):
        document = surfaces.pop(target)
        document.pop("char_signed", None)  # no change is told by it
        abi = next((replace(abi, target=target) for other, abi in known if other == document), None)
        if abi is None:
            made_of = surface(headers, target, document)
            made_of.shared, made_of.made = shared, types
            abi = made_of.abi()
            known.append((document, abi))
        made[target] = abi
    return made


def standing(headers: Headers, target: str, anew: bool = True) -> tuple[Headers, dict[str, str]]:
    """The headers of a folder without those that cannot be included by themselves, and why each cannot.

    Folders hold headers that refuse to be read (`#error` in an obsolete one) or that only others include. Not `anew`:
    what only one of those includes is not read either, for nobody can tell what else was lost with it.
    """
    why: dict[str, str] = {}
    for _ in range(MOST_ROUNDS):
        if not headers.files or not headers.root.is_dir():
            break
        reading = read(headers, (target,), keep=True)
        guilty = guilty_of(headers, reading.culprits.get(target, ()))
        if not guilty:
            break
        why |= {path.relative_to(headers.root).as_posix(): reading.refused[target] for path in guilty}
        # What only these included is read by itself, so that nothing else is lost with them.
        rest = [path for path in (headers.public if anew else headers.files) if path.relative_to(headers.root).as_posix() not in why]
        files = dict.fromkeys(umbrellas(rest, headers.include) if anew else rest)
        headers = replace(headers, files=tuple(files), parts=tuple(path for path in headers.public if path not in files))
    return headers, why


MOST_ROUNDS = 64
"""How often headers are read again without those that could not be: each round drops one at least."""


def guilty_of(headers: Headers, culprits: Collection[str]) -> set[Path]:
    """The headers that programs include in which an error is; where it is in none, those that include the one it is in."""
    own = {path for path in headers.files if str(path.absolute()) in culprits}
    inside = {path for path in headers.parts if str(path.absolute()) in culprits} if not own else set()
    return own or {path for path in headers.files if included([path], headers.include) & inside}


def left_open(headers: Headers, skipped: Collection[str], declared: Abi, exported: Collection[str]) -> tuple[str, str] | None:
    """A skipped header and what only it declares of what a library exports, or of types that the others only name.

    Its text tells, since it could not be read: without it nothing is known of those.
    """
    known = {item.symbol or item.name for item in declared.functions.values()} | declared.variables.keys()
    wanted = {name.partition("@")[0] for name in exported} - known
    for name in sorted(skipped):
        text = COMMENT.sub(" ", text_of(headers.root / name))
        if found := sorted(wanted.intersection(WORD.findall(text))):
            return name, found[0]
        if found := sorted(set(DEFINED.findall(text)) & declared.opaque):
            return name, found[0]
    return None


def first_line(text: str) -> str:
    """The first of a compiler's errors, as far as a table takes it."""
    line = text.partition("; ")[0].partition("\n")[0]
    return line if len(line) <= 160 else line[:157] + "..."


def surface(headers: Headers, target: str, document: dict) -> Surface:
    return Surface(document, f"headers {headers.root}", target, complete=True)


def load_text(text: str, target: str = HOST, name: str = "text.h") -> Abi:
    """The same for a few lines of C."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_text(text, "utf-8")
        return load_headers(find_headers(file), (target,))[target]
