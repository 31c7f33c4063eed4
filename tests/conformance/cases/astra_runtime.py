"""Runtimes: made, counted, referred to twice, and destroyed only when nothing of them is left."""

import pytest

from astra_abi.conform import proves, refused, requires
from astra_abi.conform.edge import EdgeBlock


@pytest.fixture
def hello(astra):
    return astra.library.binding.example(astra.abi.structs["astra_hello"])


@requires("runtime/create-many")
def test_a_thousand_one_after_the_other(astra, hello):
    for _ in range(1000):
        astra.runtime_release(astra.runtime_create(hello))


@requires("runtime/create-many")
def test_a_hundred_at_the_same_time(astra, hello):
    runtimes = [astra.runtime_create(hello) for _ in range(100)]
    assert len(set(runtimes)) == 100
    for runtime in runtimes:
        astra.runtime_release(runtime)


def config_bytes(limit, size):
    return size.to_bytes(4, "little") + bytes(4) + limit.to_bytes(8, "little") + bytes(size - 16)


@requires("runtime/short-struct-is-zero")
@pytest.mark.parametrize("limit", [0, 128])
def test_trailing_zeros_change_nothing(astra, hello, limit):
    seen = []
    for size in (16, 17, 24, 4096, 65536):
        runtime = astra.runtime_create(hello, config_bytes(limit, size))
        device = astra.device_get(runtime, 0)
        desc = {"dtype": 1, "rank": 1, "dims": [33, 0, 0, 0, 0, 0, 0, 0]}
        call = astra.attempt("astra_tensor_create", device=device, desc=desc, data=bytes(132))
        seen.append((astra.runtime_describe(runtime).memory_limit, call.status_name))
    assert set(seen) == {(limit, "ASTRA_ERROR_MEMORY_LIMIT" if limit else "ASTRA_OK")}


@requires("runtime/short-struct-is-zero")
def test_nothing_is_read_behind_a_short_struct(astra, hello):
    """Each struct ends where the next byte cannot be read."""
    shortest = EdgeBlock(astra.ffi, config_bytes(256, 16))
    call = astra.library.prepare("astra_runtime_create", {"hello": hello})
    told = EdgeBlock(astra.ffi, call.blocks["hello"].bytes())
    runtime = astra.runtime_create(told, shortest)
    assert astra.runtime_describe(runtime).memory_limit == 256


@requires("runtime/short-struct-is-zero")
def test_no_config_is_the_default_config(astra, hello):
    for config in (None, {}, {"memory_limit": 0}):
        runtime = astra.runtime_create(hello, config)
        assert astra.runtime_describe(runtime).memory_limit == 0


@requires("runtime/retain-is-a-new-handle")
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_each_reference_is_released_once_in_any_order(astra, hello, order):
    first = astra.runtime_create(hello)
    references = [first, astra.runtime_retain(first), astra.runtime_retain(first)]
    assert len(set(references)) == 3
    for index, position in enumerate(order):
        astra.runtime_release(references[position])
        with refused("ASTRA_ERROR_DOUBLE_RELEASE", "runtime"):
            astra.runtime_release(references[position])
        with refused("ASTRA_ERROR_STALE_HANDLE", "runtime"):
            astra.runtime_describe(references[position])
        for later in order[index + 1:]:
            astra.runtime_describe(references[later])


@requires("runtime/retain-is-a-new-handle")
def test_both_references_name_one_runtime(astra, world):
    second = astra.runtime_retain(world.runtime)
    assert astra.device_get(second, 0) == world.device
    world.tensor([1.0])
    assert astra.runtime_describe(second).memory_in_use == astra.runtime_describe(world.runtime).memory_in_use > 0


@requires("runtime/refuses-live-handles")
@proves("astra_runtime_release", "ASTRA_ERROR_LIVE_HANDLES", "runtime")
@pytest.mark.parametrize("kind", ["stream", "event", "tensor", "map"])
def test_the_last_release_waits_for_every_owned_handle(astra, world, kind):
    handle = world.get(f"astra_{kind}")
    live = astra.runtime_describe(world.runtime).live_handles
    with refused("ASTRA_ERROR_LIVE_HANDLES", "runtime") as caught:
        astra.runtime_release(world.runtime)
    assert str(live) in caught[0].record.actual.split(), f"actual is '{caught[0].record.actual}', not {live}"
    assert astra.runtime_describe(world.runtime).live_handles == live
    getattr(astra, f"{kind}_release")(handle)
    if kind == "map":
        with refused("ASTRA_ERROR_LIVE_HANDLES"):
            astra.runtime_release(world.runtime)
        astra.tensor_release(world.get("astra_tensor"))
    astra.runtime_release(world.runtime)


