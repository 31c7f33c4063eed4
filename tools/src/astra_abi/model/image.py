"""A shared library as a file and as something that runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .container import Container
from .recorded import Recorded


OF_LINKERS = frozenset((
    "__bss_start", "__bss_start__", "__bss_end__", "_bss_end__", "__data_start", "data_start", "_edata", "edata", "_end", "end", "__end", "__end__",
    "_etext", "etext", "__etext", "_ftext", "_fdata", "_fbss", "_gp", "__executable_start", "__exidx_start", "__exidx_end", "__GNU_EH_FRAME_HDR",
))
"""Names that linkers give to places in every library: they have no type, and nobody takes them from a library."""
OF_STARTUP = frozenset(("_init", "_fini"))
"""Functions that start-up code gave to every library once; only the loader calls them."""


class Entry(NamedTuple):
    """A symbol that a file defines, as the loader compares it; those that are alike can be one. A tuple, since there are many."""

    index: int = 1
    """Its entry in the version table: 0 and 1 are without a version, 2 is the first node."""
    hidden: bool = False
    """Only programs that name the version find it."""
    kind: str = "func"
    bind: str = "global"
    visibility: str = "default"
    size: int = 0
    """Of data; nobody copies functions."""
    placed: bool = True
    """It has an address, or is absolute or thread-local."""
    absolute: bool = False
    """A number and no address; version nodes themselves are such symbols."""


@dataclass(frozen=True, slots=True)
class Table:
    """What the loader searches when it binds references to one file."""

    name: str
    """The name by which other files ask for it."""
    entries: dict[str, tuple[Entry, ...]]
    nodes: dict[int, str]
    """Version nodes of entries, by index; the base is none."""
    defined: frozenset[str] | None = None
    """Names of all version definitions with the base; None in a file that defines no versions at all."""
    versioned: bool = False
    """The loader keeps a version table for the file, since it defines nodes or needs those of others."""
    tls: bool = False
    """It has thread-local data, for which the loader keeps room."""

    def node(self, entry: Entry) -> str | None:
        return self.nodes.get(entry.index) if self.versioned else None

    def made_by_linker(self, name: str) -> bool:
        """Whether a name is nothing of the library's own. One of those names that has a type, or is absent, may be."""
        kinds = {entry.kind for entry in self.entries.get(name, ())}
        return bool(kinds) and (name in OF_STARTUP and kinds <= {"func", "notype"} or name in OF_LINKERS and kinds == {"notype"})


class Want(NamedTuple):
    """A symbol that a file must be given by others, in a version node of one of them if it names one."""

    name: str
    node: str | None = None
    library: str | None = None

    @property
    def text(self) -> str:
        return f"{self.name}@{self.node}" if self.node else self.name


@dataclass(frozen=True, slots=True)
class Lack:
    """What a file wants, and nothing that it needs was seen to have."""

    want: Want
    unseen: tuple[str, ...] = ()
    """Needed libraries that might have it: they are not here, or are another system's in another version."""


@dataclass(frozen=True, slots=True)
class Image:
    """What a shared library is to the loader and to the machine.

    A `closed` image allows no symbol, needed library or writable object beyond those that it lists.
    `floor` maps a versioned library family such as GLIBC to (highest version, the symbol that needs it).
    """

    soname: str | None = None
    symbols: dict[str, str | None] | None = None
    closed: bool = False
    floor: dict[str, tuple[str, str]] | None = None
    needed: tuple[str, ...] | None = None
    rpath: str | None = None
    exec_stack: bool | None = None
    text_relocations: bool | None = None
    initializers: int | None = None
    state: tuple[str, ...] | None = None
    rpath_known: bool = False
    data: tuple[str, ...] = ()
    """Exported names that are data: calling one jumps into it."""
    nodes: tuple[str, ...] | None = None
    """Version nodes that the library defines, in its own order, without the base."""
    sizes: dict[str, int] | None = None
    """Bytes of exported data, which programs may have copied."""
    hidden: frozenset[str] = frozenset()
    """`name@NODE` of symbols that the linker no longer gives out."""
    container: Container | None = None
    protected: frozenset[str] = frozenset()
    """Exported names that the library itself binds to its own."""
    versioned: bool = True
    """Whether it has a version table: nodes of its own, or needs for nodes of others."""
    table: Table | None = None
    """What the loader searches, of a file that was read."""
    promised: frozenset[str] = frozenset()
    """What a contract says it may ask for: families of `floor`, and needed, rpath, exec_stack, platform. The rest it only does."""
    around: tuple[Image, ...] = ()
    """Libraries that it needs, which the loader searches after it."""

    wants: tuple[Want, ...] | None = None
    """What others must give it; weak references want nothing."""
    lacks: tuple[Lack, ...] = ()
    """What of that was looked for around the file, and not found. Programs may have it."""
    shared: frozenset[str] | None = None
    """Exported data that can change, and that it looks for by name: where a program holds a copy, it finds the copy."""
    symbolic: bool = False
    """It takes its own symbols before those of programs."""
    flags: frozenset[str] = frozenset()
    """What it asks of the loader: nodlopen, nodelete."""
    level: str | None = None
    """The kind of processor that it says it needs, such as x86-64-v3."""
    origin: str = ""
    """The file, where it is told together with the declarations of another source."""

    def promises(self, what: str) -> bool:
        """Whether what it asks for there is more than what it happens to do."""
        return self.closed or what in self.promised


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one observed promise ended: "kept", "broken", "crashed", "hung" or "printed"."""

    result: str
    about: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What was promised or seen of a library that ran."""

    promises: dict[str, Outcome] | None = None
    goldens: dict[str, str] | None = None
    clients: dict[str, Outcome] | None = None
    recorded: dict[str, Recorded] | None = None
    """Cases of probe programs, by `probe/case`."""
