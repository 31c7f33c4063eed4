"""The comparer on edits of the contract's own files: one change for each, for today's contract and for a frozen one."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from astra_abi.compare import compare
from astra_abi.load.contract import load_contract
from astra_abi.model import Abi

ROOT = Path(__file__).parents[2]
CONTRACT = load_contract(ROOT / "spec")
RELEASED = replace(CONTRACT, image=replace(CONTRACT.image, closed=False))
"""The contract as a baseline gives it."""


def told(old: Abi, new: Abi) -> list[tuple[str, str]]:
    return [(change.kind, change.subject) for change in compare(old, new)]


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    return tmp_path / "spec"


def edited(spec: Path, *edits: tuple[str, str, str]) -> Abi:
    for name, old, new in edits:
        text = (spec / name).read_text()
        assert old in text, (name, old)
        (spec / name).write_text(text.replace(old, new, 1))
    return load_contract(spec)


NEXT = f"{CONTRACT.line}.{CONTRACT.version.patch + 1}"
NEXT_VERSION = (
    ("contract.toml", f'version = "{CONTRACT.version}"', f'version = "{NEXT}"'),
    ("contract.toml", f'"{CONTRACT.version}"]', f'"{CONTRACT.version}", "{NEXT}"]'),
)


def test_an_error_that_a_role_implies_is_told_at_the_role(spec: Path) -> None:
    new = edited(spec, ("abi/roles.toml", "the handle is zero", "the handle is nothing"))
    assert told(RELEASED, replace(new, image=None)) == [("error_condition_changed", "role:handle")]


def test_the_errors_that_follow_from_a_parameter_are_not_told_again(spec: Path) -> None:
    new = edited(spec, ("abi/launch.toml", 'dir = "in", nullable = true, doc = "Attributes', 'dir = "in", doc = "Attributes'))
    assert told(RELEASED, replace(new, image=None)) == [("nullability_changed", "function:astra_launch.options")]


@pytest.mark.parametrize(("file", "old", "new", "expected"), [
    ("abi/stream.toml", 'ownership = "consumed"', 'ownership = "call"', ("ownership_changed", "function:astra_stream_release.stream")),
    ("abi/map.toml", 'blocks = "until complete, failed or timed out"', 'blocks = "never"', ("blocking_changed", "function:astra_tensor_map")),
    ("abi/map.toml", 'thread = "any"', 'thread = "one at a time"', ("thread_rule_changed", "function:astra_tensor_map")),
    ("abi/map.toml", 'stream = "observes"', 'stream = "none"', ("stream_order_changed", "function:astra_tensor_map")),
    ("abi/map.toml", 'code = "ASTRA_ERROR_TIMEOUT"', 'code = "ASTRA_ERROR_INVALID_VALUE"', ("error_code_replaced", "function:astra_tensor_map")),
    ("abi/map.toml", "Waits for a tensor's contents", "Waits for the contents", ("doc_changed", "function:astra_tensor_map")),
    ("abi/map.toml", "multiple of 64", "multiple of 32", ("requirement_changed", "requirement:map/aligned")),
    ("abi/event.toml", "open  = false", "open  = true", ("openness_changed", "enum:astra_event_state")),
    ("abi/device.toml", "borrowed = true", "borrowed = false", ("handle_borrowed_changed", "handle:astra_device")),
    ("ops/add@1.toml", "Nothing is broadcast.", "Axes are broadcast.", ("operator_definition_changed", "operator:add@1")),
    ("ops/add@1.toml", "directly to the type of y", "to the type of y", ("operator_definition_changed", "operator:add@1")),
    ("ops/add@1.toml", 'it wraps around', 'it saturates', ("operator_definition_changed", "operator:add@1")),
    ("ops/mul@1.toml", ', ["bf16", "bf16", "bf16"]', '', ("operator_dtypes_removed", "operator:mul@1")),
    ("ops/sum@1.toml", "id       = 2", "id       = 3", ("operator_attribute_changed", "operator:sum@1.keep_axes")),
    ("build.toml", 'zig  = "0.17.1"', 'zig  = "0.18.0"', ("build_input_changed", "build:compilers.zig")),
    ("build.toml", '"aarch64-macos", "wasm32-wasi"', '"aarch64-macos"', ("target_removed", "build:targets.layout.wasm32-wasi")),
    ("build.toml", '"libm.so.6"', '"libm.so.6", "libz.so.1"', ("needed_added", "library:needed:libz.so.1")),
    ("build.toml", "rpath      = false", "rpath      = true", ("rpath_added", "library:rpath")),
    ("build.toml", 'symbol = "astra_registry*"', 'symbol = "astra_*"', ("state_added", "library:state:astra_*")),
    ("contract.toml", "at least three years", "at least two years", ("promise_text_changed", "contract:promise")),
])
def test_an_edit_of_the_contract_is_one_change(spec: Path, file: str, old: str, new: str, expected: tuple[str, str]) -> None:
    changed = edited(spec, *NEXT_VERSION, (file, old, new))
    assert told(RELEASED, replace(changed, image=None)) == [expected]
    assert told(CONTRACT, changed) == [expected]


@pytest.mark.parametrize(("file", "text", "expected"), [
    ("abi/map.toml", """
[function.astra_map_length]
since  = "{next}"
doc    = "Tells the length of an open map."
thread = "any"
blocks = "never"
stream = "none"
params = [
  { name = "map", type = "astra_map", doc = "The map." },
  { name = "out_length", type = "u64", dir = "out", doc = "Number of bytes." },
]
requires = [{ id = "map/length", about = "contents", text = "The length is the tensor's." }]
""", ("function_added", "function:astra_map_length")),
    ("abi/map.toml", """
[struct.astra_map_info]
since     = "{next}"
growth    = "growable"
direction = "out"
doc       = "What a map is."
fields    = [{ name = "length", type = "u64", doc = "Number of bytes." }]
""", ("struct_added", "struct:astra_map_info")),
    ("abi/map.toml", """
[handle.astra_view]
since = "{next}"
doc   = "A view."
""", ("handle_added", "handle:astra_view")),
    ("ops/opposite@1.toml", """
title   = "Negation"
since   = "{next}"
used_by = "Everybody."
input   = [{ name = "x", doc = "The operand." }]
output  = [{ name = "y", doc = "The result." }]
[definition]
dtypes  = [["f32", "f32"]]
shape   = "As x."
result  = "y[i] = -x[i]."
special = [{ case = "NaN", result = "its sign is turned" }]
""", ("operator_added", "operator:opposite@1")),
])
def test_an_addition_to_the_contract_is_one_change(spec: Path, file: str, text: str, expected: tuple[str, str]) -> None:
    with (spec / file).open("a") as stream:
        stream.write(text.replace("{next}", NEXT))
    new = edited(spec, *NEXT_VERSION)
    assert told(RELEASED, replace(new, image=None)) == [expected]
    assert told(CONTRACT, new) == [expected]
