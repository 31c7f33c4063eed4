"""Runs work in forked children, so that nothing a library does reaches this process.

Owns fork, time limits, captured output and what became of each child. Knows nothing of cases. A child
leads a process group of its own, which is killed when the child has ended or its time is up.
"""

from __future__ import annotations

import faulthandler
import gc
import io
import os
import pickle
import selectors
import signal
import struct
import sys
import tempfile
import threading
import time
import traceback
from dataclasses import dataclass
from typing import Any, Callable, Iterable, Iterator

import cffi

TICK_S = 0.02
"""How often a child is looked at that says nothing: its pipe may be held open by a grandchild."""
KEPT_OUTPUT = 2000
"""Most bytes of captured output that are worth keeping."""

_C = cffi.FFI()
_C.cdef("int fflush(void *);")
_LIBC = _C.dlopen(None)
_LIBC.fflush


@dataclass(frozen=True)
class Ended:
    """What became of a child: "returned" with a value, "raised", "crashed", "hung" or "printed".

    `detail` says which signal, exit code or exception; `printed` is what reached its fd 1 and 2, which
    "printed" is for when nothing else went wrong; `value` is there unless the child crashed or hung.
    """

    result: str
    value: Any
    detail: str
    printed: str
    seconds: float


class Child:
    """One running child. `work()` runs in it; its value comes back pickled."""

    def __init__(self, work: Callable[[], Any], timeout_s: float) -> None:
        self.output, self.trace = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self.pipe, write = os.pipe()
        self.timeout_s = timeout_s
        self.started = time.monotonic()
        self.received = bytearray()
        self.pid = os.fork()
        if self.pid == 0:
            live(work, write, self.pipe, self.output.fileno(), self.trace, timeout_s)
        os.close(write)
        os.set_blocking(self.pipe, False)

    def read(self) -> bool:
        """Takes what the child has sent so far; False once nothing more can come."""
        try:
            while piece := os.read(self.pipe, 1 << 16):
                self.received += piece
        except BlockingIOError:
            return True
        return False

    def ended(self) -> Ended | None:
        """What became of it, or None while it runs."""
        self.read()
        status = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        late = time.monotonic() - self.started > self.timeout_s
        if status is None and not late:
            return None
        self.stop()
        self.read()
        return self.judge(status)

    def stop(self) -> None:
        """Kills the child with everything it started, and collects it."""
        for target in (-self.pid, self.pid):
            try:
                os.kill(target, signal.SIGKILL)
            except ProcessLookupError:
                pass
        os.waitpid(self.pid, 0)

    def judge(self, status: os.waitid_result | None) -> Ended:
        printed = self.tail(self.output)
        trace = self.tail(self.trace).strip()
        self.close()
        seconds = time.monotonic() - self.started
        message = self.message()
        if status is None:
            return Ended("hung", None, f"not back after {self.timeout_s:g} s", printed, seconds)
        if message is None:
            return Ended("crashed", None, manner(status) + where(trace), printed, seconds)
        kind, value = message
        if kind == "raised":
            return Ended("raised", None, value, printed, seconds)
        return Ended("printed" if printed else "returned", value, "", printed, seconds)

    def message(self) -> tuple[str, Any] | None:
        if len(self.received) < 8:
            return None
        length = struct.unpack_from("=Q", self.received)[0]
        if len(self.received) < 8 + length:
            return None
        return pickle.loads(bytes(self.received[8:8 + length]))

    @staticmethod
    def tail(file) -> str:
        file.seek(0)
        return file.read(KEPT_OUTPUT).decode("utf-8", "backslashreplace")

    def close(self) -> None:
        os.close(self.pipe)
        self.output.close()
        self.trace.close()


def where(trace: str) -> str:
    """The innermost place in Python that a fatal signal's trace names, as ` in x.py, line 7 in f`."""
    places = [line.strip().removeprefix("File ") for line in trace.splitlines() if line.strip().startswith("File ")]
    return f" in {places[0]}" if places else ""


def manner(status: os.waitid_result) -> str:
    """How a process that sent nothing ended."""
    if status.si_code == os.CLD_EXITED:
        return f"ended the process with exit code {status.si_status}"
    try:
        name = signal.Signals(status.si_status).name
    except ValueError:
        name = f"signal {status.si_status}"
    return f"killed by {name}"


def live(work: Callable[[], Any], write: int, read: int, output: int, trace, timeout_s: float) -> None:
    """The child's whole life. Never returns."""
    code = 1
    try:
        os.close(read)
        os.setsid()
        # Should the parent die, nobody else would end a child that hangs.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, timeout_s + 2)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        null = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((null, 0), (output, 1), (output, 2)):
            os.dup2(source, target)
        # What Python itself says is not the library's output.
        sys.stdout = sys.stderr = io.StringIO()
        threading.excepthook = lambda _: None
        faulthandler.enable(trace, all_threads=False)
        # Collecting would touch, and so copy, all the memory that is shared with the parent.
        gc.disable()
        message = perform(work)
        _LIBC.fflush(_C.NULL)
        send(write, message)
        code = 0
    finally:
        os._exit(code)


def perform(work: Callable[[], Any]) -> bytes:
    try:
        return pickle.dumps(("returned", work()))
    except BaseException:
        return pickle.dumps(("raised", traceback.format_exc()))


def send(write: int, message: bytes) -> None:
    data = memoryview(struct.pack("=Q", len(message)) + message)
    while data:
        data = data[os.write(write, data):]


def run_all(
    works: Iterable[tuple[Any, Callable[[], Any]]], *, timeout_s: float, jobs: int | None = None,
) -> Iterator[tuple[Any, Ended]]:
    """Runs each (key, work) in a child of its own, a few at once; yields them as they end."""
    jobs = jobs or min(2, os.cpu_count() or 1)
    waiting = iter(works)
    running: dict[int, tuple[Any, Child]] = {}
    # Not epoll: it goes on reporting a pipe that is closed here while a sibling, forked meanwhile, has it open.
    selector = selectors.PollSelector()
    try:
        while True:
            while len(running) < jobs and (following := next(waiting, None)):
                key, work = following
                child = Child(work, timeout_s)
                running[child.pipe] = key, child
                selector.register(child.pipe, selectors.EVENT_READ)
            if not running:
                return
            for ready, _ in selector.select(TICK_S if selector.get_map() else TICK_S / 40):
                # A closed pipe stays readable: from here on only the process itself is waited for.
                if not running[ready.fd][1].read():
                    selector.unregister(ready.fd)
            for pipe, (key, child) in list(running.items()):
                if ended := child.ended():
                    if pipe in selector.get_map():
                        selector.unregister(pipe)
                    del running[pipe]
                    yield key, ended
    finally:
        for _, child in running.values():
            child.stop()
            child.close()
        selector.close()


def run_one(work: Callable[[], Any], *, timeout_s: float) -> Ended:
    """Runs one piece of work in a child."""
    return next(run_all([(None, work)], timeout_s=timeout_s))[1]
