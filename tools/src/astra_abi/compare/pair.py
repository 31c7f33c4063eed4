"""The two models under comparison: what each side is able to know, and whether two types are one to a caller."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Collection, Iterator

from ..model import FLOATS, INTEGERS, Abi, Field, Signature, Type, resolve
from .kinds import Change

BYTES = {"char", "i8", "u8"}
SCALARS = {*INTEGERS, *FLOATS, "char", "void", "bool"}
NUMBERS = {*INTEGERS, *FLOATS, "char", "bool", "f80", "f128", "i128", "u128"}
HANDLE_SIZE = 8
MOST_ELEMENTS = 1 << 16
"""Of one field, that are looked at one by one."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The promise and what is judged by it."""

    old: Abi
    new: Abi

    @property
    def declared(self) -> bool:
        """The new side lists every function and type: a contract or a header."""
        return declares(self.new)

    @property
    def site(self) -> str:
        """The file that the loader sees on the new side, which may be told together with headers."""
        return self.new.image and self.new.image.origin or self.new.origin

    @property
    def contracts(self) -> bool:
        """Both sides are contracts, so that words, versions and requirements can be compared."""
        return self.old.requires is not None and self.new.requires is not None

    @property
    def checked(self) -> bool:
        """A contract judges something made from it, and may have more in it than the contract says."""
        closed = self.old.image is not None and self.old.image.closed
        if closed and not (self.new.image is not None and self.new.image.closed):
            return True
        return declares(self.old) and not declares(self.new)

    def same_type(self, old: Type, new: Type) -> bool:
        """Whether a compiled caller can tell the types apart. Const is not seen by compiled code."""
        if old.base == new.base == "function" and None in (old.inner, new.inner):
            return True  # a contract does not say what its callbacks take
        if len(old.pointers) != len(new.pointers) or old.count != new.count:
            return False
        if "function" in (old.base, new.base):
            return old.base == new.base and self.same_signature(old.inner, new.inner)
        if "array" in (old.base, new.base):
            return old.base == new.base and self.same_type(old.inner, new.inner)
        if old.pointers and "void" in (old.base, new.base):
            return True
        return self.same_base(old.base, new.base, bool(old.pointers))

    def same_signature(self, old: Signature, new: Signature) -> bool:
        """Whether calls through a pointer go alike. What has no prototype takes what C passes to it: never a `float`."""
        if self.other_convention(old.convention, new.convention) or not self.same_type(old.returns, new.returns):
            return False
        if not (old.prototyped and new.prototyped):
            return not any(side.variadic or any(map(promoted, side.params)) for side in (old, new))
        return old.variadic == new.variadic and len(old.params) == len(new.params) and all(map(self.same_type, old.params, new.params))

    def other_convention(self, old: str | None, new: str | None) -> bool:
        """Whether a call goes otherwise. The debug information of some compilers does not tell what headers say."""
        return None not in (old, new) and old != new and not (self.checked and not new)

    def same_base(self, old: str, new: str, behind_pointer: bool) -> bool:
        if old == new and all(old in (abi.enums or {}) for abi in (self.old, self.new)):
            return True  # what carries it is told at the enum
        a, b = self.carrier(old, self.old), self.carrier(new, self.new)
        if a == b or ("char" in (a, b) and {a, b} <= BYTES):
            return True
        if not self.declared and "u64" in (a, b) and (self.is_handle(a) or self.is_handle(b)):
            return True
        if self.was_renamed(a, b):
            return True
        return self.checked and self.is_unknown(b) and self.same_shape(a, b, behind_pointer)

    def was_renamed(self, old: str, new: str) -> bool:
        """Whether a type went and another of the same shape came in its place: its name is no matter to compiled code."""
        if old not in named(self.old) or new not in named(self.new) or old in named(self.new) or new in named(self.old):
            return False
        return shape(self.old, old) == shape(self.new, new)

    def carrier(self, base: str, own: Abi) -> str:
        """The base with an enum replaced by the integer that carries it."""
        for abi in (own, self.old, self.new):
            if base in (abi.enums or {}):
                return abi.enums[base].type
        return base

    def is_handle(self, base: str) -> bool:
        return any(base in (abi.handles or {}) for abi in (self.old, self.new))

    def is_unknown(self, base: str) -> bool:
        """A name that no promise has, such as one that another language gave to a C type."""
        if not base.isidentifier() or base in SCALARS or sized(base):
            return "::" in base or "<" in base
        return not any(base in (table or {}) for table in (self.old.enums, self.old.structs, self.old.handles))

    def only_sign(self, old: Type, new: Type) -> bool:
        """Whether two integers differ in their sign alone: what both can hold is passed alike. A contract allows none."""
        if self.checked or self.contracts or old.pointers != new.pointers or old.count != new.count or old.inner or new.inner:
            return False
        a, b = self.carrier(old.base, self.old), self.carrier(new.base, self.new)
        return a in INTEGERS and b in INTEGERS and a[1:] == b[1:]

    def numbers(self, old: Type, new: Type) -> bool:
        """Whether C makes one of the other by itself."""
        bases = (self.carrier(old.base, self.old), self.carrier(new.base, self.new))
        return not (old.pointers or new.pointers) and all(base in NUMBERS for base in bases)

    def same_shape(self, old: str, new: str, behind_pointer: bool) -> bool:
        """Whether two types hold the same scalars at the same places. What lies behind a pointer may stay unseen."""
        before, after = shape(self.old, old), shape(self.new, new)
        return behind_pointer if None in (before, after) else before == after


def promoted(type_: Type) -> bool:
    """Whether C passes it as another type where there is no prototype, and in another way."""
    return not type_.pointers and type_.base in ("f16", "f32")


