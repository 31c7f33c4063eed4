"""The library as the loader and the machine see it: symbols, version nodes, floor, needed, writable state."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Iterator

from ..model import Image
from ..toolchain import named, version_key
from .kinds import Change
from .pair import Pair, declares


def changes(pair: Pair) -> Iterator[Change]:
    old, new = pair.old.image, pair.new.image
    if old is None or new is None:
        return
    if old.symbols is not None and new.symbols is not None:
        yield from symbols(pair, old, new)
        yield from version_nodes(old, new, pair.new.origin)
    if old.soname is not None and old.soname != new.soname and (new.soname is not None or new.symbols is not None):
        yield Change("soname_changed", "library:soname", {}, old.soname, new.soname, pair.new.origin)
    if not new.closed:  # Two contracts compare what they allow as build inputs.
        yield from needs(pair, old, new)
        yield from floor(old, new, pair.new.origin)
        yield from dangers(old, new, pair.new.origin)


def symbols(pair: Pair, old: Image, new: Image) -> Iterator[Change]:
    gone = [name for name in old.symbols if name not in new.symbols and not kept_aside(old, new, name)]
    fresh = [name for name in new.symbols if name not in old.symbols]
    for name in gone:
        heir = renamed_to(pair, name, fresh)
        hint = f"perhaps renamed to {heir}" if heir else None
        facts = {"declared": is_declared(pair, name)}
        yield Change("symbol_removed", f"symbol:{name}", facts, spell(name, old.symbols[name]), hint, pair.new.origin)
    for name in sorted((set(new.data) - set(old.data)) & old.symbols.keys()):
        facts = {"declared": is_declared(pair, name)}
        yield Change("symbol_removed", f"symbol:{name}", facts, spell(name, old.symbols[name]), "data instead of a function", pair.new.origin)
    closed = old.closed and not new.closed
    for name in fresh:
        if closed and pair.old.complete:  # headers list what is promised, and no list says what else there may be
            yield Change("symbol_unexplained", f"symbol:{name}", {}, None, spell(name, new.symbols[name]), pair.new.origin)
        elif f"{name}@{new.symbols[name]}" not in old.symbols or "@" in name:
            yield Change("symbol_added", f"symbol:{name}", {"closed": closed}, None, spell(name, new.symbols[name]), pair.new.origin)


def is_declared(pair: Pair, name: str) -> bool:
    """Whether headers or a contract offered the symbol to programs; without them everything exported is offered."""
    if not declares(pair.old) or pair.old.image is None or pair.old.image.closed:
        return True
    name = name.partition("@")[0]
    functions = pair.old.functions or {}
    return name in functions or name in (pair.old.variables or {}) or any(item.symbol == name for item in functions.values())


def kept_aside(old: Image, new: Image, name: str) -> bool:
    """Whether programs of a release still find the version that they name, though the linker gives another."""
    return not old.closed and f"{name}@{old.symbols[name]}" in new.symbols


def spell(name: str, node: str | None) -> str:
    return f"{name}@{node}" if node and "@" not in name else name


def renamed_to(pair: Pair, name: str, fresh: list[str]) -> str | None:
    """A new symbol with the same signature, or with a name that is almost the same."""
    old, functions = (pair.old.functions or {}).get(name), pair.new.functions or {}
    for heir in fresh:
        new = functions.get(heir)
        if old and new and len(old.params) == len(new.params) and pair.same_type(old.returns, new.returns):
            if all(pair.same_type(a.type, b.type) for a, b in zip(old.params, new.params)):
                return heir
    return next(iter(get_close_matches(name, fresh, 1)), None)


def version_nodes(old: Image, new: Image, where: str) -> Iterator[Change]:
    """What the loader finds for programs that name a symbol with its old node.

    A node that is gone stops every program that names it, before any symbol is looked up. A library without
    any node is taken with a warning. In a library with nodes, a symbol outside of them serves every program.
    """
    nodes = nodes_of(new)
    lost = {node for name, node in old.symbols.items() if node and node not in nodes and (name in new.symbols or old.nodes is not None)}
    if old.nodes is not None and new.nodes is not None:
        lost = {node for node in old.nodes if node not in nodes and any(used == node for used in old.symbols.values())}
    for node in sorted(lost):
        now = ", ".join(sorted(nodes)) or "no version nodes"
        facts = {"all": not nodes, "declared": old.closed}
        yield Change("version_node_removed", f"library:node:{node}", facts, node, now, where)
    for name in sorted(old.symbols.keys() & new.symbols.keys()):
        before, after = old.symbols[name], new.symbols[name]
        if before == after or before in lost or not (before or after) or kept_aside(old, new, name):
            continue
        facts = {"became": became(name, before, new), "declared": old.closed}
        yield Change("symbol_version_changed", f"symbol:{name}", facts, spell(name, before), spell(name, after), where)


def became(name: str, before: str | None, new: Image) -> str:
    if before:
        return "another" if new.symbols[name] else "unversioned"
    offered = [other for other in new.symbols if other.partition("@")[0] == name and other not in new.hidden]
    oldest = new.nodes and new.symbols[name] == new.nodes[0]
    return "versioned" if offered or oldest else "hidden"


def nodes_of(image: Image) -> set[str]:
    return set(image.nodes) if image.nodes is not None else {node for node in image.symbols.values() if node}


def needs(pair: Pair, old: Image, new: Image) -> Iterator[Change]:
    where = pair.new.origin
    if old.needed is not None and new.needed is not None:
        for name in sorted(set(new.needed) - set(old.needed)):
            yield Change("needed_added", f"library:needed:{name}", {}, None, name, where)
        if not pair.checked:
            for name in sorted(set(old.needed) - set(new.needed)):
                yield Change("needed_removed", f"library:needed:{name}", {}, name, None, where)
    if old.rpath_known and new.rpath_known and old.rpath != new.rpath:
        kind = "rpath_added" if new.rpath is not None else "rpath_removed"
        yield Change(kind, "library:rpath", {}, old.rpath, new.rpath, where)


def floor(old: Image, new: Image, where: str) -> Iterator[Change]:
    """Versions of other libraries that this one asks for."""
    if old.floor is None or new.floor is None:
        return
    for family, (version, symbol) in sorted(new.floor.items()):
        before = old.floor.get(family)
        if before is None and old.needed is not None and new.needed is not None:
            continue  # The library that the family belongs to is new, and told as needed_added.
        if before is None or version_key(version) > version_key(before[0]):
            was = f"{family}_{before[0]}" if before else None
            now = raised(new, family, (version, symbol), before and before[0])
            yield Change("floor_raised", f"library:floor.{family}", {}, was, now, where)


def raised(new: Image, family: str, top: tuple[str, str], before: str | None) -> str:
    """The versions above the old floor, each with the symbols that ask for it."""
    version, symbol = top
    container = new.container
    asks = (container.asks or {}).get(family, {}) if container else {}
    above = [name for name in asks if name[:1].isdigit() and (before is None or version_key(name) > version_key(before))]
    if version not in above:
        return f"{family}_{version}" + (f", for {symbol}" if symbol else "")
    ordered = sorted(above, key=version_key, reverse=True)
    return "; ".join(f"{family}_{name}" + (f", for {named(asks[name])}" if asks[name] else "") for name in ordered)


def dangers(old: Image, new: Image, where: str) -> Iterator[Change]:
    for kind, subject, before, after in (
        ("exec_stack_added", "library:exec-stack", old.exec_stack, new.exec_stack),
        ("text_relocations_added", "library:text-relocations", old.text_relocations, new.text_relocations),
    ):
        if before is False and after:
            yield Change(kind, subject, {}, "no", "yes", where)
    if old.initializers is not None and new.initializers is not None and new.initializers > old.initializers:
        counts = (str(old.initializers), str(new.initializers))
        yield Change("initializers_added", "library:initializers", {}, *counts, where)
    if old.closed and old.state is not None and new.state is not None:
        for name in sorted(set(new.state)):
            if not any(fnmatchcase(name.lower(), pattern.lower()) for pattern in old.state):
                yield Change("state_added", f"library:state:{name}", {}, None, name, where)
