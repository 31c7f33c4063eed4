"""What the loader of this machine itself says about a new library: one consumer, linked to the old one, is bound to the new.

Only the program interpreter runs, and it only binds: no constructor and no resolver of either library. What could not
be asked is "not judged", never a verdict. Decides nothing that the static rules did not claim before.
"""

from __future__ import annotations

import platform
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..load.library import MACHINES, call
from ..loader import ABORTS, MISSING, NODE_MISSING, NULL, RESOLVES, WARNED, WRONG_NODE, Fate, Reference, bind, moved, offered
from ..model import Entry, Table
from .consumer import build, is_writable, not_proved, source
from .trace import Said, said_of

X86 = ("x86_64", "i386", "i686")
MOST_REFERENCES = 200_000
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


def prove(old: Path, new: Path, table: Table, scope: tuple[Table, ...], everything: bool = False) -> tuple[Asked, ...]:
    """The loader's word on every reference that the old library served and the new one does not serve in the same way.

    `table` is the old library's, `scope` the new one and what it needs. Raises an AstraError where nothing could be asked.
    """
    wanted = offered(table) if everything else moved(table, scope[0])
    asked = [(reference, entry, bind(reference, scope)) for reference, entry in wanted]
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


def refuse_foreign(path: Path) -> None:
    elf, here = call("read_elf", str(path)), MACHINES.get(platform.machine(), platform.machine())
    if elf["machine"] != here or not sys.platform.startswith("linux"):
        raise not_proved(f"built for {elf['machine']}, this machine is {here}", path, "compare on a machine of its kind, or without --prove")


def soname(path: Path) -> str:
    """The name by which programs linked to a library ask for it."""
    name = call("read_elf", str(path))["soname"] or path.name
    if "/" in name or name in (".", "..") or not name.isprintable():
        raise not_proved(f"its SONAME is {name!r}", path, "give it a SONAME that is a file name")
    return name


def ask(folder: Path, old: Path, new: Path, asked: list[tuple[Reference, Entry, Fate]]) -> tuple[Asked, ...]:
    """Builds the consumer beside links to both libraries, and has it bound to the new one."""
    name = soname(old)
    for side, path in (("old", old), ("new", new)):
        (folder / side).mkdir()
        (folder / side / name).symlink_to(path.resolve())
    writable = [is_writable(reference, entry) for reference, entry, _ in asked]
    (folder / "consumer.c").write_text(source([item[:2] for item, fits in zip(asked, writable) if fits]))
    build(folder, name)
    taken = {(item["name"], item["version"]) for item in call("read_references", str(folder / "consumer"))["references"]}
    said = said_of(folder, name, new)
    return tuple(judge(reference, fate, fits, taken, said) for (reference, _, fate), fits in zip(asked, writable))


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
