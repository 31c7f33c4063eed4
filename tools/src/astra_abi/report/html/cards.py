"""What changed, element by element: structs, enums, functions and macros, old and new side by side. Judges nothing."""

from __future__ import annotations

import hashlib
from difflib import SequenceMatcher
from typing import Any, Iterator, Sequence

from ...compare.pair import Pair
from ...model import Enum, Function, Type
from ...rules import Finding
from ..verdict import LEVELS, Report, Sides
from ..words import counted
from .element import Markup, join, tag
from .layouts import ADDED, MOVED, REMOVED, SAME, TYPED, Layout, Row, layouts
from .picture import picture

MOST_CARDS = 300
"""Elements of one kind that are drawn; the others are in the list of findings."""
MOST_NAMES = 200


def anchor(subject: str) -> str:
    """The id of an element's card: no name can break out of it."""
    return f"e{hashlib.sha256(subject.encode('utf-8', 'backslashreplace')).hexdigest()[:10]}"


class Findings:
    """The findings of a report, by the element that has a card."""

    def __init__(self, report: Report) -> None:
        self.of: dict[str, list[Finding]] = {}
        known = {area: {name for side in report.sides for abi in (side.old, side.new) for name in getattr(abi, f"{area}s") or ()} for area in ("struct", "function")}
        enums = {constant: name for side in report.sides for abi in (side.old, side.new) for name, enum in (abi.enums or {}).items() for constant in enum.constants}
        self.owners: dict[str, str] = {}
        for _, finding in report.verdict.findings:
            owner = self.owners.setdefault(finding.subject, owned(finding.subject, known, enums))
            self.of.setdefault(owner, []).append(finding)

    def worst(self, owner: str) -> str:
        return min((finding.severity for finding in self.of.get(owner, ())), key=LEVELS.index, default=LEVELS[-1])


def owned(subject: str, known: dict[str, set[str]], enums: dict[str, str]) -> str:
    """The element that a part belongs to. A name may have dots of its own."""
    area, _, name = subject.partition(":")
    if area == "constant":
        return f"enum:{enums[name]}" if name in enums else subject
    if area not in known:
        return subject
    owner = name
    while owner not in known[area] and "." in owner:
        owner = owner.rpartition(".")[0]
    return f"{area}:{owner}" if owner in known[area] else subject


def sections(report: Report, findings: Findings) -> Iterator[tuple[str, str, int, list[Markup]]]:
    """(id, title, how many there are, the cards) of each kind of element of which something changed."""
    for key, title, make in (("layouts", "Structs and unions", structs), ("enums", "Enums", enums), ("functions", "Functions", functions)):
        found = make(report.sides, findings)
        if found:
            cards = [card for _, card in sorted(found, key=lambda item: LEVELS.index(findings.worst(item[0])))]
            yield key, title, len(cards), cards[:MOST_CARDS]
    texts = [finding for _, finding in report.verdict.findings if finding.subject.startswith(("macro:", "typedef:", "variable:")) and finding.old is not None]
    if texts:
        yield "texts", "Macros, typedefs and variables", len(texts), [text_table(texts, report.sides)]


def card(subject: str, title: Sequence[Any], findings: Findings, *body: Any) -> Markup:
    """One element, with what the rules say of it and which functions lead to it."""
    found = findings.of.get(subject, ())
    rules = dict.fromkeys((finding.severity, finding.rule) for finding in found)
    said = [tag("a", rule, href=f"#r-{rule}", class_=f"chip {severity}") for severity, rule in rules]
    reach = next((finding.affects for finding in found if finding.affects), ())
    return tag(
        "article", tag("h3", *title), tag("p", *said, class_="said") if said else None, *body, reached(reach),
        id=anchor(subject), class_="card", data_kind=subject.partition(":")[0], data_severity=findings.worst(subject),
        data_targets=" ".join(dict.fromkeys(target for finding in found for target in finding.targets)),
    )


def reached(names: tuple[str, ...]) -> Markup | None:
    if not names:
        return None
    rest = len(names) - MOST_NAMES
    listed = [*(tag("code", name) for name in names[:MOST_NAMES]), *([f"and {rest:,} more"] if rest > 0 else [])]
    listed = [part for name in listed for part in (name, " ")]
    return tag("details", tag("summary", f"Reached by {counted(len(names), 'function')}"), tag("p", *listed, class_="names"))


