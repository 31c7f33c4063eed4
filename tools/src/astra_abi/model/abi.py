"""One ABI as one source tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterator

from .basics import POINTER_SLOT, Version
from .functions import Condition, Function, Operator, Requirement
from .image import Behaviour, Image
from .program import Taking
from .types import Enum, Handle, Macro, Struct, Type, Typedef, Variable


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
    variables: dict[str, Variable] | None = None
    typedefs: dict[str, Typedef] | None = None
    macros: dict[str, Macro] | None = None
    opaque: frozenset[str] = frozenset()
    """Types that are named, and whose inside is nobody's business outside of the library."""
    hidden: dict[str, Struct] = field(default_factory=dict)
    """The inside of such types, where the other side shows it and debug information tells what became of it."""
    older: dict[str, Function] = field(default_factory=dict)
    """Functions of earlier version nodes, as `name@node`: only programs that were linked before bind to them."""
    loaded: str = ""
    """A word for what the loader finds in its build: two sides with one word have the same code and data."""
    target: str = ""
    pointer: int = POINTER_SLOT
    complete: bool | None = None
    """Whether every function and type there is is listed; None if that follows from the kind of source."""
    note: dict[str, Any] | None = None
    behaviour: Behaviour | None = None
    taking: Taking | None = None
    """What a program takes from the library that the other side is."""

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
