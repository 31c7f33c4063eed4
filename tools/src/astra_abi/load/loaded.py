"""Whether two libraries are one to the loader: the same code and data, whatever notes and debug information say. Refuses to guess."""

from __future__ import annotations

import filecmp
import mmap
import struct
from pathlib import Path
from typing import Iterator

NOTE, NOTHING = 7, 8
"""Kinds of sections: a build's own number, and memory that begins as zero."""
LOADED = 2
MOST = 10_000
"""Sections of a file that is looked at."""

Section = tuple[int, int, int, int, bytes]
"""Its kind, its flags, where it is in memory, its size, and what is in it."""


def same_loaded(old: Path, new: Path) -> bool:
    """Whether a program finds the same, byte for byte, in both. False where that cannot be seen."""
    try:
        if filecmp.cmp(old, new, shallow=False):
            return True
        with open(old, "rb") as one, open(new, "rb") as other:
            with mmap.mmap(one.fileno(), 0, access=mmap.ACCESS_READ) as a, mmap.mmap(other.fileno(), 0, access=mmap.ACCESS_READ) as b:
                return same_sections(a, b)
    except (OSError, ValueError, OverflowError, struct.error):
        return False


def same_sections(old: mmap.mmap, new: mmap.mmap) -> bool:
    before, after = sections(old), sections(new)
    found = 0
    while True:
        one, other = next(before, None), next(after, None)
        if one != other:
            return False
        if one is None:
            return found > 0
        found += 1


def sections(data: mmap.mmap) -> Iterator[Section]:
    """What of an ELF file is loaded, in its order. Raises where a section is not in the file."""
    if len(data) < 64 or data[:4] != b"\x7fELF" or data[4] not in (1, 2) or data[5] not in (1, 2):
        raise ValueError("is not an ELF file")
    end, wide = "<" if data[5] == 1 else ">", data[4] == 2
    begin, = struct.unpack_from(f"{end}{'Q' if wide else 'I'}", data, 40 if wide else 32)
    size, count = struct.unpack_from(f"{end}HH", data, 58 if wide else 46)
    form = f"{end}{'IIQQQQ' if wide else 'IIIIII'}"
    if not 0 < count <= MOST or size < struct.calcsize(form):
        raise ValueError("lists no sections")
    for number in range(count):
        _, kind, flags, address, offset, length = struct.unpack_from(form, data, begin + number * size)
        if not flags & LOADED or kind == NOTE:
            continue
        if kind != NOTHING and offset + length > len(data):
            raise ValueError("a section is not in the file")
        yield kind, flags, address, length, b"" if kind == NOTHING else data[offset:offset + length]
