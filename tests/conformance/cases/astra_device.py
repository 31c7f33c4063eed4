"""Devices: borrowed, the same every time, and the first one is the CPU."""

import pytest

from astra_abi.conform import proves, refused, requires


@requires("device/same-handle")
def test_borrowing_twice_gives_one_handle(astra, world):
    assert astra.device_get(world.runtime, 0) == astra.device_get(world.runtime, 0) != 0


@requires("device/zero-is-the-cpu")
def test_device_zero_describes_itself_as_the_cpu(astra, world):
    info = astra.device_describe(astra.device_get(world.runtime, 0))
    assert (info.kind, info.index) == (astra.DEVICE_CPU, 0)
    assert info.name


@requires("device/zero-is-the-cpu")
def test_every_device_describes_its_index(astra, world):
    for index in range(astra.runtime_describe(world.runtime).device_count):
        assert astra.device_describe(astra.device_get(world.runtime, index)).index == index


@proves("astra_device_get", "ASTRA_ERROR_INDEX_OUT_OF_RANGE", "index")
@pytest.mark.parametrize("beyond", [0, 1, 0xFFFFFFFF])
def test_an_index_beyond_the_devices(astra, world, beyond):
    count = astra.runtime_describe(world.runtime).device_count
    with refused("ASTRA_ERROR_INDEX_OUT_OF_RANGE", "index"):
        astra.device_get(world.runtime, min(count + beyond, 0xFFFFFFFF))
