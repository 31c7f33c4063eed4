"""Models <-> a file: what headers declare on each target, and what a build is. Refuses a file that was edited.

The first line holds the form's number and the SHA-256 of all lines after it. Each element stands on a line
of its own, sorted, so that two snapshots can be compared as text. A target is written as what is different
from the first one.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Iterator

from ..model import Abi, AstraError
from .build import Build
from .codec import NotLikeThat, decode, encode, reader, schema_of
from .intake import read_whole

FORMAT = 1
START = b'{"snapshot":'
LIKE, WITHOUT = "like", "without"
MOST_BYTES = 1 << 29
TABLES = ("functions", "variables", "structs", "enums", "handles", "typedefs", "macros", "operators")
"""Parts of a model that are written one element a line."""


@dataclass(frozen=True)
class Snapshot:
    """What was read of one source: `declared` by target, as headers or a contract promise it, and the build."""

    kind: str = "headers"
    declared: dict[str, Abi] = field(default_factory=dict)
    build: Build | None = None
    name: str = ""
    version: str = ""


def is_snapshot(path: Path) -> bool:
    try:
        if not Path(path).is_file():  # to open a pipe would wait for somebody to write into it
            return False
        with Path(path).open("rb") as file:
            return file.read(len(START)) == START
    except OSError:
        return False


def write_snapshot(path: Path, declared: dict[str, Abi], build: Build | None = None, kind: str = "headers", name: str = "", version: str = "") -> None:
    """Writes one file. Equal models give equal bytes."""
    Path(path).write_text(text_of(Snapshot(kind, declared, build, name, version)), "utf-8")


def text_of(snapshot: Snapshot) -> str:
    """The whole file."""
    body = "\n".join(lines(snapshot)) + "\n"
    return f'{START.decode()} {FORMAT}, "sha256": "{hashlib.sha256(body.encode()).hexdigest()}",\n{body}'


def lines(snapshot: Snapshot) -> Iterator[str]:
    head = {"kind": snapshot.kind, "name": snapshot.name, "version": snapshot.version}
    yield f"{compact(head)[1:-1]},"
    parts: list[tuple[str, Any]] = []
    base_name, base = "", None
    for target, abi in snapshot.declared.items():
        encoded = encode(abi)
        parts.append((target, encoded if base is None else {LIKE: base_name, **changed(base, encoded)}))
        if base is None:
            base_name, base = target, encoded
    yield from grouped("targets", parts, "," if snapshot.build else "")
    if snapshot.build:
        build = encode(snapshot.build)
        models = [(key, build.pop(key)) for key in ("abi", "typed") if build.get(key)]
        yield f'"build": {{{compact(build)[1:-1]},'
        for index, (key, model) in enumerate(models):
            yield from element(key, model, "," if index < len(models) - 1 else "")
        yield "}"
    yield "}"


def grouped(key: str, parts: list[tuple[str, Any]], tail: str) -> Iterator[str]:
    yield f'"{key}": {{'
    for index, (name, model) in enumerate(parts):
        yield from element(name, model, "," if index < len(parts) - 1 else "")
    yield "}" + tail


def element(name: str, model: dict[str, Any], tail: str) -> Iterator[str]:
    """One model: small facts on one line, then its tables, one line for each of their elements."""
    tables = [key for key in TABLES if model.get(key)]
    small = {key: value for key, value in model.items() if key not in tables}
    yield f"{compact(name)}: {{{compact(small)[1:-1]}" + ("," if tables else "}" + tail)
    for index, key in enumerate(tables):
        rows = [f" {compact(item)}: {compact(value)}" for item, value in sorted(model[key].items())]
        yield f'"{key}": {{\n' + ",\n".join(rows)
        yield "}," if index < len(tables) - 1 else "}}" + tail


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def changed(base: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What has to be said of a target after another one was told."""
    found: dict[str, Any] = {}
    gone: dict[str, list[str]] = {}
    for key in sorted(base.keys() | other.keys()):
        if key not in other:
            gone[key] = []
        elif key in TABLES and base.get(key) is not None and other[key] is not None:
            fresh = {name: item for name, item in other[key].items() if base[key].get(name) != item or name not in base[key]}
            if fresh:
                found[key] = fresh
            if lost := sorted(base[key].keys() - other[key].keys()):
                gone[key] = lost
        elif key not in base or base[key] != other[key]:
            found[key] = other[key]
    return {**({WITHOUT: gone} if gone else {}), **found}


