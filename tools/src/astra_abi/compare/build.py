"""What builds are made from and may ask of their machine. What the image tells too is compared there."""

from __future__ import annotations

from typing import Any, Iterator

from ..toolchain import version_key
from .image import comes_with_libc
from .kinds import Change
from .pair import Pair

WHERE = "build.toml"
ELSEWHERE = {"title", "floor", "compilers", "flags", "gpu", "library", "targets"}
"""Tables that are compared one by one, here or as part of the image."""


def changes(pair: Pair) -> Iterator[Change]:
    old, new = pair.old.build, pair.new.build
    if old is not None and new is None and pair.contracts:
        was = old.get("floor", {}).get("glibc")
        yield Change("build_floor_raised", "build:floor.glibc", {"what": "glibc"}, was, "no build.toml: nothing is promised", WHERE)
    if old is None or new is None:
        return
    yield from floors(old.get("floor", {}), new.get("floor", {}))
    yield from inputs("compiler", "compilers", old, new)
    yield from inputs("flags", "flags", old, new)
    yield from gpu(old.get("gpu", {}), new.get("gpu", {}))
    yield from listed("target", "targets.layout", old.get("targets", {}).get("layout"), new.get("targets", {}).get("layout"))
    yield from allowed(old.get("library", {}), new.get("library", {}))
    for key in sorted((old.keys() | new.keys()) - ELSEWHERE):
        if old.get(key) != new.get(key):
            yield different("other", key, old.get(key), new.get(key))


def text(value: Any) -> str | None:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return None if value is None else str(value)


def different(what: str, key: str, old: Any, new: Any) -> Change:
    return Change("build_input_changed", f"build:{key}", {"what": what}, text(old), text(new), f"{WHERE}: {key}")


def floors(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    yield from floor("glibc", "floor.glibc", old.get("glibc"), new.get("glibc"))
    before, after = old.get("cpu", {}), new.get("cpu", {})
    for name in sorted(before.keys() | after.keys()):
        if name in before and name in after:
            yield from floor("cpu", f"floor.cpu.{name}", before[name], after[name])
        else:
            kind = "target_added" if name in after else "target_removed"
            key = f"floor.cpu.{name}"
            yield Change(kind, f"build:{key}", {}, before.get(name), after.get(name), f"{WHERE}: {key}")


def floor(what: str, key: str, old: str | None, new: str | None) -> Iterator[Change]:
    if old is not None and new is not None and old != new:
        kind = "build_floor_raised" if version_key(new) > version_key(old) else "build_floor_lowered"
        yield Change(kind, f"build:{key}", {"what": what}, old, new, f"{WHERE}: {key}")


def inputs(what: str, table: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    before, after = old.get(table, {}), new.get(table, {})
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield different(what, f"{table}.{name}", before.get(name), after.get(name))


def gpu(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    before, after = old.get("cuda"), new.get("cuda")
    if "none" in (before, after) and before != after:
        yield different("cuda", "gpu.cuda", before, after)
    else:
        yield from floor("cuda", "gpu.cuda", before, after)
    yield from listed("gpu_architecture", "gpu.architectures", old.get("architectures"), new.get("architectures"))


def allowed(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    """What a library may be, as its image would be told: the same kinds, of what is permitted."""
    for kind, key in (("rpath_added", "rpath"), ("exec_stack_added", "exec_stack"), ("text_relocations_added", "text_relocations")):
        if old.get(key) is False and new.get(key):
            facts = {} if kind == "text_relocations_added" else {"declared": True}
            yield Change(kind, f"library:{key.replace('_', '-')}", facts, "forbidden", "allowed", f"{WHERE}: library.{key}")
    before, after = old.get("needed"), new.get("needed")
    if before is not None and after is not None:
        for name in sorted(set(after) - set(before)):
            facts = {"declared": True, "with_libc": comes_with_libc(name, before)}
            yield Change("needed_added", f"library:needed:{name}", facts, None, f"{name} is allowed", f"{WHERE}: library.needed")
        for name in sorted(set(before) - set(after)):
            yield Change("needed_removed", f"library:needed:{name}", {}, f"{name} is allowed", None, f"{WHERE}: library.needed")
    before, after = ({item["symbol"] for item in side.get("state", ())} for side in (old, new))
    for name in sorted(after - before):
        yield Change("state_added", f"library:state:{name}", {}, None, f"{name} is allowed", f"{WHERE}: library.state")


def listed(noun: str, key: str, old: list[str] | None, new: list[str] | None) -> Iterator[Change]:
    if old is None or new is None:
        return
    for name in [name for name in old if name not in new]:
        yield Change(f"{noun}_removed", f"build:{key}.{name}", {}, name, None, f"{WHERE}: {key}")
    for name in [name for name in new if name not in old]:
        yield Change(f"{noun}_added", f"build:{key}.{name}", {}, None, name, f"{WHERE}: {key}")
