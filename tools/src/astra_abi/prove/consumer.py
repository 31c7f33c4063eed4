"""A program that takes symbols from a library, and does nothing else: its C, and how it is compiled and linked.

Prefers the system's compiler, takes zig where there is none. Refuses names that an assembler could misread.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from ..contained import Ended, run
from ..loader import Reference
from ..model import AstraError, Entry

SECONDS = 120.0
OWN = "astra_prove_"
"""Begins the consumer's own names."""
WRITABLE_NAME = re.compile(r"[A-Za-z0-9_.$]+")


def not_proved(why: str, where: Path, do_this: str) -> AstraError:
    return AstraError(f"not proved: {why}", str(where), do_this)


def is_writable(reference: Reference, entry: Entry) -> bool:
    """Whether an assembler takes the names as they are. A node is written only if the linker does not add it by itself."""
    names = (reference.name, reference.node) if entry.hidden and reference.node else (reference.name,)
    return all(WRITABLE_NAME.fullmatch(name) for name in names)


def source(asked: list[tuple[Reference, Entry]]) -> str:
    """C that takes every symbol once: by its plain name where the linker gives out that version, else by name and version."""
    lines, plain = [], []
    for number, (reference, entry) in enumerate(asked):
        if reference.node is not None and entry.hidden:
            label = ""
            lines.append(f'__asm__(".symver {OWN}{number}, {reference.name}@{reference.node}");')
        else:
            label = f' __asm__("{reference.name}")'
        if entry.kind == "tls":
            lines.append(f"extern __thread char {OWN}{number}[]{label}; void *{OWN}tls{number}(void) {{ return {OWN}{number}; }}")
        else:
            lines.append(f"extern char {OWN}{number}[]{label};")
            plain.append(f"{OWN}{number}")
    lines.append(f"void *{OWN}taken[] = {{ {', '.join([*plain, '(void *)0'])} }};")
    lines.append(f"void {OWN}start(void) {{}}")
    return "\n".join(lines)


def build(folder: Path, name: str) -> None:
    compiler = c_compiler()
    flags = ("-w", "-O0", "-fPIC", "-pie", "-nostdlib", "-nostartfiles", "-Lold", f"-l:{name}")
    # What one linker does not take must not keep the others from being asked; zig's driver knows no such flag.
    lenient = "--allow-shlib-undefined" if "ziglang" in compiler else "--unresolved-symbols=ignore-all"
    linker = ("-Wl,--no-as-needed", f"-Wl,{lenient}", f"-Wl,-e,{OWN}start")
    command = (*compiler, "consumer.c", "-o", "consumer", *linker, *flags)
    ended = run(command, cwd=folder, environment=compiler_environment(folder), seconds=SECONDS, memory=None)
    if ended.code != 0:
        raise not_proved(f"no consumer of the old library could be linked: {first_complaint(ended)}", folder / "old" / name, "compare without --prove")


def c_compiler() -> tuple[str, ...]:
    for name in ("cc", "gcc", "clang"):
        if found := shutil.which(name):
            return (found,)
    if find_spec("ziglang"):
        return (sys.executable, "-m", "ziglang", "cc")
    raise AstraError("not proved: no C compiler", "", "install gcc or clang, or `pip install ziglang`")


def compiler_environment(folder: Path) -> dict[str, str]:
    wanted = {name: os.environ[name] for name in ("PATH", "HOME", "ZIG_GLOBAL_CACHE_DIR", "XDG_CACHE_HOME") if name in os.environ}
    return {**wanted, "TMPDIR": str(folder), "LC_ALL": "C"}


def first_complaint(ended: Ended) -> str:
    lines = [line for line in ended.err.splitlines() if "error" in line or "undefined" in line] or ended.err.splitlines()
    return lines[0][:300] if lines else f"the compiler {ended.manner}"


