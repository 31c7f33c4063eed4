"""What the loader of this machine itself says about a new library: one consumer, linked to the old one, is bound to the new.

Only the program interpreter runs, and it only binds: no constructor and no resolver of either library. What could not
be asked is "not judged", never a verdict. Decides nothing that the static rules did not claim before.
"""

from __future__ import annotations

import platform
import re
import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Callable

from .contained import Ended, run
from .load.library import MACHINES, call
from .loader import ABORTS, MISSING, NODE_MISSING, NULL, RESOLVES, WARNED, WRONG_NODE, Fate, Reference, bind, offered
from .model import AstraError, Entry, Table

SECONDS = 60.0
X86 = ("x86_64", "i386", "i686")
GRIEF = (-signal.SIGFPE, -signal.SIGSEGV, -signal.SIGABRT)
"""Ways in which the loader ends when it comes to grief without a word."""
MOST_REFERENCES = 200_000
WRITABLE_NAME = re.compile(r"[A-Za-z0-9_.$]+")
"""Names that an assembler takes without being misled."""
UNDEFINED, NOT_JUDGED = "undefined", "not judged"
SEEN_AS = {RESOLVES: RESOLVES, NULL: RESOLVES, WARNED: WARNED, NODE_MISSING: NODE_MISSING, WRONG_NODE: UNDEFINED, MISSING: UNDEFINED, ABORTS: ABORTS}
"""What a fate looks like from outside."""
WORDS = {
    RESOLVES: "it is bound", WARNED: "it is bound, with the warning 'no version information available'",
    NODE_MISSING: "version not found", UNDEFINED: "undefined symbol", ABORTS: "the loader itself comes to grief",
}


@dataclass(frozen=True)
class Asked:
    """One reference of the consumer, what the static rules say of it, and what the loader said."""

    reference: Reference
    fate: Fate
    seen: str = NOT_JUDGED
    why: str = ""

    @property
    def claimed(self) -> str:
        return SEEN_AS[self.fate.outcome]

    @property
    def contradicted(self) -> bool:
        return self.seen != NOT_JUDGED and self.seen != self.claimed


@dataclass(frozen=True)
class Said:
    """What the loader printed, in parts."""

    lost_nodes: frozenset[str] = frozenset()
    undefined: frozenset[tuple[str, str | None]] = frozenset()
    unversioned: bool = False
    aborted: bool = False
    not_found: tuple[str, ...] = ()
    places: dict[str, str] = field(default_factory=dict)


def prove(old: Path, new: Path, table: Table, scope: tuple[Table, ...], everything: bool = False) -> tuple[Asked, ...]:
    """The loader's word on every reference that the old library served and the new one does not serve in the same way.

    `table` is the old library's, `scope` the new one and what it needs. Raises an AstraError where nothing could be asked.
    """
    asked = [
        (reference, entry, bind(reference, scope)) for reference, entry in offered(table)
        if everything or not unmoved(table, entry, scope[0])
    ]
    if not asked:
        return ()
    if len(asked) > MOST_REFERENCES:
        raise not_proved(f"{len(asked)} symbols are more than one consumer can hold", new, "compare without --prove")
    for path in (old, new):
        refuse_foreign(path)
    # One that ends the loader keeps it from what comes after, and so would a lost node, were this no trace.
    groups = [[item for item in asked if group(item[2]) == outcome] for outcome in (RESOLVES, NODE_MISSING, ABORTS)]
    found: list[Asked] = []
    for chosen in filter(None, groups):
        with tempfile.TemporaryDirectory(prefix="astra-prove-") as folder:
            found += ask(Path(folder), old, new, chosen)
    return tuple(found)


def group(fate: Fate) -> str:
    return fate.outcome if fate.outcome in (NODE_MISSING, ABORTS) else RESOLVES


def not_proved(why: str, where: Path, do_this: str) -> AstraError:
    return AstraError(f"not proved: {why}", str(where), do_this)


def unmoved(old: Table, entry: Entry, new: Table) -> bool:
    """Whether a symbol is trivially the same: the same kind, in the same version, given out alike."""
    if old.versioned != new.versioned or (node := old.node(entry)) and node not in (new.defined or ()):
        return False
    return any(
        (new.node(other), other.hidden, other.kind, other.visibility, other.placed) == (node, entry.hidden, entry.kind, entry.visibility, True)
        and (node is not None or other.index <= 1) for other in new.entries.get(entry.name, ())
    )


def refuse_foreign(path: Path) -> None:
    elf, here = call("read_elf", str(path)), MACHINES.get(platform.machine(), platform.machine())
    if elf["machine"] != here or not sys.platform.startswith("linux"):
        raise not_proved(f"built for {elf['machine']}, this machine is {here}", path, "compare on a machine of its kind, or without --prove")


