"""Elements as exact numbers, and back with one rounding: what definitions speak of, in rational arithmetic.

A third opinion beside the two implementations, slow and obvious. Owns no operator.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .model.basics import DTYPES, INTEGERS
from .patterns import FORMATS


@dataclass(frozen=True)
class Real:
    """A float's value. Zeros and infinities have a sign; `value` of an infinity is 1 or -1."""

    value: Fraction
    is_negative: bool = False
    kind: str = "finite"


NAN = Real(Fraction(0), kind="nan")


def infinity(is_negative: bool) -> Real:
    return Real(Fraction(-1 if is_negative else 1), is_negative, "infinite")


def finite(value: Fraction | int, is_negative_zero: bool = False) -> Real:
    return Real(Fraction(value), value < 0 or (value == 0 and is_negative_zero))


def order(number: Real | int) -> tuple[Fraction, bool] | int:
    """Where a number stands among those of its type: floats by value and -0 below +0, integers by themselves. NaN stands nowhere."""
    if not isinstance(number, Real):
        return number
    return number.value * (1 << 3000 if number.kind == "infinite" else 1), not number.is_negative


def ends(dtype: str) -> tuple[int, int]:
    """The smallest and the largest number of an integer type."""
    width, is_signed = 8 * DTYPES[dtype], INTEGERS[dtype][1]
    return (-(1 << width - 1), (1 << width - 1) - 1) if is_signed else (0, (1 << width) - 1)


def decode(bits: int, dtype: str) -> Real | int:
    """A float's value, or an integer; a truth value is 0 or 1."""
    if dtype == "bool":
        return int(bits != 0)
    if dtype in INTEGERS:
        width = 8 * DTYPES[dtype]
        return bits - (1 << width) if INTEGERS[dtype][1] and bits >> (width - 1) else bits
    form = FORMATS[dtype]
    is_negative, field, fraction = bool(bits >> (form.width - 1)), bits >> form.fraction & form.largest, bits & (1 << form.fraction) - 1
    if field == form.largest:
        return NAN if fraction else infinity(is_negative)
    steps = fraction if field == 0 else fraction | 1 << form.fraction
    value = Fraction(steps) * Fraction(2) ** (max(field, 1) - (form.largest >> 1) - form.fraction)
    return Real(-value if is_negative else value, is_negative)


def quiet_nan(dtype: str) -> int:
    form = FORMATS[dtype]
    return form.largest << form.fraction | 1 << (form.fraction - 1)


def encode(number: Real | int | bool, dtype: str) -> int:
    """Bits of the nearest float, of two the even one; of an integer modulo 2^w."""
    if dtype == "bool" or dtype in INTEGERS:
        return int(number) % (1 << 8 * DTYPES[dtype])
    form = FORMATS[dtype]
    sign = int(number.is_negative) << (form.width - 1)
    if number.kind == "nan":
        return quiet_nan(dtype)
    if number.kind == "infinite":
        return sign | form.largest << form.fraction
    return sign | magnitude(abs(number.value), form)


def magnitude(value: Fraction, form) -> int:
    """How many steps from zero: what is beyond the largest number counts as the step to infinity."""
    if value == 0:
        return 0
    bias = form.largest >> 1
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    exponent -= value < Fraction(2) ** exponent
    field = max(exponent + bias, 1)
    steps = round(value / Fraction(2) ** (field - bias - form.fraction))  # Python rounds halves to even.
    return min(steps + ((field - 1) << form.fraction), form.largest << form.fraction)
