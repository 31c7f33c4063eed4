"""How glibc's loader binds a program's references. Decides as ld.so does; reads no file, has no opinion.

The rules are those of `match_symbol` in elf/dl-version.c and of `check_match` and `do_lookup_x` in
elf/dl-lookup.c, since glibc 2.30: before, a versioned symbol was searched only in the file that it names.
The tests hold every one of them against the loader itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Sequence

from .model import Entry, Image, Table

RESOLVES, WARNED, NODE_MISSING, WRONG_NODE, MISSING, ABORTS, NULL = (
    "resolves", "warned", "node-missing", "wrong-node", "missing", "aborts", "null",
)
"""What becomes of a reference.

`warned`: it is bound, though the file has "no version information available". `node-missing`: "version not
found", and nothing runs. `wrong-node` and `missing`: "undefined symbol", whether or not the name is there in
another version. `aborts`: the loader itself comes to grief. It stumbles over its own assertion, since a file whose
version it was asked for has no version table; or it divides by zero, since what was thread-local is not any
more, in a file without thread-local data. `null`: a weak reference that nobody serves.
"""
FATAL = {NODE_MISSING, WRONG_NODE, MISSING, ABORTS}
SEARCHED = {"notype", "object", "func", "common", "tls", "ifunc"}
"""Kinds of symbols that the loader takes for definitions."""
BINDINGS = {"global", "weak", "unique"}
FIRST_NODE = 2
"""References without a version accept entries up to this index, as programs did before the library had nodes."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What a program asks for: a symbol, perhaps in a version node that it found in some file."""

    name: str
    node: str | None = None
    weak: bool = False
    weak_node: bool = False
    """Nothing but weak references want the node."""
    strict: bool = False
    """A symbol without a version will not do (a flag that linkers do not set)."""
    fixed_tls: bool = False
    """Thread-local data, at a distance from the thread pointer that is fixed at the start: as programs take it."""
    call: bool = False
    """It is only called, so a loader that is not told to bind at once looks for it at the first call."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a reference, and which entry of which file serves it."""

    outcome: str
    entry: Entry | None = None
    table: Table | None = None
    lazy: bool = False
    """A fatal outcome shows only at the first call, unless the loader binds at once."""

    @property
    def fatal(self) -> bool:
        return self.outcome in FATAL

    @property
    def node(self) -> str | None:
        return self.table.node(self.entry) if self.table and self.entry else None


def bind(reference: Reference, scope: Sequence[Table]) -> Fate:
    """The fate of a reference. `scope` is the file that it was linked to, then what is searched after that."""
    file, warned = scope[0], False
    if reference.node is not None:
        warned = file.defined is None
        if not warned and reference.node not in file.defined and not reference.weak_node:
            return Fate(NODE_MISSING)
    for table in scope:
        entry = search(reference, table, table is file)
        if entry is ASSERTION:
            return Fate(ABORTS, table=table, lazy=reference.call)
        if entry is not None:
            divides = reference.fixed_tls and entry.kind != "tls" and not table.tls
            return Fate(ABORTS if divides else WARNED if warned else RESOLVES, entry, table)
    if reference.weak:
        return Fate(NULL)
    known = any(visible(entry) for table in scope for entry in table.entries.get(reference.name, ()))
    return Fate(WRONG_NODE if known else MISSING, lazy=reference.call)


ASSERTION = Entry(-1)
"""Stands for a lookup that ends the loader itself."""


def search(reference: Reference, table: Table, named: bool) -> Entry | None:
    """The entry of one file that serves a reference. `named`: the reference says that its version is from here."""
    newer = []
    for entry in table.entries.get(reference.name, ()):
        if not entry.placed or entry.kind not in SEARCHED:
            continue
        if reference.node is not None:
            if not table.versioned:
                if named:
                    return ASSERTION
            elif not serves(table.node(entry), entry.hidden, reference):
                continue
        elif table.versioned and entry.index > FIRST_NODE:
            if not entry.hidden:
                newer.append(entry)
            continue
        return entry if visible(entry) else None
    # A later node serves a reference without version if there is no choice.
    return newer[0] if len(newer) == 1 and visible(newer[0]) else None


def serves(node: str | None, hidden: bool, reference: Reference) -> bool:
    """Whether an entry is the version that is asked for, or has none and hides from nobody."""
    return node == reference.node or (node is None and not hidden and not reference.strict)


def visible(entry: Entry) -> bool:
    """Whether other files may bind to an entry once it was found."""
    return entry.visibility in ("default", "protected") and entry.bind in BINDINGS


def offered(table: Table) -> Iterator[tuple[Reference, Entry]]:
    """Every reference to code or data that a program linked to this file can hold, those of earlier releases included."""
    for name, entries in table.entries.items():
        for entry in entries:
            if is_offered(entry):
                yield refer(name, entry, table), entry


def is_offered(entry: Entry) -> bool:
    return entry.placed and not entry.absolute and entry.kind in SEARCHED and visible(entry)


def refer(name: str, entry: Entry, table: Table) -> Reference:
    return Reference(name, table.node(entry), fixed_tls=entry.kind == "tls", call=entry.kind in ("func", "ifunc"))


def moved(old: Table, new: Table) -> Iterator[tuple[Reference, Entry]]:
    """What `old` offers, without what is the same in `new`: nearly everything, as a rule, which needs no second look."""
    same = old.versioned == new.versioned
    for name, entries in old.entries.items():
        if not (same and new.entries.get(name) == entries and all(is_kept(entry, old, new) for entry in entries)):
            for entry in entries:
                if is_offered(entry):
                    yield refer(name, entry, old), entry


def is_kept(entry: Entry, old: Table, new: Table) -> bool:
    node = old.nodes.get(entry.index)
    return new.nodes.get(entry.index) == node and (node is None or node in (new.defined or ()))


def scope_of(image: Image) -> tuple[Table, ...]:
    """A library and what it needs, as far as that is known."""
    return (table_of(image), *map(table_of, image.around))


def table_of(image: Image) -> Table:
    """The loader's table, made up of what is known where no file was read."""
    if image.table is not None:
        return image.table
    symbols = image.symbols or {}
    nodes = list(image.nodes) if image.nodes is not None else sorted({node for node in symbols.values() if node})
    index = {node: FIRST_NODE + place for place, node in enumerate(nodes)}
    index |= {node: FIRST_NODE + len(index) + place for place, node in enumerate(sorted({*symbols.values()} - index.keys() - {None}))}
    entries: dict[str, tuple[Entry, ...]] = {}
    for key, node in symbols.items():
        name = key.partition("@")[0]
        kind, size = ("object" if name in image.data else "func"), (image.sizes or {}).get(key, 0)
        seen = "protected" if name in image.protected else "default"
        made = Entry(index[node] if node else 1, key in image.hidden or "@" in key, kind, visibility=seen, size=size)
        entries[name] = (*entries.get(name, ()), made)
    named = image.soname or ""
    return Table(named, entries, {place: node for node, place in index.items()}, frozenset({*nodes, named}) if nodes else None, bool(nodes) or image.versioned)
