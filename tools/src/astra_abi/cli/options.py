"""Options that commands share. Owns no command."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import click

from ..report import forms


class Output(click.ParamType):
    """A form of report and the file that it goes to."""

    name = "output"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "FORM=FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Path]:
        if isinstance(value, tuple):
            return value
        form, sign, place = value.partition("=")
        if not sign or not place or place == "-":
            self.fail(f"'{value}' is not of the form FORM=FILE; for standard output there is --format.", param, ctx)
        if form not in forms():
            self.fail(f"'{form}' is not one of {', '.join(forms())}.", param, ctx)
        return form, Path(place)


def reading_options(command: Callable) -> Callable:
    """Adds `include`, `defines` and `preamble`: how headers are read."""
    for option in (
        click.option("--preamble", multiple=True, metavar="HEADER", help="A header of others that programs include first, such as stdio.h."),
        click.option("--define", "-D", "defines", multiple=True, metavar="NAME[=VALUE]", help="Macros that the headers are read with."),
        click.option("--include", "-I", type=click.Path(path_type=Path), multiple=True, metavar="DIR", help="Where headers find other headers."),
    ):
        command = option(command)
    return command


def report_options(command: Callable) -> Callable:
    """Adds `form`, `outputs` and `verbose`, which `report.produce` takes, and `fail_on`."""
    for option in (
        click.option("--verbose", "-v", is_flag=True, help="List every compatible change; else repeated ones are counted."),
        click.option("--output", "outputs", type=Output(), multiple=True, help="Write a report to a file too; may be given several times."),
        click.option("--format", "form", type=click.Choice(forms()), default="text", show_default=True, help="What standard output gets."),
        click.option("--fail-on", type=click.Choice(["breaking", "risky", "source"]), default="breaking", show_default=True, help="What else makes the exit code 1."),
    ):
        command = option(command)
    return command
