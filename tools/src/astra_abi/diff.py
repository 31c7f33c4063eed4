"""Two sources -> the changes between them, one view at a time. What cannot be seen on a side is said, never passed over.

A view is one way of looking: headers on one target, debug information of a build, what the loader sees.
"""

from __future__ import annotations

import filecmp
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Iterator

from .compare import Change, compare, depends, kept_version
from .doubt import alike, same_loaded, told_apart
from .load.build import load_build
from .load.headers import first_line
from .load.library import SPLIT, WHOLE
from .load.source import Source
from .model import Abi, AstraError, Image

PASS, CANNOT_RUN = "pass", "cannot-run"
Told = Callable[[str, int, int], None]
"""How far a long work is: its name, what is done, and of how much."""


@dataclass(frozen=True)
class View:
    """One way of looking at both sides, or the reason why it could not be taken."""

    name: str
    title: str
    summary: str
    changes: tuple[tuple[str, Change], ...] = ()
    """Each with the target on which it was seen; "" stands for every target."""
    verdict: str = PASS
    remedy: str = ""
    seconds: float = 0.0


def look(old: Source, new: Source, symbols_only: bool = False, debug_file: Path | None = None) -> list[View]:
    """Every view that the two sources allow, and what kept others from being taken."""
    views, new = [], with_insides(old, new, debug_file)
    if not symbols_only and old.build and new.build and same_loaded(old.path, new.path):
        old, new = as_one(old), as_one(new)
    for name, title, take in (("declarations", "declarations", declarations), ("build", "types of the builds", types), ("loader", "symbols", loader)):
        if symbols_only and take is not loader:
            continue
        begin = time.perf_counter()
        view = take(old, new)
        if view:
            views.append(replace(view, name=name, title=title, seconds=time.perf_counter() - begin))
    if not views:
        raise AstraError(
            f"a {old.kind} and a {new.kind} show nothing that could be compared", f"{old.path} and {new.path}",
            "give both sides their headers (--old-headers, --new-headers), or build both with -g",
        )
    return views


def as_one(side: Source) -> Source:
    """A side whose code and data are those of the other one. Headers for other targets are taken to be of the same code."""
    typed = replace(side.build.typed, loaded="one") if side.build.typed else None
    declared = {target: replace(abi, loaded="one") for target, abi in side.declared.items()}
    return replace(side, declared=declared, build=replace(side.build, typed=typed))


def with_insides(old: Source, new: Source, debug_file: Path | None) -> Source:
    """The new side with the inside of types that its headers hide, and those of the old side showed to programs."""
    if not (new.declared and old.build and new.build and old.build.typed and new.build.typed):
        return new
    own = place(new)
    shown = [old.build.typed, *([old.declared[own]] if own in old.declared else [])]
    opaque = new.build.typed.opaque | (new.declared[own].opaque if own in new.declared else frozenset())
    lost = {name for abi in shown for name in abi.structs or () if name in opaque}
    seen = load_build(new.path, debug_file=debug_file).typed if lost else None
    hidden = {name: seen.structs[name] for name in sorted(lost) if name in seen.structs} if seen else {}
    if not hidden:
        return new
    declared = {target: replace(abi, hidden=hidden) if target == own else abi for target, abi in new.declared.items()}
    return replace(new, declared=declared, build=replace(new.build, typed=replace(new.build.typed, hidden=hidden)))


def blind(old: Source, new: Source) -> list[str]:
    """What must be seen for a verdict and is not: types and signatures, on both sides in one way."""
    if (old.declared and new.declared) or old.kind in PROMISES or new.kind in PROMISES:
        return []
    if old.build and new.build and (old.build.typed and new.build.typed or filecmp.cmp(old.path, new.path, shallow=False)):
        return []  # one file hides nothing from itself
    return [*old.gaps, *new.gaps] or [f"{side.path}: has no headers and no debug information" for side in (old, new) if not side.declared]


PROMISES = ("contract", "release")


