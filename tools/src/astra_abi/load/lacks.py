"""What a library wants of others and nothing around it has. Judges nothing; what could not be looked at is named.

The C library is always there, since every program has it. A version node of the system's libraries is no matter of
this machine's: how new they must be is the floor's. A library of the system without nodes may be newer elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Iterator, Sequence

from ..loader import Reference, bind, table_of
from ..model import Image, Lack, Table, Want
from ..toolchain import OF_GLIBC
from .library import call
from .neighbours import Neighbours, find_neighbours, system_folders

C_LIBRARY = "libc.so.6"


def with_lacks(image: Image, path: Path, old: Image, old_path: Path | None) -> Image:
    """The new image with what it lacks, of that which the old one did not want, or found in what it needed."""
    wants = fresh(image, old)
    if image.table is None or not wants:
        return image
    lacks = tuple(lacking(wants, image.table, find_neighbours(path, also=(C_LIBRARY,)), home(path)))
    again = [lack.want for lack in lacks if lack.want in old.wants]
    if again:
        known = old.table is not None and old_path is not None
        before = lacking(again, old.table, find_neighbours(old_path, also=(C_LIBRARY,)), home(old_path)) if known else ()
        never = {lack.want for lack in before} if known else set(again)
        lacks = tuple(lack for lack in lacks if lack.want not in never)
    return replace(image, lacks=lacks)


def home(path: Path) -> frozenset[Path]:
    """Folders of the system, whose files are others on other machines."""
    return frozenset(folder.resolve() for folder in system_folders(call("read_elf", str(path))["machine"]) if folder.is_dir())


def fresh(image: Image, old: Image) -> list[Want]:
    """What must be looked for: new wants; and all of them where the old library needed another one besides."""
    if image.wants is None or old.wants is None:
        return []
    known = set() if set(old.needed or ()) - set(image.needed or ()) else set(old.wants)
    return [want for want in image.wants if want not in known and not OF_GLIBC.fullmatch(want.library or "")]


def lacking(wants: Sequence[Want], own: Table, around: Neighbours, system: frozenset[Path]) -> Iterator[Lack]:
    """Wants that neither the file itself nor anything that it needs serves."""
    files = {name: (place.resolve().parent in system, table_of(image)) for name, place, image in around.images}
    tables = [own, *(table for _, table in files.values())]
    vague = tuple(name for name, (of_system, table) in files.items() if of_system and table.defined is None)
    for want in wants:
        if want.library is None:
            if bind(Reference(want.name), tables).fatal:
                yield Lack(want, (*around.missing, *vague))
        elif want.library not in files:
            yield Lack(want, (want.library,))
        else:
            of_system, table = files[want.library]
            rest = [other for other in tables if other is not table]
            if not of_system and bind(Reference(want.name, want.node), (table, *rest)).fatal:
                yield Lack(want)