def structs(sides: Sequence[Sides], findings: Findings) -> list[tuple[str, Markup]]:
    found = []
    for name in dict.fromkeys(name for side in sides for name in side.old.structs or ()):
        subject, groups = f"struct:{name}", layouts(sides, name)
        if groups and (subject in findings.of or any(layout.changed for layout in groups)):
            found.append((subject, struct_card(subject, name, groups, findings)))
    return found


def struct_card(subject: str, name: str, groups: list[Layout], findings: Findings) -> Markup:
    first = groups[0]
    kinds = dict.fromkeys("union" if struct.union else "struct" for struct in (first.old, first.new))
    title = (tag("span", " → ".join(kinds), class_="kind"), " ", tag("code", name))
    if len(groups) == 1:
        return card(subject, title, findings, panel(first))
    key = anchor(subject)
    inputs = []
    for number, layout in enumerate(groups):
        chosen = f"{key}-{number}"
        inputs += [
            tag("input", type="radio", name=key, id=chosen, checked=number == 0),
            tag("label", target_label(layout.targets), for_=chosen, title=", ".join(layout.targets)),
        ]
    panels = [tag("section", tag("h4", ", ".join(layout.targets), class_="on"), panel(layout), class_="panel") for layout in groups]
    return card(subject, title, findings, tag("div", *inputs, *panels, class_="tabs", role="group", aria_label=f"targets of {name}"))


def target_label(targets: tuple[str, ...]) -> str:
    return targets[0] if len(targets) == 1 else f"{targets[0]} and {len(targets) - 1} more"


def panel(layout: Layout) -> Markup:
    old, new = layout.old, layout.new
    size = f"{old.size} bytes" if old.size == new.size else f"{old.size} → {new.size} bytes"
    align = "" if not (old.align and new.align) else f", aligned to {old.align}" if old.align == new.align else f", aligned to {old.align} → {new.align}"
    drawn = picture(layout)
    shown = tag("div", drawn, class_="picture", tabindex=0, role="group", aria_label=f"picture of {new.name}") if drawn else None
    return join((tag("p", size, align, class_="size"), shown, layout_table(layout)))


def layout_table(layout: Layout) -> Markup:
    names = (("byte", "at"), ("old", ""), ("size", "extent"), ("byte", "at new"), ("new", ""), ("size", "extent"), ("change", "note"))
    head = tag("thead", tag("tr", *(tag("th", text, scope="col", class_=class_ or None) for text, class_ in names)))
    caption = tag("caption", f"Fields of {layout.new.name}: old on the left, new on the right")
    return tag("div", tag("table", caption, head, tag("tbody", *map(layout_row, layout.rows)), class_="layout"), class_="wide")


def layout_row(row: Row) -> Markup:
    parts: list[Any] = []
    for cell, first in ((row.old, ""), (row.new, " new")):
        if cell is None:
            parts.append(tag("td", colspan=3, class_=f"none{first}"))
        else:
            shown = (tag("code", cell.name), " ", tag("span", cell.text, class_="type")) if cell.field else "padding"
            parts += [tag("td", cell.offset, class_=f"at{first}"), tag("td", shown, class_="field"), tag("td", cell.extent, class_="extent")]
    return tag("tr", *parts, tag("td", row.note, class_="note"), class_=row.state)


def enums(sides: Sequence[Sides], findings: Findings) -> list[tuple[str, Markup]]:
    found = []
    for name in dict.fromkeys(name for side in sides for name in side.old.enums or ()):
        pairs = [(side.old.enums[name], side.new.enums[name]) for side in sides if name in (side.old.enums or {}) and name in (side.new.enums or {})]
        changed = next((pair for pair in pairs if values(pair[0]) != values(pair[1]) or pair[0].type != pair[1].type), None)
        if changed or (pairs and f"enum:{name}" in findings.of):
            title = (tag("span", "enum", class_="kind"), " ", tag("code", name))
            found.append((f"enum:{name}", card(f"enum:{name}", title, findings, enum_table(*(changed or pairs[0])))))
    return found


