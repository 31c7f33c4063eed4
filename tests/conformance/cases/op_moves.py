"""Operators that move elements: results against NumPy on the bits, every refusal of a shape or an attribute, and any index."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies

from astra_abi.conform import Workplace, compute, computes, requires
from astra_abi.elements import CARRIERS, HOLDERS
from astra_abi.patterns import drawn

DTYPES = tuple(CARRIERS)


def data(shape, seed, dtype="f32", kind="special"):
    return drawn(kind, seed, int(np.prod(shape, dtype=np.int64)), dtype).reshape(shape)


def each(name, values):
    """An attribute for each axis."""
    return {f"{name}_{axis}": int(value) for axis, value in enumerate(values)}


def dims(shape, **more):
    return {"rank": len(shape), **each("dim", shape), **more}


def same(astra, op, inputs, attributes, expected, dtypes):
    found = compute(astra, op, inputs, attributes, dtypes)[0]
    assert found.shape == expected.shape, f"{op} {attributes} of {[side.shape for side in inputs]} gives {found.shape}"
    assert np.array_equal(found, expected), f"{op} of {dtypes}: {attributes} of {[side.shape for side in inputs]}"


RESHAPES = [([], []), ([], [1, 1]), ([6], [2, 3]), ([2, 3, 4], [4, 6]), ([2, 3, 4], [24]), ([1] * 8, []), ([0, 3], [7, 0]), ([0], [0] * 8)]


@computes("reshape@1")
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_same_elements_in_another_shape(astra, dtype):
    for shape, to in RESHAPES:
        x = data(shape, 1, dtype)
        same(astra, "reshape@1", [x], dims(to), x.reshape(to), [dtype])


BROADCASTS = [
    ([], []), ([], [3, 2]), ([1], [5]), ([3], [4, 3]), ([3, 1], [3, 7]), ([1, 7], [3, 7]), ([2, 1, 3, 1], [5, 2, 4, 3, 2]), ([4, 5], [4, 5]),
    ([1], [0]), ([0], [3, 0]), ([1, 0], [4, 0]), ([1, 1], [0, 5]), ([2] + [1] * 7, [2] * 8),
]


@computes("broadcast@1")
@pytest.mark.parametrize("dtype", DTYPES)
def test_repeated_along_axes(astra, dtype):
    for shape, to in BROADCASTS:
        x = data(shape, 2, dtype)
        same(astra, "broadcast@1", [x], dims(to), np.broadcast_to(x, to), [dtype])


PERMUTES = [
    ([], []), ([5], [0]), ([3, 4], [1, 0]), ([3, 4], [0, 1]), ([2, 3, 4], [2, 0, 1]), ([20, 40], [1, 0]), ([33, 65], [1, 0]), ([17, 3, 18], [2, 1, 0]),
    ([2, 1, 3, 1, 2, 1, 2, 2], [7, 6, 5, 4, 3, 2, 1, 0]), ([2, 1, 3, 1, 2, 1, 2, 2], [3, 0, 7, 1, 5, 2, 6, 4]), ([0, 3], [1, 0]), ([3, 0, 2], [2, 0, 1]),
]


@computes("permute@1")
@pytest.mark.parametrize("dtype", DTYPES)
def test_axes_in_another_order(astra, dtype):
    for shape, axes in PERMUTES:
        x = data(shape, 3, dtype, "bits")
        same(astra, "permute@1", [x], each("axis", axes), x.transpose(axes), [dtype])


SLICES = [
    ([], []), ([10], [(0, 10, 1)]), ([10], [(3, 4, 2)]), ([10], [(10, 0, 1)]), ([10], [(9, 1, 2**64 - 1)]), ([10], [(0, 0, 5)]), ([0], [(0, 0, 1)]),
    ([4, 6], [(1, 2, 2), (0, 6, 1)]), ([4, 6], [(0, 4, 1), (5, 1, 7)]), ([5, 6, 7], [(1, 3, 1), (2, 2, 3), (0, 4, 2)]), ([2] * 8, [(1, 1, 1)] * 8),
]


@computes("slice@1")
@pytest.mark.parametrize("dtype", DTYPES)
def test_elements_at_regular_steps(astra, dtype):
    for shape, taken in SLICES:
        x = data(shape, 4, dtype, "bits")
        expected = x[tuple(slice(begin, begin + size * step, step) if size > 1 else slice(begin, begin + size) for begin, size, step in taken)]
        attributes = {name: value for column, key in enumerate(("begin", "size", "step")) for name, value in each(key, [row[column] for row in taken]).items()}
        same(astra, "slice@1", [x], attributes, expected, [dtype])


@computes("slice@1")
def test_what_is_not_given_takes_everything(astra):
    x = data([7, 9], 5)
    for attributes, expected in [({}, x), ({"begin_0": 2}, x[2:]), ({"step_1": 2}, x[:, ::2]), ({"begin_1": 3, "step_1": 4}, x[:, 3::4]), ({"size_0": 3}, x[:3]), ({"begin_0": 7}, x[7:])]:
        same(astra, "slice@1", [x], attributes, expected, ["f32"])


@computes("concat@1")
@pytest.mark.parametrize("dtype", DTYPES)
def test_one_tensor_behind_the_other(astra, dtype):
    for left, right, axis in [
        ([3], [4], 0), ([2, 3], [2, 5], 1), ([2, 3], [1, 3], 0), ([2, 3, 4], [2, 1, 4], 1), ([2, 0], [2, 3], 1), ([2, 3], [2, 0], 1), ([0, 3], [0, 4], 1), ([0], [0], 0),
        ([1] * 8, [1] * 8, 7),
    ]:
        a, b = data(left, 6, dtype), data(right, 7, dtype)
        same(astra, "concat@1", [a, b], {"axis": axis}, np.concatenate([a, b], axis), [dtype, dtype])


PADS = [
    ([], [], []), ([3], [2], [1]), ([3], [0], [0]), ([2, 3], [1, 0], [0, 2]), ([2, 3], [0, 0], [0, 4]), ([2, 3], [3, 0], [0, 0]), ([2, 3, 4], [0, 1, 0], [0, 1, 0]),
    ([2, 3, 4], [1, 1, 1], [2, 2, 2]), ([0], [2], [3]), ([0, 2], [1, 0], [0, 1]), ([3, 0], [1, 0], [1, 0]), ([1] * 8, [1] * 8, [0] * 8),
]


@computes("pad@1")
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_value_around_a_tensor(astra, dtype):
    for shape, before, after in PADS:
        x, value = data(shape, 8, dtype), data([], 9, dtype)
        expected = np.pad(x, list(zip(before, after)), constant_values=value) if shape else x
        same(astra, "pad@1", [x, value], {**each("before", before), **each("after", after)}, expected, [dtype, dtype])


@computes("full@1")
@pytest.mark.parametrize("dtype", DTYPES)
def test_one_value_everywhere(astra, dtype):
    for seed, shape in enumerate([[], [5], [3, 0], [3, 4], [1] * 8, [70, 71]]):
        value = data([], seed, dtype)
        same(astra, "full@1", [value], dims(shape), np.full(shape, value), [dtype])


def some_indices(shape, dtype, length, seed):
    """Mostly in range, some out of it on both sides, and the ends of the type."""
    random = np.random.default_rng(seed)
    found = random.integers(-2, length + 2, shape).astype(dtype)
    ends = np.iinfo(dtype)
    return np.where(random.random(shape) < 0.05, random.choice([ends.min, ends.max, -1, length], shape).astype(dtype), found).astype(dtype)


TAKEN = [([5], 0, [3]), ([5], 0, []), ([5, 3], 0, [2, 4]), ([5, 3], 1, [7]), ([4, 5, 6], 1, [3]), ([4, 5, 6], 2, [2, 2]), ([2, 30], 0, [200]), ([3, 0], 0, [4]), ([0, 3], 0, [4]), ([4], 0, [0]), ([0], 0, [0])]


def taken(x, indices, axis):
    """numpy.take, with zeros where an index is out of range."""
    length = x.shape[axis]
    is_there = (indices >= 0) & (indices < length)
    before, behind = x.shape[:axis], x.shape[axis + 1:]
    found = np.zeros((*before, *indices.shape, *behind), x.dtype)
    for at in np.argwhere(is_there):
        found[(*[slice(None)] * axis, *at)] = x[(*[slice(None)] * axis, int(indices[tuple(at)]))]
    return found


@computes("gather@1")
@requires("gather@1/any-index")
@pytest.mark.parametrize("dtype", DTYPES)
def test_slices_at_indices(astra, dtype):
    for kind in ("i32", "i64"):
        for seed, (shape, axis, chosen) in enumerate(TAKEN):
            x, indices = data(shape, seed, dtype), some_indices(chosen, HOLDERS[kind], shape[axis], seed)
            same(astra, "gather@1", [x, indices.view(CARRIERS[kind])], {"axis": axis}, taken(x, indices, axis), [dtype, kind])


@computes("scatter@1")
@requires("scatter@1/last-wins", "scatter@1/any-index")
@pytest.mark.parametrize("dtype", DTYPES)
def test_slices_put_at_indices(astra, dtype):
    for kind in ("i32", "i64"):
        for seed, (shape, axis, chosen) in enumerate(TAKEN):
            x, indices = data(shape, seed, dtype), some_indices(chosen, HOLDERS[kind], shape[axis], seed)
            updates = data([*shape[:axis], *chosen, *shape[axis + 1:]], seed + 50, dtype)
            expected, front = x.copy(), [slice(None)] * axis
            for at in np.ndindex(*chosen):
                if 0 <= (index := int(indices[at])) < shape[axis]:
                    expected[(*front, index)] = updates[(*front, *at)]
            same(astra, "scatter@1", [x, indices.view(CARRIERS[kind]), updates], {"axis": axis}, expected, [dtype, kind, dtype])


@requires("scatter@1/last-wins")
@pytest.mark.parametrize("threads", [1, 2, 7])
def test_the_last_of_equal_indices_wins_for_every_number_of_threads(astra, threads):
    """Large enough that threads share the work."""
    world = Workplace(astra)
    hello = astra.library.binding.example(astra.abi.structs["astra_hello"])
    world.exemplars["astra_runtime"] = astra.runtime_create(hello, {"thread_count": threads})
    rows, width, count = 7, 30_000, 40
    indices = (np.arange(count) * 5 % rows).astype(np.uint32)
    updates = np.repeat(np.arange(count, dtype=np.uint32), width).reshape(count, width)
    inputs = [(np.zeros((rows, width), np.uint32), "u32"), (indices, "i32"), (updates, "u32")]
    found = world.read(world.launch("scatter@1", [world.tensor(*one) for one in inputs], axis=0))
    last = {int(index): number for number, index in enumerate(indices)}
    assert all((found[row] == last[row]).all() for row in range(rows))


FEW = settings(derandomize=True, database=None, deadline=None, max_examples=20, print_blob=False, suppress_health_check=list(HealthCheck))


@computes("permute@1")
@computes("slice@1")
@computes("pad@1")
@computes("broadcast@1")
@FEW
@given(
    shape=strategies.lists(strategies.integers(0, 40), max_size=3) | strategies.lists(strategies.integers(1, 4), max_size=7), dtype=strategies.sampled_from(DTYPES),
    seed=strategies.integers(0, 2**32),
)
def test_any_shape_and_any_numbers_that_fit(astra, shape, dtype, seed):
    """Sizes around those of tiles and lines, drawn for each operator from one seed."""
    random, x = np.random.default_rng(seed), data(shape, seed, dtype, "bits")
    axes = random.permutation(len(shape))
    same(astra, "permute@1", [x], each("axis", axes), x.transpose(axes), [dtype])
    begins = [int(random.integers(0, size + 1)) for size in shape]
    steps = [int(random.integers(1, 6)) for _ in shape]
    expected = x[tuple(slice(begin, None, step) for begin, step in zip(begins, steps))]
    same(astra, "slice@1", [x], {**each("begin", begins), **each("step", steps)}, expected, [dtype])
    around = random.integers(0, 4, (len(shape), 2)) * random.integers(0, 2, (len(shape), 1))
    padded = np.pad(x, around, constant_values=0) if shape else x
    same(astra, "pad@1", [x, np.zeros([], x.dtype)], {**each("before", around[:, 0]), **each("after", around[:, 1])}, padded, [dtype, dtype])
    ones = random.integers(0, 2, len(shape)).astype(bool)
    part = x[tuple(slice(0, 1) if one and size else slice(None) for one, size in zip(ones, shape))]
    wide = [int(random.integers(1, 4)), *shape]
    same(astra, "broadcast@1", [part], dims(wide), np.broadcast_to(part, wide), [dtype])


@computes("gather@1")
@computes("scatter@1")
@FEW
@given(
    shape=strategies.lists(strategies.integers(1, 9), min_size=1, max_size=4), chosen=strategies.lists(strategies.integers(0, 6), max_size=3),
    dtype=strategies.sampled_from(DTYPES), seed=strategies.integers(0, 2**32),
)
def test_what_was_scattered_is_gathered_where_no_index_is_twice(astra, shape, chosen, dtype, seed):
    random, x = np.random.default_rng(seed), data(shape, seed, dtype, "bits")
    axis, kind = int(random.integers(len(shape))), ("i32", "i64")[seed % 2]
    indices = some_indices(chosen, HOLDERS[kind], shape[axis], seed)
    same(astra, "gather@1", [x, indices.view(CARRIERS[kind])], {"axis": axis}, taken(x, indices, axis), [dtype, kind])
    once = random.permutation(shape[axis]).astype(HOLDERS[kind])
    updates = data(shape, seed + 1, dtype, "bits")
    put = compute(astra, "scatter@1", [x, once.view(CARRIERS[kind]), updates], {"axis": axis}, [dtype, kind, dtype])[0]
    same(astra, "gather@1", [put, once.view(CARRIERS[kind])], {"axis": axis}, updates, [dtype, kind])
