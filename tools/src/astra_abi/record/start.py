"""Whether a program can be started with a library, asked of the loader itself. Nothing of the program runs.

A program that does not start gives no output to compare, and the loader's message is not the library's.
"""

from __future__ import annotations

import re
import sys

from ..model import AstraError
from .cells import Run, Wardens
from .condition import CONDITIONS
from .program import Build, Program, links

DLOPEN = "import ctypes, sys\ntry: ctypes.CDLL(sys.argv[1], 2)\nexcept OSError as error: print(error)\nelse: print('loaded')"

OURS = "under-test:"
"""Stands for the folder of the libraries of one run, whose name is chance."""


def obstacle(program: Program, build: Build, wardens: Wardens) -> str:
    """Why a program cannot be started with a library; nothing if it can."""
    if program.probe.language == "python":
        command, arguments, extra = sys.executable, (program.probe.name, "-s", "-P", "-B", "-c", DLOPEN, program.arguments[5]), {}
    else:
        command, arguments = program.command, program.arguments
        extra = {"LD_TRACE_LOADED_OBJECTS": "1", "LD_BIND_NOW": "1", "LD_WARN": "1"}
    run = Run(
        command, arguments, {**program.environment, **extra}, CONDITIONS[0], links=links(program, build), time_limit=60,
        memory=program.probe.memory_limit << 20,
    )
    ((_, seen),) = wardens.run_all([(None, run)])
    said = (seen.stdout.head + seen.stderr.head).decode("utf-8", "replace")
    said = re.sub(r"/\S*/astra-probe[^/\s]*/lib/", OURS, said)
    if seen.end == "overran":
        return f"loading it: {seen.detail}"
    if program.probe.language == "python":
        return "" if said.strip() == "loaded" else said.strip().split("\n")[-1].replace(OURS, "") or f"loading it ended with {seen.end} {seen.code}"
    return trouble(said, program, build)


def trouble(said: str, program: Program, build: Build) -> str:
    """What the loader complains about, the first of each kind."""
    lines = [line.strip() for line in said.splitlines()]
    if build.name != program.wants:
        return f"it asks for {program.wants}, and the library is {build.name}"
    complaints = [line.split("\t")[0].rstrip() for line in lines if "undefined symbol" in line or "not found" in line or "version `" in line]
    if complaints:
        more = f" (and {len(complaints) - 1} more)" if len(complaints) > 1 else ""
        return complaints[0].replace(OURS, "") + more
    loaded = dict(line.split(" => ", 1) for line in lines if " => " in line)
    if not loaded.get(program.wants, "").startswith(f"{OURS}{program.wants} "):
        raise AstraError(f"the loader does not tell what the program loads: {said.strip()[:300]}", program.probe.name, "run it where the loader can be asked")
    return ""
