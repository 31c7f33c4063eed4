"""What was seen -> the text of a header contract. Facts become keys, everything else a question in a comment."""

from __future__ import annotations

import json
import os
import re
import textwrap
from pathlib import Path
from typing import Iterable, Iterator

from ..load.declared import FLOORS
from ..load.headers import INCLUDE, first_line, included, text_of
from ..load.promised import roots
from . import Seen
from .uses import Use, uses

WIDTH = 100
VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)+[0-9A-Za-z.+_-]*")
ABOUT_VERSION = re.compile(r"VERSION|(?:^|_)VER(?:_|$)", re.IGNORECASE)
PARTS = (("MAJOR",), ("MINOR",), ("PATCH", "MICRO", "RELEASE", "REVISION"))


def contract_text(seen: Seen, folder: Path) -> str:
    """The whole file."""
    name, version, source = library_name(seen), *release(seen)
    blocks = [
        [
            f"# What is promised of {name}, beyond what its headers say. Begun from {seen.library.name}.",
            "# What could be seen is written. What could not is asked: lines that begin with `# ?`. Without an",
            "# answer the strictest holds. To answer, take the comment signs away and fill in what is true.",
        ],
        list(head(seen, name, version, source)), list(headers(seen, folder)), list(symbols(seen)), list(toolchain(seen)),
        *structs(seen), *enums(seen),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else quoted(name)


def array(name: str, items: Iterable[str], sign: str = "") -> Iterator[str]:
    """A list, broken into lines where it is long."""
    items = [quoted(item) for item in items]
    if len(line := f"{name} = [{', '.join(items)}]") + len(sign) <= WIDTH:
        yield sign + line
        return
    yield f"{sign}{name} = ["
    yield from textwrap.wrap(", ".join(items) + ",", WIDTH, initial_indent=f"{sign}  ", subsequent_indent=f"{sign}  ", break_long_words=False, break_on_hyphens=False)
    yield f"{sign}]"


def comment(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="#   ", break_long_words=False, break_on_hyphens=False)


def library_name(seen: Seen) -> str:
    """As the linker's option -l names it."""
    soname = seen.build.abi.image.soname or seen.library.name
    name = re.sub(r"\.so(\.[0-9.]*)?$", "", soname)
    name = re.sub(r"[^A-Za-z0-9_.+-]", "_", name.removeprefix("lib") or name)
    return name if name[:1].isalpha() else f"lib{name}"


def release(seen: Seen) -> tuple[str, str]:
    """The version, and where it stands; empty where nothing tells it without doubt."""
    macros = {name: item for name, item in (seen.own.macros or {}).items() if ABOUT_VERSION.search(name) and item.params is None}
    texts = {name: item.value for name, item in macros.items() if isinstance(item.value, str) and VERSION.fullmatch(item.value)}
    if len(set(texts.values())) == 1:
        name = min(texts, key=len)
        return texts[name], f"the macro {name} says so"
    triples = {}
    for name, item in macros.items():
        if not name.endswith("MAJOR") or type(item.value) is not int:
            continue
        stem = name.removesuffix("MAJOR")
        values = [next((macros[stem + word].value for word in words if stem + word in macros), None) for words in PARTS]
        if all(type(value) is int for value in values):
            triples[f"{stem}MAJOR and its companions"] = ".".join(map(str, values))
    if len(set(triples.values())) == 1:
        name, version = next(iter(triples.items()))
        return version, f"the macros {name} say so"
    if texts:
        return "", f"macros say different things: {', '.join(f'{name} {value}' for name, value in texts.items())}"
    # libtool's current, revision and age end in such numbers too, and are no release.
    name = seen.library.resolve().name
    return "", f"the file is called {name}, which need not say so" if re.search(r"\.so(\.[0-9]+){2,}$", name) else ""


def head(seen: Seen, name: str, version: str, source: str) -> Iterator[str]:
    image = seen.build.abi.image
    yield 'kind    = "headers"'
    yield f"name    = {quoted(name)}"
    if version:
        yield f"version = {quoted(version)}   # {source}"
    else:
        yield f"# ? which release is this?{f' ({source})' if source else ''}"
        yield 'version = "0"'
    yield f"soname  = {quoted(image.soname)}" if image.soname else "# The library has no SONAME: the loader cannot tell its lines apart."
    if seen.build.gaps:
        yield ""
        yield from comment(f"Not seen: {'; '.join(seen.build.gaps)}. So it was not judged whether the build has the layouts and signatures of its headers.")
        yield "# ? will builds be checked together with their debug information (-g, or --debug-file)? Then: true"
        yield "debug = false"


def headers(seen: Seen, folder: Path) -> Iterator[str]:
    root = seen.headers.root
    cwd = Path.cwd()
    shown = os.path.relpath(root, folder.absolute()) if cwd == root or cwd in root.parents else str(root)
    yield "[headers]"
    yield f"root  = {quoted(shown)}"
    yield from array("files", [path.relative_to(root).as_posix() for path in seen.headers.files])
    for path, why in seen.left_out.items():
        yield from comment(f"Left out, since no program can include it by itself: {path.relative_to(root)} ({first_line(why)})")
    for path in beside(seen):
        yield from comment(f"? {path} is included by these: is it public too? Then name it in files.")
    if seen.headers.parts:
        yield "# Public too, and included by those above."
        yield from array("parts", [path.relative_to(root).as_posix() for path in seen.headers.parts])
    if seen.include:
        yield from array("include", seen.include)
    if seen.headers.defines:
        yield from array("defines", seen.headers.defines)
    if seen.headers.preamble:
        yield from array("preamble", seen.headers.preamble)
    yield from array("targets", seen.declared)
    for why, targets in reasons(seen).items():
        yield from comment(f"Not readable for {', '.join(targets)}: {why}")


def reasons(seen: Seen) -> dict[str, list[str]]:
    """Why headers cannot be read, and for which targets."""
    found: dict[str, list[str]] = {}
    for target, why in seen.refused.items():
        found.setdefault(first_line(why), []).append(target)
    return found


def beside(seen: Seen) -> list[str]:
    """Headers of the same folders that public ones include."""
    root, folders = seen.headers.root, {path.parent for path in seen.headers.public}
    others = included(seen.headers.files, seen.headers.include) - set(seen.headers.public)
    named = {match[1] for path in seen.headers.public for match in INCLUDE.finditer(text_of(path)) if '"' in match[0]}
    return sorted(path.relative_to(root).as_posix() for path in others if path.parent in folders and any(path.as_posix().endswith(name) for name in named))


def symbols(seen: Seen) -> Iterator[str]:
    absent, undeclared = seen.absent, seen.undeclared
    if not absent and not undeclared:
        return
    yield "[symbols]"
    if absent:
        yield f"# Declared by the headers, and not exported by {seen.library.name}."
        yield from array("absent", absent)
    if named := [name for name in undeclared if name in seen.words]:
        yield from comment(f"? {len(named)} exported, and not declared as these headers were read, though they name them: is there a macro for headers.defines?")
        yield from comment(", ".join(named))
    if undeclared := [name for name in undeclared if name not in named]:
        yield f"# ? {len(undeclared)} exported, and declared by none of these headers. Are they internal? Then take the signs away."
        yield from array("internal", undeclared, "# ")


def toolchain(seen: Seen) -> Iterator[str]:
    image = seen.build.abi.image
    yield "[toolchain]"
    for word, family in FLOORS.items():
        if family in (image.floor or {}):
            version, symbol = image.floor[family]
            if re.fullmatch(r"[0-9]+(\.[0-9]+)*", version):
                yield f"{word} = {quoted(version)}   # the highest version that it needs now{f', for {symbol}' if symbol else ''}"
    if image.needed is not None:
        yield from array("needed", image.needed)
    if image.rpath_known and image.rpath is None:
        yield "rpath = false"
    if image.exec_stack is False:
        yield "exec_stack = false"
    if image.text_relocations is False:
        yield "text_relocations = false"


def own_place(where: str, files: set[str]) -> bool:
    """Whether a public header defines it, and not the platform."""
    return where.rpartition(":")[0] in files


def structs(seen: Seen) -> Iterator[list[str]]:
    abi, files = seen.own, set(map(str, seen.headers.public))
    if opaque := sorted(abi.opaque & roots(abi)):
        yield comment(f"Opaque already, since headers only declare them: {', '.join(opaque)}")
    for name, use in sorted(uses(abi).items()):
        if not own_place(abi.structs[name].where, files):
            continue
        yield list(struct(name, use, "union" if abi.structs[name].union else "struct"))


def struct(name: str, use: Use, kind: str) -> Iterator[str]:
    if use.by_value:
        yield f"[struct.{key(name)}]"
        yield from comment(f"Programs have its size compiled in: {some(use.by_value)}.")
        yield 'growth = "frozen"'
        if use.reserved:
            yield from comment("? must callers leave these zero?  (take the sign away)")
            yield from array("reserved", use.reserved, "# ")
        return
    facts = [
        f"{verb} {some(names)}" for verb, names in (("returned by", use.returned), ("given out by", use.given), ("taken by", use.taken)) if names
    ] or ["named by no function"]
    yield from comment(f"{kind} {name}: {'; '.join(facts)}.")
    if use.guards:
        yield from comment(f"? {some(use.guards)}: does the library ask for it before it touches a field?")
    elif use.first:
        yield from comment(f"? its first field is '{use.first}': does the library ask for it before it touches another field?")
    if (use.returned or use.given) and not use.taken:
        yield from comment("? functions only give it out: does the library alone make it?")
    yield from comment(f"? who allocates {kind} {name}: caller, library or either?")
    yield f"# [struct.{key(name)}]"
    yield '# made_by = ""'
    if use.guards or use.first:
        yield '# growth = "guarded"'
        yield f"# guard = {quoted(use.first)}"
    if use.reserved:
        yield from comment("? must callers leave these zero?")
        yield from array("reserved", use.reserved, "# ")


def some(names: list[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def enums(seen: Seen) -> Iterator[list[str]]:
    files = set(map(str, seen.headers.public))
    for name, item in sorted(seen.own.enums.items()):
        if own_place(item.where, files) and len(item.constants) > 1 and not re.search(r"[.(){}]", name):
            text = f"? must programs expect values of {name} that they do not know ({some(list(item.constants))})?  open = true, or false"
            yield [*comment(text), f"# [enum.{key(name)}]", "# open ="]