def ask(folder: Path, old: Path, new: Path, asked: list[tuple[Reference, Entry, Fate]]) -> tuple[Asked, ...]:
    """Builds the consumer beside links to both libraries, and has it bound to the new one."""
    name = soname(old)
    for side, path in (("old", old), ("new", new)):
        (folder / side).mkdir()
        (folder / side / name).symlink_to(path.resolve())
    writable = [is_writable(reference, entry) for reference, entry, _ in asked]
    (folder / "consumer.c").write_text(source([item for item, fits in zip(asked, writable) if fits]))
    build(folder, name)
    taken = {(item["name"], item["version"]) for item in call("read_references", str(folder / "consumer"))["references"]}
    ended, interpreter = trace(folder, new)
    said = listen(f"{ended.out}\n{ended.err}", folder / "consumer")
    if ended.code in GRIEF:
        said = replace(said, aborted=True)
    refuse_silence(said, ended, folder, name, new, interpreter)
    return tuple(judge(reference, fate, fits, taken, said) for (reference, _, fate), fits in zip(asked, writable))


def is_writable(reference: Reference, entry: Entry) -> bool:
    """Whether an assembler takes the names as they are. A node is written only if the linker does not add it by itself."""
    names = (reference.name, reference.node) if entry.hidden and reference.node else (reference.name,)
    return all(WRITABLE_NAME.fullmatch(name) for name in names)


def soname(path: Path) -> str:
    """The name by which programs linked to a library ask for it."""
    name = call("read_elf", str(path))["soname"] or path.name
    if "/" in name or name in (".", "..") or not name.isprintable():
        raise not_proved(f"its SONAME is {name!r}", path, "give it a SONAME that is a file name")
    return name


def source(asked: list[tuple[Reference, Entry, Fate]]) -> str:
    """C that takes every symbol once: by its plain name where the linker gives out that version, else by name and version."""
    lines, plain = [], []
    for number, (reference, entry, _) in enumerate(asked):
        if reference.node is not None and entry.hidden:
            label = ""
            lines.append(f'__asm__(".symver s{number}, {reference.name}@{reference.node}");')
        else:
            label = f' __asm__("{reference.name}")'
        if entry.kind == "tls":
            lines.append(f"extern __thread char s{number}[]{label}; void *t{number}(void) {{ return s{number}; }}")
        else:
            lines.append(f"extern char s{number}[]{label};")
            plain.append(f"s{number}")
    lines.append(f"void *taken[] = {{ {', '.join([*plain, '(void *)0'])} }};")
    lines.append("void _start(void) {}")
    return "\n".join(lines)


def build(folder: Path, name: str) -> None:
    compiler = c_compiler()
    flags = ("-w", "-O0", "-fPIC", "-pie", "-nostdlib", "-nostartfiles", "-Lold", f"-l:{name}")
    linker = ("-Wl,--no-as-needed", "-Wl,--allow-shlib-undefined", "-Wl,-e,_start")
    command = (*compiler, "consumer.c", "-o", "consumer", *linker, *flags)
    ended = run(command, cwd=folder, environment=compiler_environment(folder), seconds=SECONDS * 2, memory=None)
    if ended.code != 0:
        raise not_proved(f"no consumer of the old library could be linked: {first_complaint(ended)}", folder / "old" / name, "compare without --prove")


def c_compiler() -> tuple[str, ...]:
    for name in ("cc", "gcc", "clang"):
        if found := shutil.which(name):
            return (found,)
    from importlib.util import find_spec

    if find_spec("ziglang"):
        return (sys.executable, "-m", "ziglang", "cc")
    raise AstraError("not proved: no C compiler", "", "install gcc or clang, or `pip install ziglang`")


def compiler_environment(folder: Path) -> dict[str, str]:
    import os

    wanted = {name: os.environ[name] for name in ("PATH", "HOME", "ZIG_GLOBAL_CACHE_DIR", "XDG_CACHE_HOME") if name in os.environ}
    return {**wanted, "TMPDIR": str(folder), "LC_ALL": "C"}


def first_complaint(ended: Ended) -> str:
    lines = [line for line in ended.err.splitlines() if "error" in line or "undefined" in line] or ended.err.splitlines()
    return lines[0][:300] if lines else f"the compiler {ended.manner}"


def trace(folder: Path, new: Path) -> tuple[Ended, str]:
    """Has the program interpreter bind the consumer, and nothing more."""
    interpreter = call("read_elf", str(folder / "consumer"))["interpreter"]
    if not interpreter or not re.search(r"/ld(64)?(-linux[^/]*)?\.so\.\d+$", interpreter):
        raise not_proved(f"the loader of this system ({interpreter}) is not glibc's", new, "compare on a system with glibc")
    environment = {
        "LD_LIBRARY_PATH": ":".join(map(str, (folder / "new", *near(new)))),
        "LD_TRACE_LOADED_OBJECTS": "1", "LD_BIND_NOW": "1", "LD_WARN": "yes", "LC_ALL": "C",
    }
    return run((interpreter, str(folder / "consumer")), cwd=folder, environment=environment, seconds=SECONDS), interpreter


