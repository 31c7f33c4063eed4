"""Inputs that are small and ask for much, or that are no files: one clear error, soon, within limits."""

from __future__ import annotations

import os
import resource
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from mutator import elf_tables
from targets import CORPUS

GATE = str(Path(sys.executable).with_name("astra-abi"))
DEEP = 100_000
WHOLE = (CORPUS / "elf/versioned.so").read_bytes()


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (15, 15))


def gate(*arguments: object) -> subprocess.CompletedProcess:
    command = [GATE, *(os.fsencode(part) if isinstance(part, Path) else part for part in arguments)]
    return subprocess.run(command, capture_output=True, timeout=30, preexec_fn=limited, stdin=subprocess.DEVNULL)


def refused(*arguments: object) -> str:
    """The error of a command that could not judge."""
    done = gate(*arguments)
    said = done.stderr.decode("utf-8", "replace")
    assert 2 == done.returncode, said
    assert "Traceback" not in said and "reader itself" not in said and "defect" not in said, said
    return said


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
    assert 0 == gate("diff", CORPUS / "elf/versioned.so", whole).returncode
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
    assert 1 == done.returncode and b"symbol_removed" in done.stdout, done.stdout


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
    assert gate("diff", CORPUS / "elf/versioned.so", tmp_path / "x.so").returncode in (1, 2)


def test_a_version_index_that_no_version_has_is_not_taken_for_none() -> None:
    """The loader would read beyond its table; this was once called compatible."""
    damaged = CORPUS.parent / "regressions/elf/version-index-beyond.so"
    assert "stands for no version" in refused("diff", CORPUS / "elf/versioned.so", damaged)


def test_strings_without_an_end_are_refused(tmp_path: Path) -> None:
    at, size = struct.unpack_from("<QQ", WHOLE, section(b".dynstr") + 24)
    data = bytearray(WHOLE)
    data[at : at + size] = b"x" * size
    (tmp_path / "x.so").write_bytes(data)
    assert gate("diff", CORPUS / "elf/versioned.so", tmp_path / "x.so").returncode in (1, 2)


HEADERS = {
    "parentheses": "int x = " + "(" * DEEP + "1" + ")" * DEEP + ";\n",
    "pointers": "int " + "*" * DEEP + "f(void);\n",
    "structs": "struct a {" * 20_000 + "int x;" + "};" * 20_000,
    "a header that includes itself": '#include "x.h"\n',
    "macros that double": "#define A0 x,x\n" + "".join(f"#define A{n} A{n - 1},A{n - 1}\n" for n in range(1, 40)) + "int y[] = { A39 };\n",
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_that_is_too_deep(name: str, tmp_path: Path) -> None:
    (tmp_path / "x.h").write_text(HEADERS[name])
    done = gate("dump", tmp_path / "x.h", "--target", "x86_64-linux-gnu")
    assert done.returncode in (0, 2) and b"Traceback" not in done.stderr, done.stderr[-500:]


TEXTS = {
    "contract.toml": ("a = " + "[" * DEEP + "]" * DEEP, "a." * 3000 + "b = 1", "", "\0", "a = 1\na = 2", "a = " + "{a=" * 5000 + "1" + "}" * 5000),
    "x.json": ('{"snapshot":' + "[" * DEEP + "]" * DEEP + "}", '{"snapshot": 1e308, "sha256": ""}', '{"snapshot": ' + "9" * 10_000 + "}", '{"snapshot":'),
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in TEXTS.items() for text in texts], ids=lambda value: value[:20].replace("\0", "NUL"))
def test_texts_that_are_too_deep_or_nothing(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    side = tmp_path if name == "contract.toml" else tmp_path / name
    refused("diff", side, side)


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.so")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "socket"))
        for place in (tmp_path / "pipe.so", tmp_path / "socket", tmp_path / "empty", tmp_path / "loop", Path("/dev/zero"), Path("/dev/null")):
            refused("diff", place, CORPUS / "elf/x86_64.so")
            refused("diff", CORPUS / "elf/x86_64.so", place)


@pytest.mark.parametrize("name", [b"a\nb.so", b"\xff\xfe.so", b"-x.so", b"a b[1]*.so"])
def test_names_that_no_one_chooses(name: bytes, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name)))
    path.write_bytes(WHOLE)
    done = gate("diff", "--", path, path)
    assert done.returncode in (0, 2) and b"Traceback" not in done.stderr, done.stderr[-500:]
