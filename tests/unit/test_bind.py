"""Bindings made from the contract: declarations, argument blocks, values in and out. No library is loaded."""

import pytest

from astra_abi.bind import Binding, Library, Sized
from astra_abi.data import packaged
from astra_abi.load.contract import load_contract
from astra_abi.values import FILL_BYTE, Block, decode, encode


@pytest.fixture(scope="module")
def binding():
    return Binding(load_contract(packaged("spec")))


@pytest.fixture
def library(binding):
    """Arguments can be prepared without a library."""
    return Library(binding, None, None)


def test_every_struct_has_the_contracts_size_and_offsets(binding):
    for struct in binding.abi.structs.values():
        assert binding.ffi.sizeof(struct.name) == struct.size
        for field in struct.fields:
            assert binding.ffi.offsetof(struct.name, field.name) == field.offset


def test_a_struct_is_encoded_as_cffi_would(binding):
    struct = binding.abi.structs["astra_tensor_desc"]
    data = encode(binding, struct, {"dtype": 1, "rank": 2, "dims": [3, 4, 0, 0, 0, 0, 0, 0]}, [])
    view = binding.ffi.from_buffer("astra_tensor_desc *", bytearray(data))
    assert (view.struct_size, view.dtype, view.rank, list(view.dims)) == (struct.size, 1, 2, [3, 4, 0, 0, 0, 0, 0, 0])
    assert decode(binding, struct, data).dims == [3, 4, 0, 0, 0, 0, 0, 0]


def test_a_text_field_points_at_its_bytes(binding):
    keep = []
    data = encode(binding, binding.abi.structs["astra_kernel_query"], {"op": "add@1"}, keep)
    text = decode(binding, binding.abi.structs["astra_kernel_query"], data).op
    assert text.len == 5
    assert binding.ffi.buffer(binding.ffi.cast("char *", text.ptr), 5)[:] == b"add@1"


def test_rows_behind_a_pointer_are_counted(binding):
    data = encode(binding, binding.abi.structs["astra_launch_options"], {"attributes": [{"id": 1, "bits": 2}] * 3}, [])
    assert decode(binding, binding.abi.structs["astra_launch_options"], data).attribute_count == 3


def test_a_wrong_field_or_parameter_is_a_mistake_of_the_case(binding, library):
    with pytest.raises(TypeError, match="no field wrong"):
        encode(binding, binding.abi.structs["astra_hello"], {"wrong": 1}, [])
    with pytest.raises(TypeError, match="no parameter wrong"):
        library.prepare("astra_stream_create", {"wrong": 1})


def test_a_length_is_derived_unless_it_is_given(library):
    call = library.prepare("astra_tensor_create", {"device": 1, "desc": {}, "data": b"12345678"})
    assert call.given["data_length"] == 8
    assert library.prepare("astra_tensor_create", {"data": b"12345678", "data_length": 3}).given["data_length"] == 3


def test_an_array_of_handles_is_counted_and_laid_out(library):
    call = library.prepare("astra_launch", {"inputs": [1, 2, 3]})
    assert call.given["input_count"] == 3
    assert call.blocks["inputs"].bytes() == b"".join(n.to_bytes(8, "little") for n in (1, 2, 3))


def test_outputs_begin_as_garbage(library):
    call = library.prepare("astra_stream_create", {"device": 1})
    assert call.blocks["out_stream"].bytes() == bytes([FILL_BYTE]) * 8


def test_an_out_struct_has_the_size_that_is_asked_for(binding, library):
    size = binding.abi.structs["astra_runtime_info"].size
    block = library.prepare("astra_runtime_describe", {"out_info": Sized(4, 100)}).blocks["out_info"]
    assert (block.size, block.bytes()[:4]) == (100, b"\4\0\0\0")
    assert library.prepare("astra_runtime_describe", {}).blocks["out_info"].size == size


def test_nothing_is_null(library):
    call = library.prepare("astra_runtime_describe", {"out_info": None, "error": None})
    assert call.blocks == {}
    assert all(not value for value in call.values[1:])


@pytest.mark.parametrize("offset", [-1, 8])
def test_guards_see_a_write_beside_a_block(binding, offset):
    block = Block(binding.ffi, 8, b"12345678")
    assert block.guards_intact()
    block.view[block.start + offset] = b"x"
    assert not block.guards_intact()


def test_examples_of_a_hello_are_the_callers_own(binding):
    values = binding.example(binding.abi.structs["astra_hello"])
    assert values["built_version"] == values["minimum_version"] == binding.abi.version.number
    assert values["minimum_layout_hash"] == binding.layout_hash
