"""The implementers' manual: one page for each concept and operator, with everything that they promise."""

from __future__ import annotations

from typing import Iterator

from ..layout import first_size
from ..model import Abi, Enum, Extension, Function, Operator, Requirement, Struct
from . import MARK
from .c import declaration, prototype

FOLDER = "docs/reference"


def render(abi: Abi) -> Iterator[tuple[str, str]]:
    yield f"{FOLDER}/README.md", index(abi)
    for place, (title, doc) in abi.docs.items():
        yield f"{FOLDER}/{page(place)}", concept(abi, place, title, doc)
    for operator in abi.operators.values():
        yield f"{FOLDER}/op-{operator.id}.md", operator_page(operator)


def page(place: str) -> str:
    return place.removeprefix("abi/").replace(".toml", ".md")


def join(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def table(head: list[str], rows: list[str]) -> str:
    return "\n".join([row(*head), row(*["---"] * len(head)), *rows]) if rows else ""


def requirements(items: tuple[Requirement, ...]) -> str:
    return "\n".join(f"- **{item.id}** ({item.about}): {item.text}" for item in items)


def index(abi: Abi) -> str:
    concepts = [f"- [{title}]({page(place)})" for place, (title, _) in abi.docs.items()]
    operators = [f"- [{operator.id}](op-{operator.id}.md): {operator.title}" for operator in abi.operators.values()]
    return join(
        f"<!-- {MARK} -->", f"# {abi.title}, version {abi.version}", abi.promise.strip(),
        "## Concepts", "\n".join(concepts), "## Operators", "\n".join(operators),
        "## Requirements on every function", requirements(abi.requires),
    )


def concept(abi: Abi, place: str, title: str, doc: str) -> str:
    def mine(items: dict) -> list:
        return [item for item in items.values() if item.where.split(":")[0] == place]

    parts = [f"<!-- {MARK} -->", f"# {title}", doc.strip()]
    parts += [f"## `{item.name}`\n\n{item.doc} Since {item.since}." for item in mine(abi.handles)]
    parts += [enum_text(item) for item in mine(abi.enums)]
    parts += [struct_text(item) for item in mine(abi.structs)]
    parts += [function_text(item) for item in mine(abi.functions)]
    if place == "abi/roles.toml":
        parts += [role_text(name, *role) for name, role in abi.roles.items()]
    return join(*parts)


def role_text(name: str, doc: str, conditions) -> str:
    return join(f"## {name}", doc.strip(), table(["error", "when"], [row(f"`{c.code}`", c.when) for c in conditions])).rstrip()


def enum_text(enum: Enum) -> str:
    kind = "New constants may be added within a line." if enum.open else "No constant is ever added within a line."
    rows = [row(f"`{c.name}`", c.value if c.value < 1 << 31 else hex(c.value), c.doc) for c in enum.constants.values()]
    return join(f"## `{enum.name}` ({enum.type})", f"{enum.doc} {kind}", table(["constant", "value", "meaning"], rows)).rstrip()


def struct_text(struct: Struct) -> str:
    growth = "Frozen." if struct.growth == "frozen" else (
        f"Growable, {struct.direction}; the first version has {first_size(struct)} bytes."
    )
    rows = [
        row(field.offset, field.size, f"`{declaration(field.type, field.name) if field.type.base != 'function' else field.name}`", field.since, field.doc)
        for field in struct.fields
    ]
    head = f"## `{struct.name}` ({struct.size} bytes)"
    return join(head, f"{struct.doc} {growth}", table(["offset", "bytes", "field", "since", "meaning"], rows)).rstrip()


def function_text(function: Function) -> str:
    params = [
        row(f"`{p.name}`", p.direction, "yes" if p.nullable else "no", p.length or "", ownership(p), p.doc) for p in function.params
    ]
    errors = [row(f"`{c.code}`", c.param or "", c.when) for c in function.errors or ()]
    facts = f"Since {function.since}. Waits: {function.blocks}. Stream order: {function.stream}. Threads: {function.thread}. Profiles: {', '.join(function.profiles)}."
    return join(
        f"## `{function.name}`", function.doc, f"```c\n{prototype(function)};\n```", facts,
        table(["parameter", "direction", "may be NULL", "length", "ownership", "meaning"], params),
        table(["error", "parameter", "when"], errors), requirements(function.requires),
    ).rstrip()


def ownership(param) -> str:
    """In words; nothing where it is borrowed for the call, which is what every parameter is without a word."""
    return {
        "call": "", "consumed": "released on success", "caller": "the caller's to release",
        "parent": f"borrowed until {param.parent} is released",
    }[param.ownership]


def operator_page(operator: Operator) -> str:
    definition = operator.definition
    attributes = [row(f"`{a.name}`", a.id, a.kind, "yes" if a.required else "no", a.doc) for a in operator.attributes.values()]
    operands = [row("input" if name in operator.inputs else "output", f"`{name}`", doc) for name, doc in operator.docs.items()]
    special = [row(item["case"], item["result"]) for item in definition["special"]]
    dtypes = [row(*combination) for combination in definition["dtypes"]]
    return join(
        f"<!-- {MARK} -->", f"# {operator.id}: {operator.title}", f"Since {operator.since}. {operator.used_by}",
        table(["operand", "name", "meaning"], operands), table(["attribute", "id", "kind", "required", "meaning"], attributes),
        "## Element types", table([*operator.inputs, *operator.outputs], dtypes),
        "## Shape", definition["shape"].strip(), "## Result", definition["result"].strip(),
        "## Special values", table(["case", "result"], special), *(part for item in operator.extensions for part in extension(operator, item)),
        requirements(operator.requires),
    )


def extension(operator: Operator, item: Extension) -> list[str]:
    """Element types of a later version; their shape rule is the operator's."""
    special = [row(case["case"], case["result"]) for case in item.special]
    return [
        f"## Element types since {item.since}", table([*operator.inputs, *operator.outputs], [row(*combination) for combination in item.dtypes]),
        item.result.strip(), table(["case", "result"], special),
    ]
