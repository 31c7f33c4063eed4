"""Builds libraries and programs of models with the C compiler, and runs them. Refuses nothing: what does not build is told."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Sequence

from ..model import Abi, AstraError, Function, Type
from .print import VARIABLE_ARGUMENTS, declare, function_text, headers, included, variable_text
from .witness import KEPT, exported, kept_in, manner_of

SECONDS = 60


@lru_cache
def compiler() -> tuple[str, ...]:
    for name in ("cc", "gcc", "clang"):
        if shutil.which(name):
            return (name,)
    import importlib.util

    if importlib.util.find_spec("ziglang"):
        return (sys.executable, "-m", "ziglang", "cc")
    raise AstraError("there is no C compiler", "", "install gcc or clang, or `pip install ziglang`")


class Stalled(Exception):
    """Something that ends at once did not, twice: this machine is busy with other things. No label follows from that."""


def started(command: Sequence, **how) -> subprocess.CompletedProcess:
    """A child that has ended. A machine that stood still for a while gets a second chance."""
    for _ in range(2):
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, **{"env": {**os.environ, "LC_ALL": "C"}, **how})
        except subprocess.TimeoutExpired:
            continue
    raise Stalled(f"{Path(command[0]).name} took longer than {SECONDS} s")


def build(folder: Path, source: str, out: str, *arguments: str) -> str:
    """Compiles a text in a folder; why it could not be done, or ""."""
    file = folder / f"{out}.c"
    file.write_text(source)
    command = [*compiler(), "-std=gnu17", "-O0", "-w", "-I.", file.name, "-o", out, *arguments]
    done = started(command, cwd=folder)
    errors = [line for line in done.stderr.splitlines() if "error" in line] or done.stderr.splitlines()
    return "" if done.returncode == 0 else (errors or ["the compiler failed"])[0]


def link_flags(folder: Path, abi: Abi) -> list[str]:
    image = abi.image
    flags = ["-shared", "-fPIC", f"-Wl,-soname,{image.soname if image else 'libmutant.so.1'}"]
    if image and image.nodes:
        blocks = []
        for node in image.nodes:
            names = sorted(name for name, own in image.symbols.items() if own == node)
            listed = f" global: {'; '.join(names)};" if names else ""
            blocks.append(f"{node} {{{listed} local: {KEPT}*; }};")
        (folder / "library.map").write_text("\n".join(blocks) + "\n")
        flags.append("-Wl,--version-script=library.map")
    return flags


def plain_text(abi: Abi) -> str:
    """A library as its maker would build it: what the gate is shown."""
    inside = (abi.note or {}).get("inside")
    lines = [included(abi), "extern char *getenv(const char *);", "__attribute__((used)) static char *(*volatile uses_libc)(const char *) = getenv;"]
    lines += [
        f"struct {name} {{ int kept; {'long more[4]; ' if name == inside else ''}}};"
        for name in sorted(abi.opaque) if name.isidentifier() and name not in VARIABLE_ARGUMENTS
    ]
    for function in exported(abi):
        body = "" if function.returns == Type("void") else f"static {declare(abi, function.returns, 'r')}; return r; "
        lines.append(f"{manner_of(abi, function)}{function_text(abi, function)} {{ {body}}}")
        lines.append(f'__asm__(".pushsection .rodata; .asciz \\"{order(function)}\\"; .popsection");')
        for node in kept_in(abi, function):
            lines.append(f"{function_text(abi, replace(function, name=KEPT + node))} {{ {body}}}")
            lines.append(f'__asm__(".symver {KEPT}{node}, {function.name}@{node}");')
    for item in abi.variables.values():
        kept = replace(item.type, count=1) if item.type.count == 0 else item.type
        lines.append(f"{variable_text(abi, replace(item, type=kept))}{' = {0}' if item.constant else ''};")
    return "\n".join([*lines, ""])


def order(function: Function) -> str:
    """What a function takes, in its order: the code of one that does something goes by it, and so must that of one that does nothing."""
    return f"{function.name}({','.join(param.name or '?' for param in function.params)})"


def write_headers(folder: Path, abi: Abi) -> Path:
    """The printed model, as programs include it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in headers(abi).items():
        (folder / name).write_text(text)
    return folder / "mutant.h"


def build_plain(folder: Path, abi: Abi) -> str:
    write_headers(folder / "include", abi)
    return build(folder, plain_text(abi), "libmutant.so", "-g", "-Iinclude", *link_flags(folder, abi))


def build_witness(folder: Path, abi: Abi, text: str) -> str:
    """The witness library, where the loader looks for it."""
    name = abi.image.soname if abi.image else "libmutant.so.1"
    return build(folder, text, name, "-Iinclude", *link_flags(folder, abi))


def build_program(folder: Path, text: str, out: str, *arguments: str) -> str:
    return build(folder, text, out, "-Iinclude", "-rdynamic", *arguments, "-L.", "-l:libmutant.so.1")


def complaints(include: Path, client: Path, language: str) -> tuple[bool, list[str]]:
    """Whether a compiler takes a client with the headers of a folder, and what it says of it."""
    standard = "-std=gnu17" if language == "c" else "-std=gnu++17"
    command = [*compiler(), "-x", language, standard, "-fsyntax-only", "-Wall", "-Wno-unused", f"-I{include}", str(client)]
    done = started(command)
    said = [found[0] for line in done.stderr.splitlines() if (found := re.search(r"\b(?:fatal error|error|warning): .*", line))]
    return done.returncode == 0, said or done.stderr.splitlines()[:1]


def unlinked(client: Path, library: Path) -> str:
    """What a client misses in a library when it is linked again; "" if it finds everything."""
    command = [*compiler(), str(client), str(library), "-o", str(library.parent / "linked")]
    done = started(command)
    return next((f"the linker: {found[0]}" for line in done.stderr.splitlines() if (found := re.search(r"undefined reference to .*", line))), "")


def run(program: Path, libraries: Path, names: Sequence[str], turn: int = 0, mode: str = "") -> tuple[str, int, str]:
    """What an old program does with a library: its output, its exit code, and what was said on the side."""
    environment = {"LD_LIBRARY_PATH": str(libraries), "LD_BIND_NOW": "1", "MUTANT_TURN": str(turn), "PATH": os.environ.get("PATH", "")}
    environment |= {"MUTANT_MODE": mode} if mode else {}
    done = started([program.resolve(), *names], env=environment, errors="replace")
    return done.stdout, done.returncode, done.stderr