def near(new: Path) -> tuple[Path, ...]:
    """Where the new library looks for others: a link to it must not change that."""
    elf, home = call("read_elf", str(new)), new.resolve().parent
    search = [part for part in (elf["runpath"] or elf["rpath"] or "").split(":") if part.startswith(("$ORIGIN", "${ORIGIN}"))]
    origin = [home / re.sub(r"^\$(\{ORIGIN\}|ORIGIN)/?", "", part) for part in search]
    return tuple(place for place in (*origin, home) if ":" not in str(place) and ";" not in str(place))


LOST_NODE = re.compile(r": version `(.*)' not found \(required by (.*)\)$")
UNVERSIONED = re.compile(r": no version information available \(required by (.*)\)$")
UNDEFINED_SYMBOL = re.compile(r"^undefined symbol: (.*?)(?:, version (.*?))?\t\((.*)\)$")
ELSEWHERE = re.compile(r"^symbol (.*), version (.*) not defined in file (.*) with link time reference\t\((.*)\)$")
PLACE = re.compile(r"^\t(\S+) => (.+?)(?: \(0x[0-9a-f]+\))?$")


def listen(text: str, consumer: Path) -> Said:
    """What a trace says of the consumer; what it says of the libraries among themselves is not asked."""
    lost, undefined, places, not_found = set(), set(), {}, []
    unversioned = aborted = False
    for line in text.splitlines():
        if found := LOST_NODE.search(line):
            if same(found[2], consumer):
                lost.add(found[1])
        elif found := UNVERSIONED.search(line):
            unversioned |= same(found[1], consumer)
        elif found := UNDEFINED_SYMBOL.match(line):
            if same(found[3], consumer):
                undefined.add((found[1], found[2]))
        elif found := ELSEWHERE.match(line):
            if same(found[4], consumer):
                undefined.add((found[1], found[2]))
        elif found := PLACE.match(line):
            places[found[1]] = found[2]
            if found[2] == "not found":
                not_found.append(found[1])
        elif line.startswith("Inconsistency detected by ld.so"):
            aborted = True
    return Said(frozenset(lost), frozenset(undefined), unversioned, aborted, tuple(not_found), places)


def same(said: str, consumer: Path) -> bool:
    return Path(said).name == consumer.name and (not said.startswith("/") or Path(said) == consumer)


def refuse_silence(said: Said, ended: Ended, folder: Path, name: str, new: Path, interpreter: str) -> None:
    """A trace that did not come to its end, or that bound the consumer to something else, proves nothing."""
    if said.not_found:
        raise not_proved(f"not judged, since {', '.join(said.not_found)} is not found here", new, "install what it needs, or compare without --prove")
    if said.places.get(name) != str(folder / "new" / name):
        what = ended.err.strip().splitlines() or [f"it {ended.manner}"]
        raise not_proved(f"{interpreter} did not load it: {what[0][:300]}", new, "see to it that it loads, or compare without --prove")
    if ended.code not in (0, 1) and not said.aborted:
        raise not_proved(f"{interpreter} {ended.manner}", new, "compare without --prove")


def judge(reference: Reference, fate: Fate, fits: bool, taken: set[tuple[str, str | None]], said: Said) -> Asked:
    key = reference.name, reference.node
    if not fits:
        return Asked(reference, fate, why="its name cannot be written in C")
    if key not in taken:
        return Asked(reference, fate, why="the linker did not take it from the old library")
    if reference.node in said.lost_nodes:
        return Asked(reference, fate, NODE_MISSING)
    if key in said.undefined:
        return Asked(reference, fate, UNDEFINED)
    if said.aborted:
        return Asked(reference, fate, ABORTS)
    if fate.outcome == ABORTS and fate.entry is not None and platform.machine() not in X86:
        return Asked(reference, fate, why="this processor divides by zero in silence")
    return Asked(reference, fate, WARNED if said.unversioned and reference.node else RESOLVES)


def text_of(item: Asked) -> str:
    """A proof in words, which begin with what it amounts to."""
    if item.seen == NOT_JUDGED:
        return f"not judged: {item.why}"
    shown = WORDS[item.seen]
    if item.seen in (UNDEFINED, NODE_MISSING):
        shown += f": {item.reference.name}" + (f", version {item.reference.node}" if item.reference.node else "")
    if item.contradicted:
        return f"contradicted: the rules say '{WORDS[item.claimed]}', the loader '{shown}'"
    return f"yes: {shown}"
