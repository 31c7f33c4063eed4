"""The report for people: one table, the findings, one verdict, one sentence. Fits a terminal and a CI log."""

from __future__ import annotations

import os
import shutil
import sys

from ..rules import Finding
from ..stages import NOT_DECLARED
from .verdict import Report

COLOURS = {
    "pass": "green", "fail": "red", "cannot-run": "yellow", NOT_DECLARED: "dim",
    "compatible": "green", "breaking": "bold red", "cannot-judge": "bold yellow", "risky": "yellow",
    "suppressed": "dim",
}
SUPPRESSED = "suppressed"


def console():
    from rich.console import Console

    # Without a terminal rich assumes 80 columns and would cut words; a log can be wider.
    wanted = os.environ.get("COLUMNS", "")
    wide = max(100, shutil.get_terminal_size((100, 24)).columns)
    width = None if sys.stdout.isatty() else max(40, int(wanted)) if wanted.isdecimal() and int(wanted) else wide
    return Console(width=width, highlight=False)


def show(report: Report) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    out, verdict = console(), report.verdict
    for label, text in report.about:
        out.print(Text.assemble((f"{label:<10}", "dim"), text))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("stage")
    table.add_column("verdict")
    table.add_column("s", justify="right")
    table.add_column("what was seen", overflow="fold")
    for stage in verdict.stages:
        table.add_row(
            stage.result.title, Text(stage.verdict, style=COLOURS[stage.verdict]),
            f"{stage.result.seconds:.2f}", Text(stage.result.summary + (f" -> {stage.result.remedy}" if stage.result.remedy else "")),
        )
    out.print(table)
    for stage, finding in verdict.findings:
        show_finding(out, finding, report.targets)
    levels = [SUPPRESSED if finding.suppressed else finding.severity for _, finding in verdict.findings]
    counts = {level: levels.count(level) for level in ("breaking", "risky", "compatible", SUPPRESSED)}
    tally = ", ".join(f"{count} {level}" for level, count in counts.items() if count) or "no changes"
    out.print(Text.assemble("verdict: ", (verdict.verdict, COLOURS[verdict.verdict]), f" ({tally})"))
    out.print(verdict.sentence)


def show_finding(out, finding: Finding, most: int) -> None:
    from rich.padding import Padding
    from rich.text import Text

    level = SUPPRESSED if finding.suppressed else finding.severity
    out.print(Text.assemble((level, COLOURS.get(level, "")), "  ", (finding.subject, "bold"), f"  [{finding.rule}]"))
    rows = [finding.title]
    if finding.old is not None or finding.new is not None:
        rows.append(f"was: {finding.old if finding.old is not None else '-'}   is: {finding.new if finding.new is not None else '-'}")
    if finding.severity != "compatible":
        rows += [f"breaks: {finding.breaks}", f"fix: {finding.fix}"]
    if finding.suppressed:
        rows.append(f"suppressed, though {finding.severity}: {finding.suppressed}")
    if finding.where:
        rows.append(f"at: {finding.where}")
    if len(finding.targets) < most:
        rows.append(f"on: {', '.join(finding.targets)} only")
    for row in rows:
        out.print(Padding(Text(row), (0, 0, 0, 4)))
    out.print()
