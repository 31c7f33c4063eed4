"""One run of one program, alone: in a child with its own session, folder and limits, and behind `walls`.

A keeper lives between this process and the program. It ends the program when its time is up or its folder is full, and
takes everything with it that the program started; where the kernel has namespaces for processes, as their first one.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterable, Iterator

from ..model import AstraError, Output
from . import family, walls
from .condition import Condition
from .remains import TooMuch, output_of, outputs_of, refuse_long, weigh
from .walls import Walls

LIB = "\0lib"
"""Stands in arguments and environment for the folder of the libraries; no text that is given can contain it."""
OUTPUT_LIMIT = 64 << 20
"""Most bytes of one output, and of everything in the working folder."""
KEEPER_GRACE_S = 15.0
"""How much later than the program its keeper must have told."""
TICK_MS = 50


@dataclass(frozen=True)
class Run:
    """A program with what it is given. Of `links`, names lead to the libraries that it is to find."""

    program: str
    arguments: tuple[str, ...]
    environment: dict[str, str]
    condition: Condition
    input: bytes = b""
    files: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, Path] = field(default_factory=dict)
    time_limit: float = 10.0
    memory: int = 2 << 30
    processes: int = 64


@dataclass(frozen=True)
class Seen:
    """How a run ended: "exited" with a status, "killed" by a signal, or "overran" a limit."""

    end: str
    code: int
    detail: str
    stdout: Output
    stderr: Output
    files: dict[str, Output]


class Cell:
    """A running program, and the folder that it lives in."""

    def __init__(self, run: Run, around: Walls, slot: int) -> None:
        self.run, self.walls, self.slot = run, around, slot
        self.place = Path(tempfile.mkdtemp(prefix=f"astra-{'probe' * (1 + run.condition.spent)}-"))
        try:
            self.furnish()
            self.pipe, report = os.pipe()
        except BaseException:
            remove(self.place)
            raise
        self.late = time.monotonic() + run.time_limit + KEEPER_GRACE_S
        self.pid = os.fork()
        if self.pid == 0:
            begin(self, report)
        os.close(report)

    def furnish(self) -> None:
        """The working folder with the given files, the links to the libraries, and files for what it prints."""
        os.chmod(self.place, 0o711)
        home = self.place / "home"
        for folder in (home, self.place / "lib"):
            folder.mkdir()
        for name, library in self.run.links.items():
            os.symlink(library.resolve(), self.place / "lib" / name)
        (self.place / "in").write_bytes(self.run.input)
        for name, data in self.run.files.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes(data)
        for name in ("out", "err"):
            (self.place / name).touch()
        if self.walls.root:
            uid = walls.OWN_UID + self.slot
            for path in (home, *home.rglob("*"), *(self.place / name for name in ("in", "out", "err"))):
                os.chown(path, uid, uid)

    def end(self) -> Seen:
        """What became of it, once its keeper has gone."""
        try:
            message = b""
            while piece := os.read(self.pipe, 65536):
                message += piece
            self.stop()
            return self.collect(message)
        finally:
            self.close()

    def collect(self, message: bytes) -> Seen:
        told = json.loads(message) if message.endswith(b"}") else {}
        if "refused" in told:
            raise AstraError(f"a probe cannot be run: {told['refused']}", self.run.arguments[0], "see that the program can be started on this machine")
        if not told:
            raise AstraError("the keeper of a probe was killed: it reached beyond its walls, or memory ended", self.run.arguments[0], "run it where new namespaces are permitted")
        end, code, detail = told["end"], told["code"], told["detail"]
        try:
            stdout, stderr = (output_of(self.place / name, OUTPUT_LIMIT) for name in ("out", "err"))
            files = outputs_of(self.place / "home", self.run.files, OUTPUT_LIMIT)
        except TooMuch as error:
            return Seen("overran", 0, str(error), Output(0, ""), Output(0, ""), {})
        return Seen(end, code, detail, stdout, stderr, files)

    def stop(self) -> None:
        if self.pid:
            try:
                os.kill(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            os.waitpid(self.pid, 0)
            self.pid = 0

    def close(self) -> None:
        self.stop()
        os.close(self.pipe)
        remove(self.place)


def remove(place: Path) -> None:
    """Removes a folder that a program may have made very deep, or unreadable."""
    try:
        shutil.rmtree(place)
    except (OSError, RecursionError):
        for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            subprocess.run([*command, "--", str(place)], stdin=subprocess.DEVNULL, capture_output=True)


def begin(cell: Cell, report: int) -> None:
    """The first child's whole life: it raises the walls, and has the keeper live behind them. Never returns."""
    try:
        os.setsid()
        walls.die_with_parent()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        walls.separate(cell.walls.flags, cell.walls.root)
        if cell.walls.flags & walls.NEWPID:
            keeper = os.fork()
            if keeper:
                os.waitpid(keeper, 0)
                os._exit(0)
            walls.die_with_parent()
        else:
            walls.adopt_orphans()
        keep(cell, report)
    except BaseException as error:
        tell(report, {"refused": f"{type(error).__name__}: {error}"[:2000]})
    finally:
        os._exit(0)


