"""`astra-abi dump`: what was read of a source, as a snapshot that `diff` takes instead of it."""

from __future__ import annotations

from pathlib import Path

import click

from .options import reading_options

PLACE = click.Path(path_type=Path)


@click.command()
@click.argument("path", type=PLACE)
@click.option("--headers", type=PLACE, metavar="PATH", help="Its public headers: a folder or one header.")
@click.option("--public", multiple=True, metavar="GLOB", help="Which headers of the folder are public; else all of them.")
@reading_options
@click.option("--debug-file", type=PLACE, metavar="FILE", help="Its separate debug information.")
@click.option("--contract", type=PLACE, metavar="DIR", help="A header contract: what is declared of it.")
@click.option("--target", "targets", multiple=True, metavar="TARGET", help="Read headers for this target too; 'all' for every one.")
def command(path, headers, public, include, defines, preamble, debug_file, contract, targets) -> None:
    """Write everything that was read of PATH to standard output: a library, headers, a contract or a release.

    The snapshot holds symbols, types and signatures of each target as text that can be compared line by line.
    """
    from ..load.declared import load_declarations
    from ..load.snapshot import Snapshot, text_of
    from ..load.source import Reading, read_source

    named = tuple(target for target in targets if target != "all")
    terms = load_declarations(contract) if contract else None
    source = read_source(path, Reading(headers, public, include, defines, preamble, debug_file, named, "all" in targets, terms))
    name, version = (terms.name, terms.version) if terms else (path.name, "")
    print(text_of(Snapshot(source.kind, source.declared, source.build, name, version)), end="")
