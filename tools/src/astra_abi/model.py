"""The ABI model: what every reader fills and the comparer compares. Owns no I/O and no opinion.

A facet that a reader cannot know is None, and the comparer leaves it alone: a binary knows nothing of
ownership, a contract nothing of addresses. Empty means "known to be empty", which is something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Iterator

from .container import Container

INTEGERS = {f"{sign}{bits}": (bits // 8, sign == "i") for sign in "iu" for bits in (8, 16, 32, 64)}
FLOATS = {"f32": 4, "f64": 8}
POINTER_SLOT = 8
"""Bytes of a pointer inside a struct on every target: 32-bit targets get generated padding behind it."""


class AstraError(Exception):
    """One clear error: what is wrong, where, and what to do. The command exits with 2."""

    def __init__(self, what: str, where: str = "", do_this: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.do_this = what, where, do_this

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what}" + (f"\n  -> {self.do_this}" if self.do_this else "")


@dataclass(frozen=True, slots=True)
class Version:
    """major.minor.patch, and its encoding in 32 bits: 10, 10 and 12 of them."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Version:
        match = re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", text)
        if not match:
            raise ValueError(f"'{text}' is not a version of the form major.minor.patch")
        version = cls(*map(int, match.groups()))
        if version.major > 1023 or version.minor > 1023 or version.patch > 4095:
            raise ValueError(f"'{text}' does not fit: at most 1023.1023.4095")
        return version

    @property
    def number(self) -> int:
        return self.major << 22 | self.minor << 12 | self.patch

    @property
    def line(self) -> str:
        """The compatibility line, by Cargo's reading: 0.x is a line of its own, later ones go by major."""
        return f"0.{self.minor}" if self.major == 0 else str(self.major)

    @property
    def key(self) -> tuple[int, int, int]:
        return (self.major, self.minor, self.patch)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


@dataclass(frozen=True, slots=True)
class Type:
    """A C type as the boundary allows it: a base name, pointers to it outermost last, an array length.

    `pointers` holds one word per level, "const" or "mut", saying whether what it points to is read-only.
    """

    base: str
    pointers: tuple[str, ...] = ()
    count: int | None = None

    @classmethod
    def parse(cls, text: str) -> Type:
        match = re.fullmatch(r"(const )?([a-z_]\w*)(\*?)(?:\[([1-9]\d*)\])?", text)
        if not match or (match[1] and not match[3]):
            raise ValueError(f"'{text}' is not a type: write name, name[count] or const name*")
        pointers = (("const" if match[1] else "mut"),) if match[3] else ()
        return cls(match[2], pointers, int(match[4]) if match[4] else None)

    def behind(self, access: str) -> Type:
        """A pointer to this type."""
        return Type(self.base, (*self.pointers, access), self.count)

    def __str__(self) -> str:
        text = self.base
        for level, access in enumerate(self.pointers):
            text = (f"const {text}*" if level == 0 else f"{text} const*") if access == "const" else f"{text}*"
        return f"{text}[{self.count}]" if self.count else text


@dataclass(frozen=True, slots=True)
class Requirement:
    """One numbered promise. `about` chooses the rule that a violation meets."""

    id: str
    text: str
    about: str


@dataclass(frozen=True, slots=True)
class Condition:
    """An error that a function can return, and when."""

    code: str
    when: str
    param: str | None = None
    probe: str | None = None
    no_case: str | None = None


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


@dataclass(frozen=True, slots=True)
class Struct:
    """`growth`: "frozen" never changes, "growable" is sized by the caller and passed by pointer."""

    name: str
    fields: tuple[Field, ...]
    size: int
    growth: str | None = None
    direction: str | None = None
    functions: bool = False
    since: str = ""
    doc: str = ""
    where: str = ""

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
class Param:
    """`type` is what C passes. The other facets are None where a reader cannot know them."""

    name: str | None
    type: Type
    direction: str | None = None
    nullable: bool | None = None
    length: str | None = None
    ownership: str | None = None
    parent: str | None = None
    doc: str = ""
    example: Any = None


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    returns: Type
    params: tuple[Param, ...]
    since: str = ""
    doc: str = ""
    thread: str | None = None
    blocks: str | None = None
    stream: str | None = None
    errors: tuple[Condition, ...] | None = None
    requires: tuple[Requirement, ...] = ()
    profiles: tuple[str, ...] = ()
    where: str = ""

    @property
    def has_status(self) -> bool:
        return self.returns.base == "astra_status" or self.returns.base.endswith("_status")

    def param(self, name: str) -> Param | None:
        return next((param for param in self.params if param.name == name), None)


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    id: int
    kind: str
    required: bool
    since: str = ""
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator version. `definition` is normative: another text is another operator."""

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Attribute]
    dtypes: tuple[tuple[str, ...], ...]
    definition: dict[str, Any]
    requires: tuple[Requirement, ...] = ()
    since: str = ""
    title: str = ""
    used_by: str = ""
    docs: dict[str, str] = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """What a shared library is to the loader and to the machine.

    A `closed` image allows no symbol, needed library or writable object beyond those that it lists.
    `floor` maps a versioned library family such as GLIBC to (highest version, the symbol that needs it).
    """

    soname: str | None = None
    symbols: dict[str, str | None] | None = None
    closed: bool = False
    floor: dict[str, tuple[str, str]] | None = None
    needed: tuple[str, ...] | None = None
    rpath: str | None = None
    exec_stack: bool | None = None
    text_relocations: bool | None = None
    initializers: int | None = None
    state: tuple[str, ...] | None = None
    rpath_known: bool = False
    data: tuple[str, ...] = ()  # Exported names that are data: calling one jumps into it.
    container: Container | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one observed promise ended: "kept", "broken", "crashed", "hung" or "printed"."""

    result: str
    about: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What was promised or seen of a library that ran."""

    promises: dict[str, Outcome] | None = None
    goldens: dict[str, str] | None = None
    clients: dict[str, Outcome] | None = None


@dataclass(frozen=True, slots=True)
class Abi:
    """One ABI as one source tells it."""

    origin: str
    name: str = ""
    title: str = ""
    version: Version | None = None
    line: str | None = None
    prefix: str = ""
    history: tuple[Version, ...] = ()
    promise: str = ""
    enums: dict[str, Enum] | None = None
    structs: dict[str, Struct] | None = None
    handles: dict[str, Handle] | None = None
    functions: dict[str, Function] | None = None
    operators: dict[str, Operator] | None = None
    requires: tuple[Requirement, ...] | None = None
    roles: dict[str, tuple[str, tuple[Condition, ...]]] = field(default_factory=dict)
    docs: dict[str, tuple[str, str]] = field(default_factory=dict)
    build: dict[str, Any] | None = None
    image: Image | None = None
    note: dict[str, Any] | None = None
    behaviour: Behaviour | None = None

    def all_requirements(self) -> Iterator[Requirement]:
        """Every numbered requirement: the contract's own, then those of functions and operators."""
        yield from self.requires or ()
        for owner in (*(self.functions or {}).values(), *(self.operators or {}).values()):
            yield from owner.requires

    @property
    def macro(self) -> str:
        """The prefix of constants and macros, such as ASTRA."""
        return self.prefix.upper()


def resolve(abi: Abi, type_: Type) -> Type:
    """The type with enum names replaced by the integer that carries them."""
    enum = (abi.enums or {}).get(type_.base)
    return Type(enum.type, type_.pointers, type_.count) if enum else type_
