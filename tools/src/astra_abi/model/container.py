"""What the file around a library tells besides symbols, for the model's `Image`. Owns no I/O and no opinion.

As everywhere in the model, None is "not known to this reader", and empty is "known to be empty".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlatformTag:
    """The best tag that a library may carry. `rank` is comparable within `libc`: lower runs on more systems."""

    name: str
    libc: str
    rank: int
    why: str = ""
    """What keeps it from the next better one."""


@dataclass(frozen=True, slots=True)
class Container:
    """A file in its format. `machine` is in ELF's words whatever the format, so that two files can be compared.

    `ordinals` and `forwarders` go by exported name. `hidden` names are found by a static linker only. `gpu` lists
    (kind, architecture), where a kind is sass, ptx, amdgpu, ltoir, bitcode or other. `asks` maps a family such as GLIBC
    to its versions and those to the symbols that ask for them: what the floor is made of.
    """

    format: str | None = None
    machine: str | None = None
    bits: int | None = None
    byte_order: str | None = None
    architectures: tuple[str, ...] | None = None
    compatibility_version: str | None = None
    minimum_os: dict[str, str] | None = None
    ordinals: dict[str, int] | None = None
    forwarders: dict[str, str] | None = None
    hidden: tuple[str, ...] | None = None
    members: tuple[str, ...] | None = None
    gpu: tuple[tuple[str, str], ...] | None = None
    asks: dict[str, dict[str, tuple[str, ...]]] | None = None
    tag: PlatformTag | None = None
