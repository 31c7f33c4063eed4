"""Any project's library -> the ABI model: its symbols, and what its debug information tells of those.

Only what a caller can reach is read. With headers, functions that they do not declare and types that they
do not define are nobody's business; without them, everything that is exported is taken for public.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Sequence

from ..model import Abi, AstraError
from .containers import load_binary, read
from .library import SPLIT, call, find_debug
from .surface import Surface

TARGETS = {
    "x86_64": "x86_64-linux-gnu", "aarch64": "aarch64-linux-gnu", "i386": "i686-linux-gnu", "riscv": "riscv64-linux-gnu",
    "arm": "armv7-linux-gnueabihf", "powerpc64": "powerpc64le-linux-gnu", "s390x": "s390x-linux-gnu",
    "loongarch": "loongarch64-linux-gnu", "mips": "mips64el-linux-gnu",
}
"""What ELF calls a machine, and the target whose layouts its libraries have."""
HOST = "x86_64-linux-gnu"


@dataclass(frozen=True)
class Build:
    """A library as read, and what of it could not be seen."""

    path: Path
    target: str
    abi: Abi
    """The symbol table and the rest that the loader sees."""
    typed: Abi | None
    """Types and signatures that the debug information tells."""
    gaps: tuple[str, ...]
    untyped: tuple[str, ...] = ()
    """Exported names of which the debug information that was read tells nothing."""
    doubtful: frozenset[str] = frozenset()
    """Structs and unions of which debug information alone cannot tell whether programs may look inside."""


def target_of(path: Path) -> str:
    """The target that a library is built for, by the name that headers are read for."""
    kind = read("sniff", path)
    if kind["format"] in ("pe", "coff-import") or (kind["format"], kind["type"]) == ("archive", "import-library"):
        return f"{kind['machine']}-windows-msvc".replace("i386", "i686")
    if kind["format"].startswith("mach-o"):
        return f"{kind['machine']}-macos"
    return TARGETS.get(kind["machine"], kind["machine"] or HOST)


def load_build(path: Path, declared: Abi | None = None, public: Sequence[str] = (), debug_file: Path | None = None) -> Build:
    """Reads a library. `declared` is what its headers say on its target, `public` are their names."""
    path = Path(path)
    abi = load_binary(path)
    target = target_of(path)
    abi = replace(abi, origin=f"library {path}", target=target, pointer=(abi.image.container.bits or 64) // 8)
    if abi.image.container.format == "archive":
        return with_types(path, path, abi, declared, public)
    if abi.image.container.format != "elf":
        return Build(path, target, abi, None, (f"{path}: debug information of {abi.image.container.format} files is not read",))
    missing: dict[str, str] = {}
    debug = find_debug(path, debug_file, missing)
    if not debug:
        return Build(path, target, abi, None, (f"{path}: {missing['dwarf']}",))
    return with_types(path, debug, abi, declared, public)


def with_types(path: Path, debug: Path, abi: Abi, declared: Abi | None, public: Sequence[str]) -> Build:
    try:
        typed, gaps, untyped, doubtful = load_types(debug, abi, declared, public)
    except AstraError as error:
        if "no debug information" not in error.what and SPLIT not in error.what:
            raise
        return Build(path, abi.target, abi, None, (f"{path}: {error.what}",))
    return Build(path, abi.target, abi, typed, gaps, untyped, doubtful)


def load_types(debug: Path, abi: Abi, declared: Abi | None, public: Sequence[str]) -> tuple[Abi, tuple[str, ...], tuple[str, ...], frozenset[str]]:
    """What the debug information tells of exported functions and data, and what it leaves out: in words, by name, and what is in doubt."""
    data, table = set(abi.image.data), abi.image.table
    names = sorted({name.partition("@")[0] for name in abi.image.symbols})
    names = [name for name in names if not (table and table.made_by_linker(name))]
    older = [name for name in abi.image.symbols if "@" in name and name.partition("@")[0] not in data]
    functions, variables = [name for name in names if name not in data], [name for name in names if name in data]
    if declared is not None:
        labels = {item.symbol or item.name for item in declared.functions.values()}
        functions = [name for name in functions if name in labels]
        variables = [name for name in variables if name in declared.variables]
    tls = [name for name in variables if table and any(entry.kind == "tls" for entry in table.entries.get(name, ()))]
    # The symbol table knows it of all; debug information of link-time optimisation may say it elsewhere.
    options = {"functions": [*functions, *older], "variables": variables, "thread_local": tls if table else None, "public": list(public) if declared is not None else None}
    document = call("read_surface", str(debug), json.dumps(options))
    typed = replace(Surface(document, abi.origin, abi.target, complete=False).abi(), pointer=abi.pointer)
    if declared is not None and typed.opaque & declared.structs.keys():
        # Where headers were built they may have lain in other folders than where they are installed.
        options["public"] += [name.rpartition("/")[2] for name in public]
        document = call("read_surface", str(debug), json.dumps(options))
        typed = replace(Surface(document, abi.origin, abi.target, complete=False).abi(), pointer=abi.pointer)
    typed = replace(
        typed, older={name: item for name, item in typed.functions.items() if "@" in name},
        functions={name: item for name, item in typed.functions.items() if "@" not in name},
    )
    unseen = [*(name for name in document["unseen"] if "@" not in name), *document["unseen_variables"]]
    gaps = ()
    if unseen:
        some = ", ".join(unseen[:3])
        gaps = (f"{debug}: no debug information for {len(unseen)} of {len(functions) + len(variables)} exported symbols, such as {some}",)
    return typed, gaps, tuple(unseen), doubtful(document) if declared is None else frozenset()


def doubtful(document: dict[str, Any]) -> frozenset[str]:
    """Structs and unions of source files that may be the inside of handles.

    A header that only says `struct h;` leaves no trace in debug information. Where a signature has a typedef of the
    source file itself, the file holds the text of its public header; what is passed or given out as a whole, programs know.
    """
    types, files = document["types"], document["files"]
    used = [*document["functions"].values(), *document["variables"].values()]
    amalgamated = {typedef["file"] for typedef in document["typedefs"].values()} & {
        document["typedefs"][name]["file"] for name in typedefs_of(used) if name in document["typedefs"]
    }
    known: set[str] = set()
    waiting = [ref for item in used for ref in whole_of(item)]
    while waiting:
        ref = waiting.pop()
        if ref not in known:
            known.add(ref)
            waiting += [inner for member in types[ref].get("fields", ()) for inner in whole_of(member)]
    return frozenset(
        key for key, item in types.items()
        if item["kind"] in ("struct", "union") and not item["declaration"] and key not in known and item.get("file") is not None
        and item["file"] not in amalgamated and files[item["file"]].endswith(SOURCES)
    )


SOURCES = (".c", ".i")
"""How names of files end that no program includes."""


def typedefs_of(node: Any) -> set[str]:
    """Names of all typedefs that a part of a surface is spelled with."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            found.update([node["typedef"]] if node.get("typedef") else ())
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return found


