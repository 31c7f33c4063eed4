"""`astra-abi check`: one library against its contract and every release before it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .options import report_options


@click.command()
@click.argument("library", type=click.Path(path_type=Path))
@click.option("--contract", type=click.Path(path_type=Path), metavar="DIR", help="Contract folder; else astra-abi.toml's, else the packaged one.")
@click.option("--header", type=click.Path(path_type=Path), metavar="FILE", help="Header to compare with the contract.")
@click.option("--baseline", type=click.Path(path_type=Path), metavar="DIR", help="Folder of frozen releases, or one of them.")
@click.option("--debug-file", type=click.Path(path_type=Path), metavar="FILE", help="The library's separate debug information.")
@click.option("--static", is_flag=True, help="Only the stages that do not run the library.")
@click.option("--keep", type=click.Path(path_type=Path), metavar="DIR", help="Keep results of unchanged builds here, by content.")
@click.option("--time-limit", type=click.FloatRange(1, 3600), default=20, show_default=True, metavar="SECONDS", help="Longest that one conformance case may take.")
@report_options
def command(library, contract, header, baseline, debug_file, static, fail_on, keep, time_limit, form, outputs, verbose) -> None:
    """Compare LIBRARY with the contract, with every frozen release, and with what it promises to do.

    Exits with 0 if it is compatible, 1 if something breaks, 2 if that cannot be judged.
    """
    from ..report import produce

    arguments = (library, contract, header, baseline, debug_file, static, fail_on, keep, time_limit, form)
    sys.exit(produce("check", form, (("library", str(library)),), lambda: judge(*arguments), outputs, verbose))


def judge(library, contract, header, baseline, debug_file, static, fail_on, keep, time_limit, form):
    """Reads the project, runs the stages and applies the rules."""
    from ..load.contract import load_contract
    from ..project import find_project
    from ..report.progress import Progress
    from ..report.verdict import Judged, Report, Sides, decide
    from ..rules import judge as apply_rules
    from ..rules import load_rules
    from ..stages import ORDER, PASS, STATIC, Subject, run_stages

    project = find_project(contract, header, baseline)
    abi = load_contract(project.contract)
    rules = load_rules(project.rules)
    progress = Progress(silent=form != "text")
    subject = Subject(library, project, abi, debug_file, keep, progress.update, time_limit)
    subject.library  # a file that is no shared library ends the command before any stage begins
    with progress:
        results = run_stages(subject, STATIC if static else ORDER, progress.stage)
    targets = tuple(abi.build["targets"]["layout"]) if abi.build else ()
    judged = [Judged(result, apply_rules(result.changes, rules, targets)) for result in results]
    about = (("library", str(library)), ("contract", f"{abi.name} {abi.version} ({project.contract})  (from {project.how})"))
    sides = [Sides("library", abi, subject.library.abi)]
    if any(result.name == "baselines" and result.verdict == PASS for result in results):  # the releases could be read
        sides += [Sides(f"since {release.version}", release, abi) for release in subject.releases[-1:]]
    return Report("check", about, decide(judged, abi, fail_on, static), len(targets), tuple(sides), rules, fail_on)
