"""How a library is linked: what it wants of others, whose data it works on, and what it asks of loader and processor."""

from __future__ import annotations

from typing import Iterator

from ..loader import table_of
from ..model import Image, Lack
from .kinds import Change
from .pair import Pair

MOST_NAMED = 6
"""Symbols that one line names."""


def changes(pair: Pair) -> Iterator[Change]:
    old, new = pair.old.image, pair.new.image
    if old is None or new is None or new.closed:
        return  # Two contracts compare what they allow as build inputs.
    yield from unserved(old, new, pair.site)
    if old.wants is not None:  # a file, of which also the rest is known; no promise and no program says any of it
        yield from unshared(old, new, pair.site)
        yield from asked(old, new, pair.site)


def asked(old: Image, new: Image, where: str) -> Iterator[Change]:
    """What is asked of the loader and of the processor."""
    for flag, kind in (("nodlopen", "dlopen_refused"), ("nodelete", "unload_refused")):
        if flag in new.flags - old.flags:
            yield Change(kind, f"library:{flag}", {}, None, f"-z {flag}", where)
    if new.level is not None and (old.level or "x86-64") < new.level:
        yield Change("processor_raised", "library:processor", {}, old.level or "x86-64", new.level, where)


def unserved(old: Image, new: Image, where: str) -> Iterator[Change]:
    """What the library did not want before, or found in a library that it no longer needs."""
    kept = not set(old.needed or ()) - set(new.needed or ())
    wanted = set(old.wants or ()) if kept else {lack.want for lack in old.lacks}
    fresh = [lack for lack in new.lacks if lack.want not in wanted]
    for lack in fresh:
        if not lack.unseen:
            yield Change("symbol_unserved", f"symbol:{lack.want.name}", {"seen": True}, None, wish(lack), where)
    if vague := [lack for lack in fresh if lack.unseen]:
        files = ", ".join(dict.fromkeys(name for lack in vague for name in lack.unseen))
        more = f" and {len(vague) - MOST_NAMED} more" if len(vague) > MOST_NAMED else ""
        names = ", ".join(lack.want.text for lack in vague[:MOST_NAMED])
        yield Change("symbol_unserved", "library:wants", {"seen": False}, None, f"{names}{more}, perhaps from {files}", where)


def wish(lack: Lack) -> str:
    return f"{lack.want.text} from {lack.want.library}" if lack.want.library else lack.want.text


def unshared(old: Image, new: Image, where: str) -> Iterator[Change]:
    """Data that the library looked for by name, so that it worked on the copy that a program may hold, and does no more."""
    if old.shared is None or new.shared is None or new.sizes is None:
        return
    words = {"protected": "protected: its own", "symbolic": "its own", "unseen": None}
    for name in sorted((old.shared - new.shared) & new.sizes.keys()):
        closed = any(entry.visibility == "protected" for entry in table_of(new).entries.get(name, ()))
        by = "protected" if closed else "symbolic" if new.symbolic else "unseen"
        yield Change("data_unshared", f"symbol:{name}", {"by": by}, "what programs have", words[by], where)
