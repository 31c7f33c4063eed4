"""The text of a macro as a compiler takes it: its tokens, and the number that it gives out. Evaluates nothing but one literal."""

from __future__ import annotations

import re

from ..model import Abi, Macro

TOKEN = re.compile(
    r"""(?:u8|[uUL])?"(?:\\.|[^"\\])*"?|(?:u8|[uUL])?'(?:\\.|[^'\\])*'?|\.?\d(?:[eEpP][+-]|[\w.])*|[^\W\d]\w*"""
    r"""|\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\#\#|\S""", re.DOTALL,
)
CHARACTER = r"(?:u8|[uUL])?'(?:\\.|[^'\\])+'"
NUMBER = rf"(?:(?:0[xXbB][0-9a-fA-F]+|\d+)[uUlLzZ]*|{CHARACTER})"
LITERAL = re.compile(rf"[(\s]*(?:U?INT(?:\d+|MAX)_C\s*\()?[(\s]*[-+]?\s*{NUMBER}[)\s]*")
"""A number or a character that somebody gave out; what is computed from others is their business."""
GIVES_OUT = re.compile(rf"(?<![\w.])\d|{CHARACTER}")
"""A number in a text that computes one: it is new, whatever else it is made of."""
CAST = r"\(\s*(?P<type{0}>(?:[A-Za-z_]\w*\s+)*[A-Za-z_]\w*)\s*(?P<stars{0}>(?:\*\s*(?:const\s*)?)*)\)\s*"
ADDRESS = re.compile(rf"[(\s]*?{CAST.format('')}(?:{CAST.format('2')})?\(?\s*(?P<sign>[-+~]?)\s*(?P<number>(?:0[xX])?[0-9a-fA-F]+)[uUlLzZ]*[)\s]*")
"""A number that is given out as a pointer, such as `((void *)-1)`."""


LONGEST = 200
"""Characters of a text that gives out one number."""


def is_literal(text: str) -> bool:
    return len(text) <= LONGEST and LITERAL.fullmatch(text) is not None


def is_address(text: str) -> bool:
    return len(text) <= LONGEST and ADDRESS.fullmatch(text) is not None


def tokens(text: str) -> tuple[str, ...]:
    return tuple(TOKEN.findall(text))


def body(macro: Macro) -> tuple:
    """What a macro is to a compiler: where white space stands, and what its parameters are called, it does not see."""
    names = [param.removesuffix("...").strip() or "__VA_ARGS__" for param in macro.params or ()]
    places = {name: index for index, name in enumerate(names)}
    kinds = None if macro.params is None else tuple(param.endswith("...") for param in macro.params)
    return kinds, tuple(places.get(token, token) for token in tokens(macro.text))


def given_out(macro: Macro, abi: Abi) -> int | float | str | None:
    """The value of a macro; of a number that it gives out as a pointer, that number as wide as a pointer is."""
    if macro.value is not None or macro.params is not None:
        return macro.value
    found = ADDRESS.fullmatch(macro.text) if is_address(macro.text) else None
    if not found or not (found["stars"].strip() or is_pointer(abi, found["type"])):
        return None
    digits = found["number"]
    try:
        number = int(digits, 16 if digits[:2] in ("0x", "0X") else 8 if digits[0] == "0" else 10)
    except ValueError:
        return None
    number = {"-": -number, "~": ~number}.get(found["sign"], number)
    return number % (1 << 8 * abi.pointer)


def is_pointer(abi: Abi, name: str) -> bool:
    typedef = (abi.typedefs or {}).get(name)
    return typedef is not None and bool(typedef.type.pointers or typedef.type.base == "function")
