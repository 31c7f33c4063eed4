"""Versions and types."""

from __future__ import annotations

import pytest

from astra_abi.generate.c import declaration
from astra_abi.model import Type, Version


@pytest.mark.parametrize(("text", "line", "number"), [("0.1.0", "0.1", 4096), ("0.2.7", "0.2", 8199), ("3.4.5", "3", 3 << 22 | 4 << 12 | 5)])
def test_a_version_has_a_line_and_a_number(text: str, line: str, number: int) -> None:
    assert (Version.parse(text).line, Version.parse(text).number) == (line, number)


@pytest.mark.parametrize("text", ["1", "1.2", "01.2.3", "1.2.3.4", "v1.2.3", "1024.0.0", "1.2.4096", ""])
def test_what_is_not_a_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Version.parse(text)


@pytest.mark.parametrize("text", ["u32", "u64[8]", "const char*", "astra_tensor"])
def test_a_type_is_written_as_it_was_read(text: str) -> None:
    assert str(Type.parse(text)) == text


@pytest.mark.parametrize("text", ["", "const char", "u32[0]", "u32[-1]", "char**", "int main", "9x"])
def test_what_is_not_a_type_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Type.parse(text)


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        (Type("u64", (), 8), "uint64_t x[8]"), (Type("void", ("const",)), "const void *x"), (Type("void", ("const", "mut")), "const void **x"),
        (Type("astra_error", ("mut",)), "astra_error *x"), (Type("char", ("const", "const")), "const char *const *x"), (Type("f32"), "float x"),
    ],
)
def test_a_declaration_is_spelled_as_c(type_: Type, expected: str) -> None:
    assert declaration(type_, "x") == expected
