"""A library that was there before its contract, its headers and its frozen releases. Each is read once.

Refuses frozen releases of which one byte has changed, and folders among them that are none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Callable

from ..model import Abi, AstraError, Image
from .baseline import MANIFEST
from .containers import load_binary
from .build import Build, load_build, refuse_foreign, target_of
from .declared import RELEASES, Declarations, headers_of, load_declarations, version_key
from .headers import Headers, load_targets
from .promised import declare
from .source import SNAPSHOT, Source, promised, read_release
from .targets import every_target


PROBES, RECORDING = "probes", "recorded.json"
"""Probe programs beside a contract, and what they gave."""


@dataclass(frozen=True)
class Release:
    """One frozen release, as it was promised."""

    version: str
    line: str
    source: Source


@dataclass
class Existing:
    """What is checked against what: a built library and the headers that a contract names."""

    path: Path
    contract: Declarations
    root: Path | None = None
    folder: Path | None = None
    """Where frozen releases lie; else inside of the contract."""
    debug_file: Path | None = None
    progress: Callable[[str, int, int], None] = lambda name, done, total: None

    @cached_property
    def target(self) -> str:
        """The target that the library is built for."""
        if not self.path.is_file():
            raise AstraError("no such file", str(self.path), "name a built shared library")
        return target_of(self.path)

    @cached_property
    def headers(self) -> Headers:
        return headers_of(self.contract, self.root)

    @cached_property
    def read(self) -> tuple[dict[str, Abi], dict[str, str]]:
        """What the headers declare on each target that is promised and on the library's own, and where they cannot be read."""
        return load_targets(self.headers, tuple(dict.fromkeys((self.target, *(self.contract.targets or every_target())))))

    @property
    def unpromised(self) -> dict[str, str]:
        """Targets on which the headers cannot be read, that no contract names: there nobody is promised anything."""
        return {target: why for target, why in self.read[1].items() if target != self.target and not self.contract.targets}

    @property
    def declared(self) -> dict[str, Abi]:
        """What the headers declare on each target on which they can be read, the library's own among them."""
        declared, refused = self.read
        if self.target not in declared:
            raise AstraError(f"the headers cannot be read for {self.target}", str(self.headers.root), "see the first stage")
        return declared

    @cached_property
    def promised(self) -> dict[str, Abi]:
        """What is promised of that."""
        return self.source.declared

    @cached_property
    def build(self) -> Build:
        """The library with every symbol that it exports, and the types of what is promised."""
        own = declare(self.declared[self.target], self.contract)
        build = load_build(self.path, own, self.headers.names(), self.debug_file)
        refuse_foreign(self.path, self.headers.root, self.declared[self.target], build)
        return build

    @cached_property
    def image(self) -> Image:
        """What the loader sees and what the file holds, which needs no header."""
        return load_binary(self.path).image

    @cached_property
    def source(self) -> Source:
        """The library as one side of a comparison."""
        whole = Source(self.path, "library", self.declared, self.build, self.headers, self.read[1])
        return promised(whole, self.contract)

    @cached_property
    def releases(self) -> list[Release]:
        """Every frozen release, oldest first."""
        return [load_release(folder) for folder in find_releases(self.folder or self.contract.folder / RELEASES)]


def find_releases(folder: Path) -> list[Path]:
    """Frozen releases in a folder; the folder itself if it is one."""
    if (folder / MANIFEST).is_file():
        return [folder]
    found = []
    for place in folder.iterdir() if folder.is_dir() else ():
        if place.name.startswith("."):
            continue
        if not (place / MANIFEST).is_file() or not (place / SNAPSHOT).is_file():
            raise AstraError("is not a frozen release of a header contract", str(place), "keep only what `astra-abi freeze` made here")
        found.append(place)
    return sorted(found, key=lambda place: version_key(place.name))


def load_release(folder: Path) -> Release:
    contract = load_declarations(folder)
    return Release(contract.version, contract.promised_line, read_release(folder))
