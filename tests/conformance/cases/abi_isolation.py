"""Runtimes, copies of the library and forked processes keep apart; nothing leaks out of a call."""

import os
import shutil
import tempfile
import threading
from pathlib import Path

import cffi
import pytest

from astra_abi.conform import Client, Workplace, at_once, compute, in_grandchild, refused, requires, returns_within

KIND_USERS = {
    "runtime": "runtime_describe", "device": "device_describe", "stream": "stream_record", "event": "event_query",
    "tensor": "tensor_describe", "map": "map_get", "kernel": "kernel_describe",
}


@requires("abi/two-runtimes")
def test_a_failed_stream_fails_nothing_in_another_runtime(astra):
    one, other = Workplace(astra), Workplace(astra)
    stream, event = one.blocked()
    pending = one.launch("add@1", [one.tensor([1.0]), one.tensor([2.0])], stream)
    assert other.read(other.launch("add@1", [other.tensor([1.0]), other.tensor([2.0])])).tolist() == [0x40400000]
    one.fail(event)
    assert one.is_failed(pending)
    astra.stream_synchronize(other.stream, 0)


@requires("abi/two-runtimes")
def test_memory_and_handles_are_counted_apart(astra):
    one, other = Workplace(astra), Workplace(astra)
    before = astra.runtime_describe(other.runtime)
    one.tensor([1.0] * 1000)
    after = astra.runtime_describe(other.runtime)
    assert (after.live_handles, after.memory_in_use) == (before.live_handles, before.memory_in_use)


@requires("abi/two-runtimes")
def test_releasing_one_leaves_the_other(astra):
    one, other = Workplace(astra), Workplace(astra)
    tensor = other.tensor([4.0])
    one.tensor([1.0])
    one.close()
    assert other.read(tensor).tolist() == [0x40800000]


@requires("abi/two-copies")
@pytest.mark.parametrize("kind", KIND_USERS)
def test_a_copy_refuses_the_handles_of_the_other(astra, library, kind):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(library.path, Path(folder) / "copy.so"))
        copy = Client(library.binding.open(path))
    first, second = Workplace(astra), Workplace(copy)
    second.get("astra_runtime")
    for _ in range(2):
        # The same tag is chosen by accident once in 65,536 times; twice it is no accident.
        try:
            refuses(copy, kind, first.get(f"astra_{kind}"))
            refuses(astra, kind, second.get(f"astra_{kind}"))
            break
        except AssertionError as error:
            failure, first, second = error, Workplace(astra), Workplace(copy)
    else:
        raise failure


def refuses(client, kind, handle):
    with refused("ASTRA_ERROR_UNKNOWN_RUNTIME"):
        getattr(client, KIND_USERS[kind])(handle)


@requires("abi/two-copies")
def test_both_copies_work(astra, library):
    with tempfile.TemporaryDirectory() as folder:
        copy = Client(library.binding.open(Path(shutil.copy(library.path, Path(folder) / "copy.so"))))
    for client in (astra, copy, astra):
        assert compute(client, "add@1", [[1.0], [2.0]])[0].tolist() == [0x40400000]


@requires("abi/fork")
@pytest.mark.parametrize("kind", KIND_USERS)
def test_a_forked_process_is_refused_every_handle(astra, world, kind):
    handle = world.get(f"astra_{kind}")

    def in_the_fork():
        with refused("ASTRA_ERROR_FORKED_PROCESS", kind):
            getattr(astra, KIND_USERS[kind])(handle)

    in_grandchild(in_the_fork)
    getattr(astra, KIND_USERS[kind])(handle)


@requires("abi/fork")
def test_a_forked_process_is_refused_every_runtime(astra):
    runtimes = [Workplace(astra).runtime for _ in range(10)]
    astra.runtime_release(runtimes.pop(4))

    def in_the_fork():
        own = Workplace(astra).runtime
        for runtime in runtimes:
            with refused("ASTRA_ERROR_FORKED_PROCESS", "runtime"):
                astra.runtime_describe(runtime)
        astra.runtime_release(own)

    in_grandchild(in_the_fork)
    for runtime in runtimes:
        astra.runtime_release(runtime)


@requires("abi/fork")
def test_a_forked_process_makes_a_runtime_of_its_own(astra, world):
    world.blocked()
    assert in_grandchild(lambda: compute(astra, "add@1", [[1.0], [2.0]])[0].tolist()) == [0x40400000]


@requires("abi/fork")
def test_a_fork_of_a_fork_is_refused_both(astra, world):
    def in_the_fork():
        own = Workplace(astra)

        def in_its_fork():
            for runtime in (world.runtime, own.runtime):
                with refused("ASTRA_ERROR_FORKED_PROCESS", "runtime"):
                    astra.runtime_describe(runtime)
            return compute(astra, "mul@1", [[2.0], [2.0]])[0].tolist()

        own.get("astra_runtime")
        return in_grandchild(in_its_fork)

    world.get("astra_runtime")
    assert in_grandchild(in_the_fork) == [0x40800000]


