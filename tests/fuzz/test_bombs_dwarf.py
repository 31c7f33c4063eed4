"""Debug information that is small and asks for much, or that goes round in a circle."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from bounded import answered, refused
from entries import (
    ABBREVIATIONS, ARRAY, CONST, CONSTANT, END, ENUM, FOLLOWED, INDIRECT, INT, MEMBER, NAMELESS, PARAM, POINTER, RANGE, SPECIFIED, STRUCT, SUBROUTINE, TYPEDEF, UNIT,
    WHOLE, abbreviation, chain, entry, leb, library, replaced, returned, struct_of, unit,
)
from targets import CORPUS

MANY = 300_000
OLD = CORPUS / "elf/versioned.so"
SILENT = (0,)  # nothing is said of any function, and what is loaded is byte for byte OLD


def nested(depth: int, make) -> bytes:
    """Each holds two of the next."""
    def all_of(at: int) -> bytes:
        out = b""
        for index in range(depth):
            size = len(make(index, 0, 0))
            out += make(index, at + len(out), at + len(out) + size)
        return out + INT

    return returned(all_of)


def function(index: int, own: int, following: int) -> bytes:
    return entry(POINTER, own + 5) + entry(SUBROUTINE, following) + entry(PARAM, following) * 2 + END


LOOPS = {
    "a typedef of itself": lambda at: entry(TYPEDEF, b"t\0", at), "two typedefs of each other": lambda at: entry(TYPEDEF, b"t\0", at + 7) + entry(TYPEDEF, b"u\0", at),
    "a struct in itself": lambda at: struct_of(at), "two structs in each other": lambda at: struct_of(at + len(struct_of(0))) + struct_of(at),
    "an array of itself": lambda at: entry(ARRAY, at) + entry(RANGE, b"\xff") + END, "a constant itself": lambda at: entry(CONST, at), "a pointer to itself": lambda at: entry(POINTER, at),
    "a function that returns itself": lambda at: entry(SUBROUTINE, at) + entry(PARAM, at) + END,
    "a function that continues itself": lambda at: entry(SPECIFIED, b"find\0", at),
}
DEEP = {
    "pointers": chain(lambda at: entry(POINTER, at), MANY), "typedefs": chain(lambda at: entry(TYPEDEF, b"t\0", at), MANY), "constants": chain(lambda at: entry(CONST, at), MANY),
    "arrays": chain(lambda at: entry(ARRAY, at) + entry(RANGE, b"\x01") + END, MANY), "structs": chain(lambda at: struct_of(at), MANY // 4),
    "structs without a name": chain(lambda at: struct_of(at, name=b""), MANY // 4),
    "dimensions": lambda at: entry(ARRAY, at + 6 + 2 * MANY) + entry(RANGE, b"\x02") * MANY + END + INT,
    "members": lambda at: entry(STRUCT, b"s\0", b"\x08") + entry(MEMBER, b"m\0", at + 5 + 8 * MANY, b"\0") * MANY + END + INT,
    "enumerators": lambda at: entry(ENUM, b"e\0", b"\x04", at + 9 + 5 * MANY) + entry(CONSTANT, b"ab\0", b"\x01") * MANY + END + INT,
    "functions of two functions": None,
}


@pytest.mark.parametrize("name", LOOPS)
def test_types_in_a_circle_are_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.so"
    path.write_bytes(library(returned(LOOPS[name])))
    said = refused("diff", OLD, path)
    assert any(word in said for word in ("nested more than", "inside of itself", "continues more than")), said


@pytest.mark.parametrize("name", DEEP)
def test_a_million_types_for_one_are_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.so"
    path.write_bytes(library(returned(DEEP[name]) if DEEP[name] else nested(40, function)))
    said = refused("diff", OLD, path)
    assert any(word in said for word in ("nested more than", "refused: more than", "inside of itself, or more than")), said


WIDE = {
    "entries in entries": (returned(lambda at: entry(NAMELESS, b"\x08") * MANY + END * MANY), ABBREVIATIONS, (1,)),
    "entries without end": (returned(lambda at: entry(NAMELESS, b"\x08") * MANY), ABBREVIATIONS, (2,)),
    "a form that is another one, a million times": (returned(lambda at: entry(INDIRECT, b"s\0", b"\x16" * MANY, b"\x0b\x08") + END), ABBREVIATIONS, (1, 2)),
    "a form that is of the abbreviation": (returned(lambda at: entry(INDIRECT, b"s\0", b"\x21\x21") + END), ABBREVIATIONS, (2,)),
    "an entry followed by itself": (returned(lambda at: entry(FOLLOWED, b"s\0", at, b"\x08") + END), ABBREVIATIONS, (1, 2)),
    "a million attributes of a million entries": (
        unit(b"\x01u\0" + b"\x02" * MANY + END), abbreviation(1, 0x11, 1, [(3, 8)]) + abbreviation(2, 0x34, 0, [(0x3F, 0x19)] * MANY) + b"\0", (2,)),
    "an abbreviation of numbers beyond 2^32": (unit(leb(1 << 40) + b"\0"), abbreviation(1 << 40, 1 << 40, 1, [(1 << 40, 1 << 40)]) + b"\0", (2,)),
    "a million abbreviations": (unit(b"\x01"), b"".join(leb(n + 1) + b"\x11\0\0\0" for n in range(MANY)) + b"\0", SILENT),
    "a quarter of a million units": (unit(entry(UNIT, b"u\0") + END) * (MANY // 4), ABBREVIATIONS, SILENT),
    "structs of two structs": (nested(120, lambda n, own, at: struct_of(at, at, name=b"s%03d\0" % n)), ABBREVIATIONS, (1,)),
    "structs of two structs without names": (nested(120, lambda n, own, at: struct_of(at, at, name=b"")), ABBREVIATIONS, (1, 2)),
}


@pytest.mark.parametrize("name", WIDE)
def test_entries_that_ask_for_much_are_answered_within_limits(name: str, tmp_path: Path) -> None:
    entries, abbreviations, codes = WIDE[name]
    path = tmp_path / "x.so"
    path.write_bytes(library(entries, abbreviations))
    answered("diff", OLD, path, codes=codes)


@pytest.mark.parametrize(("kind", "body"), [
    (1, zlib.compress(bytes(200 << 20), 9)), (1, zlib.compress(bytes(1000), 9)), (2, b"\x28\xb5\x2f\xfd\xa4" + struct.pack("<I", 1 << 31) + b"\x03\0\x10\0\0" * 4000),
    (2, b"\x28\xb5\x2f\xfd\x80" + struct.pack("<I", 0xFFFFFFFF) + b"\xff\xff\xff"), (99, b""),
])
def test_a_compressed_section_that_grows_without_end(kind: int, body: bytes, tmp_path: Path) -> None:
    for size in (1 << 62, 1 << 32, len(body) * 1000, 10):
        data = replaced({b".debug_info": struct.pack("<IIQQ", kind, 0, size, 1) + body}, flags=0x800)
        (tmp_path / "x.so").write_bytes(data)
        said = refused("diff", OLD, tmp_path / "x.so")
        assert ".debug_info" in said or "debug information" in said, said


def test_a_thousandfold_compressed_section_is_answered_within_limits(tmp_path: Path) -> None:
    """What is claimed is true here."""
    data = unit(entry(UNIT, b"u\0") + bytes(100 << 20))
    (tmp_path / "x.so").write_bytes(replaced({b".debug_info": struct.pack("<IIQQ", 1, 0, len(data), 1) + zlib.compress(data, 9)}, flags=0x800))
    answered("diff", OLD, tmp_path / "x.so", codes=SILENT)


@pytest.mark.parametrize("size", [0xFFFFFFF0, 0xFFFFFFFF, 0x7FFFFFFF, 0])
def test_a_unit_that_claims_another_size(size: int, tmp_path: Path) -> None:
    (tmp_path / "x.so").write_bytes(library(struct.pack("<I", size) + unit(entry(UNIT, b"u\0") + END)[4:]))
    answered("diff", OLD, tmp_path / "x.so", codes=(1, 2))


def test_the_forged_library_is_otherwise_whole(tmp_path: Path) -> None:
    """Else what is refused here would be refused for another reason."""
    (tmp_path / "x.so").write_bytes(library(returned(lambda at: INT)))
    answered("diff", tmp_path / "x.so", tmp_path / "x.so", codes=(0,))
    assert (tmp_path / "x.so").read_bytes()[: 64] == WHOLE[:64]
