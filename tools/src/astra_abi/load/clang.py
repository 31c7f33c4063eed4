"""C headers -> the surface they declare on each target, as a compiler sees it. Refuses what has errors.

The native reader does the work through libclang, in a child process: headers may come from anywhere.
Knows where libclang is and how to ask it; what the targets are is in `targets`.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import re
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Iterable, Mapping

from ..model import AstraError
from .confined import confined_all
from .targets import Target, chosen, host, search_path, system_folders

LIBRARY = {"darwin": "libclang.dylib", "win32": "libclang.dll"}.get(sys.platform, "libclang.so")
INSTALL = f"run `{sys.executable} -m pip install libclang==18.1.1`"
MAIN = "astra-abi-headers.c"
"""What the native reader calls the text that includes the headers."""
PREFIX = "/astra-abi-prefix.h"
SECONDS, SECONDS_EACH = 20, 4
"""Of processor time, and as much more for each target. The 132 headers of OpenSSL take 0.6 s each."""
MOST_PROCESSES, LEAST_TARGETS = 8, 5
"""Processes that read headers at once, and targets that are worth one."""
TABLES = ("types", "functions", "variables", "typedefs", "macros")
SHOWN = 5
"""Diagnostics that an error quotes."""


@dataclass(frozen=True)
class Headers:
    """What to read: files in the order of their inclusion, and how to read them.

    `public` are files and folders whose declarations count; by default the files themselves. `beside`
    may be read on every target without being public. `prefix` is text that is included first, and
    `unsaved` are texts that stand for files.
    """

    files: tuple[Path, ...]
    public: tuple[Path, ...]
    include: tuple[Path, ...] = ()
    beside: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ("-std=gnu17",)
    prefix: str = ""
    unsaved: Mapping[str, str] | None = None

    @property
    def where(self) -> str:
        first, *others = self.files
        return f"{first} and {len(others)} more" if others else str(first)


@dataclass(frozen=True)
class Reading:
    """The surface of each target that could be read, and why the others could not."""

    surfaces: dict[str, dict[str, Any]]
    refused: dict[str, str]
    culprits: dict[str, set[str]]
    """The files in which the errors are, of each target that could not be read."""


def read_headers(
    files: Iterable[Path | str], *, include: Iterable[Path | str] = (), defines: Iterable[str] = (),
    targets: Iterable[str] | None = None, public: Iterable[Path | str] | None = None, **others: Any,
) -> dict[str, dict[str, Any]]:
    """The surface on each of the named targets, by default on this machine's; an error if one has none."""
    reading = read_targets(files, include=include, defines=defines, targets=targets, public=public, **others)
    if reading.refused:
        target, why = next(iter(reading.refused.items()))
        where = f"for {target}" if len(reading.refused) == 1 else f"for {', '.join(reading.refused)}"
        raise AstraError(f"the headers cannot be read {where}: {why}", "", "correct them, name their include folders and defines, or leave the target out")
    return reading.surfaces


def read_targets(
    files: Iterable[Path | str], *, include: Iterable[Path | str] = (), defines: Iterable[str] = (),
    targets: Iterable[str] | None = None, public: Iterable[Path | str] | None = None,
    beside: Iterable[Path | str] = (), arguments: Iterable[str] = ("-std=gnu17",), prefix: str = "",
    unsaved: Mapping[str, str] | None = None,
) -> Reading:
    """The same, with the targets that have no surface told apart from those that have one."""
    unsaved = {str(Path(name).absolute()): text for name, text in (unsaved or {}).items()}
    found = tuple(existing(file, unsaved) for file in files)
    if not found:
        raise AstraError("no header is named", "", "name at least one")
    headers = Headers(
        found, tuple(map(resolved, public)) if public is not None else tuple(map(resolved, found)), tuple(map(resolved, include)),
        tuple(map(resolved, beside)), tuple(defines), tuple(arguments), prefix, unsaved,
    )
    if targets is None:
        targets = [host() or "x86_64-linux-gnu"]
    return ask(headers, chosen(targets))


def existing(file: Path | str, unsaved: Mapping[str, str]) -> Path:
    path = Path(file).absolute()
    if str(path) not in unsaved and not path.is_file():
        raise AstraError("is not a file", str(file), "name a C header")
    return path


def resolved(path: Path | str) -> Path:
    return Path(os.path.realpath(path))  # which bears links in a circle


def library() -> Path:
    """libclang, from the wheel of that name; a distribution's package of it says itself where it is."""
    found = importlib.util.find_spec("clang")
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder) / "native" / LIBRARY
        if path.is_file():
            return path
    if found and importlib.util.find_spec("clang.cindex"):
        from clang.cindex import conf

        path = Path(conf.get_filename())
        if path.is_absolute() and path.is_file():
            return path
    raise AstraError("reading C headers needs libclang, which is not installed", "", INSTALL)


