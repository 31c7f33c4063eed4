"""Where a step can be made, and the steps that kinds are made of. Every step is pure: a model in, another one out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Iterator

from ..model import Abi, Field, Function, Image, Struct, Type

INT, LONG, DOUBLE = Type("i32"), Type("i64"), Type("f64")
WIDER = {"i8": "i64", "u8": "u64", "i16": "i64", "u16": "u64", "i32": "i64", "u32": "u64", "f32": "f64"}
NARROWER = {"i64": "i32", "u64": "u32", "i32": "i16", "u32": "u16", "i16": "i8", "u16": "u8", "f64": "f32"}
SAME_SIZE = {"i32": "f32", "u32": "f32", "i64": "f64", "u64": "f64", "f32": "i32", "f64": "i64"}


@dataclass(frozen=True, order=True)
class Place:
    """One place: a function, struct or other name, and where in it."""

    name: str
    index: int = -1

    def __str__(self) -> str:
        return self.name if self.index < 0 else f"{self.name}[{self.index}]"


def functions(abi: Abi) -> Iterator[Function]:
    """Functions that a library exports and that can be called."""
    return (item for item in abi.functions.values() if not item.inline)


def params(abi: Abi) -> Iterator[tuple[Place, Any]]:
    for function in functions(abi):
        for index, param in enumerate(function.params):
            if param.type.base not in ("...", "va_list", "__va_list_tag", "__builtin_va_list"):
                yield Place(function.name, index), param


def structs(abi: Abi, union: bool = False) -> Iterator[Struct]:
    return (item for item in abi.structs.values() if item.union is union and item.fields and not item.name.startswith("__"))


def fields(abi: Abi, union: bool = False) -> Iterator[tuple[Place, Field]]:
    for struct in structs(abi, union):
        if not union and any(a.end > b.begin for a, b in zip(struct.fields, struct.fields[1:])):
            continue  # members of anonymous unions
        for index, field in enumerate(struct.fields):
            if field.name:
                yield Place(struct.name, index), field


def plain(type_: Type) -> bool:
    return not type_.pointers and type_.count is None


def retyped(type_: Type, base: str) -> Type:
    return replace(type_, base=base, spelled="")


def with_function(abi: Abi, function: Function) -> Abi:
    return replace(abi, functions={**abi.functions, function.name: function})


def with_params(abi: Abi, place: Place, change) -> Abi:
    function = abi.functions[place.name]
    items = list(function.params)
    change(items)
    return with_function(abi, replace(function, params=tuple(items)))


def with_param(abi: Abi, place: Place, **facets: Any) -> Abi:
    return with_params(abi, place, lambda items: items.__setitem__(place.index, replace(items[place.index], **facets)))


def with_variable(abi: Abi, place: Place, **facets: Any) -> Abi:
    return replace(abi, variables={**abi.variables, place.name: replace(abi.variables[place.name], **facets)})


def with_struct(abi: Abi, struct: Struct) -> Abi:
    return replace(abi, structs={**abi.structs, struct.name: struct})


def with_fields(abi: Abi, place: Place, change) -> Abi:
    """Offsets follow the order: the compiler lays out anyway."""
    struct = abi.structs[place.name]
    items = list(struct.fields)
    change(items)
    if not struct.union:
        items = [replace(item, offset=index * 64, bits=(index * 512, item.bits[1]) if item.bits else None, size=1) for index, item in enumerate(items)]
    return with_struct(abi, replace(struct, fields=tuple(items)))


def with_field(abi: Abi, place: Place, **facets: Any) -> Abi:
    return with_fields(abi, place, lambda items: items.__setitem__(place.index, replace(items[place.index], **facets)))


def fresh(name: str, type_: Type = LONG) -> Field:
    return Field(name, type_, 0, 8)


def renamed(table: dict, old: str, new: str, item: Any) -> dict:
    """A table with one entry under another name, in its place."""
    return {(new if name == old else name): (item if name == old else value) for name, value in table.items()}


def image(abi: Abi) -> Image:
    return abi.image or Image(soname="libmutant.so.1", symbols={}, nodes=(), hidden=frozenset())


def with_image(abi: Abi, **facets: Any) -> Abi:
    return replace(abi, image=replace(image(abi), **facets))