def declarations(old: Source, new: Source) -> View | None:
    """What both sides declare, on each target that both were read for."""
    if not old.declared or not new.declared:
        refused = {**old.refused, **new.refused} if not (old.declared or old.kind in PROMISES) or not new.declared else {}
        return View("", "", next(iter(refused.values())), verdict=CANNOT_RUN, remedy="leave the headers out to compare the builds alone") if refused else None
    targets = [target for target in old.declared if target in new.declared]
    if not targets:
        lone = sorted(set(old.declared) ^ set(new.declared))
        return View("", "", f"no target in common: {', '.join(lone)}", verdict=CANNOT_RUN, remedy="read both sides for the same targets")
    found, known = [], {}
    for target in targets:
        sides = [side.declared[target] for side in (old, new)]
        shared = (target in (place(old), place(new)), *(id(side.functions) for side in sides), depends(*sides))
        if shared not in known:  # targets of which headers say the same share their models
            known[shared] = compare(*(with_image(side, abi, target) for side, abi in zip((old, new), elsewhere(old, new, target, *sides))))
        found += [(target, change) for change in known[shared]]
    count = len(new.declared[targets[0]].functions or ())
    places = targets[0] if len(targets) == 1 else f"{len(targets)} targets"
    seen = f"{count} functions on {places}" if places else f"{count} functions"
    if lost := [target for target in old.declared if target in new.refused]:
        why = f"{seen}; the new headers cannot be read any more for {', '.join(lost)}: {new.refused[lost[0]]}"
        return View("", "", why, tuple(found), CANNOT_RUN, "make the headers compile there again")
    if lost := sorted(new.skipped.keys() - old.skipped.keys() & {*old.headers.names()} if old.headers and new.headers else ()):
        return View("", "", f"{seen}; {lost[0]} cannot be included any more: {new.skipped[lost[0]]}", tuple(found), CANNOT_RUN, "make the header compile again")
    if unsaid := old.unsaid or new.unsaid:
        return View("", "", f"{seen}; {unsaid}", tuple(found), CANNOT_RUN, "name what the header needs (--include, --define, --preamble)")
    if left := sorted(old.skipped.keys() | new.skipped.keys()):
        seen += f"; left out, since they cannot be included by themselves: {', '.join(left)}"
    if split := [gap for side in (old, new) for gap in side.gaps if SPLIT in gap]:
        seen += f"; from headers and symbols alone: {split[0]}"
    if refused := {**new.refused, **old.refused}:
        names = sorted(refused)
        some = ", ".join(names[:3]) + (f" and {len(names) - 3} more targets" if len(names) > 3 else "")
        seen += f"; not read for {some}: {first_line(refused[names[0]])}"
    return View("", "", seen, tuple(found))


def place(side: Source) -> str | None:
    return side.build.target if side.build else None


def elsewhere(old: Source, new: Source, target: str, before: Abi, after: Abi) -> tuple[Abi, Abi]:
    """Declarations on targets that neither build is for. What is exported is taken to be the same everywhere.

    What the old build never exported no program took from it, and what the new one still exports is not gone.
    """
    if not old.build or not new.build or target in (place(old), place(new)):
        return before, after
    symbols = old.build.abi.image.symbols or {}
    functions = {name: item for name, item in before.functions.items() if item.inline or name in after.functions or (item.symbol or name) in symbols}
    return replace(before, functions=functions), replace(after, image=located(new.build.abi))


def with_image(side: Source, declared: Abi, target: str) -> Abi:
    """A declaration with what the loader sees of its build, so that what is withdrawn is told from what is gone."""
    if side.build and side.build.target == target:
        return replace(declared, image=located(side.build.abi))
    return declared


def located(build: Abi) -> Image:
    """What the loader sees of a build, to be told beside declarations of another origin."""
    return replace(build.image, origin=build.origin)


