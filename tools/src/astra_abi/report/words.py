"""Words that several forms say alike. What comes from outside is shown as it is, but can steer no terminal and no page."""

from __future__ import annotations

import re

from ..rules import Finding
from .verdict import Report

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control characters, those that turn the direction of text, and halves of characters; not tab and newline."""
COMMAND = re.compile(r"(?<!\S)::(?=[a-z-]+[\s:])|##(?=\[)")
"""How a line begins that a CI runner obeys wherever it reads it."""
FEW = 3
FEW_TARGETS = 4
"""Targets that are listed without being counted."""


def visible(text: str) -> str:
    """The text with characters that would act instead of being read written as escapes."""
    return COMMAND.sub(lambda match: escape(match[0][0]) + match[0][1:], STEERING.sub(lambda match: escape(match[0]), text))


def line(text: str) -> str:
    """The text on one line."""
    return visible(text).replace("\n", "\\n").replace("\t", " ")


def escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def tally(report: Report) -> str:
    """How many findings there are of each level, in words."""
    if report.error:
        return "nothing was compared"
    told = [f"{count:,} {level}" for level, count in report.tally.items() if count] or ["no changes"]
    return ", ".join([*told, *([f"{len(report.suppressed):,} suppressed"] if report.suppressed else [])])


def few(names: tuple[str, ...] | list[str], most: int = FEW) -> str:
    """The first names, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names) if rest < 2 else f"{', '.join(names[:most])} and {rest:,} more"


def details(finding: Finding, most: int) -> list[tuple[str, str]]:
    """What is to be said of one finding beyond its rule, as labels and texts. `most` is the number of targets."""
    rows = []
    if finding.old is not None:
        rows.append(("was", visible(finding.old)))
    if finding.new is not None:
        rows.append(("is", visible(finding.new)))
    if finding.where:
        rows.append(("at", line(finding.where)))
    if finding.targets and len(finding.targets) < most:
        number = f"{len(finding.targets)} of {most} targets: " if len(finding.targets) > FEW_TARGETS else ""
        rows.append(("only on", number + line(", ".join(finding.targets))))
    if finding.proof:
        rows.append(("proved", line(finding.proof)))
    if finding.affects:
        rows.append(("reached by", line(few(finding.affects))))
    return rows


def complaint(report: Report) -> list[tuple[str, str, str]]:
    """Everything that kept the report from a verdict: where, what, and what to do."""
    if report.error:
        return [(visible(report.error.where), visible(report.error.what), visible(report.error.do_this))]
    return [
        (stage.result.title or stage.result.name, visible(stage.result.summary), visible(stage.result.remedy))
        for stage in report.verdict.stages if stage.verdict == "cannot-run"
    ]
