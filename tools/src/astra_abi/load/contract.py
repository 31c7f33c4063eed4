"""A contract directory -> the ABI model. Reports every error at once, with file and key path.

Layout of the directory: contract.toml, build.toml, abi/<concept>.toml, ops/<operator>@<version>.toml.
The cross-checks that go beyond the schema live in `crosscheck`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..layout import lay_out
from ..model import (
    FLOATS, INTEGERS, Abi, AstraError, Attribute, Condition, Constant, Enum, Field, Function, Handle, Image,
    Operator, Param, Requirement, Struct, Type, Version,
)
from .crosscheck import cross_check
from .toml import Problems, check_schema, read_toml

IMPLICIT_FIELDS = (
    {"name": "struct_size", "type": "u32", "doc": "Size in bytes of the struct that the caller knows."},
    {"name": "flags", "type": "u32", "doc": "Zero: no flag is declared."},
)
"""What every growable struct begins with."""


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
    sources = read_sources(directory, schemas or schema_directory(), problems)
    remedy = f"correct the files under {directory} and run the command again"
    problems.refuse(str(directory), remedy)
    abi = build_abi(sources, f"contract {directory}", problems)
    cross_check(abi, sources, problems)
    problems.refuse(str(directory), remedy)
    return abi


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


def build_abi(sources: Sources, origin: str, problems: Problems) -> Abi:
    """The model of parsed files. What cannot be modelled becomes a problem and is left out."""
    head = sources.head
    enums, structs, handles, functions, roles, docs = {}, {}, {}, {}, {}, {}
    declared: dict[str, str] = {}

    def declare(name: str, where: str) -> bool:
        if name in declared:
            problems.add(where, f"the name '{name}' is already declared in {declared[name]}")
            return False
        declared[name] = where
        return True

    for place, concept in sources.concepts.items():
        docs[place] = (concept["title"], concept.get("doc", ""))
        for name, role in concept.get("role", {}).items():
            if name in roles:
                problems.add(f"{place}: role.{name}", "the role is already declared in another file")
            roles[name] = (role["doc"], tuple(Condition(**error) for error in role["errors"]))
        for name, table in concept.get("enum", {}).items():
            where = f"{place}: enum.{name}"
            if declare(name, where):
                enums[name] = read_enum(name, table, where, declare)
        for name, table in concept.get("handle", {}).items():
            where = f"{place}: handle.{name}"
            if declare(name, where):
                handles[name] = Handle(name, table.get("borrowed", False), table["since"], table["doc"], where)
        for name, table in concept.get("struct", {}).items():
            if declare(name, f"{place}: struct.{name}"):
                structs[name] = (place, table)
        for name, table in concept.get("function", {}).items():
            where = f"{place}: function.{name}"
            if declare(name, where):
                functions[name] = read_function(name, table, head["prefix"], where, problems)
    operators = {
        operator.id: operator
        for place, table in sources.operators.items()
        if table and (operator := read_operator(place, table, problems))
    }
    abi = Abi(
        origin=origin, name=head["name"], title=head["title"], version=Version.parse(head["version"]),
        line=head["line"], prefix=head["prefix"], history=tuple(map(Version.parse, head["history"])),
        promise=head.get("promise", ""), enums=enums, handles=handles, operators=operators,
        requires=tuple(Requirement(**item) for item in head.get("requires", ())),
        roles=roles, docs=docs, build=sources.build, functions=functions, structs={},
    )
    growable = {name for name, (_, table) in structs.items() if table["growth"] == "growable"}
    abi = replace(abi, functions={
        name: with_roles(function, abi, growable) for name, function in sorted_functions(functions)
    })
    abi = replace(abi, structs=read_structs(structs, abi, problems))
    return replace(abi, image=declared_image(abi, head))


def sorted_functions(functions: dict[str, Function]) -> list[tuple[str, Function]]:
    """Oldest version first, then as declared: a later addition can never move an earlier function."""
    return sorted(functions.items(), key=lambda item: Version.parse(item[1].since).key)


def read_enum(name: str, table: dict[str, Any], where: str, declare) -> Enum:
    constants = {}
    for index, value in enumerate(table["values"]):
        if declare(value["name"], f"{where}.values[{index}]"):
            since = value.get("since", table["since"])
            constants[value["name"]] = Constant(value["name"], value["value"], since, value["doc"])
    return Enum(name, table["type"], constants, table["open"], table["since"], table["doc"], where)


def parse_type(text: str, where: str, problems: Problems) -> Type:
    try:
        return Type.parse(text)
    except ValueError as error:
        problems.add(where, str(error))
        return Type("u8")


def read_function(name: str, table: dict[str, Any], prefix: str, where: str, problems: Problems) -> Function:
    """A function as C sees it: one that returns a status ends with the error record."""
    params = []
    for index, item in enumerate(table.get("params", ())):
        place = f"{where}.params[{index}]"
        direction = item.get("dir")
        type_ = parse_type(item["type"], f"{place}.type", problems)
        if direction:
            type_ = type_.behind("const" if direction == "in" else "mut")
        elif type_.pointers:
            problems.add(f"{place}.type", "a pointer parameter is written as its target with dir = \"in\" or \"out\"")
        params.append(Param(
            item["name"], type_, direction or "value", item.get("nullable", False), item.get("len"),
            item.get("ownership", "call"), item.get("parent"), item["doc"], item.get("example"),
        ))
    returns = parse_type(table.get("returns", f"{prefix}_status"), f"{where}.returns", problems)
    if returns.base == f"{prefix}_status":
        params.append(Param(
            "error", Type(f"{prefix}_error").behind("mut"), "out", True, None, "call", None,
            "Filled on failure, zeroed on success; NULL is allowed.",
        ))
    return Function(
        name, returns, tuple(params), table["since"], table["doc"], table["thread"], table["blocks"],
        table["stream"], tuple(Condition(**error) for error in table.get("errors", ())),
        tuple(Requirement(**item) for item in table.get("requires", ())),
        tuple(table.get("profiles", ("core",))), where,
    )


def with_roles(function: Function, abi: Abi, growable: set[str]) -> Function:
    """The function with every error that its parameters' roles imply, in the order of the checks."""
    if not function.has_status:
        return function
    first: list[Condition] = []
    last: list[Condition] = []
    handles_seen = 0

    def conditions(role: str, param: str | None) -> list[Condition]:
        return [replace(condition, param=param) for condition in abi.roles.get(role, ("", ()))[1]]

    for param in function.params[:-1]:
        base = param.type.base
        if param.direction != "value" and not param.nullable:
            first += conditions("buffer" if param.length else "pointer", param.name)
        if base in (abi.handles or {}) and param.direction != "out":
            first += conditions("consumed_handle" if param.ownership == "consumed" else "handle", param.name)
            if handles_seen:
                first += conditions("second_handle", param.name)
            handles_seen += 1
        if param.direction != "value" and base in growable:
            first += conditions("growable_in" if param.direction == "in" else "growable_out", param.name)
        if param.direction == "out" and param.ownership == "caller":
            last += conditions("creates", param.name)
    return replace(function, errors=(*first, *function.errors, *last, *conditions("call", None)))


