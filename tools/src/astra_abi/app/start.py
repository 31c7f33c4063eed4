"""Starts a program with a library in place, bound at once, contained, and says how it ended. Only when it was asked to.

Refuses programs of other machines, those with rights of their own, and those that would load another library.
"""

from __future__ import annotations

import platform
import re
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Sequence

from ..compare import compare
from ..contained import Ended, refuse_privileged, run
from ..load.library import MACHINES
from ..model import Abi, AstraError, Behaviour, Image, Outcome
from ..prove.trace import LOADER, listen, near
from ..record.cells import LIB, Run, Wardens
from ..record.condition import CONDITIONS
from ..stages import CANNOT_RUN, PASS, Result
from . import App, Library

MEMORY = 16 << 30
"""Bytes of address space; programs reserve more than they use."""
KEPT, BROKEN, CRASHED, HUNG = "kept", "broken", "crashed", "hung"
REFUSED = 127
"""The exit code with which the loader refuses a program."""


def started(app: App, library: Library, arguments: Sequence[str], seconds: float) -> Result:
    """The stage: how the program ends with the library, and with the old one if that is at hand."""
    begin = time.perf_counter()
    name = app.program.path.name
    try:
        outcome, said = observe(app, library, arguments, seconds)
    except AstraError as error:
        result = Result("", CANNOT_RUN, f"{error.where}: {error.what}" if error.where else error.what, remedy=error.do_this)
    else:
        new = Abi(f"library {library.path}", image=Image(), behaviour=Behaviour(clients={name: outcome}))
        result = Result("", PASS, said, compare(Abi(f"program {app.program.path}"), new))
    return replace(result, name=f"run:{name}", title=f"run of {name}", seconds=time.perf_counter() - begin)


def observe(app: App, library: Library, arguments: Sequence[str], seconds: float) -> tuple[Outcome, str]:
    path = app.program.path
    here = MACHINES.get(platform.machine(), platform.machine())
    if app.program.machine != here:
        raise AstraError(f"is built for {app.program.machine}, this machine is {here}", str(path), "run it on a machine of its kind")
    if not app.program.runnable:
        raise AstraError("is a library, which nothing starts", str(path), "name a program, or leave out --run")
    refuse_privileged(path)
    ended, missing = launch(app, library.path, arguments, seconds)
    said = "; ".join((*missing, f"with {library.path.name} it {ended.manner}"))
    if library.old:
        before, _ = launch(app, library.old, arguments, seconds)
        if before.code == ended.code and ended.code is not None:
            return Outcome(KEPT, "contents"), f"{said}, as with the old one"
        return outcome_of(ended, f"{ended.manner}, and with the old one {before.manner}"), f"{said}; with the old one it {before.manner}"
    if ended.code and ended.code > 0 and ended.code != REFUSED:
        raise AstraError(f"{said}; whether it always does is not known", str(path), "give --old, or --run with arguments with which it ends with 0")
    return (Outcome(KEPT, "contents") if ended.code == 0 else outcome_of(ended, ended.manner)), said


def outcome_of(ended: Ended, manner: str) -> Outcome:
    """A failure, with the last that the program or the loader said."""
    result = HUNG if ended.code is None else CRASHED if ended.code < 0 else BROKEN
    last = ended.err.strip().splitlines()
    return Outcome(result, "contents", f"it {manner}" + (f": {last[-1][:300]}" if last else ""))


def launch(app: App, library: Path, arguments: Sequence[str], seconds: float) -> tuple[Ended, tuple[str, ...]]:
    """Runs the program in a cell of its own, with nothing in its environment but what leads to the library; says which walls it lacked."""
    refuse_other(app, library)
    program = app.program.path.resolve()
    environment = {**way(LIB, library), "PATH": "/usr/bin:/bin", "HOME": ".", "LC_ALL": "C"}
    order = Run(
        str(program), (program.name, *arguments), environment, CONDITIONS[0], links={app.name: library}, time_limit=seconds, memory=MEMORY,
    )
    with Wardens(1) as wardens:
        ((_, seen),) = wardens.run_all([(None, order)])
        missing = wardens.walls.missing
    if seen.end == "overran" and "did not end" not in seen.detail:
        raise AstraError(f"overran a limit: {seen.detail}", str(program), "run it by hand, or leave out --run")
    code = {"exited": seen.code, "killed": -seen.code}.get(seen.end)
    return Ended(code, *(stream.head.decode("utf-8", "replace") for stream in (seen.stdout, seen.stderr))), missing


def way(folder: str, library: Path) -> dict[str, str]:
    """What leads the loader to the library, and has it bind everything at once."""
    return {"LD_LIBRARY_PATH": ":".join((folder, *map(str, near(library)))), "LD_BIND_NOW": "1"}


def refuse_other(app: App, library: Path) -> None:
    """Asks the loader first which library the program would get: an RPATH of its own comes before everything else."""
    interpreter, program = app.program.interpreter, app.program.path.resolve()
    if not re.search(LOADER, interpreter or ""):
        raise AstraError(f"its loader ({interpreter}) is not glibc's", str(program), "run it on a system with glibc, or leave out --run")
    with tempfile.TemporaryDirectory(prefix="astra-run-") as folder:
        wanted = Path(folder) / app.name
        wanted.symlink_to(library.resolve())
        environment = {**way(folder, library), "LD_TRACE_LOADED_OBJECTS": "1", "LC_ALL": "C"}
        ended = run((interpreter, str(program)), cwd=Path(folder), environment=environment, seconds=60)
    said = listen(f"{ended.out}\n{ended.err}", program)
    if said.not_found:
        raise AstraError(f"needs {', '.join(said.not_found)}, not found here", str(program), "install what it needs, or leave out --run")
    if said.places.get(app.name) != str(wanted):
        got = said.places.get(app.name) or f"nothing ({(ended.err.strip().splitlines() or [ended.manner])[0][:200]})"
        raise AstraError(f"would load {got} for {app.name}", str(program), "remove its RPATH (patchelf --remove-rpath), or put the library there")
