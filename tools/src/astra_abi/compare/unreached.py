"""Changes of what no function of a library takes: said once each, since no compiled program can tell. Owns no view of its own.

A struct of a public header may stand there for the library's own files, or for programs alone. It does not
cross the boundary where no signature, no data and no callback leads to it, and where there is no untyped
way through which a program could pass it all the same. In case of doubt a type is taken to be reached.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import Iterator

from ..model import Abi, Field, Signature, Struct, Type
from .kinds import Change
from .pair import Pair
from .reach import Reach, named

PRIVATE = re.compile(r"(?:^|[-_.])(?:internal|private|priv|impl)s?(?:[-_.][^/]*)?\.\w+(?::\d+)?$|_p\.h(?::\d+)?$")
"""Names of headers that say themselves that they are nobody's business."""
BYTES = {"char", "i8", "u8", "void"}
WHOLE = {"struct_added", "struct_removed", "type_renamed", "struct_shown", "struct_hidden"}
"""Changes of structs that are more than changes of their inside."""
NUMBERS = {"constant_renumbered", "constant_removed", "constant_added", "constant_renamed", "macro_changed"}


def set_aside(pair: Pair, found: list[Change]) -> list[Change]:
    """The changes, with one for each type and number that only sources can meet in place of what happened to it."""
    sides = (pair.old, pair.new)
    if not all(abi.complete and abi.functions for abi in sides):
        return found
    inside = {owner(change, pair.old) for change in found if is_inside(change)}
    boundaries = [Boundary(abi) for abi in sides] if inside else []
    lone = {name for name in inside if not any(boundary.crossed_by(name) for boundary in boundaries)}
    left = [change for change in found if not (is_inside(change) and owner(change, pair.old) in lone)]
    where = {owner(change, pair.old): change.where for change in found if is_inside(change)}
    told = [change if not is_private(change) else replace(change, kind="unreached_changed", facts={"what": "number"}) for change in left]
    return [*told, *(unreached(pair, name, where[name]) for name in sorted(lone))]


def is_inside(change: Change) -> bool:
    return change.subject.startswith("struct:") and change.kind not in WHOLE


def is_private(change: Change) -> bool:
    """A number of a header that says by its name that it is the library's own."""
    return change.kind in NUMBERS and PRIVATE.search(change.where.rpartition("/")[2]) is not None


def owner(change: Change, abi: Abi) -> str:
    """The struct that a change is about."""
    name = change.subject.partition(":")[2]
    while name not in (abi.structs or {}) and "." in name:
        name = name.rpartition(".")[0]
    return name


def unreached(pair: Pair, name: str, where: str) -> Change:
    sizes = [f"{struct.size} bytes" if (struct := (abi.structs or {}).get(name)) else None for abi in (pair.old, pair.new)]
    return Change("unreached_changed", f"struct:{name}", {"what": "type"}, *sizes, where)


class Boundary:
    """What of one side can pass between a program and the library."""

    def __init__(self, abi: Abi) -> None:
        self.abi, self.reach = abi, Reach(abi)
        self.open = any(map(untyped, self.types()))

    def types(self) -> Iterator[Type]:
        """Every type that a program can pass, get or share, as far as it is written down."""
        for function in self.abi.functions.values():
            yield from (function.returns, *(param.type for param in function.params))
            if not function.prototyped:
                yield Type("...")
        for variable in (self.abi.variables or {}).values():
            yield variable.type
        for typedef in (self.abi.typedefs or {}).values():
            if typedef.type.base == "function":
                yield typedef.type
        for struct in (self.abi.structs or {}).values():
            yield from (field.type for field in struct.fields if field.type.pointers or field.type.base == "function")

    def crossed_by(self, name: str) -> bool:
        if self.open or name not in (self.abi.structs or {}):
            return self.open
        around = self.reach.around(name)
        if around & self.shown or any(calls(self.abi.structs[item]) for item in around if item in self.abi.structs):
            return True
        first = self.abi.structs[name].fields[:1]
        return any(alike(first[0], other) for other in self.firsts) if first else False

    @cached_property
    def shown(self) -> set[str]:
        """Types that functions, data and callbacks lead to."""
        roots = {name for name, callers in self.reach.callers.items() if callers}
        for variable in (self.abi.variables or {}).values():
            roots |= set(named(variable.type))
        return roots | {item.name for item in (self.abi.typedefs or {}).values() if item.type.base == "function"}

    @cached_property
    def firsts(self) -> list[Field]:
        """Where types begin that functions take: what begins alike may be passed for one of them."""
        structs = (self.abi.structs or {}).items()
        return [struct.fields[0] for name, struct in structs if struct.fields and self.reach.around(name) & self.shown]


def alike(field: Field, other: Field) -> bool:
    """Whether two types begin with the same: as each kind of address begins with its family."""
    if (field.type.base, field.type.pointers) != (other.type.base, other.type.pointers):
        return False
    spelled = other.type.spelled
    return field.name == other.name or spelled == field.type.spelled and bool(spelled) and spelled.split()[0] not in C_WORDS


C_WORDS = {"char", "short", "int", "long", "unsigned", "signed", "float", "double", "_Bool", "bool"}


def calls(struct: Struct) -> bool:
    """Whether a type holds callbacks: libraries look such tables up by name."""
    return any(field.type.base == "function" for field in struct.fields)


def untyped(type_: Type) -> bool:
    """Whether anything can be passed as this."""
    inner = type_.inner
    if isinstance(inner, Signature):
        return inner.variadic or any(map(untyped, (inner.returns, *inner.params)))
    if inner is not None:
        return untyped(inner)
    if type_.base == "..." or "va_list" in type_.base or "intptr" in (type_.spelled or ""):
        return True
    text = type_.base == "char" and type_.pointers == ("const",)
    return bool(type_.pointers) and type_.base in BYTES and not text
