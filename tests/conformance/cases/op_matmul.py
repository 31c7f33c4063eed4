"""matmul@1: its shape rule, batches, and its order of operations in exact arithmetic."""

from fractions import Fraction

import numpy as np
import pytest

from astra_abi.conform import compute, computes, refused, requires
from astra_abi.patterns import drawn


def data(shape, seed, kind="unit"):
    return drawn(kind, seed, int(np.prod(shape))).reshape(shape)


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
def test_a_row_has_the_bits_that_it_has_alone(astra, depth):
    a, b = data([37, depth], 3), data([depth, 19], 4)
    whole = compute(astra, "matmul@1", [a, b])[0]
    for row in (0, 1, 7, 16, 31, 36):
        assert compute(astra, "matmul@1", [a[row:row + 1], b])[0].tolist() == whole[row:row + 1].tolist()
    for column in (0, 8, 18):
        assert compute(astra, "matmul@1", [a, b[:, column:column + 1].copy()])[0].tolist() == whole[:, column:column + 1].tolist()


@requires("matmul@1/batch-invariant")
def test_a_batch_has_the_bits_of_its_members(astra):
    a, b = data([6, 9, 300], 5), data([6, 300, 11], 6)
    whole = compute(astra, "matmul@1", [a, b])[0]
    for index in range(6):
        assert compute(astra, "matmul@1", [a[index], b[index]])[0].tolist() == whole[index].tolist()


def exact(bits):
    return [Fraction(float(value)) for value in bits.view(np.float32).ravel()]


def nearest(value):
    """The f32 nearest to an exact number, ties to even, as an exact number."""
    if not value:
        return Fraction(0)
    exponent = max(abs(value.numerator).bit_length() - value.denominator.bit_length() - 25, -149)
    while abs(value) >= Fraction(2) ** (exponent + 24):
        exponent += 1
    return round(value / Fraction(2) ** exponent) * Fraction(2) ** exponent


@computes("matmul@1")
@pytest.mark.parametrize("depth", [1, 2, 255, 256, 257, 512, 513])
@pytest.mark.parametrize("kind", ["unit", "normal-range"])
def test_the_blocks_of_256_in_exact_arithmetic(astra, depth, kind):
    a, b = data([1, depth], 7, kind), data([depth, 1], 8, kind)
    sums = []
    for start in range(0, depth, 256):
        total = Fraction(0)
        for x, y in zip(exact(a)[start:start + 256], exact(b)[start:start + 256]):
            total = nearest(x * y + total)
        sums.append(total)
    expected = sums[0]
    for total in sums[1:]:
        expected = nearest(expected + total)
    assert exact(compute(astra, "matmul@1", [a, b])[0]) == [expected]


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
    product = compute(astra, "matmul@1", [np.zeros(left, np.uint32), np.zeros(right, np.uint32)])[0]
    assert product.size and not product.any()
