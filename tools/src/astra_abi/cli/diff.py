"""`astra-abi diff`: what programs built against the old one meet in the new one."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import click

from .options import report_options

PLACE = click.Path(path_type=Path)


@click.command()
@click.argument("old", type=PLACE)
@click.argument("new", type=PLACE)
@click.option("--old-headers", type=PLACE, metavar="PATH", help="Public headers of OLD: a folder or one header.")
@click.option("--new-headers", type=PLACE, metavar="PATH", help="Public headers of NEW.")
@click.option("--headers", type=PLACE, metavar="PATH", help="Public headers of both.")
@click.option("--public", multiple=True, metavar="GLOB", help="Which headers of the folders are public; else all of them.")
@click.option("--include", "-I", type=PLACE, multiple=True, metavar="DIR", help="Where headers find other headers.")
@click.option("--define", "-D", multiple=True, metavar="NAME[=VALUE]", help="Macros that the headers are read with.")
@click.option("--old-debug", type=PLACE, metavar="FILE", help="Separate debug information of OLD.")
@click.option("--new-debug", type=PLACE, metavar="FILE", help="Separate debug information of NEW.")
@click.option("--contract", type=PLACE, metavar="DIR", help="A header contract: what is declared of both.")
@click.option("--suppressions", type=PLACE, metavar="FILE", help="Findings that somebody answers for, beside those of the contract.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day by which suppressions expire; else the clock's.")
@click.option("--target", "targets", multiple=True, metavar="TARGET", help="Read headers for this target too; 'all' for every one.")
@click.option("--symbols-only", is_flag=True, help="Compare only what the loader sees, on purpose.")
@click.option("--prove", is_flag=True, help="Ask this system's loader about every symbol that moved; nothing of either library runs.")
@report_options
def command(
    old, new, headers, old_headers, new_headers, old_debug, new_debug, form, outputs, verbose, fail_on, symbols_only, prove, suppressions, today, **reading,
) -> None:
    """Compare NEW with OLD: libraries, headers, contracts or frozen releases, in any mixture.

    Exits with 0 if programs built against OLD run with NEW, 1 if something breaks, 2 if that cannot be judged.
    """
    from ..report import produce

    sides = ((old, old_headers or headers, old_debug), (new, new_headers or headers, new_debug))
    about = (("old", str(old)), ("new", str(new)))
    sys.exit(produce(
        "diff", form, about, lambda: judge(sides, about, fail_on, symbols_only, prove, (suppressions, today), reading), outputs, verbose,
    ))


def judge(sides, about, fail_on: str, symbols_only: bool, prove: bool, answered: tuple, reading: dict):
    """Reads both sides, takes every view of them, and applies the rules."""
    gc.disable()  # nothing is thrown away before the end, and looking for it costs a fifth of the time
    from ..data import packaged
    from ..diff import CANNOT_RUN, blind, look, merged, models
    from ..load.declared import load_declarations
    from ..load.neighbours import surround
    from ..load.source import Reading, read_source
    from ..load.targets import every_target
    from ..model import AstraError
    from ..report.verdict import Judged, Report, Sides, decide
    from ..rules import judge as apply_rules
    from ..rules import load_rules
    from ..stages import Result
    from ..suppress import apply_suppressions

    contract = load_declarations(reading["contract"]) if reading["contract"] else None
    if len({bool(headers) for _, headers, _ in sides}) > 1:
        raise AstraError("only one side has headers", "", "give --old-headers and --new-headers, or neither")
    targets = every_target() if "all" in reading["targets"] else tuple(reading["targets"])
    common = (tuple(reading["public"]), tuple(reading["include"]), tuple(reading["define"]))
    old, new = (read_source(path, Reading(headers, *common, debug, targets, contract)) for path, headers, debug in sides)
    new = surround(old, new)
    views = look(old, new, symbols_only)
    rules = load_rules(packaged("compat") / "rules", {change.kind for view in views for _, change in view.changes})
    found = [found for _, found in merged(views, lambda changes: apply_rules(changes, rules))]
    word, contradicted = None, False
    if prove:
        from ..prove.findings import proven

        found, word, contradicted = proven(found, old, new, rules)
    judged = [
        Judged(Result(view.name, view.verdict, view.summary, tuple(c for _, c in view.changes), view.remedy, view.seconds, title=view.title), found)
        for view, found in zip(views, apply_suppressions(found, contract.suppressions if contract else (), answered, rules))
    ]
    judged += [Judged(word, ())] if word else []
    if not symbols_only and not any(stage.result.verdict == CANNOT_RUN for stage in judged) and (gaps := blind(old, new)):
        judged.append(Judged(Result("build", CANNOT_RUN, "; ".join(gaps), title="types of the builds", remedy="give headers, or build with -g"), ()))
    seen = {target for view in views for target in (*old.declared, *(t for t, _ in view.changes)) if target}
    shown = () if symbols_only else tuple(Sides(*side) for side in models(old, new))
    return Report("diff", about, decide(judged, None, fail_on, contradicted=contradicted), len(seen), shown, rules, fail_on)
