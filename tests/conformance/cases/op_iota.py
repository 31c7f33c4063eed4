"""iota@1 against rational arithmetic, which rounds once."""

import numpy as np
import pytest

from astra_abi.conform import compute, computes
from astra_abi.exact import NAN, decode, encode, finite, infinity
from astra_abi.patterns import FORMATS, SPECIAL, drawn


def number(start, step, i):
    """start + i * step as IEEE 754 has it, exactly."""
    if "nan" in (start.kind, step.kind) or (step.kind == "infinite" and i == 0):
        return NAN
    if step.kind == "infinite":
        return NAN if start.kind == "infinite" and start.is_negative != step.is_negative else infinity(step.is_negative)
    if start.kind == "infinite":
        return start
    return finite(start.value + i * step.value, start.is_negative and step.is_negative)


def along(shape, axis, values):
    """The values along one axis, repeated along the others."""
    return np.broadcast_to(values.reshape([-1 if at == axis else 1 for at in range(len(shape))]), shape)


def holds(astra, dtype, start, step, shape, axis):
    attributes = {"rank": len(shape), "axis": axis, **{f"dim_{at}": size for at, size in enumerate(shape)}}
    found = compute(astra, "iota@1", [start, step], attributes, [dtype, dtype])[0]
    first, more = decode(int(start), dtype), decode(int(step), dtype)
    says = [number(first, more, i) if dtype in FORMATS else first + i * more for i in range(shape[axis])]
    expected = along(shape, axis, np.array([encode(one, dtype) for one in says], found.dtype))
    assert np.array_equal(found, expected), f"{dtype} from {int(start):x} by {int(step):x} in {shape} along {axis}"


@computes("iota@1")
@pytest.mark.parametrize("dtype", [name for name in SPECIAL if name != "bool"])
def test_progressions_along_every_axis(astra, dtype):
    kind = "normal-range" if dtype in FORMATS else "bits"
    for seed, (shape, axis) in enumerate([([5], 0), ([3, 4], 0), ([3, 4], 1), ([2, 3, 4], 1), ([0], 0), ([3, 0], 0), ([1] * 8, 3), ([600], 0), ([2, 300], 1)]):
        start, step = drawn(kind, seed, 2, dtype)
        holds(astra, dtype, np.array(start), np.array(step), shape, axis)


@computes("iota@1")
@pytest.mark.parametrize("dtype", [name for name in SPECIAL if name != "bool"])
def test_special_values_and_wrapping(astra, dtype):
    for start in SPECIAL[dtype][:30]:
        for step in SPECIAL[dtype][:30]:
            holds(astra, dtype, np.array(start), np.array(step), [3], 0)


@computes("iota@1")
@pytest.mark.parametrize(("dtype", "start", "step"), [
    ("f16", 0x0000, 0x3C00), ("f16", 0xC000, 0x1400), ("bf16", 0xC000, 0x3C00), ("bf16", 0x3F80, 0x3B81), ("f32", 0xBF800000, 0x33FFFFFF),
])
def test_an_index_is_not_rounded_to_the_type(astra, dtype, start, step):
    carrier = SPECIAL[dtype].dtype
    holds(astra, dtype, np.array(start, carrier), np.array(step, carrier), [5000], 0)
