"""One side of a comparison: a library, headers, both, a contract or a frozen release.

What kind of thing a path is shows in the thing itself. What a side cannot show is said in `gaps`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Iterable, Mapping, Sequence

from ..model import Abi, AstraError
from .baseline import MANIFEST, load_baseline, verify
from .build import Build, load_build, refuse_foreign, target_of
from .contract import load_contract
from .declared import FILE, Declarations, headers_of, is_header_contract, load_declarations
from .headers import ENDINGS, REMEDY, Headers, completed, find_headers, left_open, load_targets, standing
from .promised import declare, untrue
from .snapshot import Snapshot, is_snapshot, read_snapshot
from .targets import every_target
from .toml import Problems


@dataclass(frozen=True)
class Reading:
    """How a side is to be read. No targets means: the library's own, or all of them where there is no library."""

    headers: Path | None = None
    public: tuple[str, ...] = ()
    include: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    preamble: tuple[str, ...] = ()
    debug_file: Path | None = None
    targets: tuple[str, ...] = ()
    everywhere: bool = False
    """Every target for which the headers can be read, beside the library's own."""
    contract: Declarations | None = None
    """What is declared of the library, on whichever side."""


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
    skipped: Mapping[str, str] = field(default_factory=dict)
    """Headers of a folder that cannot be included by themselves, and why."""
    unsaid: str = ""
    """What of the library only a skipped header declares, so that nothing is known of it."""

    @property
    def gaps(self) -> tuple[str, ...]:
        return self.build.gaps if self.build else ()


def read_source(path: Path, reading: Reading) -> Source:
    """Reads one side of a comparison, with what is declared of it."""
    path = Path(path)
    if is_header_contract(path) and not (path / MANIFEST).is_file():
        reading = replace(reading, contract=reading.contract or load_declarations(path))
        return promised(read_headers(path, reading, headers_of(reading.contract, reading.headers)), reading.contract)
    source = read_kind(path, reading)
    return promised(source, reading.contract) if reading.contract else source


def read_kind(path: Path, reading: Reading) -> Source:
    """Reads what kind of thing the path shows to be."""
    if (path / SNAPSHOT).is_file() and (path / MANIFEST).is_file():
        return read_release(path, reading.contract is None)
    if (path / FILE).is_file():
        return Source(path, "contract", {"": load_contract(path)})
    if (path / MANIFEST).is_file():
        return Source(path, "release", {"": load_baseline(path)})
    if path.is_dir() or path.suffix in ENDINGS:
        return read_headers(path, reading, public_headers(path, reading))
    if not path.exists():
        raise AstraError("no such file or folder", str(path), "name a library, a header, a folder of headers, a contract, a snapshot or a frozen release")
    if is_snapshot(path):
        return of_snapshot(path, read_snapshot(path))
    return read_library(path, reading)


SNAPSHOT = "snapshot.json"
"""The models of a frozen release of a header contract."""


def of_snapshot(path: Path, snapshot: Snapshot) -> Source:
    return Source(path, snapshot.kind, snapshot.declared, snapshot.build)


def read_release(folder: Path, own_terms: bool = True) -> Source:
    """A frozen release of a header contract, with what was declared when it was frozen."""
    verify(folder)
    source = of_snapshot(folder, read_snapshot(folder / SNAPSHOT))
    return promised(source, load_declarations(folder)) if own_terms else source


def promised(source: Source, declared: Declarations) -> Source:
    """A side with what is declared of it. Refuses declarations that what was read contradicts."""
    if source.kind in ("contract", "release"):
        raise AstraError("declares everything itself, and takes no header contract", str(source.path), "leave out --contract")
    refuse_untrue(declared, {id(abi.functions): abi for abi in source.declared.values()}.values() if source.declared else [source.build.typed] if source.build and source.build.typed else ())
    build = source.build
    if build:
        build = replace(build, abi=declare(build.abi, declared), typed=build.typed and declare(build.typed, declared))
    made: dict[int, Abi] = {}
    for abi in source.declared.values():
        if id(abi.functions) not in made:
            made[id(abi.functions)] = declare(abi, declared)
    promises = {target: replace(made[id(abi.functions)], target=target) for target, abi in source.declared.items()}
    return replace(source, declared=promises, build=build)


