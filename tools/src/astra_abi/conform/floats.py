"""A caller's floating-point environment: set it, run something, see whether it was left alone."""

from __future__ import annotations

import contextlib
import platform
from typing import Iterator

from .. import _native

ENVIRONMENTS = {
    "x86_64": {
        # Mask all exceptions (1F80), then: FTZ | DAZ; rounding towards +infinity; both, towards zero.
        "flush-to-zero": 0x1F80 | 0x8040, "round-up": 0x1F80 | 0x4000, "flush, round to zero": 0x1F80 | 0xE040,
    },
    "aarch64": {"flush-to-zero": 1 << 24, "round-up": 1 << 22, "flush, round to zero": 1 << 24 | 3 << 22},
}
"""Control words that a caller may have set, by machine."""


def caller_environments() -> dict[str, int]:
    """The environments that can be set on this machine; none where this is not known."""
    return ENVIRONMENTS.get(platform.machine(), {})


@contextlib.contextmanager
def environment(control: int) -> Iterator[None]:
    """Runs the block under a control word. Threads started inside inherit it."""
    before = _native.float_control()
    _native.set_float_control(control)
    try:
        yield
    finally:
        _native.set_float_control(before)
