"""A header contract -> declarations: what headers cannot say of a library. Refuses what it does not know.

Such a contract is a folder whose contract.toml has `kind = "headers"`. Headers tell which functions and types
there are; here stands who makes a struct, which of them may grow, what is internal, and what a build may need.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import translate
from functools import cache
from pathlib import Path
from typing import Any

from ..model import AstraError, Version
from .headers import ENDINGS, Headers
from .toml import Problems, check_schema, read_toml

FILE, SCHEMA = "contract.toml", "header-contract.schema.json"
KIND = "headers"
RELEASES = "releases"
"""The folder of frozen releases inside of the contract's."""
MAKERS = {"library": "library", "caller": "frozen", "either": "frozen"}
"""How a struct may grow where only its maker is declared: not at all, unless the library alone makes it."""
SPECIAL = frozenset("*?[")
FLOORS = {"glibc": "GLIBC", "glibcxx": "GLIBCXX", "cxxabi": "CXXABI", "gcc": "GCC"}


@dataclass(frozen=True, slots=True)
class StructTerms:
    """What is declared of a struct or union. `growth` is None where nothing is declared of it."""

    growth: str | None = None
    made_by: str | None = None
    guard: str = ""
    opaque: bool = False
    reserved: tuple[str, ...] = ()
    public: tuple[str, ...] | None = None
    """Patterns of the fields that programs may use; None where that is all of them."""


@dataclass(frozen=True, slots=True)
class Toolchain:
    """What a build may ask of its machine; None and absent families are left alone."""

    floor: dict[str, str]
    needed: tuple[str, ...] | None = None
    rpath: bool | None = None
    exec_stack: bool | None = None
    text_relocations: bool | None = None
    platform: str | None = None
    """The platform tag that it can carry, such as manylinux_2_28."""
    gpu: tuple[str, ...] | None = None
    """Architectures of GPU code that it holds: sm_90, compute_90, gfx942."""


@dataclass(frozen=True, slots=True)
class Declarations:
    """Everything that a header contract says. Patterns are those of the shell."""

    folder: Path
    name: str
    version: str
    title: str = ""
    soname: str | None = None
    line: str | None = None
    debug: bool = True
    root: Path | None = None
    files: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    defines: tuple[str, ...] = ()
    preamble: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    promised: tuple[str, ...] | None = None
    internal: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    deprecated: tuple[str, ...] = ()
    internal_types: tuple[str, ...] = ()
    internal_macros: tuple[str, ...] = ()
    internal_constants: tuple[str, ...] = ()
    structs: dict[str, StructTerms] = field(default_factory=dict)
    enums: dict[str, bool | None] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    toolchain: Toolchain | None = None
    suppressions: tuple[dict[str, Any], ...] = ()

    @property
    def promised_line(self) -> str:
        """What releases must share to be judged by each other."""
        return self.line or self.soname or self.name

    def keeps(self, name: str) -> bool:
        """Whether a function or exported data of this name is promised, as far as patterns tell."""
        if matches(name, self.internal) or matches(name, self.absent):
            return False
        return self.promised is None or matches(name, self.promised)


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    names, pattern = compiled(patterns)
    return name in names or pattern is not None and pattern.match(name) is not None


@cache
def compiled(patterns: tuple[str, ...]) -> tuple[frozenset[str], re.Pattern | None]:
    """Plain names, and everything else as one expression: contracts of large libraries list thousands."""
    plain = frozenset(pattern for pattern in patterns if not SPECIAL.intersection(pattern))
    others = [translate(pattern) for pattern in patterns if pattern not in plain]
    return plain, re.compile("|".join(others)) if others else None


def is_header_contract(folder: Path) -> bool:
    """Whether a folder holds a contract of this kind, and not one that declares everything itself."""
    if not (Path(folder) / FILE).is_file():
        return False
    table = read_toml(Path(folder) / FILE, FILE, Problems())
    return table is not None and table.get("kind") == KIND


def load_declarations(folder: Path) -> Declarations:
    """Reads and checks a header contract; raises one AstraError that lists everything wrong with it."""
    from .contract import schema_directory

    folder = Path(folder)
    remedy = f"correct {folder / FILE} and run the command again"
    if not (folder / FILE).is_file():
        raise AstraError("no contract.toml here", str(folder), "name the folder of a header contract, or start one with `astra-abi init`")
    problems = Problems()
    table = read_toml(folder / FILE, FILE, problems)
    problems.refuse(str(folder), remedy)
    if table.get("kind") != KIND:
        raise AstraError('is not a header contract: it has no kind = "headers"', str(folder / FILE), "name the folder of one, or start one with `astra-abi init`")
    check_schema(table, schema_directory() / SCHEMA, FILE, problems)
    problems.refuse(str(folder), remedy)
    structs = {name: struct_terms(name, item, problems) for name, item in table.get("struct", {}).items()}
    problems.refuse(str(folder), remedy)
    return declarations(folder, table, structs)


