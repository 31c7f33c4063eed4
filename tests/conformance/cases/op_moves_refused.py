"""Operators that move elements: the attributes and shapes that they refuse, and with which error."""

import numpy as np
import pytest

from astra_abi.conform import promise, refused, requires
from astra_abi.elements import CARRIERS

HUGE = 1 << 32
MOST = (1 << 64) - 1
ATTRIBUTE, SHAPE, OVERFLOW, UNKNOWN = (f"ASTRA_ERROR_{name}" for name in ("INVALID_ATTRIBUTE", "OPERAND_SHAPE", "SHAPE_OVERFLOW", "UNKNOWN_ATTRIBUTE"))

SHAPED = ("reshape@1", "broadcast@1", "full@1", "iota@1")
"""Operators with a rank and dimensions as attributes."""


def dims(*sizes, **more):
    return {"rank": len(sizes), **{f"dim_{axis}": size for axis, size in enumerate(sizes)}, **more}


def launched(astra, world, op, shapes, attributes):
    """Launches on tensors of zeros, of the operator's first dtypes. Attributes by name, or rows of id, bits and kind."""
    operator = astra.abi.operators[op]
    tensors = [world.tensor(np.zeros(shape, CARRIERS[dtype]), dtype) for shape, dtype in zip(shapes, operator.dtypes[0], strict=False)]
    if isinstance(attributes, dict):
        attributes = [(operator.attributes[name].id, bits) for name, bits in attributes.items()]
    rows = [{"id": row[0], "bits": row[1], "kind": row[2] if len(row) > 2 else 1} for row in attributes]
    return astra.launch(world.stream, world.kernel(op), {"attributes": rows} if rows else None, tensors)


def refuses(astra, world, op, code, cases):
    operand = "inputs" if code in (SHAPE, OVERFLOW) else "options"
    for shapes, attributes in cases:
        with refused(code, operand, op=op):
            launched(astra, world, op, shapes, attributes)


def inputs_of(op, shape):
    """Shapes of inputs with which the operator takes this shape as its output."""
    return {"reshape@1": [shape], "broadcast@1": [shape], "full@1": [[]], "iota@1": [[], []]}[op]


@requires("reshape@1/dims-given", "broadcast@1/dims-given", "full@1/dims-given", "iota@1/dims-given")
def test_dimensions_that_are_missing_or_too_many(astra, world):
    for op in SHAPED:
        more = {"axis": 0} if op == "iota@1" else {}
        bad = [
            {"rank": 9}, {"rank": MOST}, {"rank": HUGE}, {"rank": 1}, {"rank": 2, "dim_0": 2}, {"rank": 2, "dim_1": 2}, {"rank": 1, "dim_0": 2, "dim_1": 1},
            {"rank": 1, "dim_0": 2, "dim_7": 0}, {"rank": 0, "dim_0": 1}, {"dim_0": 2}, {"rank": 9, **{f"dim_{axis}": 1 for axis in range(8)}},
        ]
        with promise(f"{op}/dims-given"):
            refuses(astra, world, op, ATTRIBUTE, [(inputs_of(op, [2]), {**one, **more}) for one in bad])
            axis = [(10, 0)] if more else []
            odd = [[], [(1, 1), (1, 1), (2, 2)], [(1, 1), (2, 2), (2, 2)], [(1, 1, 0), (2, 2)], [(1, 1), (2, 2, 2)]]
            refuses(astra, world, op, ATTRIBUTE, [(inputs_of(op, [2]), [*rows, *axis]) for rows in odd])
            launched(astra, world, op, inputs_of(op, [2]), {**dims(2), **more})


@requires(
    "reshape@1/unknown-attribute", "broadcast@1/unknown-attribute", "permute@1/unknown-attribute", "slice@1/unknown-attribute",
    "concat@1/unknown-attribute", "pad@1/unknown-attribute", "gather@1/unknown-attribute", "scatter@1/unknown-attribute",
    "full@1/unknown-attribute", "iota@1/unknown-attribute",
)
def test_ids_that_are_not_declared(astra, world):
    for op in (*SHAPED, "permute@1", "slice@1", "concat@1", "pad@1", "gather@1", "scatter@1"):
        operator = astra.abi.operators[op]
        last = max(attribute.id for attribute in operator.attributes.values())
        with promise(f"{op}/unknown-attribute"):
            refuses(astra, world, op, UNKNOWN, [([[2]] * len(operator.inputs), [(id, 0)]) for id in (0, last + 1, 0xFFFFFFFF)])


@requires("reshape@1/elements-equal")
@pytest.mark.parametrize(("shape", "to"), [
    ([6], [5]), ([6], [2, 4]), ([6], []), ([], [0]), ([6], [0]), ([0], [1]), ([0], []), ([0, 3], [3]),
    ([0], [HUGE, HUGE]), ([1], [HUGE, HUGE]), ([], [HUGE, HUGE]), ([0], [1 << 16] * 4), ([2, 0], [1 << 63, 2]), ([4], [MOST, MOST, MOST, MOST]),
    ([1], [MOST, MOST]), ([6], [(1 << 63) + 3, 2]), ([0], [1 << 8] * 8),
])
def test_another_number_of_elements(astra, world, shape, to):
    refuses(astra, world, "reshape@1", SHAPE, [([shape], dims(*to))])


