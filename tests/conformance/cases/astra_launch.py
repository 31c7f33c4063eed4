"""Launches: ordered, never waiting, never changing an input, and refused before anything happens."""

import numpy as np
import pytest

from astra_abi.elements import CARRIERS
from astra_abi.conform import Workplace, proves, refused, requires, returns_within

THREE = [0x40400000]


@pytest.fixture
def pair(world):
    """Two inputs of add@1, whose sum is 3."""
    return [world.tensor([1.0]), world.tensor([2.0])]


@pytest.fixture
def limited(astra):
    """A world whose runtime holds at most four units of 64 bytes."""
    world = Workplace(astra)
    hello = astra.library.binding.example(astra.abi.structs["astra_hello"])
    world.exemplars["astra_runtime"] = astra.runtime_create(hello, {"memory_limit": 256})
    return world


@requires("launch/follows-stream")
def test_a_launch_waits_for_earlier_items(astra, world, pair):
    stream, event = world.blocked()
    output = world.launch("add@1", pair, stream)
    with refused("ASTRA_ERROR_TIMEOUT"):
        astra.tensor_map(output, 20_000_000)
    assert world.is_pending(output)
    world.complete(event)
    assert world.read(output).tolist() == THREE


@requires("launch/follows-stream")
def test_a_ready_launch_does_not_overtake_one_that_waits_for_an_input(astra, world, pair):
    producer, event = world.blocked()
    late = world.launch("add@1", pair, producer)
    stream = world.new_stream()
    first = world.launch("add@1", [late, late], stream)
    second = world.launch("add@1", pair, stream)
    recorded = astra.stream_record(stream)
    with refused("ASTRA_ERROR_TIMEOUT"):
        astra.tensor_map(second, 20_000_000)
    assert world.query(recorded) == astra.STATE_PENDING
    world.complete(event)
    assert world.read(second).tolist() == THREE
    assert world.is_complete(first)


@requires("launch/does-not-wait")
def test_the_call_returns_while_everything_is_pending(astra, world, pair):
    stream, event = world.blocked()
    output = returns_within(lambda: world.launch("add@1", pair, stream))
    again = returns_within(lambda: world.launch("add@1", [output, output], world.new_stream()))
    assert world.is_pending(output) and world.is_pending(again)
    world.complete(event)
    assert world.read(again).tolist() == [0x40C00000]


@requires("launch/does-not-wait")
def test_a_thousand_pending_launches(astra, world, pair):
    stream, event = world.blocked()

    def chain():
        output = pair[0]
        for _ in range(1000):
            output = world.launch("add@1", [output, pair[0]], stream)
        return output

    last = returns_within(chain)
    world.complete(event)
    assert world.read(last).view(np.float32).tolist() == [1001.0]


@requires("launch/follows-producers")
def test_a_launch_runs_after_its_input_on_another_stream(astra, world, pair):
    first, event = world.blocked()
    second = world.new_stream()
    middle = world.launch("add@1", pair, first)
    last = world.launch("mul@1", [middle, middle], second)
    assert world.is_pending(last)
    with refused("ASTRA_ERROR_TIMEOUT"):
        astra.stream_synchronize(second, 0)
    world.complete(event)
    assert world.read(last).tolist() == [0x41100000]


@requires("launch/follows-producers")
def test_inputs_from_two_streams_are_both_waited_for(astra, world, pair):
    streams = [world.blocked() for _ in range(2)]
    inputs = [world.launch("add@1", pair, stream) for stream, _ in streams]
    last = world.launch("add@1", inputs, world.new_stream())
    world.complete(streams[1][1])
    assert world.is_pending(last)
    world.complete(streams[0][1])
    assert world.read(last).tolist() == [0x40C00000]


@requires("launch/inputs-unchanged")
def test_no_bit_of_an_input_changes(astra, world, example):
    inputs = [world.tensor(content, dtype) for content, dtype in zip(example.inputs, example.dtypes)]
    maps = [astra.tensor_map(tensor, 0) for tensor in inputs]
    world.read(world.launch(example.op, inputs, **example.attributes))
    for tensor, content, map_ in zip(inputs, example.inputs, maps):
        assert world.read(tensor).tolist() == content.tolist()
        address, length = astra.map_get(map_)
        assert bytes(astra.ffi.buffer(astra.ffi.cast("char *", address), length)) == content.tobytes()


