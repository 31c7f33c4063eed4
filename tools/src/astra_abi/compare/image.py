"""The library as the machine sees it: SONAME, floor, needed libraries, writable state. Symbols are compared beside it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Collection, Iterator

from ..model import Image
from ..toolchain import OF_GLIBC, named, version_key
from .kinds import Change
from .pair import Pair


def changes(pair: Pair) -> Iterator[Change]:
    old, new = pair.old.image, pair.new.image
    if old is None or new is None:
        return
    if old.soname is not None and old.soname != new.soname and (new.soname is not None or new.symbols is not None):
        yield Change("soname_changed", "library:soname", {}, old.soname, new.soname, pair.site)
    if not new.closed:  # Two contracts compare what they allow as build inputs.
        yield from needs(pair, old, new)
        yield from floor(old, new, pair.site)
        yield from dangers(old, new, pair.site)


def needs(pair: Pair, old: Image, new: Image) -> Iterator[Change]:
    where = pair.site
    if old.needed is not None and new.needed is not None:
        for name in sorted(set(new.needed) - set(old.needed)):
            facts = {"declared": old.promises("needed"), "with_libc": comes_with_libc(name, old.needed)}
            yield Change("needed_added", f"library:needed:{name}", facts, None, name, where)
        if not pair.checked:
            for name in sorted(set(old.needed) - set(new.needed)):
                yield Change("needed_removed", f"library:needed:{name}", {}, name, None, where)
    if old.rpath_known and new.rpath_known and old.rpath != new.rpath:
        kind, facts = ("rpath_added", {"declared": old.promises("rpath")}) if new.rpath is not None else ("rpath_removed", {})
        yield Change(kind, "library:rpath", facts, old.rpath, new.rpath, where)


def comes_with_libc(name: str, needed: Collection[str]) -> bool:
    """Whether a library is there wherever the C library is that was needed before. How new it must be is the floor's."""
    return OF_GLIBC.fullmatch(name) is not None and "libc.so.6" in needed


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
            yield Change("floor_raised", f"library:floor.{family}", {"declared": old.promises(family)}, was, now, where)


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
    for kind, subject, facts, before, after in (
        ("exec_stack_added", "library:exec-stack", {"declared": old.promises("exec_stack")}, old.exec_stack, new.exec_stack),
        ("text_relocations_added", "library:text-relocations", {}, old.text_relocations, new.text_relocations),
    ):
        if before is False and after:
            yield Change(kind, subject, facts, "no", "yes", where)
    if old.initializers is not None and new.initializers is not None and new.initializers > old.initializers:
        counts = (str(old.initializers), str(new.initializers))
        yield Change("initializers_added", "library:initializers", {}, *counts, where)
    if old.closed and old.state is not None and new.state is not None:
        for name in sorted(set(new.state)):
            if not any(fnmatchcase(name.lower(), pattern.lower()) for pattern in old.state):
                yield Change("state_added", f"library:state:{name}", {}, None, name, where)
