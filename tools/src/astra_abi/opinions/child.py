"""Runs a program of somebody else's in a child that cannot hang, flood or outlive us. Knows no peer and no verdict.

The child has its own session, temporary folder and, where the kernel allows it, its own process and network
namespaces. Its processes are watched from outside: time, resident memory of all together, their number and what they
write. RLIMIT_AS is not used: it kills programs that reserve address space that they never touch.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .opinion import Limits

LAUNCHER = Path(__file__).with_name("launch.py")
FIRST_LOOK_S, LAST_LOOK_S = 0.005, 0.1
PAGE, TICKS = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")
MOST_READ = 64 << 20
"""Bytes of one output that are read back."""
MOST_ROUNDS = 50
"""How often new processes of something that is being ended are looked for."""
UNREACHABLE = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended: "exited" with `code`, or "timeout", "memory", "output", "processes", "killed" (by a signal)."""

    ended: str
    code: int
    cpu_s: float
    wall_s: float
    peak_bytes: int
    stdout: Path
    stderr: Path

    @property
    def said(self) -> str:
        """How it ended, with the last thing it printed: for a message."""
        printed = [line.strip() for path in (self.stdout, self.stderr) for line in text_of(path, 4000, last=True).splitlines()]
        last = next((f": {line[:200]}" for line in reversed(printed) if line), "")
        how = {
            "exited": f"exit code {self.code}", "killed": f"killed by {signal_name(-self.code)}",
            "timeout": f"no answer after {self.wall_s:.0f} s", "memory": "wanted more memory than it may have",
            "output": "wrote more than it may", "processes": "started more processes than it may",
        }[self.ended]
        return how + last


def signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def text_of(path: Path, most: int = MOST_READ, last: bool = False) -> str:
    """A file's beginning or end, whatever bytes it holds; empty when there is none."""
    try:
        with path.open("rb") as file:
            if last:
                file.seek(max(0, path.stat().st_size - most))
            return file.read(most).decode("utf-8", "backslashreplace")
    except OSError:
        return ""


@cache
def namespaces() -> tuple[str, ...]:
    """The words that put a command into namespaces of its own, without a network; none where that is not allowed."""
    unshare = shutil.which("unshare")
    for words in (("--map-root-user",), ()) if unshare else ():
        prefix = (unshare, *words, "--net", "--pid", "--fork", "--kill-child")
        try:
            if subprocess.run([*prefix, "true"], capture_output=True, timeout=10, stdin=subprocess.DEVNULL).returncode == 0:
                return prefix
        except (OSError, subprocess.SubprocessError):
            pass
    return ()


def environment(room: Path) -> dict[str, str]:
    """Ours without what leads elsewhere: a home and temporary folder of its own, no proxies, plain English."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy") and name != "PYTHONPATH"}
    return {
        **kept, "HOME": str(room), "TMPDIR": str(room), "XDG_CACHE_HOME": str(room), "LC_ALL": "C.UTF-8", "TERM": "dumb",
        "http_proxy": UNREACHABLE, "https_proxy": UNREACHABLE,
    }


def processes(root: int) -> tuple[list[int], int, float]:
    """All processes below one, with the resident bytes and CPU seconds of them together, the launcher's left out."""
    children, facts = defaultdict(list), {}
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            try:
                with open(f"/proc/{entry.name}/stat", "rb") as file:
                    words = file.read().rpartition(b")")[2].split()
            except OSError:
                continue
            facts[int(entry.name)] = (int(words[21]) * PAGE, (int(words[11]) + int(words[12])) / TICKS)
            children[int(words[1])].append(int(entry.name))
    found, waiting = [], list(children[root])
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children[pid]
    counted = set(found) - set(children[root] if namespaces() else ())
    return found, sum(facts[pid][0] for pid in counted), sum(facts[pid][1] for pid in counted)


def kill_all(root: subprocess.Popen) -> None:
    """Ends a process with all below it: stopped first, so that none starts another meanwhile."""
    if root.returncode is not None:
        return  # its namespace, or its launcher, has ended the rest already
    stopped: set[int] = set()
    for _ in range(MOST_ROUNDS):
        found = set(processes(root.pid)[0])
        if found <= stopped:
            break
        for pid in found - stopped:
            send(pid, signal.SIGSTOP)
        stopped |= found
    for pid in (*stopped, root.pid):
        send(pid, signal.SIGKILL)
    root.wait()


def send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except OSError:
        pass


def written(room: Path) -> int:
    total = 0
    for folder, _, names in os.walk(room):
        for name in names:
            try:
                total += os.lstat(os.path.join(folder, name)).st_size
            except OSError:
                pass
    return total


def run(command: list[str], room: Path, limits: Limits = Limits(), name: str = "output", also: dict[str, str] | None = None) -> Ran:
    """Runs a command in `room`, which keeps what it prints as NAME.out and NAME.err. Never raises for what it does."""
    stdout, stderr = room / f"{name}.out", room / f"{name}.err"
    task = json.dumps({"command": command, "memory": limits.memory, "output": limits.output, "seconds": limits.seconds})
    read, write = os.pipe()
    begin = time.monotonic()
    with stdout.open("wb") as out, stderr.open("wb") as err:
        root = subprocess.Popen(
            [*namespaces(), sys.executable, "-I", "-S", str(LAUNCHER), task, str(write)], cwd=room, stdin=subprocess.DEVNULL,
            stdout=out, stderr=err, pass_fds=(write,), start_new_session=True, env={**environment(room), **(also or {})},
        )
    os.close(write)
    try:
        broke, peak, cpu = watch(root, room, limits, begin)
    finally:
        kill_all(root)
        with os.fdopen(read) as pipe:
            report = pipe.read()
    wall = time.monotonic() - begin
    if broke or not report:
        return Ran(broke or "killed", root.returncode or 0, cpu, wall, peak, stdout, stderr)
    used = json.loads(report)
    flooded = used["code"] == -signal.SIGXFSZ
    ended = "output" if flooded else "exited" if used["code"] >= 0 else "killed"
    return Ran(ended, used["code"], used["cpu"], wall, max(peak, used["peak"]), stdout, stderr)


def watch(root: subprocess.Popen, room: Path, limits: Limits, begin: float) -> tuple[str, int, float]:
    """Looks at a running command until it ends: what limit it broke, or "", its peak memory, its CPU seconds."""
    peak, cpu, look, looks = 0, 0.0, FIRST_LOOK_S, 0
    while True:
        try:
            root.wait(look)
            return "", peak, cpu
        except subprocess.TimeoutExpired:
            pass
        below, resident, spent = processes(root.pid)
        peak, cpu = max(peak, resident), max(cpu, spent)
        if time.monotonic() - begin > limits.seconds:
            return "timeout", peak, cpu
        if resident > limits.memory:
            return "memory", peak, cpu
        if len(below) > limits.processes:
            return "processes", peak, cpu
        if looks % 10 == 9 and written(room) > limits.output:
            return "output", peak, cpu
        look, looks = min(look * 1.5, LAST_LOOK_S), looks + 1
