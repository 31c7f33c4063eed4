"""`astra-abi freeze`: a release that is never edited again."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("version")
@click.option("--library", "libraries", multiple=True, required=True, type=click.Path(path_type=Path, exists=True), metavar="FILE", help="Library that the clients are linked to and run on; give it twice for two.")
@click.option("--contract", type=click.Path(path_type=Path), metavar="DIR", help="Contract folder; else the project's.")
def command(version: str, libraries: tuple[Path, ...], contract: Path | None) -> None:
    """Freeze VERSION: contract, header, symbols, layouts, golden digests, client sources and binaries."""
    from ..freeze import freeze
    from ..load.contract import load_contract
    from ..project import find_project

    project = find_project(contract)
    for folder in freeze(load_contract(project.contract), project, list(libraries), version):
        print(f"froze {folder}")
