"""One side of a comparison: a library, headers, both, a contract or a frozen release.

What kind of thing a path is shows in the thing itself. What a side cannot show is said in `gaps`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Mapping

from ..model import Abi, AstraError
from .baseline import MANIFEST, load_baseline
from .build import TARGETS, Build, load_build
from .contract import load_contract
from .headers import ENDINGS, HOST, Headers, find_headers, load_everywhere, load_headers
from .library import call


@dataclass(frozen=True)
class Reading:
    """How a side is to be read. No targets means: the library's own, or all of them where there is no library."""

    headers: Path | None = None
    public: tuple[str, ...] = ()
    include: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    debug_file: Path | None = None
    targets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """`declared` holds what is promised, by target; a contract's holds on every target, by the name ""."""

    path: Path
    kind: str
    declared: dict[str, Abi]
    build: Build | None = None
    headers: Headers | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    """Targets for which the headers cannot be read, and why."""

    @property
    def gaps(self) -> tuple[str, ...]:
        return self.build.gaps if self.build else ()


def read_source(path: Path, reading: Reading) -> Source:
    """Reads one side of a comparison."""
    path = Path(path)
    if (path / "contract.toml").is_file():
        return Source(path, "contract", {"": load_contract(path)})
    if (path / MANIFEST).is_file():
        return Source(path, "release", {"": load_baseline(path)})
    if path.is_dir() or path.suffix in ENDINGS:
        headers = find_headers(path, reading.include, reading.defines, reading.public)
        declared, refused = (load_headers(headers, reading.targets), {}) if reading.targets else load_everywhere(headers)
        return Source(path, "headers", declared, headers=headers, refused=refused)
    if not path.exists():
        raise AstraError("no such file or folder", str(path), "name a library, a header, a folder of headers, a contract or a frozen release")
    return read_library(path, reading)


def read_library(path: Path, reading: Reading) -> Source:
    if not reading.headers:
        return Source(path, "library", {}, load_build(path, debug_file=reading.debug_file))
    headers = find_headers(reading.headers, reading.include, reading.defines, reading.public)
    machine = call("read_elf", str(path))["machine"]
    own = TARGETS.get(machine, HOST)
    declared = load_headers(headers, tuple(dict.fromkeys((own, *reading.targets))))
    build = load_build(path, declared[own], headers.names(), reading.debug_file)
    return Source(path, "library", declared, build, headers)
