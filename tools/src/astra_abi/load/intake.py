"""Files that are taken in whole. Refuses what is no regular file, as reading it may never end, and what is too large."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MOST_BYTES = 64 << 20
"""Far above any text that somebody writes."""
BLOCK = 4 << 20


def read_whole(path: Path, most: int = MOST_BYTES) -> bytes:
    """The bytes of a file; an OSError if there are more than `most`, or if it is a pipe, a device or a folder."""
    # To open a pipe would wait for somebody to write into it.
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0))) as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "is not a regular file", str(path))
        pieces, left = [], most
        # What a file is said to have is not always what it gives; what it may have is not asked of the memory at once.
        while piece := file.read(min(left + 1, BLOCK)):
            pieces.append(piece)
            left -= len(piece)
            if left < 0:
                raise OSError(errno.EFBIG, f"is longer than {most >> 20} MiB", str(path))
    return b"".join(pieces)


def read_text(path: Path, most: int = MOST_BYTES) -> str:
    """The same as text, with the ends of lines that this system reads."""
    return read_whole(path, most).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
