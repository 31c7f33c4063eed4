"""Runs a reader on many damaged inputs, each in a process with limits, and says which it did not survive. Holds no test.

`python tests/fuzz/campaign.py [TARGET...] [--seconds N] [--seed N]` goes on where it stopped; `make fuzz` does so with every target.
What fails is kept in build/fuzz/failed; once mended it belongs into tests/fuzz/regressions.
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import resource
import select
import signal
import struct
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, Iterator

from mutator import mutant
from targets import TARGETS, Target, answer

SECONDS, MEMORY, PATIENCE = 2, 512 << 20, 90
"""Processor time and memory that one input may take, and time on the clock after which a child is taken to wait for ever."""
STATE = Path(__file__).parents[2] / "build/fuzz"


@dataclass(frozen=True)
class Failure:
    """An input and what became of its reader."""

    target: str
    label: str
    what: str
    data: bytes


Item = tuple[str, str, bytes]
"""A label, the name of the seed's file, and the bytes."""


def survive(target: Target, inputs: Callable[[int], Iterator[Item]], deadline: float | None = None) -> tuple[int, list[Failure]]:
    """Reads every input in children; a child that dies is followed by one that begins after what killed it."""
    done, failures = 0, []
    while True:
        seen, failure, ended = child(target, inputs(done), deadline)
        done += seen
        if failure:
            item = next(inputs(done))
            failures.append(Failure(target.name, item[0], failure, item[2]))
            done += 1
        if ended or len(failures) >= 20 or deadline and time.monotonic() > deadline:
            return done, failures


def child(target: Target, inputs: Iterable[Item], deadline: float | None) -> tuple[int, str, bool]:
    """How many inputs were survived, what happened at the next one, and whether there is none."""
    shared = mmap.mmap(-1, 16)
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            os.close(read)
            code = live(target, inputs, deadline, shared, write)
        finally:
            os._exit(code)
    os.close(write)
    said, waited = b"", False
    last, since = -1, time.monotonic()
    while True:
        ready, _, _ = select.select([read], [], [], 0.5)
        if ready:
            piece = os.read(read, 1 << 16)
            if not piece:
                break
            said += piece
        count, = struct.unpack_from("<Q", shared)
        if count != last:
            last, since = count, time.monotonic()
        elif time.monotonic() - since > PATIENCE:
            waited = True
            os.kill(pid, signal.SIGKILL)
            break
    os.close(read)
    _, status = os.waitpid(pid, 0)
    count, = struct.unpack_from("<Q", shared)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        why = {signal.SIGPROF: f"needs more than {SECONDS} s of processor time"}.get(number, f"dies of {signal.Signals(number).name}")
        return count, "waits for ever" if waited else why, False
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return count, "", True
    return count, said.decode("utf-8", "replace") or f"ends the process with {code}", False


def live(target: Target, inputs: Iterable[Item], deadline: float | None, shared: mmap.mmap, write: int) -> int:
    """The child's life: 0 if every input was survived."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        try:
            warm(target, Path(folder))
        except BaseException as error:  # noqa: BLE001
            os.write(write, f"fails before anything is damaged: {type(error).__name__}: {str(error)[:160]}".encode())
            return 72
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() if os.path.exists("/proc/self/statm") else 0
        if used:
            resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, resource.RLIM_INFINITY))
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        for count, (_, name, data) in enumerate(inputs):
            struct.pack_into("<Q", shared, 0, count)
            if deadline and time.monotonic() > deadline:
                return 0
            signal.setitimer(signal.ITIMER_PROF, 2 * SECONDS)  # each input is read twice
            try:
                answer(target, Path(folder), name, data)
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is what is looked for
                signal.setitimer(signal.ITIMER_PROF, 0)
                place = traceback.extract_tb(error.__traceback__)[-1]
                os.write(write, f"raises {type(error).__name__}: {str(error)[:160]} ({Path(place.filename).name}:{place.lineno} {place.name})".encode())
                return 71
            struct.pack_into("<Q", shared, 0, count + 1)
        signal.setitimer(signal.ITIMER_PROF, 0)
    return 0


def warm(target: Target, folder: Path) -> None:
    """Loads modules before anything is counted."""
    first = target.inputs[0]
    answer(target, folder, first.name, first.read_bytes())


def corpus(target: Target) -> Callable[[int], Iterator[Item]]:
    """Every committed input."""
    def inputs(start: int) -> Iterator[Item]:
        for path in target.inputs[start:]:
            yield path.name, path.name, path.read_bytes()

    return inputs


def mutants(target: Target, key: str, most: int | None = None, first: int = 0) -> Callable[[int], Iterator[Item]]:
    """Damaged inputs by number. Those of one number come from one seed, whose name tells what the file is called."""
    paths = target.inputs
    whole = [path.read_bytes() for path in paths]

    def inputs(start: int) -> Iterator[Item]:
        number = first + start
        while most is None or number < first + most:
            at = number % len(paths)
            yield f"{key}/{number}", paths[at].name, mutant([whole[at]], target.form, f"{target.name}/{key}", number, max(1 << 16, len(whole[at])))
            number += 1

    return inputs


def keep(failure: Failure) -> Path:
    path = STATE / "failed" / failure.target / failure.label.replace("/", "-")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(failure.data)
    path.with_name(path.name + ".why").write_text(failure.what + "\n")
    return path


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], help="readers; every one if none is named")
    parser.add_argument("--seconds", type=float, default=60, help="for each reader")
    parser.add_argument("--seed", default="1", help="another one gives other inputs")
    options = parser.parse_args(arguments)
    state = STATE / f"state-{options.seed}.json"
    state.parent.mkdir(parents=True, exist_ok=True)
    counts = json.loads(state.read_text()) if state.is_file() else {}
    found = 0
    for name in options.targets or TARGETS:
        target, begin = TARGETS[name], time.monotonic()
        first = counts.get(name, 0)
        print(f"{name:14} from {first:>9}", end=" ", flush=True)
        done, failures = survive(target, mutants(target, options.seed, None, first), begin + options.seconds)
        counts[name] = first + done
        state.write_text(json.dumps(counts, indent=1) + "\n")
        print(f"{done:>9} inputs in {time.monotonic() - begin:5.1f} s, {len(failures)} failed", flush=True)
        for failure in failures:
            print(f"    {keep(failure)}: {failure.what}", flush=True)
        found += len(failures)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
