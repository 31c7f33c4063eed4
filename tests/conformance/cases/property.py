"""Properties over many drawn inputs: shapes, bits, and sequences of calls held against a model of live handles."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies

from astra_abi.conform import Refused, Workplace, compute, requires
from astra_abi.patterns import splitmix64

FEW = settings(
    derandomize=True, database=None, deadline=None, max_examples=40, print_blob=False,
    suppress_health_check=list(HealthCheck),
)
SHAPES = strategies.lists(strategies.integers(0, 5), max_size=8)


def bits(shape, seed):
    """Any bit patterns at all, NaN payloads included."""
    count = int(np.prod(shape, dtype=np.int64))
    return (splitmix64(seed, count) & np.uint64(0xFFFFFFFF)).astype(np.uint32).reshape(shape)


@requires("tensor/keeps-bits", "tensor/describe-shape")
@FEW
@given(shape=SHAPES, seed=strategies.integers(0, 2**32))
def test_any_shape_and_any_bits_come_back(astra, shape, seed):
    world = Workplace(astra)
    content = bits(shape, seed)
    tensor = world.tensor(content)
    assert world.describe(tensor).dims == [*shape, *[0] * (8 - len(shape))]
    assert world.read(tensor).tolist() == content.tolist()
    world.close()


@requires("matmul@1/batch-invariant")
@FEW
@given(
    rows=strategies.integers(1, 40), depth=strategies.integers(0, 300), columns=strategies.integers(1, 40),
    seed=strategies.integers(0, 2**32),
)
def test_any_row_and_column_alone_has_its_bits(astra, rows, depth, columns, seed):
    a, b = bits([rows, depth], seed) & np.uint32(0xBFFFFFFF), bits([depth, columns], seed + 1) & np.uint32(0xBFFFFFFF)
    whole = compute(astra, "matmul@1", [a, b])[0]
    row, column = seed % rows, seed % columns
    alone = compute(astra, "matmul@1", [a[row:row + 1], np.ascontiguousarray(b[:, column:column + 1])])[0]
    assert int(alone[0, 0]) == int(whole[row, column])


USERS = {
    "runtime": "runtime_describe", "device": "device_describe", "stream": "stream_record", "event": "event_query",
    "tensor": "tensor_describe", "map": "map_get", "kernel": "kernel_describe",
}
REFUSALS = {f"ASTRA_ERROR_{name}" for name in ("NULL_HANDLE", "FORKED_PROCESS", "UNKNOWN_RUNTIME", "STALE_HANDLE", "WRONG_KIND")}


@requires("abi/failure-consumes-nothing")
@settings(FEW, max_examples=300)
@given(user=strategies.sampled_from(sorted(USERS)), near=strategies.sampled_from(sorted(USERS)), noise=strategies.one_of(
    strategies.integers(0, 63).map(lambda bit: 1 << bit), strategies.integers(1, 2**64 - 1), strategies.integers(1, 2**32 - 1),
))
def test_a_value_that_was_never_given_out_is_refused(astra, forged, user, near, noise):
    """Handles with flipped bits, up to all of them."""
    world, given_out = forged
    value = world.get(f"astra_{near}") ^ noise
    if value in given_out:
        return
    try:
        getattr(astra, USERS[user])(value)
    except Refused as refusal:
        assert refusal.code in REFUSALS, f"{refusal} for {value:#018x}"
    else:
        raise AssertionError(f"{USERS[user]} accepts {value:#018x}, which nobody gave out")
    for kind in USERS:
        if kind != "stream":
            getattr(astra, USERS[kind])(world.get(f"astra_{kind}"))


@pytest.fixture
def forged(astra):
    """A world with a handle of every kind, and every handle in it."""
    world = Workplace(astra)
    return world, {world.get(f"astra_{kind}") for kind in USERS} | {handle for _, handle in world.owned}


STEPS = strategies.lists(strategies.tuples(strategies.integers(0, 9), strategies.integers(0, 2**16)), min_size=5, max_size=60)


@requires("abi/failure-consumes-nothing", "runtime/describe-counts")
@FEW
@given(steps=STEPS)
def test_any_sequence_of_calls_agrees_with_a_model(astra, steps):
    model = Model(astra)
    for action, choice in steps:
        model.step(action, choice)
    model.finish()


class Model:
    """What is alive by the contract's rules, beside what the library says."""

    def __init__(self, astra):
        self.astra, self.world = astra, Workplace(astra)
        self.live = {"event": [], "stream": [], "tensor": [], "map": []}
        self.dead = {kind: [] for kind in self.live}
        self.device, self.kernel = self.world.device, self.world.kernel("add@1")

    def pick(self, kind, choice):
        """A live handle of a kind, or None."""
        return self.live[kind][choice % len(self.live[kind])] if self.live[kind] else None

    def step(self, action, choice):
        kinds = list(self.live)
        kind = kinds[choice % 4]
        if action <= 2:
            self.create(kind, choice // 4)
        elif action <= 4:
            self.retain(kinds[choice % 3], choice // 3)
        elif action <= 6:
            self.release(kind, choice // 4)
        elif action == 7:
            self.release_again(kind, choice // 4)
        else:
            self.launch(choice)
        alive = sum(map(len, self.live.values()))
        assert self.astra.runtime_describe(self.world.runtime).live_handles == alive

    def create(self, kind, choice):
        if kind == "map":
            if (tensor := self.pick("tensor", choice)) is None:
                return
            made = self.astra.tensor_map(tensor, self.astra.WAIT_FOREVER)
        elif kind == "tensor":
            made = self.astra.tensor_create(self.device, self.world.desc([2]), b"12345678")
        elif kind == "stream":
            made = self.astra.stream_create(self.device)
        else:
            made = self.astra.event_create(self.world.runtime)
        self.add(kind, made)

    def add(self, kind, handle):
        alive = [one for handles in self.live.values() for one in handles]
        assert handle not in alive, "a new handle equals a live one"
        self.live[kind].append(handle)

    def retain(self, kind, choice):
        if (handle := self.pick(kind, choice)) is not None:
            self.add(kind, getattr(self.astra, f"{kind}_retain")(handle))

    def release(self, kind, choice):
        if (handle := self.pick(kind, choice)) is not None:
            getattr(self.astra, f"{kind}_release")(handle)
            self.live[kind].remove(handle)
            self.dead[kind].append(handle)

    def release_again(self, kind, choice):
        """A released handle is refused for ever, however many were made since."""
        if self.dead[kind]:
            handle = self.dead[kind][choice % len(self.dead[kind])]
            try:
                getattr(self.astra, f"{kind}_release")(handle)
            except Refused as refusal:
                assert refusal.code == "ASTRA_ERROR_DOUBLE_RELEASE"
            else:
                raise AssertionError(f"a {kind} was released twice")

    def launch(self, choice):
        stream, tensor = self.pick("stream", choice), self.pick("tensor", choice // 7)
        if stream is not None and tensor is not None:
            for output in self.astra.launch(stream, self.kernel, None, [tensor, tensor]):
                self.add("tensor", output)

    def finish(self):
        for stream in self.live["stream"]:
            self.astra.stream_synchronize(stream, self.astra.WAIT_FOREVER)
        for kind in ("map", "stream", "event", "tensor"):
            while self.live[kind]:
                self.release(kind, 0)
        info = self.astra.runtime_describe(self.world.runtime)
        assert (info.live_handles, info.memory_in_use) == (0, 0)
        self.astra.runtime_release(self.world.runtime)
