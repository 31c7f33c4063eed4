"""Inputs that are small and ask for much, or that are no files: one clear error, soon, within limits."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from bounded import MEMORY, answered, gate, refused
from entries import headers
from mutator import elf_tables
from targets import CORPUS

DEEP, MANY = 100_000, 100_000
WHOLE = (CORPUS / "elf/versioned.so").read_bytes()


def section(name: bytes) -> int:
    """Where the header of a section of the whole library is."""
    start, count, names = struct.unpack_from("<Q", WHOLE, 0x28)[0], *struct.unpack_from("<HH", WHOLE, 0x3C)
    strings = struct.unpack_from("<Q", WHOLE, start + 64 * names + 24)[0]
    for at in range(start, start + 64 * count, 64):
        text = strings + struct.unpack_from("<I", WHOLE, at)[0]
        if WHOLE[text : WHOLE.index(b"\0", text)] == name:
            return at
    raise AssertionError(name)


def content(name: bytes) -> int:
    return struct.unpack_from("<Q", WHOLE, section(name) + 24)[0]


BOMBS = {
    "a section of 4 GB": lambda: (section(b".dynstr") + 32, "<Q", 1 << 32),
    "sections without end": lambda: (0x28, "<Q", (1 << 64) - 64),
    "65535 sections": lambda: (0x3C, "<H", 0xFFFE),
    "65535 segments": lambda: (0x38, "<H", 0xFFFE),
    "a version definition that leads nowhere": lambda: (content(b".gnu.version_d") + 16, "<I", 0xFFFFFFF0),
    "a unit of 4 GB": lambda: (content(b".debug_info"), "<I", 0xFFFFFFEF),
    "an attribute list without end": lambda: (content(b".debug_abbrev"), "<Q", 0xFFFFFFFFFFFFFFFF),
}


HASHES = {
    "more buckets than bytes": (".gnu.hash", 0, "<I", 0xFFFFFFFF, "buckets, more than its segment"), "a filter of three words": (".gnu.hash", 8, "<I", 3, "stops the loader"),
    "a filter of none": (".gnu.hash", 8, "<I", 0, "stops the loader"), "a shift beyond the hash": (".gnu.hash", 12, "<I", 40, "stops the loader"),
    "a bucket before its first symbol": (".gnu.hash", -1, "<I", 1, "leads to symbol 1,"), "a bucket beyond the last": (".gnu.hash", -1, "<I", 0xFFFFFF, "leads to symbol 16777215"),
    "chains without end": (".gnu.hash", -2, "<I", 0, "a chain without end"),
    "a chain in a circle": (".hash", -2, "<I", 1, "twice"), "a chain that leaves its table": (".hash", -2, "<I", 0xFFFFFFF0, "leads to symbol 4294967280"),
    "a size of 4 GB": (".hash", 0, "<I", 0xFFFFFFFF, "buckets and"),
}


def hashed(table: str) -> bytearray:
    """The whole library with only one of its hash tables."""
    data, other = bytearray(WHOLE), 4 if table == ".gnu.hash" else 0x6FFFFEF5
    start, size = struct.unpack_from("<QQ", data, section(b".dynamic") + 24)
    for at in range(start, start + size, 16):
        if struct.unpack_from("<Q", data, at)[0] == other:
            struct.pack_into("<Q", data, at, 0x6FFFFDFF)
    return data


@pytest.mark.parametrize("name", HASHES)
def test_a_hash_table_that_leads_the_loader_astray(name: str, tmp_path: Path) -> None:
    table, place, form, value, why = HASHES[name]
    data, at = hashed(table), content(table.encode())
    first, second, filters = struct.unpack_from("<III", data, at)
    if place == -1:  # the first bucket that is used
        buckets = at + 16 + 8 * filters
        places = [next(where for where in range(buckets, buckets + 4 * first, 4) if struct.unpack_from("<I", data, where)[0])]
    elif place == -2 and table == ".hash":  # every link of the chains
        places = range(at + 8 + 4 * first, at + 8 + 4 * (first + second), 4)
    elif place == -2:
        end = struct.unpack_from("<Q", data, section(b".gnu.hash") + 32)[0] + at
        places = range(at + 16 + 8 * filters + 4 * first, end, 4)
    else:
        places = [at + place]
    whole, damaged = tmp_path / "whole.so", tmp_path / "x.so"
    whole.write_bytes(data)
    assert 0 == gate("diff", CORPUS / "elf/versioned.so", whole).code
    for where in places:
        struct.pack_into(form, data, where, value)
    damaged.write_bytes(data)
    assert why in refused("diff", CORPUS / "elf/versioned.so", damaged)


@pytest.mark.parametrize(("table", "spoiled"), [(".gnu.hash", "filter"), (".gnu.hash", "buckets"), (".gnu.hash", "hash"), (".hash", "buckets"), (".dynamic", "entry")])
def test_a_symbol_that_the_loader_cannot_find_is_not_exported(table: str, spoiled: str, tmp_path: Path) -> None:
    data, at = hashed(".gnu.hash" if table == ".dynamic" else table), content(table.encode())
    first, _, filters = struct.unpack_from("<III", data, at)
    if spoiled == "filter":
        data[at + 16 : at + 16 + 8 * filters] = bytes(8 * filters)
    elif spoiled == "buckets":
        begin = at + (16 + 8 * filters if table == ".gnu.hash" else 8)
        data[begin : begin + 4 * first] = bytes(4 * first)
    elif spoiled == "hash":
        data[at + 16 + 8 * filters + 4 * first] ^= 0x80
    else:
        data = hashed(".hash")
        for where in range(at, at + struct.unpack_from("<Q", data, section(b".dynamic") + 32)[0], 16):
            if struct.unpack_from("<Q", data, where)[0] == 4:
                struct.pack_into("<Q", data, where, 0x6FFFFDFF)
    (tmp_path / "x.so").write_bytes(data)
    done = gate("diff", CORPUS / "elf/versioned.so", tmp_path / "x.so")
    assert 1 == done.code and "symbol_removed" in done.out, done.out


@pytest.mark.parametrize("name", BOMBS)
def test_a_table_that_asks_for_too_much(name: str, tmp_path: Path) -> None:
    at, form, value = BOMBS[name]()
    data = bytearray(WHOLE)
    struct.pack_into(form, data, at, value)
    (tmp_path / "x.so").write_bytes(data)
    assert "x.so" in refused("diff", CORPUS / "elf/versioned.so", tmp_path / "x.so")


def test_overlapping_sections_are_an_answer_or_a_refusal(tmp_path: Path) -> None:
    data = bytearray(WHOLE)
    start, count = struct.unpack_from("<Q", WHOLE, 0x28)[0], struct.unpack_from("<H", WHOLE, 0x3C)[0]
    for at in range(start, start + 64 * count, 64):
        struct.pack_into("<QQ", data, at + 24, 0, len(data))
    (tmp_path / "x.so").write_bytes(data)
    assert elf_tables(bytes(data))
    assert gate("diff", CORPUS / "elf/versioned.so", tmp_path / "x.so").code in (1, 2)


def test_a_version_index_that_no_version_has_is_not_taken_for_none() -> None:
    """The loader would read beyond its table; this was once called compatible."""
    damaged = CORPUS.parent / "regressions/elf/version-index-beyond.so"
    assert "stands for no version" in refused("diff", CORPUS / "elf/versioned.so", damaged)


def test_strings_without_an_end_are_refused(tmp_path: Path) -> None:
    at, size = struct.unpack_from("<QQ", WHOLE, section(b".dynstr") + 24)
    data = bytearray(WHOLE)
    data[at : at + size] = b"x" * size
    (tmp_path / "x.so").write_bytes(data)
    assert gate("diff", CORPUS / "elf/versioned.so", tmp_path / "x.so").code in (1, 2)


def test_versions_in_a_circle(tmp_path: Path) -> None:
    """A next record that lies before the last one: the offset is added modulo 2^32 on some machines."""
    for table, field in ((b".gnu.version_d", 16), (b".gnu.version_r", 12)):
        if not any(name == table for name, _ in headers()):
            continue
        for step in (0xFFFFFFFF, 0xFFFFFFEC, 1, 20):
            data = bytearray(WHOLE)
            struct.pack_into("<I", data, content(table) + field, step)
            (tmp_path / "x.so").write_bytes(data)
            answered("diff", CORPUS / "elf/versioned.so", tmp_path / "x.so", codes=(1, 2))


def test_more_than_65535_sections_that_lie_over_each_other(tmp_path: Path) -> None:
    data, count = bytearray(WHOLE), 200_000
    start, = struct.unpack_from("<Q", data, 0x28)
    own, = struct.unpack_from("<H", data, 0x3C)
    table = data[start : start + 64 * own] + bytes(data[section(b".debug_info") : section(b".debug_info") + 64]) * (count - own)
    struct.pack_into("<Q", table, 32, count)
    struct.pack_into("<Q", data, 0x28, len(data))
    struct.pack_into("<H", data, 0x3C, 0)
    (tmp_path / "x.so").write_bytes(data + table)
    answered("diff", CORPUS / "elf/versioned.so", tmp_path / "x.so", codes=(1, 2))


ARCHIVE = b"!<arch>\n"


def member(name: bytes, size: bytes, data: bytes = b"") -> bytes:
    return name.ljust(16) + b"0           0     0     644     " + size.ljust(10) + b"`\n" + data


ARCHIVES = {
    "a negative size": member(b"a.o/", b"-60"), "a size of 4 GB": member(b"a.o/", b"4294967295"), "a size of 2^64": member(b"a.o/", b"9999999999"), "no size": member(b"a.o/", b""),
    "a name beyond the table": member(b"//", b"4", b"a/\n\n") + member(b"/99999999999", b"0"), "a name that is a number below 0": member(b"//", b"4", b"a/\n\n") + member(b"/-1", b"0"),
    "a name longer than the member": member(b"#1/4294967295", b"4", b"abcd"), "an index of 2^32 symbols": member(b"/", b"8", b"\xff\xff\xff\xff\0\0\0\0"),
    "an index that leads to itself": member(b"/", b"12", b"\0\0\0\1\0\0\0\x08a\0\0\0") + member(b"a.o/", b"0"),
    "an index of 2^64 symbols": member(b"/SYM64/", b"16", b"\xff" * 16), "a million members": member(b"a/", b"0") * 300_000,
    "an archive in an archive": member(b"a.a/", b"68", ARCHIVE + member(b"a.o/", b"0")), "an empty one": b"",
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_that_leads_astray(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.a"
    path.write_bytes(ARCHIVE + ARCHIVES[name])
    done = answered("diff", path, CORPUS / "containers/gnu.a")
    assert done.code == 2 or name in ("no size", "a million members", "an archive in an archive", "an empty one"), done.out
    answered("dump", path)


def test_universal_files_in_universal_files(tmp_path: Path) -> None:
    inner = (CORPUS / "containers/fat.dylib").read_bytes()
    for _ in range(30):
        inner = struct.pack(">II5I", 0xCAFEBABE, 1, 0x0100000C, 0, 4096, len(inner), 12).ljust(4096, b"\0") + inner
    itself = struct.pack(">II5I", 0xCAFEBABE, 1, 0x0100000C, 0, 0, 28, 0)
    many = struct.pack(">II", 0xCAFEBABE, 0xFFFFFFFF) + bytes(4096)
    for data in (inner, itself, many):
        (tmp_path / "x.dylib").write_bytes(data)
        refused("diff", CORPUS / "containers/thing.dylib", tmp_path / "x.dylib")


HEADERS = {
    "parentheses": "int x = " + "(" * DEEP + "1" + ")" * DEEP + ";\n",
    "pointers": "int " + "*" * DEEP + "f(void);\n",
    "structs": "struct a {" * 20_000 + "int x;" + "};" * 20_000,
    "a header that includes itself": '#include "x.h"\n',
    "a header that includes itself twice": '#include "x.h"\n' * 2,
    "a header that includes the file of all zeros": '#include "/dev/zero"\n', "a header that includes a pipe": '#include "pipe"\n',
    "a header that embeds the file of all zeros": '#embed "/dev/zero"\n',
    "macros that double": "#define A0 x,x\n" + "".join(f"#define A{n} A{n - 1},A{n - 1}\n" for n in range(1, 40)) + "int y[] = { A39 };\n",
    "a macro of macros that double": "#define A0 1\n" + "".join(f"#define A{n} (A{n - 1}+A{n - 1})\n" for n in range(1, 40)),
    "a macro in parentheses": "#define A " + "(" * DEEP + "1" + ")" * DEEP + "\n", "a macro with a number of many digits": "#define A " + "9" * DEEP + "\n",
    "a macro that shifts far": "#define A (1 << 1 << 99999999999)\n#define B (1 / 0)\n#define C (-9223372036854775807 - 1) / -1\n#define D 1 ? A : D\n",
    "conditions": "#if 1\n" * DEEP + "#endif\n" * DEEP, "conditions without end": "#if 1\n" * DEEP,
    "an array of 2^63": "extern char a[0x7fffffffffffffff]; struct s { char b[0x7fffffffffffffff]; int c[0x7fffffffffffffff]; };\n",
    "an enum of large numbers": "enum e { A = 0xffffffffffffffff, B, C };\n", "a million parameters": "int f(" + "int," * MANY + "int);\n",
    "a name of a million letters": "int " + "a" * 1_000_000 + "(void);\n", "a typedef of itself": "typedef t t; struct s { struct s a; }; enum e : enum e { A };\n",
    "attributes": "__attribute__((" * DEEP, "an array of arrays": "extern int a" + "[2]" * DEEP + ";\n", "bytes that are no text": "int \udcff\udcfe\0\x01f(void);\n",
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_that_asks_for_too_much(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "x.h").write_text(HEADERS[name], errors="surrogateescape")
    for command in (("dump", tmp_path / "x.h"), ("diff", CORPUS / "headers/seed.h", tmp_path / "x.h")):
        # A preprocessor makes what it is told to make until its address space ends.
        answered(*command, "--target", "x86_64-linux-gnu", memory=MEMORY + (512 << 20) + (128 << 20))


TEXTS = {
    "contract.toml": ("a = " + "[" * DEEP + "]" * DEEP, "a." * 3000 + "b = 1", "", "\0", "a = 1\na = 2", "a = " + "{a=" * 5000 + "1" + "}" * 5000),
    "x.json": ('{"snapshot":' + "[" * DEEP + "]" * DEEP + "}", '{"snapshot": 1e308, "sha256": ""}', '{"snapshot": ' + "9" * 10_000 + "}", '{"snapshot":'),
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in TEXTS.items() for text in texts], ids=lambda value: value[:20].replace("\0", "NUL"))
def test_texts_that_are_too_deep_or_nothing(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    side = tmp_path if name == "contract.toml" else tmp_path / name
    refused("diff", side, side)


@pytest.mark.parametrize("option", ["--suppressions", "--contract", "--compare"])
@pytest.mark.parametrize("text", [*TEXTS["contract.toml"][:2], *TEXTS["contract.toml"][3:], *TEXTS["x.json"], "a = 1e999999\nb = " + "9" * 10_000, "[" * DEEP, '{"a":' * DEEP], ids=lambda value: value[:20].replace("\0", "NUL"))
def test_texts_of_every_option_that_are_too_deep(option: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "contract.toml").write_text(text)
    place = tmp_path if option == "--contract" else tmp_path / "contract.toml"
    if option == "--compare":
        refused("record", CORPUS / "elf/plain.so", "--compare", place)
    else:
        refused("diff", CORPUS / "elf/plain.so", CORPUS / "elf/plain.so", "--symbols-only", option, place)