def innermost(type_: Type) -> tuple[Type, int]:
    """What an array of any number of dimensions holds, and how many; anything else is one of itself."""
    count = 1
    while not type_.pointers and type_.base == "array" or type_.count is not None:
        count *= 1 if type_.count is None else type_.count
        type_ = type_.inner if not type_.pointers and type_.base == "array" else type_.element
    return type_, count


def named(abi: Abi) -> Collection[str]:
    """Structs and opaque types of a side."""
    return abi.opaque | (abi.structs or {}).keys()


def shape(abi: Abi, base: str, offset: int = 0, around: frozenset[str] = frozenset()) -> tuple[tuple[int, str], ...] | None:
    """Every scalar in a type with its offset, or None where the side does not show what is inside."""
    if base in (abi.handles or {}):
        return ((offset, "u64"),)
    if base in SCALARS or sized(base):
        return ((offset, "i8" if base in BYTES else base),)
    if base not in (abi.structs or {}) or base in around:
        return None
    inside: list[tuple[int, str]] = []
    for field in abi.structs[base].fields:
        part = within(abi, field, around | {base})
        count = field.type.count or 1
        if part is None or count > MOST_ELEMENTS:
            return None
        inside += [(offset + field.offset + index * (field.size // count) + at, kind) for index in range(count) for at, kind in part]
    return tuple(inside)


def within(abi: Abi, field: Field, around: frozenset[str]) -> tuple[tuple[int, str], ...] | None:
    """What one element of a field holds."""
    if field.type.pointers or field.type.base == "function":
        return ((0, "pointer"),)
    if field.bits:
        return ((0, f"bits {field.begin % 8}+{field.width}"),)
    if field.type.base == "array":
        return ((0, f"{field.size} bytes of {field.type}"),)
    return shape(abi, resolve(abi, field.type).base, 0, around)


def became(pair: Pair, old: Field, new: Field) -> str:
    """What a field of another type is to a compiled program."""
    if old.width != new.width:
        return "other_size"
    if pair.only_sign(old.type, new.type):
        return "other_sign_of_bits" if old.bits and old.width < 8 * old.size else "other_sign"
    if (old.type.base == "array") != (new.type.base == "array"):
        old, new = flat(old), flat(new)  # two that both have rows may have others
    before, after = contents(pair.old, old), contents(pair.new, new)
    return "same_content" if before == after and before is not None and not pair.checked else "same_size"


def flat(field: Field) -> Field:
    """The same with an array of one dimension, as it lies in memory."""
    element, count = innermost(field.type)
    return replace(field, type=replace(element, count=count)) if field.type.base == "array" and not field.type.pointers else field


def contents(abi: Abi, field: Field) -> tuple[tuple[int, str], ...] | None:
    """Every scalar of a field with its place in it, all elements of an array among them."""
    one, count = within(abi, field, frozenset()), field.type.count or 1
    if one is None or count > MOST_ELEMENTS or ((0, "pointer"),) == one and field.type.base == "function":
        return None  # what is called through a pointer was compared already
    return tuple((index * (field.size // count) + at, kind) for index in range(count) for at, kind in one)


def compare_const(subject: str, old: Field, new: Field, where: str) -> Iterator[Change]:
    """Whether programs may write to a member: their compilers know, their machine code does not."""
    if old.constant != new.constant:
        words = {True: "constant", False: "writable"}
        yield Change("field_const_changed", subject, {"now": words[new.constant]}, words[old.constant], words[new.constant], where)


def declares(abi: Abi) -> bool:
    """Whether a source lists everything there is. A binary shows only what its debug information reaches."""
    if abi.complete is not None:
        return abi.complete
    return abi.enums is not None and (abi.image is None or abi.image.closed)


def sized(base: str) -> int | None:
    """Bytes of a scalar that is named by its bits, such as i32, f128, q128, c64 or the vector f32x4."""
    match = re.fullmatch(r"[iufcq](\d+)(?:x(\d+))?", base)
    return int(match[1]) // 8 * int(match[2] or 1) if match else None


def size_of(abi: Abi, type_: Type) -> int | None:
    """Bytes of a type on one side, or None where that side does not say."""
    count = 1 if type_.count is None else type_.count
    if type_.pointers or type_.base == "function":
        return abi.pointer * count
    if type_.base == "array":
        inner = size_of(abi, type_.inner)
        return None if inner is None else inner * count
    base = abi.enums[type_.base].type if type_.base in (abi.enums or {}) else type_.base
    if (size := sized(base)) is not None:
        return size * count
    if base in ("char", "bool"):
        return count
    if base in (abi.handles or {}):
        return HANDLE_SIZE * count
    if base in (abi.structs or {}):
        return abi.structs[base].size * count
    return None


def texts(old: Type, new: Type) -> tuple[str, str]:
    """Both types as people read them. Where their names are one, what the names stand for is added."""
    before, after = str(old), str(new)
    if before != after:
        return before, after
    return f"{before} ({bare(old)})", f"{after} ({bare(new)})"


def bare(type_: Type) -> str:
    return str(replace(type_, spelled=plain(type_.base)))


def plain(base: str) -> str:
    """A number as C calls it by its size; nothing of what has no other name than its own."""
    match = re.fullmatch(r"([iu])(8|16|32|64)", base)
    if match:
        return f"{'u' if match[1] == 'u' else ''}int{match[2]}_t"
    return {"f32": "float", "f64": "double"}.get(base, "")


def loses_const(old: Type, new: Type) -> bool | None:
    """Whether a level of the pointer stopped being const; None if const is as it was."""
    if len(old.pointers) != len(new.pointers) or old.pointers == new.pointers:
        return None
    return any(a == "const" and b == "mut" for a, b in zip(old.pointers, new.pointers))
