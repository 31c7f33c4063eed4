"""The two models under comparison: what each side is able to know, and whether two types are one to a caller."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Iterator

from ..model import FLOATS, INTEGERS, Abi, Field, Signature, Type
from .contents import BYTES, POINTER_SIZED_NAMES, SCALARS, Renames, same_shape, sized
from .kinds import Change

NUMBERS = {*INTEGERS, *FLOATS, "char", "bool", "f80", "f128", "i128", "u128"}
HANDLE_SIZE = 8
APART = ("m68k",)
"""Targets that return pointers and numbers in registers of different kinds."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The promise and what is judged by it."""

    old: Abi
    new: Abi
    renames: Renames = field(default_factory=Renames, init=False, compare=False, repr=False)

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
        return self.checked and self.is_unknown(b) and same_shape(self, a, b, behind_pointer)

    def was_renamed(self, old: str, new: str) -> bool:
        """Whether a type went and another of the same inside came in its place: its name is no matter to compiled code."""
        return self.renames.holds(self, old, new)

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

    def only_address(self, old: Type, new: Type) -> bool:
        """Whether one is `void *` and the other a number for addresses, of one width: on these targets both travel alike."""
        if self.checked or self.contracts or old.count != new.count or bool(old.pointers) == bool(new.pointers):
            return False
        pointer, number = (old, new) if old.pointers else (new, old)
        sides = (self.old, self.new) if old.pointers else (self.new, self.old)
        if (pointer.base, len(pointer.pointers)) != ("void", 1) or size_of(sides[0], pointer.element) != size_of(sides[1], number.element):
            return False
        return spelled_for_addresses(sides[1], number) and not any(abi.target.startswith(APART) for abi in sides)

    def numbers(self, old: Type, new: Type) -> bool:
        """Whether C makes one of the other by itself."""
        bases = (self.carrier(old.base, self.old), self.carrier(new.base, self.new))
        return not (old.pointers or new.pointers) and all(base in NUMBERS for base in bases)


def promoted(type_: Type) -> bool:
    """Whether C passes it as another type where there is no prototype, and in another way."""
    return not type_.pointers and type_.base in ("f16", "f32")



def compare_const(subject: str, old: Field, new: Field, where: str) -> Iterator[Change]:
    """Whether programs may write to a member: their compilers know, their machine code does not."""
    if old.constant != new.constant:
        words = {True: "constant", False: "writable"}
        yield Change("field_const_changed", subject, {"now": words[new.constant]}, words[old.constant], words[new.constant], where)


def spelled_for_addresses(abi: Abi, type_: Type) -> bool:
    """Whether a number is called uintptr_t or intptr_t, or by a name that stands for one of them."""
    name, seen = type_.spelled, set()
    while name not in POINTER_SIZED_NAMES and name in (abi.typedefs or {}) and name not in seen:
        seen.add(name)
        name = abi.typedefs[name].type.spelled
    return name in POINTER_SIZED_NAMES


def declares(abi: Abi) -> bool:
    """Whether a source lists everything there is. A binary shows only what its debug information reaches."""
    if abi.complete is not None:
        return abi.complete
    return abi.enums is not None and (abi.image is None or abi.image.closed)


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
