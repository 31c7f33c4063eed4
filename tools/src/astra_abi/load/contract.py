"""A contract directory -> the ABI model. Reports every error at once, with file and key path.

Layout of the directory: contract.toml, build.toml, abi/<concept>.toml, ops/<operator>@<version>.toml.
The cross-checks that go beyond the schema live in `crosscheck`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Iterator

from ..model import (
    Abi, AstraError, Attribute, Condition, Constant, Enum, Extension, Function, Handle, Image, Operator, Requirement, Version,
)
from .crosscheck import cross_check
from .functions import read_function, sorted_functions, with_roles
from .structs import read_structs
from .toml import Problems, check_schema, read_toml


@dataclass
class Sources:
    """The parsed files: documents by place, and where each name was declared."""

    head: dict[str, Any]
    build: dict[str, Any] | None
    concepts: dict[str, dict[str, Any]] = field(default_factory=dict)
    operators: dict[str, dict[str, Any]] = field(default_factory=dict)


def schema_directory() -> Path:
    """Where the schemas of contract files are: beside the packaged contract."""
    from ..data import packaged

    return packaged("spec") / "schema"


def load_contract(directory: Path, schemas: Path | None = None) -> Abi:
    """Reads, checks and models a contract; raises one AstraError that lists everything wrong with it.

    `schemas` is for frozen contracts, which are read by the schemas that were frozen with them.
    """
    directory = Path(directory)
    if not (directory / "contract.toml").is_file():
        raise AstraError(
            "no contract.toml here", str(directory),
            "name the directory that holds contract.toml, abi/ and ops/ (--contract DIR)",
        )
    problems = Problems()
    refuse_unkind(directory, problems)
    sources = read_sources(directory, schemas or schema_directory(), problems)
    remedy = f"correct the files under {directory} and run the command again"
    problems.refuse(str(directory), remedy)
    abi = build_abi(sources, f"contract {directory}", problems)
    cross_check(abi, sources, problems)
    problems.refuse(str(directory), remedy)
    return abi


def refuse_unkind(directory: Path, problems: Problems) -> None:
    """Refuses a file that shows in no way which kind of contract it is to be."""
    table = read_toml(directory / "contract.toml", "contract.toml", problems)
    if table is not None and not table.keys() & {"kind", "prefix", "line", "history"}:
        raise AstraError(
            'says neither kind = "headers" nor what a contract of everything begins with (prefix, line, history)', str(directory / "contract.toml"),
            "`astra-abi init` begins one for a library with headers; `astra-abi explain header-contract` lists what stands there",
        )


def read_sources(directory: Path, schemas: Path, problems: Problems) -> Sources:
    """Parses and schema-checks every file of the directory."""

    def read(path: Path, schema: str) -> dict[str, Any]:
        where = path.relative_to(directory).as_posix()
        document = read_toml(path, where, problems)
        if document is None or not check_schema(document, schemas / schema, where, problems):
            return {}
        return document

    sources = Sources(read(directory / "contract.toml", "contract.schema.json"), None)
    if (directory / "build.toml").exists():
        sources.build = read(directory / "build.toml", "build.schema.json")
    for path in sorted((directory / "abi").glob("*.toml")):
        sources.concepts[f"abi/{path.name}"] = read(path, "abi.schema.json")
    for path in sorted((directory / "ops").glob("*.toml")):
        sources.operators[f"ops/{path.name}"] = read(path, "op.schema.json")
    return sources


@dataclass
class Declared:
    """What the concepts declare, in the order of their files. A name belongs to one declaration."""

    prefix: str
    problems: Problems
    names: dict[str, str] = field(default_factory=dict)
    enums: dict[str, Enum] = field(default_factory=dict)
    handles: dict[str, Handle] = field(default_factory=dict)
    structs: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    roles: dict[str, tuple[str, tuple[Condition, ...]]] = field(default_factory=dict)
    docs: dict[str, tuple[str, str]] = field(default_factory=dict)

    def declare(self, name: str, where: str) -> bool:
        if name in self.names:
            self.problems.add(where, f"the name '{name}' is already declared in {self.names[name]}")
            return False
        self.names[name] = where
        return True

    def tables(self, place: str, concept: dict[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any], str]]:
        """Name, table and place of each declaration of a kind whose name is new."""
        for name, table in concept.get(kind, {}).items():
            where = f"{place}: {kind}.{name}"
            if self.declare(name, where):
                yield name, table, where

    def add(self, place: str, concept: dict[str, Any]) -> None:
        self.docs[place] = (concept["title"], concept.get("doc", ""))
        for name, role in concept.get("role", {}).items():
            if name in self.roles:
                self.problems.add(f"{place}: role.{name}", "the role is already declared in another file")
            self.roles[name] = (role["doc"], tuple(Condition(**error) for error in role["errors"]))
        for name, table, where in self.tables(place, concept, "enum"):
            self.enums[name] = read_enum(name, table, where, self.declare)
        for name, table, where in self.tables(place, concept, "handle"):
            self.handles[name] = Handle(name, table.get("borrowed", False), table["since"], table["doc"], where)
        for name, table, _ in self.tables(place, concept, "struct"):
            self.structs[name] = (place, table)
        for name, table, where in self.tables(place, concept, "function"):
            self.functions[name] = read_function(name, table, self.prefix, where, self.problems)


def build_abi(sources: Sources, origin: str, problems: Problems) -> Abi:
    """The model of parsed files. What cannot be modelled becomes a problem and is left out."""
    head = sources.head
    declared = Declared(head["prefix"], problems)
    for place, concept in sources.concepts.items():
        declared.add(place, concept)
    operators = [read_operator(place, table, problems) for place, table in sources.operators.items()]
    abi = Abi(
        origin=origin, name=head["name"], title=head["title"], version=Version.parse(head["version"]),
        line=head["line"], prefix=head["prefix"], history=tuple(map(Version.parse, head["history"])),
        promise=head.get("promise", ""), enums=declared.enums, handles=declared.handles,
        operators={operator.id: operator for operator in operators},
        requires=tuple(Requirement(**item) for item in head.get("requires", ())),
        roles=declared.roles, docs=declared.docs, build=sources.build,
    )
    growable = {name for name, (_, table) in declared.structs.items() if table["growth"] == "growable"}
    abi = replace(abi, functions={
        name: with_roles(function, abi, growable) for name, function in sorted_functions(declared.functions)
    })
    abi = replace(abi, structs=read_structs(declared.structs, abi, problems))
    return replace(abi, image=declared_image(abi, head))


def read_enum(name: str, table: dict[str, Any], where: str, declare) -> Enum:
    constants = {}
    for index, value in enumerate(table["values"]):
        if declare(value["name"], f"{where}.values[{index}]"):
            since = value.get("since", table["since"])
            constants[value["name"]] = Constant(value["name"], value["value"], since, value["doc"])
    return Enum(name, table["type"], constants, table["open"], table["since"], table["doc"], where)


def read_operator(place: str, table: dict[str, Any], problems: Problems) -> Operator:
    identity = Path(place).stem
    names = [item["name"] for item in table.get("attribute", ())]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.add(f"{place}: attribute", f"the attribute '{name}' is declared twice")
    attributes = {
        item["name"]: Attribute(
            item["name"], item["id"], item["kind"], item["required"], item.get("since", table["since"]), item["doc"]
        )
        for item in table.get("attribute", ())
    }
    docs = {item["name"]: item["doc"] for item in (*table["input"], *table["output"])}
    definition = table["definition"]
    extensions = tuple(
        Extension(item["since"], tuple(map(tuple, item["dtypes"])), item["result"], tuple(item["special"])) for item in table.get("extension", ())
    )
    dtypes = (*map(tuple, definition["dtypes"]), *(row for extension in extensions for row in extension.dtypes))
    return Operator(
        identity, tuple(item["name"] for item in table["input"]), tuple(item["name"] for item in table["output"]),
        attributes, dtypes, definition, extensions,
        tuple(Requirement(**item) for item in table.get("requires", ())), table["since"], table["title"],
        table["used_by"], docs, place,
    )


def declared_image(abi: Abi, head: dict[str, Any]) -> Image:
    """What the contract allows a library to be."""
    symbols = {name: node(abi, function.since) for name, function in (abi.functions or {}).items()}
    image = Image(soname=head["soname"], symbols=symbols, closed=True)
    if abi.build:
        library = abi.build["library"]
        image = replace(
            image, floor={"GLIBC": (abi.build["floor"]["glibc"], "")}, needed=tuple(library["needed"]),
            rpath_known=not library["rpath"], exec_stack=library["exec_stack"],
            text_relocations=library["text_relocations"],
            state=tuple(item["symbol"] for item in library.get("state", ())),
        )
    return image


def node(abi: Abi, since: str) -> str:
    """The version node that a symbol lives in for ever: the line's for its first version, else the version's."""
    first = abi.history[0] if abi.history else abi.version
    version = Version.parse(since)
    return f"{abi.macro}_{abi.line}" if version == first else f"{abi.macro}_{version}"
