"""The table of functions for programs that load the library at run time."""

from types import SimpleNamespace

import pytest

from astra_abi.bind import Sized
from astra_abi.conform import compute, proves, refused, requires
from astra_abi.model import Version


@pytest.fixture
def hello(astra):
    return astra.library.binding.example(astra.abi.structs["astra_hello"])


@pytest.fixture
def table(astra, hello):
    """The table as cffi sees it: slots are callable."""
    made = astra.ffi.new("astra_api *", {"struct_size": astra.abi.structs["astra_api"].size})
    call = astra.library.prepare("astra_get_api", {"hello": hello})
    assert astra.raw.astra_get_api(call.values[0], made, astra.ffi.NULL) == 0
    return made


def slots(astra):
    return [field.name for field in astra.abi.structs["astra_api"].fields if field.type.base == "function"]


@requires("api/same-functions")
def test_no_slot_is_null(astra, table):
    assert [slot for slot in slots(astra) if not getattr(table, slot)] == []


@requires("api/same-functions")
def test_every_slot_refuses_nothing_as_its_symbol_does(astra, table):
    """Zero for every argument: each function fails with a status and operand of its own."""
    for slot in slots(astra):
        name = f"astra_{slot}"
        call = astra.library.prepare(name, {p.name: None for p in astra.abi.functions[name].params if p.direction != "value"})
        seen = []
        for function in (getattr(table, slot), getattr(astra.raw, name)):
            record = astra.ffi.new("astra_error *")
            seen.append((function(*call.values[:-1], record), bytes(astra.ffi.buffer(record))))
        assert seen[0] == seen[1], f"{name} and the table's slot {slot} differ"


@requires("api/same-functions")
def test_a_program_runs_on_the_table_alone(astra, table):
    astra.library.raw = SimpleNamespace(**{f"astra_{slot}": getattr(table, slot) for slot in slots(astra)})
    assert compute(astra, "add@1", [[1.0], [2.0]])[0].tolist() == [0x40400000]


@requires("api/same-functions")
def test_handles_pass_between_table_and_symbols(astra, world, table):
    tensor = world.tensor([1.0])
    info = astra.ffi.new("astra_tensor_info *", {"struct_size": astra.abi.structs["astra_tensor_info"].size})
    assert table.tensor_describe(astra.ffi.new("astra_tensor *", {"bits": tensor})[0], info, astra.ffi.NULL) == 0
    assert info.byte_length == 4


@requires("api/sized-by-caller")
@pytest.mark.parametrize("extra", [0, 1, 8, 4000])
def test_a_larger_table_is_zero_where_nothing_is_known(astra, hello, extra):
    known = astra.abi.structs["astra_api"].size
    call = astra.attempt("astra_get_api", hello=hello, table=Sized(known + extra, known + extra + 64))
    data = call.blocks["table"].bytes()
    assert call.status == 0
    assert data[:8] == (known + extra).to_bytes(4, "little") + bytes(4)
    assert all(any(data[offset:offset + 8]) for offset in range(8, known, 8)), "a known slot is NULL"
    assert not any(data[known:known + extra]), "a slot that no version knows is not zero"
    assert data[known + extra:] == call.blocks["table"].before[known + extra:], "bytes beyond struct_size changed"


@requires("api/newer-caller-accepted")
def test_a_newer_caller_that_needs_only_this_version_is_served(astra, hello):
    newest = Version(astra.abi.version.major, astra.abi.version.minor, 4095).number
    assert astra.attempt("astra_get_api", hello={**hello, "built_version": newest}).status == 0
    runtime = astra.runtime_create({**hello, "built_version": newest})
    astra.runtime_release(runtime)


def wrong_versions():
    """(built, minimum) that no 0.1.0 library serves."""
    v = lambda *parts: Version(*parts).number  # noqa: E731
    return [
        (0, 0), (v(0, 1, 0), 0), (v(0, 1, 4095), v(0, 1, 4095)), (v(0, 1, 0), v(0, 1, 4095)), (v(0, 2, 0), v(0, 1, 0)),
        (v(1, 0, 0), v(0, 1, 0)), (v(0, 0, 9), v(0, 1, 0)), (v(0, 2, 0), v(0, 2, 0)), (0xFFFFFFFF, v(0, 1, 0)),
        (v(0, 1, 0), 0xFFFFFFFF), (v(1, 1, 0), v(0, 1, 0)),
    ]


@proves("astra_get_api", "ASTRA_ERROR_VERSION_MISMATCH", "hello")
@proves("astra_runtime_create", "ASTRA_ERROR_VERSION_MISMATCH", "hello")
@pytest.mark.parametrize(("built", "minimum"), wrong_versions())
def test_versions_that_are_not_served(astra, hello, built, minimum):
    wrong = {**hello, "built_version": built, "minimum_version": minimum}
    for function in (astra.get_api, astra.runtime_create):
        with refused("ASTRA_ERROR_VERSION_MISMATCH", "hello"):
            function(wrong)


@proves("astra_get_api", "ASTRA_ERROR_LAYOUT_MISMATCH", "hello")
@proves("astra_runtime_create", "ASTRA_ERROR_LAYOUT_MISMATCH", "hello")
@pytest.mark.parametrize("flip", [1, 1 << 63, 0xFFFFFFFFFFFFFFFF, "zero"])
def test_another_layout_hash(astra, hello, flip):
    right = hello["minimum_layout_hash"]
    wrong = {**hello, "minimum_layout_hash": 0 if flip == "zero" else right ^ flip}
    for function in (astra.get_api, astra.runtime_create):
        with refused("ASTRA_ERROR_LAYOUT_MISMATCH", "hello"):
            function(wrong)


@requires("api/newer-caller-accepted")
def test_every_version_of_the_history_is_served(astra, hello):
    from astra_abi.layout import layout_hash

    for version in astra.abi.history:
        old = {"built_version": version.number, "minimum_version": version.number, "minimum_layout_hash": layout_hash(astra.abi, version)}
        astra.runtime_release(astra.runtime_create(old))
