"""Reading a contract: every error at once, with file and key path, and nothing guessed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from astra_abi.load.contract import load_contract
from astra_abi.model import AstraError, Version

ROOT = Path(__file__).parents[2]


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    return tmp_path / "spec"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def refusal(spec: Path) -> str:
    with pytest.raises(AstraError) as caught:
        load_contract(spec)
    assert caught.value.do_this
    return str(caught.value)


def test_the_contract_is_valid() -> None:
    abi = load_contract(ROOT / "spec")
    assert abi.version == abi.history[-1] and str(abi.version).startswith(f"{abi.line}.")


def test_an_unknown_key_is_refused_with_its_path(spec: Path) -> None:
    change(spec / "abi/map.toml", 'thread = "any"', 'threads = "any"')
    text = refusal(spec)
    assert "abi/map.toml: function.astra_tensor_map.threads: unknown key 'threads'" in text
    assert "'thread' is a required property" in text


def test_a_wrong_type_is_refused(spec: Path) -> None:
    change(spec / "abi/tensor.toml", '"ASTRA_MAX_RANK", value = 8', '"ASTRA_MAX_RANK", value = "eight"')
    assert "abi/tensor.toml: enum.astra_limit.values[0].value: 'eight' is not of type 'integer'" in refusal(spec)


def test_errors_of_several_files_are_reported_together(spec: Path) -> None:
    change(spec / "abi/map.toml", 'blocks = "never"', 'blocks = "sometimes"')
    change(spec / "build.toml", "rpath      = false", "rpath      = 0")
    (spec / "ops/add@1.toml").write_text("title = 'no end")
    text = refusal(spec)
    assert "3 errors" in text or "4 errors" in text
    assert "abi/map.toml" in text and "build.toml" in text and "ops/add@1.toml" in text


def test_a_name_given_twice_in_one_file_is_refused(spec: Path) -> None:
    with (spec / "abi/map.toml").open("a") as file:
        file.write('\n[handle.astra_map]\nsince = "0.1.0"\ndoc = "Again."\n')
    assert "gives a name twice" in refusal(spec)


def test_a_name_given_twice_in_two_files_is_refused(spec: Path) -> None:
    with (spec / "abi/map.toml").open("a") as file:
        file.write('\n[handle.astra_tensor]\nsince = "0.1.0"\ndoc = "Again."\n')
    assert "the name 'astra_tensor' is already declared in abi/map.toml" in refusal(spec)


def test_a_cycle_of_structs_is_refused(spec: Path) -> None:
    (spec / "abi/cycle.toml").write_text(
        'title = "Cycle"\n'
        '[struct.astra_a]\nsince = "0.1.0"\ngrowth = "frozen"\ndoc = "A."\nfields = [{ name = "b", type = "astra_b", doc = "B." }]\n'
        '[struct.astra_b]\nsince = "0.1.0"\ngrowth = "frozen"\ndoc = "B."\nfields = [{ name = "a", type = "astra_a", doc = "A." }]\n'
    )
    assert "a cycle: astra_a -> astra_b -> astra_a" in refusal(spec)


def test_implicit_padding_is_refused(spec: Path) -> None:
    change(spec / "abi/tensor.toml", '  { name = "reserved", type = "u32", doc = "Zero." },\n', "")
    assert "4 bytes of implicit padding at the end" in refusal(spec)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("abi/map.toml", 'type = "astra_map", dir = "out", ownership = "caller"', 'type = "astra_mop", dir = "out", ownership = "caller"', "unknown type 'astra_mop'"),
        ("abi/map.toml", 'type = "astra_map", dir = "out", ownership = "caller"', 'type = "astra_map", dir = "out"', "an out handle says who owns it"),
        ("abi/device.toml", "ASTRA_ERROR_INDEX_OUT_OF_RANGE", "ASTRA_ERROR_NO_SUCH", "'ASTRA_ERROR_NO_SUCH' is not a constant of astra_status"),
        ("abi/status.toml", "value = 37", "value = 36", "which ASTRA_ERROR_NOT_IN_LIBRARY has already"),
        ("abi/stream.toml", "[function.astra_stream_wait]\nsince  = \"0.1.0\"", "[function.astra_stream_wait]\nsince  = \"0.2.0\"", "is not a version of contract.toml's history"),
        ("abi/tensor.toml", 'len = "data_length"', 'len = "size"', "'size' is not an integer parameter"),
        ("contract.toml", 'line    = "0.1"', 'line    = "0"', "is not the line of version 0.1."),
        ("abi/runtime.toml", 'type = "astra_hello", dir = "in"', 'type = "astra_hello"', "is growable and can only be passed by pointer"),
        ("abi/stream.toml", "stream/poll-returns", "stream/starts-empty", "the requirement is already declared"),
        ("ops/sum@1.toml", "id       = 2", "id       = 1", "has the id 1, which 'axes' has already"),
    ],
)
def test_what_cannot_be_meant_is_refused(spec: Path, file: str, old: str, new: str, expected: str) -> None:
    change(spec / file, old, new)
    assert expected in refusal(spec)


def test_a_folder_without_a_contract_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AstraError, match="no contract.toml here"):
        load_contract(tmp_path)


def test_a_second_output_for_inputs_that_left_no_choice_is_refused(spec: Path) -> None:
    """Programs of yesterday name inputs alone."""
    change(spec / "ops/sum@1.toml", "[definition]", '[[extension]]\nsince = "0.1.1"\ndtypes = [["f32", "f64"]]\nresult = "The same."\nspecial = []\n\n[definition]')
    assert "another output for [f32] would make queries ambiguous that name inputs alone" in refusal(spec)


def test_one_combination_twice_is_refused(spec: Path) -> None:
    change(spec / "ops/cast@1.toml", '["f16", "bf16"], ', '["f16", "bf16"], ["f16", "bf16"], ')
    assert "ops/cast@1.toml: dtypes: [f16, bf16] is declared twice" in refusal(spec)
