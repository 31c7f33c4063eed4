"""Records, zeroed outputs and what is left after a failure: the rules of every call, on chosen calls.

The harness holds every call of every case to them as well.
"""

import pytest

from astra_abi.bind import Sized
from astra_abi.conform import refused, requires
from astra_abi.values import Block

FAILURES = {
    "null handle": ("astra_stream_create", {"device": 0}, "ASTRA_ERROR_NULL_HANDLE"),
    "index": ("astra_device_get", {"index": 7}, "ASTRA_ERROR_INDEX_OUT_OF_RANGE"),
    "version": ("astra_runtime_create", {"hello": {"built_version": 0}}, "ASTRA_ERROR_VERSION_MISMATCH"),
    "length": ("astra_tensor_create", {"data_length": 3}, "ASTRA_ERROR_LENGTH_MISMATCH"),
    "count": ("astra_launch", {"output_count": 3}, "ASTRA_ERROR_OPERAND_COUNT"),
    "map of nothing": ("astra_map_get", {"map": 0}, "ASTRA_ERROR_NULL_HANDLE"),
}


@pytest.fixture(params=FAILURES)
def failure(request, astra, world):
    """(function, arguments, status) of a call that fails."""
    name, wrong, code = FAILURES[request.param]
    return name, world.arguments(astra.abi.functions[name]) | wrong, code


@requires("abi/error-record-filled")
def test_the_record_tells_the_failure(astra, failure):
    name, given, code = failure
    call = astra.attempt(name, **given)
    assert call.status_name == code
    assert call.record.code == call.status
    assert call.record.symbol == code
    assert call.record.message.strip()


@requires("abi/error-record-filled")
def test_no_byte_of_the_record_is_left_as_it_was(astra, failure):
    name, given, _ = failure
    size = astra.abi.structs["astra_error"].size
    seen = []
    for fill in (b"\x00", b"\xff"):
        block = Block(astra.ffi, size, fill * size)
        astra.attempt(name, **given, error=block)
        seen.append(block.bytes())
    assert seen[0] == seen[1], "the record depends on what it held before"


@requires("abi/success-clears-record")
def test_success_zeroes_the_whole_record(astra, world):
    block = Block(astra.ffi, astra.abi.structs["astra_error"].size, b"\xff" * astra.abi.structs["astra_error"].size)
    astra.runtime_describe(world.runtime, error=block)
    assert not any(block.bytes())


@requires("abi/null-record-allowed")
def test_the_status_is_the_same_without_a_record(astra, failure):
    name, given, code = failure
    assert astra.attempt(name, **given, error=None).status_name == code


@requires("abi/null-record-allowed")
def test_success_needs_no_record(astra, world):
    assert astra.attempt("astra_runtime_describe", runtime=world.runtime, error=None).status == 0


@requires("abi/failure-zeroes-outputs")
def test_handles_and_scalars_are_zero(astra, failure):
    name, given, _ = failure
    call = astra.attempt(name, **given)
    for param, block in call.blocks.items():
        if call.function.param(param).direction == "out" and param != "error":
            assert not any(block.bytes()), f"'{param}' is not zero"


@requires("abi/failure-zeroes-outputs")
@pytest.mark.parametrize("extra", [0, 8, 500])
def test_an_out_struct_keeps_only_its_size(astra, extra):
    size = astra.abi.structs["astra_runtime_info"].size + extra
    call = astra.attempt("astra_runtime_describe", runtime=0, out_info=Sized(size))
    assert call.status_name == "ASTRA_ERROR_NULL_HANDLE"
    assert call.blocks["out_info"].bytes() == call.blocks["out_info"].before[:4] + bytes(size - 4)


@requires("abi/failure-zeroes-outputs")
@pytest.mark.parametrize("size", [0, 7, 65537])
def test_an_out_struct_of_a_wrong_size_is_not_touched(astra, world, size):
    call = astra.attempt("astra_runtime_describe", runtime=world.runtime, out_info=Sized(size, 70000))
    assert call.status_name == "ASTRA_ERROR_STRUCT_SIZE"
    assert call.blocks["out_info"].bytes() == call.blocks["out_info"].before


@requires("abi/failure-consumes-nothing")
def test_handles_of_failed_calls_live_on(astra, world):
    tensors = [world.tensor([1.0]), world.tensor([1.0, 2.0])]
    live = astra.runtime_describe(world.runtime).live_handles
    with refused("ASTRA_ERROR_OPERAND_SHAPE"):
        world.launch("add@1", tensors)
    for tensor in tensors:
        astra.tensor_describe(tensor)
    astra.stream_synchronize(world.stream, 0)
    assert astra.runtime_describe(world.runtime).live_handles == live + 1, "only the stream is new"


@requires("abi/failure-consumes-nothing")
def test_a_refused_release_releases_nothing(astra, world):
    with refused("ASTRA_ERROR_LIVE_HANDLES"):
        tensor = world.tensor([1.0])
        astra.runtime_release(world.runtime)
    with refused("ASTRA_ERROR_WRONG_KIND"):
        astra.event_release(tensor)
    astra.tensor_release(tensor)
    astra.runtime_release(world.runtime)
