"""Names given to types. Compiled programs know only what a name stood for; sources know the name."""

from __future__ import annotations

from typing import Iterator

from ..model import Abi, Type
from .kinds import Change
from .pair import Pair, named, texts
from .passing import same_way


def changes(pair: Pair) -> Iterator[Change]:
    old, new = pair.old.typedefs, pair.new.typedefs
    if old is None or new is None:
        return
    for name in sorted(old.keys() & new.keys()):
        if not pair.same_type(old[name].type, new[name].type):
            yield Change("typedef_changed", f"typedef:{name}", {"how": how(pair, old[name].type, new[name].type)}, *texts(old[name].type, new[name].type), new[name].where)
    if not pair.declared:
        return
    for name in sorted(old.keys() - new.keys()):
        if name not in named(pair.new) and name not in (pair.new.enums or {}):
            yield Change("typedef_removed", f"typedef:{name}", {}, str(old[name].type), None, old[name].where)
    for name in sorted(new.keys() - old.keys()) if not pair.checked else ():
        if name not in named(pair.old) and name not in (pair.old.enums or {}):
            yield Change("typedef_added", f"typedef:{name}", {}, None, str(new[name].type), new[name].where)


def how(pair: Pair, old: Type, new: Type) -> str:
    """What a name of another type is to a compiled program. What is opaque on both sides is only pointed to."""
    if pair.only_sign(old, new):
        return "sign"
    if same_way(pair, old, new):
        return "wrapped"
    return "opaque" if hides(pair.old, old) and hides(pair.new, new) else "other"


def hides(abi: Abi, type_: Type) -> bool:
    return type_.count is None and not type_.pointers and (type_.base == "void" or type_.base in abi.opaque)
