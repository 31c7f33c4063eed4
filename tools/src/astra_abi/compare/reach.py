"""Which functions lead to a type. Owns no opinion; knows only what its model shows, and an opaque type leads nowhere.

A program meets a type when it calls a function whose signature names it, holds it, or points to it, at any depth.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Iterator

from ..model import Abi, Signature, Type

TYPES = ("struct", "enum", "handle", "typedef")


def reached_by(abi: Abi, subject: str) -> tuple[str, ...]:
    """The functions of one side that lead to an element such as `struct:opts.depth`."""
    return Reach(abi).reached_by(subject)


class Reach:
    """The answers for one model, each found once."""

    def __init__(self, abi: Abi) -> None:
        self.abi = abi
        self.callers: dict[str, set[str]] = defaultdict(set)
        """Type -> functions whose signature names it."""
        self.holders: dict[str, set[str]] = defaultdict(set)
        """Type -> types that are made of it or point to it."""
        for function in (abi.functions or {}).values():
            for type_ in (function.returns, *(param.type for param in function.params)):
                for name in named(type_):
                    self.callers[name].add(function.name)
        for struct in (abi.structs or {}).values():
            for field in struct.fields:
                for name in named(field.type):
                    self.holders[name].add(struct.name)
        for typedef in (abi.typedefs or {}).values():
            for name in named(typedef.type):
                self.holders[name].add(typedef.name)
        self.enum_of = {constant: enum.name for enum in (abi.enums or {}).values() for constant in enum.constants}
        self.known: dict[str, tuple[str, ...]] = {}

    def type_of(self, subject: str) -> str | None:
        """The type that an element is, or is a part of; None for what is no type."""
        area, _, name = subject.partition(":")
        if area == "constant":
            return self.enum_of.get(name)
        if area != "struct":
            return name if area in TYPES else None
        while name not in (self.abi.structs or {}) and "." in name:
            name = name.rpartition(".")[0]
        return name

    def reached_by(self, subject: str) -> tuple[str, ...]:
        name = self.type_of(subject)
        if name is None:
            return ()
        if name not in self.known:
            self.known[name] = tuple(sorted(set().union(*(self.callers[item] for item in self.around(name) if item in self.callers))))
        return self.known[name]

    def around(self, name: str) -> set[str]:
        """The type and everything that leads to it, over any number of steps."""
        seen, waiting = {name}, deque([name])
        while waiting:
            for holder in self.holders.get(waiting.popleft(), ()):
                if holder not in seen:
                    seen.add(holder)
                    waiting.append(holder)
        return seen


def named(type_: Type) -> Iterator[str]:
    """Every name in a type: its base, how C wrote it, and what a function or an array is made of."""
    yield type_.base
    if type_.spelled and type_.spelled != type_.base:
        yield type_.spelled
    inner = type_.inner
    if isinstance(inner, Signature):
        for part in (inner.returns, *inner.params):
            yield from named(part)
    elif inner is not None:
        yield from named(inner)
