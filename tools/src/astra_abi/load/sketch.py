"""A few lines of spec TOML -> the ABI model: how the examples of rules are written. Never a real contract.

Tables are those of spec/: function, struct, enum, handle, role, operator by name, and build; what is left out gets a
harmless value. Besides there are `reader`, `image`, `note` and `behaviour`, for what no contract holds, and
`offset` of a field, `size` and `by_reference` of a struct, for what only a compiler makes; and `c`, a few lines of a
header that may have a `file` name, read for one `target`; `inside`, the same for types that it only declares. Refuses every other key.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import replace
from typing import Any

from ..model.container import Container, PlatformTag
from ..model import (
    Abi, AstraError, Behaviour, Condition, Enum, Function, Handle, Image, Lack, Operator, Outcome, Output, Recorded,
    Requirement, Struct, Taken, Taking, Version, Want,
)
from .contract import read_enum, read_function, read_operator, read_structs, with_roles
from .headers import HOST, load_text
from .toml import Problems

READERS = ("contract", "header", "library")
KEYS = {
    "reader", "name", "title", "version", "line", "prefix", "history", "promise", "requires", "function", "struct",
    "enum", "handle", "role", "operator", "build", "image", "note", "behaviour", "c", "file", "inside", "target", "taking",
}
PLAIN = {"name", "title", "line", "promise", "build", "note"}
"""Keys that the model holds as they are written."""
REMEDY = "write it as in spec/, or look at the examples in compat/rules/"


def sketch(text: str, origin: str = "sketch") -> Abi:
    """The model of a sketch. A contract's sketch knows everything, a library's only what it names."""
    try:
        table = tomllib.loads(text)
        return read_sketch(table, origin)
    except (tomllib.TOMLDecodeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AstraError(f"cannot be read: {error!r}", origin, REMEDY) from error


def read_sketch(table: dict[str, Any], origin: str) -> Abi:
    unknown = sorted(table.keys() - KEYS)
    if unknown or table.get("reader", "contract") not in READERS:
        raise AstraError(f"unknown key or reader: {', '.join(unknown) or table['reader']}", origin, REMEDY)
    reader = table.get("reader", "contract")
    if "c" in table:
        target = table.get("target", HOST)
        hidden = load_text(table["inside"], target).structs if "inside" in table else {}
        return replace(load_text(table["c"], target, table.get("file", "text.h")), image=image(table, "header"), hidden=hidden)
    problems = Problems()
    history = tuple(map(Version.parse, table.get("history", ())))
    version = Version.parse(table["version"]) if "version" in table else history[-1] if history else None
    since = str(history[0]) if history else ""
    abi = Abi(
        origin, version=version, history=history, prefix=table.get("prefix", "x"),
        roles={name: (role.get("doc", ""), conditions(role.get("errors", ()))) for name, role in table.get("role", {}).items()},
        enums=known(table, "enum", reader, lambda name, item: enum(name, item, since)),
        handles=known(table, "handle", reader, lambda name, item: handle(name, item, since)),
        operators=known(table, "operator", reader, lambda name, item: operator(name, item, since, problems)),
        requires=requirements(table) if reader == "contract" else None,
        image=image(table, reader), behaviour=behaviour(table), taking=taking(table),
        **{key: table[key] for key in PLAIN & table.keys()},
    )
    abi = replace(abi, functions=known(
        table, "function", reader, lambda name, item: function(name, item, abi, since, problems)
    ))
    structs = known(table, "struct", reader, lambda name, item: item)
    if structs is not None:
        abi = replace(abi, structs=place_structs(structs, abi, since, problems))
    problems.refuse(origin, REMEDY)
    return abi


def known(table: dict[str, Any], kind: str, reader: str, make) -> dict[str, Any] | None:
    """What a table declares; without the table, nothing in a contract or header, unknown in a library."""
    if kind not in table and (reader == "library" or (kind == "operator" and reader != "contract")):
        return None
    return {name: made for name, item in table.get(kind, {}).items() if (made := make(name, item))}


def conditions(items: list[dict[str, Any]]) -> tuple[Condition, ...]:
    return tuple(Condition(**item) for item in items)


def requirements(table: dict[str, Any]) -> tuple[Requirement, ...]:
    return tuple(Requirement(item["id"], item.get("text", ""), item.get("about", "contents")) for item in table.get("requires", ()))


def enum(name: str, item: dict[str, Any], since: str) -> Enum:
    values = [{"doc": "", **value} for value in item.get("values", ())]
    return read_enum(name, {"type": "u32", "open": None, "since": since, "doc": "", **item, "values": values}, "", lambda *_: True)


def handle(name: str, item: dict[str, Any], since: str) -> Handle:
    return Handle(name, item.get("borrowed", False), item.get("since", since), item.get("doc", ""))


def function(name: str, item: dict[str, Any], abi: Abi, since: str, problems: Problems) -> Function:
    params = [{"name": None, "doc": "", **param} for param in item.get("params", ())]
    defaults = {"since": since, "doc": "", "returns": "void", "thread": None, "blocks": None, "stream": None}
    read = read_function(
        name, {**defaults, **item, "params": params, "requires": [vars_of(r) for r in requirements(item)]},
        abi.prefix, "", problems,
    )
    if abi.requires is None:  # What is told by no header and no library.
        bare = tuple(
            replace(param, direction=None, nullable=None, length=None, ownership=None, parent=None) for param in read.params
        )
        return replace(read, params=bare, errors=None, profiles=())
    return with_roles(read, abi, set())


def vars_of(requirement: Requirement) -> dict[str, str]:
    return {"id": requirement.id, "text": requirement.text, "about": requirement.about}


def operator(name: str, item: dict[str, Any], since: str, problems: Problems) -> Operator | None:
    table = {
        "title": "", "since": since, "used_by": "", **item,
        "input": [{"doc": "", **operand} for operand in item.get("input", [{"name": "x"}])],
        "output": [{"doc": "", **operand} for operand in item.get("output", [{"name": "y"}])],
        "attribute": [{"kind": "u64", "required": False, "doc": "", **a} for a in item.get("attribute", ())],
        "definition": {"dtypes": [["f32", "f32"]], **item.get("definition", {})},
        "requires": [vars_of(requirement) for requirement in requirements(item)],
    }
    return read_operator(f"{name}.toml", table, problems)


def place_structs(tables: dict[str, dict[str, Any]], abi: Abi, since: str, problems: Problems) -> dict[str, Struct]:
    """Structs as the contract's reader lays them out, then moved to where the sketch says."""
    full = {}
    for name, item in tables.items():
        fields = [{"doc": "", **{key: value for key, value in field.items() if key != "offset"}} for field in item.get("fields", ())]
        full[name] = ("", {"growth": None, "since": since, "doc": "", **item, "fields": fields})
    laid_out = read_structs(full, abi, Problems())  # Gaps are what compilers pad, and allowed in a sketch.
    placed = {}
    for name, struct in laid_out.items():
        offsets = {field["name"]: field["offset"] for field in tables[name].get("fields", ()) if "offset" in field}
        fields = tuple(replace(field, offset=offsets.get(field.name, field.offset)) for field in struct.fields)
        placed[name] = replace(struct, fields=fields, size=tables[name].get("size", struct.size), by_reference=tables[name].get("by_reference", False))
    return placed


