"""A fork inside a case: what a library does in the child of the process that loaded it."""

from __future__ import annotations

import os
import pickle
import signal
from typing import Any, Callable

from .marks import findings

LIMIT_S = 10


def in_grandchild(work: Callable[[], Any]) -> Any:
    """Runs work in a fork of this process, library and handles included; gives its value or its failure."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(read)
            signal.alarm(LIMIT_S)
            try:
                message = (work(), None, dict(findings))
            except BaseException as error:
                message = (None, f"{type(error).__name__}: {error}", dict(findings))
            with os.fdopen(write, "wb") as pipe:
                pickle.dump(message, pipe)
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(pid, 0)
    assert data, f"the forked process ended without an answer (status {status:#x})"
    value, failure, found = pickle.loads(data)
    findings.update({id: detail for id, detail in found.items() if detail or id not in findings})
    assert failure is None, f"in the forked process: {failure}"
    return value
