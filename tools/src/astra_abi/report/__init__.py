"""Reports: one verdict for people, for CI and for machines. A form is a module here; it is found, not registered.

A form has `text(report)`, the whole document. It may have `show(report, verbose)`, which writes to standard
output what belongs there. That nothing could be judged is a report like any other, in every form.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Sequence

if TYPE_CHECKING:
    from .verdict import Report

PARTS = frozenset({"agreement", "files", "place", "progress", "verdict", "words"})
"""Modules here that are no form."""


def forms() -> list[str]:
    """The names of all forms, the one for people first."""
    found = {module.name for module in pkgutil.iter_modules(__path__)} - PARTS
    return sorted(found, key=lambda name: (name != "text", name))


def text_of(form: str, report: Report) -> str:
    """A report as a document of one form."""
    return importlib.import_module(f"{__name__}.{form}").text(report)


def produce(
    command: str, form: str, about: tuple[tuple[str, str], ...], make: Callable[[], Report],
    outputs: Sequence[tuple[str, Path]] = (), verbose: bool = False,
) -> int:
    """Makes a report, writes it to its places and prints it; returns the exit code.

    Whatever happens, each place holds a report of this run, and a machine that reads standard output gets one.
    """
    from .files import Files
    from .verdict import refused, with_reach

    files = Files(outputs)
    try:
        files.begin(command, about)
        report = with_reach(make())
        printed = "" if form == "text" else text_of(form, report)
        files.write(report)
    except (Exception, KeyboardInterrupt) as error:
        refusal = refused(error, command, about)
        files.give_up(refusal)
        if form != "text":  # a person reads the message on standard error
            deliver(form, refusal, text_of(form, refusal), verbose)
        raise
    deliver(form, report, printed, verbose)
    return report.verdict.exit_code


def deliver(form: str, report: Report, printed: str, verbose: bool) -> None:
    """Prints a report. What is for machines is UTF-8 whatever the terminal's encoding is."""
    module = importlib.import_module(f"{__name__}.{form}")
    if hasattr(module, "show"):
        module.show(report, verbose)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(encoded(printed))


def encoded(text: str) -> bytes:
    """The bytes of a document, with a line's end at its end."""
    return (text if text.endswith("\n") else f"{text}\n").encode("utf-8", "backslashreplace")
