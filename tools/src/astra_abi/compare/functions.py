"""Signatures: which functions there are, what each takes and returns. By names where both sides know them."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Iterator

from ..loader import Reference, bind
from ..model import FLOATS, INTEGERS, Function, Image, Param, Type
from .kinds import Change
from .pair import Pair, loses_const, promoted, size_of, texts
from .passing import same_way
from .terms import compare_terms

REALS = FLOATS.keys() | {"f16", "f80", "f96", "f128", "q128"}
Slots = list[tuple[Param | None, Param | None]]
"""Parameters side by side: (old, None) was removed, (None, new) was added."""


def changes(pair: Pair) -> Iterator[Change]:
    if pair.old.functions is None or pair.new.functions is None:
        return
    for name in sorted(pair.old.older.keys() & pair.new.older.keys()):
        yield from compare_function(pair, pair.old.older[name], pair.new.older[name])
    for name, old in pair.old.functions.items():
        new = pair.new.functions.get(name)
        if new and (kept := kept_version(pair.old.image, pair.new.image, old.symbol or name)):
            if any(compare_function(pair, old, new)):
                yield Change("function_renewed", f"function:{name}", {}, f"{signature(old)}, {kept}", signature(new), new.where)
        elif new:
            yield from compare_function(pair, old, new)
        elif pair.declared:
            yield Change("function_removed", f"function:{name}", {"symbol": left_of(pair, old)}, signature(old), None, old.where)
    if pair.declared:
        for name in pair.new.functions.keys() - pair.old.functions.keys():
            new = pair.new.functions[name]
            facts = {"declared": not pair.checked}
            yield Change("function_added", f"function:{name}", facts, None, signature(new), new.where)


def kept_version(old: Image | None, new: Image | None, name: str) -> str | None:
    """The symbol that linked programs still bind to, where those that are linked from now on bind to another of that name."""
    before, after = ((image.symbols or {}) if image else {} for image in (old, new))
    if name not in before or not after.get(name):
        return None
    node = before[name] or first_node(new, name)
    kept = f"{name}@{node}"
    return kept if node and after.get(name) not in (None, node) and after.get(kept) == node else None


def first_node(image: Image, name: str) -> str | None:
    """The node that the loader takes for programs from a time when the library had none, if the linker passes it over."""
    if image.table is None:
        return image.nodes[0] if image.nodes else None
    fate = bind(Reference(name), (image.table,))
    return fate.node if fate.entry is not None and fate.entry.hidden else None


def left_of(pair: Pair, function: Function) -> str:
    """What compiled programs still find of a function that is declared no more."""
    if function.inline:
        return "inline"
    name = function.symbol or function.name
    if pair.old.image and not pair.old.image.closed and pair.old.image.symbols is not None and name not in pair.old.image.symbols:
        return "elsewhere"
    symbols = pair.new.image.symbols if pair.new.image else None
    return "kept" if symbols is not None and name in symbols else "gone"


def signature(function: Function) -> str:
    return f"{function.returns} ({', '.join(map(spell, function.params)) or 'void'})"


def spell(param: Param | None) -> str | None:
    return f"{param.type} {param.name or ''}".rstrip() if param else None


def compare_function(pair: Pair, old: Function, new: Function) -> Iterator[Change]:
    subject, where = f"function:{old.name}", new.where or old.where
    if not pair.same_type(old.returns, new.returns):
        added = old.returns.base == "void" and not old.returns.pointers and in_register(pair, new.returns)
        how = "added" if added else became(pair, old.returns, new.returns)
        facts = {"how": {"larger": "number", "smaller": "number", "same": "other"}.get(how, how)}
        yield Change("return_type_changed", subject, facts, *texts(old.returns, new.returns), where)
    elif pair.declared and (loses := loses_const(old.returns, new.returns)) is not None:
        yield Change("const_changed", subject, {"narrows": not loses}, str(old.returns), str(new.returns), where)
    seen = pair.new.image is not None  # then what became of a symbol is told at the symbol
    yield from manners(pair, subject, old, new, where, seen)
    if old.inline is False and new.inline and not new.symbol:
        yield Change("function_inlined", subject, {"exported": seen or not new.static}, "exported", "inline", where)
    if not old.prototyped or not new.prototyped:
        yield from unpromised(subject, old, new, where)
        return
    slots, moved = align(pair, old.params, new.params)
    for name in moved:
        yield Change("param_moved", f"{subject}.{name}", {"seen": not same_registers(pair, old.params, new.params)}, signature(old), signature(new), where)
    for index, (before, after) in enumerate(slots):
        place = f"{subject}.{(before or after).name or index}"
        if before is None:
            at_end = all(earlier is None for earlier, _ in slots[index:])
            yield Change("param_added", place, {"at_end": at_end, "rest": after.type.base == "..."}, None, spell(after), where)
        elif after is None:
            yield Change("param_removed", place, {}, spell(before), None, where)
        else:
            yield from compare_param(pair, place, before, after, where)
    yield from compare_terms(pair, old, new, slots)


def unpromised(subject: str, old: Function, new: Function, where: str) -> Iterator[Change]:
    """`f()` says nothing of what f takes, but that C passes it a `double` and never a `float`."""
    if old.prototyped == new.prototyped:
        return
    typed = old if old.prototyped else new
    for index, param in enumerate(typed.params):
        if promoted(param.type):
            texts_ = [str(param.type) if side is typed else "double, as without a prototype" for side in (old, new)]
            yield Change("param_promotion_changed", f"{subject}.{param.name or index}", {}, *texts_, where)


def in_register(pair: Pair, type_: Type) -> bool:
    """Whether a result needs no memory of the caller's, so that one who expects none never sees it."""
    size = size_of(pair.new, type_)
    return size is not None and size <= 8


