"""The old side, built once, and what becomes of each mutant: built, labelled by old programs and compilers, judged.

Refuses a header with which an old program does not even run on its own library.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Callable

from ..compare.reach import Reach
from ..model import Abi, AstraError
from .client import COMPILES, FAILS, MISLEADS, WARNS, Clients, misled, write_clients
from .label import BREAKING, COMPATIBLE, RISKY, UNLABELLED, Trace, evidence, misread, parse, renumbered, unshared
from .original import laid, reread
from .plan import STARTS, Mutant, load_kinds
from .print import printable
from .speech import clusters
from .witness import callable_, exported, library_text, lone, program_text
from .workshop import Stalled, build_plain, build_program, build_witness, run

MOST_CALLED = 8
PASSING = "passing"
"""The key of a result that says more of the machine than of the mutant: it is tried again."""
PROGRAMS = {"copies": ("-no-pie", "-fno-pie"), "shares": ("-pie", "-fPIC")}
"""A program that copies the library's variables, and one that uses them where they are."""
EXPECTED = {BREAKING: 1, RISKY: 0, COMPATIBLE: 0}
LEVELS = ("compatible", "risky", "breaking")


@dataclass(frozen=True)
class Ruling:
    """What the gate says: its exit code, the rules that were met, and the worst that they claim of programs and of sources."""

    code: int
    rules: tuple[str, ...] = ()
    worst: str = "compatible"
    source: str = "compatible"


Judge = Callable[[Path, Path, Path, Path], Ruling]
"""(old library, old headers, new library, new headers) -> what the gate says."""


@dataclass(frozen=True)
class Result:
    """What came of one mutant, and of compiling an old client again. `ruling` is None where the gate was not asked."""

    kind: str
    place: str
    label: str
    evidence: str
    ruling: Ruling | None = None
    source: str = ""
    source_evidence: str = ""
    key: str = ""

    @property
    def right(self) -> bool:
        return self.runs_right and self.compiles_right

    @property
    def runs_right(self) -> bool:
        """A risk must be told, and does not block."""
        if self.label == UNLABELLED:
            return True
        told = self.label != RISKY or self.ruling.worst == "risky"
        return self.ruling.code == EXPECTED[self.label] and told

    @property
    def compiles_right(self) -> bool:
        """What does not compile is told as that, what does is not, and warnings do not come unannounced."""
        if self.label == UNLABELLED or not self.source or self.ruling.code == 2:
            return True
        return self.ruling.source in {FAILS: LEVELS[2:], COMPILES: LEVELS[:2], WARNS: LEVELS[1:], MISLEADS: LEVELS[1:]}[self.source]


