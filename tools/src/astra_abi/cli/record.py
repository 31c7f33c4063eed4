"""`astra-abi record`: what a contract's probe programs give with a library, recorded, or compared with a record."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .options import report_options


@click.command()
@click.argument("library", type=click.Path(path_type=Path))
@click.option("--contract", type=click.Path(path_type=Path), metavar="DIR", help="Contract folder with probes/; else astra-abi.toml's.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Where to write; else recorded.json in the contract folder.")
@click.option("--compare", "before", type=click.Path(path_type=Path), metavar="FILE", help="Compare with this recording instead of writing one.")
@click.option("--probe", "wanted", metavar="GLOB", default="*", help="Only the probes whose names match.")
@click.option("--headers", type=click.Path(path_type=Path), metavar="DIR", multiple=True, help="Folder of the library's headers; may be given again.")
@click.option("--link-with", type=click.Path(path_type=Path), metavar="OLD", help="Build the probes with this library, and run them with LIBRARY.")
@click.option("--cc", metavar="PROGRAM", help="C compiler; else cc, gcc, clang, or zig's.")
@click.option("--runs", type=click.IntRange(3, 1000), default=3, show_default=True, help="How often each case runs.")
@click.option("--jobs", type=click.IntRange(1, 256), help="How many run at once; else one for each processor.")
@report_options
def command(library, contract, out, before, wanted, headers, link_with, cc, runs, jobs, form, outputs, verbose, fail_on) -> None:
    """Run the contract's probe programs with LIBRARY, each case alone and several times, and write what they gave.

    With --compare nothing is written: exits with 0 if all is as recorded, 1 if something breaks, 2 if that cannot be
    judged. Runs code of the library and of the probes: only the kernel keeps it from anything else.

    A probe is a small program that uses the library, and a file probes/NAME.toml in the contract's folder that says
    how it is run; `astra-abi explain probe` lists what may stand there.
    """
    from ..project import find_project

    options = {"headers": headers, "link_with": link_with, "cc": cc, "runs": runs, "jobs": jobs}
    if out and before:
        raise click.UsageError("--out writes a recording, --compare reads one: give one of them")
    if before:
        from ..report import produce

        about = (("library", str(library)), ("recording", str(before)))
        sys.exit(produce(
            "record", form, about, lambda: compare_with(before, library, find_project(contract), wanted, fail_on, form, options, about), outputs, verbose,
        ))
    write(library, find_project(contract), out, wanted, options)


def run(library, folder, wanted, quiet, strict, options):
    """The recording of the wanted probes."""
    import fnmatch

    from ..model import AstraError
    from ..record import load_probes, record
    from ..report.progress import Progress

    declared = load_probes(folder)
    probes = [probe for probe in declared if fnmatch.fnmatchcase(probe.name, wanted)]
    if not probes:
        names = ", ".join(probe.name for probe in declared)
        raise AstraError(f"no probe matches '{wanted}' (declared: {names})", str(folder), "give --probe another pattern")
    progress = Progress(silent=quiet)
    with progress:
        progress.stage("probes")
        return record(library, probes, strict=strict, progress=progress.update, **options), probes


def write(library, project, out, wanted, options) -> None:
    import time

    from ..record import write_recording

    begin, folder = time.perf_counter(), project.contract
    options["headers"] += beside(project, options["headers"])
    recording, probes = run(library, folder, wanted, False, True, options)
    place = out or folder / "recorded.json"
    write_recording(recording, place)
    for sentence in recording.missing:
        print(f"not kept from the probes: {sentence}")
    print(
        f"recorded {len(recording.cases)} cases of {len(probes)} probes, {options['runs']} runs each, "
        f"in {time.perf_counter() - begin:.1f} s: {place}"
    )


def beside(project, named: tuple[Path, ...]) -> tuple[Path, ...]:
    """The folders of the project's own header, or those of a header contract if none is named."""
    from ..load.declared import headers_of, is_header_contract, load_declarations

    if is_header_contract(project.contract):
        return () if named else headers_of(load_declarations(project.contract)).include
    return (project.header.parent, project.header.parent.parent) if project.header else ()


def compare_with(before, library, project, wanted, fail_on, form, options, about):
    """What the library gives, judged by a recording."""
    import fnmatch
    from dataclasses import replace

    from ..compare import compare
    from ..record import read_recording
    from ..report.verdict import Judged, Report, decide
    from ..rules import judge, load_rules
    from ..stages import Result

    old = read_recording(before)
    options["headers"] += beside(project, options["headers"])
    new, _ = run(library, project.contract, wanted, form != "text", False, options)
    known = {name: case for name, case in old.cases.items() if fnmatch.fnmatchcase(name.partition("/")[0], wanted)}
    rules = load_rules(project.rules)
    changes = compare(replace(old, cases=known).abi, new.abi)
    notes = [f"{len(new.cases)} cases run", *(f"not kept from the probes: {sentence}" for sentence in new.missing)]
    if old.machine != new.machine:
        notes.append(f"recorded on {old.machine}, run on {new.machine}")
    stage = Judged(Result("recorded", "pass", "; ".join(notes), changes, title="recorded behaviour"), judge(changes, rules))
    return Report("record", about, decide([stage], None, fail_on), rules=rules, fail_on=fail_on)