@requires("launch/same-input-twice")
@pytest.mark.parametrize(("op", "expected"), [("add@1", [0x40C00000]), ("mul@1", [0x41100000])])
def test_one_tensor_for_both_inputs(astra, world, op, expected):
    three = world.tensor([3.0])
    assert world.read(world.launch(op, [three, three])).tolist() == expected
    assert world.read(world.launch(op, [three, astra.tensor_retain(three)])).tolist() == expected


@requires("launch/same-input-twice")
def test_one_matrix_for_both_factors(astra, world):
    matrix = world.tensor(np.array([[1, 2], [3, 4]], np.float32))
    assert world.read(world.launch("matmul@1", [matrix, matrix])).view(np.float32).tolist() == [[7, 10], [15, 22]]


@requires("launch/failure-poisons")
def test_a_failed_stream_accepts_launches_that_fail(astra, world, pair):
    stream, event = world.blocked()
    world.fail(event)
    output = world.launch("add@1", pair, stream)
    assert world.is_failed(output)
    with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
        astra.tensor_map(output, astra.WAIT_FOREVER)


@requires("launch/failure-poisons")
def test_a_failed_input_fails_the_launch_and_its_stream(astra, world, pair):
    first, event = world.blocked()
    bad = world.launch("add@1", pair, first)
    world.fail(event)
    second = world.new_stream()
    output = world.launch("mul@1", [pair[0], bad], second)
    assert world.is_failed(output)
    later = world.launch("add@1", pair, second)
    assert world.is_failed(later)
    for tensor in (output, later):
        with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
            astra.tensor_map(tensor, astra.WAIT_FOREVER)
    with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
        astra.stream_synchronize(second, astra.WAIT_FOREVER)
    with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
        astra.event_wait(astra.stream_record(second), astra.WAIT_FOREVER)


@requires("launch/failure-poisons")
def test_an_input_that_fails_later_fails_the_launch(astra, world, pair):
    first, event = world.blocked()
    bad = world.launch("add@1", pair, first)
    second = world.new_stream()
    output = world.launch("mul@1", [bad, bad], second)
    assert world.is_pending(output)
    world.fail(event)
    with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
        astra.tensor_map(output, astra.WAIT_FOREVER)
    assert world.is_failed(output)
    with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
        astra.stream_synchronize(second, astra.WAIT_FOREVER)


@requires("launch/failure-poisons")
@pytest.mark.parametrize("first_to_fail", [0, 1])
def test_an_input_that_fails_does_not_wait_for_the_other(astra, world, pair, first_to_fail):
    streams = [world.blocked() for _ in range(2)]
    inputs = [world.launch("add@1", pair, stream) for stream, _ in streams]
    queue = world.new_stream()
    last = world.launch("mul@1", inputs, queue)
    assert world.is_pending(last)
    world.fail(streams[first_to_fail][1])
    assert world.is_failed(last)
    assert world.is_failed(world.launch("add@1", pair, queue))
    with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
        astra.stream_synchronize(queue, astra.WAIT_FOREVER)
    astra.stream_release(queue)
    world.complete(streams[1 - first_to_fail][1])
    assert world.read(inputs[1 - first_to_fail]).tolist() == THREE


@requires("launch/failure-poisons")
def test_other_streams_are_not_failed(astra, world, pair):
    stream, event = world.blocked()
    world.launch("add@1", pair, stream)
    world.fail(event)
    assert world.read(world.launch("add@1", pair, world.new_stream())).tolist() == THREE


def in_use(astra, world):
    return astra.runtime_describe(world.runtime).memory_in_use


@requires("launch/memory-before-return")
def test_a_pending_output_counts(astra, world, pair):
    stream, event = world.blocked()
    before = in_use(astra, world)
    output = world.launch("add@1", pair, stream)
    assert in_use(astra, world) == before + 64
    world.complete(event)
    world.read(output)
    assert in_use(astra, world) == before + 64


@requires("launch/memory-before-return")
def test_a_launch_beyond_the_limit_is_refused_although_it_is_pending(astra, limited):
    stream, event = limited.blocked()
    pair = [limited.tensor([1.0]), limited.tensor([2.0])]
    outputs = [limited.launch("add@1", pair, stream) for _ in range(2)]
    with refused("ASTRA_ERROR_MEMORY_LIMIT"):
        limited.launch("add@1", pair, stream)
    limited.complete(event)
    assert [limited.read(output).tolist() for output in outputs] == [THREE, THREE]


@requires("launch/independent-streams")
def test_a_pending_stream_holds_up_no_other(astra, world, pair):
    stream, event = world.blocked()
    pending = world.launch("add@1", pair, stream)
    assert returns_within(lambda: world.read(world.launch("add@1", pair, world.new_stream()))).tolist() == THREE
    assert world.is_pending(pending)
    world.complete(event)