def types(old: Source, new: Source) -> View | None:
    """Types and signatures as the debug information of both builds tells them."""
    if not old.build or not new.build:
        return promise(old, new)
    if filecmp.cmp(old.path, new.path, shallow=False):
        return View("", "", "the same file on both sides")
    same = alike(old, new)
    problems = [gap for side in (old, new) for gap in side.gaps if not (side.build.untyped and same.issuperset(side.build.untyped))]
    if classes := polymorphic(old) & polymorphic(new) if not old.declared else ():
        problems.append(f"the order of virtual functions is not compared, such as those of {min(classes)}")
    if old.build.typed and new.build.typed:
        other = names_of_its_own(old) | names_of_its_own(new)
        sides = [without_names(side, other) for side in (old.build.typed, as_bound(old, new))]
        changes, doubts = told_apart(old, new, *sides)
        changes = tuple(as_declared(old, new, change) for change in changes)
        seen = f"{len(new.build.typed.functions)} functions, {len(new.build.typed.structs)} structs and unions"
        if not problems and not doubts or old.declared and new.declared:
            # What debug information leaves out, the headers of both sides declare.
            return View("", "", "; ".join([seen, *problems, *unseen(old, new)]), on(new.build.target, changes))
        remedy = REBUILD if problems else "give both their headers (--old-headers, --new-headers)"
        return View("", "", "; ".join([seen, *problems, *doubts]), on(new.build.target, changes), CANNOT_RUN, remedy)
    if old.declared and new.declared:
        return None  # the headers are compared, and without debug information there is nothing to add
    is_split = any(SPLIT in problem for problem in problems)
    return View("", "", "; ".join(problems), verdict=CANNOT_RUN, remedy=f"{WHOLE}; or give both their headers" if is_split else REBUILD)


def as_declared(old: Source, new: Source, change: Change) -> Change:
    """A change of a parameter by the name that headers give it, or by its place: the source may name it otherwise."""
    name, dot, param = change.subject.removeprefix("function:").partition(".")
    if not dot or not change.subject.startswith("function:"):
        return change
    for side in (old, new):
        declared = (side.declared[place(side)].functions or {}).get(name) if place(side) in side.declared else None
        own = side.build.typed.functions.get(name)
        index = next((at for at, item in enumerate(own.params) if item.name == param), None) if own else None
        if declared and index is not None and index < len(declared.params):
            return replace(change, subject=f"function:{name}.{declared.params[index].name or index}")
    return change


UNSEEN = "macros, and constants of enums that no function reaches, were not seen"


def unseen(old: Source, new: Source) -> list[str]:
    """What headers alone tell, where the verdict comes from debug information."""
    if not old.build or not new.build or old.declared and new.declared or filecmp.cmp(old.path, new.path, shallow=False):
        return []
    return [UNSEEN] if old.build.typed and new.build.typed else []


def names_of_its_own(side: Source) -> set[str]:
    """Typedefs that a library was built with, and that programs are given as something else: `void` where it has a struct."""
    declared = side.declared.get(side.build.target)
    told = (declared.typedefs or {}) if declared else {}
    return {name for name, item in (side.build.typed.typedefs or {}).items() if name in told and told[name].type != item.type}


def without_names(typed: Abi, names: set[str]) -> Abi:
    if not names or typed.typedefs is None:
        return typed
    return replace(typed, typedefs={name: item for name, item in typed.typedefs.items() if name not in names})


def polymorphic(side: Source) -> set[str]:
    """Virtual tables of the library's own classes, which programs call through by place."""
    return {name for name in side.build.abi.image.symbols or () if name.startswith("_ZTV") and not name.startswith("_ZTVS")}


def as_bound(old: Source, new: Source) -> Abi:
    """The new build with the functions that programs linked with the old one bind to: of a kept version node, its own.

    Of a variable in a kept node the symbol table tells the size.
    """
    images, typed = (old.build.abi.image, new.build.abi.image), with_macros(new)
    kept = {name: kept_version(*images, name) for name in old.build.typed.functions}
    functions = {name: item for name, item in typed.functions.items() if not kept.get(name)}
    functions |= {name: replace(typed.older[node], name=name) for name, node in kept.items() if node in typed.older}
    variables = {name: item for name, item in (typed.variables or {}).items() if not kept_version(*images, name)}
    return replace(typed, functions=functions, variables=variables if typed.variables is not None else None)