def ask(headers: Headers, targets: list[Target]) -> Reading:
    from .. import _native

    libclang = library()
    try:
        _native.load_libclang(libclang)
    except _native.ReadError as error:
        raise AstraError(str(error), "", INSTALL) from error
    refuse_unspeakable(headers)
    seconds = SECONDS + SECONDS_EACH * len(targets)
    works = [partial(_native.read_headers, libclang, json.dumps(question(headers, part))) for part in shares(targets)]
    surfaces: dict[str, dict[str, Any]] = {}
    faults: dict[str, list[dict[str, Any]]] = {}
    for text in confined_all(works, headers.where, seconds=seconds):
        answer = parsed(text)
        # Files are numbered alike for all of one answer, and the last has named them all.
        files = max((told_of["files"] for told_of in answer["targets"].values()), key=len, default=[])
        for name, told_of in answer["targets"].items():
            surfaces[name] = {**whole(told_of, surfaces), "files": files}
        faults |= answer["diagnostics"]
    faults = {target.name: faults[target.name] for target in targets if target.name in faults}.items()
    culprits = {target: {error["file"] for error in errors if error["file"]} for target, errors in faults}
    return Reading(surfaces, {target: told(errors, target) for target, errors in faults}, culprits)


def refuse_unspeakable(headers: Headers) -> None:
    """libclang takes names in UTF-8 only, and file systems any bytes."""
    for path in (*headers.files, *headers.public, *headers.include, *headers.beside):
        try:
            str(path).encode("utf-8")
        except UnicodeEncodeError:
            shown = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            raise AstraError("the name is not UTF-8, and libclang reads no other files", shown, "give the file and its folders names in UTF-8") from None


def shares(targets: list[Target]) -> list[list[Target]]:
    """Targets that are read one after the other in one process; each process first learns the headers' macros."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    count = max(1, min(processors, MOST_PROCESSES, len(targets) // LEAST_TARGETS))
    size = -(-len(targets) // count)
    return [targets[start:start + size] for start in range(0, len(targets), size)]


def whole(told_of: dict[str, Any], others: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A surface that is told by what it has not in common with another one. What they share is one object."""
    like, without = told_of.pop("like", None), told_of.pop("without", {})
    if like is None:
        return told_of
    for table in TABLES:
        made = {**others[like][table], **told_of[table]}
        for name in without.get(table, ()):
            del made[name]
        told_of[table] = dict(sorted(made.items()))
    return told_of


def parsed(text: str) -> dict[str, Any]:
    """A long JSON text. Looking for garbage among what was only just made takes as long as making it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return json.loads(text)
    finally:
        if was_enabled:
            gc.enable()


def question(headers: Headers, targets: list[Target]) -> dict[str, Any]:
    """The native reader's options."""
    return {
        "files": list(map(str, headers.files)),
        "public": list(map(str, headers.public)),
        "prefix_include": {PREFIX: headers.prefix} if headers.prefix else {},
        "unsaved": headers.unsaved or {},
        "arguments": [*headers.arguments, "-nostdinc", *(f"-D{define}" for define in headers.defines)],
        "targets": [target_options(headers, target) for target in targets],
    }


def target_options(headers: Headers, target: Target) -> dict[str, Any]:
    """A folder of this machine's system headers gives another target the library's own headers at most."""
    folders, closed = search_path(target)
    system = [resolved(folder) for folder in system_folders()]
    own = [folder for folder in headers.include if folder not in system]
    # A public header among this machine's own finds its like there, and nothing else: `closed` sees to that.
    homes = [folder for folder in system if any(folder in file.parents for file in headers.public)]
    last = list(dict.fromkeys(folder for folder in (*headers.include, *homes) if folder in system)) if closed else []
    return {
        "name": target.name,
        "triple": target.triple,
        "arguments": [
            *target.arguments,
            *(() if folders[1:] == list(system_folders()) else ("-D__ASTRA_STUBS__",)),
            *(argument for folder in own for argument in ("-I", str(folder))),
            *(argument for folder in folders for argument in ("-isystem", str(folder))),
            *(argument for folder in last for argument in ("-idirafter", str(folder))),
        ],
        "closed": [str(folder.resolve()) for folder in closed],
        "open": list(map(str, (*own, *headers.beside))),
    }


def told(errors: list[dict[str, Any]], target: str) -> str:
    """The first of a compiler's errors, each with its place."""
    lines = [f"{place(error)}: {plain(error['text'], target)}" for error in errors[:SHOWN]]
    more = len(errors) - len(lines)
    return "; ".join(lines) + (f"; and {more} more" if more > 0 else "")


def place(error: dict[str, Any]) -> str:
    if error["file"] in ("", MAIN):
        return "where the headers are included"
    return f"{error['file']}:{error['line']}:{error['column']}"


def plain(text: str, target: str) -> str:
    """An error in words of the headers, where it is about what our own headers leave open, or what another machine has."""
    lost = re.fullmatch(r"'([^']+)' file not found", text)
    here = [folder for folder in system_folders() if (folder / lost[1]).is_file()] if lost and target != host() else []
    if here:
        return f"{text} (that in {here[0]} is for {host()}: name an include folder with {target}'s)"
    unknown = re.search(r"__astra_unknown_(\w+)", text)
    return f"{text} (how large {unknown[1]} is on this target is not known)" if unknown else text