@requires("launch/independent-streams")
def test_many_pending_streams_hold_up_no_other(astra, world, pair):
    gates = [world.blocked() for _ in range(64)]
    pending = [world.launch("add@1", pair, stream) for stream, _ in gates]
    assert returns_within(lambda: world.read(world.launch("add@1", pair, world.new_stream()))).tolist() == THREE
    for _, event in gates:
        world.complete(event)
    assert all(world.read(output).tolist() == THREE for output in pending)


@pytest.fixture
def launch(astra, world):
    """astra_launch with what it needs for one operator, and anything replaced."""
    def call(op="add@1", options=None, inputs=None, **given):
        inputs = inputs or [world.tensor([1.0]) for _ in astra.abi.operators[op].inputs]
        return astra.launch(world.stream, world.kernel(op), options, inputs, **given)

    return call


@proves("astra_launch", "ASTRA_ERROR_NONZERO_RESERVED", "options")
@pytest.mark.parametrize("reserved", [1, 1 << 31])
def test_reserved_is_zero(launch, reserved):
    with refused("ASTRA_ERROR_NONZERO_RESERVED", "options"):
        launch(options={"reserved": reserved})


@proves("astra_launch", "ASTRA_ERROR_NULL_POINTER", "options")
@pytest.mark.parametrize("count", [1, 0xFFFFFFFF])
def test_attributes_that_are_null(launch, count):
    with refused("ASTRA_ERROR_NULL_POINTER", "options"):
        launch(options={"attributes": None, "attribute_count": count})


@proves("astra_launch", "ASTRA_ERROR_OPERAND_COUNT", "input_count")
@pytest.mark.parametrize(("op", "count"), [("add@1", 0), ("add@1", 1), ("add@1", 3), ("exp@1", 2), ("exp@1", 0xFFFFFFFF)])
def test_another_number_of_inputs(launch, op, count):
    with refused("ASTRA_ERROR_OPERAND_COUNT", "input_count"):
        launch(op, input_count=count)


@proves("astra_launch", "ASTRA_ERROR_OPERAND_COUNT", "output_count")
@pytest.mark.parametrize("count", [0, 2, 50])
def test_another_number_of_outputs(launch, count):
    with refused("ASTRA_ERROR_OPERAND_COUNT", "output_count") as caught:
        launch(output_count=count)
    assert caught[0].call.out("outputs") == [0] * count


@proves("astra_launch", "ASTRA_ERROR_OPERAND_COUNT", "output_count")
def test_no_outputs_need_no_memory(launch):
    with refused("ASTRA_ERROR_OPERAND_COUNT", "output_count"):
        launch(outputs=None, output_count=0)


@proves("astra_launch", "ASTRA_ERROR_OPERAND_DTYPE", "inputs")
@pytest.mark.parametrize("dtype", [name for name in CARRIERS if name != "f32"])
@pytest.mark.parametrize("position", [0, 1])
def test_an_input_of_another_element_type_than_the_kernels(world, launch, dtype, position):
    inputs = [world.tensor([1.0]), world.tensor([1.0])]
    inputs[position] = world.tensor(np.zeros(1, CARRIERS[dtype]), dtype)
    with refused("ASTRA_ERROR_OPERAND_DTYPE", "inputs", op="add@1") as caught:
        launch("add@1", {"attributes": [attribute(1, 0)]}, inputs=inputs)
    assert str(position) in caught[0].record.actual


def attribute(id, bits, kind=1):
    return {"id": id, "kind": kind, "bits": bits}


@proves("astra_launch", "ASTRA_ERROR_UNKNOWN_ATTRIBUTE", "options")
@pytest.mark.parametrize(("op", "rows"), [
    ("add@1", [attribute(1, 0)]), ("exp@1", [attribute(0, 0)]), ("sum@1", [attribute(1, 1), attribute(3, 0)]),
    ("sum@1", [attribute(0xFFFFFFFF, 0), attribute(1, 1)]), ("matmul@1", [attribute(7, 7, 7)]), ("mul@1", [attribute(9, 0)] * 1000),
])
def test_an_attribute_that_is_not_declared(launch, op, rows):
    with refused("ASTRA_ERROR_UNKNOWN_ATTRIBUTE", "options", op=op):
        launch(op, {"attributes": rows})


