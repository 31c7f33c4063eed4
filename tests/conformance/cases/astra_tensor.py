"""Tensors: copied from the caller, kept bit for bit, described as made."""

import numpy as np
import pytest

from astra_abi.elements import CARRIERS
from astra_abi.values import Block
from astra_abi.conform import Workplace, proves, refused, requires
from astra_abi.conform.edge import EdgeBlock

LARGEST = (1 << 61) - 1
"""Most elements of f32 whose bytes fit in 63 bits."""


@requires("tensor/create-copies")
def test_the_callers_buffer_may_change_afterwards(astra, world):
    block = Block(astra.ffi, 8, b"12345678")
    tensor = astra.tensor_create(world.device, world.desc([2]), block)
    block.view[:] = bytes(len(block.view))
    assert world.read(tensor).tobytes() == b"12345678"


@requires("tensor/any-alignment")
@pytest.mark.parametrize("offset", range(8))
def test_data_at_every_offset(astra, world, offset):
    content = np.arange(101, dtype=np.uint32).tobytes()
    tensor = astra.tensor_create(world.device, world.desc([101]), Block(astra.ffi, len(content), content, offset))
    assert world.read(tensor).tobytes() == content


@requires("tensor/any-alignment")
@pytest.mark.parametrize("elements", [1, 3, 16, 1023])
def test_not_a_byte_beyond_the_data_is_read(astra, world, elements):
    content = np.arange(elements, dtype=np.uint32).tobytes()
    tensor = astra.tensor_create(world.device, world.desc([elements]), EdgeBlock(astra.ffi, content))
    assert world.read(tensor).tobytes() == content


@requires("tensor/keeps-bits")
def test_every_kind_of_pattern_is_kept(astra, world):
    exponents = np.arange(512, dtype=np.uint32) << 23
    patterns = np.concatenate([exponents | fraction for fraction in np.array([0, 1, 0x3FFFFF, 0x400000, 0x7FFFFF], np.uint32)])
    assert world.read(world.tensor(patterns)).tolist() == patterns.tolist()


@requires("tensor/keeps-bits")
@pytest.mark.parametrize("dtype", CARRIERS)
def test_every_pattern_of_16_bits_is_kept_in_every_element_type(astra, world, dtype):
    carrier = CARRIERS[dtype]
    every = np.arange(1 << 16, dtype=np.uint64)
    bits = (every << np.uint64(max(8 * carrier.itemsize - 16, 0)) | every).astype(carrier)
    tensor = world.tensor(bits, dtype)
    info = world.describe(tensor)
    assert (info.dtype, info.byte_length) == (world.code(dtype), carrier.itemsize << 16)
    assert world.read(tensor).tobytes() == bits.tobytes()


@requires("tensor/zero-size")
@pytest.mark.parametrize("dims", [[0], [0, 5], [5, 0], [2, 0, 3], [0] * 8, [0, LARGEST]])
@pytest.mark.parametrize("data", [None, b""])
def test_a_zero_dimension_makes_no_bytes(astra, world, dims, data):
    tensor = astra.tensor_create(world.device, world.desc(dims), data, data_length=0)
    info = world.describe(tensor)
    assert (info.byte_length, info.dims[:info.rank], info.state) == (0, dims, astra.STATE_COMPLETE)
    assert world.read(tensor).size == 0


@requires("tensor/rank-zero")
def test_rank_zero_has_one_element(astra, world):
    tensor = astra.tensor_create(world.device, world.desc([]), b"abcd")
    info = world.describe(tensor)
    assert (info.rank, info.dims, info.byte_length) == (0, [0] * 8, 4)
    assert world.read(tensor).tobytes() == b"abcd"


@requires("tensor/retain-is-a-new-handle")
def test_each_reference_is_released_once(astra, world):
    tensor = world.tensor([1.0])
    second = astra.tensor_retain(tensor)
    assert second != tensor
    astra.tensor_release(tensor)
    with refused("ASTRA_ERROR_DOUBLE_RELEASE", "tensor"):
        astra.tensor_release(tensor)
    with refused("ASTRA_ERROR_STALE_HANDLE", "tensor"):
        world.describe(tensor)
    assert world.read(second).tolist() == [0x3F800000]
    astra.tensor_release(second)


