"""Two builds -> what their debug information leaves open, and of that what matters. Refuses to take silence for sameness."""

from __future__ import annotations

from dataclasses import replace

from .compare import Change, compare
from .data import packaged
from .load.library import call
from .load.source import Source
from .model import Abi
from .rules import judge, load_rules


def alike(old: Source, new: Source) -> set[str]:
    """Names without types that need none for a verdict: what is only new, and what is byte for byte the same in both builds."""
    before = {name.partition("@")[0] for name in old.build.abi.image.symbols or ()}
    fresh = set(new.build.untyped) - before
    names = sorted({*old.build.untyped, *new.build.untyped} - fresh)
    if not names or not all(side.path == side.build.path and side.build.abi.image.container.format == "elf" for side in (old, new)):
        return fresh
    return fresh | set(call("same_symbols", str(old.path), str(new.path), names))


def told_apart(old: Source, new: Source, before: Abi, after: Abi) -> tuple[tuple[Change, ...], list[str]]:
    """The changes between two builds, and what breaks only if programs may look inside of what may be a handle."""
    changes = compare(before, after)
    known = {name for side in (old, new) for abi in side.declared.values() for name in abi.structs or ()}
    known |= (before.structs or {}).keys() - old.build.doubtful  # what programs were once shown they keep, wherever it is now
    doubtful = (old.build.doubtful | new.build.doubtful) - known
    if not doubtful or not changes:
        return changes, []
    certain = compare(*(closed(abi, doubtful) for abi in (before, after)))
    inside = [change for change in changes if change not in certain]
    rules = load_rules(packaged("compat") / "rules") if inside else {}
    if not any(finding.severity == "breaking" for finding in judge(inside, rules)):
        return changes, []
    names = sorted({change.subject.partition(":")[2].partition(".")[0] for change in inside} & doubtful) or sorted(doubtful)
    some = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return certain, [f"cannot tell whether programs may look inside of {some}, which changed: no unit refers to a public header"]


def closed(abi: Abi, names: frozenset[str]) -> Abi:
    return replace(abi, structs={name: item for name, item in (abi.structs or {}).items() if name not in names}, opaque=abi.opaque | names)
