"""Texts of macros: tokens as a compiler sees them, numbers given out as pointers and characters, and hostile texts."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from astra_abi.compare import compare
from astra_abi.compare.spelling import body, given_out, is_literal, tokens
from astra_abi.model import Abi, Macro, Signature, Type, Typedef

ABI = Abi("headers", typedefs={
    "x_done": Typedef("x_done", Type("function", inner=Signature(Type("void"), ()))),
    "x_at": Typedef("x_at", Type("void", ("mut",))),
    "x_count": Typedef("x_count", Type("i64")),
})


@pytest.mark.parametrize(("text", "number"), [
    ("((void*)-1)", 2**64 - 1), ("((void *) 0)", 0), ("(const char *)0x10", 16), ("((struct x_s *)~0ul)", 2**64 - 1), ("((x_done)-1)", 2**64 - 1),
    ("((x_at)(-2))", 2**64 - 2), ("((void *)(long)-1)", 2**64 - 1), ("((void *)(uintptr_t)010)", 8), ("((void *const)3)", 3), ("((x_count)-1)", None),
    ("((unknown)-1)", None), ("((void *)x_nothing)", None), ("((void *)09)", None), ("x_open", None), ("", None), ("((void *)-1) + 1", None),
])
def test_a_number_given_out_as_a_pointer_is_one(text: str, number: int | None) -> None:
    assert given_out(Macro("X", text), ABI) == number


def test_a_pointer_of_another_width_holds_less_of_a_number() -> None:
    assert given_out(Macro("X", "((void *)-1)"), replace(ABI, pointer=4)) == 2**32 - 1


@pytest.mark.parametrize("text", ["'a'", "L'a'", "('\\n')", "u8'x'", "'\\''", "'RIFF'", "12", "(-1)", "0x1fUL", "UINT32_C(7)"])
def test_characters_and_numbers_are_literals(text: str) -> None:
    assert is_literal(text)


@pytest.mark.parametrize("text", ["a", "1 + 2", "'a' + 1", '"a"', "sizeof(int)"])
def test_what_is_computed_is_no_literal(text: str) -> None:
    assert not is_literal(text)


@pytest.mark.parametrize(("one", "other", "same"), [
    ("a + b", "a+b", True), ("f (x)", "f(x)", True), ("a - -b", "a--b", False), ("a + +b", "a ++b", False), ('"a b"', '"a  b"', False), ("' '", "'  '", False),
    ("1 2", "12", False), ("a b", "ab", False), ("x . y", "x.y", True), ("1e+3", "1e +3", False), ("a >>= 1", "a >> = 1", False), ("a ## b", "a##b", True),
])
def test_white_space_matters_only_where_it_parts_tokens(one: str, other: str, same: bool) -> None:
    assert (tokens(one) == tokens(other)) is same


@pytest.mark.parametrize(("one", "other", "same"), [
    ((("a", "b"), "a - b"), (("x", "y"), "x-y"), True), ((("a", "b"), "a - b"), (("b", "a"), "a - b"), False), ((("a",), "a"), (("a", "b"), "a"), False),
    ((("a", "..."), "f(a, __VA_ARGS__)"), (("a", "rest..."), "f(a, rest)"), True), (((), "1"), (None, "1"), False), ((("a",), "b"), (("b",), "b"), False),
])
def test_names_of_parameters_do_not_matter_and_their_places_do(one: tuple, other: tuple, same: bool) -> None:
    assert (body(Macro("X", one[1], one[0])) == body(Macro("X", other[1], other[0]))) is same


@pytest.mark.parametrize("text", ["(" * 20_000, "((a " * 20_000, "'" * 50_001, '"\\' * 25_000, "((void " + "* const " * 20_000, "(a" + " a" * 50_000, "((void*)" * 20_000])
def test_a_hostile_text_takes_no_time(text: str) -> None:
    begin = time.process_time()
    given_out(Macro("X", text), ABI), is_literal(text), body(Macro("X", text))
    assert time.process_time() - begin < 2


def told(old: Abi, new: Abi) -> list[tuple[str, str]]:
    return [(change.kind, change.subject) for change in compare(old, new)]


def test_a_typedef_decides_whether_a_cast_gives_out_a_pointer() -> None:
    before, after = (replace(ABI, macros={"X_BAD": Macro("X_BAD", f"((x_done){number})")}) for number in (-1, -2))
    assert [change.facts for change in compare(before, after)] == [{"nature": "constant"}]
    unknown = [replace(side, typedefs={}) for side in (before, after)]
    assert [change.facts for change in compare(*unknown)] == [{"nature": "text"}]


def test_a_number_written_as_a_pointer_in_another_way_is_the_same() -> None:
    assert told(*(replace(ABI, macros={"X_BAD": Macro("X_BAD", text)}) for text in ("((void *)-1)", "((void*)0xffffffffffffffff)"))) == []
