"""Layouts and their hashes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from astra_abi.layout import first_size, known_at, lay_out, layout_hash
from astra_abi.load.contract import load_contract
from astra_abi.model import Field, Type, Version

ABI = load_contract(Path(__file__).parents[2] / "spec")


def fields(*types: str) -> list[Field]:
    return [Field(f"f{index}", Type.parse(text), 0, 0) for index, text in enumerate(types)]


def test_fields_follow_each_other() -> None:
    placed, size, align, gaps = lay_out(fields("u32", "u32", "u64[3]", "const char*"), {})
    assert [field.offset for field in placed] == [0, 4, 8, 32]
    assert (size, align, gaps) == (40, 8, [])


def test_gaps_are_named() -> None:
    _, size, _, gaps = lay_out(fields("u32", "u64", "u8"), {})
    assert size == 24
    assert len(gaps) == 2 and "before 'f1'" in gaps[0] and "at the end" in gaps[1]


def test_a_later_field_does_not_change_an_earlier_hash() -> None:
    old = Version(0, 1, 0)
    struct = ABI.structs["astra_runtime_config"]
    grown = replace(struct, fields=(*struct.fields, Field("threads", Type("u64"), 16, 8, "0.1.1")), size=24)
    later = replace(ABI, structs={**ABI.structs, struct.name: grown}, version=Version(0, 1, 1))
    assert layout_hash(later, old) == layout_hash(ABI, old)
    assert layout_hash(later, Version(0, 1, 1)) != layout_hash(ABI, old)
    assert first_size(grown) == first_size(struct) == 16


def test_a_moved_field_changes_the_hash() -> None:
    struct = ABI.structs["astra_attribute"]
    moved = replace(struct, fields=(struct.fields[1], struct.fields[0], struct.fields[2]))
    assert layout_hash(replace(ABI, structs={**ABI.structs, struct.name: moved}), ABI.version) != layout_hash(ABI, ABI.version)


def test_what_a_version_knew_is_plain_data() -> None:
    known = known_at(ABI, ABI.version)
    assert known["constants"]["ASTRA_OK"] == 0
    assert known["functions"]["astra_map_release"] == ["astra_status", "astra_map", "astra_error*"]