def with_macros(side: Source) -> Abi:
    """A build with the macros of its headers, which debug information lacks: one may stand where a constant was."""
    declared = side.declared.get(side.build.target)
    return replace(side.build.typed, macros=declared.macros) if declared and side.build.typed.macros is None else side.build.typed


REBUILD = "build all of both with -g, give --old-debug and --new-debug, or give both their headers"


def promise(old: Source, new: Source) -> View | None:
    """A contract or a frozen release against a build."""
    for judged, other in ((new, old), (old, new)):
        if judged.build and other.kind in PROMISES and judged.build.typed:
            promised = other.declared[""]
            sides = (promised, judged.build.typed) if judged is new else (judged.build.typed, promised)
            sides = tuple(replace(side, image=None, behaviour=None, note=None) for side in sides)
            return View("", "", f"{len(judged.build.typed.functions)} functions", on(judged.build.target, compare(*sides)))
    return None


def loader(old: Source, new: Source) -> View | None:
    """What the loader sees of both builds. Where headers are compared too, that is done there."""
    sides = [image_of(side) for side in (old, new)]
    if None in sides:
        return None
    target = new.build.target if new.build else old.build.target if old.build else ""
    if old.declared and new.declared and target in old.declared and target in new.declared:
        return View("", "", summary(sides[1]))
    return View("", "", summary(sides[1]), on(target, compare(*sides)))


def models(old: Source, new: Source) -> tuple[tuple[str, Abi, Abi], ...]:
    """The two models of each target that both sides show types of, for reports that show them side by side."""
    common = tuple((target, old.declared[target], new.declared[target]) for target in old.declared if target in new.declared)
    if common:
        return common
    shown = [side.build.typed if side.build else side.declared.get("") for side in (old, new)]
    target = next((side.build.target for side in (new, old) if side.build), "")
    return () if None in shown else ((target, *shown),)


def behaviour(old: Source, new: Source, contract: Path, include: tuple[Path, ...], told: Told) -> View:
    """What programs that were built with the old build do with both. Runs code of the builds and of the probes."""
    from .record import load_probes, record_pair

    begin = time.perf_counter()
    probes = load_probes(contract)
    headers = (old.headers.root,) if old.headers else include
    before, after = record_pair(old.path, new.path, probes, headers=headers, progress=told)
    changes = compare(before.abi, after.abi)
    seen = "; ".join([f"{len(after.cases)} cases of {len(probes)} probes", *(f"not kept from them: {item}" for item in after.missing)])
    return View("behaviour", "behaviour of the builds", seen, on(new.build.target, changes), seconds=time.perf_counter() - begin)


def image_of(side: Source) -> Abi | None:
    if side.build:
        return side.build.abi
    promised = side.declared.get("")
    return Abi(promised.origin, prefix=promised.prefix, image=promised.image) if promised and promised.image else None


def summary(abi: Abi) -> str:
    return f"{len(abi.image.symbols or ())} exported, SONAME {abi.image.soname or 'missing'}"


def on(target: str, changes: tuple[Change, ...]) -> tuple[tuple[str, Change], ...]:
    return tuple((target, change) for change in changes)


def merged(views: list[View], apply: Callable[[tuple[Change, ...]], tuple]) -> Iterator[tuple[View, tuple]]:
    """Each view with its findings. What several targets or views show alike is one finding, of the first of them."""
    told: dict[tuple[str, str], list[tuple[int, object]]] = {}
    findings: list[list] = [[] for _ in views]
    for index, view in enumerate(views):
        for (target, _), finding in zip(view.changes, apply(tuple(change for _, change in view.changes))):
            known = told.setdefault((finding.rule, finding.subject), [])
            same = next((one for by, one in known if by != index or (one.old, one.new) == (finding.old, finding.new)), None)
            if same is not None:
                if target and target not in same.targets:
                    same.targets.append(target)
                continue
            finding.targets[:] = [target] if target else []
            known.append((index, finding))
            findings[index].append(finding)
    return zip(views, map(tuple, findings))
