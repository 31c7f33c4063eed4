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
from ..stages import CANNOT_RUN, PASS, Result
from . import App, Library

KEPT, BROKEN, CRASHED, HUNG = "kept", "broken", "crashed", "hung"
REFUSED = 127
"""The exit code with which the loader refuses a program; also what shells say of a command that they do not find."""


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
    ended = launch(app, library.path, arguments, seconds)
    said = f"with {library.path.name} it {ended.manner}"
    if library.old:
        before = launch(app, library.old, arguments, seconds)
        if before.code == ended.code and ended.code is not None:
            return Outcome(KEPT, "contents"), f"{said}, as with the old one"
        return outcome_of(ended, f"{ended.manner}, and with the old one {before.manner}"), f"{said}; with the old one it {before.manner}"
    if ended.code and 0 < ended.code < REFUSED:
        raise AstraError(f"{said}; whether it always does is not known", str(path), "give --old, or --run with arguments with which it ends with 0")
    return (Outcome(KEPT, "contents") if ended.code == 0 else outcome_of(ended, ended.manner)), said


def outcome_of(ended: Ended, manner: str) -> Outcome:
    """A failure, with the last that the program or the loader said."""
    result = HUNG if ended.code is None else CRASHED if ended.code < 0 else BROKEN
    last = ended.err.strip().splitlines()
    return Outcome(result, "contents", f"it {manner}" + (f": {last[-1][:300]}" if last else ""))


def launch(app: App, library: Path, arguments: Sequence[str], seconds: float) -> Ended:
    """Runs the program in a folder of its own, with nothing in its environment but what leads to the library."""
    with tempfile.TemporaryDirectory(prefix="astra-run-") as folder:
        place, home = Path(folder) / "library", Path(folder) / "home"
        place.mkdir()
        home.mkdir()
        (place / app.name).symlink_to(library.resolve())
        environment = {
            "LD_LIBRARY_PATH": ":".join(map(str, (place, *near(library)))), "LD_BIND_NOW": "1", "PATH": "/usr/bin:/bin",
            "HOME": str(home), "TMPDIR": str(home), "LC_ALL": "C",
        }
        refuse_other(app, place / app.name, environment, home)
        return run([str(app.program.path.resolve()), *arguments], cwd=home, environment=environment, seconds=seconds, memory=None)


def refuse_other(app: App, wanted: Path, environment: dict[str, str], home: Path) -> None:
    """Asks the loader first which library the program would get: an RPATH of its own comes before everything else."""
    interpreter, program = app.program.interpreter, app.program.path.resolve()
    if not re.search(LOADER, interpreter or ""):
        raise AstraError(f"its loader ({interpreter}) is not glibc's", str(program), "run it on a system with glibc, or leave out --run")
    ended = run((interpreter, str(program)), cwd=home, environment={**environment, "LD_TRACE_LOADED_OBJECTS": "1"}, seconds=60)
    said = listen(f"{ended.out}\n{ended.err}", program)
    if said.not_found:
        raise AstraError(f"needs {', '.join(said.not_found)}, not found here", str(program), "install what it needs, or leave out --run")
    if said.places.get(app.name) != str(wanted):
        got = said.places.get(app.name) or f"nothing ({(ended.err.strip().splitlines() or [ended.manner])[0][:200]})"
        raise AstraError(f"would load {got} for {app.name}", str(program), "remove its RPATH (patchelf --remove-rpath), or put the library there")
