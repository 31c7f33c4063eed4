"""Sizes, offsets, and the hash of what a version laid out. Refuses layouts that a compiler would pad.

Every pointer inside a struct takes an 8-byte slot, on 32-bit targets too (the header pads it), so that
one set of offsets holds on every target and can be compared and hashed once.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from .model import FLOATS, INTEGERS, POINTER_SLOT, Abi, Field, Struct, Type, Version


def size_and_align(type_: Type, sizes: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """Bytes and alignment of a type. `sizes` holds those of named types; unknown names raise KeyError."""
    if type_.pointers:
        size, align = POINTER_SLOT, POINTER_SLOT
    elif type_.base in INTEGERS:
        size = align = INTEGERS[type_.base][0]
    elif type_.base in FLOATS:
        size = align = FLOATS[type_.base]
    elif type_.base == "char":
        size = align = 1
    elif type_.base == "function":
        size = align = POINTER_SLOT
    else:
        size, align = sizes[type_.base]
    return size * (type_.count or 1), align


def lay_out(fields: list[Field], sizes: dict[str, tuple[int, int]]) -> tuple[tuple[Field, ...], int, int, list[str]]:
    """Places fields one after the other.

    Returns the placed fields, the size and the alignment in bytes, and one sentence for every gap that a
    compiler would have to pad: the contract has its padding written out.
    """
    placed, offset, align, gaps = [], 0, 1, []
    for field in fields:
        size, field_align = size_and_align(field.type, sizes)
        if offset % field_align:
            missing = field_align - offset % field_align
            gaps.append(f"{missing} bytes of implicit padding before '{field.name}': add a reserved field")
            offset += missing
        placed.append(replace(field, offset=offset, size=size))
        offset += size
        align = max(align, field_align)
    if offset % align:
        gaps.append(f"{align - offset % align} bytes of implicit padding at the end: add a reserved field")
        offset += align - offset % align
    return tuple(placed), offset, align, gaps


def first_size(struct: Struct) -> int:
    """Bytes of the struct's first version: the smallest size that a callee accepts."""
    old = [field for field in struct.fields if field.since == struct.since]
    return max((field.offset + field.size for field in old), default=0)


def known_at(abi: Abi, version: Version) -> dict:
    """Layouts, constants and signatures that existed at a version, as plain data."""

    def existed(since: str) -> bool:
        return Version.parse(since).key <= version.key

    structs = {
        name: {
            "growth": struct.growth,
            "fields": [[f.name, str(f.type), f.offset, f.size] for f in struct.fields if existed(f.since)],
        }
        for name, struct in sorted((abi.structs or {}).items())
        if existed(struct.since)
    }
    constants = {
        constant.name: constant.value
        for _, enum in sorted((abi.enums or {}).items())
        for constant in enum.constants.values()
        if existed(constant.since)
    }
    functions = {
        name: [str(function.returns), *(str(param.type) for param in function.params)]
        for name, function in sorted((abi.functions or {}).items())
        if existed(function.since)
    }
    return {"structs": structs, "constants": dict(sorted(constants.items())), "functions": functions}


def layout_hash(abi: Abi, version: Version) -> int:
    """The 64-bit hash of everything laid out at a version: SHA-256's first eight bytes, big-endian."""
    text = json.dumps(known_at(abi, version), sort_keys=True, separators=(",", ":"))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
