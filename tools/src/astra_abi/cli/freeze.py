"""`astra-abi freeze`: a release that is never edited again."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("version")
@click.option("--library", "libraries", multiple=True, required=True, type=click.Path(path_type=Path, exists=True), metavar="FILE", help="Library that the clients are linked to and run on; give it twice for two.")
@click.option("--contract", type=click.Path(path_type=Path), metavar="DIR", help="Contract folder; else the project's.")
@click.option("--headers", type=click.Path(path_type=Path), metavar="DIR", help="For a header contract: the folder of this release's public headers.")
@click.option("--debug-file", type=click.Path(path_type=Path), metavar="FILE", help="For a header contract: the library's separate debug information.")
def command(version: str, libraries: tuple[Path, ...], contract: Path | None, headers: Path | None, debug_file: Path | None) -> None:
    """Freeze VERSION: contract, header, symbols, layouts, golden digests, client sources and binaries.

    Of a header contract: what the headers declare on every target, what is declared of that, and the symbols.
    """
    from ..freeze import freeze
    from ..load.contract import load_contract
    from ..load.declared import is_header_contract
    from ..project import find_project

    project = find_project(contract)
    if is_header_contract(project.contract):
        from ..release import freeze_release

        if len(libraries) > 1:
            raise click.UsageError("a header contract is frozen with one --library")
        print(f"froze {freeze_release(project.contract, libraries[0], version, project.rules, headers, debug_file=debug_file)}")
        return
    for folder in freeze(load_contract(project.contract), project, list(libraries), version):
        print(f"froze {folder}")
