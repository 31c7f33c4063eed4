"""A warden: a small process that has programs run, one after the other, as lines on its standard input say.

A line is a JSON object, and is answered by one: how the program ended, or why it could not be run.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys

from . import keeper, walls

KEEPER_GRACE_S = 15.0
"""How much later than the program its keeper must have told."""


def serve() -> None:
    """Answers every line until there are no more."""
    walls.die_with_parent()
    root = os.geteuid() == 0 and walls.changes_user()
    answer({**walls.survey(root), "root": root})
    for line in sys.stdin:
        answer(supervise(json.loads(line)))


def answer(message: dict) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def supervise(run: dict) -> dict:
    """Has one program run, and waits until nothing of it is left."""
    pipe, report = os.pipe()
    pid = os.fork()
    if pid == 0:
        keeper.begin(run, report)
    os.close(report)
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN | select.POLLHUP)
    message = b""
    while waiting.poll((run["time_limit"] + KEEPER_GRACE_S) * 1000):
        piece = os.read(pipe, 65536)
        message += piece
        if not piece:
            break
    os.close(pipe)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    os.waitpid(pid, 0)
    return json.loads(message) if message.endswith(b"}") else {}