def whole_of(node: Any) -> list[str]:
    """Types that a function, a variable or a member holds as a whole, not behind a pointer; callbacks hold theirs too."""
    if not isinstance(node, dict):
        return []
    if "params" in node:
        return [ref for part in (node["returns"], *node["params"]) for ref in whole_of(part)]
    kind = node.get("kind")
    if kind == "pointer":
        return whole_of(node["to"]) if (node["to"] or {}).get("kind") == "function" else []
    if kind == "array":
        return whole_of(node["of"])
    if kind is None and "type" in node:
        return whole_of(node["type"])
    return [node["ref"]] if "ref" in node else []


def refuse_foreign(path: Path, root: Path, declared: Abi, build: Build) -> None:
    """Headers of another library say nothing of this one, and nothing must not be taken for sameness."""
    exported = {name.partition("@")[0] for name in build.abi.image.symbols or ()} if build.abi.image else set()
    items = [*(declared.functions or {}).values(), *(declared.variables or {}).values()]
    named = {getattr(item, "symbol", "") or item.name for item in items}
    if not exported or named & exported or not named and build.typed:
        return
    told = f"{len(named)} functions and variables, and {path.name} exports none of them" if named else f"nothing, and {path.name} exports {len(exported)} symbols"
    raise AstraError(f"the headers declare {told}", str(root), f"give the headers of {path.name}")