@requires("abi/fork")
def test_forking_while_others_call_does_not_hang_the_child(astra, world):
    stop = threading.Event()
    runtime, device = world.runtime, world.device

    def call_on():
        while not stop.is_set():
            astra.stream_release(astra.stream_create(device))
            astra.runtime_describe(runtime)

    threads = [threading.Thread(target=call_on, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(5):
            assert in_grandchild(lambda: compute(astra, "add@1", [[1.0], [2.0]])[0].tolist()) == [0x40400000]
    finally:
        stop.set()
    for thread in threads:
        returns_within(thread.join)


C = cffi.FFI()
C.cdef("""
    extern char **environ;
    void *mmap(void *, size_t, int, int, int, long);
    int fflush(void *);
""")


def use_everything(astra):
    """A tour through the library that ends where it began."""
    world = Workplace(astra)
    stream, event = world.blocked()
    output = world.launch("add@1", [world.tensor([1.0]), world.tensor([2.0])], stream)
    world.complete(event)
    world.read(output)
    astra.attempt("astra_stream_create", device=0)
    astra.attempt("astra_kernel_get", device=world.device, query={"op": "nope@1"})
    for kind in KIND_USERS:
        world.get(f"astra_{kind}")
    world.close()


@requires("abi/silent")
def test_nothing_is_printed(astra):
    use_everything(astra)
    C.dlopen(None).fflush(C.NULL)
    assert os.fstat(1).st_size == os.fstat(2).st_size == 0


@requires("abi/silent")
def test_no_environment_variable_is_read(astra):
    """An environment whose only entry cannot be read: whoever looks, dies."""
    use_everything(astra)
    libc = C.dlopen(None)
    unreadable = libc.mmap(C.NULL, 4096, 0, 0x22, -1, 0)
    trap = C.new("char *[2]", [C.cast("char *", unreadable), C.NULL])
    before, libc.environ = libc.environ, trap
    try:
        use_everything(astra)
    finally:
        libc.environ = before


@requires("abi/silent")
def test_no_file_is_written_or_left_open(astra):
    use_everything(astra)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        before = sorted(os.listdir("/proc/self/fd"))
        use_everything(astra)
        assert sorted(os.listdir("/proc/self/fd")) == before
        assert os.listdir(folder) == []
        os.chdir("/")


@requires("abi/silent")
def test_no_signal_handler_is_installed(astra, library):
    def caught():
        return [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(("SigCgt", "SigIgn"))]

    before = caught()
    use_everything(astra)
    assert caught() == before


@requires("abi/silent")
def test_a_process_that_used_it_exits_as_any_other(astra):
    C.cdef("void exit(int);", override=True)
    pid = os.fork()
    if pid == 0:
        world = Workplace(astra)
        world.blocked()
        C.dlopen(None).exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
    assert os.fstat(1).st_size == os.fstat(2).st_size == 0


@requires("abi/exhaustion-is-an-error")
def test_the_largest_tensor_is_refused_and_nothing_else_suffers(astra, world):
    tensor = world.tensor([1.0])
    left, right = world.tensor_of_shape([1 << 30, 0]), world.tensor_of_shape([0, 1 << 30])
    with refused("ASTRA_ERROR_OUT_OF_MEMORY"):
        world.launch("matmul@1", [left, right])
    assert world.read(tensor).tolist() == [0x3F800000]
    assert world.read(world.launch("add@1", [tensor, tensor])).tolist() == [0x40000000]


@requires("abi/threads")
def test_many_threads_create_use_and_release(astra, world):
    device, runtime = world.device, world.runtime
    kernel = world.kernel("add@1")
    before = astra.runtime_describe(runtime)

    def work(number):
        def run():
            stream = astra.stream_create(device)
            results = []
            for step in range(20):
                a = astra.tensor_create(device, world.desc([3]), world.bits([number, step, 1.0]))
                (total,) = astra.launch(stream, kernel, None, [a, a])
                results.append(world.read(total).tolist() == world.bits([2 * number, 2 * step, 2.0]).tolist())
                astra.tensor_release(a)
                astra.tensor_release(total)
            astra.stream_release(stream)
            return all(results)
        return run

    assert all(at_once([work(number) for number in range(6)]))
    after = astra.runtime_describe(runtime)
    assert (after.live_handles, after.memory_in_use) == (before.live_handles, before.memory_in_use)


@requires("abi/threads")
def test_a_handle_is_released_by_exactly_one_of_many(astra, world):
    device = world.device
    for _ in range(30):
        tensor = astra.tensor_create(device, world.desc([1]), b"1234")
        codes = at_once([lambda: astra.attempt("astra_tensor_release", tensor=tensor).status_name] * 4)
        assert sorted(codes) == ["ASTRA_ERROR_DOUBLE_RELEASE"] * 3 + ["ASTRA_OK"]


@requires("abi/threads")
def test_an_event_is_signalled_by_exactly_one_of_many(astra, world):
    for _ in range(30):
        event = world.new_event()
        codes = at_once([lambda: astra.attempt("astra_event_signal", event=event, outcome=2).status_name] * 4)
        assert sorted(codes) == ["ASTRA_ERROR_ALREADY_SIGNALLED"] * 3 + ["ASTRA_OK"]


@requires("abi/threads")
def test_retains_from_many_threads_give_different_handles(astra, world):
    tensor = world.tensor([1.0])

    def work():
        return [astra.tensor_retain(tensor) for _ in range(200)]

    handles = sum(at_once([work] * 4), [])
    assert len({tensor, *handles}) == 801
    for handle in handles:
        astra.tensor_release(handle)


@requires("abi/threads")
def test_one_stream_shared_by_threads_runs_everything(astra, world):
    stream, event = world.blocked()
    one, kernel = world.tensor([1.0]), world.kernel("add@1")

    def work():
        return [astra.launch(stream, kernel, None, [one, one])[0] for _ in range(25)]

    outputs = sum(at_once([work] * 4), [])
    assert all(world.is_pending(output) for output in outputs)
    world.complete(event)
    astra.stream_synchronize(stream, astra.WAIT_FOREVER)
    assert all(world.read(output).tolist() == [0x40000000] for output in outputs)
