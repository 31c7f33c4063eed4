"""Dataclasses of the model <-> JSON, by their own annotations. Refuses whatever they do not describe.

A value that is its field's default is left out. The same annotations make the JSON Schema, so that a new
field of the model needs no line here.
"""

from __future__ import annotations

import math
import types
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Callable, Union, get_args, get_origin, get_type_hints


class NotLikeThat(ValueError):
    """JSON that is not what a dataclass describes: where, and why."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place or 'the document'}: {why}")


def encode(value: Any) -> Any:
    """The JSON of a value of the model."""
    if is_dataclass(value):
        made = {}
        for name, default in defaults(type(value)):
            item = getattr(value, name)
            if default is MISSING or item is not default and (item != default or type(item) is not type(default)):
                made[name] = encode(item)
        return made
    if is_record(type(value)):
        items = list(value)
        while items and type(value)._field_defaults.get(type(value)._fields[len(items) - 1], MISSING) == items[-1]:
            items.pop()
        return [encode(item) for item in items]
    if isinstance(value, dict):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, (tuple, list)):
        return [encode(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": repr(value)}
    return str(value) if isinstance(value, Path) else value


def is_record(hint: Any) -> bool:
    """Whether it is a NamedTuple, which is written as a list without defaults at its end."""
    return isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_field_defaults")


@cache
def defaults(cls: type) -> tuple[tuple[str, Any], ...]:
    """Fields in their order, each with the value that need not be written."""
    return tuple(
        (item.name, item.default if item.default is not MISSING else item.default_factory() if item.default_factory is not MISSING else MISSING)
        for item in fields(cls)
    )


def decode(hint: Any, data: Any) -> Any:
    """The value of an annotated type that was encoded; raises NotLikeThat for anything else."""
    return reader(hint)(data, "")


@cache
def reader(hint: Any) -> Callable[[Any, str], Any]:
    """A function that reads values of an annotated type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return lambda data, place: data
    if is_dataclass(hint):
        return dataclass_reader(hint)
    if is_record(hint):
        return record_reader(hint)
    if origin in (Union, types.UnionType):
        return union_reader(arguments)
    if origin is dict:
        return dict_reader(*arguments)
    if origin in (tuple, list, frozenset):
        return sequence_reader(origin, arguments)
    return scalar_reader(hint)


def scalar_reader(hint: type) -> Callable[[Any, str], Any]:
    def read(data: Any, place: str) -> Any:
        if hint is float and isinstance(data, dict) and data.keys() == {"float"} and data["float"] in ("inf", "-inf", "nan"):
            return float(data["float"])
        if hint is Path and type(data) is str:
            return Path(data)
        if hint is bytes and type(data) is str:
            try:
                return bytes.fromhex(data)
            except ValueError as error:
                raise NotLikeThat(place, f"is {shown(data)}, and not bytes in hexadecimal digits") from error
        if type(data) is not hint:
            raise NotLikeThat(place, f"is {shown(data)}, and not {'nothing' if hint is type(None) else hint.__name__}")
        return data

    return read


def dataclass_reader(cls: type) -> Callable[[Any, str], Any]:
    hints = get_type_hints(cls)
    required = {name for name, default in defaults(cls) if default is MISSING}
    readers: dict[str, Callable] = {}

    def read(data: Any, place: str) -> Any:
        if not isinstance(data, dict):
            raise NotLikeThat(place, f"is {shown(data)}, and not the parts of a {cls.__name__}")
        if missing := required - data.keys():
            raise NotLikeThat(place, f"has no '{min(missing)}'")
        made = {}
        for key, item in data.items():
            if key not in hints:
                raise NotLikeThat(place, f"unknown key {shown(key)}")
            if key not in readers:
                readers[key] = reader(hints[key])
            made[key] = readers[key](item, f"{place}.{key}" if place else key)
        return cls(**made)

    return read