def refuse_untrue(declared: Declarations, sides: Iterable[Abi]) -> None:
    problems = Problems()
    for where, what in untrue(declared, sides):
        problems.add(where, what)
    problems.refuse(str(declared.folder), "declare what is true of the library")


def public_headers(place: Path, reading: Reading) -> Headers:
    """The headers that the contract names, or those that the command line does."""
    if reading.contract and not reading.public:
        own = headers_of(reading.contract, place, all_there=False)
        return replace(own, include=(*own.include, *reading.include), defines=(*own.defines, *reading.defines), preamble=(*own.preamble, *reading.preamble))
    return find_headers(place, reading.include, reading.defines, reading.public, reading.preamble)


def wanted_targets(reading: Reading) -> tuple[str, ...]:
    return reading.targets or (reading.contract.targets if reading.contract else ())


def read_headers(path: Path, reading: Reading, headers: Headers) -> Source:
    return declared_by(path, reading, headers, wanted_targets(reading) or every_target(), None)


def declared_by(path: Path, reading: Reading, headers: Headers, targets: Sequence[str], own: str | None) -> Source:
    """What headers declare. A target that was asked for by name, or that a library is built for, must be readable."""
    main, skipped = own or next(iter(targets)), {}
    if not reading.contract or reading.public:
        headers = completed(headers, main)
    declared, refused = load_targets(headers, targets)
    if main in refused:
        left, skipped = standing(headers, main, anew=own is not None)  # a build tells what else was lost
        if skipped and left.files:
            headers = left
            declared, refused = load_targets(completed(headers, main), targets)
        skipped = skipped if left.files else {}
    if lost := [target for target in refused if target == own or target in wanted_targets(reading) or not declared]:
        first = main if main in lost else lost[0]
        raise Unreadable(f"the headers cannot be read for {first}: {refused[first]}", str(headers.root), REMEDY)
    return Source(path, "headers", declared, headers=headers, refused=refused, skipped=skipped)


class Unreadable(AstraError):
    """Headers that are there, and are no C."""


def of_cxx(path: Path, reading: Reading, own: str, error: Unreadable) -> Source:
    """A library of C++, whose headers are not read: what its build shows may still prove a break."""
    build = load_build(path, debug_file=reading.debug_file)
    if not any(name.startswith("_Z") for name in build.abi.image.symbols or ()):
        raise error
    return Source(path, "library", {}, build, refused={own: f"{error.what}: headers of C++ are not read"})


def read_library(path: Path, reading: Reading) -> Source:
    if not reading.headers:
        return Source(path, "library", {}, load_build(path, debug_file=reading.debug_file))
    own = target_of(path)
    targets = wanted_targets(reading) or (every_target() if reading.contract or reading.everywhere else ())
    try:
        promised = declared_by(path, reading, public_headers(reading.headers, reading), tuple(dict.fromkeys((own, *targets))), own)
    except Unreadable as error:
        return of_cxx(path, reading, own, error)
    told = declare(promised.declared[own], reading.contract) if reading.contract else promised.declared[own]
    build = load_build(path, told, promised.headers.names(), reading.debug_file)
    refuse_foreign(path, promised.headers.root, promised.declared[own], build)
    lost = left_open(promised.headers, promised.skipped, promised.declared[own], build.abi.image.symbols or ())
    unsaid = f"{lost[0]} cannot be included, and nothing else declares {lost[1]}: {promised.skipped[lost[0]]}" if lost else ""
    return replace(promised, kind="library", build=build, unsaid=unsaid)
