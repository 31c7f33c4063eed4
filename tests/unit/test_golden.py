"""Goldens: inputs that never change by themselves, outputs that are compared bit for bit."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from astra_abi import golden
from astra_abi.data import packaged
from astra_abi.load.contract import load_contract
from astra_abi.model import AstraError
from astra_abi.elements import CARRIERS
from astra_abi.patterns import FORMATS, SPECIAL, drawn, kinds, splitmix64, words


@pytest.fixture(scope="module")
def abi():
    return load_contract(packaged("spec"))


def array(*bits):
    return np.array(bits, np.uint32)


def case(blessed=None, attributes=None, bits="3f800000 40000000"):
    return golden.Case("add@1/x", "add@1", ({"shape": [2], "bits": bits},), attributes or {}, "add@1.toml", blessed)


def test_the_generator_is_splitmix64():
    assert [f"{z:016x}" for z in splitmix64(0, 3).tolist()] == ["e220a8397b1dcdaf", "6e789e6aa1b965f4", "06c45d188009454f"]


def test_patterns_are_frozen():
    """Whoever changes this line has changed every golden."""
    total = hashlib.sha256()
    for kind in sorted(kinds("f32")):
        total.update(drawn(kind, 7, 1000).astype("<u4").tobytes())
    assert total.hexdigest() == "a8c3aaef46e88ea95738ce0a5c515c6d52e538635bad280a077994909f0eaef8"


def test_patterns_of_every_other_element_type_are_frozen():
    total = hashlib.sha256()
    for dtype in sorted(set(CARRIERS) - {"f32"}):
        for kind in sorted(kinds(dtype)):
            total.update(f"{dtype} {kind}".encode() + drawn(kind, 7, 1000, dtype).astype(CARRIERS[dtype].newbyteorder("<")).tobytes())
    assert total.hexdigest() == "0bb5a7642ef0c8c0cf41cde9852fb19786cce5ddc0030436886d6b0ddc42e609"


@pytest.mark.parametrize("dtype", ["f16", "bf16"])
def test_every_element_of_two_bytes_can_be_asked_for(dtype):
    every = words({"shape": [65536], "dtype": dtype, "pattern": {"kind": "every"}}, "here")
    assert every.dtype == CARRIERS[dtype] and every.tolist() == list(range(65536))


def test_not_every_element_of_four_bytes_can_be_asked_for():
    with pytest.raises(AstraError, match="unknown pattern 'every' of f32"):
        words({"shape": [2], "pattern": {"kind": "every"}}, "here")


@pytest.mark.parametrize("dtype", FORMATS)
def test_special_numbers_of_a_format_have_every_kind(dtype):
    form, bits = FORMATS[dtype], SPECIAL[dtype].astype(object)
    exponents = {int(word) >> form.fraction & form.largest for word in bits}
    fractions = {int(word) & (1 << form.fraction) - 1 for word in bits}
    assert {0, 1, form.largest, form.largest - 1, form.largest >> 1} <= exponents
    assert {0, 1, (1 << form.fraction) - 1, 1 << form.fraction - 1} <= fractions


@pytest.mark.parametrize("dtype", ["f16", "bf16", "f64"])
def test_patterns_of_formats_stay_in_their_ranges(dtype):
    def numbers(kind):
        bits = drawn(kind, 3, 20000, dtype)
        wide = (bits.astype(np.uint32) << np.uint32(16)).view(np.float32) if dtype == "bf16" else bits.view({"f16": np.float16, "f64": np.float64}[dtype])
        return np.abs(wide.astype(np.float64))

    near = 2.0 ** FORMATS[dtype].near
    assert numbers("unit").max() <= 1 and len(np.unique(numbers("unit"))) > 200
    assert numbers("normal-range").min() >= 1 / near and numbers("normal-range").max() < 2 * near
    assert np.isfinite(numbers("wide")).all() and numbers("wide").max() > 2 * near
    assert numbers("tiny").max() < {"f16": 2.0**-11, "bf16": 2.0**-110, "f64": 2.0**-1006}[dtype]


def test_each_pattern_stays_in_its_range():
    floats = {kind: drawn(kind, 3, 20000).view(np.float32) for kind in kinds("f32")}
    assert floats["unit"].min() >= -1 and floats["unit"].max() < 1
    assert (np.abs(floats["normal-range"]) >= 2.0**-20).all() and (np.abs(floats["normal-range"]) < 2.0**21).all()
    assert (np.abs(floats["tiny"]) < 2.0**-110).all() and (floats["tiny"] != 0).any()
    assert floats["exp-range"].min() < -103 and floats["exp-range"].max() > 88
    assert np.isfinite(floats["wide"]).all()
    assert set(floats["special"].view(np.uint32).tolist()) == set(SPECIAL["f32"].tolist())


@pytest.mark.parametrize(("source", "bits"), [
    ({"shape": [2], "bits": "7f800001 ffc12345"}, [0x7F800001, 0xFFC12345]),
    ({"shape": [4], "values": ["-0.0", "inf", "0x1.8p1", 0.5]}, [0x80000000, 0x7F800000, 0x40400000, 0x3F000000]),
    ({"shape": [0, 3], "bits": ""}, []),
    ({"shape": [2], "bits": "7c01 8000", "dtype": "f16"}, [0x7C01, 0x8000]),
    ({"shape": [3], "values": [1.5, "-inf", "0x1p-133"], "dtype": "bf16"}, [0x3FC0, 0xFF80, 0x0001]),
    ({"shape": [2], "values": ["0x1.0000000000001p0", -0.0], "dtype": "f64"}, [0x3FF0000000000001, 1 << 63]),
    ({"shape": [2], "values": [-128, 127], "dtype": "i8"}, [0x80, 0x7F]),
    ({"shape": [1], "values": [18446744073709551615], "dtype": "u64"}, [(1 << 64) - 1]),
    ({"shape": [2], "values": [0, 1], "dtype": "bool"}, [0, 1]),
])
def test_inputs_are_what_is_written(source, bits):
    assert words(source, "here").ravel().tolist() == bits
    assert list(words(source, "here").shape) == source["shape"]


@pytest.mark.parametrize("source", [
    {"shape": [1]}, {"shape": [1], "bits": "3f80000"}, {"shape": [2], "bits": "3f800000"}, {"shape": [1], "values": [0.1]},
    {"shape": [1], "values": ["0x1p200"]}, {"shape": [1], "values": [1], "dtype": "f8"}, {"shape": [1], "values": [128], "dtype": "i8"},
    {"shape": [1], "values": [-1], "dtype": "u64"}, {"shape": [1], "values": [2049], "dtype": "f16"}, {"shape": [1], "values": [257], "dtype": "bf16"},
    {"shape": [1], "values": [2], "dtype": "bool"}, {"shape": [1], "bits": "3f800000", "dtype": "bf16"}, {"shape": [1], "pattern": {"kind": "unit"}, "dtype": "u8"}, {"shape": [1], "pattern": {"kind": "none"}}, {"shape": [1], "bits": "00000000", "values": [0]},
])
def test_an_input_that_cannot_be_meant_is_refused(source):
    with pytest.raises(AstraError):
        words(source, "here")


def test_equal_outputs_do_not_differ():
    one = case()
    blessed = golden.render_case(one, [array(1, 2)])
    assert golden.difference(case(blessed), [array(1, 2)]) is None


def test_a_difference_names_element_and_bits():
    blessed = golden.render_case(case(), [array(0x3F800000, 0x40000000)])
    assert golden.difference(case(blessed), [array(0x3F800000, 0x40000001)]) == (
        "output 0: element 1: expected 40000000, actual 40000001 (1 of 2 differ)"
    )


def test_another_shape_with_the_same_bits_differs():
    blessed = golden.render_case(case(), [array(1, 2)])
    assert "shape [2, 1], expected [2]" in golden.difference(case(blessed), [array(1, 2).reshape(2, 1)])


def test_large_outputs_have_their_digest_only():
    large = np.zeros(golden.MOST_WRITTEN + 1, np.uint32)
    blessed = golden.render_case(case(), [large])
    assert "bits" not in blessed["outputs"][0]
    assert "digest" in golden.difference(case(blessed), [large + np.uint32(1)])


@pytest.mark.parametrize("changed", [case(bits="3f800000 40000001"), case(attributes={"axes": 1})])
def test_outputs_of_other_inputs_are_stale(changed):
    blessed = golden.render_case(case(), [array(1, 2)])
    stale = golden.Case(changed.key, changed.op, changed.sources, changed.attributes, changed.where, blessed)
    assert "other inputs" in golden.difference(stale, [array(1, 2)])


def test_without_a_golden_the_remedy_is_named():
    assert "bless" in golden.difference(case(), [array(1)])


def test_libraries_that_disagree_bless_nothing():
    with pytest.raises(AstraError) as caught:
        golden.agree(case(), [(Path("a.so"), [array(1, 2)]), (Path("b.so"), [array(1, 3)])])
    text = str(caught.value)
    assert "add@1/x" in text and "element 1" in text and "00000002" in text and "00000003" in text and "b.so" in text


def test_a_library_that_fails_a_case_blesses_nothing():
    with pytest.raises(AstraError, match="crashed"):
        golden.agree(case(), [(Path("a.so"), "crashed: killed by SIGSEGV"), (Path("b.so"), [array(1)])])


def test_one_library_is_not_enough(abi):
    with pytest.raises(AstraError, match="alone"):
        golden.bless(abi, [Path("a.so")], packaged("golden"))


def test_every_case_of_the_repository_is_blessed_with_its_inputs(abi):
    cases = golden.load_cases(abi, packaged("golden"))
    stale = [case.key for case in cases if not case.blessed or case.blessed["inputs"] != case.input_digest]
    assert stale == [], f"{golden.BLESS}"
    assert {case.key for case in cases} == set(golden.promised(abi, packaged("golden")))
    assert len(cases) >= 150


def test_a_folder_without_an_operators_goldens_is_refused(abi, tmp_path):
    with pytest.raises(AstraError, match="has no golden"):
        golden.load_cases(abi, tmp_path)


@pytest.mark.parametrize(("named", "says"), [([], "has several outputs for f32"), (["f32"], "is not declared for f32, f32")])
def test_outputs_are_named_where_inputs_leave_a_choice(abi, named, says):
    with pytest.raises(AstraError, match=says):
        golden.outputs_of(abi.operators["cast@1"], ["f32"], named, "cast@1.toml")
    assert golden.outputs_of(abi.operators["cast@1"], ["f32"], ["f16"], "") == ("f16",)
    assert golden.outputs_of(abi.operators["eq@1"], ["f32", "f32"], [], "") == ("bool",)
