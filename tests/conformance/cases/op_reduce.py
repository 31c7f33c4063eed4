"""Operators that reduce along axes: attributes, shapes, the order that sums are defined with, and exact answers for the rest."""

import numpy as np
import pytest

from astra_abi.conform import compute, computes, promise, refused, requires
from astra_abi.elements import CARRIERS
from astra_abi.exact import NAN, Real, decode, encode, ends, finite, infinity, order
from astra_abi.patterns import FORMATS, drawn

OPERATORS = ("prod@1", "mean@1", "reduce_max@1", "reduce_min@1", "argmax@1", "argmin@1", "any@1", "all@1")
LENGTHS = (0, 1, 2, 63, 64, 65, 1023, 1025, 2049, 3000)


def attribute(id, bits, kind=1):
    return {"id": id, "kind": kind, "bits": bits}


def zeros(astra, world, op, shape):
    dtype = astra.abi.operators[op].dtypes[0][0]
    return world.tensor(np.zeros(shape, CARRIERS[dtype]), dtype)


@requires(
    "prod@1/axes-in-range", "mean@1/axes-in-range", "reduce_max@1/axes-in-range", "reduce_min@1/axes-in-range",
    "argmax@1/axes-in-range", "argmin@1/axes-in-range", "any@1/axes-in-range", "all@1/axes-in-range",
    "prod@1/unknown-attribute", "mean@1/unknown-attribute", "reduce_max@1/unknown-attribute",
    "reduce_min@1/unknown-attribute", "argmax@1/unknown-attribute", "argmin@1/unknown-attribute",
    "any@1/unknown-attribute", "all@1/unknown-attribute",
)
def test_attributes_that_cannot_be_meant(astra, world):
    beyond = [([], 1), ([3], 2), ([2, 3], 4), ([2, 3], 1 << 63), ([1] * 8, 1 << 8)]
    odd = [[], [attribute(2, 0)], [attribute(1, 1)] * 2, [attribute(1, 1, 0)], [attribute(1, 1), attribute(2, 2)]]
    for op in OPERATORS:
        with promise(f"{op}/axes-in-range"):
            for shape, rows in [*((shape, [attribute(1, axes)]) for shape, axes in beyond), *(([2, 3], rows) for rows in odd)]:
                with refused("ASTRA_ERROR_INVALID_ATTRIBUTE", "options", op=op):
                    astra.launch(world.stream, world.kernel(op), {"attributes": rows}, [zeros(astra, world, op, shape)])
        with promise(f"{op}/unknown-attribute"):
            with refused("ASTRA_ERROR_UNKNOWN_ATTRIBUTE", "options", op=op):
                astra.launch(world.stream, world.kernel(op), {"attributes": [attribute(1, 1), attribute(3, 0)]}, [zeros(astra, world, op, [2])])


@requires(
    "prod@1/shape", "mean@1/shape", "reduce_max@1/shape", "reduce_min@1/shape", "argmax@1/shape", "argmin@1/shape",
    "any@1/shape", "all@1/shape",
)
@pytest.mark.parametrize("shape", [[], [5], [2, 3, 4], [1, 2, 1, 3, 1, 2, 1, 2], [0, 3], [3, 0, 2]])
def test_reduced_axes_vanish_or_stay_with_one(astra, shape):
    for op in OPERATORS:
        dtype = astra.abi.operators[op].dtypes[0][0]
        with promise(f"{op}/shape"):
            for axes in range(min(1 << len(shape), 8)):
                for keep in (0, 1):
                    sizes = [(1 if axes >> axis & 1 else size) for axis, size in enumerate(shape) if keep or not axes >> axis & 1]
                    found = compute(astra, op, [np.zeros(shape, CARRIERS[dtype])], {"axes": axes, "keep_axes": keep}, dtypes=[dtype])[0]
                    assert list(found.shape) == sizes, f"{op}: axes {axes:#b} of {shape}"


def in_order(sequence, start, join):
    """The order of sum@1, in the arithmetic of the sequence's type."""
    blocks = []
    with np.errstate(all="ignore"):
        for first in range(0, len(sequence), 1024):
            lanes = np.full(64, start, sequence.dtype)
            for row in range(first, min(first + 1024, len(sequence)), 64):
                piece = sequence[row:min(row + 64, first + 1024)]
                lanes[:len(piece)] = join(lanes[:len(piece)], piece)
            blocks.append(lanes)
        if not blocks:
            return start
        while len(blocks) & len(blocks) - 1:
            blocks.append(np.full(64, start, sequence.dtype))
        while len(blocks) > 1:
            blocks = [join(one, other) for one, other in zip(blocks[::2], blocks[1::2])]
        lanes = blocks[0]
        for width in (32, 16, 8, 4, 2, 1):
            lanes = join(lanes[:width], lanes[width:2 * width])
    return lanes[0]


def accumulated(bits, dtype, start, join):
    """The exact number that an accumulator of f32 or f64 holds in the end."""
    wide = "f64" if dtype == "f64" else "f32"
    sequence = np.array([encode(decode(int(item), dtype), wide) for item in bits], CARRIERS[wide]).view(np.float64 if wide == "f64" else np.float32)
    total = in_order(sequence, sequence.dtype.type(start), join)
    return decode(int(np.array(total, sequence.dtype).view(CARRIERS[wide])), wide)


def over_count(total, count):
    if total.kind != "finite":
        return total
    return finite(total.value / count, total.is_negative) if count else NAN


