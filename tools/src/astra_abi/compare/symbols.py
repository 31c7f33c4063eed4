"""Symbols and version nodes: what becomes of every reference that programs hold, as the loader decides it.

A contract is stricter than the loader: what it lists must be what the linker gives out, in the very node.
"""

from __future__ import annotations

import re
from collections import defaultdict
from difflib import get_close_matches
from typing import Iterator

from ..loader import ABORTS, MISSING, NODE_MISSING, WARNED, WRONG_NODE, Fate, Reference, bind, moved, scope_of, table_of
from ..model import Entry, Image, Table
from .kinds import Change
from .pair import Pair, declares

SORTS = {"func": "function", "ifunc": "function", "object": "data", "common": "data", "tls": "thread-local data"}
"""What a symbol is to a caller. Assembly code may leave it open."""
PRIVATE_NODE = re.compile(r"(?:^|_)(?:PRIVATE|INTERNAL)(?:_|$)", re.IGNORECASE)
"""Version nodes that say by their name that programs have no business with their symbols, as GLIBC_PRIVATE does."""
EVERYONES = re.compile(r"_Z(?:T[ISV]|GV|Z)*N?K?S[tabsiod]")
"""Names of what the standard library of C++ is made of."""
MOST_GUESSES = 50_000
"""Most pairs of names that are held against each other to find a renamed symbol; ten microseconds each."""


def changes(pair: Pair) -> Iterator[Change]:
    old, new = pair.old.image, pair.new.image
    if old is None or new is None or old.symbols is None or new.symbols is None:
        return
    if old.closed:
        yield from listed(pair, old, new)
    else:
        yield from bound(pair, old, new)


def bound(pair: Pair, old: Image, new: Image) -> Iterator[Change]:
    """A build or a release against a build: the fate of every reference that the old one served."""
    scope, nodes, gone = scope_of(new), defaultdict(list), []
    before, table, kept = table_of(old), scope[0], set()
    for reference, entry in moved(before, table):
        if before.made_by_linker(reference.name):
            continue
        fate = bind(reference, scope)
        kept.add((reference.name, fate.node if fate.table is table else None))
        if fate.outcome in (NODE_MISSING, WARNED) or (fate.outcome == ABORTS and fate.entry is None):
            nodes[reference.node, fate.outcome].append(reference.name)
        if fate.outcome == MISSING or (fate.fatal and reference.name not in table.entries):
            gone.append(reference)
        elif fate.fatal:
            kept.update((reference.name, table.node(other)) for other in table.entries[reference.name])
        if fate.outcome == WRONG_NODE and reference.name in table.entries:
            facts = {"became": "another" if reference.node else "hidden", "declared": False}
            yield Change("symbol_version_changed", subject(before, reference), facts, said(reference), versions(table, reference.name), pair.site)
        elif fate.entry is not None:
            yield from served(before, reference, entry, fate, table, pair.site)
    yield from removed(pair, before, table, gone)
    yield from lost(pair, table, nodes)
    yield from added(pair, before, table, kept)


def subject(table: Table, reference: Reference) -> str:
    """The symbol, with its version if the linker gave out another one."""
    aside = any(entry.hidden and table.node(entry) == reference.node for entry in table.entries[reference.name])
    return f"symbol:{said(reference)}" if aside else f"symbol:{reference.name}"


def said(reference: Reference) -> str:
    return spell(reference.name, reference.node)


def spell(name: str, node: str | None) -> str:
    return f"{name}@{node}" if node else name


def versions(table: Table, name: str) -> str:
    """Every version of a symbol, the one that the linker gives out with two signs."""
    found = [(table.node(entry), entry.hidden) for entry in table.entries.get(name, ())]
    return ", ".join(f"{name}{'@' if hidden else '@@'}{node}" if node else name for node, hidden in found)


def removed(pair: Pair, old: Table, new: Table, gone: list[Reference]) -> Iterator[Change]:
    fresh = [name for name in new.entries if name not in old.entries]
    for reference in gone:
        heir = renamed_to(pair, reference.name, fresh, len(gone))
        hint = f"perhaps renamed to {heir}" if heir else None
        private = PRIVATE_NODE.search(reference.node or "") or is_everyones(old, reference.name)
        facts = {"declared": is_declared(pair, reference.name) and not private}
        yield Change("symbol_removed", subject(old, reference), facts, said(reference), hint, pair.site)


def served(old: Table, reference: Reference, entry: Entry, fate: Fate, table: Table, where: str) -> Iterator[Change]:
    """What changed about a symbol that programs still find."""
    place = subject(old, reference)
    if fate.table is not table:
        now = f"{spell(reference.name, fate.node)} in {fate.table.name}"
        yield Change("symbol_moved", place, {"versioned": reference.node is not None}, said(reference), now, where)
    elif fate.node != reference.node and fate.outcome != WARNED:
        facts = {"became": "versioned" if fate.node else "unversioned", "declared": False}
        yield Change("symbol_version_changed", place, facts, said(reference), spell(reference.name, fate.node), where)
    sorts = SORTS.get(entry.kind), SORTS.get(fate.entry.kind)
    if None not in sorts and sorts[0] != sorts[1]:
        yield Change("symbol_kind_changed", place, {}, *sorts, where)


