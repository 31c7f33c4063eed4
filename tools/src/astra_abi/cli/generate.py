"""`astra-abi generate`: everything that is derived from the contract."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click

DIFF_LINES = 40
"""Most lines of a difference that are shown for one file."""


@click.command()
@click.option("--contract", type=click.Path(path_type=Path), metavar="DIR", help="Contract folder; else the project's.")
@click.option("--output", type=click.Path(path_type=Path), metavar="DIR", help="Root to write under; else the project's.")
@click.option("--check", is_flag=True, help="Write nothing; show what differs and exit with 1.")
def command(contract: Path | None, output: Path | None, check: bool) -> None:
    """Write the header, version script, note, Rust glue, negative cases and reference pages."""
    from ..generate import artifacts
    from ..generate.lint import refuse_unsound
    from ..load.contract import load_contract
    from ..observe import write_whole
    from ..project import find_project

    project = find_project(contract)
    root = output or project.contract.resolve().parent
    abi = load_contract(project.contract)
    refuse_unsound(abi)
    made = artifacts(abi)
    stale = [path for path, text in made.items() if not same(root / path, text)]
    orphans = find_orphans(root, made)
    if check:
        for path in stale:
            show_difference(root / path, path, made[path])
        for path in orphans:
            print(f"{path}: nothing generates this file any more")
        if stale or orphans:
            print(f"{len(stale) + len(orphans)} of {len(made)} generated files differ from the contract.\nTo mend it, run: astra-abi generate")
            sys.exit(1)
        print(f"{len(made)} generated files agree with the contract.")
        return
    for path in stale:
        write_whole(root / path, made[path])
        print(f"wrote {path}")
    for path in orphans:
        (root / path).unlink()
        print(f"removed {path}")
    print(f"{len(made)} generated files agree with the contract, {len(stale)} written now.")


def same(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() == text.encode()
    except OSError:
        return False


def find_orphans(root: Path, made: dict[str, str]) -> list[str]:
    """Files in folders that hold generated files only, which no generator makes any more."""
    folders = {Path(path).parent for path in made if "generated" in Path(path).parts or path.startswith("docs/reference/")}
    present = (path.relative_to(root).as_posix() for folder in folders for path in (root / folder).glob("*") if path.is_file())
    return sorted(path for path in present if path not in made)


def show_difference(path: Path, name: str, text: str) -> None:
    try:
        old = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        print(f"{name}: is missing")
        return
    lines = list(difflib.unified_diff(old, text.splitlines(), name, f"{name} (generated)", lineterm="", n=1))
    print("\n".join(lines[:DIFF_LINES]))
    if len(lines) > DIFF_LINES:
        print(f"... and {len(lines) - DIFF_LINES} more lines")
