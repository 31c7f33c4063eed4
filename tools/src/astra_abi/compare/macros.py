"""Macros of headers: what programs were compiled with, and what they are compiled with the next time."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Iterator

from ..model import Abi, Macro
from .constants import END, everywhere
from .kinds import Change
from .pair import Pair
from .spelling import GIVES_OUT, body, given_out, is_address, is_literal

ABOUT_VERSION = re.compile(r"VERSION|VERNUM|_VER(?:_|$)|_(?:MAJOR|MINOR|PATCH|MICRO|REVISION|SUBREVISION|RELEASE|BUILD|DATE|SOURCE_ID)(?:_|$)|SOURCE_ID|_COPYRIGHT|_TIMESTAMP(?:_|$)", re.IGNORECASE)
"""Names of macros that only say which release a header is of."""
ABOUT_ERRORS = re.compile(r"(?:^|_)(?:ERR|ERROR|UNSUPPORTED|UNKNOWN|INVALID|BAD|WRONG|MISMATCH|INCOMPATIBLE)(?:_|$)", re.IGNORECASE)
"""Names of codes, which may be about a version and are none."""
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
            yield Change("macro_removed", f"macro:{name}", {"nature": nature(valued(old[name], pair.old), old)}, shown(old[name]), None, old[name].where)
    before = known(pair.old)
    for name in sorted(new.keys() - old.keys()):
        if not is_guard(new[name]) and name not in before:
            yield Change("macro_added", f"macro:{name}", {}, None, shown(new[name]), new[name].where)
    for name in sorted(old.keys() & new.keys()):
        yield from compare_macro(pair, old[name], new[name], old)
    yield from masks(pair, old, new)


def valued(macro: Macro, abi: Abi) -> Macro:
    """The macro with the number that it gives out as a pointer."""
    return replace(macro, value=given_out(macro, abi))


def masks(pair: Pair, old: dict[str, Macro], new: dict[str, Macro]) -> Iterator[Change]:
    """Macros that came before, or went from, functions that were declared and still are: what is compiled again calls another thing."""
    if pair.checked or pair.old.functions is None or pair.new.functions is None:
        return
    for name in sorted(pair.old.functions.keys() & pair.new.functions.keys() & (old.keys() ^ new.keys())):
        macro = new.get(name) or old[name]
        if not only_itself(macro):
            before, after = (shown(macros[name]) if name in macros else f"the function {name}" for macros in (old, new))
            yield Change("function_masked", f"function:{name}", {"now": "hidden" if name in new else "bare"}, before, after, macro.where)


def only_itself(macro: Macro) -> bool:
    """Whether a macro stands for the function of its name: it is there to be asked for with #ifdef."""
    kinds, text = body(macro)
    if kinds is None:
        return text == (macro.name,)
    listed = [part for index in range(len(kinds)) for part in (",", index)][1:]
    return text == (macro.name, "(", *listed, ")")


def compare_macro(pair: Pair, old: Macro, new: Macro, others: dict[str, Macro]) -> Iterator[Change]:
    if (old.text, old.params, old.value) == (new.text, new.params, new.value):
        return
    before, after = valued(old, pair.old), valued(new, pair.new)
    if WHERE_IT_STANDS.search(old.text) and old.text == new.text:
        same = True  # every place that uses it gets another value
    elif before.value is not None and after.value is not None:
        same = before.value == after.value and type(before.value) is type(after.value)
    else:
        same = (body(old), before.value) == (body(new), after.value)
    if not same:
        known = nature(before, others)
        facts = {"nature": "constant" if known == "value" and gives_another(before, after) else known}
        yield Change("macro_changed", f"macro:{old.name}", facts, shown(old), shown(new), new.where)


def gives_another(old: Macro, new: Macro) -> bool:
    """Whether a macro computes another number because of its own text, not because of what it is computed from."""
    own = old.text != new.text and GIVES_OUT.search(old.text) is not None and "sizeof" not in old.text
    return own and isinstance(old.value, int) and old.params is None and not END.search(old.name)


def nature(macro: Macro, others: dict[str, Macro]) -> str:
    """What a macro is to programs: its release, a number that they pass or may choose, a value compiled into them, or text."""
    if macro.params is None and ABOUT_VERSION.search(macro.name) and not ABOUT_ERRORS.search(macro.name) and not one_of_many(macro, others):
        return "version"
    if isinstance(macro.value, int) and (is_literal(macro.text) or is_address(macro.text)) and not END.search(macro.name):
        return "default" if macro.default else "constant"
    if macro.value is not None:
        return "value"
    return "function" if macro.params is not None else "text"


def one_of_many(macro: Macro, others: dict[str, Macro]) -> bool:
    """Whether a number about a version is one code in a list of others, such as X_QUERY_DATA_VERSION beside X_QUERY_DATA_SIZE."""
    words = macro.name[:ABOUT_VERSION.search(macro.name).start()].strip("_").split("_")
    if len(words) < 3 or not is_literal(macro.text):
        return False
    family = "_".join(words[:-1]) + "_"
    beside = (other for name, other in others.items() if name.startswith(family) and not ABOUT_VERSION.search(name))
    return sum(isinstance(other.value, int) and is_literal(other.text) for other in beside) >= FAMILY


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
