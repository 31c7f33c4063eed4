"""`astra-abi check`: one library against its contract and every release before it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .options import report_options


@click.command()
@click.argument("library", required=False, type=click.Path(path_type=Path))
@click.option("--library", "named", type=click.Path(path_type=Path), metavar="LIBRARY", help="The library, by an option.")
@click.option("--app", "apps", type=click.Path(path_type=Path), multiple=True, metavar="PROGRAM", help="Will this program still run with LIBRARY? Nothing else is checked then. May be given several times.")
@click.option("--old", type=click.Path(path_type=Path), metavar="LIBRARY", help="With --app: the library that the program was linked to.")
@click.option("--run", "arguments", is_flag=False, flag_value="", metavar="[ARGS]", help="With --app: start the program too, contained, bound at once, with these arguments.")
@click.option("--symbols-only", is_flag=True, help="With --app: only what the loader sees, on purpose.")
@click.option("--contract", type=click.Path(path_type=Path), metavar="DIR", help="Contract folder; else astra-abi.toml's, else the packaged one.")
@click.option("--header", type=click.Path(path_type=Path), metavar="FILE", help="Header to compare with the contract.")
@click.option("--baseline", type=click.Path(path_type=Path), metavar="DIR", help="Folder of frozen releases, or one of them.")
@click.option("--debug-file", type=click.Path(path_type=Path), metavar="FILE", help="The library's separate debug information.")
@click.option("--headers", type=click.Path(path_type=Path), metavar="DIR", help="For a header contract, or with --app: the folder of this release's public headers.")
@click.option("--suppressions", type=click.Path(path_type=Path), metavar="FILE", help="Findings that somebody answers for, beside those of the contract.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day by which suppressions expire; else the clock's.")
@click.option("--static", is_flag=True, help="Only the stages that do not run the library.")
@click.option("--keep", type=click.Path(path_type=Path), metavar="DIR", help="Keep results of unchanged builds here, by content.")
@click.option("--time-limit", type=click.FloatRange(1, 3600), default=20, show_default=True, metavar="SECONDS", help="Longest that one conformance case may take.")
@report_options
def command(
    library, named, apps, old, arguments, symbols_only, contract, header, baseline, debug_file, headers, suppressions, today, form, outputs, verbose, **how,
) -> None:
    """Compare LIBRARY with the contract, with every frozen release, and with what it promises to do.

    With --app, answer for one program instead: will it still run with LIBRARY? Its symbols, versions, copies of data
    and types are compared, as far as it uses them.

    Exits with 0 if it is compatible, 1 if something breaks, 2 if that cannot be judged.
    """
    from ..report import produce

    library = one_library(library, named)
    if not apps and (old or symbols_only or arguments is not None):
        raise click.UsageError("--old, --run and --symbols-only belong to --app")
    if apps and (contract or header or baseline or how["static"] or how["keep"]):
        raise click.UsageError("--app judges by the program alone: it goes with --old, --headers, --debug-file, --run and --symbols-only")

    def make():
        if apps:
            return judge_apps(apps, library, (old, headers, debug_file), arguments, symbols_only, (suppressions, today), how)
        from ..load.declared import is_header_contract
        from ..project import find_project

        project = find_project(contract, header, baseline)
        answered = (suppressions, today)
        if is_header_contract(project.contract):
            return judge_existing(library, project, headers, baseline, debug_file, answered, form, how)
        if headers:
            raise click.UsageError("--headers belongs to a header contract; --header names the header of this one")
        return judge(library, project, debug_file, answered, form, **how)

    sys.exit(produce("check", form, (("library", str(library)),), make, outputs, verbose))


def one_library(library, named):
    if (library is None) == (named is None):
        raise click.UsageError("name one library: as LIBRARY, or with --library")
    return library or named


def judge_apps(apps, library, beside, arguments, symbols_only, answered, how):
    """Whether some programs still run with the library."""
    import shlex
    from dataclasses import replace

    from ..app import Library, judge_app, read_app
    from ..app.start import started
    from ..app.types import types
    from ..data import packaged
    from ..report.verdict import Report, app_sentence, decide
    from ..rules import load_rules

    target = Library(library, *beside)
    results = []
    for app in [read_app(path, target) for path in apps]:
        results += judge_app(app, target, None if symbols_only else types)
        if arguments is not None:
            results.append(started(app, target, shlex.split(arguments), how["time_limit"]))
    rules = load_rules(packaged("compat") / "rules", {change.kind for result in results for change in result.changes})
    verdict = decide(judge_results(results, rules, (), (), answered), None, how["fail_on"])
    verdict = replace(verdict, required_bump="none", sentence=app_sentence(verdict))
    about = (("library", str(library)), *(("old", str(old)) for old in beside[:1] if old), ("program", ", ".join(map(str, apps))))
    return Report("check", about, verdict, rules=rules, fail_on=how["fail_on"])


def judge(library, project, debug_file, answered, form, static, fail_on, keep, time_limit):
    """Runs the stages and applies the rules."""
    from ..load.contract import load_contract
    from ..model import AstraError
    from ..project import PACKAGED
    from ..report.progress import Progress
    from ..report.verdict import Report, Sides, decide
    from ..rules import load_rules
    from ..stages import ORDER, PASS, STATIC, Subject, run_stages

    abi = load_contract(project.contract)
    rules = load_rules(project.rules)
    progress = Progress(silent=form != "text")
    subject = Subject(library, project, abi, debug_file, keep, progress.update, time_limit)
    exported = subject.library.abi.image.symbols or {}  # a file that is no shared library ends the command before any stage begins
    if project.how == PACKAGED and not exported.keys() & abi.functions.keys():
        raise AstraError(f"no contract is named, and this is no library of {abi.name}", str(library), "give --contract DIR; `astra-abi init` begins a contract for a library")
    with progress:
        results = run_stages(subject, STATIC if static else ORDER, progress.stage)
    targets = tuple(abi.build["targets"]["layout"]) if abi.build else ()
    judged = judge_results(results, rules, targets, (), answered)
    about = (("library", str(library)), ("contract", f"{abi.name} {abi.version} ({project.contract})  (from {project.how})"))
    sides = [Sides("library", abi, subject.library.abi)]
    if any(result.name == "baselines" and result.verdict == PASS for result in results):  # the releases could be read
        sides += [Sides(f"since {release.version}", release, abi) for release in subject.releases[-1:]]
    return Report("check", about, decide(judged, abi, fail_on, static), len(targets), tuple(sides), rules, fail_on)


def judge_existing(library, project, headers, baseline, debug_file, answered, form, how):
    """The same for a library that was there before its contract."""
    from dataclasses import replace

    from ..load.declared import load_declarations
    from ..load.existing import Existing
    from ..report.progress import Progress
    from ..report.verdict import Report, decide, existing_sentence
    from ..rules import load_rules
    from ..stages import EXISTING, run_stages

    contract = load_declarations(project.contract)
    rules = load_rules(project.rules)
    progress = Progress(silent=form != "text")
    subject = Existing(library, contract, headers, baseline, debug_file, progress.update)
    subject.target  # a file that is no shared library ends the command before any stage begins
    with progress:
        results = run_stages(subject, EXISTING[:-1] if how["static"] else EXISTING, progress.stage)
    targets = tuple(subject.declared) if results[0].verdict == "pass" else ()
    judged = judge_results(results, rules, targets, contract.suppressions, answered)
    verdict = decide(judged, None, how["fail_on"])
    verdict = replace(verdict, sentence=existing_sentence(verdict, contract.name, contract.version))
    about = (("library", str(library)), ("contract", f"{contract.name} {contract.version} ({project.contract})  (from {project.how})"))
    return Report("check", about, verdict, len(targets))


def judge_results(results, rules, targets, suppressed, answered):
    """Each stage's result with its findings, those that somebody answers for marked."""
    from dataclasses import replace

    from ..report.verdict import Judged
    from ..rules import judge as apply_rules
    from ..suppress import apply_suppressions

    groups = []
    for result in results:
        found = apply_rules(result.changes, rules, targets)
        if result.places:
            found = tuple(
                replace(finding, targets=list(places), suppressed=excuse) for finding, places, excuse in zip(found, result.places, result.excuses)
            )
        groups.append(found)
    return [Judged(result, found) for result, found in zip(results, apply_suppressions(groups, suppressed, answered, rules))]
