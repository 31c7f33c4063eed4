"""The types that a program was compiled with, against those of the library: only functions, data and types that it uses.

A program's own debug information tells them; without it, the library that it was linked to. Guesses nothing.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

from ..compare import Change, compare
from ..load.build import target_of
from ..load.headers import find_headers, load_headers
from ..load.library import call, find_debug
from ..load.program import Program
from ..load.surface import Surface
from ..model import Abi, AstraError, Taken
from ..stages import CANNOT_RUN, PASS, Result
from . import App, Library, counted

REMEDY = "compile the program with -g, or give --old with debug information; --symbols-only asks for symbols and versions alone"
AREAS = ("function", "variable", "struct", "union", "enum", "typedef", "constant", "handle", "type")
"""What a change of types can be about."""


def types(app: App, user: Program, library: Library, taken: tuple[Taken, ...]) -> Result:
    """The stage: what the program was compiled with, as far as it shows, against what the library has."""
    begin = time.perf_counter()
    title, name = f"types of {user.path.name}", f"types:{user.path.name}"
    try:
        verdict, summary, remedy, changes = compared(user, library, taken)
    except AstraError as error:
        verdict, summary, remedy, changes = CANNOT_RUN, f"{error.where}: {error.what}", error.do_this, ()
    return Result(name, verdict, summary, changes, remedy, time.perf_counter() - begin, title=title)


def compared(user: Program, library: Library, taken: tuple[Taken, ...]) -> tuple[str, str, str, tuple[Change, ...]]:
    names = sorted({item.name for item in taken if item.uses})
    old, source = read_types(user.path, names), user.path.name
    unseen = [name for name in names if old is None or not knows(old, name)]
    if unseen and library.old and (before := read_types(library.old, names)):
        old, source, unseen = before, f"{library.old}, to which it was linked", [name for name in names if not knows(before, name)]
    if old is None or not (old.functions or old.variables):
        return CANNOT_RUN, f"not compared: {user.path} does not tell what types it was compiled with", REMEDY, ()
    new = library_types(library, names)
    if new is None:
        return CANNOT_RUN, f"not compared: {library.path} has no debug information, and no headers are given", "give --headers, or build it with -g; --symbols-only asks for symbols and versions alone", ()
    changes = tuple(change for change in compare(old, new) if concerns(change, old))
    said = f"{counted(len(old.functions), 'function')}, {counted(len(old.structs) + len(old.enums), 'type')}, as {source} tells"
    if unseen:
        said += f"; nothing is told of {counted(len(unseen), 'symbol')}, such as {unseen[0]}"
    return (CANNOT_RUN if unseen else PASS), said, (REMEDY if unseen else ""), changes


def knows(abi: Abi, name: str) -> bool:
    return name in (abi.functions or {}) or name in (abi.variables or {})


def read_types(path: Path, names: list[str], debug_file: Path | None = None) -> Abi | None:
    """What the debug information of a file tells of some functions and data, declared or defined; None without any."""
    debug = find_debug(path, debug_file, {})
    if debug is None or not names:
        return None
    options = {"functions": names, "variables": names, "public": None}
    document = call("read_surface", str(debug), json.dumps(options))
    abi = Surface(document, f"debug information of {path}", target_of(path), complete=False).abi()
    return replace(abi, image=None)


def library_types(library: Library, names: list[str]) -> Abi | None:
    """The library's side: its headers, where they are given, else its debug information."""
    if library.headers is None:
        return read_types(library.path, names, library.debug_file)
    target = target_of(library.path)
    declared = load_headers(find_headers(library.headers, (), (), ()), (target,))[target]
    # What else the headers declare is no matter to this program, and what they leave out is told by the symbols.
    wanted = {name: item for name, item in declared.functions.items() if (item.symbol or name) in names}
    variables = {name: item for name, item in declared.variables.items() if name in names}
    return replace(declared, functions=wanted, variables=variables, macros=None, complete=False)


def concerns(change: Change, program: Abi) -> bool:
    """Whether a change is about something that the program was compiled with. What is only added is not."""
    area, _, rest = change.subject.partition(":")
    element = rest.partition(".")[0]
    if area not in AREAS:
        return False
    if area in ("constant", "handle", "type"):
        return not change.kind.endswith("_added")
    known = {
        "function": program.functions, "variable": program.variables, "struct": program.structs, "union": program.structs,
        "enum": program.enums, "typedef": program.typedefs,
    }[area]
    return element in (known or {})