def image(table: dict[str, Any], reader: str) -> Image | None:
    """An image; "" stands for a symbol without a node and for no rpath."""
    if "image" not in table:
        return Image() if reader == "library" else None
    return Image(**{"closed": reader == "contract", **image_of(table["image"])})


def image_of(table: dict[str, Any]) -> dict[str, Any]:
    item = dict(table)
    if "symbols" in item:
        item["symbols"] = {name: node or None for name, node in item["symbols"].items()}
    if "floor" in item:
        item["floor"] = {family: tuple(value) for family, value in item["floor"].items()}
    if "rpath" in item:
        item |= {"rpath": item["rpath"] or None, "rpath_known": True}
    item |= {key: tuple(item[key]) for key in ("needed", "state", "nodes", "data") if key in item}
    item |= {key: frozenset(item.get(key, ())) for key in ("hidden", "protected", "flags")}
    item |= {"shared": frozenset(item["shared"])} if "shared" in item else {}
    item |= {"wants": tuple(Want(**want) for want in item["wants"])} if "wants" in item else {}
    item["lacks"] = tuple(Lack(Want(**{key: lack[key] for key in lack if key != "unseen"}), tuple(lack.get("unseen", ()))) for lack in item.get("lacks", ()))
    item["around"] = tuple(Image(**{"soname": name, **image_of(needed)}) for name, needed in item.get("around", {}).items())
    if "container" in item:
        item["container"] = container(item["container"])
    return item


def container(item: dict[str, Any]) -> Container:
    """The file's own facts; every list is a tuple, and an inner list one of its items."""
    plain = {key: tuple(tuple(x) if isinstance(x, list) else x for x in value) if isinstance(value, list) else value for key, value in item.items()}
    if "asks" in plain:
        plain["asks"] = {family: {version: tuple(names) for version, names in asks.items()} for family, asks in plain["asks"].items()}
    if "tag" in plain:
        plain["tag"] = PlatformTag(**plain["tag"])
    return Container(**plain)


def taking(table: dict[str, Any]) -> Taking | None:
    """What a program takes; every version that it names is a node that it wants."""
    if "taking" not in table:
        return None
    items = [{**item, **({"uses": frozenset(item["uses"])} if "uses" in item else {})} for item in table["taking"].get("symbols", ())]
    nodes = {item["node"]: item.get("weak_node", False) for item in items if "node" in item}
    return Taking(tuple(Taken(**item) for item in items), nodes)


def behaviour(table: dict[str, Any]) -> Behaviour | None:
    if "behaviour" not in table:
        return None
    item = table["behaviour"]

    def outcomes(key: str) -> dict[str, Outcome] | None:
        return {name: Outcome(**{"about": "contents", **value}) for name, value in item[key].items()} if key in item else None

    recorded = {name: recorded_case(value) for name, value in item["recorded"].items()} if "recorded" in item else None
    return Behaviour(outcomes("promises"), item.get("goldens"), outcomes("clients"), recorded)


def recorded_case(item: dict[str, Any]) -> Recorded:
    """One case of a probe; its outputs are written as text."""

    def output(text: str) -> Output:
        return Output(len(text.encode()), hashlib.sha256(text.encode()).hexdigest(), text.encode())

    outputs = {key: output(item[key]) for key in ("stdout", "stderr") if key in item}
    files = {name: output(text) for name, text in item.get("files", {}).items()}
    return Recorded(**{"promise": "exact", "given": "", "end": "exited", **item, **outputs, "files": files})
