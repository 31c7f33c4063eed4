"""A shared library as a file and as something that runs."""

from __future__ import annotations

from dataclasses import dataclass

from .container import Container


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