@requires("broadcast@1/dims-fit")
@pytest.mark.parametrize(("shape", "to"), [
    ([3], [4]), ([3], [1]), ([3], [3, 1]), ([1, 1], [5]), ([1], []), ([2, 3], [3, 2]), ([0], [1]), ([0], [3]), ([2], [0]), ([3, 1], [2, 7]), ([2], [HUGE, HUGE]),
])
def test_dimensions_that_cannot_be_repeated(astra, world, shape, to):
    refuses(astra, world, "broadcast@1", SHAPE, [([shape], dims(*to))])


@requires("broadcast@1/overflow", "full@1/overflow", "iota@1/overflow", "concat@1/overflow", "pad@1/overflow", "gather@1/overflow")
def test_shapes_whose_bytes_do_not_fit(astra, world):
    """The first declared dtype of each is f16: two bytes."""
    large = [dims(HUGE, HUGE), dims(1 << 62), dims(MOST), dims(0, HUGE, HUGE), dims(HUGE, 0, HUGE), dims(MOST, MOST, 0)]
    for op in ("broadcast@1", "full@1", "iota@1"):
        more = {"axis": 0} if op == "iota@1" else {}
        with promise(f"{op}/overflow"):
            refuses(astra, world, op, OVERFLOW, [(inputs_of(op, [1]), {**one, **more}) for one in large])
    with promise("concat@1/overflow"):
        refuses(astra, world, "concat@1", OVERFLOW, [([[0, (1 << 61) + 1], [0, (1 << 61) + 1]], {"axis": 1}), ([[0, (1 << 62) - 1]] * 2, {"axis": 1})])
    with promise("pad@1/overflow"):
        bad = [{"before_0": MOST}, {"after_0": MOST}, {"before_0": 1 << 63, "after_0": 1 << 63}, {"before_0": MOST - 2, "after_0": 1}, {"before_0": 1 << 62}]
        refuses(astra, world, "pad@1", OVERFLOW, [([[2], []], one) for one in bad])
        refuses(astra, world, "pad@1", OVERFLOW, [([[0, 2], []], {"before_1": MOST}), ([[2, 2], []], {"before_0": HUGE, "after_1": HUGE})])
    with promise("gather@1/overflow"):
        refuses(astra, world, "gather@1", OVERFLOW, [([[1 << 40, 0], [1 << 30, 0]], {"axis": 1}), ([[0, 1 << 40], [0, 1 << 30]], {"axis": 0})])


@requires("permute@1/axes-each-once")
def test_axes_that_are_no_permutation(astra, world):
    bad = [
        ([2, 3], {}), ([2, 3], {"axis_0": 0}), ([2, 3], {"axis_1": 0}), ([2, 3], {"axis_0": 0, "axis_1": 0}), ([2, 3], {"axis_0": 1, "axis_1": 2}),
        ([2, 3], {"axis_0": MOST, "axis_1": 0}), ([2, 3], {"axis_0": 1, "axis_1": 0, "axis_2": 2}), ([2, 3], {"axis_0": HUGE, "axis_1": 1}), ([], {"axis_0": 0}),
        ([2], {"axis_0": 64}), ([1] * 8, {f"axis_{axis}": max(axis, 1) for axis in range(8)}), ([0, 0], {"axis_0": 1, "axis_1": 1}),
    ]
    refuses(astra, world, "permute@1", ATTRIBUTE, [([shape], one) for shape, one in bad])
    refuses(astra, world, "permute@1", ATTRIBUTE, [([[2]], [(1, 0), (1, 0)]), ([[2]], [(1, 0, 0)]), ([[2]], [(1, 0, 2)])])


@requires("slice@1/in-range")
def test_indices_outside_of_the_input(astra, world):
    bad = [
        {"begin_0": 6}, {"begin_0": MOST}, {"step_0": 0}, {"size_0": 6}, {"size_0": MOST}, {"begin_0": 1, "size_0": 5}, {"size_0": 3, "step_0": 3}, {"begin_0": 5, "size_0": 1},
        {"size_0": 2, "step_0": MOST}, {"size_0": 3, "step_0": 1 << 63}, {"begin_0": 1, "size_0": 2, "step_0": MOST}, {"size_0": HUGE, "step_0": HUGE}, {"size_0": 2, "step_0": 5},
        {"begin_1": 0}, {"size_1": 0}, {"step_1": 1}, {"step_7": 0}, {"size_0": 0, "step_0": 0}, {"begin_0": 6, "size_0": 0},
    ]
    refuses(astra, world, "slice@1", ATTRIBUTE, [([[5]], one) for one in bad])
    refuses(astra, world, "slice@1", ATTRIBUTE, [([[]], {"begin_0": 0}), ([[0]], {"begin_0": 1}), ([[0]], {"size_0": 1}), ([[0, 3]], {"begin_1": 4})])
    refuses(astra, world, "slice@1", ATTRIBUTE, [([[2]], [(1, 0), (1, 0)]), ([[2]], [(9, 1, 0)]), ([[2]], [(17, 1, 2)])])