def manners(pair: Pair, subject: str, old: Function, new: Function, where: str, seen: bool) -> Iterator[Change]:
    """How a function is called and whether it comes back."""
    if pair.other_convention(old.convention, new.convention):
        yield Change("convention_changed", subject, {}, old.convention or "the platform's", new.convention or "the platform's", where)
    if old.noreturn is not None and new.noreturn is not None and old.noreturn != new.noreturn:
        words = {True: "never", False: "returns"}
        yield Change("noreturn_changed", subject, {"now": words[new.noreturn]}, words[old.noreturn], words[new.noreturn], where)
    if old.deprecated is not None and new.deprecated and not old.deprecated:
        yield Change("function_deprecated", subject, {}, None, "deprecated", where)
    if (old.symbol or new.symbol) and (old.symbol or old.name) != (new.symbol or new.name):
        facts = {"seen": seen}
        yield Change("function_label_changed", subject, facts, old.symbol or old.name, new.symbol or new.name, where)


def align(pair: Pair, old: tuple[Param, ...], new: tuple[Param, ...]) -> tuple[Slots, list[str]]:
    """Parameters side by side, and the names of those that changed their place."""
    named = all(param.name for param in (*old, *new))
    alike = len(old) == len(new) and (not named or all(a.name == b.name for a, b in zip(old, new)))
    if alike or len(old) == len(new) and only_renamed(pair, old, new):
        return list(zip(old, new)), []
    before, after = (labels(side, params, named) for side, params in ((pair.old, old), (pair.new, new)))
    opcodes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    kept = {label for tag, start, end, *_ in opcodes if tag == "equal" for label in before[start:end]}
    moved = [label for label in before if named and label in after and label not in kept]
    slots: Slots = []
    for _, old_start, old_end, new_start, new_end in opcodes:
        left = [param for param in old[old_start:old_end] if param.name not in moved]
        right = [param for param in new[new_start:new_end] if param.name not in moved]
        slots += zip(left, right)
        shared = min(len(left), len(right))
        slots += [(param, None) for param in left[shared:]] + [(None, param) for param in right[shared:]]
    found = {param.name: param for param in new}
    return slots + [(param, found[param.name]) for param in old if param.name in moved], moved


def same_registers(pair: Pair, old: tuple[Param, ...], new: tuple[Param, ...]) -> bool:
    """Whether every parameter still comes in its register: some targets have others for whole and for floating numbers."""
    if not all(abi.target.startswith(("x86_64-linux", "aarch64-linux")) for abi in (pair.old, pair.new)):
        return False
    before, after = registers(pair, pair.old, old), registers(pair, pair.new, new)
    return before is not None and before == after


def registers(pair: Pair, own, params: tuple[Param, ...]) -> tuple[list[str | None], list[str | None]] | None:
    """Names in the order of whole and of floating registers; None if one is passed otherwise."""
    whole, floating = [], []
    for param in params:
        base = pair.carrier(param.type.base, own)
        if param.type.pointers or base == "function" or base in INTEGERS or base in ("char", "bool"):
            whole.append(param.name)
        elif base in FLOATS:
            floating.append(param.name)
        else:
            return None
    return (whole, floating) if len(whole) <= 6 and len(floating) <= 8 else None


def only_renamed(pair: Pair, old: tuple[Param, ...], new: tuple[Param, ...]) -> bool:
    """Whether the types are as they were, and the names are others: a mere exchange of names would be a move."""
    if {param.name for param in old} == {param.name for param in new}:
        return False
    return all(pair.same_type(a.type, b.type) for a, b in zip(old, new))


def labels(side, params: tuple[Param, ...], named: bool) -> list[str]:
    """What parameters are told apart by: their names, or else how the machine passes them."""
    if named:
        return [param.name for param in params]
    return ["pointer" if param.type.pointers else f"{size_of(side, param.type)} bytes" for param in params]


def became(pair: Pair, old: Type, new: Type) -> str:
    """What another type is to callers: of numbers their sizes matter; all else is written alike ("named"), or is not."""
    if pair.only_sign(old, new):
        return "sign"
    if same_way(pair, old, new):
        return "wrapped"
    if not pair.numbers(old, new):
        return "named" if str(old) == str(new) else "same"
    if (pair.carrier(old.base, pair.old) in REALS) != (pair.carrier(new.base, pair.new) in REALS):
        return "number"
    before, after = size_of(pair.old, old), size_of(pair.new, new)
    return "number" if None in (before, after) or before == after else "larger" if after > before else "smaller"


def compare_param(pair: Pair, place: str, old: Param, new: Param, where: str) -> Iterator[Change]:
    if not pair.same_type(old.type, new.type):
        yield Change("param_type_changed", place, {"size": became(pair, old.type, new.type)}, *texts(old.type, new.type), where)
    elif pair.declared and (old.direction == new.direction or None in (old.direction, new.direction)):
        if (loses := loses_const(old.type, new.type)) is not None:
            narrows = loses or len(old.type.pointers) > 1
            yield Change("const_changed", place, {"narrows": narrows}, str(old.type), str(new.type), where)
    if pair.declared and old.name and new.name and old.name != new.name:
        yield Change("param_renamed", place, {}, old.name, new.name, where)