@requires("tensor/release-never-busy")
def test_released_while_mapped_read_and_produced(astra, world):
    stream, event = world.blocked()
    one, two = world.tensor([1.0]), world.tensor([2.0])
    map_ = astra.tensor_map(one, 0)
    middle = world.launch("add@1", [one, two], stream)
    last = world.launch("mul@1", [middle, two], stream)
    for tensor in (one, two, middle):
        astra.tensor_release(tensor)
    assert astra.ffi.cast("uint32_t *", astra.map_get(map_)[0])[0] == 0x3F800000
    world.complete(event)
    assert world.read(last).tolist() == [0x40C00000]


@requires("tensor/release-never-busy")
def test_a_pending_output_that_nobody_wants(astra, world):
    stream, event = world.blocked()
    one = world.tensor([1.0])
    astra.tensor_release(world.launch("add@1", [one, one], stream))
    world.complete(event)
    astra.stream_synchronize(stream, astra.WAIT_FOREVER)
    assert astra.runtime_describe(world.runtime).memory_in_use == 64


@requires("tensor/describe-shape")
@pytest.mark.parametrize("shape", [[], [1], [7], [2, 3], [1, 0, 4], [2, 1, 2, 1, 2, 1, 2, 3]])
def test_a_tensor_is_described_as_made(astra, world, shape):
    info = world.describe(world.tensor_of_shape(shape))
    assert (info.dtype, info.rank, info.dims) == (astra.DTYPE_F32, len(shape), [*shape, *[0] * (8 - len(shape))])
    assert info.byte_length == 4 * int(np.prod(shape, dtype=np.int64))
    assert info.reserved == 0


@requires("tensor/describe-shape")
@pytest.mark.parametrize(("op", "shapes", "attributes", "expected"), [
    ("add@1", [[2, 3], [2, 3]], {}, [2, 3]), ("exp@1", [[]], {}, []), ("sum@1", [[2, 3, 4]], {"axes": 2}, [2, 4]),
    ("sum@1", [[2, 3]], {"axes": 3}, []), ("matmul@1", [[5, 1, 2, 3], [4, 3, 6]], {}, [5, 4, 2, 6]),
])
def test_an_output_is_described_by_the_shape_rule_even_while_pending(astra, world, op, shapes, attributes, expected):
    stream, event = world.blocked()
    output = world.launch(op, [world.tensor_of_shape(shape) for shape in shapes], stream, **attributes)
    for _ in range(2):
        info = world.describe(output)
        assert info.dims == [*expected, *[0] * (8 - len(expected))]
        assert info.rank == len(expected)
        if world.query(event) == astra.STATE_PENDING:
            world.complete(event)


@requires("tensor/describe-state")
def test_the_state_follows_the_producer(astra, world):
    one = world.tensor([1.0])
    assert world.is_complete(one)
    for decide, state in ((world.complete, astra.STATE_COMPLETE), (world.fail, astra.STATE_FAILED)):
        stream, event = world.blocked()
        output = world.launch("add@1", [one, one], stream)
        assert world.is_pending(output)
        decide(event)
        astra.attempt("astra_stream_synchronize", stream=stream, timeout_ns=astra.WAIT_FOREVER)
        assert world.state(output) == state


def desc(dtype=1, rank=1, dims=(4,)):
    return {"dtype": dtype, "rank": rank, "dims": [*dims, *[0] * (8 - len(dims))]}


@proves("astra_tensor_create", "ASTRA_ERROR_INVALID_VALUE", "desc")
@pytest.mark.parametrize("wrong", [
    desc(dtype=0), desc(dtype=0xFFFFFFFF), desc(rank=9), desc(rank=0xFFFFFFFF), desc(dtype=1 << 31, rank=0, dims=()),
])
def test_a_type_or_rank_that_does_not_exist(astra, world, wrong):
    with refused("ASTRA_ERROR_INVALID_VALUE", "desc"):
        astra.tensor_create(world.device, wrong, bytes(16))


@proves("astra_tensor_create", "ASTRA_ERROR_INVALID_VALUE", "desc")
def test_the_first_undeclared_type(astra, world):
    declared = {constant.value for constant in astra.abi.enums["astra_dtype"].constants.values()}
    with refused("ASTRA_ERROR_INVALID_VALUE", "desc"):
        astra.tensor_create(world.device, desc(dtype=max(declared) + 1), bytes(16))


