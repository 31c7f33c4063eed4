"""Kernels: found by operator, version and element types, or refused with the reason."""

import pytest

from astra_abi.conform import proves, refused, requires


def query(op, dtypes=(1, 1), **more):
    return {"op": op, "dtype_count": len(dtypes), "dtypes": [*dtypes, *[0] * (8 - len(dtypes))], **more}


def padded(codes):
    return [*codes, *[0] * (8 - len(codes))]


@requires("kernel/same-handle")
def test_one_query_gives_one_handle(astra, world):
    for op in astra.abi.operators:
        assert world.kernel(op) == world.kernel(op) != 0


@requires("kernel/same-handle")
def test_operators_have_kernels_of_their_own(astra, world):
    kernels = [world.kernel(op) for op in astra.abi.operators]
    assert len(set(kernels)) == len(kernels)


@requires("kernel/all-declared-operators")
def test_every_declared_combination_is_there(astra, world):
    for op, operator in astra.abi.operators.items():
        width = len(operator.inputs)
        inputs = [row[:width] for row in operator.dtypes]
        for row in operator.dtypes:
            codes = [world.code(name) for name in row]
            assert astra.kernel_get(world.device, query(op, codes[:width], output_dtypes=padded(codes[width:])))
            if inputs.count(row[:width]) == 1:
                assert astra.kernel_get(world.device, query(op, codes[:width]))


@requires("kernel/outputs-are-chosen")
def test_outputs_tell_kernels_apart(astra, world):
    for op, operator in astra.abi.operators.items():
        width = len(operator.inputs)
        found = {}
        for row in operator.dtypes:
            codes = [world.code(name) for name in row]
            found[row] = astra.kernel_get(world.device, query(op, codes[:width], output_dtypes=padded(codes[width:])))
        assert len(set(found.values())) == len(operator.dtypes)


@requires("kernel/outputs-are-chosen")
def test_a_named_output_is_the_kernel_that_the_inputs_alone_name(astra, world):
    assert astra.kernel_get(world.device, query("add@1", output_dtypes=padded([1]))) == world.kernel("add@1")


@requires("kernel/describes-operator")
def test_a_kernel_describes_its_operator(astra, world):
    for op, operator in astra.abi.operators.items():
        info = astra.kernel_describe(world.kernel(op))
        assert (info.op, info.input_count, info.output_count) == (op, len(operator.inputs), len(operator.outputs))
        assert info.implementation


@proves("astra_kernel_get", "ASTRA_ERROR_NULL_POINTER", "query")
@pytest.mark.parametrize("length", [0, 5, 1 << 63])
def test_a_name_that_is_null(astra, world, length):
    with refused("ASTRA_ERROR_NULL_POINTER", "query"):
        astra.kernel_get(world.device, query({"ptr": None, "len": length}))


@proves("astra_kernel_get", "ASTRA_ERROR_NONZERO_RESERVED", "query")
@pytest.mark.parametrize("wrong", [
    query("add@1", reserved=1), query("add@1", reserved=1 << 31),
    {"op": "add@1", "dtype_count": 2, "dtypes": [1, 1, 1, 0, 0, 0, 0, 0]},
    {"op": "add@1", "dtype_count": 2, "dtypes": [1, 1, 0, 0, 0, 0, 0, 9]},
    {"op": "add@1", "dtype_count": 0, "dtypes": [1, 0, 0, 0, 0, 0, 0, 0]},
])
def test_reserved_and_unused_entries_are_zero(astra, world, wrong):
    with refused("ASTRA_ERROR_NONZERO_RESERVED", "query"):
        astra.kernel_get(world.device, wrong)


MALFORMED = [
    "", "@", "add", "add@", "@1", "add@0", "add@01", "add@+1", "add@-1", "add@ 1", "add@1 ", " add@1", "add@1x", "add@1.0",
    "add@@1", "add@1@1", "add1", "add@4294967296", "add@18446744073709551617", "add@" + "9" * 5000, "a" * 100_000,
    "add@0x1", "add@１", "ADD@1", "Add@1", "nope@1", "ad@1", "addd@1", "add\0@1", "add@1\0", "add@\0", "sum@1,add@1", "exp@1\n",
]


@proves("astra_kernel_get", "ASTRA_ERROR_UNKNOWN_OPERATOR", "query")
@pytest.mark.parametrize("op", MALFORMED, ids=lambda op: repr(op[:20]))
def test_a_name_that_names_no_operator(astra, world, op):
    with refused("ASTRA_ERROR_UNKNOWN_OPERATOR", "query"):
        astra.kernel_get(world.device, query(op))


@proves("astra_kernel_get", "ASTRA_ERROR_UNKNOWN_OPERATOR", "query")
@pytest.mark.parametrize("raw", [b"\xff\xfe@1", b"add@\xb9", b"\xc3", b"%s%n%s@1"])
def test_a_name_that_is_no_text(astra, world, raw):
    with refused("ASTRA_ERROR_UNKNOWN_OPERATOR", "query"):
        astra.kernel_get(world.device, query({"ptr": raw, "len": len(raw)}))


@proves("astra_kernel_get", "ASTRA_ERROR_UNSUPPORTED_OPERATOR_VERSION", "query")
@pytest.mark.parametrize("number", [2, 10, 11, 4294967295])
def test_another_version(astra, world, number):
    for op in astra.abi.operators:
        other = f"{op.split('@')[0]}@{number}"
        if other not in astra.abi.operators:
            with refused("ASTRA_ERROR_UNSUPPORTED_OPERATOR_VERSION", "query"):
                astra.kernel_get(world.device, query(other, [1] * len(astra.abi.operators[op].inputs)))


@proves("astra_kernel_get", "ASTRA_ERROR_UNSUPPORTED_DTYPES", "query")
@pytest.mark.parametrize("wrong", [
    query("add@1", []), query("add@1", [1]), query("add@1", [1, 1, 1]), query("add@1", [1] * 8), query("exp@1", [1, 1]),
    query("add@1", [1, 2]), query("add@1", [0, 1]), query("add@1", [0xFFFFFFFF, 1]), query("add@1", [0, 0]),
    query("add@1", output_dtypes=padded([2])), query("add@1", output_dtypes=padded([1, 1])), query("add@1", output_dtypes=[0, 1, 0, 0, 0, 0, 0, 0]),
    query("add@1", output_dtypes=[1, 0, 0, 0, 0, 0, 0, 9]), query("add@1", output_dtypes=padded([0xFFFFFFFF])),
    query("cast@1", [1]), query("cast@1", [1], output_dtypes=padded([1])), query("cast@1", [1], output_dtypes=[0, 2, 0, 0, 0, 0, 0, 0]),
    {"op": "add@1", "dtype_count": 9, "dtypes": [1] * 8}, {"op": "add@1", "dtype_count": 0xFFFFFFFF, "dtypes": [1] * 8},
])
def test_types_that_the_operator_does_not_declare(astra, world, wrong):
    with refused("ASTRA_ERROR_UNSUPPORTED_DTYPES", "query"):
        astra.kernel_get(world.device, wrong)


@requires("kernel/same-handle")
def test_the_name_may_lie_before_anything(astra, world):
    """The name is not ended by NUL: what follows it in memory does not belong to it."""
    assert astra.kernel_get(world.device, query({"ptr": b"add@12345", "len": 5})) == world.kernel("add@1")