def floats(astra, op, start, join, finish=lambda total, count: total):
    for dtype in FORMATS:
        for kind in ("special", "normal-range", "bits"):
            for length in LENGTHS:
                bits = drawn(kind, length + 9, length, dtype)
                says = encode(finish(accumulated(bits, dtype, start, join), length), dtype)
                assert int(compute(astra, op, [bits], {"axes": 1}, dtypes=[dtype])[0]) == says, f"{op} of {length} {dtype} ({kind})"


def whole_numbers(astra, op, says):
    """Integers and truth values, against one pass in their order."""
    for row in astra.abi.operators[op].dtypes:
        if row[0] not in FORMATS:
            for length in (0, 1, 5, 64, 1500):
                bits = drawn("bits", length + 3, length, row[0])
                expected = encode(says([decode(int(item), row[0]) for item in bits], row[0]), row[-1])
                assert int(compute(astra, op, [bits], {"axes": 1}, dtypes=row[:1])[0]) == expected, f"{op} of {length} {row[0]}"


def product(numbers, dtype):
    total = 1
    for number in numbers:
        total = total * number % (1 << 64)
    return total


@computes("sum@1")
def test_sums_of_every_type(astra):
    floats(astra, "sum@1", 0, np.add)
    whole_numbers(astra, "sum@1", lambda numbers, dtype: sum(numbers))


@computes("prod@1")
def test_products_of_every_type(astra):
    floats(astra, "prod@1", 1, np.multiply)
    whole_numbers(astra, "prod@1", product)


@computes("mean@1")
def test_means_of_every_type(astra):
    floats(astra, "mean@1", 0, np.add, over_count)


def best(astra, op, choose, empty):
    for row in astra.abi.operators[op].dtypes:
        for length in (0, 1, 2, 65, 300, 1500):
            for kind in ("special", "bits") if row[0] in FORMATS else ("bits", "small"):
                bits = drawn(kind, length + 5, length, row[0])
                numbers = [decode(int(item), row[0]) for item in bits]
                has_nan = any(isinstance(number, Real) and number.kind == "nan" for number in numbers)
                says = NAN if has_nan else choose(numbers, key=order) if numbers else empty(row[0])
                assert int(compute(astra, op, [bits], {"axes": 1}, dtypes=row[:1])[0]) == encode(says, row[0]), f"{op} of {length} {row[0]} ({kind})"


@computes("reduce_max@1")
def test_largest_elements(astra):
    best(astra, "reduce_max@1", max, lambda dtype: infinity(True) if dtype in FORMATS else ends(dtype)[0])


@computes("reduce_min@1")
def test_smallest_elements(astra):
    best(astra, "reduce_min@1", min, lambda dtype: infinity(False) if dtype in FORMATS else ends(dtype)[1])


def place(numbers, choose):
    """The lowest index; zeros are equal whatever their sign."""
    values = [order(number)[0] if isinstance(number, Real) else number for number in numbers]
    nans = [at for at, number in enumerate(numbers) if isinstance(number, Real) and number.kind == "nan"]
    return nans[0] if nans else values.index(choose(values)) if values else -1


@computes("argmax@1")
def test_indices_of_largest_elements(astra):
    indices(astra, "argmax@1", max)


@computes("argmin@1")
def test_indices_of_smallest_elements(astra):
    indices(astra, "argmin@1", min)


def indices(astra, op, choose):
    for row in astra.abi.operators[op].dtypes:
        for length in (0, 1, 2, 65, 300, 1500):
            for kind in ("special", "normal-range") if row[0] in FORMATS else ("bits", "small"):
                bits = drawn(kind, length + 7, length, row[0])
                says = place([decode(int(item), row[0]) for item in bits], choose)
                found = compute(astra, op, [bits], {"axes": 1}, dtypes=row[:1])[0].astype(np.uint64)
                assert int(found) == says % (1 << 64), f"{op} of {length} {row[0]} ({kind})"


@computes("any@1")
def test_any(astra):
    truths(astra, "any@1", any)


@computes("all@1")
def test_all(astra):
    truths(astra, "all@1", all)


def truths(astra, op, says):
    for length in (0, 1, 64, 1500):
        for bits in (np.zeros(length, np.uint8), np.full(length, 7, np.uint8), drawn("bits", length, length, "bool")):
            for change in (None, 0, length // 2, length - 1):
                if change is not None and length:
                    bits = bits.copy()
                    bits[change] = 0 if bits[change] else 2
                assert int(compute(astra, op, [bits], {"axes": 1}, dtypes=["bool"])[0]) == says(bits.tolist())


@computes("sum@1")
def test_every_choice_of_axes_is_one_of_sequences(astra):
    """Of every operator: each element of the output is that of its own sequence."""
    for op in ("sum@1", *OPERATORS):
        operator = astra.abi.operators[op]
        dtype = operator.dtypes[-1][0]
        for shape, axes in [([3, 70, 5], 0b010), ([3, 70, 5], 0b101), ([40, 3, 30], 0b110), ([1030, 20], 0b01), ([2, 2100], 0b10), ([2, 3, 4], 0)]:
            data = drawn("bits", 5, int(np.prod(shape)), dtype).reshape(shape)
            reduced = [axis for axis in range(len(shape)) if axes >> axis & 1]
            others = [axis for axis in range(len(shape)) if not axes >> axis & 1]
            rows = data.transpose([*others, *reduced]).reshape(int(np.prod([shape[axis] for axis in others])), -1)
            alone = [int(compute(astra, op, [np.ascontiguousarray(row)], {"axes": 1}, dtypes=[dtype])[0]) for row in rows[:60]]
            found = compute(astra, op, [data], {"axes": axes}, dtypes=[dtype])[0].ravel()[:60]
            assert found.tolist() == alone, f"{op} of {dtype}: axes {axes:#b} of {shape}"
