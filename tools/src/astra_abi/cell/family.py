"""What a program started: whether it outlives the program, and its end. For keepers, to whom every orphan comes.

In a namespace of its own the family ends with its keeper. Elsewhere it is hunted: first at one stroke, so that none can
start another meanwhile, then one by one.
"""

from __future__ import annotations

import os
import signal
import time

GRACE_S = 0.2
"""How long what the program started may outlive it."""
SWEEP_LIMIT_S = 10.0


def outlives(pid: int, walled: bool) -> bool:
    """Whether anything that the ended program `pid` started goes on after it."""
    until = time.monotonic() + GRACE_S
    while others(pid, walled):
        if time.monotonic() > until:
            return True
        time.sleep(0.005)
    return False


def others(pid: int, walled: bool) -> bool:
    """Whether there are children besides the ended `pid`. Collects those that have ended."""
    if not walled:
        return bool(children(pid))
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
        return True
    except ChildProcessError:
        return False


def children(but: int) -> list[int]:
    """Living children of this process except one; those that have ended are collected."""
    own, found = os.getpid(), []
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                state, parent = file.read().rpartition(b")")[2].split()[:2]
        except (OSError, ValueError):
            continue  # it is no process, or ended meanwhile
        if int(parent) != own or int(name) == but:
            continue
        if state in b"ZX":
            os.waitpid(int(name), os.WNOHANG)
        else:
            found.append(int(name))
    return found


def sweep(pid: int, uid: int | None) -> bool:
    """Kills what is left of the family of the ended program `pid`, which had the user number `uid` to itself."""
    until = time.monotonic() + SWEEP_LIMIT_S
    while time.monotonic() < until:
        strike(pid, uid)
        left = children(pid)
        if not left:
            return True
        for child in left:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                continue
    return False


def strike(pid: int, uid: int | None) -> None:
    """Kills the program's whole group, and everything of its own user."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    if uid is None:
        return
    child = os.fork()
    if child == 0:
        try:
            os.setresuid(uid, uid, uid)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
