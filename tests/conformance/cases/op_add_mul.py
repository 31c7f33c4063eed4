"""Elementwise operators against what Python computes exactly."""

import numpy as np
import pytest

from astra_abi.conform import compute, computes, refused, requires
from astra_abi.patterns import SPECIAL, splitmix64

DIFFERENT = [
    ([1], [2]), ([2, 3], [3, 2]), ([2, 3], [6]), ([], [1]), ([1, 2], [2]), ([2, 1], [2, 2]), ([1], [1, 1]), ([0], [0, 1]),
    ([3], []), ([0], [1]), ([2, 0], [0, 2]),
]


def accepted(world, op):
    """The pairs of different shapes that are not refused."""
    found = []
    for left, right in [*DIFFERENT, *(pair[::-1] for pair in DIFFERENT)]:
        try:
            with refused("ASTRA_ERROR_OPERAND_SHAPE", "inputs", op=op):
                world.launch(op, [world.tensor_of_shape(left), world.tensor_of_shape(right)])
        except AssertionError as error:
            found.append(f"{left} and {right}: {error}")
    return found


@requires("add@1/shapes-equal")
def test_add_refuses_different_shapes(world):
    assert accepted(world, "add@1") == []


@requires("mul@1/shapes-equal")
def test_mul_refuses_different_shapes(world):
    assert accepted(world, "mul@1") == []


def canonical(values):
    """f32 bits with every NaN made the canonical one."""
    return np.where(np.isnan(values), np.uint32(0x7FC00000), values.view(np.uint32))


@computes("add@1")
@computes("mul@1")
@pytest.mark.parametrize(("op", "exact"), [("add@1", np.add), ("mul@1", np.multiply)])
def test_special_values_in_all_pairs(astra, op, exact):
    left, right = (side.ravel() for side in np.meshgrid(SPECIAL["f32"], SPECIAL["f32"]))
    check(astra, op, exact, left, right)


@computes("add@1")
@computes("mul@1")
@pytest.mark.parametrize(("op", "exact"), [("add@1", np.add), ("mul@1", np.multiply)])
def test_twenty_thousand_random_pairs(astra, op, exact):
    z = splitmix64(20260101, 20000)
    left, right = (z & np.uint64(0xFFFFFFFF)).astype(np.uint32), (z >> np.uint64(32)).astype(np.uint32)
    # Half of the pairs get close exponents, so that sums cancel and products reach the subnormals.
    right[::2] = right[::2] & np.uint32(0x807FFFFF) | left[::2] & np.uint32(0x7F800000)
    check(astra, op, exact, left, right)


def check(astra, op, exact, left, right):
    """numpy adds and multiplies f32 as IEEE 754 says; only the payloads of NaN are its own."""
    with np.errstate(all="ignore"):
        expected = canonical(exact(left.view(np.float32), right.view(np.float32)))
    actual = compute(astra, op, [left, right])[0]
    wrong = np.flatnonzero(actual != expected)
    assert not len(wrong), (
        f"{op}({left[wrong[0]]:08x}, {right[wrong[0]]:08x}) is {actual[wrong[0]]:08x}, not {expected[wrong[0]]:08x}"
    )
