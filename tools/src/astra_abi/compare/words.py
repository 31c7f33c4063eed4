"""What contracts say in words: numbered requirements, the promise, and documentation."""

from __future__ import annotations

from typing import Any, Iterator

from ..model import Abi
from .kinds import Change
from .pair import Pair


def changes(pair: Pair) -> Iterator[Change]:
    if not pair.contracts:
        return
    yield from requirements(pair)
    if pair.old.promise and pair.new.promise and pair.old.promise != pair.new.promise:
        yield Change("promise_text_changed", "contract:promise", {}, pair.old.promise, pair.new.promise, "contract.toml: promise")
    before, after = documented(pair.old), documented(pair.new)
    for subject in before.keys() & after.keys():
        (was, _), (now, where) = before[subject], after[subject]
        if was and now and was != now:
            yield Change("doc_changed", subject, {}, was, now, where)


def requirements(pair: Pair) -> Iterator[Change]:
    old, new = owned(pair.old), owned(pair.new)
    for name in old.keys() | new.keys():
        before, owner, place = old.get(name, (None, "", ""))
        after, heir, where = new.get(name, (None, "", ""))
        subject = f"requirement:{name}"
        if after is None:
            if owner in owners(pair.new):
                yield Change("requirement_removed", subject, {}, before.text, None, place)
        elif before is None:
            if heir in owners(pair.old):
                yield Change("requirement_added", subject, {}, None, after.text, where)
        elif (before.text, before.about) != (after.text, after.about):
            texts = (f"{before.about}: {before.text}", f"{after.about}: {after.text}")
            yield Change("requirement_changed", subject, {}, *texts, where)


def owned(abi: Abi) -> dict[str, tuple[Any, str, str]]:
    """Every requirement with what it belongs to: the contract (""), a function or an operator."""
    found = {item.id: (item, "", "contract.toml") for item in abi.requires}
    for owner in (*(abi.functions or {}).items(), *(abi.operators or {}).items()):
        found |= {item.id: (item, owner[0], owner[1].where) for item in owner[1].requires}
    return found


def owners(abi: Abi) -> set[str]:
    return {"", *(abi.functions or {}), *(abi.operators or {})}


def documented(abi: Abi) -> dict[str, tuple[tuple[str, ...], str]]:
    """subject -> (its text, where)."""
    found: dict[str, tuple[str, str]] = {"contract:title": (abi.title, "contract.toml: title")}
    if abi.build:
        found["build:title"] = (abi.build.get("title", ""), "build.toml: title")
    for place, (title, doc) in abi.docs.items():
        found[f"concept:{place}"] = (f"{title}\n{doc}", place)
    for name, (doc, _) in abi.roles.items():
        found[f"role:{name}"] = (doc, "abi/roles.toml")
    for kind, table, parts in (
        ("function", abi.functions, "params"), ("struct", abi.structs, "fields"),
        ("enum", abi.enums, "constants"), ("handle", abi.handles, ""),
    ):
        for name, item in (table or {}).items():
            found[f"{kind}:{name}"] = (item.doc, item.where)
            inner = getattr(item, parts) if parts else ()
            for part in inner.values() if isinstance(inner, dict) else inner:
                place = f"constant:{part.name}" if kind == "enum" else f"{kind}:{name}.{part.name}"
                found[place] = (part.doc, item.where)
    for name, operator in (abi.operators or {}).items():
        found[f"operator:{name}"] = ("\n".join((operator.title, operator.used_by)), operator.where)
        found |= {f"operator:{name}.{operand}": (doc, operator.where) for operand, doc in operator.docs.items()}
    return found
