"""The note that a library carries, against the note that it should carry. It is a claim, and can lie."""

from __future__ import annotations

from typing import Any, Iterator

from .kinds import NOTE_PARTS, Change
from .pair import Pair


def changes(pair: Pair) -> Iterator[Change]:
    old, new = pair.old.note, pair.new.note
    if not old or new is None:
        return
    where = pair.new.origin
    if not new:
        yield Change("note_missing", "note:library", {}, f"the note of {old.get('contract')} {old.get('version')}", None, where)
        return
    if two_builds(pair) and old.get("version") != new.get("version"):
        # Another version says more, but of the versions that both know it says the same.
        known = {version: new.get("history", {}).get(version) for version in old.get("history", {})}
        yield from differences({"history": old.get("history")}, {"history": known}, ("history",), where)
        return
    for part in ("format", "contract", "version"):
        if old.get(part) != new.get(part):
            yield difference(part, "note:" + part, old.get(part), new.get(part), where)
            return
    yield from differences(old, new, NOTE_PARTS[3:], where)


def two_builds(pair: Pair) -> bool:
    """Neither side is a contract, whose note has to be met exactly."""
    return all(abi.image is not None and not abi.image.closed for abi in (pair.old, pair.new))


def differences(old: dict[str, Any], new: dict[str, Any], parts: tuple[str, ...], where: str) -> Iterator[Change]:
    for part in parts:
        before, after = old.get(part), new.get(part)
        if not isinstance(before, dict) or not isinstance(after, dict):
            if before != after:
                yield difference(part, f"note:{part}", before, after, where)
            continue
        singular = part.removesuffix("s") if part != "history" else "version"
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                yield difference(part, f"note:{singular}:{name}", before.get(name), after.get(name), where)


def difference(about: str, subject: str, old: Any, new: Any, where: str) -> Change:
    texts = (None if value is None else str(value) for value in (old, new))
    return Change("note_differs", subject, {"about": about}, *texts, where)
