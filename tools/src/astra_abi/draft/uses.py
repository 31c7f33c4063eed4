"""How headers use a struct: facts from which somebody can tell who makes it. Draws no conclusion itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..load.promised import whole
from ..model import Abi, Struct

SIZE_NAMES = re.compile(r"(?:cb|(?:struct_?)?size(?:_?of.*)?|.*_size|version|.*_version|abi_?version|i?version)", re.IGNORECASE)
RESERVED_NAMES = re.compile(r"_*(reserved|reserve|rsvd|resv|unused|spare)\w*", re.IGNORECASE)
CALL = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
SIZEOF = re.compile(r"\bsizeof\s*\(?\s*(?:struct\s+)?([A-Za-z_]\w*)")


@dataclass
class Use:
    """What functions, macros and other structs do with one struct."""

    by_value: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    """Functions that write a pointer to one."""
    guards: list[str] = field(default_factory=list)
    """Macros that pass its size to a function."""
    first: str = ""
    """Its first field, if that is named like a size or a version."""
    reserved: tuple[str, ...] = ()


def uses(abi: Abi) -> dict[str, Use]:
    """Every struct and union that a program can name, with what is done with it."""
    found = {name: Use() for name in abi.structs if not re.search(r"[.(){}]", name)}
    for name, use in found.items():
        describe(abi.structs[name], use)
        for struct in abi.structs.values():
            if struct.name != name and any(whole(field.type, name) for field in struct.fields):
                use.by_value.append(f"{'union' if struct.union else 'struct'} {struct.name} holds one")
    for function in abi.functions.values():
        returns = function.returns
        if returns.base in found:
            (found[returns.base].returned if returns.pointers else found[returns.base].by_value).append(
                function.name if returns.pointers else f"{function.name} returns one"
            )
        for param in function.params:
            if param.type.base not in found:
                continue
            use, levels = found[param.type.base], len(param.type.pointers)
            if levels == 0:
                use.by_value.append(f"{function.name} takes one")
            elif function.name not in (target := use.taken if levels == 1 else use.given):
                target.append(function.name)
    for name, macro, function in guards(abi):
        if name in found:
            found[name].guards.append(f"{macro} passes its size to {function}")
    return found


def describe(struct: Struct, use: Use) -> None:
    first = min(struct.fields, key=lambda item: item.begin, default=None)
    if first is not None and not struct.union and SIZE_NAMES.fullmatch(first.name) and first.type.count is None and not first.type.pointers:
        use.first = first.name
    use.reserved = tuple(item.name for item in struct.fields if RESERVED_NAMES.fullmatch(item.name))


def guards(abi: Abi):
    """(struct, macro, function) where a macro passes sizeof of a struct to a function."""
    names = {name: item.type.base for name, item in (abi.typedefs or {}).items() if not item.type.pointers}
    for macro in (abi.macros or {}).values():
        if macro.params is None or "sizeof" not in macro.text:
            continue
        called = [name for name in CALL.findall(macro.text) if name in abi.functions]
        for name in SIZEOF.findall(macro.text) if called else ():
            yield names.get(name, name), macro.name, called[0]
