"""How a struct or union travels when it is passed by value: in which registers, or in memory. Owns one answer for each convention.

What a side does not show, and what no convention here is known to tell apart, has no answer (None) and no change.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Callable, Iterator

from ..model import Abi, Signature, Struct, Type
from .kinds import Change
from .pair import Pair, innermost, size_of

LARGEST = 128
"""Bytes from which on no convention uses registers; what is larger need not be looked into."""
WHOLE, FLOATING, VECTOR, X87, MEMORY = "integer register", "floating register", "vector register", "x87 register", "memory"
WIDE = {"f128", "q128", "i128", "u128"}
Way = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One scalar: `kind` is "int", "float", "long double" or "vector"."""

    at: int
    size: int
    kind: str
    bits: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """What is in a type, with everything that lies in it."""

    parts: tuple[Part, ...]
    size: int
    union: bool = False
    align: int = 1

    @property
    def wide(self) -> Way:
        """A word more for what begins at every second register only."""
        return ("aligned to 16 bytes",) if self.align >= 16 else ()


def sysv(shape: Shape) -> Way:
    """x86-64 outside of Windows: each eightbyte has the class of what is in it."""
    if any(part.at % alignment(part) for part in shape.parts if not part.bits):
        return (MEMORY, *shape.wide)
    if [(part.kind, part.size) for part in shape.parts] == [("vector", shape.size)] and shape.size > 16:
        return (f"{VECTOR} of {shape.size} bytes",)
    if shape.size > 16:
        return (MEMORY, *shape.wide)
    lanes = [""] * -(-shape.size // 8)
    for part in shape.parts:
        for index, word in enumerate(lanes_of(part)):
            lanes[part.at // 8 + index] = merged(lanes[part.at // 8 + index], word)
    last = lanes[-1] if lanes else ""
    if MEMORY in lanes or last == "x87 rest" and lanes[0] != X87:
        return (MEMORY, *shape.wide)
    return tuple(lane for lane in lanes if lane and lane != "x87 rest")


def lanes_of(part: Part) -> list[str]:
    if part.kind == "long double":
        return [X87, "x87 rest"]
    if part.kind == "int":
        return [WHOLE] * ((part.at % 8 + part.size + 7) // 8)
    return [FLOATING] if part.size <= 8 else [VECTOR] * (part.size // 8)


def merged(one: str, other: str) -> str:
    if one == other or not one or not other:
        return one or other
    if WHOLE in (one, other):
        return WHOLE
    return MEMORY if one.startswith("x87") or other.startswith("x87") else FLOATING


def aapcs64(shape: Shape) -> Way:
    return alike(shape, 4) or (in_whole(shape) if shape.size <= 16 else ("pointer to a copy",))


def elf_v2(shape: Shape) -> Way:
    return alike(shape, 8) or in_whole(shape)


def vfp(shape: Shape) -> Way:
    """32-bit ARM with floating registers."""
    return alike(shape, 4) or (*in_whole(shape, 4), *(("aligned to 8 bytes",) if shape.align >= 8 else ()))


def riscv(shape: Shape) -> Way:
    """RISC-V and LoongArch: one or two members of which one is floating travel apart, unions never."""
    if shape.size > 16:
        return ("pointer to a copy",)
    apart = not shape.union and len(shape.parts) <= 2 and all(part.size <= 8 for part in shape.parts)
    if apart and any(part.kind == "float" for part in shape.parts):
        return tuple(f"{FLOATING if part.kind == 'float' else WHOLE} ({part.size} bytes at {part.at})" for part in shape.parts)
    return in_whole(shape)


def windows(shape: Shape) -> Way:
    return (WHOLE,) if shape.size in (1, 2, 4, 8) else ("pointer to a copy",)


def s390x(shape: Shape) -> Way:
    if len(shape.parts) == 1 and not shape.union and shape.parts[0].kind == "float" and shape.size == shape.parts[0].size <= 8:
        return (FLOATING,)
    return (WHOLE,) if shape.size in (1, 2, 4, 8) else ("pointer to a copy",)


def n64(shape: Shape) -> Way:
    """64-bit MIPS: a `double` that fills an eightbyte travels as one, and one or two floating members come back as such."""
    lone = {part.at // 8 for part in shape.parts if not shape.union and part.kind == "float" and part.size == 8 and part.at % 8 == 0}
    few = 0 < len(shape.parts) <= 2 and not shape.union and all(part.kind == "float" for part in shape.parts)
    back = tuple(f"returned as float at {part.at}" for part in shape.parts) if few else ()
    return (*(FLOATING if index in lone else WHOLE for index in range(-(-shape.size // 8))), *back)


def stack(shape: Shape) -> Way:
    return (MEMORY,)


def lone(shape: Shape) -> Way:
    """WebAssembly: what holds one scalar is that scalar."""
    return tuple(f"{part.kind} of {part.size} bytes" for part in shape.parts) if len(shape.parts) == 1 else ("pointer to a copy",)


def plain(shape: Shape) -> Way:
    """A machine of which nothing is known: what lies in each eightbyte."""
    lanes: list[set[str]] = [set() for _ in range(-(-shape.size // 8))]
    for part in shape.parts:
        for index in range(part.at // 8, (part.at + part.size + 7) // 8):
            lanes[index].add(part.kind)
    return tuple(" and ".join(sorted(lane)) for lane in lanes)


def alike(shape: Shape, most: int) -> Way:
    """A few floating or vector members of one kind and nothing else, each in a register of its own; else nothing."""
    kinds = {(part.kind, part.size) for part in shape.parts}
    if len(kinds) != 1 or "int" in (kind := next(iter(kinds))):
        return ()
    count = len({part.at for part in shape.parts})
    if count * kind[1] != shape.size or count > most:
        return ()
    return tuple(f"{VECTOR if kind[0] == 'vector' else FLOATING} of {kind[1]} bytes" for _ in range(count))


def in_whole(shape: Shape, width: int = 8) -> Way:
    return (*((WHOLE,) * -(-shape.size // width)), *shape.wide)


CONVENTIONS: tuple[tuple[str, Callable[[Shape], Way]], ...] = (
    ("x86_64-windows", windows), ("x86_64-", sysv), ("aarch64-", aapcs64), ("riscv64-", riscv), ("loongarch64-", riscv),
    ("powerpc64le-", elf_v2), ("s390x-", s390x), ("mips64", n64), ("armv7-", vfp), ("i686-", stack), ("wasm32-", lone),
)
SCALARS_ALIKE = (sysv, aapcs64)
"""Conventions by which a struct of one full-sized scalar is that scalar, and nothing is promised of the bits beside it."""


def convention(target: str) -> Callable[[Shape], Way]:
    return next((way for name, way in CONVENTIONS if target.startswith(name)), plain)


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
    return Shape(tuple(found), size, overlaps or any(unions), align)


def alignment(part: Part) -> int:
    return 1 if part.bits else min(part.size & -part.size, 64) or 1


def parts(abi: Abi, type_: Type, size: int, at: int, around: frozenset[str], unions: list[bool]) -> list[Part] | None:
    """Every scalar of a type; None where its inside is not shown."""
    type_, count = innermost(type_)
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
        return scalar(abi, type_, size, at)
    if struct.name in around or struct.by_reference:
        return None
    unions.append(struct.union)
    found = []
    for field in struct.fields:
        if field.bits:
            first = at + field.begin // 8
            found.append(Part(first, at + (field.end + 7) // 8 - first, "int", True))
        elif field.size:
            inner = parts(abi, field.type, field.size, at + field.offset, around | {struct.name}, unions)
            if inner is None:
                return None
            found += inner
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
    return [Part(at + index * each, each, kind) for index in range(halves)]


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
    if None in tables or old.structs == new.structs:
        return ""
    before, after = by_value(old, set(old.functions)), by_value(new, set(new.functions))
    if before == after and not any(other(old, new, name) for name in before):
        return ""
    return convention(new.target).__name__


def other(old: Abi, new: Abi, name: str) -> bool:
    """Whether anything that lies in a struct is otherwise."""
    inside = held(old, name) | held(new, name)
    return any(old.structs.get(item) != new.structs.get(item) for item in inside)


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
    before, after = shape_of(pair.old, old, sizes[0]), shape_of(pair.new, new, sizes[1])
    return None not in (before, after) and len(before.parts) == 1 and before.parts == after.parts
