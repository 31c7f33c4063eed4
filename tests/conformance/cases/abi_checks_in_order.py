"""Which of several failures is reported. Pairs of roles are generated; here are the functions' own conditions."""

import pytest

from astra_abi.conform import refused, requires


@requires("abi/checks-in-order")
def test_roles_come_before_the_functions_own_conditions(astra, world):
    with refused("ASTRA_ERROR_NULL_POINTER", "out_device"):
        astra.device_get(world.runtime, 99, out_device=None)
    with refused("ASTRA_ERROR_NULL_HANDLE", "event"):
        astra.event_signal(0, 77)
    with refused("ASTRA_ERROR_NULL_POINTER", "out_tensor"):
        astra.tensor_create(world.device, {"dtype": 99}, b"1234", out_tensor=None)


@requires("abi/checks-in-order")
@pytest.mark.parametrize(("desc", "length", "code"), [
    ({"dtype": 99, "rank": 1, "dims": [1, 1, 0, 0, 0, 0, 0, 0]}, 3, "ASTRA_ERROR_INVALID_VALUE"),
    ({"dtype": 1, "rank": 9, "dims": [1 << 62] * 8}, 3, "ASTRA_ERROR_INVALID_VALUE"),
    ({"dtype": 1, "rank": 1, "dims": [1 << 62, 1, 0, 0, 0, 0, 0, 0]}, 3, "ASTRA_ERROR_NONZERO_RESERVED"),
    ({"dtype": 1, "rank": 1, "dims": [1 << 62, 0, 0, 0, 0, 0, 0, 0]}, 3, "ASTRA_ERROR_SHAPE_OVERFLOW"),
    ({"dtype": 1, "rank": 1, "dims": [1 << 60, 0, 0, 0, 0, 0, 0, 0]}, 3, "ASTRA_ERROR_LENGTH_MISMATCH"),
])
def test_conditions_of_tensor_create_in_their_order(astra, world, desc, length, code):
    with refused(code):
        astra.tensor_create(world.device, desc, b"123", data_length=length)


@requires("abi/checks-in-order")
def test_lengths_are_checked_before_the_memory_limit(astra, world):
    runtime = astra.runtime_create(astra.library.binding.example(astra.abi.structs["astra_hello"]), {"memory_limit": 64})
    device = astra.device_get(runtime, 0)
    with refused("ASTRA_ERROR_LENGTH_MISMATCH"):
        astra.tensor_create(device, world.desc([100]), b"123")
    with refused("ASTRA_ERROR_MEMORY_LIMIT"):
        astra.tensor_create(device, world.desc([100]), bytes(400))


@requires("abi/checks-in-order")
@pytest.mark.parametrize(("query", "code"), [
    ({"op": {"ptr": None, "len": 3}, "dtype_count": 9, "reserved": 1}, "ASTRA_ERROR_NULL_POINTER"),
    ({"op": "nope@1", "dtype_count": 1, "dtypes": [1, 1, 0, 0, 0, 0, 0, 0]}, "ASTRA_ERROR_NONZERO_RESERVED"),
    ({"op": "nope@1", "dtype_count": 99, "reserved": 1}, "ASTRA_ERROR_NONZERO_RESERVED"),
    ({"op": "nope@7", "dtype_count": 99}, "ASTRA_ERROR_UNKNOWN_OPERATOR"),
    ({"op": "add@7", "dtype_count": 99}, "ASTRA_ERROR_UNSUPPORTED_OPERATOR_VERSION"),
    ({"op": "add@1", "dtype_count": 99}, "ASTRA_ERROR_UNSUPPORTED_DTYPES"),
])
def test_conditions_of_kernel_get_in_their_order(astra, world, query, code):
    with refused(code, "query"):
        astra.kernel_get(world.device, query)


TWICE = [{"id": 1, "kind": 1, "bits": 1}] * 2
UNKNOWN = [{"id": 9, "kind": 9, "bits": 9}]


@requires("abi/checks-in-order")
@pytest.mark.parametrize(("options", "inputs", "input_count", "output_count", "code", "operand"), [
    ({"reserved": 1, "attributes": None, "attribute_count": 3}, [0], 7, 7, "ASTRA_ERROR_NONZERO_RESERVED", "options"),
    ({"attributes": None, "attribute_count": 3}, [0], 7, 7, "ASTRA_ERROR_NULL_POINTER", "options"),
    ({"attributes": UNKNOWN}, [0], 7, 7, "ASTRA_ERROR_OPERAND_COUNT", "input_count"),
    ({"attributes": UNKNOWN}, [0], 1, 7, "ASTRA_ERROR_OPERAND_COUNT", "output_count"),
    ({"attributes": UNKNOWN}, [0], 1, 1, "ASTRA_ERROR_NULL_HANDLE", "inputs"),
    ({"attributes": [*TWICE, *UNKNOWN]}, None, 1, 1, "ASTRA_ERROR_UNKNOWN_ATTRIBUTE", "options"),
    ({"attributes": TWICE}, None, 1, 1, "ASTRA_ERROR_INVALID_ATTRIBUTE", "options"),
])
def test_conditions_of_launch_in_their_order(astra, world, options, inputs, input_count, output_count, code, operand):
    # Only the first entry of `inputs` exists: a library that reads on before it counts, reads a guard.
    inputs = inputs or [world.tensor([1.0])]
    with refused(code, operand):
        astra.launch(
            world.stream, world.kernel("sum@1"), options, inputs, input_count=input_count, output_count=output_count,
        )


@requires("abi/checks-in-order")
def test_attributes_come_before_shapes_and_shapes_before_memory(astra, world):
    left, right = world.tensor([1.0]), world.tensor([1.0, 2.0])
    with refused("ASTRA_ERROR_UNKNOWN_ATTRIBUTE"):
        astra.launch(world.stream, world.kernel("add@1"), {"attributes": UNKNOWN}, [left, right])
    limit = astra.runtime_describe(world.runtime).memory_limit
    assert limit == 0
    with refused("ASTRA_ERROR_OPERAND_SHAPE"):
        world.launch("add@1", [left, right])


@requires("abi/checks-in-order")
def test_a_wrong_version_is_reported_before_a_wrong_hash(astra):
    for call in (astra.runtime_create, astra.get_api):
        with refused("ASTRA_ERROR_VERSION_MISMATCH", "hello"):
            call({"built_version": 1, "minimum_version": 1, "minimum_layout_hash": 1})


@requires("abi/checks-in-order")
def test_an_invalid_outcome_is_reported_before_a_signalled_event(astra, world):
    event = world.new_event()
    world.complete(event)
    with refused("ASTRA_ERROR_INVALID_VALUE", "outcome"):
        astra.event_signal(event, 1)
    with refused("ASTRA_ERROR_NOT_HOST_EVENT", "event"):
        astra.event_signal(astra.stream_record(world.stream), 2)
