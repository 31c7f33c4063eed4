"""Streams: queues whose order is tested with host events, never with clocks."""

import time

import pytest

from astra_abi.conform import proves, refused, requires, returns_within
from astra_abi.conform.threads import Running

LIMIT_NS = 40_000_000


@pytest.fixture
def pair(world):
    """Two inputs of add@1, whose sum is 3."""
    return [world.tensor([1.0]), world.tensor([2.0])]


THREE = [0x40400000]


@requires("stream/starts-empty")
def test_a_new_stream_has_nothing_pending(astra, world):
    astra.stream_synchronize(world.new_stream(), astra.WAIT_POLL)


@requires("stream/retain-is-a-new-handle")
def test_each_reference_is_released_once(astra, world):
    stream = world.new_stream()
    second = astra.stream_retain(stream)
    assert second != stream
    astra.stream_release(stream)
    with refused("ASTRA_ERROR_DOUBLE_RELEASE", "stream"):
        astra.stream_release(stream)
    with refused("ASTRA_ERROR_STALE_HANDLE", "stream"):
        astra.stream_synchronize(stream, 0)
    astra.stream_synchronize(second, 0)
    astra.stream_release(second)


@requires("stream/retain-is-a-new-handle")
def test_both_references_name_one_queue(astra, world, pair):
    stream, event = world.blocked()
    second = astra.stream_retain(stream)
    output = world.launch("add@1", pair, second)
    with refused("ASTRA_ERROR_TIMEOUT"):
        astra.stream_synchronize(second, 0)
    assert world.is_pending(output)
    world.complete(event)
    astra.stream_synchronize(second, astra.WAIT_FOREVER)


@requires("stream/refuses-pending-work")
@proves("astra_stream_release", "ASTRA_ERROR_PENDING_WORK", "stream")
@pytest.mark.parametrize("launches", [1, 5])
def test_the_last_release_is_refused_while_work_is_pending(astra, world, pair, launches):
    stream, event = world.blocked()
    output = [world.launch("add@1", pair, stream) for _ in range(launches)][-1]
    for _ in range(2):
        with refused("ASTRA_ERROR_PENDING_WORK", "stream"):
            astra.stream_release(stream)
    assert world.is_pending(output)
    world.complete(event)
    astra.stream_synchronize(stream, astra.WAIT_FOREVER)
    assert world.read(output).tolist() == THREE
    astra.stream_release(stream)


@requires("stream/refuses-pending-work")
def test_a_pending_wait_or_record_is_pending_work_too(astra, world):
    stream, event = world.blocked()
    with refused("ASTRA_ERROR_PENDING_WORK", "stream"):
        astra.stream_release(stream)
    recorded = astra.stream_record(stream)
    world.complete(event)
    astra.event_wait(recorded, astra.WAIT_FOREVER)
    astra.stream_synchronize(stream, astra.WAIT_FOREVER)
    astra.stream_release(stream)


@requires("stream/refuses-pending-work")
def test_a_reference_that_is_not_the_last_is_released_freely(astra, world):
    stream, event = world.blocked()
    second = astra.stream_retain(stream)
    astra.stream_release(stream)
    with refused("ASTRA_ERROR_PENDING_WORK"):
        astra.stream_release(second)
    world.complete(event)
    astra.stream_synchronize(second, astra.WAIT_FOREVER)
    astra.stream_release(second)


@requires("stream/failed-can-be-released")
def test_a_failed_stream_is_released_like_any_other(astra, world, pair):
    stream, event = world.blocked()
    world.launch("add@1", pair, stream)
    world.fail(event)
    with refused("ASTRA_ERROR_PRODUCER_FAILED"):
        astra.stream_synchronize(stream, astra.WAIT_FOREVER)
    astra.stream_release(stream)


