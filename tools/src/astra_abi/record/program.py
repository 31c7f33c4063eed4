"""A probe -> something that can be started: a compiled program, or an interpreter with a script. Refuses what does not build.

A C probe is compiled against the headers of one build of a library and linked with it, and may then be run with another
one, as a program of yesterday is run with the library of today.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import resource
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ..load.confined import lower
from ..load.library import Library, call, read_shared, refuse_foreign
from ..model import Abi, AstraError
from .cells import LIB
from .probe import Probe

COMPILERS = ("cc", "gcc", "clang")
COMPILE_LIMIT_S = 300
COMPILE_MEMORY = 8 << 30


@dataclass(frozen=True)
class Build:
    """A library as a file that programs are linked to and run with. `name` is what programs ask the loader for."""

    path: Path
    name: str
    soname: str | None
    sha256: str


@dataclass(frozen=True)
class Program:
    """How a probe is started, apart from a case's own arguments."""

    probe: Probe
    command: str
    arguments: tuple[str, ...]
    environment: dict[str, str]
    wants: str
    """The name by which it asks for the library."""


def read_build(path: Path) -> Build:
    """A shared library that this machine can run."""
    path = Path(path)
    elf = read_shared(path, "name a built shared library")
    refuse_foreign(Library(path, Abi(str(path)), elf, None))
    with open(path, "rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Build(path.resolve(), elf["soname"] or path.name, elf["soname"], sha256)


def find_compiler(wanted: str | None = None) -> tuple[str, ...] | None:
    """The host's C compiler, else zig's; None if there is none."""
    if wanted:
        if not shutil.which(wanted):
            raise AstraError("no such compiler", wanted, "give --cc a program that compiles C")
        return (str(Path(shutil.which(wanted)).absolute()),)
    for name in COMPILERS:
        if found := shutil.which(name):
            return (found,)
    return (sys.executable, "-m", "ziglang", "cc") if importlib.util.find_spec("ziglang") else None


def prepare(probe: Probe, build: Build, headers: tuple[Path, ...], compiler: tuple[str, ...] | None, folder: Path) -> Program:
    """Makes a probe ready for a library and those that are put in its place."""
    if probe.language == "python":
        python = (probe.name, "-s", "-P", "-B", str(probe.source), f"{LIB}/{build.name}")
        return Program(probe, sys.executable, python, {**probe.environment, "ASTRA_LIBRARY": f"{LIB}/{build.name}"}, build.name)
    if compiler is None:
        raise AstraError("there is no C compiler", probe.name, "install gcc or clang, or name a compiler with --cc")
    program = compile_probe(probe, build, headers, compiler, folder)
    return Program(probe, str(program), (probe.name,), {**probe.environment, "LD_LIBRARY_PATH": LIB}, build.name)


def compile_probe(probe: Probe, build: Build, headers: tuple[Path, ...], compiler: tuple[str, ...], folder: Path) -> Path:
    """The program. It is linked in a folder where the library has its plain name, so that it asks for no path."""
    place = folder / probe.name
    place.mkdir()
    os.symlink(build.path, place / build.path.name)
    others = [sibling(name, build, probe) for name in probe.libraries]
    for other in others:
        os.symlink(other, place / other.name)
    includes = [part for include in (*probe.includes, *headers) for part in ("-I", os.path.realpath(include))]
    command = [
        *compiler, "-O1", "-w", *includes, str(probe.source), "-o", "program", build.path.name, *(other.name for other in others),
        f"-Wl,-rpath-link,{place}", *(f"-l{name}" for name in probe.links),
    ]
    with open(place / "messages", "w+b") as messages:
        try:
            done = subprocess.run(
                command, cwd=place, stdin=subprocess.DEVNULL, stdout=messages, stderr=messages, timeout=COMPILE_LIMIT_S,
                preexec_fn=lambda: lower(resource.RLIMIT_AS, COMPILE_MEMORY),
            )
            failed = f"status {done.returncode}" if done.returncode else ""
        except (OSError, subprocess.TimeoutExpired) as error:
            failed = str(error)
        messages.seek(0)
        said = messages.read(3000).decode("utf-8", "replace").strip()
    if failed:
        raise AstraError(
            f"the probe cannot be compiled and linked with {build.path.name} ({failed})\n{said}", str(probe.source),
            "correct the probe, or name the library's folder of headers (--headers DIR)",
        )
    os.chmod(place / "program", 0o755)
    if build.name not in call("read_elf", str(place / "program"))["needed"]:
        raise AstraError(f"the probe does not use {build.name}: nothing of it would be recorded", str(probe.source), "call the library in it")
    return place / "program"


def sibling(name: str, build: Build, probe: Probe) -> Path:
    found = build.path.parent / name
    if not found.exists():
        raise AstraError(f"the probe {probe.name} needs {name} beside the library", str(build.path.parent), "build it there")
    return found


def links(program: Program, build: Build) -> dict[str, Path]:
    """The libraries that a program finds, by name: that under test under its own name, and its siblings."""
    others = {name: sibling(name, build, program.probe) for name in program.probe.libraries}
    if program.probe.language == "python":
        return {**others, program.wants: build.path}
    return {**others, build.name: build.path}
