"""Names given to types. Compiled programs know only what a name stood for; sources know the name."""

from __future__ import annotations

from typing import Iterator

from ..model import Type
from .kinds import Change
from .pair import Pair, named, texts


def changes(pair: Pair) -> Iterator[Change]:
    old, new = pair.old.typedefs, pair.new.typedefs
    if old is None or new is None:
        return
    for name in sorted(old.keys() & new.keys()):
        if not pair.same_type(old[name].type, new[name].type) and not stand_behind_pointers(pair, old[name].type, new[name].type):
            yield Change("typedef_changed", f"typedef:{name}", {}, *texts(old[name].type, new[name].type), new[name].where)
    if not pair.declared:
        return
    for name in sorted(old.keys() - new.keys()):
        if name not in named(pair.new) and name not in (pair.new.enums or {}):
            yield Change("typedef_removed", f"typedef:{name}", {}, str(old[name].type), None, old[name].where)
    for name in sorted(new.keys() - old.keys()) if not pair.checked else ():
        if name not in named(pair.old) and name not in (pair.old.enums or {}):
            yield Change("typedef_added", f"typedef:{name}", {}, None, str(new[name].type), new[name].where)


def stand_behind_pointers(pair: Pair, old: Type, new: Type) -> bool:
    """Whether programs can only point to both: `void`, and a type that nobody shows. Compiled code sees an address."""
    return "void" in (old.base, new.base) and all(
        not type_.pointers and type_.count is None and (type_.base == "void" or type_.base in abi.opaque)
        for type_, abi in ((old, pair.old), (new, pair.new))
    )
