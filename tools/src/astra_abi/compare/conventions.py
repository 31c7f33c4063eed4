"""Calling conventions: in which registers a struct or union travels that is passed by value, or that memory holds it. Owns no model.

One function for each convention says the way of a shape in words that are only compared with each other. They were tried
against a compiler's own lowering; what no target here is known to tell apart is one word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

WHOLE, FLOATING, VECTOR, X87, MEMORY = "integer register", "floating register", "vector register", "x87 register", "memory"
Way = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One scalar: `kind` is "int", "float", "long double" or "vector"."""

    at: int
    size: int
    kind: str
    bits: bool = False
    array: bool = False
    """One of several, or written as such."""
    nested: bool = False
    """In a struct or array of its own inside of the whole."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is in a type, with everything that lies in it."""

    parts: tuple[Part, ...]
    size: int
    union: bool = False
    """Whether members share places, at any depth."""
    align: int = 1
    whole: bool = False
    """The whole is a union."""

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
        return tuple(f"{FLOATING} of {part.size} bytes" if part.kind == "float" else WHOLE for part in shape.parts)
    return in_whole(shape)


def windows(shape: Shape) -> Way:
    return (WHOLE,) if shape.size in (1, 2, 4, 8) else ("pointer to a copy",)


def s390x(shape: Shape) -> Way:
    only = shape.parts[0] if len(shape.parts) == 1 and not shape.union else None
    if only and only.kind == "float" and not only.array and shape.size == only.size <= 8:
        return (FLOATING,)
    return (WHOLE,) if shape.size in (1, 2, 4, 8) else ("pointer to a copy",)


def n64(shape: Shape) -> Way:
    """64-bit MIPS: a member that is a `double` and fills an eightbyte travels as one; one or two floating members come back as such."""
    free = [part for part in shape.parts if part.kind == "float" and not (part.array or part.nested)] if not shape.whole else []
    taken = [index for part in shape.parts for index in range(part.at // 8, (part.at + part.size + 7) // 8)]
    lone = {part.at // 8 for part in free if part.size == 8 and part.at % 8 == 0 and taken.count(part.at // 8) == 1}
    few = shape.size <= 16 and 0 < len(free) == len(shape.parts) <= 2 and not shape.union
    back = tuple(f"returned as float at {part.at}" for part in free) if few else ()
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


def alignment(part: Part) -> int:
    return 1 if part.bits else min(part.size & -part.size, 64) or 1
