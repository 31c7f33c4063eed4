"""The limits of this machine's memory, measured like a contestant: memory.c, compiled for this very processor."""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from pathlib import Path
from typing import Callable

import numpy as np

KINDS = {"copy": (0, 1), "add": (2, 3), "read": (4,)}
"""What is done with the memory, and the kinds of memory.c that do it: the fastest counts."""
MODES = ("plain", "past the caches")


class Memory:
    """memory.c with a number of threads."""

    def __init__(self, threads: int) -> None:
        self.threads, self.version = threads, "this machine"
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder) / "memory.so"
            source = Path(__file__).with_name("memory.c")
            subprocess.run(["cc", "-O3", "-march=native", "-shared", "-fPIC", "-pthread", "-o", library, source], check=True, capture_output=True)
            self.touch = ctypes.CDLL(str(library)).touch
        self.touch.restype = ctypes.c_float
        self.touch.argtypes = [ctypes.c_int, *[ctypes.c_void_p] * 3, ctypes.c_size_t, ctypes.c_int]

    def calls(self, what: str, count: int) -> dict[str, Callable[[], None]]:
        """Ways to touch `count` f32 elements of each array, by mode."""
        arrays = [aligned(count) for _ in range({"copy": 2, "add": 3, "read": 1}[what])]
        addresses = [array.ctypes.data for array in arrays]
        y, a, b = {"copy": (*addresses, None), "add": tuple(addresses), "read": (None, *addresses, None)}[what][:3]

        def of(kind: int) -> Callable[[], None]:
            def call(keep=arrays) -> None:
                self.touch(kind, y, a, b, count, self.threads)

            return call

        return {mode: of(kind) for mode, kind in zip(MODES, KINDS[what])}


def aligned(count: int) -> np.ndarray:
    """Ones, with the first at a multiple of 64 bytes."""
    raw = np.ones(count + 16, np.float32)
    skip = -raw.ctypes.data % 64 // 4
    return raw[skip:skip + count]