@proves("astra_launch", "ASTRA_ERROR_INVALID_ATTRIBUTE", "options")
@pytest.mark.parametrize("rows", [
    [], [attribute(2, 1)], [attribute(1, 1)] * 2, [attribute(1, 1), attribute(1, 0)], [attribute(1, 1), attribute(2, 0), attribute(2, 0)],
    [attribute(1, 1, 0)], [attribute(1, 1, 2)], [attribute(1, 2)], [attribute(1, 1 << 63)], [attribute(1, 1), attribute(2, 2)],
    [attribute(1, 1), attribute(2, 1 << 32)],
])
def test_an_attribute_that_is_refused(launch, rows):
    with refused("ASTRA_ERROR_INVALID_ATTRIBUTE", "options", op="sum@1"):
        launch("sum@1", {"attributes": rows})


@proves("astra_launch", "ASTRA_ERROR_INVALID_ATTRIBUTE", "options")
def test_a_missing_attribute_without_any_options(launch):
    with refused("ASTRA_ERROR_INVALID_ATTRIBUTE", "options", op="sum@1"):
        launch("sum@1", None)


@proves("astra_launch", "ASTRA_ERROR_OPERAND_SHAPE", "inputs")
@pytest.mark.parametrize(("op", "shapes"), [
    ("add@1", [(1,), (2,)]), ("mul@1", [(2, 1), (1, 2)]), ("matmul@1", [(2, 3), (2, 3)]), ("matmul@1", [(3,), (3, 1)]),
])
def test_shapes_that_do_not_fit(world, launch, op, shapes):
    with refused("ASTRA_ERROR_OPERAND_SHAPE", "inputs", op=op):
        launch(op, inputs=[world.tensor_of_shape(shape) for shape in shapes])


@proves("astra_launch", "ASTRA_ERROR_SHAPE_OVERFLOW", "inputs")
@pytest.mark.parametrize(("left", "right"), [
    ([1 << 31, 0], [0, 1 << 31]), ([1 << 60, 0], [0, 1 << 60]), ([1 << 31, 0], [0, 1 << 30]),
    ([0, 1 << 31, 0], [0, 0, 1 << 31]), ([1 << 59, 1, 0], [1, 0, 4]), ([1 << 59, 0, 1], [1, 1, 4]),
    ([1 << 30, 1, 1, 0], [1, 1 << 30, 0, 2]),
])
def test_an_output_that_does_not_fit_in_63_bits(world, launch, left, right):
    with refused("ASTRA_ERROR_SHAPE_OVERFLOW", "inputs"):
        launch("matmul@1", inputs=[world.tensor_of_shape(left), world.tensor_of_shape(right)])


@requires("abi/exhaustion-is-an-error")
def test_the_largest_output_that_fits_is_only_too_much_memory(world, launch):
    inputs = [world.tensor_of_shape([(1 << 61) - 1, 0]), world.tensor_of_shape([0, 1])]
    with refused("ASTRA_ERROR_OUT_OF_MEMORY"):
        launch("matmul@1", inputs=inputs)


@proves("astra_launch", "ASTRA_ERROR_MEMORY_LIMIT")
def test_the_limit_is_the_last_byte(astra, limited):
    pair = [limited.tensor([1.0]), limited.tensor([2.0])]
    first, second = limited.launch("add@1", pair), limited.launch("add@1", pair)
    with refused("ASTRA_ERROR_MEMORY_LIMIT"):
        limited.launch("add@1", pair)
    assert in_use(astra, limited) == 256
    astra.stream_synchronize(limited.stream, astra.WAIT_FOREVER)
    astra.tensor_release(first)
    assert limited.read(limited.launch("add@1", pair)).tolist() == limited.read(second).tolist() == THREE


@proves("astra_launch", "ASTRA_ERROR_MEMORY_LIMIT")
def test_an_impossible_output_meets_the_limit_first(astra, limited):
    inputs = [limited.tensor_of_shape([1 << 30, 0]), limited.tensor_of_shape([0, 1 << 30])]
    with refused("ASTRA_ERROR_MEMORY_LIMIT"):
        limited.launch("matmul@1", inputs)
    assert limited.read(limited.tensor([1.0])).tolist() == [0x3F800000]


@requires("sum@1/shape")
def test_attributes_in_any_order(astra, world):
    tensor = world.tensor(np.ones((2, 3), np.float32))
    for rows in ([attribute(1, 2), attribute(2, 1)], [attribute(2, 1), attribute(1, 2)]):
        (output,) = astra.launch(world.stream, world.kernel("sum@1"), {"attributes": rows}, [tensor])
        assert world.read(output).tolist() == [[0x40400000], [0x40400000]]
