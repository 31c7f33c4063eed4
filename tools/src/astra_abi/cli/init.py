"""`astra-abi init`: the first header contract of a library that exists."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from .options import reading_options

PLACE = click.Path(path_type=Path)


@click.command()
@click.option("--from-header", "places", type=PLACE, multiple=True, required=True, metavar="PATH", help="A public header, or a folder of them; may be given again.")
@click.option("--library", type=PLACE, required=True, metavar="FILE", help="The built shared library.")
@click.option("--out", type=PLACE, metavar="DIR", help="Folder of the contract; else abi/NAME.")
@reading_options
@click.option("--debug-file", type=PLACE, metavar="FILE", help="The library's separate debug information.")
def command(places, library, out, include, defines, preamble, debug_file) -> None:
    """Begin a contract for a library that exists: what can be seen is written, what cannot is asked in comments.

    The contract is valid as it is, and its library keeps it. Nothing is guessed and nothing is overwritten.
    """
    from ..draft import begin, see
    from ..draft.text import library_name, reasons
    from ..load.declared import FILE
    from ..model import AstraError

    if out and (out / FILE).exists():
        raise AstraError("is there already", str(out / FILE), "name another folder with --out, or edit the contract that is there")
    seen = see(library, places, include, defines, preamble, debug_file)
    file = begin(seen, out or Path("abi") / library_name(seen))
    questions = file.read_text("utf-8").count("# ? ")
    own = seen.own
    print(f"wrote {file}: {len(own.functions)} functions, {len(own.structs)} structs and unions on {len(seen.declared)} targets")
    for gap in seen.build.gaps:
        print(f"not seen: {gap}", file=sys.stderr)
    for why, targets in reasons(seen).items():
        print(f"not readable for {', '.join(targets)}: {why}", file=sys.stderr)
    steps = [f"answer the {questions} questions in {file}, or leave them at the strict answer"] if questions else []
    place, folder = (shlex.quote(str(path)) for path in (library, file.parent))
    steps += [f"astra-abi check {place} --contract {folder}", f"astra-abi freeze VERSION --library {place} --contract {folder}"]
    for number, step in enumerate(steps, 1):
        print(f"{number}. {step}")