def tell(report: int, message: dict[str, Any]) -> None:
    os.write(report, json.dumps(message).encode())


def keep(cell: Cell, report: int) -> None:
    """Runs the program, and tells how it ended when nothing of it is left."""
    for _ in range(cell.run.condition.spent):
        if (spent := os.fork()) == 0:
            os._exit(0)
        os.waitpid(spent, 0)
    opened, failed = os.pipe()
    pid = os.fork()
    if pid == 0:
        become(cell, failed)
    os.close(failed)
    reason = watch(cell, pid)
    if reason:
        os.kill(pid, signal.SIGKILL)
    # Its number stays taken until everything else is over, so that no stranger gets it and is killed for it.
    ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    status = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
    refused = os.read(opened, 4096)
    walled = bool(cell.walls.flags & walls.NEWPID)
    left = family.outlives(pid, walled) and not reason
    if not walled and not family.sweep(pid, walls.OWN_UID + cell.slot if cell.walls.root else None):
        reason = "it left processes behind that cannot be ended"
    if refused:
        tell(report, {"refused": refused.decode("utf-8", "replace")})
        return
    if not reason and -status in (signal.SIGXCPU, signal.SIGXFSZ):
        reason = "it used up its processor time" if -status == signal.SIGXCPU else f"more than {OUTPUT_LIMIT >> 20} MiB of output"
    if reason or left:
        told = {"end": "overran", "code": 0, "detail": reason or "it left processes behind"}
    else:
        told = {"end": "killed" if status < 0 else "exited", "code": abs(status), "detail": ""}
    tell(report, told)


def watch(cell: Cell, pid: int) -> str:
    """Waits for the program; the limit that it overran, or nothing."""
    waiting = select.poll()
    waiting.register(os.pidfd_open(pid), select.POLLIN)
    until = time.monotonic() + cell.run.time_limit
    while not waiting.poll(TICK_MS):
        if time.monotonic() > until:
            return f"it did not end within {cell.run.time_limit:g} s"
        try:
            for name in ("out", "err"):
                refuse_long(os.stat(cell.place / name).st_size, OUTPUT_LIMIT)
            weigh(cell.place / "home", OUTPUT_LIMIT)
        except TooMuch as error:
            return str(error)
    return ""


def become(cell: Cell, failed: int) -> None:
    """Turns this process into the program. Never returns."""
    try:
        run, place = cell.run, str(cell.place)
        os.setsid()
        failed = high(failed)
        modes = {"in": os.O_RDONLY, "out": os.O_WRONLY | os.O_APPEND, "err": os.O_WRONLY | os.O_APPEND}
        opened = [high(os.open(f"{place}/{name}", mode)) for name, mode in modes.items()]
        for target, source in enumerate(opened):
            os.dup2(source, target)
        failed = os.dup2(failed, 3, inheritable=False)
        os.closerange(4, 1 << 16)
        cpus = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cpus[:1] if run.condition.one_cpu else cpus)
        os.umask(0o022)
        processes = run.processes
        if not cell.walls.root and not cell.walls.flags:
            processes += walls.processes_of(os.getuid())
        walls.forbid_writes(cell.walls, (f"{place}/home", f"{place}/out", f"{place}/err"))
        os.chdir(f"{place}/home")
        if cell.walls.root:
            walls.lose_privileges(cell.slot)
        walls.die_with_parent()
        walls.limit(run.time_limit, run.memory, OUTPUT_LIMIT, processes)
        for number in range(1, signal.NSIG):
            if number not in (signal.SIGKILL, signal.SIGSTOP, 32, 33):
                signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        named = {key: value.replace(LIB, f"{place}/lib") for key, value in run.environment.items()}
        os.execve(run.program, [text.replace(LIB, f"{place}/lib") for text in run.arguments], named)
    except BaseException as error:
        os.write(failed, f"{type(error).__name__}: {error}".encode()[:4000])
    finally:
        os._exit(126)


def high(opened: int) -> int:
    """The same open file under a number that no standard stream has."""
    return fcntl.fcntl(opened, fcntl.F_DUPFD, 10)


def run_all(runs: Iterable[tuple[Any, Run]], around: Walls, jobs: int) -> Iterator[tuple[Any, Seen]]:
    """Runs each (key, run) in a cell of its own, a few at once; yields them as they end."""
    waiting = iter(runs)
    running: dict[int, tuple[Any, Cell]] = {}
    free = list(range(jobs))
    selector = select.poll()
    try:
        while True:
            while free and (following := next(waiting, None)):
                key, run = following
                cell = Cell(run, around, free.pop())
                running[cell.pipe] = key, cell
                selector.register(cell.pipe, select.POLLIN | select.POLLHUP)
            if not running:
                return
            ended = [pipe for pipe, _ in selector.poll(1000)]
            ended += [pipe for pipe, (_, cell) in running.items() if time.monotonic() > cell.late and pipe not in ended]
            for pipe in ended:
                key, cell = running.pop(pipe)
                selector.unregister(pipe)
                free.append(cell.slot)
                if time.monotonic() > cell.late:
                    cell.stop()
                yield key, cell.end()
    finally:
        for _, cell in running.values():
            cell.close()