@dataclass(frozen=True)
class Bench:
    """The old side in each form that mutants start from."""

    work: Path
    abi: Abi
    judge: Judge
    keep: Path | None = None
    clients: dict[str, Clients] = field(default_factory=dict)
    aligns: dict[str, dict[str, int]] = field(default_factory=dict)
    traces: dict[tuple, Trace] = field(default_factory=dict)

    def old(self, start: str) -> Path:
        return self.work / start

    def prepare(self, start: str) -> None:
        """Builds the old library, its witness, the old programs, and a client as people write one."""
        folder, abi = self.old(start), STARTS[start](self.abi)
        text = program_text(abi)
        for problem in (
            build_plain(folder, abi), build_witness(folder, abi, library_text(abi, {item.name for item in exported(abi)}, lone(abi))),
            *(build_program(folder, text, name, *PROGRAMS[name]) for name in programs(abi)),
        ):
            if problem:
                raise AstraError(f"the unchanged header cannot be built: {problem}", self.abi.origin, "take another header, or report this one")
        self.clients[start] = write_clients(folder, abi)
        self.aligns[start] = {name: struct.align for name, struct in reread(abi, folder / "include").structs.items()}
        for mode in ("", "strict", "offset"):
            names = ["=variables", *(f"={name}" for name in lone(abi)), *(item.name for item in exported(abi))]
            trace = parse(*run(folder / "copies", folder, names, mode=mode))
            if trouble := trace.accidents or [text for text in (evidence(trace, trace),) if text]:
                raise AstraError(f"an old program does not run with its own library: {trouble[0]}", self.abi.origin, "report this header")

    def attempt(self, mutant: Mutant) -> Result:
        """Builds, labels and judges one mutant."""
        folder = Path(tempfile.mkdtemp(dir=self.work, prefix="mutant-"))
        try:
            result = self.tried(mutant, folder)
        except Stalled as stalled:
            return Result(mutant.kind, str(mutant.place), UNLABELLED, str(stalled), key=PASSING)
        else:
            if self.keep and not result.right:
                shutil.copytree(folder, self.keep / f"{mutant.kind}-{mutant.place}-{folder.name}", ignore=shutil.ignore_patterns("*.so*"))
            return result
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def tried(self, mutant: Mutant, folder: Path) -> Result:
        old = STARTS[mutant.start](self.abi)
        stepped = load_kinds(mutant.kind)[mutant.kind].apply(old, mutant.place)
        unlabelled = Result(mutant.kind, str(mutant.place), UNLABELLED, "")
        try:
            new = reread(stepped, folder / "include")
        except AstraError as error:
            return replace(unlabelled, evidence=error.what)
        found = self.weigh(mutant.start, old, stepped, new, folder)
        if found[0] == UNLABELLED:
            return replace(unlabelled, evidence=found[1])
        before = self.old(mutant.start)
        ruling = self.judge(before / "libmutant.so", before / "include", folder / "libmutant.so", folder / "include")
        return Result(mutant.kind, str(mutant.place), found[0], found[1], ruling, *found[2:])

    def weigh(self, start: str, old: Abi, stepped: Abi, new: Abi, folder: Path) -> tuple[str, str, str, str]:
        """Builds a new side; its label by old programs and why, and what becomes of a client that is compiled again and why."""
        if problem := build_plain(folder, stepped):
            return UNLABELLED, problem, "", ""
        label, why = self.labelled(start, old, replace(stepped, **settled(new)), folder)
        if label == UNLABELLED:
            return UNLABELLED, why, "", ""
        source, word = self.clients[start].label(folder / "include", folder / "libmutant.so")
        if source != FAILS and (moved := misled(old, new)):
            source, word = MISLEADS, moved
        return label, why, source, word

    def labelled(self, start: str, old: Abi, new: Abi, folder: Path) -> tuple[str, str]:
        """The label of a new side by what old programs meet."""
        shifted = {name for name, align in self.aligns[start].items() if name in new.structs and new.structs[name].align != align}
        called, there = affected(old, new, shifted), lone(new)
        taken = [name for name in lone(old) if name in there and (name in shifted or is_other(old, new, name))]
        if problem := build_witness(folder, new, library_text(new, set(called), taken)):
            return UNLABELLED, problem
        names = ["=variables", *(f"={name}" for name in taken), *(name for name in called if name in old.functions)]
        turns = max((len(told) for name in taken if name in old.structs for told in clusters(old.structs[name])), default=1)
        runs = [(program, turn, "") for program in programs(old) for turn in range(turns)]
        runs += [("copies", 0, "offset")] * bool(shifted) + [("copies", 0, "strict")] * other_access(old, new)
        doubt = ""
        for program, turn, mode in runs:
            reference = self.reference(start, program, turn, mode, names)
            trace = parse(*run(self.old(start) / program, folder, names, turn, mode))
            if why := evidence(reference, trace):
                if mode != "strict":
                    return BREAKING, why
                doubt = doubt or f"{why}, once a side uses what const allows it"
            doubt = doubt or misread(reference, trace) or unshared(reference, trace)
        label, why = renumbered(old, new)
        silent = [name for name in called if name in old.functions and not callable_(old, old.functions[name]) and signature(old, name) != signature(new, name)]
        if silent and label != BREAKING:
            return UNLABELLED, f"{silent[0]} takes a va_list, which no program here passes"
        return (RISKY, doubt) if doubt and label == COMPATIBLE else (label, why)

    def reference(self, start: str, program: str, turn: int, mode: str, names: list[str]) -> Trace:
        """The same run with the old library."""
        key = (start, program, turn, mode, *names)
        if key not in self.traces:
            self.traces[key] = parse(*run(self.old(start) / program, self.old(start), names, turn, mode))
        return self.traces[key]


def programs(abi: Abi) -> tuple[str, ...]:
    """Programs differ in what they do with variables alone."""
    return tuple(PROGRAMS) if abi.variables else ("copies",)


def settled(new: Abi) -> dict:
    """The parts of a model that the compiler has the last word on."""
    return {"structs": new.structs, "functions": new.functions, "enums": new.enums, "typedefs": new.typedefs, "variables": new.variables, "macros": new.macros, "opaque": new.opaque}


def affected(old: Abi, new: Abi, shifted: set[str]) -> list[str]:
    """Functions that a step can touch, and two others; at most so many."""
    reach = Reach(old)
    changed = [name for name, item in old.functions.items() if new.functions.get(name) != replace(item, where=new.functions[name].where if name in new.functions else "")]
    for name in old.structs.keys() | new.structs.keys():
        if name in shifted or is_other(old, new, name):
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


def other_access(old: Abi, new: Abi) -> bool:
    """Whether what may be written is not what it was: only then is it worth a run."""
    if any(item.constant != new.variables[name].constant for name, item in old.variables.items() if name in new.variables):
        return True
    return any(signature(old, name) != signature(new, name) for name in old.functions if name in new.functions) or any(
        fields_of(old, name) != fields_of(new, name) for name in old.structs if name in new.structs
    )


def is_other(old: Abi, new: Abi, name: str) -> bool:
    """Whether a struct, or what a name stands for, is not what it was. A struct that holds one is another one too."""
    if name in old.typedefs and name not in old.structs:
        return name in new.typedefs and old.typedefs[name].type != new.typedefs[name].type
    if name not in old.structs or name not in new.structs or not printable(old, name):
        return True
    return laid(old, name)[0::2] != laid(new, name)[0::2] or fields_of(old, name) != fields_of(new, name) or old.structs[name].union != new.structs[name].union


def fields_of(abi: Abi, name: str) -> tuple:
    return tuple((field.name, field.type) for field in abi.structs[name].fields if field.name)
