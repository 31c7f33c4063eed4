"""Maps: the bytes of a tensor in place, for as long as the map is open."""

import time

import pytest

from astra_abi.conform import proves, refused, requires, returns_within
from astra_abi.conform.threads import Running

LIMIT_NS = 40_000_000
THREE = [0x40400000]


@pytest.fixture
def pair(world):
    return [world.tensor([1.0]), world.tensor([2.0])]


def contents(astra, map_):
    address, length = astra.map_get(map_)
    return bytes(astra.ffi.buffer(astra.ffi.cast("char *", address), length))


@requires("map/waits-for-contents")
def test_a_map_without_limit_waits_for_the_contents(astra, world, pair):
    stream, event = world.blocked()
    output = world.launch("add@1", pair, stream)
    reading = Running(lambda: world.read(output).tolist())
    time.sleep(0.02)
    assert reading.is_running(), "the map was opened before the contents were there"
    world.complete(event)
    assert reading.result() == THREE


@proves("astra_tensor_map", "ASTRA_ERROR_TIMEOUT")
def test_the_limit_passes_first(astra, world, pair):
    stream, event = world.blocked()
    output = world.launch("add@1", pair, stream)
    with refused("ASTRA_ERROR_TIMEOUT"):
        returns_within(lambda: astra.tensor_map(output, astra.WAIT_POLL))
    started = time.monotonic_ns()
    with refused("ASTRA_ERROR_TIMEOUT"):
        returns_within(lambda: astra.tensor_map(output, LIMIT_NS))
    assert time.monotonic_ns() - started >= LIMIT_NS
    world.complete(event)
    assert world.read(output).tolist() == THREE


@proves("astra_tensor_map", "ASTRA_ERROR_PRODUCER_FAILED")
@pytest.mark.parametrize("limit", ["WAIT_POLL", "WAIT_FOREVER"])
def test_failed_contents_cannot_be_mapped(astra, world, pair, limit):
    stream, event = world.blocked()
    output = world.launch("add@1", pair, stream)
    world.fail(event)
    for _ in range(2):
        with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
            astra.tensor_map(output, getattr(astra, limit))


@requires("map/waits-for-contents")
def test_a_waiting_map_ends_with_the_failure(astra, world, pair):
    stream, event = world.blocked()
    output = world.launch("add@1", pair, stream)
    waiting = Running(lambda: astra.tensor_map(output, astra.WAIT_FOREVER))
    time.sleep(0.02)
    world.fail(event)
    with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
        waiting.result()


@requires("map/outlives-tensor-handle")
def test_a_map_is_readable_after_the_tensor_is_released(astra, world):
    tensor = world.tensor([1.0, 2.0])
    map_ = astra.tensor_map(tensor, 0)
    before = astra.map_get(map_), contents(astra, map_)
    astra.tensor_release(tensor)
    for _ in range(50):
        astra.tensor_release(astra.tensor_create(world.device, world.desc([2]), b"overwrit"))
    assert (astra.map_get(map_), contents(astra, map_)) == before


@requires("map/aligned")
@pytest.mark.parametrize("shape", [[], [0], [1], [3, 0, 2], [17], [1000]])
def test_addresses_are_multiples_of_64(astra, world, shape):
    for _ in range(10):
        address, length = astra.map_get(astra.tensor_map(world.tensor_of_shape(shape), 0))
        assert address and address % 64 == 0
        assert length == world.describe(world.owned[-1][1]).byte_length


@requires("map/aligned")
@pytest.mark.parametrize("elements", [0, 1, 17])
def test_addresses_of_outputs_are_multiples_of_64_too(astra, world, elements):
    tensor = world.tensor_of_shape([elements])
    output = world.launch("add@1", [tensor, tensor])
    address, length = astra.map_get(astra.tensor_map(output, astra.WAIT_FOREVER))
    assert address and address % 64 == 0 and length == 4 * elements


@requires("map/stable")
def test_address_and_bytes_do_not_change(astra, world):
    tensor = world.tensor([1.0, 2.0])
    map_ = astra.tensor_map(tensor, 0)
    before = astra.map_get(map_), contents(astra, map_)
    second = astra.tensor_map(tensor, 0)
    for _ in range(20):
        world.read(world.launch("add@1", [tensor, tensor]))
        world.tensor([3.0, 4.0])
    astra.map_release(second)
    assert (astra.map_get(map_), contents(astra, map_)) == before


@requires("map/release-frees")
def test_the_last_map_returns_the_storage(astra, world):
    tensor = world.tensor([1.0])
    maps = [astra.tensor_map(tensor, 0) for _ in range(2)]
    astra.tensor_release(tensor)
    for map_ in maps:
        assert astra.runtime_describe(world.runtime).memory_in_use == 64
        astra.map_release(map_)
    info = astra.runtime_describe(world.runtime)
    assert (info.memory_in_use, info.live_handles) == (0, 0)
    with refused("ASTRA_ERROR_DOUBLE_RELEASE", "map"):
        astra.map_release(maps[0])
    with refused("ASTRA_ERROR_STALE_HANDLE", "map"):
        astra.map_get(maps[1])
