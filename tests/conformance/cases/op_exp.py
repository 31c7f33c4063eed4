"""exp@1 against Python's decimal arithmetic with 60 digits."""

from decimal import Context, Decimal
from fractions import Fraction

import numpy as np
import pytest

from astra_abi.conform import compute, requires

HARD = """
C16912CD BBF0EDF1 38E69CC1 39C6BE5B BAE0E25C 383A3EF1 3D1A274E 4001B249 40315B33 39E5BB1D 4288942B 3FE67199
BC2A461A C0781533 38AD9E29 41CBF87B BBB70EE8 C13D6631 4034D02B 3A7BCD08 3C608A0E 3C971AAA 3CAFFE2E BCB8F40F
3B18F346 40DD70CB BFBFA14B 3F5BC24C 3B8C972E BF81EADF 4178966E BA7242A6 BF76FD92 38643E69 4283070F BDB393EB
3DFB09D6 C0382E72 C159FA1E 3D7010DE BEE0E6CD C236E4B4 BCE017BB BE67B559 408B904B 40A470E2 3A7AF53D 3B00BA9D
"""
"""Inputs whose result lies closest to the middle between two f32, found by a search over all f32."""

BORDERS = [0x42B17217, 0x42B17218, 0x42B17219, 0xC2CFF1B4, 0xC2CFF1B5, 0xC2CFF1B6, 0xC2AEAC4F, 0xC2AEAC50, 0xC2AEAC51, 0xC2CE8ED0]
"""Around the largest finite result, the smallest one that is not zero, and the smallest normal one."""


def rounded(value: Fraction) -> int:
    """The bits of the f32 nearest to a positive number, ties to even."""
    exponent = max(value.numerator.bit_length() - value.denominator.bit_length() - 24, -149)
    while value / Fraction(2) ** exponent >= 1 << 24:
        exponent += 1
    while exponent > -149 and value / Fraction(2) ** exponent < 1 << 23:
        exponent -= 1
    significand = round(value / Fraction(2) ** exponent)
    if significand == 1 << 24:
        significand, exponent = 1 << 23, exponent + 1
    if exponent > 104:
        return 0x7F800000
    return significand if significand < 1 << 23 else (exponent + 150) << 23 | significand & 0x7FFFFF


def reference(bits: int) -> int:
    if bits & 0x7FFFFFFF > 0x7F800000:
        return 0x7FC00000
    if bits & 0x7F800000 == 0x7F800000:
        return 0 if bits >> 31 else 0x7F800000
    x = float(np.uint32(bits).view(np.float32))
    if x > 89:
        return 0x7F800000
    if x < -105:
        return 0
    return rounded(Fraction(Context(prec=60, Emin=-999, Emax=999).exp(Decimal(x))))


def check(astra, inputs: np.ndarray) -> None:
    actual = compute(astra, "exp@1", [inputs.astype(np.uint32)])[0]
    for x, y in zip(inputs.tolist(), actual.tolist()):
        expected = reference(x)
        assert y == expected, f"exp({x:08x}) is {y:08x}, not {expected:08x}"


@requires("exp@1/correctly-rounded")
def test_the_reference_itself():
    assert [reference(x) for x in (0, 0x80000000, 0x3F800000, 0xBF800000)] == [0x3F800000, 0x3F800000, 0x402DF854, 0x3EBC5AB2]


@requires("exp@1/correctly-rounded")
def test_inputs_that_are_hard_to_round(astra):
    check(astra, np.array([int(word, 16) for word in HARD.split()] + BORDERS, np.uint32))


@requires("exp@1/correctly-rounded")
@pytest.mark.parametrize("exponent", range(0, 256, 32))
def test_every_exponent(astra, exponent):
    fields = np.arange(exponent, exponent + 32, dtype=np.uint32) << 23
    check(astra, np.concatenate([fields | word for word in np.array([0, 1, 0x2AAAAA, 0x7FFFFF, 0x80000000, 0x80555555], np.uint32)]))


@requires("exp@1/correctly-rounded")
@pytest.mark.parametrize("sign", [0, 0x80000000])
def test_a_strided_sample_of_where_exp_is_finite(astra, sign):
    """From 2^-28, where exp leaves 1, to where it overflows or vanishes."""
    check(astra, np.arange(0x31800000, 0x42D20000, 0x45671, dtype=np.uint32) | np.uint32(sign))
