"""Damaged inputs from whole ones. The same target, seed and number give the same bytes on every machine. Holds no test."""

from __future__ import annotations

import json
import random
import re
import struct
from typing import Any

EDGES = (0, 1, 2, 3, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF, 1 << 32, 1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)
"""Numbers at which sizes, counts and signs go wrong."""
VALUES = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, 10**40, 1e308, -0.0, "", "\0", "x" * 300, "\ud7ff", "../../x", "/dev/zero", "*", "[", "astra", [], {},
    [[]], [None], {"": {}}, {"a": 1}, ["a", 1],
)
WORDS = (
    b"[", b"]", b"{", b"}", b"(", b")", b'"', b"'", b'"""', b"=", b",", b".", b"\\", b"\n", b"#", b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"inf", b"nan", b"-", b"*",
    b"1e308", b"1e999", b"0x", b"true", b"null", b"[[", b"\\u0000", b"\\ud800", b"9999999999999999999999", b"1979-05-27", b"int", b"struct", b"typedef",
    b"#include", b"#define", b"unsigned", b"__attribute__", b"...",
)
TOKEN = re.compile(rb'"[^"\n]*"|[A-Za-z_][\w-]*|-?\d[\w.+-]*|[\[\]{}=,.*();]')


def mutant(seeds: list[bytes], form: str, key: str, number: int, most: int = 1 << 16) -> bytes:
    """One damaged input. `form` says what is known of the bytes: elf, binary, json, toml or text."""
    chance = random.Random(f"{key}/{number}")
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        if form == "json" and chance.random() < 0.5:
            data = bytearray(other_tree(bytes(data), chance))
        elif form in ("json", "toml", "text") and chance.random() < 0.8:
            data = other_text(data, seeds, chance)
        elif form == "loader":
            other_field(data, chance, loader=True)
        elif form == "elf" and chance.random() < 0.6:
            other_field(data, chance)
        else:
            data = other_bytes(data, seeds, chance)
    return bytes(data[:most])


