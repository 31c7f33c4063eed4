"""The report for people: one table, the findings by rule, one verdict, one sentence. Fits a terminal and a CI log."""

from __future__ import annotations

import io
import os
import shutil
import sys
from typing import TYPE_CHECKING, Iterator

from ..rules import Finding
from ..stages import NOT_DECLARED
from .verdict import LEVELS, Report
from .words import counted, details, few, line, tally, visible

if TYPE_CHECKING:
    from rich.console import Console

COLOURS = {
    "pass": "green", "fail": "red", "cannot-run": "yellow", NOT_DECLARED: "dim",
    "compatible": "green", "breaking": "bold red", "cannot-judge": "bold yellow", "risky": "yellow",
    "suppressed": "dim",
}
WIDTH = 100
"""Columns where there is no terminal. Without one rich assumes 80 and would cut words; a log can be wider."""


def text(report: Report) -> str:
    """The report as a file, without colours, and with everything in it."""
    from rich.console import Console

    out = Console(file=io.StringIO(), width=WIDTH, highlight=False, color_system=None, force_terminal=False)
    write(out, report, verbose=True)
    return "".join(f"{row.rstrip()}\n" for row in out.file.getvalue().splitlines())


def show(report: Report, verbose: bool = False) -> None:
    """Prints the report, with colours where they are wanted (a terminal, and no NO_COLOR)."""
    write(console(), report, verbose)


def console() -> Console:
    from rich.console import Console

    wanted = os.environ.get("COLUMNS", "")
    wide = max(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)
    width = None if sys.stdout.isatty() else max(40, int(wanted)) if wanted.isdecimal() and int(wanted) else wide
    return Console(width=width, highlight=False)


def write(out: Console, report: Report, verbose: bool) -> None:
    from rich.text import Text

    for label, about in report.about:
        out.print(Text.assemble((f"{label:<10}", "dim"), line(about)), soft_wrap=True)
    if report.error:
        out.print(Text(f"\n{visible(str(report.error))}\n"), soft_wrap=True)
    else:
        write_stages(out, report)
    kept = []
    for rule, found in report.ruling:
        if found[0][1].severity == "compatible" and not verbose:
            kept.append((rule, [finding for _, finding in found]))
        else:
            write_rule(out, rule, [finding for _, finding in found], report.targets)
    write_counted(out, kept)
    for item in report.suppressed if verbose else ():
        out.print(rows_of(out.width, 2, "suppressed", f"{line(item.finding.subject)}: {visible(item.reason)}"), end="", markup=False, soft_wrap=True)
    verdict = report.verdict
    out.print(Text.assemble("verdict: ", (verdict.verdict, COLOURS[verdict.verdict]), f" ({tally(report)})"))
    out.print(verdict.sentence, markup=False)
    if report.opinions:
        from .agreement import write as write_opinions

        write_opinions(out, report)


def write_stages(out: Console, report: Report) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("stage")
    table.add_column("verdict", no_wrap=True)
    table.add_column("s", justify="right", no_wrap=True)
    table.add_column("what was seen", overflow="fold")
    for stage in report.verdict.stages:
        remedy = f" -> {stage.result.remedy}" if stage.result.remedy else ""
        table.add_row(
            stage.result.title, Text(stage.verdict, style=COLOURS[stage.verdict]),
            f"{stage.result.seconds:.2f}", Text(visible(stage.result.summary + remedy)),
        )
    out.print(table)


def write_rule(out: Console, rule: str, findings: list[Finding], targets: int) -> None:
    """A rule said once, and every element that it found."""
    from rich.text import Text

    first = findings[0]
    number = f"{len(findings):,} × " if len(findings) > 1 else ""
    out.print(Text.assemble((first.severity, COLOURS.get(first.severity, "")), f"  {number}{first.title}  ", (f"[{rule}]", "dim")))
    told = [details(finding, targets) for finding in findings]
    shared = shared_rows(told)
    said = [("breaks", first.breaks), ("fix", first.fix)] if first.severity != "compatible" else []
    text_ = Text()
    for label, value in [*said, *shared]:
        text_.append(rows_of(out.width, 2, label, value))
    for finding, rows in zip(findings, told):
        text_.append("  ").append(line(finding.subject), "bold")
        text_.append("\n" + rows_of_details(out.width, [row for row in rows if row not in shared]))
    out.print(text_, soft_wrap=True)


def shared_rows(rows: list[list[tuple[str, str]]]) -> list[tuple[str, str]]:
    """What is alike for every finding of a rule, and is said once."""
    return [row for row in rows[0] if row[0] not in ("was", "is") and all(row in others for others in rows)] if len(rows) > 1 else []


def rows_of_details(width: int, rows: list[tuple[str, str]]) -> str:
    """Labels and texts; how it was and how it is stand in one line where they fit."""
    was_is = "   ".join(f"{label}: {text_}" for label, text_ in rows if label in ("was", "is"))
    written = ""
    if was_is and "\n" not in was_is and len(was_is) + 4 <= width:
        rows = [row for row in rows if row[0] not in ("was", "is")]
        written = f"    {was_is}\n"
    return written + "".join(rows_of(width, 4, label, text_) for label, text_ in rows)


def rows_of(width: int, indent: int, label: str, text_: str, hang: int = 0) -> str:
    """A label and a text that is wrapped beside it, or `hang` columns in."""
    head = f"{' ' * indent}{label}: "
    rest = " " * (hang or len(head))
    rows = wrapped(text_, max(20, width - len(rest)), len(head) - len(rest))
    return "".join(f"{rest if number else head}{row}\n" for number, row in enumerate(rows))


def wrapped(text_: str, width: int, taken: int = 0) -> Iterator[str]:
    """The lines of a text; `taken` columns of the first one belong to something else. A name is never broken."""
    import textwrap

    for number, row in enumerate(text_.split("\n")):
        room = "\0" * taken if number == 0 else ""
        lines = textwrap.wrap(room + row, width, break_on_hyphens=False, break_long_words=False) or [""]
        yield lines[0].removeprefix(room)
        yield from lines[1:]


def write_counted(out: Console, groups: list[tuple[str, list[Finding]]]) -> None:
    """A line for each rule whose findings are compatible."""
    from rich.text import Text

    if not groups:
        return
    total = sum(len(findings) for _, findings in groups)
    hint = "; --verbose lists each" if total > len(groups) else ""
    out.print(Text.assemble((LEVELS[-1], COLOURS[LEVELS[-1]]), f"  {counted(total, 'change')} that {'break' if total > 1 else 'breaks'} nothing{hint}"))
    for rule, findings in groups:
        named = few([line(finding.subject) for finding in findings])
        out.print(rows_of(out.width, 2, f"{findings[0].title} [{rule}]", named, hang=4), end="", markup=False, soft_wrap=True)
    out.print()