def restored(base: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """The reverse of `changed`."""
    gone = told.get(WITHOUT, {})
    made = {key: value for key, value in base.items() if gone.get(key) != []}
    for key, lost in gone.items():
        if lost:
            made[key] = {name: item for name, item in made.get(key, {}).items() if name not in set(lost)}
    for key, value in told.items():
        if key in (LIKE, WITHOUT):
            continue
        made[key] = {**made[key], **value} if key in TABLES and value is not None and made.get(key) else value
    return made


def read_snapshot(path: Path) -> Snapshot:
    """The models of a file that nobody has touched since it was written."""
    path = Path(path)
    remedy = "restore the file from version control, or write it anew with `astra-abi dump`"
    try:
        data = read_whole(path, MOST_BYTES)
    except OSError as error:
        raise AstraError(f"cannot be read: {error}", str(path), "name a snapshot that `astra-abi dump` has written") from error
    try:
        document = json.loads(data, object_pairs_hook=once)
        check_head(document, data)
        return model_of(document)
    except (NotLikeThat, ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        what = str(error) if isinstance(error, (NotLikeThat, ValueError)) else type(error).__name__
        raise AstraError(f"is not a snapshot that this version reads: {what}", str(path), remedy) from error


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name is given twice")
    return made


def check_head(document: Any, data: bytes) -> None:
    if not isinstance(document, dict) or not data.startswith(START):
        raise ValueError("it does not begin as one")
    if type(document.get("snapshot")) is not int or document["snapshot"] != FORMAT:
        raise ValueError(f"its form is {document.get('snapshot')!r}, and this version knows {FORMAT}")
    digest = hashlib.sha256(data.partition(b"\n")[2]).hexdigest()
    if document.get("sha256") != digest:
        raise ValueError("it was edited or cut: its SHA-256 is another one")
    if unknown := document.keys() - {"snapshot", "sha256", "kind", "name", "version", "targets", "build"}:
        raise ValueError(f"unknown key '{min(unknown)}'")


def model_of(document: dict[str, Any]) -> Snapshot:
    seen: dict[int, Any] = {}
    encoded: dict[str, dict[str, Any]] = {}
    for target, told in document["targets"].items():
        if LIKE in told and told[LIKE] not in encoded:
            raise ValueError(f"target {target} is told by '{told[LIKE]}', which does not come before it")
        encoded[target] = restored(encoded[told[LIKE]], told) if LIKE in told else told
    declared = {target: read_abi(item, f"targets.{target}", seen) for target, item in encoded.items()}
    build = decode(Build, document["build"]) if "build" in document else None
    return Snapshot(decode(str, document["kind"]), declared, build, decode(str, document["name"]), decode(str, document["version"]))


def read_abi(told: dict[str, Any], place: str, seen: dict[int, Any]) -> Abi:
    """One model. Elements that targets share are read once, since they are one object here."""
    tables = {key: told[key] for key in TABLES if isinstance(told.get(key), dict)}
    abi = reader(Abi)({key: value for key, value in told.items() if key not in tables}, place)
    made = {item.name: getattr(abi, item.name) for item in fields(Abi)}
    for key, table in tables.items():
        read = reader(ELEMENTS[key])
        for name, item in table.items():
            if id(item) not in seen:
                seen[id(item)] = read(item, f"{place}.{key}.{name}")
        made[key] = {name: seen[id(item)] for name, item in table.items()}
    return Abi(**made)


def element_types() -> dict[str, Any]:
    from typing import get_args, get_type_hints

    hints = get_type_hints(Abi)
    return {key: next(get_args(choice)[1] for choice in get_args(hints[key]) if get_args(choice)) for key in TABLES}


ELEMENTS = element_types()


def schema() -> dict[str, Any]:
    """The published schema, made from the model's own annotations."""
    known: dict[str, Any] = {}
    schema_of(Abi, known)
    schema_of(Build, known)
    whole = known["Abi"]
    told = {
        "type": "object", "additionalProperties": False,
        "properties": {
            LIKE: {"type": "string", "description": "A target told before: what is not said here is as there."},
            WITHOUT: {
                "type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}},
                "description": "Elements that the other target has and this one has not; an empty list: the whole part.",
            },
            **whole["properties"],
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://astra.invalid/schema/snapshot.schema.json",
        "title": "What `astra-abi dump` writes and `astra-abi freeze` keeps: models of one source, by target",
        "type": "object", "additionalProperties": False, "required": ["snapshot", "sha256", "kind", "name", "version", "targets"],
        "properties": {
            "snapshot": {"const": FORMAT, "description": "Version of this document's form."},
            "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "Of every byte after the first line."},
            "kind": {"type": "string"}, "name": {"type": "string"}, "version": {"type": "string"},
            "targets": {"type": "object", "additionalProperties": {"anyOf": [{"$ref": "#/$defs/Abi"}, told]}},
            "build": {"$ref": "#/$defs/Build"},
        },
        "$defs": dict(sorted(known.items())),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(), indent=2) + "\n")
