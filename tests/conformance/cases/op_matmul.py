"""matmul@1: its shape rule, batches, and its order of operations in exact arithmetic."""

from fractions import Fraction

import numpy as np
import pytest

from astra_abi.conform import compute, computes, refused, requires
from astra_abi.elements import CARRIERS, HOLDERS
from astra_abi.patterns import drawn


def data(shape, seed, kind="unit", dtype="f32"):
    return drawn(kind, seed, int(np.prod(shape)), dtype).reshape(shape)


@requires("matmul@1/shapes-refused")
@pytest.mark.parametrize(("left", "right"), [
    ([], []), ([2], [2]), ([2], [2, 2]), ([2, 2], [2]), ([2, 3], [2, 3]), ([1, 2], [1, 2]), ([2, 0], [1, 2]),
    ([2, 2, 2], [3, 2, 2]), ([2, 1, 2, 2], [3, 1, 2, 2]), ([2, 3, 2, 2], [2, 2, 2]), ([0, 2, 2], [2, 2, 2]), ([0, 2, 3], [0, 2, 3]),
])
def test_shapes_that_do_not_fit(world, left, right):
    with refused("ASTRA_ERROR_OPERAND_SHAPE", "inputs", op="matmul@1"):
        world.launch("matmul@1", [world.tensor_of_shape(left), world.tensor_of_shape(right)])


@requires("matmul@1/batch")
@pytest.mark.parametrize(("left", "right"), [
    ([5, 2, 3], [5, 3, 4]), ([2, 3], [5, 3, 4]), ([5, 2, 3], [3, 4]), ([1, 2, 3], [5, 3, 4]), ([5, 1, 2, 3], [6, 3, 4]),
    ([2, 1, 3, 1, 2, 2, 3], [2, 1, 3, 4]), ([0, 2, 3], [1, 3, 4]), ([1, 2, 3], [0, 3, 4]), ([1, 1, 2, 3], [1, 3, 4]),
    ([1, 1, 1, 1, 1, 2, 2, 3], [3, 4]), ([17, 1, 2], [17, 2, 1]), ([4, 1, 7, 1, 2], [5, 7, 2, 1]), ([5, 6, 1, 2], [4, 1, 6, 2, 1]),
])
def test_batch_axes_are_aligned_at_the_right(astra, left, right):
    a, b = data(left, 1), data(right, 2)
    batch = list(np.broadcast_shapes(left[:-2], right[:-2]))
    product = compute(astra, "matmul@1", [a, b])[0]
    assert list(product.shape) == [*batch, left[-2], right[-1]]
    wide_a, wide_b = np.broadcast_to(a, (*batch, *left[-2:])), np.broadcast_to(b, (*batch, *right[-2:]))
    for index in np.ndindex(*batch):
        alone = compute(astra, "matmul@1", [np.ascontiguousarray(wide_a[index]), np.ascontiguousarray(wide_b[index])])[0]
        assert product[index].tolist() == alone.tolist()


@requires("matmul@1/batch-invariant")
@pytest.mark.parametrize("depth", [7, 256, 300, 515])
@pytest.mark.parametrize("types", [("f32", "f32"), ("f64", "f64"), ("f16", "f16"), ("bf16", "f32"), ("i8", "i32"), ("u8", "i32")])
def test_a_row_has_the_bits_that_it_has_alone(astra, types, depth):
    dtype, result = types
    kind = "unit" if dtype in FRACTION else "bits"
    a, b = data([37, depth], 3, kind, dtype), data([depth, 19], 4, kind, dtype)

    def product(a, b):
        return compute(astra, "matmul@1", [a, b], {}, [dtype, dtype], [result])[0].tolist()

    whole = compute(astra, "matmul@1", [a, b], {}, [dtype, dtype], [result])[0]
    for row in (0, 1, 7, 16, 31, 36):
        assert product(a[row:row + 1], b) == whole[row:row + 1].tolist()
    for column in (0, 8, 18):
        assert product(a, b[:, column:column + 1].copy()) == whole[:, column:column + 1].tolist()


