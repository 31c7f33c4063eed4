"""Exported data. A program may hold a copy of it, as large as the data was when the program was linked."""

from __future__ import annotations

from typing import Iterator

from ..model import Variable
from .functions import kept_version
from .kinds import Change
from .pair import Pair, texts


def changes(pair: Pair) -> Iterator[Change]:
    old, new = pair.old.variables, pair.new.variables
    compared = set()
    if old is not None and new is not None:
        for name in old.keys() & new.keys():
            compared.add(name)
            if kept := kept_version(pair.old.image, pair.new.image, name):
                yield from renewed(pair, old[name], new[name], kept)
            else:
                yield from compare_variable(pair, old[name], new[name])
        for name in (old.keys() - new.keys()) if pair.declared else ():
            kept = pair.new.image is not None and pair.new.image.symbols is not None and name in pair.new.image.symbols
            yield Change("variable_removed", f"variable:{name}", {"kept": kept}, str(old[name].type), None, old[name].where)
    yield from sizes(pair, compared)


def renewed(pair: Pair, old: Variable, new: Variable, kept: str) -> Iterator[Change]:
    """Another variable for programs that are linked from now on; those from before have the kept one, as large as it is."""
    if any(compare_variable(pair, old, new)):
        yield Change("variable_renewed", f"variable:{old.name}", {}, f"{old.type}, {kept}", str(new.type), new.where)
    before, after = old.size or told(pair.old, old.name), told(pair.new, kept)
    if before and after and before != after:
        yield Change("variable_type_changed", f"variable:{kept}", {"resized": True, "number": False}, f"{before} bytes", f"{after} bytes", pair.site)


def compare_variable(pair: Pair, old: Variable, new: Variable) -> Iterator[Change]:
    subject, where = f"variable:{old.name}", new.where or old.where
    before, after = old.size or told(pair.old, old.name), new.size or told(pair.new, new.name)
    resized = bool(before and after and before != after)
    if resized and old.thread_local and new.thread_local and same_element(pair, old, new):
        yield tls_resized(subject, before, after, where)
    elif not same_element(pair, old, new) or resized:
        left, right = texts(old.type, new.type)
        if resized:
            left, right = f"{left}, {before} bytes", f"{right}, {after} bytes"
        yield Change("variable_type_changed", subject, {"resized": resized, "number": pair.numbers(old.type.element, new.type.element)}, left, right, where)
    if old.constant != new.constant:
        words = {True: "constant", False: "writable"}
        yield Change("variable_const_changed", subject, {"now": words[new.constant]}, words[old.constant], words[new.constant], where)
    if old.thread_local != new.thread_local:
        words = {True: "one for each thread", False: "one for all threads"}
        yield Change("variable_tls_changed", subject, {}, words[old.thread_local], words[new.thread_local], where)


def tls_resized(subject: str, before: int, after: int, where: str) -> Change:
    """No program holds a copy of what every thread has its own of: all ask the loader where it is."""
    facts = {"now": "larger" if after > before else "smaller"}
    return Change("variable_tls_resized", subject, facts, f"{before} bytes for each thread", f"{after} bytes for each thread", where)


def of_threads(abi, name: str) -> bool:
    table = abi.image.table if abi.image else None
    return table is not None and any(entry.kind == "tls" for entry in table.entries.get(name, ()))


def same_element(pair: Pair, old: Variable, new: Variable) -> bool:
    """Lengths of arrays are compared as bytes, since a header need not tell them."""
    if (old.type.count is None) != (new.type.count is None):
        return False
    return pair.same_type(old.type.element, new.type.element)


def told(abi, name: str) -> int | None:
    return (abi.image.sizes or {}).get(name) if abi.image else None


def sizes(pair: Pair, compared: set[str]) -> Iterator[Change]:
    """Data of which only the symbol table knows."""
    before, after = ((abi.image.sizes or {}) if abi.image else {} for abi in (pair.old, pair.new))
    for name in sorted((before.keys() & after.keys()) - compared):
        bound = kept_version(pair.old.image, pair.new.image, name) or name
        now = after.get(bound)
        if now is None or before[name] == now:
            continue
        if of_threads(pair.old, name) and of_threads(pair.new, name):
            yield tls_resized(f"variable:{name}", before[name], now, pair.site)
        else:
            texts_ = (f"{before[name]} bytes", f"{now} bytes")
            yield Change("variable_type_changed", f"variable:{name}", {"resized": True, "number": False}, *texts_, pair.site)
