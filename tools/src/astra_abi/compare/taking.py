"""A program against a library: what becomes of each symbol that it takes, and of the copies that it holds.

Only what the program takes is looked at; what else the library has or lacks is no matter to it.
"""

from __future__ import annotations

from typing import Iterator

from ..loader import ABORTS, NODE_MISSING, NULL, WARNED, Fate, Reference, bind, scope_of, table_of
from ..model import Image, Table, Taken
from .kinds import Change
from .pair import Pair
from .symbols import SORTS, versions


def changes(pair: Pair) -> Iterator[Change]:
    taking, image = pair.old.taking, pair.new.image
    if taking is None or image is None or image.symbols is None:
        return
    where, scope = pair.old.origin, scope_of(image)
    lost = yield from nodes(taking.nodes, image, where)
    warned = set()
    for item in taking.symbols:
        if not item.uses or item.node in lost:
            continue
        fate = bind(reference_of(item), scope)
        if fate.outcome == WARNED and item.node not in warned:
            warned.add(item.node)
            yield Change("program_version_unknown", f"library:node:{item.node}", {}, item.node, "no version nodes", where)
        yield from symbol(item, fate, scope[0], where)


def reference_of(item: Taken) -> Reference:
    return Reference(item.name, item.node, item.weak, item.weak_node, item.strict, "fixed-tls" in item.uses, item.uses == {"call"})


def nodes(wanted: dict[str, bool], image: Image, where: str) -> Iterator[Change]:
    """Version nodes that are not there; returns those for which the program is not started."""
    defined, lost = table_of(image).defined, set()
    for node, weak in sorted(wanted.items()):
        if defined is not None and node not in defined:
            now = ", ".join(image.nodes or ()) or "none"
            yield Change("program_node_missing", f"library:node:{node}", {"weak": weak}, node, now, where)
            lost |= set() if weak else {node}
    return lost


def symbol(item: Taken, fate: Fate, table: Table, where: str) -> Iterator[Change]:
    subject = f"symbol:{item.text}"
    if fate.outcome == ABORTS and fate.entry is None:
        yield Change("program_version_refused", subject, {}, item.text, "the library has no version table", where)
    elif fate.fatal and fate.entry is None or fate.outcome == NULL:
        bound = "weak" if fate.outcome == NULL else "call" if fate.lazy else "start"
        yield Change("program_symbol_missing", subject, {"bound": bound}, item.text, versions(table, item.name) or None, where)
    if fate.entry is None or fate.outcome == NODE_MISSING:
        return
    wanted, there = sort_of(item), SORTS.get(fate.entry.kind)
    if None not in (wanted, there) and wanted != there:
        yield Change("symbol_kind_changed", subject, {}, wanted, there, where)
    elif "copy" in item.uses:
        yield from copy(item, fate, subject, where)


def sort_of(item: Taken) -> str | None:
    """What the program takes a symbol for: as the linker saw it, else as it uses it."""
    if item.kind in SORTS:
        return SORTS[item.kind]
    if item.uses & {"tls", "fixed-tls"}:
        return SORTS["tls"]
    return SORTS["object"] if "copy" in item.uses else SORTS["func"] if item.uses == {"call"} else None


def copy(item: Taken, fate: Fate, subject: str, where: str) -> Iterator[Change]:
    """Data of which the program holds a copy, as large as it was when the program was linked."""
    size = fate.entry.size
    if size and item.size and size != item.size:
        facts = {"now": "larger" if size > item.size else "smaller"}
        yield Change("program_copy_resized", subject, facts, f"{item.size} bytes", f"{size} bytes", where)
    if fate.entry.visibility == "protected":
        yield Change("program_copy_ignored", subject, {}, "shared with the library", "protected: the library uses its own", where)
