"""Lines, histories, and since when each thing has existed. What was released is never rewritten."""

from __future__ import annotations

from typing import Any, Iterator

from ..model import Abi
from .kinds import Change
from .pair import Pair


def changes(pair: Pair) -> Iterator[Change]:
    old, new = pair.old, pair.new
    where = "contract.toml: history"
    if old.line and new.line and old.line != new.line:
        yield Change("line_changed", "contract:line", {}, old.line, new.line, "contract.toml: line")
    elif old.history and new.history:
        for version in old.history:
            if version not in new.history:
                texts = (str(version), ", ".join(map(str, new.history)))
                yield Change("history_rewritten", f"version:{version}", {}, *texts, where)
    if pair.contracts:
        before, after = dated(old), dated(new)
        for subject in before.keys() & after.keys():
            (was, _), (now, place) = before[subject], after[subject]
            if was and now and was != now:
                yield Change("since_changed", subject, {}, was, now, place)


def dated(abi: Abi) -> dict[str, tuple[str, str]]:
    """Everything that says since when it has existed: subject -> (version, where)."""
    found: dict[str, tuple[str, str]] = {}

    def add(kind: str, table: dict[str, Any] | None, parts: str = "") -> None:
        for name, item in (table or {}).items():
            found[f"{kind}:{name}"] = (item.since, item.where)
            inner = getattr(item, parts, ()) if parts else ()
            for part in inner.values() if isinstance(inner, dict) else inner:
                place = f"constant:{part.name}" if kind == "enum" else f"{kind}:{name}.{part.name}"
                found[place] = (part.since, item.where)

    add("struct", abi.structs, "fields")
    add("enum", abi.enums, "constants")
    add("operator", abi.operators, "attributes")
    add("handle", abi.handles)
    add("function", abi.functions)
    return found
