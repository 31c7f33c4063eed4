"""The files that people write -> what may stand in them, from their schemas. Refuses nothing.

A schema in spec/schema that has `x-file` is of such a file; its `x-example` is a whole one.
"""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any, Iterator

WIDTH = 100
KINDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "object": "table"}


def formats(folder: Path) -> dict[str, dict[str, Any]]:
    """The schemas of files that people write, by name."""
    found = {path.name.removesuffix(".schema.json"): json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.schema.json"))}
    return {name: schema for name, schema in found.items() if "x-file" in schema}


def page(schema: dict[str, Any]) -> str:
    """All keys of one format, each with its kind and meaning, and an example."""
    lines = [f"{schema['x-file']}:", f"{schema['title']}.", ""]
    for key, kind, required, meaning in keys(schema, schema):
        lines.append(f"{key}  ({kind}{', required' if required else ''})")
        lines += textwrap.wrap(meaning, WIDTH, initial_indent="    ", subsequent_indent="    ")
    return "\n".join([*lines, "", "For example:", "", *(f"    {line}".rstrip() for line in schema["x-example"])])


def keys(schema: dict[str, Any], item: dict[str, Any], place: str = "") -> Iterator[tuple[str, str, bool, str]]:
    """Key path, kind of value, whether it must be there, and what it means."""
    required = set(item.get("required", ()))
    for name, of_name in item.get("properties", {}).items():
        yield from key(schema, f"{place}{name}", of_name, name in required)


def key(schema: dict[str, Any], path: str, item: dict[str, Any], required: bool) -> Iterator[tuple[str, str, bool, str]]:
    item = resolved(schema, item)
    form = f" It is {item['x-form']}." if "x-form" in item else ""
    yield path, kind(schema, item), required, item.get("description", "") + form
    inner, path = (resolved(schema, item["items"]), f"{path}[]") if "items" in item else (item, path)
    others = inner.get("additionalProperties")
    if isinstance(others, dict) and (others := resolved(schema, others)).get("properties"):
        yield from keys(schema, others, f"{path}.NAME.")
    else:
        yield from keys(schema, inner, f"{path}.")


def resolved(schema: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    """An item with what it refers to; what it says itself comes first."""
    return {**schema["$defs"][item["$ref"].rpartition("/")[2]], **item} if "$ref" in item else item


def kind(schema: dict[str, Any], item: dict[str, Any]) -> str:
    if "enum" in item:
        return " or ".join(json.dumps(value) for value in item["enum"])
    if "const" in item:
        return json.dumps(item["const"])
    if "items" in item:
        inner = resolved(schema, item["items"])
        return "tables" if inner.get("type") == "object" else f"list of {kind(schema, inner)}"
    if "oneOf" in item:
        return ", or ".join(kind(schema, resolved(schema, choice)) for choice in item["oneOf"])
    others = item.get("additionalProperties")
    if isinstance(others, dict) and not (others := resolved(schema, others)).get("properties"):
        return f"table of {kind(schema, others)}"
    return KINDS[item["type"]]
