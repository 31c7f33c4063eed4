"""Single-step changes of a header, built for real, labelled by an old program that runs on them, and judged by the gate.

Owns the plan, the workers and the journal. Refuses a header that does not survive being printed and read again.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import multiprocessing
import pkgutil
import shutil
import tempfile
from dataclasses import asdict, dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Callable, Iterator

from ..compare import compare
from ..compare.reach import Reach
from ..load.headers import HOST, find_headers, load_headers
from ..load.intake import read_text
from ..model import Abi, AstraError, Image
from . import kinds as kinds_package
from .label import BREAKING, COMPATIBLE, UNLABELLED, evidence, parse, renumbered
from .place import Place, functions
from .print import header
from .witness import callable_, exported, library_text, lone, program_text
from .workshop import build_plain, build_program, build_witness, run

MOST_PLACES = 50
MOST_CALLED = 8
PROGRAMS = {"copies": ("-no-pie", "-fno-pie"), "shares": ("-pie", "-fPIE")}
"""A program that copies the library's variables, and one that uses them where they are."""
EXPECTED = {BREAKING: 1, COMPATIBLE: 0}
Judge = Callable[[Path, Path, Path, Path], tuple[int, list[str]]]
"""(old library, old headers, new library, new headers) -> the exit code and the rules that were met."""


@dataclass(frozen=True)
class Mutant:
    """One step at one place. `versioned`: both sides are built with version nodes."""

    kind: str
    place: Place
    versioned: bool = False

    def __str__(self) -> str:
        return f"{self.kind}: {self.place}"


@dataclass(frozen=True)
class Result:
    """What came of one mutant. `code` is the gate's exit code; None where it was not asked."""

    kind: str
    place: str
    label: str
    evidence: str
    code: int | None
    rules: tuple[str, ...] = ()
    key: str = ""

    @property
    def right(self) -> bool:
        return self.label == UNLABELLED or self.code == EXPECTED[self.label]


def load_kinds(pattern: str = "*") -> dict[str, object]:
    names = sorted(module.name for module in pkgutil.iter_modules(kinds_package.__path__))
    found = {name: importlib.import_module(f"{kinds_package.__name__}.{name}") for name in names if fnmatchcase(name, pattern)}
    if not found:
        raise AstraError(f"no kind matches '{pattern}'", "", f"name one of: {', '.join(names)}")
    return found


def read(path: Path, include: tuple[Path, ...] = ()) -> Abi:
    return load_headers(find_headers(path, include), (HOST,))[HOST]


def original(path: Path, include: tuple[Path, ...], work: Path) -> Abi:
    """The header's model, as it is after being printed. Refuses one that printing changes."""
    given = read(path, include)
    loose = replace(given, structs={name: replace(item, align=None) for name, item in given.structs.items()})
    first = reread(loose, work)
    tight = {
        name: replace(item, align=given.structs[name].align if first.structs[name] != given.structs[name] and laid(first, name) != laid(given, name) else None)
        for name, item in loose.structs.items() if name in first.structs
    }
    own = replace(loose, structs=tight)
    second = reread(own, work)
    if changes := [change for change in compare(given, second) if not change.kind.startswith("macro")]:
        raise AstraError(f"is another one when it is printed again: {changes[0].kind} at {changes[0].subject}", str(path), "take another header, or report this one")
    for name, item in given.structs.items():
        if name in second.structs and laid(given, name) != laid(second, name):
            raise AstraError(f"'{name}' has {item.size} bytes and {second.structs[name].size} when it is printed again", str(path), "take another header, or report this one")
    return replace(second, structs={name: replace(item, align=tight[name].align) for name, item in second.structs.items() if name in tight})


def laid(abi: Abi, name: str) -> tuple:
    struct = abi.structs[name]
    return struct.size, struct.align, tuple((field.name, field.begin, field.width) for field in struct.fields)


def reread(abi: Abi, work: Path) -> Abi:
    """What a compiler makes of the printed model."""
    work.mkdir(parents=True, exist_ok=True)
    file = work / "mutant.h"
    file.write_text(header(abi))
    return replace(read(file), image=abi.image, note=abi.note)


