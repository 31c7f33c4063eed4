"""A shared library -> the ABI model: what the loader sees, what DWARF says, what the note claims.

The parsing is the native extension's (gimli and object); here its facts become the model's. A facet
that the file does not hold is None, with the reason in `Library.missing`.
"""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..model.container import Container
from ..model import Abi, AstraError, Entry, Field, Function, Image, Param, Struct, Table, Type, Want
from ..toolchain import read_asks, read_demands, read_floor

MACHINES = {"AMD64": "x86_64", "arm64": "aarch64", "i686": "i386"}
"""What the platform module calls a processor that ELF calls otherwise."""


VERSION_INDEX = 0x7FFF
"""The bits of a version entry that hold the index; the highest bit hides the symbol."""


@dataclass(frozen=True)
class Library:
    """A library as read: its model, its raw facts, where its debug information came from, and gaps."""

    path: Path
    abi: Abi
    elf: dict[str, Any]
    debug: Path | None
    missing: dict[str, str] = field(default_factory=dict)
    twins: dict[str, list[Function]] = field(default_factory=dict)
    """Functions that the debug information describes in more than one way."""


def refuse_foreign(library: Library) -> None:
    """Refuses to run a library that was built for another kind of machine."""
    here = MACHINES.get(platform.machine(), platform.machine())
    if library.elf["machine"] != here:
        raise AstraError(
            f"is built for {library.elf['machine']}, this machine is {here}: its behaviour cannot be judged here",
            str(library.path), f"run the check on a machine with {library.elf['machine']}, or judge the rest with --static",
        )


def call(function, *arguments) -> Any:
    """Runs one reader of the native extension; its refusals become clear errors."""
    from .. import _native

    try:
        return json.loads(getattr(_native, function)(*arguments))
    except (_native.ReadError, UnicodeError) as error:
        remedy = WHOLE if SPLIT in str(error) else "name a complete ELF shared library, as the linker wrote it"
        raise AstraError(str(error), str(arguments[0]), remedy) from error


SPLIT = "debug information is split"
"""How the reader says that most of it lies in other files."""
WHOLE = "build it without -gsplit-dwarf, so that the debug information is in the library or in one debug file"


def read_shared(path: Path, remedy: str) -> dict[str, Any]:
    """What the loader sees of a shared library. `remedy` says what to name where there is no such file."""
    if not path.is_file():
        raise AstraError("no such file", str(path), remedy)
    elf = call("read_elf", str(path))
    if elf["type"] != "DYN":
        raise AstraError(f"is not a shared library but of type {elf['type']}", str(path), "name a shared library (.so)")
    return elf


def load_library(path: Path, functions: list[str], debug_file: Path | None = None) -> Library:
    """Reads a shared library. `functions` are those whose signatures are wanted from DWARF."""
    path = Path(path)
    elf = read_shared(path, "name a built shared library; `make build` builds ours")
    missing: dict[str, str] = {}
    debug = find_debug(path, debug_file, missing)
    read, structs, state, twins = None, None, None, {}
    if debug:
        dwarf = call("read_dwarf", str(debug), functions)
        tell_signs(dwarf, dwarf["types"])
        structs = {name: struct(name, item) for name, item in dwarf["types"].items() if item.get("kind") == "struct" and not item.get("declaration")}
        read = {name: signature(name, item) for name, item in dwarf["functions"].items()}
        twins = {name: [signature(name, item) for item in items] for name, items in dwarf["conflicts"].items()}
        state = tuple(item["name"] for item in call("writable_objects", str(debug)) if not is_startup(item))
    image = read_image(elf, state)
    return Library(path, Abi(f"library {path}", functions=read, structs=structs, image=image), elf, debug, missing, twins)


def tell_signs(node: Any, types: dict[str, Any]) -> None:
    """Writes the sign of each enum, which stands at its definition, to every place that refers to it."""
    if isinstance(node, dict) and node.get("kind") == "enum" and "ref" in node:
        node["signed"] = types[node["ref"]].get("signed")
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        tell_signs(inner, types)