@requires("pad@1/axes-in-range")
def test_padding_of_axes_that_there_are_not(astra, world):
    refuses(astra, world, "pad@1", ATTRIBUTE, [([[2], []], one) for one in ({"before_1": 0}, {"after_1": 1}, {"after_7": 0}, {"before_0": 1, "before_2": 1})])
    refuses(astra, world, "pad@1", ATTRIBUTE, [([[], []], {"before_0": 1}), ([[2], []], [(1, 0), (1, 0)]), ([[2], []], [(9, 1, 0)])])


@requires("concat@1/axis-in-range", "gather@1/axis-in-range", "scatter@1/axis-in-range", "iota@1/axis-in-range")
def test_an_axis_that_there_is_not(astra, world):
    inputs = {"concat@1": lambda shape: [shape, shape], "gather@1": lambda shape: [shape, [1]], "scatter@1": lambda shape: [shape, [1], shape]}
    odd = [[], [(1, 0), (1, 0)], [(1, 0, 0)], [(1, 0, 2)]]
    for op, shapes in inputs.items():
        with promise(f"{op}/axis-in-range"):
            refuses(astra, world, op, ATTRIBUTE, [(shapes(shape), {"axis": axis}) for shape in ([], [1], [1, 2]) for axis in (len(shape), 8, HUGE, MOST)])
            refuses(astra, world, op, ATTRIBUTE, [(shapes([1]), rows) for rows in odd])
    with promise("iota@1/axis-in-range"):
        refuses(astra, world, "iota@1", ATTRIBUTE, [([[], []], dims(*shape, axis=axis)) for shape in ([], [2], [2, 3]) for axis in (len(shape), 8, HUGE, MOST)])
        refuses(astra, world, "iota@1", ATTRIBUTE, [([[], []], dims(2))])


@requires("concat@1/dims-equal")
@pytest.mark.parametrize(("left", "right", "axis"), [
    ([2], [2, 1], 0), ([2, 1], [2], 0), ([2], [], 0), ([2, 3], [2, 4], 0), ([2, 3], [3, 3], 1), ([0, 3], [2, 4], 0), ([2, 0], [3, 0], 1), ([1, 3], [2, 3], 1), ([1] * 7, [1] * 8, 0),
])
def test_tensors_that_cannot_be_joined(astra, world, left, right, axis):
    refuses(astra, world, "concat@1", SHAPE, [([left, right], {"axis": axis})])


@requires("gather@1/rank-at-most-8")
def test_slices_of_too_many_axes(astra, world):
    refuses(astra, world, "gather@1", SHAPE, [([[1] * 8, [1, 1]], {"axis": 0}), ([[1] * 2, [1] * 8], {"axis": 1}), ([[1] * 8, [0] * 8], {"axis": 7})])
    launched(astra, world, "gather@1", [[1], [1] * 8], {"axis": 0})
    launched(astra, world, "gather@1", [[1] * 8, [1]], {"axis": 7})


@requires("scatter@1/updates-fit")
@pytest.mark.parametrize(("shape", "indices", "updates", "axis"), [
    ([5, 3], [2], [3, 2], 0), ([5, 3], [2], [2], 0), ([5, 3], [2], [2, 1], 0), ([5, 3], [2], [2, 3, 1], 0), ([5, 3], [2], [2, 3], 1), ([5], [], [1], 0), ([5], [1], [], 0),
    ([5], [0], [0, 1], 0), ([1] * 8, [1, 1], [1] * 8, 0), ([0, 3], [2], [0, 2], 0),
])
def test_updates_that_are_no_slices(astra, world, shape, indices, updates, axis):
    refuses(astra, world, "scatter@1", SHAPE, [([shape, indices, updates], {"axis": axis})])


@requires("pad@1/value-is-scalar", "full@1/value-is-scalar", "iota@1/scalars")
def test_values_that_are_no_scalars(astra, world):
    for shape in ([1], [2], [0], [1, 1]):
        with promise("pad@1/value-is-scalar"):
            refuses(astra, world, "pad@1", SHAPE, [([[2], shape], {}), ([[], shape], {}), ([[2], shape], {"before_0": MOST})])
        with promise("full@1/value-is-scalar"):
            refuses(astra, world, "full@1", SHAPE, [([shape], dims(2)), ([shape], dims()), ([shape], dims(HUGE, HUGE))])
        with promise("iota@1/scalars"):
            refuses(astra, world, "iota@1", SHAPE, [([shape, []], dims(2, axis=0)), ([[], shape], dims(2, axis=0)), ([shape, shape], dims(HUGE, HUGE, axis=1))])
