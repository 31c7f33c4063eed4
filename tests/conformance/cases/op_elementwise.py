"""Elementwise operators of every element type against rational arithmetic, which rounds once and nowhere else."""

from fractions import Fraction
from math import ceil, floor, isqrt, trunc

import numpy as np
import pytest

from astra_abi.conform import compute, computes, promise, refused, requires
from astra_abi.elements import CARRIERS
from astra_abi.exact import NAN, Real, decode, encode, ends, finite, infinity, order
from astra_abi.patterns import FORMATS, SPECIAL, drawn

DIFFERENT = [([1], [2]), ([2, 3], [6]), ([], [1]), ([2, 1], [2, 2]), ([0], [0, 1]), ([2, 0], [0, 2])]


def samples(dtype, inputs):
    """Bits: special values, in all pairs where there are two inputs, and numbers at random."""
    special = SPECIAL[dtype]
    kinds = ["bits", "normal-range" if dtype in FORMATS else "bits" if dtype == "bool" else "small"]
    random = [np.concatenate([drawn(kind, 70 + index, 200, dtype) for kind in kinds]) for index in range(inputs)]
    if inputs == 1:
        return [np.concatenate([special, random[0]])]
    if inputs == 3:
        chosen = np.random.default_rng(73).integers(0, len(special), (3, 1500))
        return [np.concatenate([special[side], more]) for side, more in zip(chosen, random)]
    left, right = (side.ravel() for side in np.meshgrid(special, special))
    return [np.concatenate([left, random[0]]), np.concatenate([right, random[1]])]


def holds(astra, op, reals=None, integers=None):
    """Every declared combination against what a function says of exact numbers: of floats, or of integers and truth."""
    operator = astra.abi.operators[op]
    width = len(operator.inputs)
    for row in operator.dtypes:
        inputs = samples(row[0], width)
        says = reals if row[0] in FORMATS else integers
        expected = [encode(says(*(decode(int(bits), row[0]) for bits in item)), row[-1]) for item in zip(*inputs)]
        actual = compute(astra, op, inputs, dtypes=row[:width])[0]
        wrong = np.flatnonzero(actual != np.array(expected, dtype=CARRIERS[row[-1]]))
        assert not len(wrong), (
            f"{op} of {row[0]} {', '.join(f'{int(side[wrong[0]]):x}' for side in inputs)} is {int(actual[wrong[0]]):x}, "
            f"not {expected[wrong[0]]:x} ({len(wrong)} of {len(expected)} differ)"
        )


def plus(a, b):
    if "nan" in (a.kind, b.kind) or (a.kind == b.kind == "infinite" and a.is_negative != b.is_negative):
        return NAN
    if "infinite" in (a.kind, b.kind):
        return infinity((a if a.kind == "infinite" else b).is_negative)
    return finite(a.value + b.value, a.is_negative and b.is_negative)


def opposite(x):
    return Real(-x.value, not x.is_negative, x.kind)


def times(a, b):
    is_negative = a.is_negative != b.is_negative
    kinds = {a.kind, b.kind}
    if "nan" in kinds or ("infinite" in kinds and 0 in (a.value, b.value)):
        return NAN
    return infinity(is_negative) if "infinite" in kinds else finite(a.value * b.value, is_negative)


def pick(choose):
    return lambda a, b: NAN if "nan" in (a.kind, b.kind) else choose(a, b, key=order)


def whole(rounding):
    return lambda x: x if x.kind != "finite" else finite(Fraction(rounding(x.value)), x.is_negative)


def compared(holds_for, of_nan=False):
    def says(a, b):
        return of_nan if "nan" in (a.kind, b.kind) else holds_for(order(a)[0], order(b)[0])

    return says


@computes("add@1")
def test_add(astra):
    holds(astra, "add@1", plus, lambda a, b: a + b)


@computes("sub@1")
def test_sub(astra):
    holds(astra, "sub@1", lambda a, b: plus(a, opposite(b)), lambda a, b: a - b)


@computes("mul@1")
def test_mul(astra):
    holds(astra, "mul@1", times, lambda a, b: a * b)


@computes("min@1")
def test_min(astra):
    holds(astra, "min@1", pick(min), min)


@computes("max@1")
def test_max(astra):
    holds(astra, "max@1", pick(max), max)


@computes("sign@1")
def test_sign(astra):
    holds(astra, "sign@1", lambda x: x if x.kind == "nan" or x.value == 0 else finite(-1 if x.is_negative else 1), lambda x: (x > 0) - (x < 0))


