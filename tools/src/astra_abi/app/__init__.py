"""Will this program still run with this library? Every file of the program's that uses the library, against it.

Looks only at what is used. What the library never gave is not its business, and what could not be seen is said.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Callable

from ..compare import compare
from ..compare.taking import reference_of
from ..load.lacks import home, lacking
from ..load.library import call, read_image, read_shared
from ..load.neighbours import Neighbours, find_neighbours
from ..load.program import Program, load_program
from ..loader import RESOLVES, WARNED, bind
from ..model import Abi, AstraError, Image, Lack, Taken, Taking
from ..stages import CANNOT_RUN, PASS, Result
from ..toolchain import OF_GLIBC

SERVED = (RESOLVES, WARNED)


@dataclass(frozen=True)
class Library:
    """The library that the program is to run with, and the one that it was linked to, if that is at hand."""

    path: Path
    old: Path | None = None
    headers: Path | None = None
    debug_file: Path | None = None

    @cached_property
    def elf(self) -> dict[str, Any]:
        return read_library(self.path)

    @cached_property
    def image(self) -> Image:
        return named(read_image(self.elf, None), self.path)

    @cached_property
    def before(self) -> Image | None:
        return named(read_image(read_library(self.old), None), self.old) if self.old else None

    @property
    def names(self) -> tuple[str, ...]:
        """Names under which programs ask for it: as it is called now, and as it was."""
        return tuple(dict.fromkeys(image.table.name for image in (self.before, self.image) if image))


@dataclass(frozen=True)
class App:
    """A program, and the files of it that take something from the library: itself, or libraries that it needs."""

    program: Program
    name: str
    """How the library is asked for."""
    users: tuple[Program, ...]
    around: Neighbours
    own: Image
    """What the program itself exports; not what it only holds a copy of."""


def read_library(path: Path) -> dict[str, Any]:
    return read_shared(Path(path), "name the shared library that the program is to run with")


def named(image: Image, path: Path) -> Image:
    """A library without SONAME is asked for by the name of its file."""
    return image if image.table.name else replace(image, table=replace(image.table, name=Path(path).name))


def read_app(path: Path, library: Library) -> App:
    """Reads a program with everything that it needs; refuses one that has nothing to do with the library."""
    program = load_program(path)
    if (program.machine, program.bits) != (library.elf["machine"], library.elf["class"]):
        raise AstraError(
            f"is built for {program.machine} ({program.bits} bits), the library for {library.elf['machine']} ({library.elf['class']})",
            str(path), "name a program and a library for one machine",
        )
    instead = dict.fromkeys(library.names, library.path)
    around = find_neighbours(program.path, (), instead)
    loaded = {name: place for name, place, _ in around.images}
    name = next((name for name in library.names if name in program.needed), None) or next((name for name in library.names if name in loaded), None)
    if name is None:
        raise AstraError(
            f"does not use {' or '.join(library.names)}: it needs {', '.join(program.needed)}", str(path),
            "name a program that is linked to the library; with --old the library that it was linked to, if that has another SONAME",
        )
    others = [load_program(place) for other, place, image in around.images if other != name and name in (image.needed or ())]
    return App(program, name, (*([program] if name in program.needed else []), *others), around, exports(program))


def exports(program: Program) -> Image:
    image = read_image(call("read_elf", str(program.path)), None)
    copied = {item.name for _, item in program.taken if "copy" in item.uses}
    entries = {name: entry for name, entry in image.table.entries.items() if name not in copied}
    return replace(image, table=replace(image.table, entries=entries))


def judge_app(app: App, library: Library, types: Callable[[App, Program, Library, tuple[Taken, ...]], Result] | None) -> list[Result]:
    """The stages of one program: for each of its files the symbols and, if wanted, the types that it takes."""
    results = []
    for user in app.users:
        begin = time.perf_counter()
        taken, unknown = ours(app, user, library)
        result = symbols(app, user, library, taken, unknown)
        results.append(replace(result, seconds=time.perf_counter() - begin))
        if types:
            results.append(types(app, user, library, taken))
    return results


def ours(app: App, user: Program, library: Library) -> tuple[tuple[Taken, ...], tuple[str, ...]]:
    """What a file takes from the library; and symbols of which nobody can tell where they are to come from."""
    mine, unknown = [], []
    others = [image.table for image in beside(app, library)]
    for file, item in user.taken:
        if file is not None:
            mine += [item] if file == app.name else []
        elif gives(library.before, item) or gives(library.image, item):
            mine.append(item)
        elif item.weak or not item.uses or library.before or bind(reference_of(item), others).outcome in SERVED:
            continue  # It never came from the library.
        elif app.around.missing:
            unknown.append(item.text)
        else:
            mine.append(item)
    return tuple(mine), tuple(unknown)


def gives(image: Image | None, item: Taken) -> bool:
    return image is not None and bind(reference_of(item), (image.table,)).outcome in SERVED


def beside(app: App, library: Library) -> tuple[Image, ...]:
    """Everything that the loader searches for the program besides the library, itself included."""
    return (app.own, *(image for _, place, image in app.around.images if place != library.path))


def lacks(app: App, library: Library) -> tuple[Lack, ...]:
    """What the library wants and gets neither from the program nor from what both need; where it was so before, it does not matter."""
    known = set(library.before.wants or ()) if library.before else ()
    wants = [want for want in library.image.wants or () if want not in known and not OF_GLIBC.fullmatch(want.library or "")]
    others = tuple(item for item in app.around.images if item[1] != library.path)
    around = Neighbours(((app.program.path.name, app.program.path, app.own), *others), app.around.missing)
    return tuple(lacking(wants, library.image.table, around, home(library.path))) if wants else ()


def symbols(app: App, user: Program, library: Library, taken: tuple[Taken, ...], unknown: tuple[str, ...]) -> Result:
    nodes = {node: weak for file, node, weak in user.needs if file == app.name}
    asked_for = None if app.name == library.image.table.name else app.name
    promise = Abi(f"program {user.path}", image=Image(soname=asked_for), taking=Taking(taken, nodes))
    new = Abi(f"library {library.path}", image=replace(library.image, around=beside(app, library), lacks=lacks(app, library)))
    changes = compare(promise, new)
    place = f"symbols of {user.path.name}"
    said = f"{counted(len(taken), 'symbol')} and {counted(len(nodes), 'version')} of {app.name}"
    if unknown:
        missing = ", ".join(app.around.missing)
        said += f"; {counted(len(unknown), 'symbol')} such as {unknown[0]} may be from {missing}, not found here"
        return Result(f"symbols:{user.path.name}", CANNOT_RUN, said, changes, f"give --old, or install {missing}", title=place)
    return Result(f"symbols:{user.path.name}", PASS, said, changes, title=place)


def counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
