"""`astra-abi bless`: golden outputs that independently written libraries agree on."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("libraries", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--contract", type=click.Path(path_type=Path), metavar="DIR", help="Contract folder; else the project's.")
def command(libraries: tuple[Path, ...], contract: Path | None) -> None:
    """Write the golden outputs if all LIBRARIES (two at least) agree on every bit."""
    from ..golden import bless
    from ..load.contract import load_contract
    from ..model import AstraError
    from ..project import find_project

    if len({path.resolve() for path in libraries}) < 2:
        raise AstraError("one library cannot bless its own outputs", "", "name two independently written libraries")
    project = find_project(contract)
    written = bless(load_contract(project.contract), list(libraries), project.golden)
    for path in written:
        print(f"wrote {path}")
    print(f"{len(libraries)} libraries agree on every bit; {len(written)} files changed. Read the diff before you commit it.")
