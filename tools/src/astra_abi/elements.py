"""Elements of tensors as bits: numpy arrays of unsigned integers as wide as the dtype, so that no float ever touches them.

Refuses numbers that a dtype cannot hold exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .model import AstraError
from .model.basics import DTYPES, INTEGERS

CARRIERS = {name: np.dtype(f"u{size}") for name, size in DTYPES.items()}
"""The unsigned integer that carries each dtype's bits."""
HOLDERS = {"f16": np.float16, "f32": np.float32, "f64": np.float64, "bool": np.bool_, **{name: np.dtype(f"{name[0]}{size}") for name, (size, _) in INTEGERS.items()}}
"""What numpy calls a dtype; it has no bf16."""


def as_bits(values: Any, dtype: str, where: str = "") -> np.ndarray:
    """Numbers as bits of a dtype; an array of its carrier holds bits already."""
    array = np.asarray(values)
    if array.dtype == CARRIERS[dtype]:
        return array
    if dtype == "bf16":
        wide = as_bits(values, "f32", where)
        if np.any((wide & 0xFFFF != 0) & ~np.isnan(wide.view(np.float32))):
            raise AstraError("a number is not a bf16", where, "write one that bf16 holds exactly, or bits")
        return (wide >> np.uint32(16)).astype(CARRIERS[dtype])
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            held = array.astype(HOLDERS[dtype])
    except OverflowError as error:
        raise AstraError(f"a number is not one of {dtype}: {error}", where, f"write one that {dtype} holds exactly, or bits") from None
    exact = (held == array) | ((held != held) & (array != array))
    if not np.all(exact):
        number = array.ravel()[np.flatnonzero(~exact)[0]]
        raise AstraError(f"{number!r} is not a number of {dtype}", where, f"write one that {dtype} holds exactly, or bits")
    return held.view(CARRIERS[dtype])