@computes("neg@1")
def test_neg_of_integers_and_the_sign_bit_of_floats(astra):
    signs_alone(astra, "neg@1", lambda bits, sign: bits ^ sign)
    holds_for_integers(astra, "neg@1", lambda x: -x)


@computes("abs@1")
def test_abs_of_integers_and_the_sign_bit_of_floats(astra):
    signs_alone(astra, "abs@1", lambda bits, sign: bits & ~sign)
    holds_for_integers(astra, "abs@1", abs)


def signs_alone(astra, op, says):
    """NaN keeps its payload, and a signalling one stays so."""
    for dtype, form in FORMATS.items():
        (bits,) = samples(dtype, 1)
        expected = says(bits, CARRIERS[dtype].type(1 << (form.width - 1)))
        assert compute(astra, op, [bits], dtypes=[dtype])[0].tolist() == expected.tolist(), dtype


def holds_for_integers(astra, op, says):
    for row in astra.abi.operators[op].dtypes:
        if row[0] not in FORMATS:
            (bits,) = samples(row[0], 1)
            expected = [encode(says(decode(int(item), row[0])), row[0]) for item in bits]
            assert compute(astra, op, [bits], dtypes=row[:1])[0].tolist() == expected, row[0]


@computes("floor@1")
def test_floor(astra):
    holds(astra, "floor@1", whole(floor))


@computes("ceil@1")
def test_ceil(astra):
    holds(astra, "ceil@1", whole(ceil))


@computes("trunc@1")
def test_trunc(astra):
    holds(astra, "trunc@1", whole(trunc))


@computes("round@1")
def test_round(astra):
    holds(astra, "round@1", whole(round))


@computes("eq@1")
def test_eq(astra):
    holds(astra, "eq@1", compared(lambda a, b: a == b), lambda a, b: a == b)


@computes("ne@1")
def test_ne(astra):
    holds(astra, "ne@1", compared(lambda a, b: a != b, of_nan=True), lambda a, b: a != b)


@computes("lt@1")
def test_lt(astra):
    holds(astra, "lt@1", compared(lambda a, b: a < b), lambda a, b: a < b)


@computes("le@1")
def test_le(astra):
    holds(astra, "le@1", compared(lambda a, b: a <= b), lambda a, b: a <= b)


@computes("gt@1")
def test_gt(astra):
    holds(astra, "gt@1", compared(lambda a, b: a > b), lambda a, b: a > b)


@computes("ge@1")
def test_ge(astra):
    holds(astra, "ge@1", compared(lambda a, b: a >= b), lambda a, b: a >= b)


@computes("and@1")
def test_and(astra):
    holds(astra, "and@1", integers=lambda a, b: a & b)


@computes("or@1")
def test_or(astra):
    holds(astra, "or@1", integers=lambda a, b: a | b)


@computes("xor@1")
def test_xor(astra):
    holds(astra, "xor@1", integers=lambda a, b: a ^ b)


@computes("not@1")
def test_not(astra):
    rows = [row[0] for row in astra.abi.operators["not@1"].dtypes]
    for dtype in rows:
        (bits,) = samples(dtype, 1)
        expected = (bits == 0).astype(np.uint8) if dtype == "bool" else ~bits
        assert compute(astra, "not@1", [bits], dtypes=[dtype])[0].tolist() == expected.tolist(), dtype


def over(a, b):
    is_negative = a.is_negative != b.is_negative
    if "nan" in (a.kind, b.kind) or a.kind == b.kind == "infinite" or (a.kind == b.kind == "finite" and a.value == b.value == 0):
        return NAN
    if a.kind == "infinite" or b.value == 0:
        return infinity(is_negative)
    return finite(a.value / b.value if b.kind == "finite" else 0, is_negative)


@computes("div@1")
def test_div(astra):
    holds(astra, "div@1", over)


def modulo(a, b):
    if "nan" in (a.kind, b.kind) or a.kind == "infinite" or b.value == 0:
        return NAN
    if b.kind == "infinite":
        return finite(0, b.is_negative) if a.value == 0 else a if a.is_negative == b.is_negative else b
    return finite(a.value - b.value * floor(a.value / b.value), b.is_negative)


@computes("mod@1")
def test_mod(astra):
    holds(astra, "mod@1", modulo, lambda a, b: a % b if b else a)


