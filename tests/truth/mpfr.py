"""What MPFR says about the correctly rounded functions: each result rounded once, to the bits of an element.

A fourth opinion beside both libraries and the conformance suite's own arithmetic. MPFR rounds its own functions once;
the composed ones are computed with more and more bits, until a number a little smaller and one a little larger round alike.
"""

from __future__ import annotations

from typing import Callable

import gmpy2
from gmpy2 import mpfr

from astra_abi.patterns import FORMATS

SINGLE: dict[str, Callable] = {
    "exp": gmpy2.exp, "exp2": gmpy2.exp2, "expm1": gmpy2.expm1, "log": gmpy2.log, "log2": gmpy2.log2, "log1p": gmpy2.log1p,
    "sin": gmpy2.sin, "cos": gmpy2.cos, "tanh": gmpy2.tanh, "erf": gmpy2.erf, "rsqrt": gmpy2.rec_sqrt,
}


def sigmoid(x: mpfr) -> mpfr:
    return 1 / (1 + gmpy2.exp(-x))


def gelu(x: mpfr) -> mpfr:
    """With erfc, which does not cancel below zero."""
    return x / 2 * gmpy2.erfc(-x / gmpy2.sqrt(mpfr(2)))


def gelu_tanh(x: mpfr) -> mpfr:
    inner = gmpy2.sqrt(2 / gmpy2.const_pi()) * (x + mpfr(44715) / 1000000 * x * x * x)
    return x * sigmoid(2 * inner)


COMPOSED: dict[str, Callable] = {"sigmoid": sigmoid, "silu": lambda x: x * sigmoid(x), "gelu": gelu, "gelu_tanh": gelu_tanh}
FUNCTIONS = sorted([*SINGLE, *COMPOSED])

ENDS = {  # where a formula has no value of its own: its limits
    ("gelu", "-inf"): "-0", ("gelu_tanh", "-inf"): "-0", ("silu", "-inf"): "-0", ("gelu", "inf"): "inf", ("gelu_tanh", "inf"): "inf",
    ("rsqrt", "-0.0"): "-inf",
}


class Truth:
    """The results of elements of one type."""

    def __init__(self, dtype: str) -> None:
        self.form = FORMATS[dtype]
        self.bias = self.form.largest >> 1
        self.type = gmpy2.context(
            precision=self.form.fraction + 1, emin=2 - self.bias - self.form.fraction, emax=self.bias + 1, subnormalize=True,
        )
        self.type_nan = self.form.largest << self.form.fraction | 1 << (self.form.fraction - 1)

    def value(self, bits: int) -> mpfr:
        """An element, exactly."""
        form = self.form
        negative, field, fraction = bits >> (form.width - 1), bits >> form.fraction & form.largest, bits & (1 << form.fraction) - 1
        if field == form.largest:
            return mpfr("nan") if fraction else mpfr("-inf" if negative else "inf")
        steps = fraction if field == 0 else fraction | 1 << form.fraction
        value = gmpy2.mul_2exp(mpfr(steps, 64), max(field, 1) + 2000)
        value = gmpy2.div_2exp(value, self.bias + form.fraction + 2000)
        return -value if negative else value

    def bits(self, value: mpfr) -> int:
        """The bits of a number that the type has."""
        form = self.form
        if gmpy2.is_nan(value):
            return self.type_nan
        sign = int(gmpy2.is_signed(value)) << (form.width - 1)
        if gmpy2.is_infinite(value):
            return sign | form.largest << form.fraction
        if gmpy2.is_zero(value):
            return sign
        significand, exponent = value.as_mantissa_exp()
        significand, exponent = abs(int(significand)), int(exponent)
        field = max(significand.bit_length() + exponent - 1 + self.bias, 1)
        shift = exponent + self.bias + form.fraction - field
        steps = significand << shift if shift >= 0 else significand >> -shift
        if shift < 0 and steps << -shift != significand:
            raise ValueError(f"{value} is not a number of the type")
        return sign | steps + ((field - 1) << form.fraction)

    def round(self, value: mpfr) -> int:
        """The bits of the nearest element, of two the even one."""
        with gmpy2.context(self.type):
            return self.bits(+value)

    def unary(self, op: str, bits: int) -> int:
        x = self.value(bits)
        end = ENDS.get((op, str(x)))
        if end is not None:
            return self.bits(mpfr(end))
        if op in SINGLE:
            with gmpy2.context(self.type):
                return self.bits(SINGLE[op](x))
        return self.composed(COMPOSED[op], x)

    def composed(self, function: Callable, x: mpfr) -> int:
        for precision in (160, 400, 1000, 2000):
            with gmpy2.context(precision=precision):
                y = function(x)
                if not gmpy2.is_finite(y) or gmpy2.is_zero(y):
                    return self.bits(y)
                error = gmpy2.div_2exp(y, precision - 30)
                ends = {self.round(y - error), self.round(y + error)}
            if len(ends) == 1:
                return ends.pop()
        raise ArithmeticError(f"{x} is not decided by 2000 bits")

    def power(self, base: int, exponent: int) -> int:
        a, b = self.value(base), self.value(exponent)
        with gmpy2.context(self.type):
            return self.bits(a ** b)