def values(enum: Enum) -> dict[str, int]:
    return {name: constant.value for name, constant in enum.constants.items()}


def enum_table(old: Enum, new: Enum) -> Markup:
    before, after = values(old), values(new)
    rows, same = [], 0
    for name in sorted(before | after, key=lambda name: (after.get(name, before.get(name)), name)):
        was, now = before.get(name), after.get(name)
        if was == now:
            same += 1
            continue
        state, note = (ADDED, "added") if was is None else (REMOVED, "removed") if now is None else (MOVED, "another value")
        cells = (tag("td", "" if value is None else str(value), class_="at") for value in (was, now))
        rows.append(tag("tr", tag("th", tag("code", name), scope="row"), *cells, tag("td", note, class_="note"), class_=state))
    type_ = f"carried by {old.type}" if old.type == new.type else f"carried by {old.type} → {new.type}"
    names = (("constant", None), ("old", "at"), ("new", "at"), ("change", None))
    head = tag("thead", tag("tr", *(tag("th", text, scope="col", class_=class_) for text, class_ in names)))
    table = tag("table", tag("caption", f"Constants of {new.name} that changed"), head, tag("tbody", *rows)) if rows else None
    return join((tag("p", f"{type_}; {counted(same, 'constant')} unchanged", class_="size"), tag("div", table, class_="wide") if table else None))


def functions(sides: Sequence[Sides], findings: Findings) -> list[tuple[str, Markup]]:
    found = []
    for side in sides:
        pair = Pair(side.old, side.new)
        for name in (side.old.functions or {}).keys() & (side.new.functions or {}).keys():
            subject = f"function:{name}"
            if subject not in findings.of or any(subject == known for known, _ in found):
                continue
            title = (tag("span", "function", class_="kind"), " ", tag("code", name))
            found.append((subject, card(subject, title, findings, signatures(pair, side.old.functions[name], side.new.functions[name]))))
    return sorted(found, key=lambda item: item[0])


def signatures(pair: Pair, old: Function, new: Function) -> Markup:
    """Both declarations; what differs is marked in each."""
    same_return = pair.same_type(old.returns, new.returns) and str(old.returns) == str(new.returns)
    before, after = ([words(param.type, param.name) for param in side.params] for side in (old, new))
    gone, fresh = set(range(len(before))), set(range(len(after)))
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        gone -= set(range(block.a, block.a + block.size))
        fresh -= set(range(block.b, block.b + block.size))
    sides = (("old", "del", old, before, gone), ("new", "ins", new, after, fresh))
    return tag("dl", *(
        part for label, mark, side, params, marked in sides
        for part in (tag("dt", label), tag("dd", tag("code", declaration(mark, side, params, marked, same_return))))
    ), class_="signatures")


def words(type_: Type, name: str | None) -> str:
    return f"{type_} {name}" if name and str(type_) != "..." else str(type_)


def declaration(mark: str, function: Function, params: list[str], marked: set[int], same_return: bool) -> Markup:
    returns = str(function.returns)
    shown = [tag(mark, param) if number in marked else join([param]) for number, param in enumerate(params)]
    inner = [part for number, param in enumerate(shown or [Markup("void")]) for part in ([", "] if number else []) + [param]]
    return join((returns if same_return else tag(mark, returns), " ", function.name, "(", inner, ")"))


def text_table(findings: list[Finding], sides: Sequence[Sides]) -> Markup:
    rows = []
    for finding in findings[:MOST_CARDS]:
        area, _, name = finding.subject.partition(":")
        cells = (tag("td", tag("code", text) if text is not None else "", class_="field") for text in (finding.old, finding.new))
        state = REMOVED if finding.new is None else TYPED if finding.old is not None else SAME
        rule = tag("a", finding.title, href=f"#r-{finding.rule}")
        rows.append(tag("tr", tag("th", f"{area} ", tag("code", name), scope="row"), *cells, tag("td", rule, class_="note"), class_=state, id=anchor(finding.subject)))
    head = tag("thead", tag("tr", *(tag("th", text, scope="col") for text in ("name", "old", "new", "change"))))
    return tag("article", tag("div", tag("table", tag("caption", "Old and new text"), head, tag("tbody", *rows)), class_="wide"), class_="card")