@proves("astra_tensor_create", "ASTRA_ERROR_NONZERO_RESERVED", "desc")
@pytest.mark.parametrize("wrong", [
    desc(dims=(4, 1)), desc(rank=0, dims=(1,)), desc(rank=7, dims=(1,) * 8), desc(dims=(0, 0, 0, 0, 0, 0, 0, 1)),
])
def test_unused_dimensions_are_zero(astra, world, wrong):
    with refused("ASTRA_ERROR_NONZERO_RESERVED", "desc"):
        astra.tensor_create(world.device, wrong, bytes(16))


@proves("astra_tensor_create", "ASTRA_ERROR_SHAPE_OVERFLOW", "desc")
@pytest.mark.parametrize("dims", [
    (LARGEST + 1,), (1 << 63,), (0xFFFFFFFFFFFFFFFF,), (1 << 32, 1 << 32), (0, 1 << 62), (1 << 62, 0), (3, 0, 1 << 61),
    (1 << 31, 1 << 30), (256,) * 8, (0xFFFFFFFFFFFFFFFF,) * 8, (1 << 32, 1 << 32, 0),
])
def test_a_shape_whose_bytes_do_not_fit_in_63_bits(astra, world, dims):
    with refused("ASTRA_ERROR_SHAPE_OVERFLOW", "desc"):
        astra.tensor_create(world.device, desc(rank=len(dims), dims=dims), bytes(16))


@proves("astra_tensor_create", "ASTRA_ERROR_LENGTH_MISMATCH", "data_length")
@pytest.mark.parametrize(("dims", "length"), [
    ((4,), 15), ((4,), 17), ((4,), 4), ((4,), 0), ((0,), 4), ((), 8), ((LARGEST,), 16), ((1 << 30, 1 << 30), 16),
])
def test_a_length_that_is_not_the_shapes(astra, world, dims, length):
    with refused("ASTRA_ERROR_LENGTH_MISMATCH", "data_length"):
        astra.tensor_create(world.device, desc(rank=len(dims), dims=dims), bytes(32), data_length=length)


@proves("astra_tensor_create", "ASTRA_ERROR_MEMORY_LIMIT")
def test_the_memory_limit_is_the_last_byte(astra):
    world = Workplace(astra)
    hello = astra.library.binding.example(astra.abi.structs["astra_hello"])
    world.exemplars["astra_runtime"] = astra.runtime_create(hello, {"memory_limit": 256})
    with refused("ASTRA_ERROR_MEMORY_LIMIT"):
        world.tensor([0.0] * 65)
    whole = world.tensor([0.0] * 64)
    with refused("ASTRA_ERROR_MEMORY_LIMIT"):
        world.tensor([0.0])
    assert astra.runtime_describe(world.runtime).memory_in_use == 256
    astra.tensor_release(whole)
    small = [world.tensor([0.0]) for _ in range(4)]
    with refused("ASTRA_ERROR_MEMORY_LIMIT"):
        world.tensor([0.0])
    assert len(small) == 4


@proves("astra_tensor_create", "ASTRA_ERROR_MEMORY_LIMIT")
@pytest.mark.parametrize(("limit", "fit"), [(1, 0), (63, 0), (64, 1), (65, 1), (127, 1), (128, 2)])
def test_a_limit_between_two_units_holds_whole_units(astra, limit, fit):
    world = Workplace(astra)
    hello = astra.library.binding.example(astra.abi.structs["astra_hello"])
    world.exemplars["astra_runtime"] = astra.runtime_create(hello, {"memory_limit": limit})
    assert len([world.tensor([0.0]) for _ in range(fit)]) == fit
    with refused("ASTRA_ERROR_MEMORY_LIMIT"):
        world.tensor([0.0])
    assert world.tensor([]) is not None


@requires("tensor/zero-size")
def test_a_tensor_without_elements_counts_as_no_memory(astra, world):
    before = astra.runtime_describe(world.runtime).memory_in_use
    world.tensor_of_shape([0, 3])
    assert astra.runtime_describe(world.runtime).memory_in_use == before
