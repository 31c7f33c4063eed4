"""Client programs: written against one release, frozen as source and binary, run on today's library.

A client links or loads the library by its SONAME, prints what it computed, and ends with 0. Its
expected output lies beside it. `compat/clients/<version>/` holds frozen ones, `next/` today's sources.
"""

from __future__ import annotations

import os
import platform
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .model import AstraError, Outcome

TIME_LIMIT = 60.0
"""Seconds that one client may take."""


@dataclass(frozen=True)
class Client:
    """One frozen program: `release` it was built for, its binary for this machine, what it must print."""

    release: str
    name: str
    binary: Path
    expected: str

    @property
    def id(self) -> str:
        return f"{self.release}/{self.name}"


def find_clients(folder: Path | None, line: str) -> list[Client]:
    """Frozen clients of a line that this machine can run, oldest release first."""
    from .model import Version

    found = []
    for release in sorted(folder.iterdir()) if folder and folder.is_dir() else ():
        try:
            version = Version.parse(release.name)
        except ValueError:
            continue  # next/: not frozen yet
        if version.line != line:
            continue
        for expected in sorted(release.glob("*.expected")):
            binary = release / machine() / expected.stem
            if not binary.is_file():
                continue
            found.append((version.key, Client(release.name, expected.stem, binary, expected.read_text("utf-8"))))
    return [client for _, client in sorted(found, key=lambda item: (item[0], item[1].name))]


def machine() -> str:
    """The folder of binaries that this machine runs, such as x86_64-linux-gnu."""
    return f"{platform.machine()}-{platform.system().lower()}-gnu"


def run_client(binary: Path, library: Path, soname: str) -> tuple[str, str]:
    """Runs a program with the library under its SONAME. Returns (result word, output or reason)."""
    with tempfile.TemporaryDirectory(prefix="astra-client-") as folder:
        os.symlink(library.resolve(), Path(folder) / soname)
        environment = {"LD_LIBRARY_PATH": folder, "LD_BIND_NOW": "1", "PATH": os.environ.get("PATH", "")}
        try:
            # A wheel does not keep the executable bit, so the program loader is asked to start it.
            command = [str(binary)] if os.access(binary, os.X_OK) else [program_loader(binary), str(binary)]
            done = subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, timeout=TIME_LIMIT, stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            return "hung", f"did not end within {TIME_LIMIT:.0f} s"
        except OSError as error:
            raise AstraError(f"cannot be started: {error}", str(binary), "run the gate on a machine of the client's kind") from error
    output = done.stdout.decode("utf-8", "replace")
    if done.returncode < 0:
        return "crashed", f"ended by signal {-done.returncode}"
    if done.returncode:
        reason = (done.stderr.decode("utf-8", "replace").strip() or output.strip() or "no message").splitlines()[-1]
        return "broken", f"ended with status {done.returncode}: {reason}"
    return "kept", output


def program_loader(binary: Path) -> str:
    """The ELF interpreter that a program names."""
    data = binary.read_bytes()
    start = data.find(b"/lib")
    return data[start:data.index(b"\0", start)].decode()


def observe_client(client: Client, library: Path, soname: str) -> Outcome:
    result, output = run_client(client.binary, library, soname)
    if result != "kept":
        return Outcome(result, "version", output)
    if output != client.expected:
        return Outcome("broken", "bits", first_difference(client.expected, output))
    return Outcome("kept", "version")


def first_difference(expected: str, actual: str) -> str:
    pairs = zip(expected.splitlines() + ["(end)"], actual.splitlines() + ["(end)"])
    for number, (old, new) in enumerate(pairs, 1):
        if old != new:
            return f"line {number}: expected '{old}', printed '{new}'"
    return "the outputs differ in length"
