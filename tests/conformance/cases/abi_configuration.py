"""Threads and instruction sets: told as they were asked for, and no bit depends on them."""

import threading

import numpy as np
import pytest

from astra_abi.conform import Workplace, proves, refused, requires
from astra_abi.patterns import splitmix64

LARGE = (3, 70_001)
"""Enough elements that threads share the work."""


@pytest.fixture
def hello(astra):
    return astra.library.binding.example(astra.abi.structs["astra_hello"])


def isas(astra):
    return {name: one.value for name, one in astra.abi.enums["astra_isa"].constants.items()}


def available(astra, hello):
    """The instruction sets that a runtime can be told to use here."""
    found = []
    for number in isas(astra).values():
        call = astra.attempt("astra_runtime_create", hello=hello, config={"isa": number})
        if call.status == 0:
            found.append(number)
            astra.runtime_release(call.out("out_runtime"))
    return found


def configured(astra, hello, config):
    """A world in a runtime of a configuration."""
    world = Workplace(astra)
    world.exemplars["astra_runtime"] = runtime = astra.runtime_create(hello, config)
    world.adopt("astra_runtime", runtime)
    return world


def results(astra, hello, config):
    """Bits of a launch of each kind: element by element, along an axis, of matrices."""
    world = configured(astra, hello, config)

    def run(op, *inputs, **attributes):
        return world.read(world.launch(op, [world.tensor(one) for one in inputs], **attributes))

    x = (splitmix64(3, LARGE[0] * LARGE[1]) & np.uint64(0xBFFFFFFF)).astype(np.uint32).reshape(LARGE)
    square = np.ascontiguousarray(x[:, :40_000]).reshape(300, 400)
    return [
        run("add@1", x, x), run("sum@1", x, axes=2), run("sum@1", x, axes=1),
        run("matmul@1", square, np.ascontiguousarray(square.T)),
    ]


@requires("runtime/threads-change-no-bit")
@pytest.mark.parametrize("threads", [2, 3, 7, 16])
def test_any_number_of_threads_gives_the_same_bits(astra, hello, threads):
    for one, many in zip(results(astra, hello, {}), results(astra, hello, {"thread_count": threads})):
        assert np.array_equal(one, many)


@requires("runtime/isa-changes-no-bit")
def test_any_instruction_set_gives_the_same_bits(astra, hello):
    choices = available(astra, hello)
    assert {isas(astra)["ASTRA_ISA_BEST"], isas(astra)["ASTRA_ISA_PORTABLE"]} <= set(choices)
    first = results(astra, hello, {"isa": choices[0]})
    for isa in choices[1:]:
        for one, other in zip(first, results(astra, hello, {"isa": isa})):
            assert np.array_equal(one, other)


@requires("runtime/threads-change-no-bit")
def test_launches_from_several_threads_at_the_same_time(astra, hello):
    world = configured(astra, hello, {"thread_count": 3})
    x = (splitmix64(5, 300_000) & np.uint64(0xBFFFFFFF)).astype(np.uint32)
    tensor, kernel = world.tensor(x), world.kernel("add@1")
    wanted = world.read(world.launch("add@1", [tensor, tensor]))
    streams = [world.new_stream() for _ in range(4)]
    made = [[] for _ in streams]

    def launch(stream, outputs):
        for _ in range(8):
            outputs += astra.launch(stream, kernel, None, [tensor, tensor])

    threads = [threading.Thread(target=launch, args=each) for each in zip(streams, made)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for output in sum(made, []):
        assert np.array_equal(world.read(output), wanted)


@requires("runtime/describes-configuration")
@pytest.mark.parametrize(("asked", "told"), [(0, 1), (1, 1), (2, 2), (17, 17), (1024, 1024)])
def test_the_number_of_threads_is_told(astra, hello, asked, told):
    runtime = astra.runtime_create(hello, {"thread_count": asked})
    assert astra.runtime_describe(runtime).thread_count == told
    astra.runtime_release(runtime)


@requires("runtime/describes-configuration")
def test_the_instruction_set_in_force_is_told(astra, hello):
    best = isas(astra)["ASTRA_ISA_BEST"]
    for asked in available(astra, hello):
        runtime = astra.runtime_create(hello, {"isa": asked})
        told = astra.runtime_describe(runtime).isa
        assert told in isas(astra).values() and told != best
        assert asked in (best, told)
        astra.runtime_release(runtime)


@proves("astra_runtime_create", "ASTRA_ERROR_NONZERO_TAIL", "config")
@pytest.mark.parametrize("value", [1, 1 << 63])
def test_bytes_that_stay_unknown_are_refused_like_a_field_of_the_future(astra, hello, value):
    with refused("ASTRA_ERROR_NONZERO_TAIL", "config"):
        astra.runtime_create(hello, {"unknown": value})


@proves("astra_runtime_create", "ASTRA_ERROR_INVALID_VALUE", "config")
@pytest.mark.parametrize("config", [{"thread_count": 1025}, {"thread_count": 2**32 - 1}, {"isa": 5}, {"isa": 2**32 - 1}])
def test_what_is_not_declared_is_refused(astra, hello, config):
    with refused("ASTRA_ERROR_INVALID_VALUE", "config"):
        astra.runtime_create(hello, config)


@proves("astra_runtime_create", "ASTRA_ERROR_UNSUPPORTED_ISA", "config")
def test_an_instruction_set_of_another_processor_is_refused(astra, hello):
    """No processor has both NEON and AVX2."""
    names = isas(astra)
    lacking = [isa for isa in names.values() if isa not in available(astra, hello)]
    assert names["ASTRA_ISA_NEON"] in lacking or names["ASTRA_ISA_AVX2"] in lacking
    for isa in lacking:
        with refused("ASTRA_ERROR_UNSUPPORTED_ISA", "config"):
            astra.runtime_create(hello, {"isa": isa})
