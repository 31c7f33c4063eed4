"""`astra-abi conform`: the conformance suite on one library, as pytest runs it."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("library", type=click.Path(path_type=Path))
@click.option("--contract", type=click.Path(path_type=Path), metavar="DIR", help="Contract folder; else the project's.")
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def command(library: Path, contract: Path | None, pytest_arguments: tuple[str, ...]) -> None:
    """Run every conformance case on LIBRARY. What follows is for pytest, such as -k stream -x."""
    from ..conform import run_in_terminal
    from ..load.contract import load_contract
    from ..model import AstraError
    from ..project import find_project

    project = find_project(contract)
    if not project.conformance:
        raise AstraError("the contract has no conformance suite", project.how, "put one into tests/conformance beside the contract")
    abi = load_contract(project.contract)
    sys.exit(run_in_terminal(library, abi, project.conformance, project.golden, list(pytest_arguments)))
