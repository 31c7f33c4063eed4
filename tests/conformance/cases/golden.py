"""Every golden output, bit for bit, whatever floating-point environment the caller has."""

from astra_abi.conform import compute, promise
from astra_abi.conform.floats import caller_environments, environment
from astra_abi.golden import difference, digest


def test_outputs_are_the_golden_bits(astra, golden, record_property):
    outputs = compute(astra, golden.op, golden.inputs, golden.attributes, golden.dtypes, golden.results)
    differs = difference(golden, outputs)
    record_property("digest", digest(outputs, golden.results))
    record_property("difference", differs)
    for name, control in list(caller_environments().items())[:2]:
        with environment(control):
            again = compute(astra, golden.op, golden.inputs, golden.attributes, golden.dtypes, golden.results)
        with promise("abi/float-environment"):
            assert digest(again, golden.results) == digest(outputs, golden.results), f"a caller with {name} gets other bits"
    assert differs is None, differs
