"""Functions and operators, and what a contract promises of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Collection

from .types import Type


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
    convention: str | None = None
    """How it is called, where that is not the platform's usual way; "" where it is the usual, None if unknown."""
    noreturn: bool | None = None
    inline: bool = False
    """Compiled into programs from the header; the library need not export it."""
    static: bool = False
    """Inline, and every program has its own: no library need have it."""
    prototyped: bool = True
    symbol: str = ""
    """What the linker calls it, where that is not its name."""
    deprecated: bool | None = None

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
class Extension:
    """Element types that an operator version got later, with what they mean. The shape rule is the operator's."""

    since: str
    dtypes: tuple[tuple[str, ...], ...]
    result: str
    special: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator version. `definition` is normative: another text is another operator.

    `dtypes` are all declared combinations, those of the definition first.
    """

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Attribute]
    dtypes: tuple[tuple[str, ...], ...]
    definition: dict[str, Any]
    extensions: tuple[Extension, ...] = ()
    requires: tuple[Requirement, ...] = ()
    since: str = ""
    title: str = ""
    used_by: str = ""
    docs: dict[str, str] = field(default_factory=dict)
    where: str = ""

    def made_ambiguous(self, rows: Collection[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """The inputs that leave no choice without these rows, and leave one with them."""
        width = len(self.inputs)
        others = [row[:width] for row in self.dtypes if row not in rows]
        return sorted({row[:width] for row in rows if others.count(row[:width]) == 1})
