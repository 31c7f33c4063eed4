"""What a declared probe program gave when it ran with a library: bytes by digest, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field

PROMISES = ("exact", "status", "informative")
"""What a difference means: exact promises every output byte, status only how the program ends, informative nothing."""


@dataclass(frozen=True, slots=True)
class Output:
    """Bytes that a program wrote. `head` is all of them if they are few; of many there are digests of `CHUNK` each."""

    size: int
    sha256: str
    head: bytes = b""
    chunks: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        return len(self.head) == self.size


EMPTY = Output(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Recorded:
    """One case of a probe. `given` is the digest of the program and of all that it was given.

    `end` is "exited" with the status `code`, "killed" by the signal `code`, or "overran" a limit. Only a library
    that is compared with a record has "unstable" (its runs differ) and "unstarted" (the program cannot be loaded).
    """

    promise: str
    given: str
    end: str
    code: int = 0
    detail: str = ""
    stdout: Output = EMPTY
    stderr: Output = EMPTY
    files: dict[str, Output] = field(default_factory=dict)
