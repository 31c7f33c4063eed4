"""`astra-abi new`: the files that a new function or operator needs by hand."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("kind", type=click.Choice(["function", "operator"]))
@click.argument("name")
@click.option("--concept", metavar="NAME", help="For a function: the file in spec/abi that it belongs to, such as tensor.")
def command(kind: str, name: str, concept: str | None) -> None:
    """Write the beginnings of a new function or operator NAME (such as neg@1) and say what is left to do."""
    from ..project import find_project
    from ..scaffold import new_function, new_operator

    root = find_project().contract.resolve().parent
    steps = new_operator(root, name) if kind == "operator" else new_function(root, name, concept)
    for path in steps.written:
        print(f"wrote {Path(path).relative_to(root)}")
    for number, step in enumerate(steps.left, 1):
        print(f"{number}. {step}")
