"""The readers that are fuzzed: each as a function from bytes to an answer. Holds no test.

An answer is a text, equal for equal bytes. A refusal is an answer too, if it is the one error that a reader may raise.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

from astra_abi.model import AstraError

HERE = Path(__file__).parent
CORPUS, REGRESSIONS = HERE / "corpus", HERE / "regressions"


class Wrong(Exception):
    """An answer that no reader may give."""


@dataclass(frozen=True)
class Target:
    """`seeds` is the folder of its corpus. `read` gets the folder it may write into, the name of the seed's file and the bytes."""

    name: str
    seeds: str
    form: str
    read: Callable[[Path, str, bytes], str]
    file: str = "input"
    rate: int = 400
    """Inputs a second on a slow machine, as a guess from which the bounded run takes its share."""

    @property
    def inputs(self) -> list[Path]:
        return sorted(path for folder in (CORPUS / self.seeds, REGRESSIONS / self.name) if folder.is_dir() for path in folder.iterdir())


def asked(call: Callable[..., Any], *arguments: Any) -> str:
    """The answer or the refusal. Whatever else is raised is a finding."""
    from astra_abi import _native

    try:
        answer = call(*arguments)
    except _native.ReadError as error:
        text = str(error)
        if "reader itself failed" in text or "\n" in text or not text or len(text) > 5000:
            raise Wrong(f"refused with {text[:300]!r}") from error
        return f"refused: {text}"
    except AstraError as error:
        if not error.what or len(str(error)) > 200_000:
            raise Wrong(f"refused with {str(error)[:300]!r}") from error
        return f"refused: {error}"
    return answer if isinstance(answer, str) else repr(answer)


def native(*names: str) -> Callable[[Path, str, bytes], str]:
    """Readers of the extension, on one file. Their answers are JSON."""
    more = {"read_surface": ("{}",), "read_dwarf": (["walk", "find"],), "find_debug_file": ([],)}

    def read(folder: Path, name: str, data: bytes) -> str:
        from astra_abi import _native

        path = folder / "input"
        path.write_bytes(data)
        said = {}
        for function in names:
            said[function] = asked(getattr(_native, function), str(path), *more.get(function, ()))
            if not said[function].startswith("refused: "):
                json.loads(said[function])
        return json.dumps(said)

    return read


def library(folder: Path, name: str, data: bytes) -> str:
    """What the gate makes of the readers' answers: the models of a library in any container."""
    from astra_abi.load.build import load_build
    from astra_abi.load.containers import load_binary
    from astra_abi.load.library import load_library

    path = folder / "input"
    path.write_bytes(data)
    return "\n".join((asked(load_library, path, ["walk", "find"]), asked(load_build, path), asked(load_binary, path)))


def text(load: Callable[[Path], Any], within: bool = False) -> Callable[[Path, str, bytes], str]:
    """A loader of one file, or of the folder that holds it."""
    def read(folder: Path, name: str, data: bytes) -> str:
        path = folder / name
        path.write_bytes(data)
        return asked(load, folder if within else path)

    return read


def lazy(module: str, name: str) -> Callable[[Path], Any]:
    def load(path: Path) -> Any:
        from importlib import import_module

        return getattr(import_module(f"astra_abi.{module}"), name)(path)

    return load


def contract(folder: Path, name: str, data: bytes) -> str:
    """A contract of two files, one of which is damaged."""
    place = folder / "spec"
    (place / "abi").mkdir(parents=True, exist_ok=True)
    seeds = {path.name: path.read_bytes() for path in (CORPUS / "contract").iterdir()}
    for file, whole in {**seeds, name if name in seeds else "sum.toml": data}.items():
        (place / file if file == "contract.toml" else place / "abi" / file).write_bytes(whole)
    return asked(lazy("load.contract", "load_contract"), place)