def lost(pair: Pair, table: Table, nodes: dict[tuple[str, str], list[str]]) -> Iterator[Change]:
    """Nodes that programs name and the library does not have. One whose symbols all went is told as their removal."""
    then = {NODE_MISSING: "refused", WARNED: "warned", ABORTS: "aborted"}
    present = ", ".join(dict.fromkeys(table.nodes.values())) if table.defined is not None else "no version nodes"
    for (node, outcome), names in sorted(nodes.items()):
        if outcome == NODE_MISSING and not any(name in table.entries for name in names):
            continue
        facts = {"then": then[outcome], "declared": False, "offered": any(is_declared(pair, name) for name in names)}
        yield Change("version_node_removed", f"library:node:{node}", facts, node, present, pair.site)


def added(pair: Pair, old: Table, new: Table, kept: set[tuple[str, str | None]]) -> Iterator[Change]:
    """What is new, except for symbols under which something else is served that was there."""
    known = {(reference.name, reference.node) for reference, _ in moved(old, new)}
    for reference, _ in moved(new, old):
        pair_of = reference.name, reference.node
        if pair_of in known or pair_of in kept or new.made_by_linker(reference.name):
            continue
        place = subject(new, reference) if reference.name not in old.entries else f"symbol:{said(reference)}"
        yield Change("symbol_added", place, {"closed": False}, None, said(reference), pair.site)


def listed(pair: Pair, old: Image, new: Image) -> Iterator[Change]:
    """A contract's list against another contract or against a build."""
    where = pair.site
    gone = [name for name in old.symbols if name not in new.symbols]
    fresh = [name for name in new.symbols if name not in old.symbols]
    for name in gone:
        heir = renamed_to(pair, name, fresh, len(gone))
        hint = f"perhaps renamed to {heir}" if heir else None
        yield Change("symbol_removed", f"symbol:{name}", {"declared": True}, spell(name, old.symbols[name]), hint, where)
    for name in sorted(set(new.data) - set(old.data)):
        if name in old.symbols:
            yield Change("symbol_kind_changed", f"symbol:{name}", {}, "function", "data", where)
    for name in fresh:
        now = name if "@" in name else spell(name, new.symbols[name])
        if pair.old.complete and not new.closed:  # headers list what is promised, and no list says what else there may be
            yield Change("symbol_unexplained", f"symbol:{name}", {}, None, now, where)
        else:
            yield Change("symbol_added", f"symbol:{name}", {"closed": not new.closed}, None, now, where)
    yield from misplaced(old, new, where)


def misplaced(old: Image, new: Image, where: str) -> Iterator[Change]:
    """Nodes and symbols that are not where a contract lists them."""
    table = table_of(new)
    nodes = set(new.nodes) if new.nodes is not None else {node for node in new.symbols.values() if node}
    lost = {node for name, node in old.symbols.items() if node and node not in nodes and name in new.symbols}
    for node in sorted(lost):
        then = "refused" if nodes else "warned" if table.versioned else "aborted"
        facts = {"then": then, "declared": True, "offered": True}
        yield Change("version_node_removed", f"library:node:{node}", facts, node, ", ".join(sorted(nodes)) or "no version nodes", where)
    for name in sorted(old.symbols.keys() & new.symbols.keys()):
        before, after = old.symbols[name], new.symbols[name]
        if before != after and before not in lost:
            became = "versioned" if not before else "another" if after else "unversioned"
            facts = {"became": became, "declared": True}
            yield Change("symbol_version_changed", f"symbol:{name}", facts, spell(name, before), spell(name, after), where)


def is_everyones(table: Table, name: str) -> bool:
    """Templates of the C++ standard library: whoever uses one compiles it too, so that no program needs another's copy."""
    return EVERYONES.match(name) is not None and all(entry.bind in ("weak", "unique") for entry in table.entries[name])


def is_declared(pair: Pair, name: str) -> bool:
    """Whether headers or a contract offered the symbol to programs; without them everything exported is offered."""
    if not declares(pair.old) or pair.old.image is None or pair.old.image.closed:
        return True
    functions = pair.old.functions or {}
    return name in functions or name in (pair.old.variables or {}) or any(item.symbol == name for item in functions.values())


def renamed_to(pair: Pair, name: str, fresh: list[str], gone: int) -> str | None:
    """A new symbol with the same signature, or with a name that is almost the same."""
    old, functions = (pair.old.functions or {}).get(name), pair.new.functions or {}
    for heir in fresh if old and functions else ():
        new = functions.get(heir)
        if new and len(old.params) == len(new.params) and pair.same_type(old.returns, new.returns):
            if all(pair.same_type(a.type, b.type) for a, b in zip(old.params, new.params)):
                return heir
    if gone * len(fresh) > MOST_GUESSES:
        return None
    return next(iter(get_close_matches(name, fresh, 1)), None)
