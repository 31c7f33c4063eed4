"""Reports: one verdict for people, for CI and for machines. A form is a module here; it is found, not registered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from .verdict import Report


def produce(command: str, form: str, about: tuple[tuple[str, str], ...], make: Callable[[], Report]) -> int:
    """Makes a report and prints it; returns the exit code. A machine gets a document whatever happens."""
    from . import json

    try:
        report = make()
    except Exception as error:
        if form == "json":
            print(json.text(json.refusal(error, command, about)))
        raise
    if form == "json":
        print(json.text(json.document(report)))
    else:
        from . import text

        text.show(report)
    return report.verdict.exit_code