def probes(folder: Path, name: str, data: bytes) -> str:
    place = folder / "probes"
    place.mkdir(exist_ok=True)
    (place / "it.c").write_text("int main(void) { return 0; }\n")
    (place / "it.toml").write_bytes(data)
    return asked(lazy("record.probe", "load_probes"), folder)


def project(folder: Path, name: str, data: bytes) -> str:
    (folder / "spec").mkdir(exist_ok=True)
    (folder / "seed.h").write_text("")
    (folder / "astra-abi.toml").write_bytes(data)
    return asked(lazy("project", "from_file"), folder / "astra-abi.toml")


def baseline(folder: Path, name: str, data: bytes) -> str:
    """A frozen release of which the damaged file is the manifest, or is one of the others."""
    place = folder / "release"
    if not place.exists():
        shutil.copytree(HERE.parents[1] / "compat/baselines/0.1.0", place)
    (place / "MANIFEST").write_bytes(data)
    return asked(lazy("load.baseline", "load_baseline"), place)


def headers(folder: Path, name: str, data: bytes) -> str:
    """Through libclang, in the child with its limits."""
    path = folder / "input.h"
    path.write_bytes(data)

    def load() -> str:
        from astra_abi.load.headers import find_headers, load_headers

        return repr(load_headers(find_headers(path), ("x86_64-linux-gnu",)))

    return asked(load)


def diff(folder: Path, name: str, data: bytes) -> str:
    """The verdict on a damaged library beside the whole one, held against what the readers tell of both."""
    from verdicts import verdict

    return verdict(folder, CORPUS / "elf" / name, data)


def starts(folder: Path, name: str, data: bytes) -> str:
    """The verdict on a library whose tables of symbols are damaged, held against the loader."""
    from starts import FITS, LIBRARIES, started

    seed = name.rpartition("@")[2]  # a regression tells of what it is the damage
    return started(folder, seed, data) if FITS and seed in LIBRARIES else diff(folder, seed, data)


TARGETS = {
    target.name: target for target in (
        Target("elf", "elf", "elf", native("read_elf", "writable_objects", "read_references", "build_id", "find_debug_file"), rate=1500),
        Target("dwarf", "elf", "elf", native("read_surface", "read_dwarf"), rate=1500),
        Target("containers", "containers", "binary", native("sniff", "read_pe", "read_macho", "read_archive", "gpu_code"), rate=1500),
        Target("elf-as-others", "elf", "elf", native("sniff", "gpu_code", "read_archive"), rate=1500),
        Target("library", "elf", "elf", library),
        Target("binary", "containers", "binary", library),
        Target("diff", "elf", "elf", diff, rate=60),
        Target("starts", "elf", "loader", starts, rate=30),
        Target("contract", "contract", "toml", contract, rate=40),
        Target("declarations", "declarations", "toml", text(lazy("load.declared", "load_declarations"), within=True), "contract.toml", rate=200),
        Target("suppressions", "suppressions", "toml", text(lazy("suppress", "read_suppressions")), rate=200),
        Target("probes", "probes", "toml", probes, rate=200),
        Target("project", "project", "toml", project, rate=500),
        Target("snapshot", "snapshot", "json", text(lazy("load.snapshot", "read_snapshot")), rate=100),
        Target("recording", "recording", "json", text(lazy("record.recording", "read_recording")), rate=100),
        Target("baseline", "baseline", "text", baseline, rate=50),
        Target("headers", "headers", "text", headers, rate=20),
    )
}


def answer(target: Target, folder: Path, name: str, data: bytes) -> str:
    """What the reader says, twice the same, with the folder's own name taken out."""
    first, second = (target.read(folder, name, data) for _ in range(2))
    if first != second:
        at = next((n for n, pair in enumerate(zip(first, second)) if pair[0] != pair[1]), min(len(first), len(second)))
        raise Wrong(f"two answers for the same bytes: {first[max(0, at - 60):at + 60]!r} and {second[max(0, at - 60):at + 60]!r}")
    return first.replace(os.fspath(folder), "")
