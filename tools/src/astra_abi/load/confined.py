"""Work on input that nobody vouches for, in a forked child with limits of time and memory.

Owns the fork and what became of it. The parent is left as it was, whatever the input does to the child.
"""

from __future__ import annotations

import os
import select
import signal
import time
import warnings
from typing import Callable, Iterator, Sequence

from ..model import AstraError

MEMORY = 1 << 30
"""Bytes of address space that the work may add to what the process has already."""
IDLE = 5.0
"""Seconds after which work that sleeps all the time is taken to wait for ever, as for somebody to write into a pipe."""
SECONDS = 60
"""Of processor time; half as much again may pass on the clock."""
DONE, REFUSED = b"+", b"-"


def confined(work: Callable[[], str], where: str, *, seconds: int = SECONDS, memory: int | None = None) -> str:
    """The text that `work()` returns. Its exceptions come back as an AstraError, and so does its end."""
    (text,) = confined_all([work], where, seconds=seconds, memory=memory)
    return text


def confined_all(works: Sequence[Callable[[], str]], where: str, *, seconds: int = SECONDS, memory: int | None = None) -> Iterator[str]:
    """The same of several works at once, each in a child of its own, in their order. The first that fails ends them all."""
    if not hasattr(os, "fork"):
        yield from (work() for work in works)
        return
    children = [begun(work, seconds, memory) for work in works]
    deadline = time.monotonic() + seconds * 1.5
    try:
        while children:
            pid, read = children[0]
            received, idle = collect(read, deadline, pid)
            if received is None and idle:
                raise AstraError("makes libclang wait for ever", where, "leave out what is no regular file, such as a pipe that a header includes")
            if received is None:
                raise AstraError(f"is not read after {seconds * 1.5:g} s", where, "read fewer headers at once, or repair them")
            children.pop(0)
            os.close(read)
            _, status = os.waitpid(pid, 0)  # the pipe ended with the child
            yield judged(received, status, where, seconds)
    finally:
        for pid, read in children:
            os.kill(pid, signal.SIGKILL)
            os.close(read)
            os.waitpid(pid, 0)


def begun(work: Callable[[], str], seconds: int, memory: int | None) -> tuple[int, int]:
    """A child that works, and the pipe through which its text comes."""
    read, write = os.pipe()
    with warnings.catch_warnings():
        # The child calls nothing that could wait for a thread of the parent.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        live(work, write, seconds, MEMORY if memory is None else memory)
    os.close(write)
    return pid, read


def collect(pipe: int, deadline: float, pid: int) -> tuple[bytes | None, bool]:
    """All that comes through a pipe until it is closed. None if it is still open at the deadline, or if its writer waits, which is told."""
    pieces = []
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    last, since = "", time.monotonic()
    while (now := time.monotonic()) < deadline:
        if poll.poll(min(1.0, deadline - now) * 1000):
            piece = os.read(pipe, 1 << 20)
            if not piece:
                return b"".join(pieces), False
            pieces.append(piece)
        elif (spent := asleep(pid)) != last or not spent:
            last, since = spent, now
        elif now - since > IDLE:
            return None, True
    return None, False


def asleep(pid: int) -> str:
    """What a process that sleeps has spent so far; nothing if it is at work, or if this system does not tell."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            parts = file.read().rpartition(b")")[2].split()
    except OSError:
        return ""
    return b" ".join(parts[11:13]).decode() if len(parts) > 12 and parts[0] == b"S" else ""


def judged(received: bytes, status: int, where: str, seconds: int) -> str:
    kind, text = received[:1], received[1:].decode("utf-8", "replace")
    if kind == DONE and status == 0:
        return text
    if kind == REFUSED:
        raise AstraError(text, where, "repair the headers, or leave them out")
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number == signal.SIGXCPU or number == signal.SIGKILL:
        what = f"needs more than {seconds} s of processor time"
    elif number:
        what = f"makes libclang fail ({signal.Signals(number).name}): out of memory, or nested too deep"
    else:
        what = f"makes libclang end the process (exit code {os.waitstatus_to_exitcode(status)})"
    raise AstraError(what, where, "repair the headers, or leave them out")


def live(work: Callable[[], str], write: int, seconds: int, memory: int) -> None:
    """The child's whole life. Never returns."""
    code = 1
    try:
        limit(seconds, memory)
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(null, standard)
        try:
            message = DONE + work().encode()
        except Exception as error:
            message = REFUSED + (str(error) or type(error).__name__).encode()
        view = memoryview(message)
        while view:
            view = view[os.write(write, view):]
        code = 0
    finally:
        os._exit(code)


def limit(seconds: int, memory: int) -> None:
    import resource

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    lower(resource.RLIMIT_CPU, seconds, 1)
    try:
        with open("/proc/self/statm", "rb") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return
    lower(resource.RLIMIT_AS, used + memory)


def lower(kind: int, most: int, later: int = 0) -> None:
    """A limit, and one so much higher that cannot be passed. Where the caller's own is lower already, that stays."""
    import resource

    hard = resource.getrlimit(kind)[1]
    if hard == resource.RLIM_INFINITY or most + later <= hard:
        resource.setrlimit(kind, (most, most + later))
    else:
        resource.setrlimit(kind, (min(most, hard), hard))
