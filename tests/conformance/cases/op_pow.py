"""pow@1 against C23's special values, exact powers, and bounds in integer arithmetic."""

from fractions import Fraction

import numpy as np
import pytest

from astra_abi import enclosed
from astra_abi.conform import compute, refused, requires
from astra_abi.enclosed import enclose
from astra_abi.exact import NAN, decode, encode, finite, infinity
from astra_abi.patterns import FORMATS, SPECIAL, drawn

DTYPES = ["f16", "bf16", "f32"]


def is_odd(b):
    return b.kind == "finite" and b.value.denominator == 1 and b.value.numerator % 2 == 1


def special(a, b):
    """The rows of C23, F.10.4.5; None where there is none."""
    one = finite(1)
    if b.kind == "finite" and b.value == 0 or a == one:
        return one
    if "nan" in (a.kind, b.kind):
        return NAN
    if b.kind == "infinite":
        size = abs(a.value) if a.kind == "finite" else 2
        return one if size == 1 else infinity(False) if (size > 1) != b.is_negative else finite(0)
    is_negative = a.is_negative and is_odd(b)
    if a.kind == "infinite" or a.value == 0:
        is_zero = (a.kind == "infinite") == b.is_negative
        return finite(0, is_negative) if is_zero else infinity(is_negative)
    return NAN if a.is_negative and b.value.denominator != 1 else None


def power_bits(a: Fraction, b: Fraction, dtype: str) -> int:
    """Of a positive base: exact where the exponent is a small integer, else between bounds."""
    if b.denominator == 1 and abs(b) <= 40:
        return encode(finite(a**b.numerator), dtype)
    for bits in (192, 384, 768):
        low, high = (encode(finite(end), dtype) for end in enclosed.exp(enclosed.log(a, bits + 160) * enclose(b, bits + 160)).ends)
        if low == high:
            return low
    return encode(finite(exact(a, b)), dtype)


def exact(a: Fraction, b: Fraction) -> Fraction:
    """A power that no bounds tell from a tie: it is the tie, and its own power proves that."""
    value = enclosed.exp(enclosed.log(a, 768) * enclose(b, 768)).ends[0]
    scale = Fraction(2) ** (value.denominator.bit_length() - value.numerator.bit_length() + 80)
    tie = round(value * scale) / scale
    assert b.denominator <= 256 and tie**b.denominator == a**b.numerator, f"{a}^{b} is not decided"
    return tie


def reference(base: int, exponent: int, dtype: str) -> int:
    a, b = decode(base, dtype), decode(exponent, dtype)
    found = special(a, b)
    if found is not None:
        return encode(found, dtype)
    sign = int(a.is_negative and is_odd(b)) << (FORMATS[dtype].width - 1)
    return sign | power_bits(abs(a.value), b.value, dtype)


def check(astra, dtype, bases, exponents):
    actual = compute(astra, "pow@1", [bases, exponents], dtypes=[dtype, dtype])[0]
    for a, b, y in zip(bases.tolist(), exponents.tolist(), actual.tolist()):
        expected = reference(a, b, dtype)
        assert y == expected, f"{a:x} to the power of {b:x} ({dtype}) is {y:x}, not {expected:x}"


def elements(values, dtype):
    return np.array([encode(finite(value), dtype) for value in values], SPECIAL[dtype].dtype)


@requires("pow@1/correctly-rounded")
@pytest.mark.parametrize("dtype", DTYPES)
def test_special_values_with_each_other(astra, dtype):
    more = elements([-1, -3, 3, -2, Fraction(1, 4), Fraction(-3, 2), Fraction(3, 4)], dtype)
    left, right = np.meshgrid(np.concatenate([SPECIAL[dtype], more]), np.concatenate([SPECIAL[dtype], more]))
    check(astra, dtype, left.ravel(), right.ravel())


@requires("pow@1/correctly-rounded")
@pytest.mark.parametrize("dtype", DTYPES)
def test_exact_powers_and_ties(astra, dtype):
    """Squares, cubes and roots of them; an odd base of half as many bits as a tie has makes a tie."""
    precision = FORMATS[dtype].fraction + 1
    roots = [3, 5, 7, 9, 13, (1 << (precision + 1) // 2) - 1, (1 << (precision + 1) // 2) - 3, (1 << precision // 2) + 1, 2, 4]
    pairs = []
    for root in roots:
        for power in (2, 3, 5):
            pairs += [(root, power), (-root, power), (Fraction(root, 8), power), (root, -power)]
            pairs += [(root**2, Fraction(power, 2)), (root**4, Fraction(power, 4)), (Fraction(root**2, 64), Fraction(power, 2))]
    pairs += [(Fraction(1, 256), Fraction(steps, 8)) for steps in range(8, 160)]  # down to half of the smallest number
    pairs += [(Fraction(odd) / 2**scale, 2) for odd in (3, 5, 7) for scale in range(8, 80)]  # 9/2, 25/2 and 49/2 of it
    pairs = [pair for pair in pairs if decode(int(elements([pair[0]], dtype)[0]), dtype).value == pair[0]]
    bases, exponents = (elements(side, dtype) for side in zip(*pairs))
    check(astra, dtype, bases, exponents)


@requires("pow@1/correctly-rounded")
@pytest.mark.parametrize("dtype", DTYPES)
def test_numbers_at_random(astra, dtype):
    """Any two, moderate ones, and bases near one with large exponents, which neither overflow nor vanish."""
    form = FORMATS[dtype]
    near_one = ((form.largest >> 1) << form.fraction) + (drawn("bits", 92, 300, dtype) & 15).astype(np.int64) - 8
    large = encode(finite(Fraction(2) ** (form.fraction - 1)), dtype) + (drawn("bits", 93, 300, dtype) % (3 << form.fraction)).astype(np.int64)
    bases = [drawn("bits", 90, 100, dtype), drawn("normal-range", 91, 500, dtype) & ((1 << form.width - 1) - 1), near_one]
    exponents = [drawn("bits", 94, 100, dtype), drawn("unit", 95, 500, dtype), large]
    check(astra, dtype, *(np.concatenate(side).astype(SPECIAL[dtype].dtype) for side in (bases, exponents)))


@requires("pow@1/shapes-equal")
@pytest.mark.parametrize("a, b", [([1], [2]), ([2, 3], [6]), ([], [1]), ([2, 1], [2, 2]), ([0], [0, 1])])
def test_different_shapes_are_refused(world, a, b):
    for shapes in ((a, b), (b, a)):
        with refused("ASTRA_ERROR_OPERAND_SHAPE", "inputs", op="pow@1"):
            world.launch("pow@1", [world.tensor(np.zeros(shape, np.uint32)) for shape in shapes])
