"""Programs in cells, as this process sees them: what each is given, the folder it lives in, and what it left there.

The children themselves are had by wardens, small processes of `cell`, one for each program that runs at a time.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterable, Iterator

from ..cell.folder import TooMuch
from ..cell.keeper import LIB
from ..cell.walls import NEWNET, NEWPID, OWN_UID
from ..model import AstraError, Output
from .condition import Condition
from .remains import output_of, outputs_of

__all__ = ["LIB", "Run", "Seen", "Walls", "Wardens"]

OUTPUT_LIMIT = 64 << 20
"""Most bytes of one output, and of everything in the working folder."""
NOTHING = Output(0, "")
PACKAGES = Path(__file__).parents[2]
SERVE = "import sys; sys.path.append(sys.argv[1]); from astra_abi.cell.warden import serve; serve()"


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


@dataclass(frozen=True)
class Walls:
    """What can be had here. `flags` are namespaces to leave; `landlock` is its version, 0 without; `root` changes user."""

    flags: int
    landlock: int
    root: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """Sentences about what a probe is not kept from."""
        found = []
        if not self.flags & NEWPID:
            found.append("processes that escape are hunted, not walled in: this kernel or container permits no new namespaces")
            if self.landlock < 6 and not self.root:
                found.append("other processes of this user can be sent signals, for the same reason")
        if not self.flags & NEWNET:
            kept = "only new TCP connections are refused" if self.landlock >= 4 else "it is not cut off"
            found.append(f"network: {kept}, for the same reason")
        if not self.landlock and not self.root:
            found.append("files of this user outside the working folder can be written: this kernel has no Landlock")
        return tuple(found)


class Cell:
    """The folder that a program lives in."""

    def __init__(self, run: Run, around: Walls, slot: int) -> None:
        self.run, self.walls, self.slot = run, around, slot
        self.place = Path(tempfile.mkdtemp(prefix=f"astra-{'probe' * (1 + run.condition.spent)}-"))
        try:
            self.furnish()
        except BaseException:
            remove(self.place)
            raise

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
            uid = OWN_UID + self.slot
            for path in (home, *home.rglob("*"), *(self.place / name for name in ("in", "out", "err"))):
                os.chown(path, uid, uid)

    @property
    def order(self) -> bytes:
        """What a warden is told."""
        run = self.run
        return json.dumps({
            "program": run.program, "arguments": run.arguments, "environment": run.environment, "place": str(self.place),
            "time_limit": run.time_limit, "memory": run.memory, "processes": run.processes, "output": OUTPUT_LIMIT,
            "one_cpu": run.condition.one_cpu, "spent": run.condition.spent, "slot": self.slot, "flags": self.walls.flags,
            "landlock": self.walls.landlock, "root": self.walls.root,
        }).encode() + b"\n"

    def collect(self, told: dict[str, Any]) -> Seen:
        name = self.run.arguments[0]
        if "refused" in told:
            raise AstraError(f"a probe cannot be run: {told['refused']}", name, "see that the program can be started on this machine")
        if not told:
            raise AstraError(
                "the keeper of a probe was killed: the probe reached beyond its walls, or memory ended", name,
                "run it where new namespaces are permitted, and with more memory",
            )
        try:
            stdout, stderr = (output_of(self.place / name, OUTPUT_LIMIT) for name in ("out", "err"))
            files = outputs_of(self.place / "home", self.run.files, OUTPUT_LIMIT)
        except TooMuch as error:
            return Seen("overran", 0, str(error), NOTHING, NOTHING, {})
        return Seen(told["end"], told["code"], told["detail"], stdout, stderr, files)


def remove(place: Path) -> None:
    """Removes a folder that a program may have made very deep, or unreadable."""
    try:
        shutil.rmtree(place)
    except (OSError, RecursionError):
        for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            subprocess.run([*command, "--", str(place)], stdin=subprocess.DEVNULL, capture_output=True)


class Warden:
    """One warden and the cell that it has now."""

    def __init__(self, slot: int) -> None:
        self.slot = slot
        self.cell: Cell | None = None
        self.key: Any = None
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-c", SERVE, str(PACKAGES)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            bufsize=0, start_new_session=True, cwd="/",
        )

    def begin(self, key: Any, cell: Cell) -> None:
        self.key, self.cell = key, cell
        try:
            self.process.stdin.write(cell.order)
        except OSError:
            pass  # It is dead: its answer will be none.

    def answer(self) -> dict[str, Any]:
        """The next answer; nothing if the warden has died."""
        line = b""
        while not line.endswith(b"\n"):
            piece = os.read(self.process.stdout.fileno(), 65536)
            if not piece:
                return {}
            line += piece
        return json.loads(line)

    def end(self) -> Seen:
        told = self.answer()
        try:
            return self.cell.collect(told)
        finally:
            self.leave()

    def leave(self) -> None:
        if self.cell:
            remove(self.cell.place)
        self.cell = None

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            pipe.close()
        self.leave()


class Wardens:
    """As many wardens as run programs at a time. Ends them, and with them every program."""

    def __init__(self, jobs: int) -> None:
        self.all: list[Warden] = []
        try:
            for slot in range(jobs):
                self.all.append(Warden(slot))
            found = [warden.answer() for warden in self.all]
        except BaseException:
            self.close()
            raise
        if not all(found):
            self.close()
            raise AstraError("the process that keeps probes cannot be started", sys.executable, "see its message above")
        self.walls = Walls(**found[0])

    def __enter__(self) -> Wardens:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        for warden in self.all:
            warden.close()

    def run_all(self, runs: Iterable[tuple[Any, Run]]) -> Iterator[tuple[Any, Seen]]:
        """Runs each (key, run) in a cell of its own, a few at once; yields them as they end."""
        waiting = iter(runs)
        free = list(self.all)
        busy: dict[int, Warden] = {}
        selector = select.poll()
        while True:
            while free and (following := next(waiting, None)):
                key, run = following
                warden = free.pop()
                warden.begin(key, Cell(run, self.walls, warden.slot))
                busy[warden.process.stdout.fileno()] = warden
                selector.register(warden.process.stdout, select.POLLIN | select.POLLHUP)
            if not busy:
                return
            for number, _ in selector.poll():
                warden = busy.pop(number)
                selector.unregister(number)
                seen = warden.end()
                free.append(warden)
                yield warden.key, seen
