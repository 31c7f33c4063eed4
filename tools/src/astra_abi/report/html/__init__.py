"""The report as one HTML file: verdict, findings, and old and new side by side. Loads nothing, and reads without scripts."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from string import Template
from typing import Iterator

from ...rules import Finding
from ..verdict import Report
from ..words import complaint, counted, details, tally
from .cards import MOST_CARDS, Findings, anchor, sections
from .element import Markup, join, tag

MARKS = {"compatible": "✓", "breaking": "✕", "cannot-judge": "?"}
OPEN = 30
"""Findings of one rule that are shown without folding."""


def text(report: Report) -> str:
    style, script = part("style.css"), part("script.js")
    findings = Findings(report)
    drawn = list(sections(report, findings))
    body = join((
        header(report), contents(report, drawn), stages(report) if report.verdict.stages else None,
        listed(report, findings, {card for _, _, _, cards in drawn for card in cards_of(cards)}), suppressed(report),
        *(drawn_section(*section) for section in drawn),
    ))
    title = f"{report.verdict.verdict}: {' → '.join(about for _, about in report.about)}"
    return Template(part("page.html")).substitute(
        title=tag("title", title), body=body, style=style, script=script, style_hash=digest(style), script_hash=digest(script),
        verdict=report.verdict.verdict,
    )


@cache
def part(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def digest(code: str) -> str:
    """What the page's policy allows: this text, and no other."""
    return f"sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}"


def cards_of(cards: list[Markup]) -> Iterator[str]:
    """The ids that can be linked to."""
    import re

    for card in cards:
        yield from re.findall(r' id="(e[0-9a-f]{10})"', card)


def header(report: Report) -> Markup:
    verdict = report.verdict
    rows = [part for label, about in report.about for part in (tag("dt", label), tag("dd", tag("code", about)))]
    if verdict.required_bump != "none":
        rows += [tag("dt", "required bump"), tag("dd", verdict.required_bump)]
    problems = [
        tag("li", tag("strong", f"{where}: " if where else ""), what, tag("p", "→ ", remedy) if remedy else None)
        for where, what, remedy in complaint(report)
    ]
    return tag(
        "header",
        tag("p", f"astra-abi {report.command}", class_="tool"),
        tag("h1", tag("span", MARKS[verdict.verdict], class_="mark", aria_hidden="true"), verdict.verdict),
        tag("p", verdict.sentence, class_="sentence"),
        tag("p", tally(report), class_="tally"),
        tag("dl", *rows, class_="about"),
        tag("section", tag("h2", "Cannot judge"), tag("ul", *problems), class_="problems") if problems else None,
        class_=verdict.verdict,
    )


def contents(report: Report, drawn: list) -> Markup | None:
    links = [("findings", "Findings", len(report.verdict.findings))] if report.verdict.findings else []
    links += [(key, title, count) for key, title, count, _ in drawn]
    if not links:
        return None
    return tag("nav", *(tag("a", title, " ", tag("span", f"{count:,}"), href=f"#{key}") for key, title, count in links), aria_label="contents")


def stages(report: Report) -> Markup:
    rows = [
        tag(
            "tr", tag("th", stage.result.title, scope="row"), tag("td", tag("span", stage.verdict, class_=f"chip {stage.verdict}")),
            tag("td", f"{stage.result.seconds:.2f}", class_="at"),
            tag("td", stage.result.summary, tag("p", "→ ", stage.result.remedy) if stage.result.remedy else None),
        )
        for stage in report.verdict.stages
    ]
    head = tag("thead", tag("tr", *(tag("th", name, scope="col") for name in ("stage", "verdict", "seconds", "what was seen"))))
    table = tag("table", tag("caption", "Every stage and its verdict"), head, tag("tbody", *rows))
    return tag("section", tag("h2", "Stages"), tag("div", table, class_="wide"), id="stages")


