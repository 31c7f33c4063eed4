"""Libraries that the benchmark makes itself: one of 400 MB, and five of growing DWARF size. Reads none of them.

They are kept under build/bench/synthetic, and made again when this file changes.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

from corpus import BENCH

ROOM = BENCH / "synthetic"
BIG_BYTES, BIG_SYMBOLS = 400_000_000, 40_000
UNITS = (0, 10, 20, 40, 80)
"""Translation units of the growing libraries; the first has one function only, for what starting costs."""
COMMON_TYPES, OWN_TYPES, FIELDS = 1500, 30, 8
"""Types that every unit brings along, as the units of a real library do, and those of each unit alone."""
KINDS = ("int", "unsigned char", "long", "double", "const char *", "unsigned short", "float", "void *")


def fresh(name: str) -> tuple[Path, Path]:
    """Where a library is kept, and its stamp."""
    made = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    ROOM.mkdir(parents=True, exist_ok=True)
    return ROOM / name, ROOM / f"{name}.{made}.stamp"


def compiler(*words: object) -> None:
    subprocess.run([os.environ.get("CC", "gcc"), "-fPIC", "-w", *map(str, words)], check=True, stdin=subprocess.DEVNULL)


def big_library() -> Path:
    """A library of 400 MB with 40,000 exported functions whose names are as long as real ones."""
    target, stamp = fresh("libbig.so")
    if not stamp.exists():
        source = ROOM / "big.s"
        lines = [".text"]
        for number in range(BIG_SYMBOLS):
            name = f"big_library_section_{number % 97:02}_operation_number_{number:06}"
            lines += [f".globl {name}", f".type {name}, @function", f"{name}:", ".byte 0xc3", f".size {name}, 1"]
        lines += ['.section .rodata, "a"', "big_table:", f".fill {BIG_BYTES}, 1, 0x41", '.section .note.GNU-stack, "", @progbits', ""]
        source.write_text("\n".join(lines))
        compiler("-shared", "-nostdlib", "-Wl,-soname,libbig.so.1", source, "-o", target)
        source.unlink()
        stamp.touch()
    return target


def records(owner: str, count: int, longer: int = -1) -> list[str]:
    """So many structs, each pointing at the one before it; one of them may have a field more."""
    texts = []
    for number in range(count):
        fields = [f"{KINDS[(number + place) % len(KINDS)]} field_{place};" for place in range(FIELDS)]
        fields += [f"struct {owner}{number - 1} *before;"] if number else []
        fields += ["long added;"] if number == longer else []
        texts.append(f"struct {owner}{number} {{ {' '.join(fields)} }};")
    return texts


def unit_text(unit: int, changed: bool) -> str:
    """One source: its own types, and a function for each of them that also touches one of the common types."""
    lines = ['#include "common.h"', *records(f"unit{unit}_record", OWN_TYPES, OWN_TYPES // 2 if changed else -1)]
    for number in range(OWN_TYPES):
        common = f"common{(unit * OWN_TYPES + number) % COMMON_TYPES}"
        lines.append(
            f"int unit{unit}_use{number}(struct unit{unit}_record{number} *own, struct {common} *other, int count)\n"
            "{ int sum = count; for (int i = 0; i < count; i++) sum += (int)own[i].field_0 + (int)other[i].field_1; return sum; }"
        )
    return "\n".join(lines) + "\n"


def unit_object(unit: int, changed: bool) -> Path:
    """The compiled unit. All but the first are the same in both versions and in every size."""
    target, stamp = fresh(f"unit{unit}{'-changed' if changed else ''}.o")
    if not stamp.exists():
        (ROOM / "common.h").write_text("#pragma once\n" + "\n".join(records("common", COMMON_TYPES)) + "\n")
        source = target.with_suffix(".c")
        source.write_text(unit_text(unit, changed))
        # Unused types are kept, so that every unit brings all of them along.
        compiler("-c", "-g", "-O1", "-fno-eliminate-unused-debug-types", "-I", ROOM, source, "-o", target)
        stamp.touch()
    return target


def growing_pair(units: int) -> tuple[Path, Path]:
    """Old and new library of so many units; in the new one, one struct of the first unit has another field."""
    pair = []
    for version in ("old", "new"):
        target, stamp = fresh(f"libgrow{units}-{version}.so")
        if not stamp.exists():
            parts = [unit_object(unit, version == "new" and unit == 0) for unit in range(units)]
            if not parts:
                parts = [ROOM / "only.c"]
                parts[0].write_text("int only(void) { return 1; }\n")
            compiler("-shared", "-g", "-Wl,-soname,libgrow.so.1", *parts, "-o", target)
            stamp.touch()
        pair.append(target)
    return pair[0], pair[1]


def debug_bytes(library: Path) -> int:
    """The size of all its debug sections."""
    lines = subprocess.run(["readelf", "-SW", str(library)], capture_output=True, text=True, check=True).stdout.splitlines()
    return sum(int(line.split("]", 1)[1].split()[4], 16) for line in lines if "] .debug_" in line)
