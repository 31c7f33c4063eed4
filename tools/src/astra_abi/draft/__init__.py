"""The first header contract of a library that exists: what can be seen of it, written; what cannot, asked.

Nothing is guessed. What is written holds for the library at hand, and what is asked stays at the strict
answer until somebody gives another one. Refuses to write over a contract.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Sequence

from ..load.build import Build, load_build, refuse_foreign, target_of
from ..load.declared import FILE
from ..load.headers import ENDINGS, INCLUDE, Headers, completed, load_targets, text_of, umbrellas
from ..load.targets import every_target
from ..model import Abi, AstraError

SYSTEM = Path("/usr/include")
MOST_LEFT_OUT = 0.25
"""Share of headers that may be unreadable alone before it is the way of reading that is wrong."""


@dataclass(frozen=True)
class Seen:
    """Everything that could be seen of a library and of its headers."""

    library: Path
    headers: Headers
    target: str
    declared: dict[str, Abi]
    refused: dict[str, str]
    left_out: dict[Path, str]
    """Headers that cannot be read by themselves, and why."""
    build: Build
    include: tuple[str, ...] = ()

    @property
    def own(self) -> Abi:
        """What the headers declare where the library runs."""
        return self.declared[self.target]

    @cached_property
    def promised(self) -> set[str]:
        functions = {item.symbol or name for name, item in self.own.functions.items() if not item.inline}
        return functions | set(self.own.variables or ())

    @cached_property
    def exported(self) -> set[str]:
        """Names that the linker gives to programs."""
        table = self.build.abi.image.table
        return {name for name in self.build.abi.image.symbols if "@" not in name and not (table and table.made_by_linker(name))}

    @property
    def absent(self) -> list[str]:
        """Declared, and not exported: by the names that headers give."""
        own = self.own
        missing = [name for name, item in own.functions.items() if not item.inline and (item.symbol or name) not in self.exported]
        return sorted({*missing, *((own.variables or {}).keys() - self.exported)})

    @cached_property
    def words(self) -> set[str]:
        """Every word of the headers, whatever macros decide."""
        return {word for path in self.headers.public for word in re.findall(r"\w+", text_of(path))}

    @property
    def undeclared(self) -> list[str]:
        return sorted(self.exported - self.promised)


def see(library: Path, places: Sequence[Path], include: Sequence[Path] = (), defines: Sequence[str] = (), preamble: Sequence[str] = (), debug_file: Path | None = None) -> Seen:
    """Reads the library and its headers on every target on which they can be read."""
    if not library.is_file():
        raise AstraError("no such file", str(library), "name a built shared library with --library")
    target = target_of(library)
    files = header_files(places)
    headers, left_out = readable(files, include_roots(places, files), include, defines, preamble, target)
    declared, refused = load_targets(headers, tuple(dict.fromkeys((target, *every_target()))))
    if target not in declared:
        raise AstraError(f"the headers cannot be read for {target}: {refused[target]}", str(headers.root), "name include folders with -I, macros with -D, and headers that programs include first with --preamble")
    names = headers.names()
    build = load_build(library, declared[target], names, debug_file)
    refuse_foreign(library, headers.root, declared[target], build)
    return Seen(library, headers, target, declared, refused, left_out, build, below(headers))


def header_files(places: Sequence[Path]) -> list[Path]:
    """The headers that were named, and those in folders that were."""
    found: dict[Path, None] = {}
    for place in places:
        if place.is_dir():
            inside = [path for path in sorted(place.rglob("*")) if path.suffix in ENDINGS and path.is_file()]
            if not inside:
                raise AstraError("holds no header", str(place), "name a header, or the folder that holds the public headers")
            found |= dict.fromkeys(inside)
        elif place.is_file():
            found[place] = None
        else:
            raise AstraError("no such file or folder", str(place), "name a public header with --from-header")
    return [path.absolute() for path in found]


def include_roots(places: Sequence[Path], files: list[Path]) -> list[Path]:
    """Folders that programs may include from, likeliest first: the named folder, else the one around it."""
    folders = [(place if place.is_dir() else place.parent).absolute() for place in places]
    first = Path(os.path.commonpath(folders))
    named = {match[1].partition("/")[0] for path in files[:200] for match in INCLUDE.finditer(text_of(path)) if "/" in match[1]}
    # `#include <openssl/bio.h>` in the folder openssl: programs include from the folder around it.
    return [first.parent, first] if first.name in named else [first, first.parent]


def readable(files: list[Path], roots: list[Path], include: Sequence[Path], defines: Sequence[str], preamble: Sequence[str], target: str) -> tuple[Headers, dict[Path, str]]:
    """The headers with the root by which they can be read; without those that no program can include by itself."""
    best, first = None, ""
    for root in roots:
        for further in dict.fromkeys(((), multiarch(root))):
            folders = tuple(dict.fromkeys((root, *map(Path.absolute, include), *further)))
            heads = umbrellas(files, folders)
            parts = tuple(path for path in files if path not in set(heads))
            headers, left_out, why = settled(Headers(root, tuple(heads), folders, tuple(defines), parts, tuple(preamble)), target)
            first = first or why
            if headers and not left_out:
                return headers, {}
            if headers and (best is None or len(left_out) < len(best[1])):
                best = headers, left_out
    if best is None:
        raise AstraError(f"the headers cannot be read for {target}: {first}", str(roots[0]), "name include folders with -I, macros with -D, what programs include first with --preamble, and only headers that programs include")
    return best


def settled(headers: Headers, target: str) -> tuple[Headers | None, dict[Path, str], str]:
    """The headers that can be read together, those that cannot be read even alone, and the first error."""
    left_out: dict[Path, str] = {}
    first = ""
    while headers.files and len(left_out) <= MOST_LEFT_OUT * (len(headers.public) + len(left_out)):
        why = load_targets(headers, (target,))[1].get(target)
        if why is None:
            return completed(headers, target), left_out, first
        first = first or why
        suspects = [path for path in headers.files if str(path) in why] or list(headers.files)
        alone = {path: load_targets(replace(headers, files=(path,)), (target,))[1].get(target) for path in suspects}
        guilty = {path: reason for path, reason in alone.items() if reason}
        if not guilty:
            break
        left_out |= guilty
        # What only an unreadable header included is read by itself, so that nothing is lost with it.
        rest = [path for path in headers.public if path not in left_out]
        heads = umbrellas(rest, headers.include)
        headers = replace(headers, files=tuple(heads), parts=tuple(path for path in rest if path not in set(heads)))
    return None, {}, first


def multiarch(root: Path) -> tuple[Path, ...]:
    """Where a distribution keeps those headers of a package that depend on the machine."""
    from ..load.targets import system_folders

    folders = system_folders() if root == SYSTEM else ()
    return tuple(folder for folder in folders if folder != root and SYSTEM in folder.parents)


def below(headers: Headers) -> tuple[str, ...]:
    """Include folders beside the root, as a contract writes them."""
    return tuple(os.path.relpath(path, headers.root) if headers.root in path.parents else str(path) for path in headers.include if path != headers.root)


def begin(seen: Seen, folder: Path) -> Path:
    """Writes the contract; refuses where one is."""
    from ..load.declared import load_declarations
    from .text import contract_text

    file = folder / FILE
    if file.exists():
        raise AstraError("is there already", str(file), "name another folder with --out, or edit the contract that is there")
    text = contract_text(seen, folder)
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    load_declarations(folder)
    return file
