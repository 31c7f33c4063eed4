"""Runs one foreign program in a child with limits: of time, memory, files, output, and no network where that can be had.

Owns the child and everything it started. Refuses programs that would run with somebody else's rights.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Sequence

from .model import AstraError

GIB = 1 << 30
KEPT = 4 << 20
"""Most bytes of output that are looked at."""
NO_NEW_PRIVILEGES, NEW_USER, NEW_NETWORK = 38, 0x10000000, 0x40000000
"""Numbers of Linux: the first of prctl, the others of unshare."""


@dataclass(frozen=True)
class Ended:
    """How a program ended. `code` is its exit code, negative for a signal, None if its time was up."""

    code: int | None
    out: str
    err: str

    @property
    def manner(self) -> str:
        if self.code is None:
            return "was not done in time"
        if self.code < 0:
            try:
                return f"was killed by {signal.Signals(-self.code).name}"
            except ValueError:
                return f"was killed by signal {-self.code}"
        return f"ended with exit code {self.code}"


def run(
    command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], seconds: float, memory: int | None = 4 * GIB, files: int = GIB,
) -> Ended:
    """Runs a command to its end, or until its time is up; then nothing of it is left."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            child = subprocess.Popen(
                list(command), cwd=cwd, env=dict(environment), stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                start_new_session=True, preexec_fn=confinement(seconds, memory, files),
            )
        except OSError as error:
            raise AstraError(f"cannot be started: {error.strerror}", str(command[0]), "see to it that it is a program for this machine") from error
        try:
            code = child.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            end(child)
        return Ended(code, text(out), text(err))


def end(child: subprocess.Popen) -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    child.wait()


def text(file) -> str:
    file.seek(0)
    return file.read(KEPT).decode("utf-8", "backslashreplace")


def confinement(seconds: float, memory: int | None, files: int):
    """What the child does before it becomes the program. Everything is looked up beforehand, since it has little left."""
    libc = ctypes.CDLL(None)
    limits = [
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_CPU, int(seconds) + 1), (resource.RLIMIT_FSIZE, files), (resource.RLIMIT_NOFILE, 1024),
        *([(resource.RLIMIT_AS, memory)] if memory else []),
    ]

    def confine() -> None:
        for number, most in limits:
            hard = resource.getrlimit(number)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(number, (most, most))
        if hasattr(libc, "unshare"):  # Where neither is permitted, the program keeps its network.
            libc.unshare(NEW_NETWORK) and libc.unshare(NEW_USER | NEW_NETWORK)
        if hasattr(libc, "prctl"):
            libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)

    return confine


def refuse_privileged(path: Path) -> None:
    """Refuses a program that runs with more rights than the caller has."""
    mode = os.stat(path).st_mode
    capable = False
    if hasattr(os, "getxattr"):
        try:
            capable = bool(os.getxattr(path, "security.capability"))
        except OSError:
            pass
    if mode & (stat.S_ISUID | stat.S_ISGID) or capable:
        raise AstraError("runs with rights of its own (setuid, setgid or capabilities)", str(path), "copy it without them, and name the copy")