@requires("matmul@1/batch-invariant")
def test_a_batch_has_the_bits_of_its_members(astra):
    a, b = data([6, 9, 300], 5), data([6, 300, 11], 6)
    whole = compute(astra, "matmul@1", [a, b])[0]
    for index in range(6):
        assert compute(astra, "matmul@1", [a[index], b[index]])[0].tolist() == whole[index].tolist()


FRACTION = {"f16": (10, -14), "bf16": (7, -126), "f32": (23, -126), "f64": (52, -1022)}
"""Bits of a fraction, and the exponent of the smallest normal number."""


def exact(bits, dtype="f32"):
    """Elements as exact numbers."""
    if dtype == "bf16":
        bits, dtype = bits.astype(np.uint32) << 16, "f32"
    return [Fraction(float(value)) for value in bits.view(HOLDERS[dtype]).ravel()]


def nearest(value, dtype="f32"):
    """The number of the type nearest to an exact number, ties to even, as an exact number."""
    if not value:
        return Fraction(0)
    digits, lowest = FRACTION[dtype]
    exponent = max(abs(value.numerator).bit_length() - value.denominator.bit_length() - digits - 2, lowest - digits)
    while abs(value) >= Fraction(2) ** (exponent + digits + 1):
        exponent += 1
    return round(value / Fraction(2) ** exponent) * Fraction(2) ** exponent


def bits_of(value, dtype):
    """The bits of a number of the type, or of infinity where it is too large for one."""
    with np.errstate(over="ignore"):
        bits = np.array(float(value)).astype(HOLDERS["f32" if dtype == "bf16" else dtype]).view(CARRIERS["f32" if dtype == "bf16" else dtype])
    return int(bits) >> 16 if dtype == "bf16" else int(bits)


def total_of(x, y, arithmetic):
    """The definition in exact arithmetic, each step rounded."""
    sums = []
    for start in range(0, len(x), 256):
        total = Fraction(0)
        for one, other in zip(x[start:start + 256], y[start:start + 256]):
            total = nearest(one * other + total, arithmetic)
        sums.append(total)
    expected = sums[0]
    for total in sums[1:]:
        expected = nearest(expected + total, arithmetic)
    return expected


@computes("matmul@1")
@pytest.mark.parametrize("depth", [1, 2, 255, 256, 257, 512, 513])
@pytest.mark.parametrize("kind", ["unit", "normal-range"])
@pytest.mark.parametrize(("dtype", "result"), [
    ("f32", "f32"), ("f64", "f64"), ("f16", "f16"), ("f16", "f32"), ("bf16", "bf16"), ("bf16", "f32"),
])
def test_the_blocks_of_256_in_exact_arithmetic(astra, dtype, result, depth, kind):
    a, b = data([1, depth], 7, kind, dtype), data([depth, 1], 8, kind, dtype)
    total = total_of(exact(a, dtype), exact(b, dtype), "f64" if dtype == "f64" else "f32")
    found = compute(astra, "matmul@1", [a, b], {}, [dtype, dtype], [result])[0]
    assert int(found[0, 0]) == bits_of(nearest(total, result), result)


SMALL = [("i8", "i8"), ("u8", "u8"), ("u8", "i8"), ("i8", "u8")]


def signed(bits, dtype):
    return bits.view(HOLDERS[dtype]).astype(np.int64)


@computes("matmul@1")
@pytest.mark.parametrize("types", SMALL)
@pytest.mark.parametrize("sizes", [(1, 1, 1), (3, 2, 5), (7, 3, 33), (2, 257, 3), (31, 70, 17), (5, 4099, 2)])
def test_small_integers_are_multiplied_exactly(astra, types, sizes):
    m, k, n = sizes
    a, b = data([m, k], 9, "bits", types[0]), data([k, n], 10, "bits", types[1])
    product = compute(astra, "matmul@1", [a, b], {}, types)[0]
    assert product.view(np.int32).tolist() == (signed(a, types[0]) @ signed(b, types[1])).tolist()


