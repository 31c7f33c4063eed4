"""sum@1: its attributes, its shapes, and its order of additions step by step."""

import numpy as np
import pytest

from astra_abi.conform import compute, computes, refused, requires
from astra_abi.patterns import drawn


def refuse(astra, world, code, rows, shape=(2, 3)):
    with refused(code, "options", op="sum@1"):
        astra.launch(world.stream, world.kernel("sum@1"), {"attributes": rows}, [world.tensor_of_shape(shape)])


def attribute(id, bits, kind=1):
    return {"id": id, "kind": kind, "bits": bits}


@requires("sum@1/axes-in-range")
@pytest.mark.parametrize(("shape", "axes"), [
    ([], 1), ([3], 2), ([2, 3], 4), ([2, 3], 7), ([2, 3], 1 << 63), ([1] * 8, 1 << 8), ([2], 0xFFFFFFFFFFFFFFFF), ([2, 3], 1 << 32),
    ([1] * 8, 1 << 40),
])
def test_a_bit_beyond_the_rank(astra, world, shape, axes):
    refuse(astra, world, "ASTRA_ERROR_INVALID_ATTRIBUTE", [attribute(1, axes)], shape)


@requires("sum@1/axes-in-range")
@pytest.mark.parametrize("rows", [
    [], [attribute(2, 0)], [attribute(1, 1)] * 2, [attribute(1, 1), attribute(2, 1), attribute(2, 1)],
    [attribute(1, 1, 0)], [attribute(1, 1, 2)], [attribute(1, 1), attribute(2, 1, 0)],
])
def test_missing_twice_and_of_another_kind(astra, world, rows):
    refuse(astra, world, "ASTRA_ERROR_INVALID_ATTRIBUTE", rows)


@requires("sum@1/unknown-attribute")
@pytest.mark.parametrize("id", [0, 3, 257, 0x80000001, 0xFFFFFFFF])
def test_an_id_that_is_not_declared(astra, world, id):
    refuse(astra, world, "ASTRA_ERROR_UNKNOWN_ATTRIBUTE", [attribute(1, 1), attribute(id, 0)])


@requires("sum@1/shape")
@pytest.mark.parametrize("shape", [[], [5], [2, 3], [2, 3, 4], [1, 2, 1, 3, 1, 2, 2, 2], [0, 3], [3, 0, 2]])
@pytest.mark.parametrize("keep", [0, 1])
def test_summed_axes_vanish_or_stay_with_one(astra, shape, keep):
    for axes in range(min(1 << len(shape), 32)):
        kept = [1 if axes >> axis & 1 else size for axis, size in enumerate(shape)]
        left = [size for axis, size in enumerate(shape) if not axes >> axis & 1]
        total = compute(astra, "sum@1", [np.zeros(shape, np.uint32)], {"axes": axes, "keep_axes": keep})[0]
        assert list(total.shape) == (kept if keep else left), f"axes {axes:#b} of {shape}"


@requires("sum@1/shape")
def test_axes_are_removed_unless_they_are_to_be_kept(astra):
    assert compute(astra, "sum@1", [np.zeros([2, 3], np.uint32)], {"axes": 2})[0].shape == (2,)


def reference(sequence):
    """The definition, step by step, in numpy's f32 additions."""
    with np.errstate(all="ignore"):
        blocks = []
        for start in range(0, len(sequence), 1024):
            lanes = np.zeros(64, np.float32)
            block = sequence[start:start + 1024]
            for row in range(0, len(block), 64):
                piece = block[row:row + 64]
                lanes[:len(piece)] += piece
            blocks.append(lanes)
        if not blocks:
            return np.float32(0)
        while len(blocks) & len(blocks) - 1:
            blocks.append(np.zeros(64, np.float32))
        while len(blocks) > 1:
            blocks = [one + other for one, other in zip(blocks[::2], blocks[1::2])]
        lanes = blocks[0]
        for width in (32, 16, 8, 4, 2, 1):
            lanes = lanes[:width] + lanes[width:2 * width]
    return lanes[0]


def bits(value):
    return 0x7FC00000 if np.isnan(value) else int(value.view(np.uint32))


@computes("sum@1")
@pytest.mark.parametrize("kind", ["unit", "normal-range", "tiny", "wide", "special"])
def test_the_order_of_additions(astra, kind):
    for length in (0, 1, 2, 63, 64, 65, 127, 1023, 1024, 1025, 2047, 2049, 3000, 5121):
        data = drawn(kind, length, length)
        total = compute(astra, "sum@1", [data], {"axes": 1})[0]
        assert f"{int(total):08x}" == f"{bits(reference(data.view(np.float32))):08x}", f"of {length} elements"


@computes("sum@1")
@pytest.mark.parametrize(("shape", "axes"), [
    ([3, 70, 5], 0b010), ([3, 70, 5], 0b101), ([3, 70, 5], 0b110), ([40, 3, 30], 0b101), ([2, 3, 4], 0),
])
def test_the_sequence_runs_row_major_over_the_summed_axes(astra, shape, axes):
    data = drawn("normal-range", 5, int(np.prod(shape))).reshape(shape)
    summed = [axis for axis in range(len(shape)) if axes >> axis & 1]
    others = [axis for axis in range(len(shape)) if not axes >> axis & 1]
    rows = data.transpose([*others, *summed]).reshape(int(np.prod([shape[axis] for axis in others])), -1)
    expected = [bits(reference(np.ascontiguousarray(row).view(np.float32))) for row in rows]
    assert compute(astra, "sum@1", [data], {"axes": axes})[0].ravel().tolist() == expected


@computes("sum@1")
def test_minus_zeros_sum_to_plus_zero(astra):
    for length in (1, 64, 3000):
        assert int(compute(astra, "sum@1", [np.full(length, 0x80000000, np.uint32)], {"axes": 1})[0]) == 0
    assert compute(astra, "sum@1", [np.full(3, 0x80000000, np.uint32)], {"axes": 0})[0].tolist() == [0, 0, 0]
