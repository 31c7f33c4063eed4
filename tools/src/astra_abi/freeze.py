"""A release, frozen: contract, header, symbols, layouts, golden digests and client programs.

Everything is made in a folder beside its place and moved there at the end, so that a release is frozen
whole or not at all. What is frozen is never edited.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .clients import machine, run_client
from .generate import artifacts
from .golden import promised
from .layout import known_at
from .load.baseline import MANIFEST
from .model import Abi, AstraError, Version
from .project import Project

SOURCES = "next"
"""The folder of client programs that are not frozen yet."""


def freeze(abi: Abi, project: Project, libraries: list[Path], version: str) -> list[Path]:
    """Freezes the contract's version; returns the folders made."""
    refuse_unready(abi, project, version)
    places = (project.baselines / version, project.clients / version)
    with tempfile.TemporaryDirectory(dir=project.baselines.parent, prefix=".freeze-") as scratch:
        drafts = (Path(scratch) / "baseline", Path(scratch) / "clients")
        write_baseline(abi, project, drafts[0])
        write_clients(abi, project, libraries, drafts[1])
        for draft, place in zip(drafts, places):
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(draft, place)
    for source in places[1].glob("*.c"):
        (project.clients / SOURCES / source.name).unlink(missing_ok=True)  # it lies among the frozen ones now
    return list(places)


def refuse_unready(abi: Abi, project: Project, version: str) -> None:
    """Refuses a version that is frozen already, another one than the contract's, and missing goldens."""
    wanted = parse_version(version)
    if not project.baselines or not project.clients or not project.golden:
        raise AstraError("the project has no folder for baselines, clients or goldens", project.how, "name them in astra-abi.toml")
    for place in (project.baselines / version, project.clients / version):
        if place.exists():
            raise AstraError("this release is frozen already", str(place), "a frozen release is never edited; raise the version")
    if wanted != abi.version:
        raise AstraError(f"the contract is version {abi.version}, not {wanted}", str(project.contract), f"freeze {abi.version}, or raise the contract's version first")
    goldens = promised(abi, project.golden)
    for operator in abi.operators:
        if not any(name.startswith(f"{operator}/") for name in goldens):
            raise AstraError(f"the operator {operator} has no golden output", str(project.golden), "write its inputs and run: make bless")


def parse_version(text: str) -> Version:
    try:
        return Version.parse(text)
    except ValueError as error:
        raise AstraError(str(error), "", "write it like 0.1.0") from error


def write_baseline(abi: Abi, project: Project, folder: Path) -> None:
    """The contract's own files with their schemas, and what is derived from them."""
    for path in sorted(project.contract.rglob("*")):
        if path.is_file() and path.suffix in (".toml", ".json"):
            target = folder / "spec" / path.relative_to(project.contract)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    if not (folder / "spec" / "schema").is_dir():
        from .load.contract import schema_directory

        shutil.copytree(schema_directory(), folder / "spec" / "schema")
    for path, text in artifacts(abi).items():
        if path.startswith("include/"):
            write(folder / path, text)
    write(folder / "symbols.txt", "".join(f"{name}@@{node}\n" for name, node in sorted(abi.image.symbols.items())))
    write(folder / "layouts.json", json.dumps(known_at(abi, abi.version), indent=1, sort_keys=True) + "\n")
    write(folder / "goldens.json", json.dumps(promised(abi, project.golden), indent=1, sort_keys=True) + "\n")
    rows = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in sorted(folder.rglob("*")) if path.is_file()
    ]
    write(folder / MANIFEST, "".join(rows))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def write_clients(abi: Abi, project: Project, libraries: list[Path], folder: Path) -> None:
    """Compiles every client of next/ against the header and keeps what all libraries make it print."""
    sources = sorted((project.clients / SOURCES).glob("*.c"))
    if not sources:
        raise AstraError("there is no client program to freeze", str(project.clients / SOURCES), "write one that uses the new version")
    binaries = folder / machine()
    binaries.mkdir(parents=True)
    for source in sources:
        shutil.copyfile(source, folder / source.name)
        binary = binaries / source.stem
        compile_client(source, binary, project.header.parents[1], libraries[0], abi)
        write(folder / f"{source.stem}.expected", agreed_output(binary, libraries, abi.image.soname))


def agreed_output(binary: Path, libraries: list[Path], soname: str) -> str:
    outputs = {}
    for library in libraries:
        result, text = run_client(binary, library, soname)
        if result != "kept":
            raise AstraError(f"the client fails: {text}", f"{binary.name} with {library}", "mend the library or the client, then freeze")
        outputs.setdefault(text, library)
    if len(outputs) > 1:
        raise AstraError("the libraries make the client print different things", binary.name, "find out which of them the contract calls wrong")
    return next(iter(outputs))


def compile_client(source: Path, binary: Path, include: Path, library: Path, abi: Abi) -> None:
    """Compiles and links one client for this machine and the contract's GLIBC floor."""
    target = f"{machine()}.{abi.build['floor']['glibc']}"
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(library.resolve(), Path(folder) / f"lib{abi.name}.so")
        command = [
            sys.executable, "-m", "ziglang", "cc", "-target", target, "-std=c99", "-O1", "-s", f"-I{include}",
            str(source), "-o", str(binary), f"-L{folder}", f"-l{abi.name}", "-ldl",
        ]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise AstraError(f"does not compile:\n{done.stderr.strip()}", str(source), "mend the client, or install ziglang (tools/requirements.txt)")
