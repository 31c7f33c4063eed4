"""What a header contract says of the inside of structs and of its machine, and what follows for a comparison."""

from __future__ import annotations

from pathlib import Path

import pytest

from astra_abi.compare import compare
from astra_abi.load.declared import headers_of, load_declarations
from astra_abi.load.headers import load_text
from astra_abi.load.promised import declare, promised_image
from astra_abi.model import AstraError, Image
from astra_abi.model.container import Container, PlatformTag

HEAD = 'kind = "headers"\nname = "x"\nversion = "1"\n[headers]\nfiles = ["x.h"]\n'
LOOP = "typedef struct x_loop { void* data; void* queue[2]; int live; long stop; } x_loop;\nint x_run(x_loop* loop);\n"


def declared(folder: Path, text: str):
    (folder / "contract.toml").write_text(HEAD + text)
    return load_declarations(folder)


def found(contract, old: str, new: str) -> list[tuple[str, str]]:
    return [(change.kind, change.subject) for change in compare(*(declare(load_text(text), contract) for text in (old, new)))]


def test_the_inside_of_fields_that_programs_may_not_use_is_free(tmp_path: Path) -> None:
    contract = declared(tmp_path, '[struct.x_loop]\npublic = ["data", "stop"]\n')
    other = LOOP.replace("void* queue[2]; int live;", "struct { void* next; void* prev; } q; unsigned active;")
    assert found(contract, LOOP, other) == []


def test_the_bytes_of_fields_that_programs_may_not_use_are_promised(tmp_path: Path) -> None:
    contract = declared(tmp_path, '[struct.x_loop]\npublic = ["data", "stop"]\n')
    assert found(contract, LOOP, LOOP.replace("queue[2]", "queue[3]")) == [("field_type_changed", "struct:x_loop.(private from 8)")]


def test_public_fields_are_compared_as_ever(tmp_path: Path) -> None:
    contract = declared(tmp_path, '[struct.x_loop]\npublic = ["data", "stop"]\n')
    assert found(contract, LOOP, LOOP.replace("long stop", "void* stop")) == [("field_type_changed", "struct:x_loop.stop")]


def test_an_opaque_struct_has_no_public_fields(tmp_path: Path) -> None:
    with pytest.raises(AstraError, match="nobody's business"):
        declared(tmp_path, '[struct.x_loop]\nopaque = true\npublic = ["data"]\n')


def test_a_header_that_is_named_is_read_by_itself_whatever_patterns_of_parts_say(tmp_path: Path) -> None:
    for name in ("x.h", "y.h"):
        (tmp_path / name).write_text("")
    contract = declared(tmp_path, 'parts = ["*.h"]\n')
    headers = headers_of(contract, tmp_path)
    assert ([path.name for path in headers.files], [path.name for path in headers.parts]) == (["x.h"], ["y.h"])


IMAGE = Image(
    symbols={}, floor={"GLIBC": ("2.17", "a"), "SISTER": ("3.0", "b")},
    container=Container("elf", "x86_64", 64, "little", tag=PlatformTag("manylinux_2_17_x86_64", "glibc", 3)),
)


def test_the_floor_of_a_sister_library_may_be_declared(tmp_path: Path) -> None:
    contract = declared(tmp_path, '[toolchain.floor]\nSISTER = "3.5"\n')
    assert promised_image(IMAGE, contract).floor == {"GLIBC": ("2.17", "a"), "SISTER": ("3.5", "")}
    assert promised_image(IMAGE, contract).container.tag == IMAGE.container.tag


def test_a_declared_c_library_speaks_in_place_of_the_platform_tag(tmp_path: Path) -> None:
    image = promised_image(IMAGE, declared(tmp_path, '[toolchain]\nglibc = "2.36"\n'))
    assert (image.floor["GLIBC"], image.container.tag) == (("2.36", ""), None)


# What follows from names alone.

def rules(old: str, new: str) -> dict[str, str]:
    return {change.subject: str(change.facts) for change in compare(load_text(old), load_text(new))}


ENDS = "enum x_code { X_OK, X_BAD, %s X_END, X_OWN = 100 }; int x_run(enum x_code code);"


def test_a_constant_that_ends_a_range_before_others_only_counts_them() -> None:
    assert rules(ENDS % "", ENDS % "X_WORSE,")["constant:X_END"] == "{'marks_end': True}"


@pytest.mark.parametrize("name", ["X_END_OF_DATA", "X_STATE"])
def test_a_constant_in_the_middle_is_renumbered_whatever_it_begins_with(name: str) -> None:
    old, new = (text.replace("X_END", name) for text in (ENDS % "", ENDS % "X_WORSE,"))
    assert rules(old, new)[f"constant:{name}"] == "{'marks_end': False}"


def test_a_constant_that_others_follow_without_a_gap_is_renumbered() -> None:
    text = "enum x_state { X_BEFORE, %s X_DATA_END, X_SENT, X_OWN = 100 }; int x_run(enum x_state state);"
    assert rules(text % "", text % "X_ASKED,")["constant:X_DATA_END"] == "{'marks_end': False}"


def test_a_macro_that_tells_where_it_stands_has_no_value_of_its_own() -> None:
    text = "#define X_LINE __LINE__\nint x_run(void);\n"
    assert rules(text, "\n\n" + text) == {}
