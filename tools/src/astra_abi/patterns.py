"""Input data of goldens: from bits, from exact values, or from a named pattern and a seed.

Frozen: a golden is only as stable as its inputs, so nothing here comes from a library's random numbers.
A pattern's element i is made from z(i), the i-th output of splitmix64 (Steele, Lea, Flood 2014):

    s = seed + (i + 1) * 9E3779B97F4A7C15          all modulo 2^64
    z = (s ^ s >> 30) * BF58476D1CE4E5B9
    z = (z ^ z >> 27) * 94D049BB133111EB
    z(i) = z ^ z >> 31

Kinds, as f32 bits (sign = bit 63 of z, fraction = bits 40 to 62, the top 23 below the sign):
    bits          the low 32 bits of z: any pattern at all, NaN payloads included
    unit          an exact multiple of 2^-24 in [-1, 1): (z >> 39) - 2^24, times 2^-24
    normal-range  sign and fraction, exponent 2^-20 to 2^20
    wide          sign and fraction, any normal exponent
    tiny          sign and fraction, exponent field 0 to 15: subnormals and the smallest normal numbers
    exp-range     f32((z >> 32) * 193 / 2^32 - 104): where exp is neither 0 nor infinity, and just beyond
    special       SPECIAL[z mod its length]
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .model import AstraError

SPECIAL = np.array([
    0x00000000, 0x80000000, 0x3F800000, 0xBF800000, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC00000,
    0x7F800001, 0xFF800001, 0x7FA12345, 0xFFABCDEF, 0x7FFFFFFF, 0xFFFFFFFF, 0x00000001, 0x80000001,
    0x00000002, 0x007FFFFF, 0x807FFFFF, 0x00800000, 0x80800000, 0x00800001, 0x7F7FFFFF, 0xFF7FFFFF,
    0x7F000000, 0xFF000000, 0x3F7FFFFF, 0x3F800001, 0x33800000, 0xB3800000, 0x34000000, 0x4B800000,
    0x4B7FFFFF, 0xCB800000, 0x3F000000, 0x40000000, 0x00400000, 0x1F800000, 0x20000000, 0x5F800000,
], dtype=np.uint32)
"""Zeros, ones, infinities, quiet and signalling NaNs with payloads, subnormal and normal borders, ties."""


def splitmix64(seed: int, count: int) -> np.ndarray:
    """The first `count` outputs for a seed."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def with_exponent(z: np.ndarray, low: int, high: int) -> np.ndarray:
    """f32 bits with z's sign and fraction and an exponent field from low to high, from z's low 32 bits."""
    sign = (z >> np.uint64(63)) << np.uint64(31)
    fraction = (z >> np.uint64(40)) & np.uint64(0x7FFFFF)
    exponent = np.uint64(low) + (z & np.uint64(0xFFFFFFFF)) % np.uint64(high - low + 1)
    return (sign | exponent << np.uint64(23) | fraction).astype(np.uint32)


def unit(z: np.ndarray) -> np.ndarray:
    return (((z >> np.uint64(39)).astype(np.int64) - (1 << 24)) * 2.0**-24).astype(np.float32).view(np.uint32)


def exp_range(z: np.ndarray) -> np.ndarray:
    return ((z >> np.uint64(32)).astype(np.float64) * (193 / 2**32) - 104).astype(np.float32).view(np.uint32)


KINDS = {
    "bits": lambda z: (z & np.uint64(0xFFFFFFFF)).astype(np.uint32),
    "unit": unit,
    "normal-range": lambda z: with_exponent(z, 107, 147),
    "wide": lambda z: with_exponent(z, 1, 254),
    "tiny": lambda z: with_exponent(z, 0, 15),
    "exp-range": exp_range,
    "special": lambda z: SPECIAL[z % np.uint64(len(SPECIAL))],
}


def words(source: dict[str, Any], where: str) -> np.ndarray:
    """One input of a golden case as f32 bits in its shape."""
    shape = tuple(source["shape"])
    count = int(np.prod(shape, dtype=np.int64))
    kinds = [key for key in ("bits", "values", "pattern") if key in source]
    if len(kinds) != 1:
        raise AstraError("an input has exactly one of bits, values and pattern", where, "correct the input")
    flat = {"bits": from_bits, "values": from_values, "pattern": from_pattern}[kinds[0]](source[kinds[0]], count, where)
    if flat.size != count:
        raise AstraError(f"{flat.size} elements for the shape {list(shape)}", where, f"give {count} elements")
    return flat.reshape(shape)


def from_bits(text: str, count: int, where: str) -> np.ndarray:
    pieces = text.split()
    if not all(len(piece) == 8 for piece in pieces):
        raise AstraError("bits are words of 8 hexadecimal digits", where, "write each element as 8 digits")
    return np.array([int(piece, 16) for piece in pieces], dtype=np.uint32)


def from_values(values: list[Any], count: int, where: str) -> np.ndarray:
    exact = [float.fromhex(v) if isinstance(v, str) and "0x" in v else float(v) for v in values]
    with np.errstate(over="ignore"):
        found = np.array(exact, dtype=np.float64).astype(np.float32)
    for value, rounded in zip(exact, found):
        if value == value and value != float(rounded):
            raise AstraError(f"{value!r} is not an f32", where, "write a value that f32 holds exactly, or bits")
    return found.view(np.uint32)


def from_pattern(pattern: dict[str, Any], count: int, where: str) -> np.ndarray:
    if pattern.get("kind") not in KINDS:
        raise AstraError(f"unknown pattern '{pattern.get('kind')}'", where, f"use one of {', '.join(sorted(KINDS))}")
    return KINDS[pattern["kind"]](splitmix64(int(pattern.get("seed", 1)), count))
