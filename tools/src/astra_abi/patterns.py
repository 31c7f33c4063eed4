"""Input data of goldens: from bits, from exact values, or from a named pattern and a seed.

Frozen: a golden is only as stable as its inputs, so nothing here comes from a library's random numbers.
A pattern's element i is made from z(i), the i-th output of splitmix64 (Steele, Lea, Flood 2014):

    s = seed + (i + 1) * 9E3779B97F4A7C15          all modulo 2^64
    z = (s ^ s >> 30) * BF58476D1CE4E5B9
    z = (z ^ z >> 27) * 94D049BB133111EB
    z(i) = z ^ z >> 31

Kinds for every element type of w bits:
    bits          the low w bits of z: any pattern at all, NaN payloads included
    special       SPECIAL[dtype][z mod its length]

Kinds for floats with m fraction bits (sign = bit 63 of z, fraction = the m bits below it):
    unit          an exact multiple of 2^-p in [-1, 1), p = m + 1: (the top p + 1 bits of z) - 2^p, times 2^-p
    normal-range  sign and fraction, exponent -20 to 20; of f16 -8 to 8
    wide          sign and fraction, any normal exponent
    tiny          sign and fraction, exponent field 0 to 15, of f16 0 to 3: subnormals and the smallest normal numbers
    exp-range     f32((z >> 32) * 193 / 2^32 - 104): where exp is neither 0 nor infinity, and just beyond; f32 only

Without a seed, for elements of two bytes:
    every         the bits i

Kinds for integers:
    small         (z >> 32) mod 33, minus 16 if signed
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import numpy as np

from .elements import CARRIERS, as_bits
from .model import AstraError
from .model.basics import INTEGERS


@dataclass(frozen=True)
class Format:
    """A binary floating-point format; `near` exponents are moderate, `tiny` is the largest exponent field of tiny numbers."""

    width: int
    fraction: int
    near: int
    tiny: int

    @property
    def largest(self) -> int:
        """The exponent field of infinities."""
        return (1 << (self.width - 1 - self.fraction)) - 1


FORMATS = {"f16": Format(16, 10, 8, 3), "bf16": Format(16, 7, 20, 15), "f32": Format(32, 23, 20, 15), "f64": Format(64, 52, 20, 15)}
SPECIAL_F32 = (
    0x00000000, 0x80000000, 0x3F800000, 0xBF800000, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC00000,
    0x7F800001, 0xFF800001, 0x7FA12345, 0xFFABCDEF, 0x7FFFFFFF, 0xFFFFFFFF, 0x00000001, 0x80000001,
    0x00000002, 0x007FFFFF, 0x807FFFFF, 0x00800000, 0x80800000, 0x00800001, 0x7F7FFFFF, 0xFF7FFFFF,
    0x7F000000, 0xFF000000, 0x3F7FFFFF, 0x3F800001, 0x33800000, 0xB3800000, 0x34000000, 0x4B800000,
    0x4B7FFFFF, 0xCB800000, 0x3F000000, 0x40000000, 0x00400000, 0x1F800000, 0x20000000, 0x5F800000,
)
"""Zeros, ones, infinities, quiet and signalling NaNs with payloads, subnormal and normal borders, ties."""


def special_floats(form: Format) -> list[int]:
    """What SPECIAL_F32 is, in another format."""
    m, top = form.fraction, form.largest
    bias, ones = top >> 1, (1 << m) - 1
    infinity, one, half = top << m, bias << m, 1 << (m - 1)
    positive = [
        0, one, infinity, infinity | half, infinity | 1, infinity | half | 3, infinity | ones, 1, 2, ones, 1 << m, (1 << m) + 1,
        infinity - 1, (top - 1) << m, one - 1, one + 1, (bias - m - 1) << m, (bias - m) << m, (bias + m + 1) << m if bias + m + 1 < top else (top - 2) << m,
        (bias - 1) << m, (bias + 1) << m, half,
    ]
    return [bits | sign << (form.width - 1) for bits in positive for sign in (0, 1)]


def special_integers(width: int) -> list[int]:
    """Zero, ones, the borders of both signs, and halves of the width."""
    half, mask = 1 << (width // 2), (1 << width) - 1
    return [value & mask for value in (0, 1, 2, -1, -2, 1 << (width - 1), (1 << (width - 1)) - 1, (1 << (width - 1)) + 1, half, half - 1, -half, 3, 7, 10, -10)]


SPECIAL = {name: np.array(bits, dtype=CARRIERS[name]) for name, bits in {
    "f32": SPECIAL_F32, "bool": (0, 1, 2, 128, 255),
    **{name: special_floats(form) for name, form in FORMATS.items() if name != "f32"},
    **{name: special_integers(8 * size) for name, (size, _) in INTEGERS.items()},
}.items()}


def splitmix64(seed: int, count: int) -> np.ndarray:
    """The first `count` outputs for a seed."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def with_exponent(z: np.ndarray, form: Format, low: int, high: int) -> np.ndarray:
    """Bits with z's sign and fraction and an exponent field from low to high, from z's low 32 bits."""
    sign = (z >> np.uint64(63)) << np.uint64(form.width - 1)
    fraction = (z >> np.uint64(63 - form.fraction)) & np.uint64((1 << form.fraction) - 1)
    exponent = np.uint64(low) + (z & np.uint64(0xFFFFFFFF)) % np.uint64(high - low + 1)
    return sign | exponent << np.uint64(form.fraction) | fraction


