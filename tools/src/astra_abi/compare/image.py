"""The library as the loader and the machine see it: symbols, version nodes, floor, needed, writable state."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Iterator

from ..model import Image
from ..toolchain import named, version_key
from .kinds import Change
from .pair import Pair


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
        yield Change("symbol_removed", f"symbol:{name}", {}, spell(name, old.symbols[name]), hint, pair.new.origin)
    for name in sorted((set(new.data) - set(old.data)) & old.symbols.keys()):
        yield Change("symbol_removed", f"symbol:{name}", {}, spell(name, old.symbols[name]), "data instead of a function", pair.new.origin)
    closed = old.closed and not new.closed
    for name in fresh:
        yield Change("symbol_added", f"symbol:{name}", {"closed": closed}, None, spell(name, new.symbols[name]), pair.new.origin)


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
    """A node that is gone altogether stops every program that names it; one symbol's move only its users."""
    nodes = {node for node in new.symbols.values() if node}
    lost = {node for name, node in old.symbols.items() if node and node not in nodes and name in new.symbols}
    for node in sorted(lost):
        now = ", ".join(sorted(nodes)) or "no version nodes"
        yield Change("version_node_removed", f"library:node:{node}", {"all": not nodes}, node, now, where)
    for name in old.symbols.keys() & new.symbols.keys():
        before, after = old.symbols[name], new.symbols[name]
        if before != after and before not in lost and (before or after) and not kept_aside(old, new, name):
            became = "versioned" if not before else "another" if after else "unversioned"
            texts = (spell(name, before), spell(name, after))
            yield Change("symbol_version_changed", f"symbol:{name}", {"became": became}, *texts, where)


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
