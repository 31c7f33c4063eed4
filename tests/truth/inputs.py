"""Inputs that try a function: every element of two bytes, each exponent of four, and what is hard to round."""

from __future__ import annotations

import math
from typing import Callable

import numpy as np

from astra_abi.elements import CARRIERS
from astra_abi.patterns import FORMATS


def spread(op: str, dtype: str, count: int, seed: int) -> np.ndarray:
    """Every element where there are 65,536; else random fractions, equally many for each sign and exponent."""
    form = FORMATS[dtype]
    if form.width == 16:
        return np.arange(65536, dtype=np.uint16)
    high = np.arange(1 << (form.width - form.fraction), dtype=CARRIERS[dtype]) << form.fraction
    random = np.random.default_rng([seed, *op.encode()])
    fractions = random.integers(0, 1 << form.fraction, (high.size, max(count // high.size, 1)), dtype=CARRIERS[dtype])
    return (high[:, None] | fractions).ravel()


DOUBLES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log, "log2": np.log2, "log1p": np.log1p, "sin": np.sin, "cos": np.cos,
    "tanh": np.tanh, "rsqrt": lambda x: 1 / np.sqrt(x), "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "silu": lambda x: x / (1 + np.exp(-x)),
    "erf": np.vectorize(math.erf, [float]), "gelu": lambda x: x / 2 * np.vectorize(math.erfc, [float])(-x / np.sqrt(2)),
    "gelu_tanh": lambda x: x / (1 + np.exp(-2 * np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
}
"""Functions in f64, good enough to tell which results lie near a tie."""


def hard(op: str, among: int, keep: int, seed: int) -> np.ndarray:
    """Those of many f32 whose result lies nearest to a tie: there the rounding is decided late."""
    random = np.random.default_rng([seed, *op.encode()])
    found = []
    for _ in range(max(among >> 20, 1)):
        exponents = random.integers(127 - 22, 127 + 7, 1 << 20, dtype=np.uint32) << 23
        bits = exponents | random.integers(0, 1 << 23, 1 << 20, dtype=np.uint32) | random.integers(0, 2, 1 << 20, dtype=np.uint32) << 31
        with np.errstate(all="ignore"):
            y = DOUBLES[op](bits.view(np.float32).astype(np.float64)).view(np.uint64)
        distance = np.abs((y & ((1 << 29) - 1)).astype(np.int64) - (1 << 28))
        distance[y >> 52 & 0x7FF == 0x7FF] = 1 << 28
        nearest = np.argpartition(distance, keep)[:keep]
        found.append((distance[nearest], bits[nearest]))
    distances, candidates = (np.concatenate(part) for part in zip(*found))
    candidates, first = np.unique(candidates, return_index=True)
    return candidates[np.argsort(distances[first], kind="stable")[:keep]]


def encoded(significand: int, exponent: int, dtype: str) -> int | None:
    """The bits of significand * 2^exponent, if it is an element."""
    form = FORMATS[dtype]
    bias = form.largest >> 1
    field = max(significand.bit_length() + exponent - 1 + bias, 1)
    shift = exponent + bias + form.fraction - field
    if field >= form.largest or (shift < 0 and significand % (1 << -shift)):
        return None
    steps = significand << shift if shift >= 0 else significand >> -shift
    return steps + ((field - 1) << form.fraction)


def exact_powers(dtype: str) -> list[tuple[int, int]]:
    """Pairs whose power is a float, a tie, or has a few bits more: roots and powers of small odd numbers times powers of two."""
    precision = FORMATS[dtype].fraction + 1
    bases = [1, 3, 5, 7, 9, 11, 13, 15, 17, 21, 25, 27, 31, 33, 45, 63, 81, 85, 125, 127, 129, 181, 243, 255, 257, 289, 341, 511]
    bases += [4095, 4097, 4099, 4635, 5789, 5791, 5793, 8191] if precision > 16 else []
    pairs = []
    for odd in bases:
        for root in (0, 1, 2, 3):
            for power in (1, 2, 3, 4, 5, 6, 7, 8, 10, 15, 16, 25):
                for exponent in {0, 1, -1, 3, -3, -(150 // power), -(149 // power), -(25 // power), 12}:
                    base = encoded(odd ** (1 << root), exponent << root, dtype)
                    pair = base, encoded(power, -root, dtype)
                    if None not in pair:
                        pairs += [pair, (pair[0], pair[1] | 1 << (FORMATS[dtype].width - 1)), (pair[0] + 1, pair[1])]
    return pairs


def power_pairs(dtype: str, count: int, seed: int) -> np.ndarray:
    """Special values with each other, exact powers and ties, any two elements, and pairs whose power does not overflow."""
    form = FORMATS[dtype]
    random = np.random.default_rng([seed, form.width, form.fraction])
    one, infinity = (form.largest >> 1) << form.fraction, form.largest << form.fraction
    half, two, step = one - (1 << form.fraction), one + (1 << form.fraction), 1 << (form.fraction - 1)
    values = [0, 1, step, one - 1, one, one + 1, half, two, two + step, two + 2 * step, infinity - 1, infinity, infinity + 1, infinity + step]
    values += [encoded(3, 20 if form.fraction > 16 else 4, dtype), infinity - (1 << form.fraction)]
    values += [value | 1 << (form.width - 1) for value in values]
    pairs = [(a, b) for a in values for b in values] + exact_powers(dtype)
    anything = random.integers(0, 1 << form.width, (count // 4, 2))
    base = random.integers(0, infinity, count)
    logarithm = np.array([np.log2(float(value)) for value in as_floats(base, form)])
    wanted = random.uniform(-form.largest / 2 - form.fraction - 3, form.largest / 2 + 2, count)
    with np.errstate(all="ignore"):
        exponent = np.clip(wanted / logarithm, -2.0 ** (form.largest >> 2), 2.0 ** (form.largest >> 2))
    rounded = from_floats(np.where(logarithm == 0, 1, exponent), form)
    signs = random.integers(0, 2, count) << (form.width - 1)
    integral = random.integers(0, 2, count).astype(bool)
    whole = from_floats(np.round(np.where(logarithm == 0, 1, exponent)), form)
    near = np.stack([np.where(integral, base | signs, base), np.where(integral, whole, rounded)], axis=1)
    return np.concatenate([np.array(pairs), anything, near]).astype(CARRIERS[dtype])


def as_floats(bits: np.ndarray, form) -> np.ndarray:
    """Finite positive elements as f64, exactly; zero as the smallest number."""
    field, fraction = np.maximum(bits >> form.fraction, 1), bits & (1 << form.fraction) - 1
    steps = np.where(bits >> form.fraction == 0, np.maximum(fraction, 1), fraction | 1 << form.fraction)
    return np.ldexp(steps.astype(np.float64), field - (form.largest >> 1) - form.fraction)


def from_floats(values: np.ndarray, form) -> np.ndarray:
    """Some element near each value, normal or zero."""
    significand, exponent = np.frexp(np.abs(values))
    field = np.clip(exponent - 1 + (form.largest >> 1), 0, form.largest - 1).astype(np.int64)
    bits = field << form.fraction | np.floor((significand * 2 - 1) * (1 << form.fraction)).astype(np.int64) & (1 << form.fraction) - 1
    return np.where((values == 0) | (field == 0), 0, bits) | (values < 0).astype(np.int64) << (form.width - 1)