def unit(z: np.ndarray, dtype: str) -> np.ndarray:
    p = FORMATS[dtype].fraction + 1
    return as_bits(((z >> np.uint64(63 - p)).astype(np.int64) - (1 << p)) * 2.0**-p, dtype)


def exp_range(z: np.ndarray) -> np.ndarray:
    return ((z >> np.uint64(32)).astype(np.float64) * (193 / 2**32) - 104).astype(np.float32).view(np.uint32)


def kinds(dtype: str) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """The patterns of a dtype: from splitmix64's outputs to bits, still as wide as these."""
    width = 8 * CARRIERS[dtype].itemsize
    special = SPECIAL[dtype].astype(np.uint64)
    found = {
        "bits": lambda z: z & np.uint64((1 << width) - 1),
        "special": lambda z: special[z % np.uint64(len(special))],
    }
    if dtype in FORMATS:
        form = FORMATS[dtype]
        bias = form.largest >> 1
        found |= {
            "unit": lambda z: unit(z, dtype),
            "normal-range": lambda z: with_exponent(z, form, bias - form.near, bias + form.near),
            "wide": lambda z: with_exponent(z, form, 1, form.largest - 1),
            "tiny": lambda z: with_exponent(z, form, 0, form.tiny),
        }
    if dtype == "f32":
        found["exp-range"] = exp_range
    if dtype in INTEGERS:
        lowest = 16 if INTEGERS[dtype][1] else 0
        found["small"] = lambda z: ((z >> np.uint64(32)) % np.uint64(33)).astype(np.int64) - lowest
    return found


def words(source: dict[str, Any], where: str) -> np.ndarray:
    """One input of a golden case as bits in its shape."""
    shape = tuple(source["shape"])
    dtype = source.get("dtype", "f32")
    if dtype not in CARRIERS:
        raise AstraError(f"unknown dtype '{dtype}'", where, f"use one of {', '.join(sorted(CARRIERS))}")
    count = int(np.prod(shape, dtype=np.int64))
    given = [key for key in ("bits", "values", "pattern") if key in source]
    if len(given) != 1:
        raise AstraError("an input has exactly one of bits, values and pattern", where, "correct the input")
    flat = {"bits": from_bits, "values": from_values, "pattern": from_pattern}[given[0]](source[given[0]], dtype, count, where)
    if flat.size != count:
        raise AstraError(f"{flat.size} elements for the shape {list(shape)}", where, f"give {count} elements")
    return flat.reshape(shape)


def from_bits(text: str, dtype: str, count: int, where: str) -> np.ndarray:
    pieces, digits = text.split(), 2 * CARRIERS[dtype].itemsize
    if not all(len(piece) == digits for piece in pieces):
        raise AstraError(f"bits are words of {digits} hexadecimal digits", where, f"write each element as {digits} digits")
    return np.array([int(piece, 16) for piece in pieces], dtype=CARRIERS[dtype])


def from_values(values: list[Any], dtype: str, count: int, where: str) -> np.ndarray:
    if dtype in FORMATS:
        return as_bits(np.array([float.fromhex(v) if isinstance(v, str) and "0x" in v else float(v) for v in values], dtype=np.float64), dtype, where)
    return as_bits(np.array([int(value) for value in values], dtype=object), dtype, where)


def from_pattern(pattern: dict[str, Any], dtype: str, count: int, where: str) -> np.ndarray:
    known = kinds(dtype)
    if pattern.get("kind") == "every" and CARRIERS[dtype].itemsize == 2:
        return (np.arange(count) & 0xFFFF).astype(CARRIERS[dtype])
    if pattern.get("kind") not in known:
        raise AstraError(f"unknown pattern '{pattern.get('kind')}' of {dtype}", where, f"use one of {', '.join(sorted(known))}")
    return drawn(pattern["kind"], int(pattern.get("seed", 1)), count, dtype)


def drawn(kind: str, seed: int, count: int, dtype: str = "f32") -> np.ndarray:
    """The first elements of a pattern, as bits."""
    return kinds(dtype)[kind](splitmix64(seed, count)).astype(CARRIERS[dtype])
