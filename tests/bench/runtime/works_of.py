"""What several works share: operands, and how each contestant calls a function of arrays."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np


def operands(batch: int, m: int, k: int, n: int, dtype: str = "float32") -> tuple[np.ndarray, np.ndarray]:
    """[m, k] and [k, n] of equally distributed numbers, of rank 3 where there is a batch."""
    random = np.random.default_rng(1)
    lead = (batch,) if batch > 1 else ()
    shapes = ((*lead, m, k), (*lead, k, n))
    if np.dtype(dtype).kind in "iu":
        return tuple(random.integers(-128, 128, shape).astype(dtype) for shape in shapes)
    return tuple(random.uniform(-1, 1, shape).astype(dtype) for shape in shapes)


def uniform(*shape: int, low: float = -4.0, high: float = 4.0) -> np.ndarray:
    """f32 numbers, equally distributed between two bounds."""
    return np.random.default_rng(1).uniform(low, high, shape).astype(np.float32)


def modes(call: Callable[..., Any], *arrays: Any) -> dict[str, Callable[[], Any]]:
    """A function of arrays with a new result each time, and into one that exists."""
    out = call(*arrays)
    return {"new": lambda: call(*arrays), "out": lambda: call(*arrays, out=out)}