def is_startup(item: dict[str, Any]) -> bool:
    """What gcc's own start-up code (crtstuff.c) puts into every library: marks, and whether it has ended."""
    return item["raw"] in ("__TMC_END__", "__dso_handle") and not item["size"] or item["raw"] == "completed.0" and item["size"] == 1


def find_debug(path: Path, debug_file: Path | None, missing: dict[str, str]) -> Path | None:
    """The file with the debug information that belongs to the library, or the reason why there is none."""
    if debug_file:
        debug_file = Path(debug_file)
        if not debug_file.is_file():
            raise AstraError("no such file", str(debug_file), "name the library's debug file, or leave out --debug-file")
        own, other = call("build_id", str(path)), call("build_id", str(debug_file))
        if own is None or own != other:
            raise AstraError(
                f"belongs to another build: its build-id is {other}, the library's is {own}", str(debug_file),
                "name the debug file that was made together with the library",
            )
        if why := call("debug_file_differs", str(path), str(debug_file)):
            raise AstraError(f"does not belong to {path}: {why}", str(debug_file), "name the debug file that was made together with the library")
        return debug_file
    found = call("find_debug_file", str(path), [])
    if found["path"]:
        # JSON has no form for a path that is no text, but this one is known.
        return path if found["how"] == "embedded" else Path(found["path"])
    missing["dwarf"] = found.get("why") or "no debug information"
    return None


def read_image(elf: dict[str, Any], state: tuple[str, ...] | None) -> Image:
    """What the loader sees. The floor is the highest version wanted of each family, with the symbol that wants it."""
    exported: dict[str, str | None] = {}
    data, sizes, hidden = [], {}, set()
    for item in elf["symbols"]:
        seen = item["visibility"] in ("default", "protected") and item["bind"] != "local" and not item["absolute"]
        if item["defined"] and seen:
            # The linker finds only the default version; others are there for programs that name them.
            linked = item["default_version"] or not item["version"]
            name = item["name"] if linked else f"{item['name']}@{item['version']}"
            exported[name] = item["version"]
            if not linked:
                hidden.add(name)
            if item["type"] in ("object", "tls"):
                data.append(item["name"])
                sizes[name] = item["size"]
    demands = read_demands(elf)
    return Image(
        soname=elf["soname"], symbols=exported, floor=read_floor(demands), needed=tuple(elf["needed"]),
        rpath=elf["runpath"] or elf["rpath"], rpath_known=True, exec_stack=elf["exec_stack"] is not False,
        text_relocations=elf["textrel"], initializers=elf["init_functions"], state=state, data=tuple(data),
        nodes=tuple(elf["version_definitions"]), sizes=sizes, hidden=frozenset(hidden),
        container=Container("elf", elf["machine"], elf["class"], elf["endian"], asks=read_asks(demands)),
        versioned=bool(elf["definitions"] or elf["version_needs"]), table=read_table(elf),
        wants=tuple(Want(item["name"], item["version"], item["library"]) for item in elf["asked"]),
        shared=None if elf["shared_data"] is None else frozenset(elf["shared_data"]), symbolic=elf["symbolic"],
        flags=frozenset(elf["flags"]), level=level_of(elf),
    )


PROPERTIES, LEVEL_NEEDED = 5, 0xC0008002
"""The note in which linkers sum up what a file is made for, and the property of x86 that is checked at the start."""
LEVELS = ("x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4")


def level_of(elf: dict[str, Any]) -> str | None:
    """The highest level of x86-64 without which the loader refuses the file."""
    if elf["machine"] != "x86_64":
        return None
    for note in elf["notes"]:
        data = bytes.fromhex(note["desc"]) if (note["name"], note["type"]) == ("GNU", PROPERTIES) else b""
        while len(data) >= 8:
            kind, size = (int.from_bytes(data[at : at + 4], "little") for at in (0, 4))
            if kind == LEVEL_NEEDED and size == 4:
                bits = int.from_bytes(data[8:12], "little") & 0xF
                return LEVELS[bits.bit_length() - 1] if bits else None
            data = data[8 + size + -size % 8 :]
    return None


