"""What lies inside of types, scalar by scalar, and whether two types hold one thing. Owns no view of what is a pointer's same target."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Collection

from ..model import FLOATS, INTEGERS, Abi, Field, Type, resolve

if TYPE_CHECKING:
    from .pair import Pair

BYTES = {"char", "i8", "u8"}
SCALARS = {*INTEGERS, *FLOATS, "char", "void", "bool"}
POINTER_SIZED_NAMES = {"uintptr_t", "intptr_t"}
"""Names of whole numbers that hold an address and come back as it."""
MOST_ELEMENTS = 1 << 16
"""Of one field, that are looked at one by one."""
Scalar = tuple[int, str | Type]
"""A place in bytes, and what is there: a kind of number, or a pointer of a type."""
Inside = tuple[Scalar, ...]


def sized(base: str) -> int | None:
    """Bytes of a scalar that is named by its bits, such as i32, f128, q128, c64 or the vector f32x4."""
    match = re.fullmatch(r"[iufcq](\d+)(?:x(\d+))?", base)
    return int(match[1]) // 8 * int(match[2] or 1) if match else None


def named(abi: Abi) -> Collection[str]:
    """Structs and opaque types of a side."""
    return abi.opaque | (abi.structs or {}).keys()


def shape(abi: Abi, base: str, offset: int = 0, around: frozenset[str] = frozenset()) -> Inside | None:
    """Every scalar in a type with its offset, or None where the side does not show what is inside."""
    if base in (abi.handles or {}):
        return ((offset, "u64"),)
    if base in SCALARS or sized(base):
        return ((offset, "i8" if base in BYTES else base),)
    if base not in (abi.structs or {}) or base in around:
        return None
    inside: list[Scalar] = []
    for item in abi.structs[base].fields:
        part = within(abi, item, around | {base})
        count = item.type.count or 1
        if part is None or count > MOST_ELEMENTS:
            return None
        inside += [(offset + item.offset + index * (item.size // count) + at, kind) for index in range(count) for at, kind in part]
    return tuple(inside)


def within(abi: Abi, item: Field, around: frozenset[str]) -> Inside | None:
    """What one element of a field holds."""
    if item.type.pointers or item.type.base == "function":
        return ((0, item.type.element),)
    if item.bits:
        return ((0, f"bits {item.begin % 8}+{item.width}"),)
    if item.type.base == "array":
        return ((0, f"{item.size} bytes of {item.type}"),)
    return shape(abi, resolve(abi, item.type).base, 0, around)


def contents(abi: Abi, item: Field) -> Inside | None:
    """Every scalar of a field with its place in it, all elements of an array among them."""
    one, count = within(abi, item, frozenset()), item.type.count or 1
    if one is None or count > MOST_ELEMENTS or item.type.base == "function" and not item.type.pointers:
        return None  # what is called through a pointer was compared already
    return tuple((index * (item.size // count) + at, kind) for index in range(count) for at, kind in one)


def innermost(type_: Type) -> tuple[Type, int]:
    """What an array of any number of dimensions holds, and how many; anything else is one of itself."""
    count = 1
    while not type_.pointers and type_.base == "array" or type_.count is not None:
        count *= 1 if type_.count is None else type_.count
        type_ = type_.inner if not type_.pointers and type_.base == "array" else type_.element
    return type_, count


def flat(item: Field) -> Field:
    """The same with an array of one dimension, as it lies in memory."""
    element, count = innermost(item.type)
    return replace(item, type=replace(element, count=count)) if item.type.base == "array" and not item.type.pointers else item


def same_scalar(pair: Pair, old: Scalar, new: Scalar) -> bool:
    """Whether the same is at the same place: of pointers, whatever they lead to too."""
    if old[0] != new[0]:
        return False
    before, after = old[1], new[1]
    if isinstance(before, Type) and isinstance(after, Type):
        return pair.same_type(before, after)
    return before == after


def same_inside(pair: Pair, old: Inside | None, new: Inside | None) -> bool:
    if old is None or new is None:
        return old is new
    return len(old) == len(new) and all(same_scalar(pair, a, b) for a, b in zip(old, new))


def same_shape(pair: Pair, old: str, new: str, behind_pointer: bool) -> bool:
    """Whether two types hold the same scalars at the same places, whatever names another language gave to what

    their pointers lead to. What lies behind a pointer may stay unseen.
    """
    before, after = (shape(abi, base) for abi, base in ((pair.old, old), (pair.new, new)))
    return behind_pointer if None in (before, after) else unled(before) == unled(after)


def unled(inside: Inside) -> list[tuple[int, str]]:
    return [(at, kind if isinstance(kind, str) else "pointer") for at, kind in inside]


@dataclass
class Renames:
    """Which types were found to be others under a new name. Types that lead to each other are compared once.

    All of them are taken to hold until something in one says otherwise, since a list leads to itself: then that one
    does not, and whatever was found by leaning on it is looked at again. No chain of types is too long for that.
    """

    known: dict[tuple[str, str], bool] = field(default_factory=dict)
    asked: set[tuple[str, str]] | None = None
    """What the one that is being looked at leans on; None while none is."""

    def holds(self, pair: Pair, old: str, new: str) -> bool:
        if old not in named(pair.old) or new not in named(pair.new) or old in named(pair.new) or new in named(pair.old):
            return False
        if self.asked is None:
            if (old, new) not in self.known:
                self.settle(pair, (old, new))
            return self.known[old, new]
        if held := self.known.get((old, new), True):
            self.asked.add((old, new))
        return held

    def settle(self, pair: Pair, first: tuple[str, str]) -> None:
        leaning: dict[tuple[str, str], set[tuple[str, str]]] = {}
        waiting = [first]
        while waiting:
            names = waiting.pop()
            if not self.known.setdefault(names, True):
                continue
            self.asked = set()
            try:
                held = same_inside(pair, shape(pair.old, names[0]), shape(pair.new, names[1]))
            finally:
                asked, self.asked = self.asked, None
            if not held:
                self.known[names] = False
                waiting += leaning.pop(names, ())
                continue
            for other in asked:
                leaning.setdefault(other, set()).add(names)
                if other not in self.known:
                    self.known[other] = True
                    waiting.append(other)


def became(pair: Pair, old: Field, new: Field) -> str:
    """What a field of another type is to a compiled program."""
    if old.width != new.width:
        return "other_size"
    if pair.only_sign(old.type, new.type):
        return "other_sign_of_bits" if old.bits and old.width < 8 * old.size else "other_sign"
    if (old.type.base == "array") != (new.type.base == "array"):
        old, new = flat(old), flat(new)  # two that both have rows may have others
    if pair.only_address(old.type, new.type):
        return "address"
    before, after = contents(pair.old, old), contents(pair.new, new)
    if before is not None and after is not None and not pair.checked and same_inside(pair, before, after):
        return "same_content"
    return "pointee" if old.type.pointers and new.type.pointers else "same_size"


def type_texts(pair: Pair, old: Type, new: Type, texts: tuple[str, str]) -> tuple[str, str]:
    """The texts of two types; of two pointers with what a program reads through them."""
    if not (old.pointers and new.pointers):
        return texts
    read = [reads(abi, type_) for abi, type_ in ((pair.old, old), (pair.new, new))]
    return texts if read[0] == read[1] else (f"{texts[0]}, reads {read[0]}", f"{texts[1]}, reads {read[1]}")


def reads(abi: Abi, type_: Type) -> str:
    """What a program finds where a pointer of this type leads."""
    target = Type(type_.base, type_.pointers[:-1], None, type_.inner)
    if target.pointers or target.base == "function":
        return "a function" if target.base == "function" else f"a pointer to {reads(abi, target)}"
    if target.base == "array":
        return f"an array {target.inner}"
    base = resolve(abi, target).base
    if base in (abi.structs or {}):
        struct = abi.structs[base]
        inside = ", ".join(f"{item.type} {item.name} at {item.offset}" for item in struct.fields[:3])
        return f"{struct.size} bytes ({inside}{', ...' if len(struct.fields) > 3 else ''})"
    if base in BYTES:
        return "single bytes"
    if base[0] in "iufq" and (size := sized(base)):
        word = {"i": "a signed number", "u": "an unsigned number"}.get(base[0], "a floating number")
        return f"{word} of {size} bytes"
    return f"what only the library sees inside ({base})" if base in abi.opaque else base
