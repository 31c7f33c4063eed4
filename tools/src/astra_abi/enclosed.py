"""Real functions between two bounds that are certainly right: integers that count steps of 2^-bits, rounded outwards.

A third opinion beside the two implementations, slow and obvious: what two bounds round to alike is the rounded result.
Owns no operator.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import isqrt

FARTHEST = 2000
"""The exponential of anything beyond overflows or vanishes in every element type: 2^2000 and 2^-2000 stand for it."""


def ceiling(a: int, b: int) -> int:
    return -(-a // b)


@dataclass(frozen=True)
class Enclosed:
    """A real number x with low <= x * 2^bits <= high."""

    low: int
    high: int
    bits: int

    def __add__(self, other: Enclosed) -> Enclosed:
        return Enclosed(self.low + other.low, self.high + other.high, self.bits)

    def __neg__(self) -> Enclosed:
        return Enclosed(-self.high, -self.low, self.bits)

    def __sub__(self, other: Enclosed) -> Enclosed:
        return self + -other

    def __mul__(self, other: Enclosed) -> Enclosed:
        products = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Enclosed(min(products) >> self.bits, ceiling(max(products), 1 << self.bits), self.bits)

    def over(self, divisor: int) -> Enclosed:
        """A quotient by a positive integer."""
        return Enclosed(self.low // divisor, ceiling(self.high, divisor), self.bits)

    def inverse(self) -> Enclosed:
        """Of a positive number that is not enclosed together with zero."""
        return Enclosed((1 << 2 * self.bits) // self.high, ceiling(1 << 2 * self.bits, self.low), self.bits)

    def root(self) -> Enclosed:
        return Enclosed(isqrt(self.low << self.bits), isqrt(self.high << self.bits) + 1, self.bits)

    def wider(self, steps: int) -> Enclosed:
        return Enclosed(self.low - steps, self.high + steps, self.bits)

    @property
    def size(self) -> int:
        return max(abs(self.low), abs(self.high))

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        return Fraction(self.low, 1 << self.bits), Fraction(self.high, 1 << self.bits)


def enclose(value: Fraction | int, bits: int, high: Fraction | None = None) -> Enclosed:
    """A rational number, or everything from one to another."""
    low, high = Fraction(value), Fraction(value if high is None else high)
    return Enclosed((low.numerator << bits) // low.denominator, ceiling(high.numerator << bits, high.denominator), bits)


def inverse_tangent(q: int, bits: int, sign: int) -> Enclosed:
    """The arc tangent (sign -1) or the area hyperbolic tangent (sign 1) of 1/q, by Taylor's series."""
    power = total = enclose(Fraction(1, q), bits)
    k = 1
    while power.low > 0:
        power, k = power.over(q * q), k + 2
        total = total + (power.over(k) if sign == 1 or k % 4 == 1 else -power.over(k))
    return total.wider(2)


@cache
def pi(bits: int) -> Enclosed:
    """By Machin's formula."""
    return enclose(16, bits) * inverse_tangent(5, bits, -1) - enclose(4, bits) * inverse_tangent(239, bits, -1)


@cache
def ln2(bits: int) -> Enclosed:
    return enclose(2, bits) * inverse_tangent(3, bits, 1)


def exp(x: Enclosed) -> Enclosed:
    """e^x: 2^k times e^r, and e^r by Taylor's series of r / 256, squared eight times. What is left out is below its last term."""
    bits = x.bits
    if x.low >> bits >= FARTHEST:
        return enclose(1 << FARTHEST, bits)
    if x.high >> bits < -FARTHEST:
        return Enclosed(0, max(1 << bits >> FARTHEST, 1), bits)
    k = (2 * x.low // ln2(bits).low + 1) // 2
    r = x - enclose(k, bits) * ln2(bits)
    r = Enclosed(r.low >> 8, ceiling(r.high, 256), bits)
    term = total = enclose(1, bits)
    n = 0
    while term.size > 1:
        n += 1
        term = (term * r).over(n)
        total = total + term
    total = total.wider(term.size)
    for _ in range(8):
        total = total * total
    return Enclosed(total.low << k, total.high << k, bits) if k >= 0 else Enclosed(total.low >> -k, ceiling(total.high, 1 << -k), bits)


def log(x: Fraction, bits: int) -> Enclosed:
    """ln x = k ln 2 + 2 artanh((m - 1) / (m + 1)) for x = 2^k m, with m from 1/2 to 2: terms shrink to a ninth at least."""
    k = x.numerator.bit_length() - x.denominator.bit_length()
    m = x / Fraction(2) ** k
    z = enclose((m - 1) / (m + 1), bits)
    square = z * z
    power = total = z
    n = 1
    while power.size > 1:
        power, n = power * square, n + 2
        total = total + power.over(n)
    return enclose(2, bits) * total.wider(1) + enclose(k, bits) * ln2(bits)


def sin(x: Fraction, bits: int, turns: int = 0) -> Enclosed:
    """sin(x + turns * pi / 2): pi has as many bits more as x has before the point."""
    more = bits + max(x.numerator.bit_length() - x.denominator.bit_length(), 0) + 8
    low, high = (end / 2 for end in pi(more).ends)
    k = round(x / low)
    r = enclose(min(x - k * low, x - k * high), bits, max(x - k * low, x - k * high))
    square = r * r
    k += turns
    term = total = r if k % 2 == 0 else enclose(1, bits)
    n = 2 if k % 2 == 0 else 1
    while term.size > 1:
        term = -(term * square).over(n * (n + 1))
        total, n = total + term, n + 2
    total = total.wider(2)
    return -total if k & 2 else total


def erf_sum(q: Fraction, bits: int) -> Enclosed:
    """The sum of (-q)^k / (k! (2k + 1)): erf x is 2 x / sqrt(pi) times it, for q = x^2. An alternating sum, below its last term."""
    square, power = enclose(-q, bits), enclose(1, bits)
    total, n = power, 0
    while power.size > 1 or n < q:
        n += 1
        power = (power * square).over(n)
        total = total + power.over(2 * n + 1)
    return total.wider(power.size)