@requires("stream/synchronize-waits")
def test_everything_before_it_has_taken_effect(astra, world, pair):
    stream, event = world.blocked()
    outputs = [world.launch("add@1", pair, stream) for _ in range(10)]
    recorded = astra.stream_record(stream)
    waiting = Running(lambda: astra.stream_synchronize(stream, astra.WAIT_FOREVER))
    time.sleep(0.02)
    assert waiting.is_running(), "the call returned while work was pending"
    world.complete(event)
    waiting.result()
    assert all(world.is_complete(output) for output in outputs)
    assert world.query(recorded) == astra.STATE_COMPLETE


@requires("stream/synchronize-waits")
def test_a_limit_that_is_long_enough_is_not_waited_out(astra, world):
    stream, event = world.blocked()
    waiting = Running(lambda: astra.stream_synchronize(stream, 3600 * 10**9))
    world.complete(event)
    waiting.result()


@requires("stream/poll-returns")
@proves("astra_stream_synchronize", "ASTRA_ERROR_TIMEOUT")
def test_polling_a_pending_stream_returns(astra, world):
    stream, _ = world.blocked()
    with refused("ASTRA_ERROR_TIMEOUT"):
        returns_within(lambda: astra.stream_synchronize(stream, astra.WAIT_POLL))


@requires("stream/time-limit")
@proves("astra_stream_synchronize", "ASTRA_ERROR_TIMEOUT")
def test_the_limit_passes_first_and_the_work_stays_pending(astra, world, pair):
    stream, event = world.blocked()
    output = world.launch("add@1", pair, stream)
    started = time.monotonic_ns()
    with refused("ASTRA_ERROR_TIMEOUT"):
        returns_within(lambda: astra.stream_synchronize(stream, LIMIT_NS))
    assert time.monotonic_ns() - started >= LIMIT_NS
    assert world.is_pending(output)
    world.complete(event)
    assert world.read(output).tolist() == THREE


@requires("stream/failure-is-permanent")
@proves("astra_stream_synchronize", "ASTRA_ERROR_PRODUCER_FAILED")
def test_every_synchronize_names_the_same_failure(astra, world, pair):
    stream, event = world.blocked()
    world.fail(event)
    for limit in (astra.WAIT_FOREVER, astra.WAIT_POLL, LIMIT_NS):
        world.launch("add@1", pair, stream)
        with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
            astra.stream_synchronize(stream, limit)


@requires("stream/failure-is-permanent")
def test_a_completed_event_does_not_mend_it(astra, world, pair):
    stream, event = world.blocked()
    world.fail(event)
    good = world.new_event()
    world.complete(good)
    astra.stream_wait(stream, good)
    assert world.is_failed(world.launch("add@1", pair, stream))
    with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
        astra.stream_synchronize(stream, astra.WAIT_FOREVER)


@requires("stream/wait-orders")
def test_a_launch_after_the_wait_runs_after_the_event(astra, world, pair):
    stream, event = world.new_stream(), world.new_event()
    before = world.launch("add@1", pair, stream)
    astra.stream_wait(stream, event)
    after = world.launch("add@1", pair, stream)
    assert world.read(before).tolist() == THREE
    assert world.is_pending(after)
    world.complete(event)
    assert world.read(after).tolist() == THREE


@requires("stream/wait-orders")
def test_all_of_several_events_are_waited_for(astra, world, pair):
    stream, events = world.new_stream(), [world.new_event() for _ in range(3)]
    for event in events:
        astra.stream_wait(stream, event)
    output = world.launch("add@1", pair, stream)
    for event in events[::-1]:
        assert world.is_pending(output)
        world.complete(event)
    assert world.read(output).tolist() == THREE


@requires("stream/wait-orders")
def test_waiting_for_a_complete_event_holds_nothing_up(astra, world, pair):
    stream, event = world.new_stream(), world.new_event()
    world.complete(event)
    astra.stream_wait(stream, event)
    assert world.read(world.launch("add@1", pair, stream)).tolist() == THREE


