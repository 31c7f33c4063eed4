"""The loader's rules, held against the loader itself: every case is built, and an old program meets the new library.

The rules read the program and the new library; the loader runs the one with the other. Both must agree.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

import pytest

from astra_abi.compare.taking import reference_of
from astra_abi.load.library import call, read_image
from astra_abi.load.neighbours import find_neighbours
from astra_abi.load.program import load_program
from astra_abi.loader import ABORTS, MISSING, NODE_MISSING, NULL, RESOLVES, WARNED, WRONG_NODE, Fate, Reference, bind, table_of
from astra_abi.model import Image
from astra_abi.prove import NOT_JUDGED, prove
from releases import CALLS_LIBC, NAME, Elf, library, program, random_release, start, traced, undefined

F, G = "int f(void) { return 0; }\n", "int g(void) { return 0; }\n"
NEW_F = '__asm__(".symver f_1, f@V1, remove"); int f_1(void) { return 0; }\n__asm__(".symver f_2, f@@V2, remove"); int f_2(void) { return 0; }\n'
HIDDEN_F = '__asm__(".symver f_1, f@{}, remove"); int f_1(void) {{ return 0; }}\n'
V1 = "V1 { global: f; g; local: *; };"
V1_V2 = "V1 { global: f; local: *; }; V2 { global: g; } V1;"
OPEN = "V1 { }; V2 { };"
"""Nodes to which the source gives symbols, and that leave all others without a version."""
CALLS = "int f(void), g(void); int main(int c, char **v) { return c > 1 ? f() + g() : 0; }"
CALLS_F = "int f(void); int main(int c, char **v) { return c > 1 ? f() : 0; }"
CALLS_WEAK = "int f(void); __attribute__((weak)) int g(void); int main(int c, char **v) { return c > 1 ? f() + (g ? g() : 0) : 0; }"
READS = "extern int f; int main(int c, char **v) { return c > 1 ? f : 0; }"
READS_TLS = "extern __thread int f; int main(int c, char **v) { return c > 1 ? f : 0; }"
WITH_LIBC = ("-Wl,--no-as-needed", "-lc")
BASE = "libbase.so.1"


@dataclass(frozen=True)
class Case:
    """Two releases, a client of the first, and what becomes of each of its references with the second."""

    old: tuple
    new: tuple
    fates: dict[str, str]
    client: str = CALLS
    base: tuple | None = None
    """A library that the new one needs."""
    patch: Callable[[Path], None] | None = None
    patch_client: Callable[[Path], None] | None = None
    flags: tuple = field(default=())


CASES = {
    # As it was, and gone.
    "nothing changed": Case((F + G, V1), (F + G, V1), {"f@V1": RESOLVES, "g@V1": RESOLVES}),
    "nothing changed without versions": Case((F + G,), (F + G,), {"f": RESOLVES, "g": RESOLVES}),
    "a symbol with a version is gone": Case((F + G, V1), (F, V1), {"f@V1": RESOLVES, "g@V1": MISSING}),
    "a symbol without a version is gone": Case((F + G,), (F,), {"f": RESOLVES, "g": MISSING}),
    "a symbol is only taken from elsewhere now": Case(
        (F + G,), (F + "extern int g(void); int calls(void) { return g(); }",), {"f": RESOLVES, "g": MISSING}, flags=("-Wl,-z,lazy",)),
    "data is gone": Case(("int f = 3;", V1), (G, V1), {"f@V1": MISSING}, READS),
    "thread-local data is gone": Case(("__thread int f = 3;", V1), (G, V1), {"f@V1": MISSING}, READS_TLS),
    "a node stays without its symbols": Case((F + G, V1_V2), (F, "V1 { global: f; local: *; }; V2 { };"), {"f@V1": RESOLVES, "g@V2": MISSING}),
    # Version moves.
    "a node is removed": Case((F + G, V1_V2), (F + G, V1), {"f@V1": RESOLVES, "g@V2": NODE_MISSING}),
    "a node is renamed": Case((F + G, V1), (F + G, V1.replace("V1", "W1")), {"f@V1": NODE_MISSING, "g@V1": NODE_MISSING}),
    "a symbol moved between existing nodes": Case((F + G, V1), (F + G, V1_V2), {"f@V1": RESOLVES, "g@V1": WRONG_NODE}),
    "the default moved to a new node, the old one is kept": Case((F + G, V1), (NEW_F + G, "V1 { global: g; }; V2 { };"), {"f@V1": RESOLVES, "g@V1": RESOLVES}),
    "the default moved to a new node, nothing is kept": Case((F, V1), (F + G, "V1 { global: g; local: *; }; V2 { global: f; };"), {"f@V1": WRONG_NODE}, CALLS_F),
    "a symbol lost its version among nodes": Case((F + G, V1), (F + G, "V1 { global: f; };"), {"f@V1": RESOLVES, "g@V1": RESOLVES}),
    "a symbol lost its version and its node": Case((F + G, V1_V2), (F + G, "V1 { global: f; };"), {"f@V1": RESOLVES, "g@V2": NODE_MISSING}),
    "all versions are dropped, but libc is asked for its own": Case((F + G, V1), (F + G + CALLS_LIBC, None, *WITH_LIBC), {"f@V1": WARNED, "g@V1": WARNED}),
    "all versions are dropped and a symbol with them": Case((F + G, V1), (F + CALLS_LIBC, None, *WITH_LIBC), {"f@V1": WARNED, "g@V1": MISSING}),
    "all versions are dropped, and with them the version table": Case((F, V1), (F,), {"f@V1": ABORTS}, CALLS_F),
    "the version table is gone, and the symbol too": Case((F, V1), (G,), {"f@V1": MISSING}, CALLS_F),
    "a symbol is in a node whose name is the library's": Case(
        (F, f"{NAME} {{ global: f; local: *; }};"), (F + G, "V1 { global: f; g; local: *; };"), {f"f@{NAME}": WRONG_NODE}, CALLS_F),
    # Programs that ask for no version.
    "a symbol got a version": Case((F + G,), (F + G, V1), {"f": RESOLVES, "g": RESOLVES}),
    "a symbol got a later version": Case((F + G,), (F + G, V1_V2), {"f": RESOLVES, "g": RESOLVES}),
    "a symbol got a later version that is hidden": Case((F,), (HIDDEN_F.format("V2"), OPEN), {"f": WRONG_NODE}, CALLS_F),
    "a symbol got the first version, hidden": Case((F,), (HIDDEN_F.format("V1"), OPEN), {"f": RESOLVES}, CALLS_F),
    "a symbol got two versions, the first one hidden": Case((F,), (NEW_F, OPEN), {"f": RESOLVES}, CALLS_F),
    "a symbol got two later versions, one hidden": Case((F,), (NEW_F.replace("V2", "V3").replace("V1", "V2"), "V1 { }; V2 { }; V3 { };"), {"f": RESOLVES}, CALLS_F),
    "a symbol got two later versions, both in the open": Case(
        (F,), (NEW_F.replace("V2", "V3").replace("V1", "V2"), "V1 { }; V2 { }; V3 { };"), {"f": WRONG_NODE}, CALLS_F,
        patch=lambda path: Elf(path).version("f", lambda entry: entry & 0x7FFF)),
    "a symbol stays without version among nodes": Case((F + G,), (F + G, "V1 { global: g; };"), {"f": RESOLVES, "g": RESOLVES}),
    "a symbol without version hides": Case((F,), (F + G, "V1 { global: g; };"), {"f": RESOLVES}, CALLS_F, patch=lambda path: Elf(path).version("f", lambda entry: entry | 0x8000)),
    "a symbol is local in the version table": Case((F,), (F + G, "V1 { global: g; };"), {"f": RESOLVES}, CALLS_F, patch=lambda path: Elf(path).version("f", lambda entry: 0)),
    # Programs that ask for a version, and odd entries.
    "a symbol without version hides from those that name one": Case(
        (F + G, V1), (F + G, "V1 { global: g; };"), {"f@V1": WRONG_NODE, "g@V1": RESOLVES}, patch=lambda path: Elf(path).version("f", lambda entry: entry | 0x8000)),
    "a program will not do without the version": Case(
        (F, V1), (F + G, "V1 { global: g; };"), {"f@V1": WRONG_NODE}, CALLS_F, patch_client=lambda path: strict(path)),
    "a symbol of the node hides": Case((F, V1), (HIDDEN_F.format("V1"), OPEN), {"f@V1": RESOLVES}, CALLS_F),
    "a definition of a version is weak": Case((F + G, V1), (F + G, V1), {"f@V1": RESOLVES, "g@V1": RESOLVES}, patch=lambda path: Elf(path).weaken_definitions()),
    "an old hidden version is asked for and there": Case(
        (NEW_F, OPEN), (NEW_F, OPEN), {"f@V1": RESOLVES}, '__asm__(".symver f, f@V1"); ' + CALLS_F),
    "an old hidden version is asked for and gone": Case(
        (NEW_F, OPEN), (HIDDEN_F.format("V2") + G, OPEN), {"f@V1": WRONG_NODE}, '__asm__(".symver f, f@V1"); ' + CALLS_F),
    # Weak references and definitions.
    "a weak reference finds nothing": Case((F + G,), (F,), {"f": RESOLVES, "g": NULL}, CALLS_WEAK),
    "a weak reference with a version finds nothing": Case((F + G, V1), (F, V1), {"f@V1": RESOLVES, "g@V1": NULL}, CALLS_WEAK),
    "a weak reference finds another version": Case((F + G, V1), (F + G, V1_V2), {"f@V1": RESOLVES, "g@V1": NULL}, CALLS_WEAK),
    "the node of a weak reference is gone": Case((F + G, V1_V2), (F, V1), {"f@V1": RESOLVES, "g@V2": NODE_MISSING}, CALLS_WEAK),
    "the node of a weak reference is gone, and wanted weakly": Case(
        (F + G, V1), (F + G, V1.replace("V1", "W1")), {"f@V1": WRONG_NODE, "g@V1": NULL}, CALLS_WEAK,
        patch_client=lambda path: Elf(path).needs(flags=2)),
    "a definition is weak": Case((F, V1), ("__attribute__((weak)) " + F, V1), {"f@V1": RESOLVES}, CALLS_F),
    # Kinds, bindings and visibilities.
    "a function is chosen at the start": Case((F, V1), ('static int one(void) { return 0; } static void *choose(void) { return one; } int f(void) __attribute__((ifunc("choose")));', V1), {"f@V1": RESOLVES}, CALLS_F),
    "data is unique in the process": Case(("int f = 1;",), ('__asm__(".data\\n.globl f\\n.type f, @gnu_unique_object\\n.size f, 4\\nf: .long 1\\n.text");',), {"f": RESOLVES}, READS),
    "a symbol is protected": Case((F, V1), ('__attribute__((visibility("protected"))) ' + F, V1), {"f@V1": RESOLVES}, CALLS_F),
    "a symbol is hidden in the table": Case((F + G, V1), (F + G, V1), {"f@V1": MISSING, "g@V1": RESOLVES}, patch=lambda path: Elf(path).symbol("f", visibility=2)),
    "a symbol is internal in the table": Case((F + G,), (F + G,), {"f": MISSING, "g": RESOLVES}, patch=lambda path: Elf(path).symbol("f", visibility=1)),
    "a symbol is local in the table": Case((F + G, V1), (F + G, V1), {"f@V1": MISSING, "g@V1": RESOLVES}, patch=lambda path: Elf(path).symbol("f", bind=0)),
    "a symbol is a section's": Case((F + G, V1), (F + G, V1), {"f@V1": WRONG_NODE, "g@V1": RESOLVES}, patch=lambda path: Elf(path).symbol("f", kind=3)),
    "a symbol has no address": Case((F + G, V1), (F + G, V1), {"f@V1": WRONG_NODE, "g@V1": RESOLVES}, patch=lambda path: Elf(path).symbol("f", value=0)),
    "a symbol is a mere label": Case((F, V1), ('__asm__(".globl f\\nf: ret");', V1), {"f@V1": RESOLVES}, CALLS_F),
    "a symbol is a number": Case(("int f = 1;",), ('__asm__(".globl f\\n.set f, 64");',), {"f": RESOLVES}, "extern char f[]; char *p = f; int main(void) { return 0; }"),
    "a symbol is the number zero": Case(("int f = 1;",), ('__asm__(".globl f\\n.set f, 0");',), {"f": RESOLVES}, "extern char f[]; char *p = f; int main(void) { return 0; }"),
    "a function became data": Case((F, V1), ("int f = 3;", V1), {"f@V1": RESOLVES}, CALLS_F),
    "data became thread-local": Case(("int f = 3;",), ("__thread int f = 3;",), {"f": RESOLVES}, "extern int f; int *p = &f; int main(void) { return 0; }"),
    "thread-local data became common to all threads": Case(("__thread int f = 3;",), ("int f = 3;",), {"f": ABORTS}, READS_TLS),
    "thread-local data became common, beside other": Case(("__thread int f = 3;",), ("int f = 3; __thread int g = 4;",), {"f": RESOLVES}, READS_TLS),
    "the new library has only the older kind of hash table": Case((F + G, V1), (F + G, V1_V2, "-Wl,--hash-style=sysv"), {"f@V1": RESOLVES, "g@V1": WRONG_NODE}),
    # A symbol that went into a library that the new one needs.
    "a symbol moved into a needed library": Case((F + G,), (F,), {"f": RESOLVES, "g": RESOLVES}, base=(G,)),
    "a symbol moved with its node, and the node stays": Case((F + G, V1), (F, V1), {"f@V1": RESOLVES, "g@V1": RESOLVES}, base=(G, "V1 { global: g; };")),
    "a symbol moved with its node, and the node went": Case((F + G, V1_V2), (F, V1), {"f@V1": RESOLVES, "g@V2": NODE_MISSING}, base=(G, "V2 { global: g; };")),
    "a symbol moved into a library without versions": Case((F + G, V1), (F, V1), {"f@V1": RESOLVES, "g@V1": RESOLVES}, base=(G,)),
    "a symbol moved into another node of a needed library": Case((F + G, V1), (F, V1), {"f@V1": RESOLVES, "g@V1": WRONG_NODE}, base=(G, "B1 { global: g; };")),
    "a symbol without version moved into a node": Case((F + G,), (F,), {"f": RESOLVES, "g": RESOLVES}, base=(G, "B1 { global: g; };")),
    "all versions went, and a symbol into a needed library": Case((F + G, V1), (F + CALLS_LIBC, None, *WITH_LIBC), {"f@V1": WARNED, "g@V1": WARNED}, base=(G,)),
}


def strict(client: Path) -> None:
    Elf(client).needs(other=0x8000)


def built(name: str, folder: Path) -> tuple[Case, Path, Path]:
    """The case, its client, and the folder of the new library."""
    case = CASES[name]
    old = library(folder / "old", *case.old)
    client = program(folder, case.client, old, *case.flags)
    flags = list(case.new[2:])
    if case.base:
        flags += ["-Wl,--no-as-needed", library(folder / "new", *case.base, name=BASE), "-Wl,-rpath,$ORIGIN"]
    new = library(folder / "new", *case.new[:1], case.new[1] if len(case.new) > 1 else None, *flags)
    for change, path in ((case.patch, new), (case.patch_client, client)):
        if change:
            change(path)
    return case, client, new.parent


def fates(client: Path, new: Path) -> dict[str, tuple[Reference, Fate]]:
    """What the rules say of every reference of the client that is about the library."""
    scope = [read_image(call("read_elf", str(new)), None).table]
    scope += [image.table for name, _, image in find_neighbours(new).images if name == BASE]
    said = {}
    for file, item in load_program(client).taken:
        if file == NAME or (file is None and item.name in ("f", "g")):
            said[item.text] = reference_of(item), bind(reference_of(item), scope)
    return said


@pytest.mark.parametrize("name", CASES)
def test_the_rules_say_what_the_loader_does(name: str, tmp_path: Path) -> None:
    case, client, libraries = built(name, tmp_path)
    said = fates(client, libraries / NAME)
    assert {key: fate.outcome for key, (_, fate) in said.items()} == case.fates
    trace = traced(client, libraries)
    all_fates = [fate for _, fate in said.values()]
    assert any(fate.fatal for fate in all_fates) == (start(client, libraries) != 0), trace
    assert any(fate.fatal and not fate.lazy for fate in all_fates) == (start(client, libraries, now=False) != 0), trace
    lost = {reference.node for reference, fate in said.values() if fate.outcome == NODE_MISSING}
    assert all(f"version `{node}' not found" in trace for node in lost) and (": version `" in trace) == bool(lost)
    expected = {key for key, (_, fate) in said.items() if fate.outcome in (MISSING, WRONG_NODE)}
    seen = {key for key in undefined(trace, client) if key.partition("@")[2] not in lost}
    assert seen == expected
    unversioned = any(fate.outcome == WARNED or (fate.outcome == ABORTS and fate.entry is None) for fate in all_fates)
    assert unversioned <= ("no version information available" in trace)
    assert ("Inconsistency detected by ld.so" in trace) == any(fate.outcome == ABORTS and fate.entry is None for fate in all_fates)


SEED, PAIRS = 20250, 40


@pytest.mark.parametrize("number", range(PAIRS))
def test_random_version_scripts_are_judged_as_the_loader_does(number: int, tmp_path: Path) -> None:
    assert random_pair(SEED + number, tmp_path) >= 0


def random_pair(seed: int, folder: Path) -> int:
    """How many references of a random pair the loader confirmed; a contradiction fails."""
    chance = random.Random(seed)
    old, new = (library(folder / side, source, script, *flags) for side in ("old", "new") for source, script, flags in [random_release(chance)])
    tables = [read_image(call("read_elf", str(path)), None).table for path in (old, new)]
    scope = [tables[1], *(image.table for _, _, image in find_neighbours(new).images)]
    asked = prove(old, new, tables[0], tuple(scope), everything=True)
    assert [item for item in asked if item.contradicted] == []
    assert [item for item in asked if item.seen == NOT_JUDGED] == []
    return sum(item.seen != NOT_JUDGED for item in asked)


def test_a_sketched_library_is_bound_like_a_read_one() -> None:
    image = Image("libx.so.1", {"f": "V2", "f@V1": "V1", "g": None}, nodes=("V1", "V2"), hidden=frozenset({"f@V1"}))
    table = table_of(image)
    found = {key: bind(Reference(*key), (table,)) for key in (("f", None), ("f", "V1"), ("f", "V2"), ("g", "V1"), ("g", None), ("f", "V3"))}
    assert {key: (fate.outcome, fate.node) for key, fate in found.items()} == {
        ("f", None): (RESOLVES, "V1"), ("f", "V1"): (RESOLVES, "V1"), ("f", "V2"): (RESOLVES, "V2"), ("g", "V1"): (RESOLVES, None),
        ("g", None): (RESOLVES, None), ("f", "V3"): (NODE_MISSING, None),
    }