def other_bytes(data: bytearray, seeds: list[bytes], chance: random.Random) -> bytearray:
    """Damage that knows nothing of the format."""
    if len(data) < 16:
        return data + chance.randbytes(16)
    at, kind = chance.randrange(len(data) - 8), chance.randrange(9)
    if kind == 0:
        data[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        data[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    elif kind in (2, 3):
        put_number(data, at, chance)
    elif kind == 4:
        end = at + chance.choice((1, 2, 4, 8, 16, 64, 256))
        del data[at:end]
    elif kind == 5:
        data[at:at] = data[at : at + chance.choice((1, 2, 4, 8, 16, 64, 256))] * chance.choice((1, 1, 2, 16))
    elif kind == 6:
        other = chance.choice(seeds)
        start = chance.randrange(max(1, len(other)))
        piece = other[start : start + chance.choice((4, 16, 64, 256))]
        data[at : at + len(piece)] = piece
    elif kind == 7:
        size = chance.choice((4, 8, 16, 24, 40, 64))
        start = chance.randrange(len(data))
        data[at : at + size] = data[start : start + size]
    elif chance.random() < 0.3:
        del data[at:]
    else:
        span = chance.choice((4, 16, 64))
        data[at : at + span] = bytes([chance.choice((0, 0x80, 0xFF))]) * len(data[at : at + span])
    return data


def put_number(data: bytearray, at: int, chance: random.Random) -> None:
    """A number at an edge, near what was there, or that is a place in the file, in either byte order."""
    width, order = chance.choice((1, 2, 4, 8)), chance.choice(("little", "little", "big"))
    old = int.from_bytes(data[at : at + width], order)
    new = chance.choice((chance.choice(EDGES), old + chance.choice((-8, -1, 1, 8)), old * 2, len(data) - chance.choice((0, 1, 8)), chance.randrange(len(data))))
    data[at : at + width] = (new % (1 << 8 * width)).to_bytes(width, order)


def other_field(data: bytearray, chance: random.Random, loader: bool = False) -> None:
    """Damage of one field of a table that the ELF header leads to, or of bytes in one section: of any, or of those that name symbols."""
    tables = elf_tables(bytes(data), LOADED if loader else None)
    if not tables:
        return put_number(data, chance.randrange(max(1, len(data) - 8)), chance) if len(data) > 8 else None
    start, size, width = chance.choice(tables)
    size = min(size, len(data) - start)
    if size < width:
        return None
    return put_number(data, min(start + chance.randrange(size // width) * width, len(data) - 1), chance)


LOADED = {3: 1, 5: 4, 6: 8, 11: 4, 0x6FFFFFF6: 4, 0x6FFFFFFD: 2, 0x6FFFFFFE: 2, 0x6FFFFFFF: 2}
"""Kinds of sections that tell the loader of symbols and versions, and the width of their fields."""


def elf_tables(data: bytes, only: dict[int, int] | None = None) -> list[tuple[int, int, int]]:
    """Headers and sections of an ELF file: (start, size, width of a field). Sections weigh alike, whatever their size."""
    if len(data) < 64 or data[:4] != b"\x7fELF":
        return []
    wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
    at, count = (0x28, 0x3C) if wide else (0x20, 0x30)
    start = struct.unpack_from(order + ("Q" if wide else "I"), data, at)[0]
    number = struct.unpack_from(order + "H", data, count)[0]
    size = 64 if wide else 40
    found = [] if only else [(0, 64 if wide else 52, 2)]
    for index in range(min(number, 200)):
        head = start + index * size
        if head + size > len(data):
            break
        kind, flags = struct.unpack_from(order + ("IQ" if wide else "II"), data, head + 4)
        if only is None:
            found.append((head, size, 4))
        offset, length = struct.unpack_from(order + ("QQ" if wide else "II"), data, head + (24 if wide else 16))
        # Debug information is a string of bytes, the tables of the loader are words.
        if only is not None and (kind not in only or not flags & 2):
            continue
        if kind not in (0, 8) and 0 < length and offset + length <= len(data):
            found.append((offset, length, only[kind] if only else 1 if kind in (1, 3) else 4))
    return found


def other_text(data: bytearray, seeds: list[bytes], chance: random.Random) -> bytearray:
    """Damage of one token or one line."""
    tokens = list(TOKEN.finditer(data))
    if not tokens:
        return data + chance.choice(WORDS)
    token, kind = chance.choice(tokens), chance.randrange(8)
    lines = bytes(data).split(b"\n")
    at = chance.randrange(len(lines))
    if kind == 0:
        data[token.start() : token.end()] = chance.choice(WORDS)
    elif kind == 1:
        data[token.start() : token.end()] = chance.choice(tokens).group()
    elif kind == 2:
        del data[token.start() : token.end()]
    elif kind == 3:
        data[token.end() : token.end()] = chance.choice(WORDS)
    elif kind == 4:
        data[token.start() : token.end()] = json.dumps(chance.choice(VALUES)).encode()
    elif kind == 5:
        return bytearray(b"\n".join(lines[:at] + lines[at + 1 :]))
    elif kind == 6:
        return bytearray(b"\n".join(lines[: at + 1] + lines[at:]))
    else:
        data[token.start() : token.end()] = chance.choice(tokens).group() * chance.choice((2, 50))
    return data


def other_tree(data: bytes, chance: random.Random) -> bytes:
    """JSON with one value that is another one, is gone, or stands elsewhere. A sealed snapshot is sealed again."""
    from seeds import sealed

    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return data
    places: list[tuple[Any, Any]] = []
    walk(tree, places)
    if not places:
        return data
    holder, key = chance.choice(places)
    other, its = chance.choice(places)
    kind = chance.randrange(4)
    if kind == 0:
        del holder[key]
    elif kind == 1:
        holder[key] = chance.choice(VALUES)
    elif kind == 2:
        holder[key] = json.loads(json.dumps(other[its]))
    elif isinstance(holder, dict):
        holder[chance.choice(("", "like", "kind", "name", "\0", "inner", "float"))] = holder.pop(key)
    else:
        holder.insert(key, chance.choice(VALUES))
    return sealed(tree)


def walk(tree: Any, places: list[tuple[Any, Any]]) -> None:
    pending = [tree]
    while pending:
        node = pending.pop()
        for key, item in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
            places.append((node, key))
            pending.append(item)
