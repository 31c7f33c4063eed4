"""What a library did when it ran: promises, golden outputs, and programs of earlier releases."""

from __future__ import annotations

from typing import Iterator

from ..model import AstraError, Behaviour, Outcome
from .kinds import Change
from .pair import Pair

ENDS = {"crashed": "case_crashed", "hung": "case_hung", "printed": "case_printed"}


def changes(pair: Pair) -> Iterator[Change]:
    new = pair.new.behaviour
    if new is None:
        return
    old = pair.old.behaviour or Behaviour()
    if new.promises is not None:
        yield from promises(old.promises, new.promises, pair.new.origin)
    if new.clients is not None:
        for name, outcome in new.clients.items():
            if outcome.result != "kept" and not same(old.clients, name, outcome):
                texts = ("runs as when it was frozen", said(outcome))
                yield Change("client_failed", f"client:{name}", {}, *texts, pair.new.origin)
    if old.goldens is not None and new.goldens is not None:
        for name, digest in old.goldens.items():
            if name not in new.goldens:
                yield Change("golden_removed", f"golden:{name}", {}, digest, None, pair.new.origin)
            elif new.goldens[name] != digest:
                yield Change("golden_changed", f"golden:{name}", {}, digest, new.goldens[name], pair.new.origin)


def promises(old: dict[str, Outcome] | None, new: dict[str, Outcome], where: str) -> Iterator[Change]:
    for name, outcome in new.items():
        subject = f"requirement:{name}"
        if outcome.result == "kept" or same(old, name, outcome):
            continue
        if outcome.result == "broken":
            yield Change("promise_broken", subject, {"about": outcome.about}, "kept", said(outcome), where)
        elif outcome.result in ENDS:
            yield Change(ENDS[outcome.result], subject, {}, "kept", said(outcome), where)
        else:
            raise AstraError(
                f"'{outcome.result}' is not how a case can end (known: kept, broken, {', '.join(ENDS)})", subject,
                "correct the reader that gave it",
            )
    for name in sorted((old or {}).keys() - new.keys()):
        yield Change("promise_unobserved", f"requirement:{name}", {}, old[name].result, "not observed", where)


def same(old: dict[str, Outcome] | None, name: str, outcome: Outcome) -> bool:
    """Whether it ended in this way before, so that nothing changed."""
    before = (old or {}).get(name)
    return before is not None and before.result == outcome.result


def said(outcome: Outcome) -> str:
    return f"{outcome.result}: {outcome.detail}" if outcome.detail else outcome.result
