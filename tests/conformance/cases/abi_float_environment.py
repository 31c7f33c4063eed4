"""What a caller's rounding mode and flush modes may not do, and what the library may not do to them."""

import numpy as np
import pytest

from astra_abi import _native
from astra_abi.conform import Workplace, compute, requires
from astra_abi.conform.floats import caller_environments, environment

TINY = np.array([1, 0x80000001, 0x00400000, 0x007FFFFF, 0x00800001, 0x33800000, 0x3F800000, 0x3F7FFFFF], np.uint32)
CALLS = {
    "add@1": ([TINY, TINY[::-1].copy()], {}), "mul@1": ([TINY, np.full(8, 0x3F000001, np.uint32)], {}),
    "exp@1": ([np.linspace(-103, 88, 512).astype(np.float32)], {}), "sum@1": ([TINY], {"axes": 1}),
    "matmul@1": ([TINY.reshape(1, 8), TINY.reshape(8, 1)], {}),
}


@pytest.fixture(params=caller_environments() or ["none"])
def control(request):
    if not caller_environments():
        pytest.skip("this machine's floating-point control register is not known")
    return caller_environments()[request.param]


@requires("abi/float-environment")
@pytest.mark.parametrize("op", CALLS)
def test_bits_do_not_depend_on_it(astra, control, op):
    inputs, attributes = CALLS[op]
    usual = compute(astra, op, inputs, attributes)
    with environment(control):
        unusual = compute(astra, op, inputs, attributes)
    assert [array.tolist() for array in unusual] == [array.tolist() for array in usual]


@requires("abi/float-environment")
@pytest.mark.parametrize("op", CALLS)
def test_bits_of_pending_work_do_not_depend_on_who_starts_it(astra, control, op):
    inputs, attributes = CALLS[op]
    usual = compute(astra, op, inputs, attributes)
    world = Workplace(astra)
    with environment(control):
        stream, event = world.blocked()
        output = world.launch(op, [world.tensor(array) for array in inputs], stream, **attributes)
        world.complete(event)
        assert world.read(output).tolist() == usual[0].tolist()


@requires("abi/float-environment")
@pytest.mark.parametrize("sticky", [0, 0x3F], ids=["no flag raised", "every flag raised"])
def test_control_and_status_bits_are_left_alone(astra, world, control, sticky):
    tensors = [world.tensor(TINY), world.tensor(TINY)]
    call = astra.library.prepare("astra_launch", {
        "stream": world.stream, "kernel": world.kernel("mul@1"), "inputs": tensors, "options": None,
    })
    function, values, before = astra.raw.astra_launch, call.values, _native.float_control()
    set_control, get_control = _native.set_float_control, _native.float_control
    # Nothing between these lines computes with floats: what is raised, the library raised.
    set_control(control | sticky)
    status = function(*values)
    after = get_control()
    set_control(before)
    assert status == 0
    assert after == control | sticky, f"the control register was {control | sticky:#x} and is {after:#x}"