def with_nodes(abi: Abi) -> Abi:
    """The same library with its symbols in two version nodes."""
    names = sorted([item.name for item in functions(abi)] + [*abi.variables])
    half = max(1, len(names) // 2)
    return replace(abi, image=Image(soname="libmutant.so.1", nodes=("V1", "V2"), symbols={name: f"V{1 + (index >= half)}" for index, name in enumerate(names)}))


def plan(abi: Abi, pattern: str, seed: int, sample: int | None) -> list[Mutant]:
    """Every kind's places, at most so many of each, chosen by their names alone."""
    table: list[list[Mutant]] = []
    for name, kind in load_kinds(pattern).items():
        places, versioned = [*(kind.places(abi) or ())], False
        if not places:
            places, versioned = [*(kind.places(with_nodes(abi)) or ())], True
        ranked = sorted(set(places), key=lambda place: hashlib.sha256(f"{seed}/{name}/{place}".encode()).digest())
        table.append([Mutant(name, place, versioned) for place in ranked[:MOST_PLACES]])
    spread = [mutants[row] for row in range(MOST_PLACES) for mutants in table if row < len(mutants)]
    return sorted(spread[:sample], key=lambda mutant: (mutant.kind, mutant.place)) if sample else [mutant for mutants in table for mutant in mutants]


@dataclass(frozen=True)
class Bench:
    """The old side, built once, on which all mutants are tried."""

    work: Path
    abi: Abi
    judge: Judge
    keep: Path | None = None

    def old(self, versioned: bool) -> Path:
        return self.work / ("versioned" if versioned else "plain")

    def start(self, versioned: bool) -> Abi:
        return with_nodes(self.abi) if versioned else self.abi

    def prepare(self, versioned: bool) -> None:
        """Builds the old library, its witness and the old programs."""
        folder, abi = self.old(versioned), self.start(versioned)
        for problem in (
            build_plain(folder, abi), build_witness(folder, abi, library_text(abi, {item.name for item in exported(abi)}, lone(abi))),
            *(build_program(folder, program_text(abi), name, *flags) for name, flags in PROGRAMS.items()),
        ):
            if problem:
                raise AstraError(f"the unchanged header cannot be built: {problem}", self.abi.origin, "take another header, or report this one")
        trace = parse(*run(folder / "copies", folder, ["=variables", *(f"={name}" for name in lone(abi)), *(item.name for item in exported(abi))]))
        if trouble := trace.accidents or [text for text in (evidence(trace, trace),) if text]:
            raise AstraError(f"an old program does not run with its own library: {trouble[0]}", self.abi.origin, "report this header")

    def attempt(self, mutant: Mutant) -> Result:
        """Builds, labels and judges one mutant."""
        folder = Path(tempfile.mkdtemp(dir=self.work, prefix="mutant-"))
        try:
            result = self.tried(mutant, folder)
            if self.keep and not result.right:
                shutil.copytree(folder, self.keep / f"{mutant.kind}-{folder.name}", ignore=shutil.ignore_patterns("*.so*"))
            return result
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def tried(self, mutant: Mutant, folder: Path) -> Result:
        old = self.start(mutant.versioned)
        stepped = load_kinds(mutant.kind)[mutant.kind].apply(old, mutant.place)
        try:
            new = reread(stepped, folder / "include")
        except AstraError as error:
            return Result(mutant.kind, str(mutant.place), UNLABELLED, error.what, None)
        if problem := build_plain(folder, stepped):
            return Result(mutant.kind, str(mutant.place), UNLABELLED, problem, None)
        label, why = self.labelled(mutant, old, replace(stepped, **settled(stepped, new)), folder)
        if label == UNLABELLED:
            return Result(mutant.kind, str(mutant.place), label, why, None)
        before = self.old(mutant.versioned)
        code, rules = self.judge(before / "libmutant.so", before / "include", folder / "libmutant.so", folder / "include")
        return Result(mutant.kind, str(mutant.place), label, why, code, tuple(rules))

    def labelled(self, mutant: Mutant, old: Abi, new: Abi, folder: Path) -> tuple[str, str]:
        """The label of a mutant by what old programs meet."""
        called, taken = affected(self.abi, new), [name for name in lone(old) if is_other(old, new, name)]
        if problem := build_witness(folder, new, library_text(new, set(called), taken)):
            return UNLABELLED, problem
        before = self.old(mutant.versioned)
        turns = max((len(old.structs[name].fields) for name in taken if name in old.structs and old.structs[name].union), default=1)
        for program, turn in [(program, turn) for program in (PROGRAMS if old.variables else ("copies",)) for turn in range(turns)]:
            names = ["=variables", *(f"={name}" for name in taken), *(name for name in called if name in old.functions)]
            reference = parse(*run(before / program, before, names, turn))
            if why := evidence(reference, parse(*run(before / program, folder, names, turn))):
                return BREAKING, why
        why = renumbered(old, new)
        silent = [name for name in called if name in old.functions and not callable_(old, old.functions[name]) and signature(old, name) != signature(new, name)]
        if silent and not why:
            return UNLABELLED, f"{silent[0]} takes a va_list, which no program here passes"
        return (BREAKING, why) if why else (COMPATIBLE, "")


def settled(stepped: Abi, new: Abi) -> dict:
    """The parts of a model that the compiler has the last word on."""
    return {"structs": new.structs, "functions": new.functions, "enums": new.enums, "typedefs": new.typedefs, "variables": {name: replace(item, constant=stepped.variables[name].constant) for name, item in new.variables.items()}, "macros": new.macros, "opaque": new.opaque}


def affected(old: Abi, new: Abi) -> list[str]:
    """Functions that a step can touch, and two others; at most so many."""
    reach = Reach(old)
    changed = [name for name, item in old.functions.items() if new.functions.get(name) != replace(item, where=new.functions[name].where if name in new.functions else "")]
    for name in old.structs.keys() | new.structs.keys():
        if is_other(old, new, name):
            changed += reach.reached_by(f"struct:{name}")
    for name, enum in old.enums.items():
        if name not in new.enums or new.enums[name].type != enum.type:
            changed += reach.reached_by(f"enum:{name}")
    rest = [item.name for item in exported(old) if item.name not in changed]
    chosen = sorted(dict.fromkeys(changed), key=lambda name: hashlib.sha256(name.encode()).digest())[:MOST_CALLED]
    return chosen + rest[:2]


def signature(abi: Abi, name: str) -> tuple | None:
    function = abi.functions.get(name)
    return (function.returns, tuple(param.type for param in function.params)) if function else None


def is_other(old: Abi, new: Abi, name: str) -> bool:
    """Whether a struct, or what a name stands for, is not what it was. A struct that holds one is another one too."""
    if name in old.typedefs and name not in old.structs:
        return name in new.typedefs and old.typedefs[name].type != new.typedefs[name].type
    if name not in old.structs or name not in new.structs:
        return True
    return laid(old, name)[0::2] != laid(new, name)[0::2] or fields_of(old, name) != fields_of(new, name) or old.structs[name].union != new.structs[name].union


def fields_of(abi: Abi, name: str) -> tuple:
    return tuple((field.name, field.type) for field in abi.structs[name].fields)


BENCH: Bench | None = None


def attempt(numbered: tuple[Mutant, str]) -> Result:
    mutant, key = numbered
    return replace(BENCH.attempt(mutant), key=key)


def try_all(bench: Bench, mutants: list[Mutant], jobs: int, journal: Path | None, report: Callable[[int, int], None]) -> Iterator[Result]:
    """Every mutant's result. What a journal holds of the same header is taken from there."""
    global BENCH
    text = header(bench.abi)
    keyed = [(mutant, hashlib.sha256(f"{text}\0{mutant}\0{mutant.versioned}".encode()).hexdigest()[:24]) for mutant in mutants]
    known = read_journal(journal)
    found = [known[key] for _, key in keyed if key in known]
    waiting = [(mutant, key) for mutant, key in keyed if key not in known]
    yield from found
    done = len(found)
    for versioned in sorted({mutant.versioned for mutant, _ in waiting}):
        bench.prepare(versioned)
    BENCH = bench
    with multiprocessing.get_context("fork").Pool(jobs, maxtasksperchild=40) as pool:
        for result in pool.imap_unordered(attempt, waiting):
            done += 1
            report(done, len(keyed))
            if journal:
                with journal.open("a") as file:
                    file.write(json.dumps(asdict(result)) + "\n")
            yield result


def read_journal(journal: Path | None) -> dict[str, Result]:
    """Results by key. A line that a killed run left unfinished is left out."""
    found = {}
    for line in read_text(journal).splitlines() if journal and journal.is_file() else ():
        try:
            row = json.loads(line)
            found[row["key"]] = Result(**{**row, "rules": tuple(row["rules"])})
        except (ValueError, KeyError, TypeError):
            continue
    return found
