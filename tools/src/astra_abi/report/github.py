"""The report for a GitHub workflow: annotations on standard output, and a step summary. Owns no other place to publish."""

from __future__ import annotations

import os
from typing import Iterator

from ..model import AstraError
from ..rules import Finding
from . import encoded, markdown
from .place import place_of
from .verdict import LEVELS, Report, blocks
from .words import complaint, counted, details, line, tally

SUMMARY = "GITHUB_STEP_SUMMARY"
COMMANDS = {"breaking": "error", "risky": "warning", "compatible": "notice"}
MOST = 10
"""Annotations of one level that GitHub shows of a step; it drops others without a word."""


def text(report: Report) -> str:
    """Annotations, then the summary."""
    return f"{annotations(report)}\n{markdown.text(report)}"


def show(report: Report, verbose: bool = False) -> None:
    """Prints the annotations. The summary goes where the workflow wants it, or after them."""
    import sys

    place = os.environ.get(SUMMARY)
    printed = annotations(report) if place else text(report)
    sys.stdout.flush()
    sys.stdout.buffer.write(encoded(printed))
    if place:
        try:
            with open(place, "ab") as file:  # other steps' programs write there too
                file.write(encoded(markdown.text(report)))
        except OSError as error:
            raise AstraError(f"the step summary cannot be written: {error.strerror}", place, f"leave ${SUMMARY} as the runner sets it, or unset it") from error


def annotations(report: Report) -> str:
    """One workflow command a line, worst level first, and the verdict as a plain line."""
    rows = []
    for where, what, remedy in complaint(report)[:MOST]:
        rows.append(command("error", "cannot judge", f"{where}: {what}" if where else what, *([f"-> {remedy}"] if remedy else [])))
    room = {"error": MOST - len(rows), "warning": MOST, "notice": MOST}
    left = dict.fromkeys(LEVELS, 0)
    for _, found in report.ruling:
        for _, finding in found:
            name = "error" if blocks(finding, report.fail_on) else COMMANDS[finding.severity]
            if room[name]:
                room[name] -= 1
                rows.append(annotation(name, finding, report.targets))
            else:
                left[finding.severity] += 1
    rows += [f"{counted(count, f'{level} finding')} more: GitHub shows {MOST} a level; the summary has them" for level, count in left.items() if count]
    return "\n".join([*rows, f"astra-abi: {report.verdict.verdict} ({tally(report)}). {line(report.verdict.sentence)}"])


def annotation(name: str, finding: Finding, targets: int) -> str:
    rows = [line(finding.subject), *(f"{label}: {value}" for label, value in details(finding, targets))]
    if finding.severity != "compatible":
        rows += [f"breaks: {finding.breaks}", f"fix: {finding.fix}"]
    place = place_of(finding.where)
    at = {"file": place.inside or place.path, **({"line": str(place.line)} if place.line else {})} if place else {}
    return command(name, f"{finding.title} [{finding.rule}]", *rows, **at)


def command(name: str, title: str, *rows: str, **properties: str) -> str:
    """A workflow command. What would end it, or begin another one, is escaped as the runner reads it."""
    given = ",".join(f"{key}={escaped(value, True)}" for key, value in {**properties, "title": title}.items())
    return f"::{name} {given}::{escaped(chr(10).join(rows))}"


def escaped(words: str, is_property: bool = False) -> str:
    pairs: Iterator[tuple[str, str]] = iter([("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), *([(":", "%3A"), (",", "%2C")] if is_property else [])])
    for character, code in pairs:
        words = words.replace(character, code)
    return words