def declarations(folder: Path, table: dict[str, Any], structs: dict[str, StructTerms]) -> Declarations:
    headers, symbols = table["headers"], table.get("symbols", {})
    root = headers.get("root")
    return Declarations(
        folder, table["name"], table["version"], table.get("title", ""), table.get("soname"), table.get("line"), table.get("debug", True),
        None if root is None else folder / root, tuple(headers["files"]), tuple(headers.get("except", ())), tuple(headers.get("parts", ())), tuple(headers.get("include", ())),
        tuple(headers.get("defines", ())), tuple(headers.get("preamble", ())), tuple(headers.get("targets", ())),
        tuple(symbols["promised"]) if "promised" in symbols else None, tuple(symbols.get("internal", ())),
        tuple(symbols.get("absent", ())), tuple(symbols.get("deprecated", ())), tuple(table.get("types", {}).get("internal", ())),
        tuple(table.get("macro", {}).get("internal", ())), tuple(table.get("constant", {}).get("internal", ())), structs,
        {name: item.get("open") for name, item in table.get("enum", {}).items()},
        {name: item.get("note", "") for name, item in table.get("function", {}).items()},
        toolchain(table["toolchain"]) if "toolchain" in table else None, tuple(table.get("suppress", ())),
    )


def struct_terms(name: str, table: dict[str, Any], problems: Problems) -> StructTerms:
    """The terms of one struct. What contradicts itself becomes a problem."""
    where = f"{FILE}: struct.{name}"
    maker, growth = table.get("made_by"), table.get("growth")
    if growth == "guarded" and "guard" not in table:
        problems.add(f"{where}.guard", "is missing: say which parameter or field carries the version or size")
    if "guard" in table and growth != "guarded":
        problems.add(f"{where}.guard", 'is given, and growth is not "guarded"')
    if growth == "library" and maker in ("caller", "either"):
        problems.add(f"{where}.growth", f'"library" says that only the library makes it, and made_by is "{maker}"')
    if growth == "growable" and maker == "library":
        problems.add(f"{where}.growth", '"growable" says that callers give its size, and made_by is "library"')
    if table.get("opaque"):
        for key in sorted({"growth", "guard", "reserved", "public"} & table.keys()):
            problems.add(f"{where}.{key}", "is said of a struct whose inside is nobody's business (opaque = true)")
    return StructTerms(
        growth or MAKERS.get(maker), maker, table.get("guard", ""), table.get("opaque", False),
        tuple(table.get("reserved", ())), tuple(table["public"]) if "public" in table else None,
    )


def toolchain(table: dict[str, Any]) -> Toolchain:
    return Toolchain(
        {**table.get("floor", {}), **{FLOORS[key]: table[key] for key in FLOORS if key in table}}, tuple(table["needed"]) if "needed" in table else None,
        table.get("rpath"), table.get("exec_stack"), table.get("text_relocations"), table.get("platform"),
        tuple(table["gpu"]) if "gpu" in table else None,
    )


def headers_of(declared: Declarations, root: Path | None = None, all_there: bool = True) -> Headers:
    """The public headers that the contract names, below its own root or another release's.

    Another release may lack some of them: then what they declared is missing, and told as that.
    """
    root = Path(root or declared.root or declared.folder)
    if root.is_file():
        root = root.parent
    if not root.is_dir():
        raise AstraError("no such folder", str(root), f"correct headers.root in {declared.folder / FILE}, or name the folder of the public headers with --headers")
    files = [path for pattern in declared.files for path in below(root, pattern, declared)]
    parts = [path for pattern in declared.parts for path in below(root, pattern, declared)]
    named = {root / name for name in declared.files}
    files, parts = [path for path in files if path in named or path not in parts], [path for path in parts if path not in named]
    if not files or (all_there and (missing := [pattern for pattern in (*declared.files, *declared.parts) if not below(root, pattern, declared)])):
        raise AstraError(
            f"there is no public header {', '.join(missing if files else declared.files)}", str(root),
            f"correct [headers] in {declared.folder / FILE}, or name the folder that programs include from with --headers",
        )
    include = tuple(path for path in (root / folder for folder in declared.include) if path.is_dir())
    return Headers(root, tuple(dict.fromkeys(files)), (root, *include), declared.defines, tuple(dict.fromkeys(parts)), declared.preamble)


def below(root: Path, pattern: str, declared: Declarations) -> list[Path]:
    """The headers that a pattern of the contract names."""
    files = sorted(path for path in root.glob(pattern) if path.is_file() and (path.suffix in ENDINGS or path.name == pattern))
    return [path for path in files if not matches(path.relative_to(root).as_posix(), declared.excepted)]


def version_key(text: str) -> tuple[tuple[int, str], ...]:
    """The order of versions as their makers write them: numbers by value, letters behind the number before them."""
    parts: list[tuple[int, str]] = []
    for part in text.replace("-", ".").replace("_", ".").split("."):
        digits = len(part) - len(part.lstrip("0123456789"))
        parts.append((int(part[:digits] or -1), part[digits:]))
    return tuple(parts)


def as_version(text: str) -> Version | None:
    """The version as major.minor.patch, where it can be told like that."""
    parts = text.split(".")
    try:
        return Version.parse(".".join([*parts, *["0"] * (3 - len(parts))]))
    except ValueError:
        return None
