"""Events: pending, then decided for ever."""

import time

import pytest

from astra_abi.conform import proves, refused, requires, returns_within
from astra_abi.conform.threads import Running

LIMIT_NS = 40_000_000


@pytest.fixture
def pair(world):
    return [world.tensor([1.0]), world.tensor([2.0])]


THREE = [0x40400000]


@requires("event/starts-pending")
def test_a_new_event_is_pending(astra, world):
    assert world.query(world.new_event()) == astra.STATE_PENDING


@requires("event/retain-is-a-new-handle")
def test_each_reference_is_released_once_and_names_one_event(astra, world):
    event = world.new_event()
    second = astra.event_retain(event)
    assert second != event
    world.complete(second)
    assert world.query(event) == astra.STATE_COMPLETE
    astra.event_release(event)
    with refused("ASTRA_ERROR_DOUBLE_RELEASE", "event"):
        astra.event_release(event)
    with refused("ASTRA_ERROR_STALE_HANDLE", "event"):
        world.query(event)
    assert world.query(second) == astra.STATE_COMPLETE
    astra.event_release(second)


@requires("event/abandoned-fails-waiters")
def test_an_abandoned_event_fails_every_waiter(astra, world, pair):
    event, streams = world.new_event(), [world.new_stream() for _ in range(3)]
    for stream in streams:
        astra.stream_wait(stream, event)
    output = world.launch("add@1", pair, streams[0])
    astra.event_release(event)
    for stream in streams:
        with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
            returns_within(lambda: astra.stream_synchronize(stream, astra.WAIT_FOREVER))
    assert world.is_failed(output)


@requires("event/abandoned-fails-waiters")
def test_only_the_last_reference_abandons(astra, world):
    stream, event = world.blocked()
    second = astra.event_retain(event)
    astra.event_release(event)
    with refused("ASTRA_ERROR_TIMEOUT"):
        astra.stream_synchronize(stream, 0)
    world.complete(second)
    astra.stream_synchronize(stream, astra.WAIT_FOREVER)
    astra.event_release(second)
    astra.stream_synchronize(stream, 0)


@requires("event/abandoned-fails-waiters")
def test_releasing_a_signalled_event_fails_nobody(astra, world, pair):
    gate = world.new_event()
    stream, event = world.new_stream(), world.new_event()
    astra.stream_wait(stream, gate)
    astra.stream_wait(stream, event)
    output = world.launch("add@1", pair, stream)
    world.complete(event)
    astra.event_release(event)
    world.complete(gate)
    assert world.read(output).tolist() == THREE


@requires("event/release-keeps-stream-event")
def test_a_released_record_still_orders_streams(astra, world, pair):
    first, event = world.blocked()
    second = world.new_stream()
    recorded = astra.stream_record(first)
    astra.stream_wait(second, recorded)
    outputs = [world.launch("add@1", pair, first), world.launch("add@1", pair, second)]
    astra.event_release(recorded)
    assert all(world.is_pending(output) for output in outputs)
    world.complete(event)
    assert [world.read(output).tolist() for output in outputs] == [THREE, THREE]


@requires("event/signal-starts-work")
def test_a_signal_completes_what_waited_only_for_it(astra, world, pair):
    """No call is made after the signal but questions that do not wait."""
    stream, event = world.blocked()
    output = world.launch("add@1", pair, stream)
    second = world.launch("mul@1", [output, output], stream)
    assert world.is_pending(output) and world.is_pending(second)
    world.complete(event)
    ends = time.monotonic() + 5
    while not world.is_complete(second):
        assert time.monotonic() < ends, "the launches are still pending 5 s after the signal"
        time.sleep(0.001)
    assert world.read(output).tolist() == THREE
    assert world.read(second).tolist() == [0x41100000]


@requires("event/signal-failure-fails-waiters")
def test_a_failing_signal_fails_every_waiter(astra, world, pair):
    event, streams = world.new_event(), [world.new_stream() for _ in range(3)]
    for stream in streams:
        astra.stream_wait(stream, event)
    outputs = [world.launch("add@1", pair, stream) for stream in streams]
    world.fail(event)
    for stream, output in zip(streams, outputs):
        with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
            astra.stream_synchronize(stream, astra.WAIT_FOREVER)
        assert world.is_failed(output)


@proves("astra_event_signal", "ASTRA_ERROR_INVALID_VALUE", "outcome")
@pytest.mark.parametrize("outcome", [0, 1, 4, 0xFFFFFFFF])
def test_only_two_outcomes_exist(astra, world, outcome):
    event = world.new_event()
    with refused("ASTRA_ERROR_INVALID_VALUE", "outcome"):
        astra.event_signal(event, outcome)
    assert world.query(event) == astra.STATE_PENDING
    world.complete(event)


