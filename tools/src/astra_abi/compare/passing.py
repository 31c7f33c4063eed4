"""What is passed by value: structs and unions of one size that travel otherwise than before. Owns no convention.

What a side does not show has no answer (None) and no change.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Iterator

from ..model import Abi, Signature, Struct, Type
from .conventions import SCALARS_ALIKE, Part, Shape, Way, alignment, convention
from .kinds import Change
from .pair import Pair, innermost, size_of

LARGEST = 128
"""Bytes from which on no convention uses registers; what is larger need not be looked into."""
ARRAY = "[]"


def way(abi: Abi, type_: Type) -> Way | None:
    """How a struct or union is passed by value on the target of its model."""
    size = size_of(abi, type_)
    if size is None or size > LARGEST:
        return None if size is None else ("more than registers hold",)
    shape = shape_of(abi, type_, size)
    return shape and convention(abi.target)(shape)


def shape_of(abi: Abi, type_: Type, size: int) -> Shape | None:
    unions: list[bool] = []
    found = parts(abi, type_, size, 0, frozenset(), unions)
    if found is None or any(part.at + part.size > size for part in found):
        return None
    ends, overlaps = 0, False
    for part in sorted((part for part in found if not part.bits), key=lambda part: part.at):
        overlaps, ends = overlaps or part.at < ends, max(ends, part.at + part.size)
    struct = (abi.structs or {}).get(type_.base)
    align = max([struct.align or 1 if struct else 1, *map(alignment, found)])
    return Shape(tuple(found), size, overlaps or any(unions), align, unions[:1] == [True])


def parts(abi: Abi, type_: Type, size: int, at: int, around: frozenset[str], unions: list[bool]) -> list[Part] | None:
    """Every scalar of a type; None where its inside is not shown."""
    inner, count = innermost(type_)
    around = around if inner is type_ else around | {ARRAY}
    type_ = inner
    if count > LARGEST:
        return None
    if count != 1:
        found: list[Part] = []
        for index in range(count):
            one = parts(abi, type_, size // count, at + index * (size // count), around, unions)
            if one is None:
                return None
            found += one
        return found
    struct = None if type_.pointers else (abi.structs or {}).get(type_.base)
    if struct is None:
        found = scalar(abi, type_, size, at)
        return found and [replace(part, array=part.array or ARRAY in around, nested=len(around) > 1) for part in found]
    if struct.name in around or struct.by_reference:
        return None
    unions.append(struct.union)
    found = []
    for field in struct.fields:
        if field.bits:
            first = at + field.begin // 8
            found.append(Part(first, at + (field.end + 7) // 8 - first, "int", True))
        elif field.size:
            within = parts(abi, field.type, field.size, at + field.offset, around | {struct.name}, unions)
            if within is None:
                return None
            found += within
    return found


def scalar(abi: Abi, type_: Type, size: int, at: int) -> list[Part] | None:
    base = abi.enums[type_.base].type if type_.base in (abi.enums or {}) else type_.base
    if type_.pointers or base in ("function", "char", "bool") or base in (abi.handles or {}) or base[:1] in "iu" and base[1:].isdecimal():
        return [Part(at, size, "int")]
    letter, digits, rest = base[:1], *base[1:].partition("x")[::2]
    if not digits.isdecimal() or letter not in "fqc":
        return [Part(at, size, "vector")] if letter in "iu" and digits.isdecimal() and rest else None
    if rest:
        return [Part(at, size, "vector")]
    halves = 2 if letter == "c" else 1
    each = size // halves
    x87 = letter != "q" and each > 8 and abi.target.startswith(("x86_64", "i686"))
    kind = "long double" if x87 else "vector" if each > 8 and letter == "q" and abi.target.startswith("x86_64") else "float"
    return [Part(at + index * each, each, kind, array=halves > 1) for index in range(halves)]


def by_value(abi: Abi, names: set[str]) -> set[str]:
    """Structs that these functions, and whatever is called through a pointer, take or return as a whole."""
    found: set[str] = set()
    waiting: list[tuple[Type, bool]] = []
    for name in names:
        function = abi.functions[name]
        waiting += [(function.returns, True), *((param.type, True) for param in function.params)]
    for table in (abi.variables, abi.typedefs):
        waiting += [(item.type, False) for item in (table or {}).values()]
    waiting += [(field.type, False) for struct in (abi.structs or {}).values() for field in struct.fields]
    while waiting:
        type_, whole = waiting.pop()
        if isinstance(type_.inner, Signature):
            waiting += [(part, True) for part in (type_.inner.returns, *type_.inner.params)]
        elif type_.inner is not None:
            waiting.append((type_.inner, False))
        elif whole and not type_.pointers and type_.base in (abi.structs or {}):
            found.add(type_.base)
    return found


def changes(pair: Pair) -> Iterator[Change]:
    """Structs and unions of the same size that travel otherwise than before."""
    if pair.checked or None in (pair.old.functions, pair.new.functions, pair.old.structs, pair.new.structs):
        return
    for name in sorted(by_value(pair.old, pair.old.functions.keys() & pair.new.functions.keys()) & pair.new.structs.keys()):
        old, new = pair.old.structs[name], pair.new.structs[name]
        if old.size != new.size or old.by_reference != new.by_reference:
            continue  # which is told by itself
        before, after = way(pair.old, Type(name)), way(pair.new, Type(name))
        if None not in (before, after) and before != after:
            yield Change("struct_passing_changed", f"struct:{name}", {"how": "registers"}, spoken(before), spoken(after), new.where or old.where)


def spoken(words: Way) -> str:
    """The way in words, with equal registers counted: 2 x integer register."""
    runs = [(word, len(list(run))) for word, run in groupby(words)]
    return ", ".join(word if count == 1 else f"{count} x {word}" for word, count in runs) or "nothing"


def depends(old: Abi, new: Abi) -> str:
    """The convention that a comparison of the two depends on; "" where nothing is passed by value that changed."""
    tables = (old.functions, new.functions, old.structs, new.structs)
    if None in tables:
        return ""
    before, after = by_value(old, set(old.functions)), by_value(new, set(new.functions))
    if before == after and not any(other(old, new, name) for name in before):
        return ""
    return convention(new.target).__name__


def other(old: Abi, new: Abi, name: str) -> bool:
    """Whether anything that lies in a struct is otherwise."""
    inside = held(old, name) | held(new, name)
    return any(inner(old.structs.get(item)) != inner(new.structs.get(item)) for item in inside)


def inner(struct: Struct | None) -> tuple | None:
    """What matters of a struct, wherever it stands."""
    return struct and (struct.size, struct.align, struct.union, struct.by_reference, struct.fields)


def held(abi: Abi, name: str) -> set[str]:
    """A struct and all that it holds as a whole."""
    found, waiting = set(), [name]
    while waiting:
        struct: Struct | None = (abi.structs or {}).get(item := waiting.pop())
        if struct is None or item in found:
            continue
        found.add(item)
        waiting += [inner.base for field in struct.fields if not (inner := innermost(field.type)[0]).pointers]
    return found


def same_way(pair: Pair, old: Type, new: Type) -> bool:
    """Whether a struct of one scalar became that scalar, or the other way round, and travels as before."""
    structs = [not type_.pointers and type_.count is None and type_.base in (abi.structs or {}) for abi, type_ in ((pair.old, old), (pair.new, new))]
    ways = convention(pair.old.target), convention(pair.new.target)
    if structs[0] == structs[1] or pair.checked or ways[0] is not ways[1] or ways[0] not in SCALARS_ALIKE:
        return False
    sizes = size_of(pair.old, old), size_of(pair.new, new)
    if sizes[0] != sizes[1] or sizes[0] not in (4, 8):
        return False
    return pair.same_type(unwrapped(pair.old, old), unwrapped(pair.new, new))


def unwrapped(abi: Abi, type_: Type) -> Type:
    """What a struct with one member holds."""
    struct = None if type_.pointers else (abi.structs or {}).get(type_.base)
    if struct is None or struct.by_reference or len(struct.fields) != 1 or struct.fields[0].bits:
        return type_
    return struct.fields[0].type