def read_table(elf: dict[str, Any], name: str = "") -> Table:
    """What the loader searches. `name` is what a library without SONAME is known by: that of its file."""
    entries: dict[str, tuple[Entry, ...]] = {}
    alike: dict[tuple[Any, ...], tuple[Entry]] = {}
    nodes: dict[int, str] = {}
    for item in elf["symbols"]:
        if not item["defined"]:
            continue
        versym = item["versym"] if item["versym"] is not None else 1
        index = versym & VERSION_INDEX
        if item["version"]:
            nodes[index] = item["version"]
        placed = item["address"] != 0 or item["absolute"] or item["type"] == "tls"
        size = item["size"] if item["type"] in ("object", "tls", "common") else 0
        facts = (index, versym != index, item["type"], item["bind"], item["visibility"], size, placed, item["absolute"])
        made = alike.get(facts) or alike.setdefault(facts, (Entry(*facts),))
        entries[item["name"]] = entries.get(item["name"], ()) + made
    defined = frozenset(item["name"] for item in elf["definitions"])
    versioned = bool(elf["definitions"] or elf["version_needs"])
    tls = any(item["tls"] for item in elf["writable_sections"])
    return Table(elf["soname"] or name, entries, nodes, defined or None, versioned, tls)


def type_of(item: dict[str, Any] | None) -> Type:
    """A DWARF type as the boundary spells it. What it cannot spell keeps its own name, and will differ."""
    kind = item["kind"] if item else "void"
    if kind == "int":
        return Type(f"{'i' if item['signed'] else 'u'}{item['size'] * 8}")
    if kind == "enum":
        return Type(f"u{item['size'] * 8}" if item.get("signed") is False else f"i{item['size'] * 8}")
    if kind == "float":
        return Type(f"f{item['size'] * 8}")
    if kind == "pointer":
        if (item["to"] or {}).get("kind") == "function":
            return Type("function")
        return type_of(item["to"]).behind("const" if item.get("const") else "mut")
    if kind == "array":
        inner = type_of(item["of"])
        return Type(inner.base, inner.pointers, item["count"])
    if kind in ("struct", "union", "opaque"):
        return Type(item["name"] or item.get("ref") or "anonymous")
    return Type({"bool": "bool", "char": "char"}.get(kind, "void" if kind == "void" else kind))


def bytes_of(item: dict[str, Any] | None, pointer: int) -> int:
    """The size of a DWARF type in bytes."""
    kind = item["kind"] if item else "void"
    if kind in ("pointer", "function"):
        return pointer
    if kind == "array":
        return (item["count"] or 0) * bytes_of(item["of"], pointer)
    return item.get("size", 1) or 0 if item else 0


def struct(name: str, item: dict[str, Any]) -> Struct:
    fields = tuple(member(found) for found in item["fields"] if not (found["name"] or "").endswith("_padding"))
    return Struct(name, fields, item["size"])


def member(item: dict[str, Any]) -> Field:
    """A field; one of so many bits is an integer of that width, which no contract knows."""
    type_, size, bits = type_of(item["type"]), bytes_of(item["type"], 8), item["bit_size"]
    if bits is not None and bits != size * 8:
        type_, size = Type(f"{type_.base[:1]}{bits}"), (bits + 7) // 8
    return Field(item["name"] or "", type_, item["offset"], size)


def signature(name: str, item: dict[str, Any]) -> Function:
    params = tuple(Param(param["name"], type_of(param["type"])) for param in item["params"])
    if item["variadic"]:
        params += (Param("variadic", Type("...")),)
    return Function(name, type_of(item["returns"]), params)