@requires("runtime/refuses-live-handles")
def test_a_refused_release_leaves_pending_work_pending(astra, world):
    stream, event = world.blocked()
    output = world.launch("add@1", [world.tensor([1.0]), world.tensor([2.0])], stream)
    with refused("ASTRA_ERROR_LIVE_HANDLES"):
        astra.runtime_release(world.runtime)
    assert world.is_pending(output)
    world.complete(event)
    assert world.read(output).tolist() == [0x40400000]
    world.close()


@requires("runtime/refuses-live-handles")
def test_a_reference_that_is_not_the_last_is_released_freely(astra, world):
    second = astra.runtime_retain(world.runtime)
    tensor = world.tensor([1.0])
    astra.runtime_release(world.runtime)
    assert astra.tensor_describe(tensor).rank == 1
    with refused("ASTRA_ERROR_LIVE_HANDLES"):
        astra.runtime_release(second)


@requires("runtime/borrowed-die-with-it")
def test_devices_and_kernels_are_stale_afterwards(astra, world):
    device, kernel = world.device, world.kernel("add@1")
    astra.runtime_release(world.runtime)
    with refused("ASTRA_ERROR_STALE_HANDLE", "device"):
        astra.device_describe(device)
    with refused("ASTRA_ERROR_STALE_HANDLE", "kernel"):
        astra.kernel_describe(kernel)
    with refused("ASTRA_ERROR_STALE_HANDLE", "device"):
        astra.stream_create(device)


@requires("runtime/borrowed-die-with-it")
def test_they_live_as_long_as_any_reference(astra, world):
    device = world.device
    second = astra.runtime_retain(world.runtime)
    astra.runtime_release(world.runtime)
    astra.device_describe(device)
    astra.runtime_release(second)
    with refused("ASTRA_ERROR_STALE_HANDLE"):
        astra.device_describe(device)


def counts(astra, world):
    info = astra.runtime_describe(world.runtime)
    return info.live_handles, info.memory_in_use


@requires("runtime/describe-counts")
@pytest.mark.parametrize("kind", ["stream", "event", "tensor", "map"])
def test_each_handle_counts_once(astra, world, kind):
    world.get(f"astra_{kind}")
    before = counts(astra, world)
    handle = world.make(f"astra_{kind}")
    assert counts(astra, world)[0] == before[0] + 1
    if kind != "map":
        second = getattr(astra, f"{kind}_retain")(handle)
        assert counts(astra, world)[0] == before[0] + 2
        getattr(astra, f"{kind}_release")(second)
    getattr(astra, f"{kind}_release")(handle)
    assert counts(astra, world) == before


@requires("runtime/describe-counts")
def test_references_and_borrowed_handles_do_not_count(astra, world):
    before = counts(astra, world)
    astra.runtime_retain(world.runtime)
    world.device, world.kernel("add@1")
    assert counts(astra, world) == before == (0, 0)


@requires("runtime/describe-counts")
@pytest.mark.parametrize(("elements", "bytes_"), [(1, 64), (16, 64), (17, 128), (32, 128), (1000, 4032)])
def test_storage_counts_in_units_of_64_bytes(astra, world, elements, bytes_):
    tensor = world.tensor([0.0] * elements)
    assert counts(astra, world)[1] == bytes_
    second = astra.tensor_retain(tensor)
    assert counts(astra, world)[1] == bytes_, "a second reference is not a second tensor"
    astra.tensor_release(second)
    astra.tensor_release(tensor)
    assert counts(astra, world) == (0, 0)


@requires("runtime/describe-counts")
def test_outputs_count_and_go(astra, world):
    inputs = [world.tensor([1.0]), world.tensor([2.0])]
    world.stream
    before = counts(astra, world)
    output = world.launch("add@1", inputs)
    astra.stream_synchronize(world.stream, astra.WAIT_FOREVER)
    assert counts(astra, world) == (before[0] + 1, before[1] + 64)
    astra.tensor_release(output)
    assert counts(astra, world) == before


@requires("version/is-the-contract")
def test_describe_says_version_and_devices(astra, world):
    info = astra.runtime_describe(world.runtime)
    assert info.version == astra.version()
    assert info.device_count >= 1
    assert info.flags == 0