def root(x):
    """Of a number that is no square: any that lies between the same two floats."""
    if x.kind == "nan" or (x.is_negative and x.value != 0):
        return NAN
    if x.kind == "infinite" or x.value == 0:
        return x
    scale = 1 << 2400
    square = x.value.numerator * scale // x.value.denominator
    found = isqrt(square)
    exact = Fraction(found * found, scale) == x.value
    return finite(Fraction(2 * found + (not exact), 1 << 1201))


@computes("sqrt@1")
def test_sqrt(astra):
    holds(astra, "sqrt@1", root)


@computes("fma@1")
def test_fma(astra):
    holds(astra, "fma@1", lambda a, b, c: plus(times(a, b), c))


def converted(number, to):
    """The exact number for `encode`: an integer, or what a float rounds to."""
    if to == "bool":
        return number.kind == "nan" or number.value != 0 if isinstance(number, Real) else number != 0
    if to in FORMATS:
        return number if isinstance(number, Real) else finite(number)
    if not isinstance(number, Real):
        return number
    low, high = ends(to)
    if number.kind != "finite":
        return 0 if number.kind == "nan" else low if number.is_negative else high
    return min(max(trunc(number.value), low), high)


@computes("cast@1")
def test_cast(astra):
    for a, b in astra.abi.operators["cast@1"].dtypes:
        bits = np.concatenate([SPECIAL[a], drawn("bits", 74, 60, a)])
        expected = [encode(converted(decode(int(item), a), b), b) for item in bits]
        actual = compute(astra, "cast@1", [bits], dtypes=[a], results=[b])[0]
        wrong = np.flatnonzero(actual != np.array(expected, dtype=CARRIERS[b]))
        assert not len(wrong), f"{a} {int(bits[wrong[0]]):x} to {b} is {int(actual[wrong[0]]):x}, not {expected[wrong[0]]:x} ({len(wrong)} differ)"


@computes("cast@1")
def test_casts_next_to_a_tie(astra):
    """A tie of the narrow format, and a little more or less of it in the wide one: rounding by way of a third would not see the little."""
    for a, b in astra.abi.operators["cast@1"].dtypes:
        if b not in FORMATS or CARRIERS[a].itemsize <= CARRIERS[b].itemsize:
            continue
        form = FORMATS[b]
        one = (form.largest >> 1) << form.fraction
        ties = [finite(Fraction(encoded_value(one + step, b) + encoded_value(one + step + 1, b), 2)) for step in (0, 1, 5)]
        scale = 1 if a in FORMATS else 1 << (min(8 * CARRIERS[a].itemsize, 60) - 4)
        numbers = [Real(tie.value * scale + little) for tie in ties for little in (0, *smallest(a, tie.value * scale))]
        bits = np.array([encode(number if a in FORMATS else int(number.value), a) for number in numbers], dtype=CARRIERS[a])
        expected = [encode(converted(decode(int(item), a), b), b) for item in bits]
        assert compute(astra, "cast@1", [bits], dtypes=[a], results=[b])[0].tolist() == expected, (a, b)


def encoded_value(bits, dtype):
    return decode(bits, dtype).value


def smallest(dtype, at):
    """The steps to the neighbours of a number."""
    if dtype not in FORMATS:
        return (1, -1)
    bits = encode(Real(Fraction(at)), dtype)
    return tuple(encoded_value(bits + step, dtype) - at for step in (1, -1))


@computes("clip@1")
def test_clip(astra):
    """With each pair of bounds: they are scalars, so that one launch has one."""
    for row in astra.abi.operators["clip@1"].dtypes:
        dtype, (bits,) = row[0], samples(row[0], 1)
        numbers = [decode(int(item), dtype) for item in bits]
        low, high = pick(min), pick(max)
        for bounds in [(0, 1), (1, 0), (5, 9), (9, 5), (3, 3), (2, 11)]:
            limits = [SPECIAL[dtype][at % len(SPECIAL[dtype])] for at in bounds]
            a, b = (decode(int(item), dtype) for item in limits)
            says = (lambda x: low(high(x, a), b)) if dtype in FORMATS else (lambda x: min(max(x, a), b))
            expected = [encode(says(x), dtype) for x in numbers]
            scalars = [np.array(item, dtype=CARRIERS[dtype]) for item in limits]
            assert compute(astra, "clip@1", [bits, *scalars], dtypes=row[:3])[0].tolist() == expected, (dtype, bounds)


@computes("where@1")
def test_where(astra):
    for row in astra.abi.operators["where@1"].dtypes:
        a, b, _ = samples(row[1], 3)
        condition = drawn("bits", 76, len(a), "bool")
        expected = np.where(condition != 0, a, b)
        assert compute(astra, "where@1", [condition, a, b], dtypes=row[:3])[0].tolist() == expected.tolist(), row[1]


