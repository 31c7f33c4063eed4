"""`astra-abi new`: the files that a new function or operator needs by hand."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("kind", type=click.Choice(["function", "operator", "version"]))
@click.argument("name")
@click.option("--concept", metavar="NAME", help="For a function: the file in spec/abi that it belongs to, such as tensor.")
@click.option("--contract", type=click.Path(path_type=Path), metavar="DIR", help="Contract folder; else the project's.")
def command(kind: str, name: str, concept: str | None, contract: Path | None) -> None:
    """Begin a new function, operator (neg@1) or version (0.1.1), and say what is left to do."""
    from .. import scaffold
    from ..project import find_project

    root = find_project(contract).contract.resolve().parent
    if kind == "function":
        steps = scaffold.new_function(root, name, concept)
    else:
        steps = {"operator": scaffold.new_operator, "version": scaffold.new_version}[kind](root, name)
    for path in steps.written:
        print(f"wrote {path.relative_to(root)}")
    for number, step in enumerate(steps.left, 1):
        print(f"{number}. {step}")