@requires("stream/wait-does-not-block")
def test_the_wait_itself_returns(astra, world):
    stream, event = world.new_stream(), world.new_event()
    returns_within(lambda: [astra.stream_wait(stream, event) for _ in range(100)])
    world.complete(event)
    astra.stream_synchronize(stream, astra.WAIT_FOREVER)


@requires("stream/wait-on-failed-event-fails-stream")
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_failed_event_fails_the_stream(astra, world, pair, when):
    stream, event = world.new_stream(), world.new_event()
    if when == "before":
        world.fail(event)
    astra.stream_wait(stream, event)
    output = world.launch("add@1", pair, stream)
    if when == "after":
        assert world.is_pending(output)
        world.fail(event)
    with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
        astra.stream_synchronize(stream, astra.WAIT_FOREVER)
    assert world.is_failed(output)


@requires("stream/wait-on-failed-event-fails-stream")
def test_what_was_enqueued_before_the_wait_is_not_failed(astra, world, pair):
    stream, event = world.new_stream(), world.new_event()
    gate = world.new_event()
    astra.stream_wait(stream, gate)
    before = world.launch("add@1", pair, stream)
    astra.stream_wait(stream, event)
    world.fail(event)
    assert world.is_pending(before)
    world.complete(gate)
    assert world.read(before).tolist() == THREE
    with refused("ASTRA_ERROR_PRODUCER_FAILED"):
        astra.stream_synchronize(stream, astra.WAIT_FOREVER)


@requires("stream/record-follows")
def test_a_record_is_complete_once_all_before_it_is(astra, world, pair):
    stream, event = world.new_stream(), world.new_event()
    early = astra.stream_record(stream)
    astra.event_wait(early, astra.WAIT_FOREVER)
    astra.stream_wait(stream, event)
    output = world.launch("add@1", pair, stream)
    late = astra.stream_record(stream)
    assert world.query(late) == astra.STATE_PENDING
    world.complete(event)
    astra.event_wait(late, astra.WAIT_FOREVER)
    assert world.is_complete(output)
    assert world.query(late) == world.query(early) == astra.STATE_COMPLETE


@requires("stream/record-follows")
def test_a_record_on_a_failed_stream_fails(astra, world):
    stream, event = world.blocked()
    earlier = astra.stream_record(stream)
    world.fail(event)
    later = astra.stream_record(stream)
    for recorded in (earlier, later):
        with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
            astra.event_wait(recorded, astra.WAIT_FOREVER)
        assert world.query(recorded) == astra.STATE_FAILED


@requires("stream/record-orders-streams")
def test_a_second_stream_runs_after_the_first(astra, world, pair):
    first, event = world.blocked()
    second = world.new_stream()
    one = world.launch("add@1", pair, first)
    recorded = astra.stream_record(first)
    astra.stream_wait(second, recorded)
    other = world.launch("mul@1", pair, second)
    assert world.is_pending(one) and world.is_pending(other)
    world.complete(event)
    assert world.read(other).tolist() == [0x40000000]
    assert world.is_complete(one)


@requires("stream/record-orders-streams")
def test_failure_passes_through_the_record(astra, world, pair):
    first, event = world.blocked()
    second = world.new_stream()
    astra.stream_wait(second, astra.stream_record(first))
    other = world.launch("mul@1", pair, second)
    world.fail(event)
    assert world.is_failed(other)
    with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
        astra.stream_synchronize(second, astra.WAIT_FOREVER)


@requires("stream/record-orders-streams")
def test_a_long_queue_of_waits_between_two_streams(astra, world, pair):
    first, event = world.blocked()
    second = world.new_stream()
    outputs = []
    for _ in range(200):
        astra.stream_wait(second, astra.stream_record(first))
        outputs.append(world.launch("add@1", pair, second))
        astra.stream_wait(first, astra.stream_record(second))
    assert all(world.is_pending(output) for output in outputs)
    world.complete(event)
    astra.stream_synchronize(first, astra.WAIT_FOREVER)
    assert all(world.is_complete(output) for output in outputs)