def union_reader(choices: tuple[Any, ...]) -> Callable[[Any, str], Any]:
    classes = [choice for choice in choices if is_dataclass(choice)]
    others = [choice for choice in choices if not is_dataclass(choice)]

    def read(data: Any, place: str) -> Any:
        if isinstance(data, dict):
            for choice in classes:
                if {name for name, default in defaults(choice) if default is MISSING} <= data.keys() <= {name for name, _ in defaults(choice)}:
                    return reader(choice)(data, place)
        for choice in others:
            try:
                return reader(choice)(data, place)
            except NotLikeThat:
                if len(choices) == 2 and choice is not type(None) and data is not None:
                    raise
        if len(classes) == 1 and data is not None:
            return reader(classes[0])(data, place)
        raise NotLikeThat(place, f"is {shown(data)}, and none of what it may be")

    return read


def record_reader(cls: type) -> Callable[[Any, str], Any]:
    hints = get_type_hints(cls)
    inner = [reader(hints[name]) for name in cls._fields]
    least = len(inner) - len(cls._field_defaults)

    def read(data: Any, place: str) -> Any:
        if not isinstance(data, list) or not least <= len(data) <= len(inner):
            raise NotLikeThat(place, f"is {shown(data)}, and not the parts of a {cls.__name__}")
        return cls(*(read_item(item, f"{place}[{index}]") for index, (read_item, item) in enumerate(zip(inner, data))))

    return read


def dict_reader(key: Any, hint: Any) -> Callable[[Any, str], Any]:
    inner = reader(hint)

    def read(data: Any, place: str) -> Any:
        if not isinstance(data, dict):
            raise NotLikeThat(place, f"is {shown(data)}, and not a table")
        if key is int and not all(name.isdecimal() and len(name) < 20 for name in data):
            raise NotLikeThat(place, "has names that are no numbers")
        return {(int(name) if key is int else name): inner(item, f"{place}.{name}") for name, item in data.items()}

    return read


def sequence_reader(origin: type, arguments: tuple[Any, ...]) -> Callable[[Any, str], Any]:
    fixed = origin is tuple and arguments[-1] is not Ellipsis
    inner = [reader(argument) for argument in (arguments if fixed else arguments[:1])]

    def read(data: Any, place: str) -> Any:
        if not isinstance(data, list) or (fixed and len(data) != len(inner)):
            raise NotLikeThat(place, f"is {shown(data)}, and not a list" + (f" of {len(inner)}" if fixed else ""))
        parts = inner if fixed else inner * len(data)
        return origin(read_item(item, f"{place}[{index}]") for index, (read_item, item) in enumerate(zip(parts, data)))

    return read


def shown(data: Any) -> str:
    text = repr(data)
    return text if len(text) <= 60 else text[:57] + "..."


def schema_of(hint: Any, known: dict[str, Any]) -> Any:
    """The JSON Schema of an annotated type; dataclasses are described once, in `known`."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return {}
    if is_dataclass(hint):
        if hint.__name__ not in known:
            known[hint.__name__] = {}
            hints = get_type_hints(hint)
            known[hint.__name__] |= {
                "type": "object", "additionalProperties": False,
                "required": [name for name, default in defaults(hint) if default is MISSING],
                "properties": {name: schema_of(hints[name], known) for name, _ in defaults(hint)},
            }
        return {"$ref": f"#/$defs/{hint.__name__}"}
    if is_record(hint):
        hints = get_type_hints(hint)
        parts = [schema_of(hints[name], known) for name in hint._fields]
        return {"type": "array", "prefixItems": parts, "minItems": len(parts) - len(hint._field_defaults), "maxItems": len(parts)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(argument, known) for argument in arguments]}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(arguments[1], known)}
    if origin is tuple and arguments[-1] is not Ellipsis:
        return {"type": "array", "prefixItems": [schema_of(item, known) for item in arguments], "minItems": len(arguments), "maxItems": len(arguments)}
    if origin in (tuple, list, frozenset):
        return {"type": "array", "items": schema_of(arguments[0], known)}
    if hint is float:
        return {"anyOf": [{"type": "number"}, {"type": "object", "required": ["float"], "properties": {"float": {"enum": ["inf", "-inf", "nan"]}}}]}
    if hint is bytes:
        return {"type": "string", "pattern": "^([0-9a-f]{2})*$"}
    return {"type": {str: "string", int: "integer", bool: "boolean", type(None): "null", Path: "string"}[hint]}
