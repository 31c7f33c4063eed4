"""Debug information entry by entry, for what no compiler writes. Holds no test.

A unit of DWARF 4 stands in the place of a real library's, whose function `walk` gets what follows as its return type.
"""

from __future__ import annotations

import struct
from typing import Callable

from targets import CORPUS

WHOLE = (CORPUS / "elf/versioned.so").read_bytes()
UNIT, FUNCTION, PARAM, TYPEDEF, STRUCT, MEMBER, POINTER, BASE, ARRAY, RANGE, CONST, SUBROUTINE, NAMELESS, ENUM, CONSTANT, FOLLOWED, INDIRECT, SPECIFIED = range(1, 19)
NAME, SIZE, TYPE, FLAG, STRING, DATA1, REF4 = 0x03, 0x0B, 0x49, 0x19, 0x08, 0x0B, 0x13
KINDS = {
    UNIT: (0x11, 1, [(NAME, STRING)]), FUNCTION: (0x2E, 1, [(NAME, STRING), (0x3F, FLAG), (TYPE, REF4)]), PARAM: (0x05, 0, [(TYPE, REF4)]),
    TYPEDEF: (0x16, 0, [(NAME, STRING), (TYPE, REF4)]), STRUCT: (0x13, 1, [(NAME, STRING), (SIZE, DATA1)]),
    MEMBER: (0x0D, 0, [(NAME, STRING), (TYPE, REF4), (0x38, DATA1)]), POINTER: (0x0F, 0, [(TYPE, REF4)]),
    BASE: (0x24, 0, [(NAME, STRING), (SIZE, DATA1), (0x3E, DATA1)]), ARRAY: (0x01, 1, [(TYPE, REF4)]), RANGE: (0x21, 0, [(0x37, DATA1)]),
    CONST: (0x26, 0, [(TYPE, REF4)]), SUBROUTINE: (0x15, 1, [(TYPE, REF4)]), NAMELESS: (0x13, 1, [(SIZE, DATA1)]),
    ENUM: (0x04, 1, [(NAME, STRING), (SIZE, DATA1), (TYPE, REF4)]), CONSTANT: (0x28, 0, [(NAME, STRING), (0x1C, DATA1)]),
    FOLLOWED: (0x13, 1, [(NAME, STRING), (0x01, REF4), (SIZE, DATA1)]), INDIRECT: (0x13, 1, [(NAME, STRING), (SIZE, 0x16)]),
    SPECIFIED: (0x2E, 0, [(NAME, STRING), (0x3F, FLAG), (0x47, REF4)]),
}
INT = bytes((BASE,)) + b"int\0\x04\x05"
END = b"\0"


def leb(number: int) -> bytes:
    out = b""
    while True:
        number, low = number >> 7, number & 0x7F
        out += bytes((low | (0x80 if number else 0),))
        if not number:
            return out


def abbreviation(code: int, tag: int, children: int, attributes: list[tuple[int, int]]) -> bytes:
    return leb(code) + leb(tag) + bytes((children,)) + b"".join(leb(name) + leb(form) for name, form in attributes) + b"\0\0"


ABBREVIATIONS = b"".join(abbreviation(code, *kind) for code, kind in KINDS.items()) + b"\0"


def entry(kind: int, *parts: bytes | int) -> bytes:
    """An entry; a number is where another one is."""
    return bytes((kind,)) + b"".join(struct.pack("<I", part) if isinstance(part, int) else part for part in parts)


def struct_of(*types: int, name: bytes = b"s\0", size: bytes = b"\x08") -> bytes:
    head = entry(STRUCT, name, size) if name else entry(NAMELESS, size)
    return head + b"".join(entry(MEMBER, b"m\0", kind, b"\0") for kind in types) + END


def unit(entries: bytes) -> bytes:
    body = struct.pack("<HIB", 4, 0, 8) + entries
    return struct.pack("<I", len(body)) + body


def returned(make: Callable[[int], bytes]) -> bytes:
    """A unit whose function `walk` returns the type that `make`, told where it begins, puts first."""
    head = entry(UNIT, b"u\0")
    first = 11 + len(head) + len(entry(FUNCTION, b"walk\0", 0)) + 1
    return unit(head + entry(FUNCTION, b"walk\0", first) + END + make(first) + END)


def chain(one: Callable[[int], bytes], count: int) -> Callable[[int], bytes]:
    """Many entries, each of which speaks of the next, and an integer."""
    size = len(one(0))
    return lambda at: b"".join(one(at + size * (index + 1)) for index in range(count)) + INT


def library(entries: bytes, abbreviations: bytes = ABBREVIATIONS) -> bytes:
    """The real library with this debug information."""
    return replaced({b".debug_info": entries, b".debug_abbrev": abbreviations})


def replaced(sections: dict[bytes, bytes], flags: int | None = None) -> bytes:
    """The real library with other sections, which lie behind it."""
    data = bytearray(WHOLE)
    for name, at in headers():
        if name in sections:
            struct.pack_into("<QQ", data, at + 24, len(data), len(sections[name]))
            if flags is not None:
                struct.pack_into("<Q", data, at + 8, flags)
            data += sections[name]
    return bytes(data)


def headers() -> list[tuple[bytes, int]]:
    """The names of the sections, and where their headers are."""
    start, count, names = struct.unpack_from("<Q", WHOLE, 0x28)[0], *struct.unpack_from("<HH", WHOLE, 0x3C)
    strings, = struct.unpack_from("<Q", WHOLE, start + 64 * names + 24)
    found = []
    for at in range(start, start + 64 * count, 64):
        text = strings + struct.unpack_from("<I", WHOLE, at)[0]
        found.append((WHOLE[text : WHOLE.index(b"\0", text)], at))
    return found