def listed(report: Report, findings: Findings, cards: set[str]) -> Markup | None:
    """Every finding, by rule, worst first, and the form that chooses among them."""
    if not report.verdict.findings:
        return None
    groups = []
    for rule, found in report.ruling:
        first = found[0][1]
        said = [tag("p", tag("strong", "Breaks "), first.breaks), tag("p", tag("strong", "Fix "), first.fix)] if first.severity != "compatible" else []
        summary = tag("summary", tag("span", first.severity, class_=f"chip {first.severity}"), " ", tag("b", first.title), " ",
                      tag("code", rule), " ", tag("span", f"{len(found):,}", class_="count"))
        items = tag("ul", *(item(finding, report.targets, findings, cards) for _, finding in found))
        opened = first.severity != "compatible" and len(found) <= OPEN
        groups.append(tag("details", summary, *said, items, id=f"r-{rule}", class_=f"rule {first.severity}", data_severity=first.severity, open=opened))
    return tag("section", tag("h2", "Findings"), chooser(report), *groups, id="findings")


def item(finding: Finding, targets: int, findings: Findings, cards: set[str]) -> Markup:
    owner = anchor(findings.owners[finding.subject])
    name = tag("code", finding.subject)
    told = dict(details(finding, targets))
    was, now = told.pop("was", None), told.pop("is", None)
    texts = [tag(kind, value) for kind, value in (("del", was), ("ins", now)) if value is not None]
    shown = tag("p", join(texts) if len(texts) < 2 else join((texts[0], " → ", texts[1])), class_="text") if texts else None
    rest = tag("p", " · ".join(f"{label} {value}" for label, value in told.items()), class_="rest") if told else None
    return tag(
        "li", tag("a", name, href=f"#{owner}") if owner in cards else name, shown, rest,
        data_kind=finding.subject.partition(":")[0], data_targets=" ".join(finding.targets) or None,
    )


def chooser(report: Report) -> Markup:
    """What scripts make work; without them it stays hidden, and everything is shown."""
    kinds = sorted({finding.subject.partition(":")[0] for _, finding in report.verdict.findings})
    targets = sorted({target for _, finding in report.verdict.findings for target in finding.targets})
    boxes = [
        tag("label", tag("input", type="checkbox", name="severity", value=level, checked=True), f" {level}", class_=f"chip {level}")
        for level, count in report.tally.items() if count
    ]
    choices = [
        tag("label", f"{name} ", tag("select", tag("option", "all", value=""), *(tag("option", value, value=value) for value in options), name=name))
        for name, options in (("kind", kinds), ("target", targets)) if len(options) > 1
    ]
    return tag(
        "form", tag("fieldset", tag("legend", "severity"), *boxes), *choices,
        tag("label", "text ", tag("input", type="search", name="text", placeholder="name, rule, file …", autocomplete="off")),
        tag("button", "open all", type="button", name="open"), tag("button", "fold all", type="button", name="fold"),
        tag("output", counted(len(report.verdict.findings), "finding"), aria_live="polite"),
        hidden=True, id="chooser", role="search", aria_label="choose findings",
    )


def suppressed(report: Report) -> Markup | None:
    if not report.suppressed:
        return None
    rows = [
        tag("li", tag("code", item.finding.subject), f" {item.finding.title}: {item.reason}")
        for item in report.suppressed
    ]
    return tag("section", tag("details", tag("summary", tag("b", "Suppressed "), tag("span", f"{len(rows):,}", class_="count")), tag("ul", *rows), class_="rule"), id="suppressed")


def drawn_section(key: str, title: str, count: int, cards: list[Markup]) -> Markup:
    left = count - MOST_CARDS
    return tag("section", tag("h2", title), legend() if key == "layouts" else None, *cards, tag("p", f"{counted(left, 'element')} more: see the findings.") if left > 0 else None, id=key, class_="cards")


def legend() -> Markup:
    """What the colours of layouts mean; tables say the same in words."""
    states = ("added", "added"), ("removed", "removed"), ("moved", "moved"), ("typed", "another type, size or name"), ("padding", "padding")
    return tag("p", *(part for state, words in states for part in (tag("i", class_=f"swatch {state}"), f" {words} ")), class_="legend")