@proves("astra_event_signal", "ASTRA_ERROR_NOT_HOST_EVENT", "event")
@pytest.mark.parametrize("state", ["pending", "complete"])
def test_a_stream_event_is_not_signalled_by_hand(astra, world, state):
    stream = world.blocked()[0] if state == "pending" else world.new_stream()
    recorded = astra.stream_record(stream)
    for outcome in (astra.STATE_COMPLETE, astra.STATE_FAILED):
        with refused("ASTRA_ERROR_NOT_HOST_EVENT", "event"):
            astra.event_signal(recorded, outcome)
    assert world.query(recorded) == (astra.STATE_PENDING if state == "pending" else astra.STATE_COMPLETE)


@proves("astra_event_signal", "ASTRA_ERROR_ALREADY_SIGNALLED", "event")
@pytest.mark.parametrize("first", ["complete", "fail"])
def test_an_event_is_signalled_once(astra, world, first):
    event = world.new_event()
    getattr(world, first)(event)
    decided = world.query(event)
    for outcome in (astra.STATE_COMPLETE, astra.STATE_FAILED):
        with refused("ASTRA_ERROR_ALREADY_SIGNALLED", "event"):
            astra.event_signal(event, outcome)
    assert world.query(event) == decided


@requires("event/wait-other-thread")
def test_a_wait_without_limit_ends_with_the_signal(astra, world):
    event = world.new_event()
    waiting = [Running(lambda: astra.event_wait(event, astra.WAIT_FOREVER)) for _ in range(3)]
    time.sleep(0.02)
    assert all(one.is_running() for one in waiting), "a wait returned before the signal"
    world.complete(event)
    for one in waiting:
        one.result()


@requires("event/wait-other-thread")
def test_a_wait_without_limit_ends_with_the_failure(astra, world):
    event = world.new_event()
    waiting = Running(lambda: astra.event_wait(event, astra.WAIT_FOREVER))
    time.sleep(0.02)
    world.fail(event)
    with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
        waiting.result()


@proves("astra_event_wait", "ASTRA_ERROR_PRODUCER_FAILED")
@pytest.mark.parametrize("limit", ["WAIT_POLL", "WAIT_FOREVER"])
def test_waiting_for_a_failed_event(astra, world, limit):
    event = world.new_event()
    world.fail(event)
    with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
        astra.event_wait(event, getattr(astra, limit))


@requires("event/time-limit")
@proves("astra_event_wait", "ASTRA_ERROR_TIMEOUT")
def test_the_limit_passes_first(astra, world):
    event = world.new_event()
    started = time.monotonic_ns()
    with refused("ASTRA_ERROR_TIMEOUT"):
        returns_within(lambda: astra.event_wait(event, LIMIT_NS))
    assert time.monotonic_ns() - started >= LIMIT_NS
    assert world.query(event) == astra.STATE_PENDING


@proves("astra_event_wait", "ASTRA_ERROR_TIMEOUT")
def test_polling_returns_at_once(astra, world):
    with refused("ASTRA_ERROR_TIMEOUT"):
        returns_within(lambda: astra.event_wait(world.new_event(), astra.WAIT_POLL))


@requires("event/wait-other-thread")
@pytest.mark.parametrize("decide", ["complete", "fail"])
def test_a_wait_goes_on_when_its_handle_is_released(astra, world, decide):
    event = world.new_event()
    second = astra.event_retain(event)
    waiting = Running(lambda: astra.event_wait(event, astra.WAIT_FOREVER))
    time.sleep(0.02)
    astra.event_release(event)
    assert waiting.is_running(), "the wait ended with its handle"
    getattr(world, decide)(second)
    if decide == "complete":
        waiting.result()
    else:
        with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
            waiting.result()


@requires("event/wait-other-thread", "event/abandoned-fails-waiters")
def test_abandoning_an_event_ends_a_wait_for_it(astra, world):
    event = world.new_event()
    waiting = Running(lambda: astra.event_wait(event, astra.WAIT_FOREVER))
    time.sleep(0.02)
    astra.event_release(event)
    with refused("ASTRA_ERROR_PRODUCER_FAILED", op="host_event"):
        waiting.result()


@requires("event/wait-other-thread")
def test_a_limit_close_to_the_largest_does_not_overflow(astra, world):
    event = world.new_event()
    waiting = Running(lambda: astra.event_wait(event, astra.WAIT_FOREVER - 1))
    time.sleep(0.02)
    assert waiting.is_running(), "a limit of 584 years passed"
    world.complete(event)
    waiting.result()


@requires("event/query-state")
@pytest.mark.parametrize(("decide", "state"), [("complete", "STATE_COMPLETE"), ("fail", "STATE_FAILED")])
def test_the_state_is_the_decision_for_ever(astra, world, decide, state):
    event = world.new_event()
    assert world.query(event) == world.query(event) == astra.STATE_PENDING
    getattr(world, decide)(event)
    stream = world.new_stream()
    astra.stream_wait(stream, event)
    assert world.query(event) == world.query(event) == getattr(astra, state)
