"""Macros of headers: what programs were compiled with, and what they are compiled with the next time."""

from __future__ import annotations

import re
from typing import Iterator

from ..model import Abi, Macro
from .constants import END, everywhere
from .kinds import Change
from .pair import Pair

ABOUT_VERSION = re.compile(r"VERSION|VERNUM|_VER(?:_|$)|_(?:MAJOR|MINOR|PATCH|MICRO|REVISION|SUBREVISION|RELEASE|BUILD|DATE|SOURCE_ID)(?:_|$)|SOURCE_ID|_COPYRIGHT|_TIMESTAMP(?:_|$)", re.IGNORECASE)
"""Names of macros that only say which release a header is of."""
ABOUT_ERRORS = re.compile(r"(?:^|_)(?:ERR|ERROR|UNSUPPORTED|UNKNOWN|INVALID|BAD|WRONG|MISMATCH|INCOMPATIBLE)(?:_|$)", re.IGNORECASE)
"""Names of codes, which may be about a version and are none."""
LITERAL = re.compile(r"[(\s]*(?:U?INT(?:\d+|MAX)_C\s*\()?[(\s]*[-+]?\s*(?:0[xXbB])?[0-9a-fA-F]+[uUlLzZ]*[)\s]*")
"""A number that somebody gave out; what is computed from others is their business."""
GIVES_OUT = re.compile(r"(?<![\w.])\d")
"""A number in a text that computes one: it is new, whatever else it is made of."""
FAMILY = 5
"""So many codes with a common beginning are a list of codes."""
WHERE_IT_STANDS = re.compile(r"\b__(?:LINE|FILE|FILE_NAME|COUNTER|DATE|TIME|TIMESTAMP|BASE_FILE|INCLUDE_LEVEL)__\b")
GUARD = re.compile(r"_*\w+_(?:H|HH|HPP|INCLUDED)_*", re.IGNORECASE)


def changes(pair: Pair) -> Iterator[Change]:
    old, new = pair.old.macros, pair.new.macros
    if old is None or new is None:
        return
    elsewhere = known(pair.new)
    for name in sorted(old.keys() - new.keys()):
        if not is_guard(old[name]) and name not in elsewhere:
            yield Change("macro_removed", f"macro:{name}", {"nature": nature(old[name], old)}, shown(old[name]), None, old[name].where)
    before = known(pair.old)
    for name in sorted(new.keys() - old.keys()):
        if not is_guard(new[name]) and name not in before:
            yield Change("macro_added", f"macro:{name}", {}, None, shown(new[name]), new[name].where)
    for name in sorted(old.keys() & new.keys()):
        yield from compare_macro(old[name], new[name], old)


def compare_macro(old: Macro, new: Macro, others: dict[str, Macro]) -> Iterator[Change]:
    if WHERE_IT_STANDS.search(old.text) and old.text == new.text:
        same = True  # every place that uses it gets another value
    elif old.value is not None and new.value is not None:
        same = old.value == new.value and type(old.value) is type(new.value)
    else:
        same = (old.params, old.text, old.value) == (new.params, new.text, new.value)
    if not same:
        known = nature(old, others)
        facts = {"nature": "constant" if known == "value" and gives_another(old, new) else known}
        yield Change("macro_changed", f"macro:{old.name}", facts, shown(old), shown(new), new.where)


def gives_another(old: Macro, new: Macro) -> bool:
    """Whether a macro computes another number because of its own text, not because of what it is computed from."""
    own = old.text != new.text and GIVES_OUT.search(old.text) is not None and "sizeof" not in old.text
    return own and isinstance(old.value, int) and old.params is None and not END.search(old.name)


def nature(macro: Macro, others: dict[str, Macro]) -> str:
    """What a macro is to programs: its release, a number that they pass or may choose, a value compiled into them, or text."""
    if macro.params is None and ABOUT_VERSION.search(macro.name) and not ABOUT_ERRORS.search(macro.name) and not one_of_many(macro, others):
        return "version"
    if isinstance(macro.value, int) and LITERAL.fullmatch(macro.text) and not END.search(macro.name):
        return "default" if macro.default else "constant"
    if macro.value is not None:
        return "value"
    return "function" if macro.params is not None else "text"


def one_of_many(macro: Macro, others: dict[str, Macro]) -> bool:
    """Whether a number about a version is one code in a list of others, such as X_QUERY_DATA_VERSION beside X_QUERY_DATA_SIZE."""
    words = macro.name[:ABOUT_VERSION.search(macro.name).start()].strip("_").split("_")
    if len(words) < 3 or not LITERAL.fullmatch(macro.text):
        return False
    family = "_".join(words[:-1]) + "_"
    beside = (other for name, other in others.items() if name.startswith(family) and not ABOUT_VERSION.search(name))
    return sum(isinstance(other.value, int) and LITERAL.fullmatch(other.text) is not None for other in beside) >= FAMILY


def shown(macro: Macro) -> str:
    params = "" if macro.params is None else f"({', '.join(macro.params)}) "
    text = params + (macro.text if macro.value is None or macro.text == str(macro.value) else f"{macro.text} = {macro.value}")
    return text if len(text) <= 120 else text[:117] + "..."


def is_guard(macro: Macro) -> bool:
    """Whether a macro only marks that a header was read."""
    return macro.text in ("", "1") and macro.params is None and GUARD.fullmatch(macro.name) is not None


def known(abi: Abi) -> set[str]:
    """Names that programs may use in place of a macro."""
    constants = everywhere(abi) if abi.enums else {}
    return {*constants, *(abi.functions or {}), *(abi.variables or {})}
