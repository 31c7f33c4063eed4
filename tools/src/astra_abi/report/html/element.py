"""HTML elements from Python values. Text is always escaped; only what this module made is taken as markup."""

from __future__ import annotations

from html import escape
from typing import Any, Iterable

from ..words import visible

VOID = frozenset({"input", "line", "path", "polygon", "rect"})
"""Elements without content, as HTML and the SVG inside it write them."""


class Markup(str):
    """Text that is markup already."""


def tag(kind: str, /, *children: Any, **attributes: Any) -> Markup:
    """An element. `class_` and `for_` stand for class and for, other underscores for hyphens; None and False leave one out."""
    head = kind + "".join(
        f" {name.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(visible(str(value)))}"')
        for name, value in attributes.items() if value is not None and value is not False
    )
    if kind in VOID and not children:
        return Markup(f"<{head}>" if kind == "input" else f"<{head}/>")
    return Markup(f"<{head}>{join(children)}</{kind}>")


def join(children: Iterable[Any]) -> Markup:
    return Markup("".join(map(content, children)))


def content(child: Any) -> str:
    if child is None or child is False:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, (list, tuple)) or hasattr(child, "__next__"):
        return join(child)
    return escape(visible(str(child)), quote=False)
