"""The targets whose layouts can be read: what each is called, and which headers stand for its C library.

Owns the table `targets.toml`. Real headers of a C library are only used on the target that this machine
itself is; no compiler is asked where they are.
"""

from __future__ import annotations

import functools
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from ..model import AstraError

PLACE = Path(__file__).parent
LOCAL, SYSTEM = Path("/usr/local/include"), Path("/usr/include")


@dataclass(frozen=True)
class Target:
    """One target: the compiler's name for it, and what to tell the compiler beyond that."""

    name: str
    triple: str
    headers: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    machine: str = ""
    multiarch: str = ""

    @property
    def stubs(self) -> list[Path]:
        """The folders of our own headers that stand for the compiler's and the C library's."""
        return [PLACE / "include" / folder for folder in self.headers]


@functools.cache
def targets() -> dict[str, Target]:
    """All targets, by name."""
    import tomllib

    table = tomllib.loads((PLACE / "targets.toml").read_text("utf-8"))
    return {
        name: Target(name, row["triple"], tuple(row["headers"]), tuple(row.get("arguments", ())), row.get("machine", ""), row.get("multiarch", ""))
        for name, row in table.items()
    }


def every_target() -> tuple[str, ...]:
    """The names of all targets."""
    return tuple(targets())


def chosen(names) -> list[Target]:
    """The named targets, in this order."""
    known = targets()
    if missing := [name for name in names if name not in known]:
        raise AstraError(f"no target is called {', '.join(missing)}", "", f"choose from {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(names)]


@functools.cache
def host() -> str | None:
    """The name of the target that this machine is; None where the table has none for it."""
    if sys.platform == "linux":
        try:
            libc = os.confstr("CS_GNU_LIBC_VERSION")
        except (OSError, ValueError):
            libc = None
        kind = "gnu" if libc else "musl"
        machine = platform.machine()
        for target in targets().values():
            if target.machine == machine and target.name.split("-")[2].startswith(kind):
                return target.name
        return None
    prefix = {"arm64": "aarch64", "AMD64": "x86_64", "ARM64": "aarch64", "amd64": "x86_64"}.get(platform.machine(), platform.machine())
    system = {"darwin": "macos", "win32": "windows-msvc"}.get(sys.platform, "freebsd")
    name = f"{prefix}-{system}"
    return name if name in targets() else None


@functools.cache
def system_folders() -> tuple[Path, ...]:
    """Where this machine has the headers of its own C library; none where they are not installed."""
    name = host()
    if name is None or not (SYSTEM / "stdio.h").is_file():
        return ()
    multiarch = targets()[name].multiarch
    folders = (LOCAL, SYSTEM / multiarch, SYSTEM) if multiarch else (LOCAL, SYSTEM)
    return tuple(folder for folder in folders if folder.is_dir())


def search_path(target: Target) -> tuple[list[Path], list[Path]]:
    """The folders of system headers for a target, and those of this machine that are closed to it."""
    real = system_folders()
    if target.name == host() and real:
        # What the compiler brings itself comes first: the C library counts on that.
        return [PLACE / "include/compiler", *real], []
    return target.stubs, [folder for folder in real if folder != LOCAL]