def read_structs(tables: dict[str, tuple[str, dict[str, Any]]], abi: Abi, problems: Problems) -> dict[str, Struct]:
    """Lays out every struct after those that it embeds; a cycle is a problem."""
    sizes: dict[str, tuple[int, int]] = {name: (8, 8) for name in abi.handles or {}}
    for name, enum in (abi.enums or {}).items():
        width = int(enum.type[1:]) // 8
        sizes[name] = (width, width)
    done: dict[str, Struct] = {}

    def place_struct(name: str, path: tuple[str, ...]) -> None:
        place, table = tables[name]
        where = f"{place}: struct.{name}"
        if name in path:
            problems.add(where, f"a cycle: {' -> '.join((*path[path.index(name):], name))}")
            return
        fields = struct_fields(name, table, where, abi, problems)
        for index, item in enumerate(fields):
            if item.type.base in tables and not item.type.pointers and item.type.base not in done:
                place_struct(item.type.base, (*path, name))
        known = [item for item in fields if is_known(item.type, sizes, where, problems)]
        placed, size, align, gaps = lay_out(known, sizes)
        for gap in gaps:
            problems.add(where, gap)
        sizes[name] = (size, align)
        done[name] = Struct(
            name, placed, size, table["growth"], table.get("direction"), table.get("functions", False),
            table["since"], table["doc"], where,
        )

    for name in tables:
        if name not in done:
            place_struct(name, ())
    return {name: done[name] for name in tables if name in done}


def is_known(type_: Type, sizes: dict[str, tuple[int, int]], where: str, problems: Problems) -> bool:
    """Whether the type has a size; pointers always do. `cross_check` judges names behind pointers."""
    if type_.pointers or type_.base in {*INTEGERS, *FLOATS, "char", "function"} or type_.base in sizes:
        return True
    problems.add(where, f"unknown type '{type_.base}', or one that cannot be a field by value")
    return False


def struct_fields(name: str, table: dict[str, Any], where: str, abi: Abi, problems: Problems) -> list[Field]:
    """The fields as declared, with the two that begin every growable struct and the slots of a function table."""
    items = [*(IMPLICIT_FIELDS if table["growth"] == "growable" else ()), *table.get("fields", ())]
    fields = []
    for index, item in enumerate(items):
        type_ = parse_type(item["type"], f"{where}.fields[{index}].type", problems)
        fields.append(Field(
            item["name"], type_, 0, 0, item.get("since", table["since"]), item["doc"],
            item.get("default"), item.get("example"), item.get("len"),
        ))
    if table.get("functions"):
        own = f"{abi.prefix}_get_api"
        for function in (abi.functions or {}).values():
            if function.has_status and function.name != own:
                short = function.name.removeprefix(f"{abi.prefix}_")
                fields.append(Field(short, Type("function"), 0, 0, function.since, f"{function.name}."))
    return fields


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
    return Operator(
        identity, tuple(item["name"] for item in table["input"]), tuple(item["name"] for item in table["output"]),
        attributes, tuple(map(tuple, definition["dtypes"])), definition,
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