@requires("clip@1/bounds-are-scalars")
def test_bounds_with_dimensions_are_refused(astra, world):
    x, scalar, row = (world.tensor(np.zeros(shape, np.uint32), "f32") for shape in ([3], [], [1]))
    for bounds in [(row, scalar), (scalar, row), (x, x)]:
        with refused("ASTRA_ERROR_OPERAND_SHAPE", "inputs", op="clip@1"):
            world.launch("clip@1", [x, *bounds])


@requires("fma@1/shapes-equal", "where@1/shapes-equal")
def test_three_inputs_of_different_shapes_are_refused(astra, world):
    for op in ("fma@1", "where@1"):
        row = astra.abi.operators[op].dtypes[0]
        with promise(f"{op}/shapes-equal"):
            for left, right in DIFFERENT:
                for shapes in ((left, right, right), (left, left, right), (left, right, left)):
                    inputs = [world.tensor(np.zeros(shape, CARRIERS[dtype]), dtype) for shape, dtype in zip(shapes, row)]
                    with refused("ASTRA_ERROR_OPERAND_SHAPE", "inputs", op=op):
                        world.launch(op, inputs)


def shifts(dtype):
    """Values with shifts of every number of bits, and of far too many."""
    carrier = CARRIERS[dtype]
    width = 8 * carrier.itemsize
    amounts = np.array([*range(width + 2), (1 << width) - 1, 1 << (width - 1)], dtype=np.uint64).astype(carrier)
    values, amounts = np.meshgrid(SPECIAL[dtype], amounts)
    return values.ravel(), amounts.ravel(), width


@computes("shl@1")
def test_shl(astra):
    for row in astra.abi.operators["shl@1"].dtypes:
        values, amounts, width = shifts(row[0])
        expected = [(int(x) << min(int(s), width)) % (1 << width) for x, s in zip(values, amounts)]
        assert compute(astra, "shl@1", [values, amounts], dtypes=row[:2])[0].tolist() == expected, row[0]


@computes("shr@1")
def test_shr(astra):
    for row in astra.abi.operators["shr@1"].dtypes:
        values, amounts, width = shifts(row[0])
        expected = [encode(decode(int(x), row[0]) >> min(int(s), width), row[0]) for x, s in zip(values, amounts)]
        assert compute(astra, "shr@1", [values, amounts], dtypes=row[:2])[0].tolist() == expected, row[0]


@requires(
    "sub@1/shapes-equal", "min@1/shapes-equal", "max@1/shapes-equal", "eq@1/shapes-equal", "ne@1/shapes-equal", "lt@1/shapes-equal",
    "le@1/shapes-equal", "gt@1/shapes-equal", "ge@1/shapes-equal", "and@1/shapes-equal", "or@1/shapes-equal", "xor@1/shapes-equal",
    "shl@1/shapes-equal", "shr@1/shapes-equal", "div@1/shapes-equal", "mod@1/shapes-equal",
)
def test_different_shapes_are_refused(astra, world):
    for op, operator in astra.abi.operators.items():
        if f"{op}/shapes-equal" not in {item.id for item in operator.requires} or "f32" == operator.dtypes[0][0] or len(operator.inputs) != 2:
            continue
        dtype = operator.dtypes[0][0]
        with promise(f"{op}/shapes-equal"):
            for left, right in [*DIFFERENT, *(pair[::-1] for pair in DIFFERENT)]:
                inputs = [world.tensor(np.zeros(shape, CARRIERS[dtype]), dtype) for shape in (left, right)]
                with refused("ASTRA_ERROR_OPERAND_SHAPE", "inputs", op=op):
                    world.launch(op, inputs)


@pytest.mark.parametrize("dtype", FORMATS)
@computes("add@1")
def test_sums_next_to_a_tie(astra, dtype):
    """A number plus half a step, and a little more or less of it: rounding twice would not see the little."""
    form = FORMATS[dtype]
    one, half = (form.largest >> 1) << form.fraction, ((form.largest >> 1) - form.fraction - 1) << form.fraction
    left = np.array([one, one + 1] * 3, dtype=CARRIERS[dtype])
    right = np.array([half, half, half + 1, half + 1, half - 1, half - 1], dtype=CARRIERS[dtype])
    expected = [one, one + 2, one + 1, one + 2, one, one + 1]
    assert compute(astra, "add@1", [left, right], dtypes=[dtype] * 2)[0].tolist() == expected
