"""Small releases that are built for real, programs that were linked to them, and what this system's loader does with both."""

from __future__ import annotations

import random
import re
import struct
import subprocess
from pathlib import Path

NAME = "libx.so.1"


def cc(*arguments: object) -> None:
    done = subprocess.run(["cc", "-w", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def library(folder: Path, source: str, script: str | None = None, *flags: object, name: str = NAME) -> Path:
    """A shared library of this name, with versions if there is a script. It takes nothing from libc unless told to."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.c").write_text(source)
    if script is not None:
        (folder / f"{name}.map").write_text(script)
        flags = (*flags, f"-Wl,--version-script={folder / f'{name}.map'}")
    cc("-shared", "-fPIC", "-nostdlib", f"-Wl,-soname,{name}", folder / f"{name}.c", "-o", folder / name, *flags)
    return folder / name


def program(folder: Path, source: str, *inputs: object) -> Path:
    """A program that was linked to some libraries."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "client.c").write_text(source)
    cc(folder / "client.c", "-o", folder / "client", *inputs, "-Wl,--allow-shlib-undefined")
    return folder / "client"


def start(client: Path, libraries: Path, now: bool = True) -> int:
    """The exit code of a program that is started with the libraries of a folder."""
    environment = {"LD_LIBRARY_PATH": str(libraries), **({"LD_BIND_NOW": "1"} if now else {})}
    return subprocess.run([client], env=environment, capture_output=True, timeout=20).returncode


def traced(client: Path, libraries: Path) -> str:
    """What `ldd -r` says."""
    environment = {"LD_LIBRARY_PATH": str(libraries), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["ldd", "-r", str(client)], env=environment, capture_output=True, text=True, timeout=20)
    return done.stdout + done.stderr


def undefined(trace: str, client: Path) -> set[str]:
    """Symbols that a trace misses for the program, with their versions."""
    found = re.findall(r"^undefined symbol: (\S+?)(?:, version (\S+))?\s+\((.*)\)$", trace, re.MULTILINE)
    return {f"{name}@{node}" if node else name for name, node, by in found if by == str(client)}


class Elf:
    """A 64-bit file of this machine whose tables are changed in place, as no linker would."""

    def __init__(self, path: Path) -> None:
        self.path, self.bytes = path, bytearray(path.read_bytes())
        offset, = struct.unpack_from("<Q", self.bytes, 0x28)
        size, count = struct.unpack_from("<HH", self.bytes, 0x3A)
        self.sections = {}
        for index in range(count):
            _, kind, _, _, at, length = struct.unpack_from("<IIQQQQ", self.bytes, offset + index * size)
            self.sections.setdefault(kind, (at, length))
        self.dynsym, self.versym = self.sections[11][0], self.sections.get(0x6FFFFFFF, (0, 0))[0]

    def save(self) -> None:
        self.path.write_bytes(self.bytes)

    def symbols(self, name: str) -> list[int]:
        """Indices of the dynamic symbols of a name."""
        at, length = self.sections[11]
        # The dynamic string table is the first of its kind.
        strings = self.sections[3][0]
        found = []
        for index in range(length // 24):
            start, = struct.unpack_from("<I", self.bytes, at + index * 24)
            end = self.bytes.index(0, strings + start)
            if self.bytes[strings + start:end].decode() == name:
                found.append(index)
        return found

    def symbol(self, name: str, *, kind: int | None = None, bind: int | None = None, visibility: int | None = None, value: int | None = None) -> None:
        for index in self.symbols(name):
            at = self.dynsym + index * 24
            info = self.bytes[at + 4]
            self.bytes[at + 4] = ((info >> 4 if bind is None else bind) << 4) | (info & 15 if kind is None else kind)
            if visibility is not None:
                self.bytes[at + 5] = visibility
            if value is not None:
                struct.pack_into("<Q", self.bytes, at + 8, value)
        self.save()

    def version(self, name: str, change) -> None:
        """Applies `change` to the entries of a symbol in the version table."""
        for index in self.symbols(name):
            at = self.versym + index * 2
            struct.pack_into("<H", self.bytes, at, change(struct.unpack_from("<H", self.bytes, at)[0]))
        self.save()

    def weaken_definitions(self) -> None:
        at = self.sections[0x6FFFFFFD][0]
        while True:
            _, flags, _, _, _, _, following = struct.unpack_from("<HHHHIII", self.bytes, at)
            if not flags & 1:
                struct.pack_into("<H", self.bytes, at + 2, flags | 2)
            if not following:
                return self.save()
            at += following

    def needs(self, flags: int = 0, other: int = 0) -> None:
        """Sets bits of what is needed of other files: their flags, and the index that symbols refer to."""
        at = self.sections[0x6FFFFFFE][0]
        while True:
            _, count, _, inner, following = struct.unpack_from("<HHIII", self.bytes, at)
            place = at + inner
            for _ in range(count):
                _, old_flags, old_other, _, step = struct.unpack_from("<IHHII", self.bytes, place)
                struct.pack_into("<HH", self.bytes, place + 4, old_flags | flags, old_other | other)
                place += step
            if not following:
                return self.save()
            at += following


NODES = ("V1", "V2", "V3", "V4")
SYMBOLS = ("apple", "birch", "cedar", "daisy", "elder", "fern")
CALLS_LIBC = 'extern int getpid(void) __attribute__((weak)); int calls_libc(void) { return getpid ? getpid() : 0; }\n'


def random_release(chance: random.Random) -> tuple[str, str | None, tuple[str, ...]]:
    """Source, version script and flags of a release: each symbol absent, without a version, or in some nodes."""
    nodes = [node for node in NODES if chance.random() < 0.6]
    chance.shuffle(nodes)
    lines, flags = [], ()
    if chance.random() < 0.5:
        lines.append(CALLS_LIBC)
        flags = ("-Wl,--no-as-needed", "-lc")
    for name in SYMBOLS:
        fate = chance.random()
        if fate < 0.15:
            continue
        if fate < 0.4 or not nodes:
            lines.append(definition(chance, name))
            continue
        chosen = chance.sample(nodes, min(len(nodes), chance.choice((1, 1, 1, 2, 3))))
        default = chance.choice((*chosen, chosen[0], None))
        for number, node in enumerate(chosen):
            lines.append(definition(chance, f"{name}_{number}"))
            lines.append(f'__asm__(".symver {name}_{number}, {name}{"@@" if node == default else "@"}{node}, remove");')
    script = "\n".join(f"{node} {{ }};" for node in nodes) if nodes else None
    return "\n".join(lines) + "\n", script, flags


def definition(chance: random.Random, name: str) -> str:
    return chance.choice((
        f"int {name}(void) {{ return 1; }}", f"int {name}(void) {{ return 1; }}", f"int {name} = 1;", f"__thread int {name} = 1;",
        f"__attribute__((weak)) int {name}(void) {{ return 1; }}", f'__attribute__((visibility("protected"))) int {name}(void) {{ return 1; }}',
    ))
