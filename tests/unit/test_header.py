"""Reading a header back gives the contract that it was made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from astra_abi.compare import compare
from astra_abi.generate.header import header
from astra_abi.load.contract import load_contract
from astra_abi.load.header import parse_header
from astra_abi.model import AstraError

ABI = load_contract(Path(__file__).parents[2] / "spec")
TEXT = header(ABI)


def read(text: str):
    return parse_header(text, Path("astra.h"), "astra")


def test_the_header_has_every_function_struct_and_constant() -> None:
    seen = read(TEXT)
    assert set(seen.functions) == set(ABI.functions)
    assert set(seen.structs) == set(ABI.structs) and set(seen.handles) == set(ABI.handles)
    constants = {name: constant.value for enum in ABI.enums.values() for name, constant in enum.constants.items()}
    assert constants.items() <= {name: constant.value for name, constant in seen.enums[""].constants.items()}.items()
    for name, struct in ABI.structs.items():
        assert [(f.name, f.offset, f.size) for f in seen.structs[name].fields] == [(f.name, f.offset, f.size) for f in struct.fields]


def test_a_comment_is_free_to_change() -> None:
    assert compare(read(TEXT), read(TEXT.replace("The call succeeded.", "It went well."))) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [("#define ASTRA_DTYPE_F32 UINT32_C(1)", "#define ASTRA_DTYPE_F32 UINT32_C(2)"), ("    uint32_t thread_count;\n    /* The instruction set of", "    uint64_t thread_count;\n    /* The instruction set of"), ("uint64_t timeout_ns, astra_map", "uint32_t timeout_ns, astra_map")],
)
def test_a_real_difference_is_seen(old: str, new: str) -> None:
    assert old in TEXT
    assert compare(read(TEXT), read(TEXT.replace(old, new)))


@pytest.mark.parametrize("text", ["int astra_x(", "typedef struct astra_a { int :3; } astra_a;", "typedef struct astra_u { union { int a; } b; } astra_u;", "#include \"other.h\"\n", "#error no\n"])
def test_a_header_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(AstraError) as caught:
        read(text)
    assert caught.value.do_this
