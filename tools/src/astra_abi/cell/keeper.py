"""A keeper: lives between the gate and a program, ends it in time, and takes with it everything that it started.

Where the kernel has namespaces for processes the keeper is the first one in a new namespace, with which all others end.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import time

from . import family, walls
from .folder import TooMuch, refuse_long, weigh

TYPE_CHECKING = False  # The module typing is larger than all that is imported here.
if TYPE_CHECKING:
    from typing import Any

LIB = "\0lib"
"""Stands in arguments and environment for the folder of the libraries; no text that is given can contain it."""
TICK_MS = 50


def begin(run: dict[str, Any], report: int) -> None:
    """The first child's whole life: it raises the walls, and has the keeper live behind them. Never returns."""
    try:
        os.setsid()
        walls.die_with_parent()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        walls.separate(run["flags"], run["root"])
        if run["flags"] & walls.NEWPID:
            keeper = os.fork()
            if keeper:
                os.waitpid(keeper, 0)
                os._exit(0)
            walls.die_with_parent()
        else:
            walls.adopt_orphans()
        keep(run, report)
    except BaseException as error:
        tell(report, {"refused": f"{type(error).__name__}: {error}"[:2000]})
    finally:
        os._exit(0)


def tell(report: int, message: dict[str, Any]) -> None:
    os.write(report, json.dumps(message).encode())


def keep(run: dict[str, Any], report: int) -> None:
    """Runs the program, and tells how it ended when nothing of it is left."""
    for _ in range(run["spent"]):
        if (spent := os.fork()) == 0:
            os._exit(0)
        os.waitpid(spent, 0)
    opened, failed = os.pipe()
    pid = os.fork()
    if pid == 0:
        become(run, failed)
    os.close(failed)
    reason = watch(run, pid)
    if reason:
        os.kill(pid, signal.SIGKILL)
    # Its number stays taken until everything else is over, so that no stranger gets it and is killed for it.
    ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    status = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
    refused = os.read(opened, 4096)
    walled = bool(run["flags"] & walls.NEWPID)
    left = family.outlives(pid, walled) and not reason
    if not walled and not family.sweep(pid, walls.OWN_UID + run["slot"] if run["root"] else None):
        reason = "it left processes behind that cannot be ended"
    if refused:
        tell(report, {"refused": refused.decode("utf-8", "replace")})
        return
    if not reason and -status in (signal.SIGXCPU, signal.SIGXFSZ):
        reason = "it used up its processor time" if -status == signal.SIGXCPU else f"more than {run['output'] >> 20} MiB of output"
    if reason or left:
        told = {"end": "overran", "code": 0, "detail": reason or "it left processes behind"}
    else:
        told = {"end": "killed" if status < 0 else "exited", "code": abs(status), "detail": ""}
    tell(report, told)


def watch(run: dict[str, Any], pid: int) -> str:
    """Waits for the program; the limit that it overran, or nothing."""
    waiting = select.poll()
    waiting.register(os.pidfd_open(pid), select.POLLIN)
    until = time.monotonic() + run["time_limit"]
    while not waiting.poll(TICK_MS):
        if time.monotonic() > until:
            return f"it did not end within {run['time_limit']:g} s"
        try:
            for name in ("out", "err"):
                refuse_long(os.stat(f"{run['place']}/{name}").st_size, run["output"])
            weigh(f"{run['place']}/home", run["output"])
        except TooMuch as error:
            return str(error)
    return ""


def become(run: dict[str, Any], failed: int) -> None:
    """Turns this process into the program. Never returns."""
    try:
        place = run["place"]
        os.setsid()
        failed = high(failed)
        modes = {"in": os.O_RDONLY, "out": os.O_WRONLY | os.O_APPEND, "err": os.O_WRONLY | os.O_APPEND}
        opened = [high(os.open(f"{place}/{name}", mode)) for name, mode in modes.items()]
        for target, source in enumerate(opened):
            os.dup2(source, target)
        failed = os.dup2(failed, 3, inheritable=False)
        os.closerange(4, 1 << 16)
        cpus = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cpus[:1] if run["one_cpu"] else cpus)
        os.umask(0o022)
        processes = run["processes"]
        if not run["root"] and not run["flags"]:
            processes += walls.processes_of(os.getuid())
        walls.forbid_writes(run["landlock"], bool(run["flags"] & walls.NEWNET), (f"{place}/home", f"{place}/out", f"{place}/err"))
        os.chdir(f"{place}/home")
        if run["root"]:
            walls.lose_privileges(run["slot"])
        walls.die_with_parent()
        walls.limit(run["time_limit"], run["memory"], run["output"], processes)
        for number in range(1, signal.NSIG):
            if number not in (signal.SIGKILL, signal.SIGSTOP, 32, 33):
                signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        named = {key: value.replace(LIB, f"{place}/lib") for key, value in run["environment"].items()}
        os.execve(run["program"], [text.replace(LIB, f"{place}/lib") for text in run["arguments"]], named)
    except BaseException as error:
        os.write(failed, f"{type(error).__name__}: {error}".encode()[:4000])
    finally:
        os._exit(126)


def high(opened: int) -> int:
    """The same open file under a number that no standard stream has."""
    return fcntl.fcntl(opened, fcntl.F_DUPFD, 10)
