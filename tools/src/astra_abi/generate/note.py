"""The note that a library carries: what it claims to be, in a section that no linker drops.

The description is JSON with sorted keys: version, line, hashes of every version served, layouts,
constants, signatures, and the digest of each operator's definition. Owner and type below are for ever.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Iterator

from ..layout import known_at, layout_hash
from ..model import Abi, Operator
from . import MARK
from .header import comment

TYPE = 1
"""n_type of the note that holds the contract."""
FORMAT = 1
"""Version of the JSON inside; a reader refuses one that it does not know."""


def render(abi: Abi) -> Iterator[tuple[str, str]]:
    yield "reference-impl/generated/note.c", source(abi)


def owner(abi: Abi) -> str:
    """The note's owner: the contract's name, capitalized."""
    return abi.name.capitalize()


def operator_digest(operator: Operator) -> str:
    """SHA-256 of everything normative about an operator version."""
    parts = [
        operator.inputs, operator.outputs, operator.dtypes, operator.definition,
        [[a.name, a.id, a.kind, a.required] for a in operator.attributes.values()],
    ]
    parts += [[[item.dtypes, item.result, item.special] for item in operator.extensions]] if operator.extensions else []
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def claim(abi: Abi) -> dict[str, Any]:
    """What the note of a library that implements this contract says."""
    return {
        "format": FORMAT, "contract": abi.name, "version": str(abi.version), "line": abi.line,
        "history": {str(version): f"{layout_hash(abi, version):016x}" for version in abi.history},
        **known_at(abi, abi.version),
        "operators": {operator.id: operator_digest(operator) for operator in abi.operators.values()},
    }


def lines(text: str) -> list[str]:
    """The text cut into lines behind commas, so that a difference shows what changed."""
    return re.findall(r".{1,90}(?:,|$)|.{90}", text)


def source(abi: Abi) -> str:
    text = json.dumps(claim(abi), sort_keys=True, separators=(",", ":"))
    # Spaces bring the text to one byte less than a multiple of four: the literal's NUL is then the padding
    # that the note format asks for, and not a byte more follows.
    text += " " * (-(len(text) + 1) % 4)
    name = owner(abi)
    owner_room, text_room = len(name) + 1 + -(len(name) + 1) % 4, len(text) + 1
    rows = "\n".join(
        '        "' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in lines(text)
    )
    return f"""{comment(f"The ELF note of {abi.name} {abi.version}.{chr(10)}{MARK}")}

#include <stdint.h>

struct {abi.name}_note_layout {{
    uint32_t owner_size;
    uint32_t text_size;
    uint32_t type;
    char owner[{owner_room}];
    char text[{text_room}];
}};

extern const struct {abi.name}_note_layout {abi.name}_note;

__attribute__((used, section(".note.{abi.name}"), aligned(4), visibility("hidden")))
const struct {abi.name}_note_layout {abi.name}_note = {{
    .owner_size = {len(name) + 1},
    .text_size = {len(text)},
    .type = {TYPE},
    .owner = "{name}",
    .text =
{rows},
}};
"""
