"""`astra-abi record`: what a contract's probe programs give with a library, recorded, or compared with a record."""

from __future__ import annotations

import sys
from pathlib import Path

import click


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
@click.option("--fail-on", type=click.Choice(["breaking", "risky", "source"]), default="breaking", show_default=True, help="What else makes the exit code 1.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How a comparison is shown.")
def command(library, contract, out, before, wanted, headers, link_with, cc, runs, jobs, fail_on, form) -> None:
    """Run the contract's probe programs with LIBRARY, each case alone and several times, and write what they gave.

    With --compare nothing is written: exits with 0 if all is as recorded, 1 if something breaks, 2 if that cannot be
    judged. Runs code of the library and of the probes: only the kernel keeps it from anything else.
    """
    from ..model import AstraError
    from ..project import find_project
    from ..report import json

    options = {"headers": headers, "link_with": link_with, "cc": cc, "runs": runs, "jobs": jobs}
    try:
        if out and before:
            raise AstraError("--out writes a recording, --compare reads one", "", "give one of them")
        project = find_project(contract)
        if project.header:
            options["headers"] += (project.header.parent, project.header.parent.parent)
        if before:
            compare_with(before, library, project, wanted, fail_on, form, options)
        else:
            write(library, project.contract, out, wanted, options)
    except Exception as error:
        if form == "json":
            print(json.text(json.refusal(error, str(library))))
        raise


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


def write(library, folder, out, wanted, options) -> None:
    import time

    from ..record import write_recording

    begin = time.perf_counter()
    recording, probes = run(library, folder, wanted, False, True, options)
    place = out or folder / "recorded.json"
    write_recording(recording, place)
    for sentence in recording.missing:
        print(f"not kept from the probes: {sentence}")
    print(
        f"recorded {len(recording.cases)} cases of {len(probes)} probes, {options['runs']} runs each, "
        f"in {time.perf_counter() - begin:.1f} s: {place}"
    )


def compare_with(before, library, project, wanted, fail_on, form, options) -> None:
    """Judges what the library gives by a recording, and exits."""
    import fnmatch
    from dataclasses import replace

    from ..compare import compare
    from ..record import read_recording
    from ..rules import judge, load_rules

    old = read_recording(before)
    new, _ = run(library, project.contract, wanted, form == "json", False, options)
    known = {name: case for name, case in old.cases.items() if fnmatch.fnmatchcase(name.partition("/")[0], wanted)}
    findings = judge(compare(replace(old, cases=known).abi, new.abi), load_rules(project.rules))
    sys.exit(show(findings, old, new, fail_on, form))


def show(findings, old, new, fail_on, form) -> int:
    """Prints findings and verdict; the exit code."""
    from ..report.verdict import blocks

    broken = [finding for finding in findings if finding.severity == "breaking"]
    code = int(bool(broken) or any(blocks(finding, fail_on) for finding in findings))
    verdict = "breaking" if broken else "compatible"
    if form == "json":
        print_json(findings, old, new, verdict)
        return code
    from rich.text import Text

    from ..report.text import COLOURS, console, show_finding

    out = console()
    for finding in findings:
        show_finding(out, finding)
    for sentence in new.missing:
        out.print(f"not kept from the probes: {sentence}")
    if old.machine != new.machine:
        out.print(f"recorded on {old.machine}, run on {new.machine}")
    counts = {level: sum(finding.severity == level for finding in findings) for level in ("breaking", "risky", "compatible")}
    tally = ", ".join(f"{count} {level}" for level, count in counts.items() if count) or "no differences"
    out.print(Text.assemble("verdict: ", (verdict, COLOURS[verdict]), f" ({tally}; {len(new.cases)} cases run)"))
    return code


def print_json(findings, old, new, verdict) -> None:
    """The report of a check with this one stage."""
    from ..report import json
    from ..report.verdict import BUMPS, Judged, Verdict
    from ..stages import PASS, Result

    summary = f"{len(new.cases)} cases, {len(findings)} differences"
    stage = Judged(Result("recorded", PASS, summary), findings)
    bump = max((finding.bump for finding in findings), key=BUMPS.index, default="none")
    sentence = f"{new.file} compared with the recording of {old.file}: {summary}."
    whole = Verdict(verdict, int(verdict != "compatible"), bump, sentence, (stage,))
    print(json.text(json.document(whole, new.file, f"recording of {old.file}", "the argument --compare")))
