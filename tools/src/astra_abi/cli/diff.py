"""`astra-abi diff`: what programs built against the old one meet in the new one."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import click

from .options import reading_options, report_options

PLACE = click.Path(path_type=Path)


@click.command()
@click.argument("old", type=PLACE)
@click.argument("new", type=PLACE)
@click.option("--old-headers", type=PLACE, metavar="PATH", help="Public headers of OLD: a folder or one header.")
@click.option("--new-headers", type=PLACE, metavar="PATH", help="Public headers of NEW.")
@click.option("--headers", type=PLACE, metavar="PATH", help="Public headers of both.")
@click.option("--public", multiple=True, metavar="GLOB", help="Which headers of the folders are public; else all of them.")
@reading_options
@click.option("--old-debug", type=PLACE, metavar="FILE", help="Separate debug information of OLD.")
@click.option("--new-debug", type=PLACE, metavar="FILE", help="Separate debug information of NEW.")
@click.option("--contract", type=PLACE, metavar="DIR", help="A header contract: what is declared of both.")
@click.option("--suppressions", type=PLACE, metavar="FILE", help="Findings that somebody answers for, beside those of the contract.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day by which suppressions expire; else the clock's.")
@click.option("--target", "targets", multiple=True, metavar="TARGET", help="Read headers for this target too; 'all' for every one.")
@click.option("--behaviour", is_flag=True, help="Run the contract's probe programs, built with OLD, with both.")
@click.option("--second-opinions", is_flag=True, help="Ask abidiff, abi-compliance-checker and abicheck too, and show where they differ.")
@click.option("--symbols-only", is_flag=True, help="Compare only what the loader sees, on purpose.")
@click.option("--prove", is_flag=True, help="Ask this system's loader about every symbol that moved; nothing of either library runs.")
@report_options
def command(old, new, form, outputs, verbose, fail_on, **how) -> None:
    """Compare NEW with OLD: libraries, headers, contracts or frozen releases, in any mixture.

    Exits with 0 if programs built against OLD run with NEW, 1 if something breaks, 2 if that cannot be judged.
    """
    from ..report import produce

    about = (("old", str(old)), ("new", str(new)))
    sys.exit(produce("diff", form, about, lambda: judge(old, new, about, fail_on, form, how), outputs, verbose))


def judge(old: Path, new: Path, about, fail_on: str, form: str, how: dict):
    """Reads both sides and compares them."""
    gc.disable()  # nothing is thrown away before the end, and looking for it costs a fifth of the time
    return compared(*read_sides(old, new, how), about, fail_on, form, how)


def compared(old, new, contract, about, fail_on: str, form: str, how: dict):
    """Takes every view of two sides that were read, and applies the rules."""
    from dataclasses import replace

    from ..data import packaged
    from ..diff import CANNOT_RUN, blind, look, merged, models, unseen
    from ..report.verdict import CANNOT_JUDGE, Judged, Report, Sides, decide
    from ..rules import judge as apply_rules
    from ..rules import load_rules
    from ..stages import Result
    from ..suppress import apply_suppressions

    views = look(old, new, how["symbols_only"], how["new_debug"])
    if how["behaviour"]:
        views.append(observed(old, new, contract, form))
    rules = load_rules(packaged("compat") / "rules", {change.kind for view in views for _, change in view.changes})
    found = [found for _, found in merged(views, lambda changes: apply_rules(changes, rules))]
    word, contradicted = None, False
    if how["prove"]:
        from ..prove.findings import proven

        found, word, contradicted = proven(found, old, new, rules)
    answered = (how["suppressions"], how["today"])
    judged = [
        Judged(Result(view.name, view.verdict, view.summary, tuple(c for _, c in view.changes), view.remedy, view.seconds, title=view.title), found)
        for view, found in zip(views, apply_suppressions(found, contract.suppressions if contract else (), answered, rules))
    ]
    if word:
        judged.append(Judged(word, ()))
    if not how["symbols_only"] and not any(stage.result.verdict == CANNOT_RUN for stage in judged) and (gaps := blind(old, new)):
        judged.append(Judged(Result("build", CANNOT_RUN, "; ".join(gaps), title="types of the builds", remedy="give headers, or build with -g"), ()))
    seen = {target for view in views for target in (*(old.declared.keys() & new.declared.keys()), *(t for t, _ in view.changes)) if target}
    shown = () if how["symbols_only"] else tuple(Sides(*side) for side in models(old, new))
    verdict = decide(judged, None, fail_on, contradicted=contradicted)
    if not how["symbols_only"] and verdict.verdict != CANNOT_JUDGE and (missed := unseen(old, new)):
        verdict = replace(verdict, sentence=f"{verdict.sentence} Without the headers of both sides {missed[0]}.")
    report = Report("diff", about, verdict, len(seen), shown, rules, fail_on)
    return with_opinions(report, old, new, form) if how["second_opinions"] else report


def read_sides(old: Path, new: Path, how: dict):
    """Both sides as they are to be read, and what is declared of both."""
    from ..load.declared import load_declarations
    from ..load.surroundings import surround
    from ..load.source import Reading, read_source
    from ..model import AstraError

    contract = load_declarations(how["contract"]) if how["contract"] else None
    named = tuple(target for target in how["targets"] if target != "all")
    common = tuple(tuple(how[name]) for name in ("public", "include", "defines", "preamble"))
    sides = ((old, how["old_headers"] or how["headers"], how["old_debug"]), (new, how["new_headers"] or how["headers"], how["new_debug"]))
    old, new = (read_source(path, Reading(headers, *common, debug, named, "all" in how["targets"], contract)) for path, headers, debug in sides)
    if named and not any(side.declared or side.refused for side in (old, new)):
        raise AstraError("--target reads headers, and neither side has any", "", "give --old-headers and --new-headers, or leave it out")
    if any(headers for _, headers, _ in sides) and not all(side.declared or side.refused for side in (old, new)):
        raise AstraError("only one side has headers", "", "give --old-headers and --new-headers, or neither")
    return old, surround(old, new), contract


def observed(old, new, contract, form: str):
    """The view of what the contract's probe programs do with both builds."""
    from ..diff import behaviour
    from ..load.declared import headers_of
    from ..model import AstraError
    from ..report.progress import Progress

    if not contract or not old.build or not new.build:
        raise AstraError("--behaviour runs the probe programs of a contract with two builds", "", "give two libraries, and --contract with its probes/")
    progress = Progress(silent=form != "text")
    with progress:
        progress.stage("probes")
        return behaviour(old, new, contract.folder, () if old.headers else headers_of(contract).include, progress.update)


def with_opinions(report, old, new, form: str):
    """The report with what other tools say of the same two builds."""
    from dataclasses import replace

    from ..model import AstraError
    from ..opinions import Headers, agreement, ask_all
    from ..report.progress import Progress

    if not old.build or not new.build:
        raise AstraError("--second-opinions asks tools that compare two builds", "", "give two libraries")
    headers = Headers(old.headers.root, new.headers.root) if old.headers and new.headers else None
    opinions = []
    progress = Progress(silent=form != "text")
    with progress:
        for opinion in ask_all(old.path, new.path, headers):
            opinions.append(opinion)
            progress.update(f"asked {opinion.peer}", len(opinions), 3)
    ours = [(finding.subject, finding.severity, finding.rule) for _, finding in report.verdict.findings]
    public = set(new.declared[new.build.target].structs) if new.build.target in new.declared else None
    return replace(report, opinions=tuple(opinions), rows=tuple(agreement(ours, opinions, public=public)))