@computes("matmul@1")
@pytest.mark.parametrize(("types", "left", "right", "depth", "expected"), [
    (("u8", "u8"), 255, 255, 33_025, 33_025 * 255 * 255), (("u8", "u8"), 255, 255, 33_026, 33_026 * 255 * 255 - 2**32),
    (("i8", "i8"), 128, 128, 131_071, 131_071 * 2**14), (("i8", "i8"), 128, 128, 131_072, -2**31),
    (("u8", "i8"), 255, 128, 65_793, -65_793 * 255 * 128), (("i8", "u8"), 128, 255, 65_794, 2**32 - 65_794 * 255 * 128),
])
def test_sums_of_integers_wrap(astra, types, left, right, depth, expected):
    a, b = np.full([1, depth], left, np.uint8), np.full([depth, 1], right, np.uint8)
    assert compute(astra, "matmul@1", [a, b], {}, types)[0].view(np.int32).item() == expected


@computes("matmul@1")
@pytest.mark.parametrize(("dtype", "result", "left", "right", "expected"), [
    ("f16", "f16", [0x7BFF], [0x4000], 0x7C00), ("f16", "f32", [0x7BFF], [0x4000], 0x47FFE000), ("f16", "f16", [0xFE01], [0x3C00], 0x7E00),
    ("f16", "f16", [0x0001], [0x3800], 0x0000), ("f16", "f16", [0x0003], [0x3800], 0x0002), ("f16", "f32", [0x0001], [0x8001], 0xA7800000),
    ("f16", "f16", [0x6800, 0x3C00, 0xE800], [0x3C00, 0x1400, 0x3C00], 0x1400), ("bf16", "bf16", [0x7F7F], [0x4000], 0x7F80),
    ("bf16", "bf16", [0x3F81, 0x3F80], [0x3F81, 0xBF82], 0x3880), ("bf16", "f32", [0xFFC1], [0x3F80], 0x7FC00000), ("bf16", "bf16", [0x0001], [0x3F01], 0x0001),
    ("f64", "f64", [0x7FEFFFFFFFFFFFFF], [0x4000000000000000], 0x7FF0000000000000), ("f64", "f64", [0xFFF8000000000123], [0x3FF0000000000000], 0x7FF8000000000000),
    ("f64", "f64", [0x8000000000000000], [0x3FF0000000000000], 0), ("f64", "f64", [0x9E00000000000001], [0x1E00000000000001], 0x8000000000000000),
    ("f64", "f64", [0x3FF0000000000000, 0x3FF0000000000001], [0xBFF0000000000002, 0x3FF0000000000001], 0x3970000000000000),
])
def test_special_products_of_other_floats(astra, dtype, result, left, right, expected):
    a, b = (np.array(side, CARRIERS[dtype]) for side in (left, right))
    product = compute(astra, "matmul@1", [a.reshape(1, -1), b.reshape(-1, 1)], {}, [dtype, dtype], [result])[0]
    assert f"{int(product[0, 0]):x}" == f"{expected:x}"


@computes("matmul@1")
@pytest.mark.parametrize(("left", "right", "expected"), [
    (["80000000"], ["3f800000"], "00000000"), (["8da24260"], ["0da24260"], "80000000"), (["7f800000"], ["00000000"], "7fc00000"),
    (["ffc12345"], ["3f800000"], "7fc00000"), (["7f7fffff"], ["40000000"], "7f800000"), (["00000001"], ["3f000000"], "00000000"),
    (["00000001"], ["3f000001"], "00000001"), (["7f800000", "ff800000"], ["3f800000", "3f800000"], "7fc00000"),
])
def test_special_products(astra, left, right, expected):
    a, b = (np.array([int(word, 16) for word in side], np.uint32) for side in (left, right))
    product = compute(astra, "matmul@1", [a.reshape(1, -1), b.reshape(-1, 1)])[0]
    assert f"{product[0, 0]:08x}" == expected


@computes("matmul@1")
@pytest.mark.parametrize(("left", "right"), [([2, 0], [0, 3]), ([4, 2, 0], [0, 3]), ([1, 0], [0, 1])])
def test_no_products_give_plus_zero(astra, left, right):
    for dtype, result in (("f32", "f32"), ("f64", "f64"), ("f16", "f16"), ("bf16", "f32"), ("u8", "i32")):
        a, b = np.zeros(left, CARRIERS[dtype]), np.zeros(right, CARRIERS[dtype])
        product = compute(astra, "matmul@1", [a, b], {}, [dtype, dtype], [result])[0]
        assert product.size and not product.any()
