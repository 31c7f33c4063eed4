"""C types and what is declared with them: structs, unions, enums, handles, variables, macros."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Type:
    """A C type: a base name, pointers to it outermost last, then an array length.

    `pointers` holds one word per level, "const" or "mut", saying whether what it points to is read-only.
    `count` is the length of an array of these, 0 that of a flexible one. `inner` is what a base of
    "function" takes and returns, or what a base of "array" holds, where an array is not outermost.
    `spelled` is how C wrote the base; it is shown to people and never compared.
    """

    base: str
    pointers: tuple[str, ...] = ()
    count: int | None = None
    inner: Type | Signature | None = None
    spelled: str = field(default="", compare=False)

    @classmethod
    def parse(cls, text: str) -> Type:
        match = re.fullmatch(r"(const )?([a-z_]\w*)(\*?)(?:\[([1-9]\d*)\])?", text)
        if not match or (match[1] and not match[3]):
            raise ValueError(f"'{text}' is not a type: write name, name[count] or const name*")
        pointers = (("const" if match[1] else "mut"),) if match[3] else ()
        return cls(match[2], pointers, int(match[4]) if match[4] else None)

    def behind(self, access: str) -> Type:
        """A pointer to this type."""
        return Type(self.base, (*self.pointers, access), self.count, self.inner, self.spelled)

    @property
    def element(self) -> Type:
        """What an array holds."""
        return Type(self.base, self.pointers, None, self.inner, self.spelled)

    def __str__(self) -> str:
        return self.declared("")

    def declared(self, what: str) -> str:
        """The type as C declares something of it. Arrays and functions are written around what is declared."""
        if not self.spelled and self.base in ("array", "function") and self.inner is not None:
            stars = "".join(" const*" if access == "const" and level else "*" for level, access in enumerate(self.pointers))
            dims = "" if self.count is None else f"[{self.count or ''}]"
            text = self.inner.declared(f"({stars}{what}{dims})" if stars and self.base == "array" else f"{stars}{what}{dims}")
            return f"const {text}" if self.pointers[:1] == ("const",) else text
        text = self.spelled or self.base
        for level, access in enumerate(self.pointers):
            text = (f"const {text}*" if level == 0 else f"{text} const*") if access == "const" else f"{text}*"
        text = f"{text} {what}" if what.startswith("(") else f"{text}{what}"
        return text if self.count is None else f"{text}[{self.count or ''}]"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function that is called through a pointer takes and returns, and how it is called."""

    returns: Type
    params: tuple[Type, ...]
    variadic: bool = False
    convention: str = ""
    """As of a function: "" is the platform's."""
    prototyped: bool = True

    def __str__(self) -> str:
        return self.declared("")

    def declared(self, what: str) -> str:
        """A pointer to such a function as C declares it."""
        params = [*map(str, self.params), *(["..."] if self.variadic else [])]
        called = f"{self.convention} *" if self.convention else "*"
        return f"{self.returns} ({called}{what})({', '.join(params) or 'void' * self.prototyped})"


@dataclass(frozen=True, slots=True)
class Constant:
    name: str
    value: int
    since: str
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Enum:
    """A named set of integer constants. `open` allows new constants within a line."""

    name: str
    type: str
    constants: dict[str, Constant]
    open: bool | None = None
    since: str = ""
    doc: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A member at a byte offset. `default` is the value that means the behaviour before it existed."""

    name: str
    type: Type
    offset: int
    size: int
    since: str = ""
    doc: str = ""
    default: int | None = None
    example: Any = None
    length: str | None = None
    bits: tuple[int, int] | None = None
    """Of a bit-field: where it begins, in bits from the start of the struct, and how many it has."""
    constant: bool = False
    """Whether programs may only read it."""

    @property
    def begin(self) -> int:
        """Bits from the start of the struct."""
        return self.bits[0] if self.bits else self.offset * 8

    @property
    def width(self) -> int:
        """Bits that it takes."""
        return self.bits[1] if self.bits else self.size * 8

    @property
    def end(self) -> int:
        return self.begin + self.width


@dataclass(frozen=True, slots=True)
class Struct:
    """`growth`: "frozen" never changes, "growable" is sized by the caller and passed by pointer,

    "guarded" has its size or version checked by the library before a field is touched, and "library" is
    made by the library alone, so that programs never rely on its size.
    """

    name: str
    fields: tuple[Field, ...]
    size: int
    growth: str | None = None
    direction: str | None = None
    functions: bool = False
    since: str = ""
    doc: str = ""
    where: str = ""
    union: bool = False
    align: int | None = None
    by_reference: bool = False
    """C++ passes a pointer to a copy of it, where C would pass what is inside."""
    reserved: tuple[str, ...] = ()
    """Fields that callers have always had to leave zero."""

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True, slots=True)
class Handle:
    """A typed 64-bit handle; a borrowed one is never released."""

    name: str
    borrowed: bool | None = None
    since: str = ""
    doc: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """Data that a library exports. A program may hold a copy of `size` bytes, made when it was linked."""

    name: str
    type: Type
    size: int | None = None
    constant: bool = False
    thread_local: bool = False
    where: str = ""


@dataclass(frozen=True, slots=True)
class Typedef:
    name: str
    type: Type
    where: str = ""


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro as a header defines it. `value` is what it evaluates to, where it is one number or string."""

    name: str
    text: str
    params: tuple[str, ...] | None = None
    value: int | float | str | None = None
    where: str = ""
    default: bool = False
    """Only defined where the program has not: `#ifndef NAME … #define NAME`."""
