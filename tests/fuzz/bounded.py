"""Runs the gate within limits and says what it took. Holds no test."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

GATE = str(Path(sys.executable).with_name("astra-abi"))
RIGHTS = "-dac_override,-dac_read_search"
LOWERED = ("setpriv", f"--bounding-set={RIGHTS}", f"--inh-caps={RIGHTS}")
"""For root, whom no mode of a file keeps from reading it."""
SECONDS, MEMORY = 10, 512 << 20
"""Processor time and resident memory that no input may exceed, however small or large it says that it is."""


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    said: str
    seconds: float
    memory: int


def gate(*arguments: object, unprivileged: bool = False) -> Done:
    """Runs `astra-abi`. One that waits for ever is ended, and counts as dead."""
    command = ["timeout", "--signal=KILL", "40", *(LOWERED if unprivileged and os.geteuid() == 0 else ()), GATE, *(os.fsencode(part) if isinstance(part, Path) else str(part) for part in arguments)]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=error, preexec_fn=limited)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for file in (out, error):
            file.seek(0)
            texts.append(file.read(1 << 20).decode("utf-8", "replace"))
    return Done(process.returncode, *texts, used.ru_utime + used.ru_stime, used.ru_maxrss << 10)


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (2 * SECONDS, 2 * SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answered(*arguments: object, codes: tuple[int, ...] = (0, 1, 2), unprivileged: bool = False, memory: int = MEMORY) -> Done:
    """What the gate says, which must be an exit code it has, within limits, and without a traceback."""
    done = gate(*arguments, unprivileged=unprivileged)
    assert done.code in codes, (done.code, done.out[-500:], done.said[-2000:])
    for word in ("Traceback", "reader itself", "defect"):
        assert word not in done.said, done.said[-2000:]
    assert done.seconds < SECONDS and done.memory < memory, (done.seconds, done.memory >> 20)
    assert done.code != 2 or (done.said + done.out).strip(), "it does not say why"
    return done


def refused(*arguments: object, unprivileged: bool = False) -> str:
    """The error of a command that could not judge."""
    return answered(*arguments, codes=(2,), unprivileged=unprivileged).said
