"""The oracle's correctly rounded functions beside MPFR's, on a bounded number of inputs; `make truth` takes many more."""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from pathlib import Path

import gmpy2
import numpy as np
import pytest

TRUTH = Path(__file__).parents[1] / "truth"
ORACLE = Path(__file__).parents[2] / "build/oracle/libastra_oracle.so"
UNARY = [
    "cos", "erf", "exp", "exp2", "expm1", "gelu", "gelu_tanh", "log", "log1p", "log2", "rsqrt", "sigmoid", "silu", "sin", "tanh",
]


@pytest.fixture
def check(monkeypatch):
    """The modules of tests/truth, for one test."""
    monkeypatch.syspath_prepend(str(TRUTH))
    before = set(sys.modules)
    import check

    yield check
    for name in (set(sys.modules) - before) & {path.stem for path in TRUTH.glob("*.py")}:
        del sys.modules[name]


@pytest.fixture
def oracle(check):
    return check.client_of(ORACLE)


def test_every_function_is_looked_at(check):
    assert check.FUNCTIONS == UNARY


def test_without_arguments_every_function_is_compared(check):
    assert check.arguments_of([]).op == [*UNARY, "pow"] and check.arguments_of([]).inputs == 1_000_000


def test_a_comparison_ends_with_0_only_if_nothing_is_wrong(check, monkeypatch, capsys):
    assert check.main(["--inputs", "600", "rsqrt"]) == 0
    assert "rsqrt      f64   spread      4,096 inputs, 0 wrong" in capsys.readouterr().out
    monkeypatch.setattr(check, "wrong", lambda *given: iter([(1, 2, 3)]))
    assert check.main(["--inputs", "600", "rsqrt"]) == 1
    assert "    1 2 3" in capsys.readouterr().out


@pytest.mark.parametrize("op", [*UNARY, "pow"])
def test_the_oracle_agrees_with_mpfr(check, oracle, op):
    for dtype, what, arguments in check.suites(op, 2000, 1):
        if arguments[0].size == 65536:
            arguments = [array[start::16] for start in [hash_of(op) % 16] for array in arguments]
        assert list(check.wrong(oracle, op, dtype, arguments)) == [], f"{dtype} {what}"


def hash_of(op: str) -> int:
    return sum(op.encode())


@pytest.mark.parametrize("op, dtype", [("exp", "f32"), ("gelu", "bf16"), ("pow", "f16"), ("rsqrt", "f64")])
def test_one_wrong_bit_is_found(check, oracle, monkeypatch, op, dtype):
    compute, place = check.compute, 1234

    def broken(*given, **named):
        (results,) = compute(*given, **named)
        results = results.copy()
        results[place] ^= 1
        return [results]

    monkeypatch.setattr(check, "compute", broken)
    arguments = next(arguments for name, _, arguments in check.suites(op, 4000, 1) if name == dtype)
    found = list(check.wrong(oracle, op, dtype, [array[:4000] for array in arguments]))
    assert [row[:-2] for row in found] == [tuple(int(array[place]) for array in arguments)]
    assert found[0][-2] == found[0][-1] ^ 1


def test_ties_are_among_the_powers(check):
    """A tie has one bit more than a float: an odd number of 25 bits, or one whose last bit is worth half of the smallest number."""
    from inputs import exact_powers

    ties = set()
    for base, exponent in exact_powers("f32"):
        a, b = (Fraction(float(np.uint32(bits).view(np.float32))) for bits in (base, exponent))
        if b.denominator == 1 and 0 < b < 20:
            power = a**b
            last_bit = (power.numerator & -power.numerator).bit_length() - power.denominator.bit_length()
            bits = power.numerator.bit_length() - (power.numerator & -power.numerator).bit_length() + 1
            ties.add("normal" if bits == 25 else "subnormal" if last_bit == -150 and bits < 25 else "no")
    assert ties == {"normal", "subnormal", "no"}


def constants() -> dict[str, tuple[int, list[int]]]:
    """The oracle's constants: exponent and limbs of each."""
    text = (ORACLE.parents[2] / "reference-impl/oracle-c/real_constants.c").read_text("utf-8")
    found = re.findall(r"struct constant (\w+) = \{ (\d+), \{([^}]*)\}", text)
    return {name: (int(exponent), [int(word, 16) for word in limbs.split(",")]) for name, exponent, limbs in found}


def test_every_bit_of_the_oracles_constants_is_right():
    with gmpy2.context(precision=1200):
        pi = gmpy2.const_pi()
        expected = {
            "ln2": gmpy2.log(2), "half_pi": pi / 2, "two_over_pi": 2 / pi, "root_two_over_pi": gmpy2.sqrt(2 / pi),
            "two_over_root_pi": 2 / gmpy2.sqrt(pi),
        }
        assert constants().keys() == expected.keys()
        for name, (exponent, limbs) in constants().items():
            bits = int(gmpy2.floor(gmpy2.mul_2exp(expected[name], 64 * len(limbs) - exponent)))
            assert limbs == [bits >> 64 * i & (1 << 64) - 1 for i in reversed(range(len(limbs)))], name
            assert limbs[0] >> 63 == 1, name
