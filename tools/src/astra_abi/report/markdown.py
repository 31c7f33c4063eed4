"""The report as Markdown, for step summaries and comments. Says how much it leaves out where there is a limit."""

from __future__ import annotations

import re
from typing import Iterator

from ..rules import Finding
from .verdict import Report
from .words import complaint, counted, details, line, tally

MARKS = {"compatible": "✅", "breaking": "❌", "cannot-judge": "⚠️"}
OPEN = 10
"""Findings of one rule that are shown without folding."""
MOST = 900_000
"""Bytes of a document. GitHub takes one MiB for a step, and drops what is larger without a word."""


def text(report: Report, most: int = MOST) -> str:
    verdict = report.verdict
    head = [f"## {MARKS[verdict.verdict]} {verdict.verdict}: {tally(report)}", "", plain(verdict.sentence), ""]
    head += [f"- {plain(label)}: {code(about)}" for label, about in report.about]
    if verdict.required_bump != "none":
        head.append(f"- required bump: {verdict.required_bump}")
    for where, what, remedy in complaint(report):
        head.append(f"- ⚠️ cannot judge: {plain(': '.join(filter(None, (where, what))))}{f' → {plain(remedy)}' if remedy else ''}")
    if verdict.stages:
        head += ["", "| stage | verdict | s | what was seen |", "| --- | --- | ---: | --- |"]
        head += [
            f"| {plain(stage.result.title)} | {stage.verdict} | {stage.result.seconds:.2f} | {plain(stage.result.summary)} |" for stage in verdict.stages
        ]
    return cut("\n".join(head) + "\n", list(sections(report)), most)


def sections(report: Report) -> Iterator[tuple[int, str]]:
    """Each rule with what it found, and how many findings that is."""
    for rule, found in report.ruling:
        yield len(found), "\n".join(section(rule, [finding for _, finding in found], report.targets))
    if report.suppressed:
        rows = [f"- {code(item.finding.subject)} ({item.finding.rule}): {plain(item.reason)}" for item in report.suppressed]
        yield len(rows), "\n".join(["", f"### suppressed: {counted(len(rows), 'finding')}", "", *rows, ""])


def section(rule: str, findings: list[Finding], targets: int) -> Iterator[str]:
    first = findings[0]
    yield f"\n### {first.severity}: {plain(first.title)} ({code(rule)}, {len(findings):,})\n"
    if first.severity != "compatible":
        yield f"**Breaks:** {plain(first.breaks)}  \n**Fix:** {plain(first.fix)}\n"
    folded = len(findings) > OPEN or first.severity == "compatible"
    if folded:
        yield f"<details><summary>{counted(len(findings), 'element')}</summary>\n"
    for finding in findings:
        rows = "; ".join(f"{label} {code(value)}" for label, value in details(finding, targets))
        yield f"- {code(finding.subject)}{f': {rows}' if rows else ''}"
    if folded:
        yield "\n</details>"
    yield ""


def cut(head: str, parts: list[tuple[int, str]], most: int) -> str:
    """As many parts as fit, and how many findings are in those that do not."""
    taken, left = head.encode("utf-8", "backslashreplace"), 0
    for count, part in parts:
        piece = part.encode("utf-8", "backslashreplace")
        if left or len(taken) + len(piece) > most:
            left += count
        else:
            taken += piece
    more = f"\n**{counted(left, 'finding')} more: too many for this place; the other reports have all of them.**\n" if left else ""
    return taken.decode() + more


def plain(words: str) -> str:
    """Words in which nothing is markup or a link, and nobody is mentioned."""
    shown = re.sub(r"([\\`*_\[\]()#|~!])", r"\\\1", line(words)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return shown.replace("@", "@\u200b").replace("://", ":\u200b//")


def code(words: str) -> str:
    """A code span. A bar would end a table's cell, a backtick the span: its fence is longer than any run of them."""
    shown = line(words).replace("|", "\u2502")
    fence = "`" * (max((len(run) for run in re.findall(r"`+", shown)), default=0) + 1)
    space = " " if shown[:1] in ("`", " ", "") or shown[-1:] == "`" else ""
    return f"{fence}{space}{shown}{space}{fence}"
