"""The first difference of two outputs, as it is told."""

from __future__ import annotations

import pytest

from astra_abi.compare.outputs import first_difference
from astra_abi.record.remains import output

TEXT = b"one\ntwo two\nthree\n"


@pytest.mark.parametrize(("old", "new", "was", "now"), [
    (TEXT, TEXT.replace(b"two t", b"two T"), "byte 8, line 2: 'two two'", "byte 8, line 2: 'two Two'"),
    (TEXT, TEXT + b"four\n", "byte 18: the end", "byte 18, line 4: 'four'"),
    (TEXT, TEXT[:5], "byte 5, line 2: 'two two'", "byte 5: the end"),
    (b"", b"x\n", "nothing", "byte 0, line 1: 'x'"), (b"x", b"", "byte 0, line 1: 'x'", "nothing"),
    (b"a\nb", b"axb", "byte 1, line 1: 'a\\n'", "byte 1, line 1: 'axb'"),
    (b"\0\1\2" + bytes(40), b"\0\1\3" + bytes(40), "byte 2: 02" + " 00" * 15, "byte 2: 03" + " 00" * 15),
    (b"tab\there", b"tab\tHere", "byte 4, line 1: 'tab\\there'", "byte 4, line 1: 'tab\\tHere'"),
    ("größe".encode(), "größer".encode(), "byte 7: the end", "byte 7, line 1: 'größer'"),
    (b"x" * 100 + b"a" + b"y" * 100, b"x" * 100 + b"b" + b"y" * 100, "byte 100, line 1: …'" + "x" * 24 + "a" + "y" * 47 + "'…",
     "byte 100, line 1: …'" + "x" * 24 + "b" + "y" * 47 + "'…"),
])
def test_the_first_difference_is_named_with_what_stands_there(old: bytes, new: bytes, was: str, now: str) -> None:
    assert first_difference(output(old), output(new)) == (was, now)
    assert first_difference(output(new), output(old)) == (now, was)


BIG = b"\0" * 300_000


@pytest.mark.parametrize(("new", "place"), [
    (BIG[:200_000] + b"\1" + BIG[200_001:], "bytes 196608 to 200703"), (BIG + b"\0" * 5000, "bytes 299008 to 303103"),
    (BIG[:10_000], "bytes 8192 to 12287"), (BIG[:40_000] + b"\1" + BIG[:10_000], "bytes 36864 to 40959"),
])
def test_of_a_long_output_the_first_different_piece_is_named(new: bytes, place: str) -> None:
    for old, other in ((BIG, new), (new, BIG)):
        texts = first_difference(output(old), output(other))
        assert [text.startswith(f"{place}: one of ") for text in texts] == [True, True], texts
        assert texts[0] != texts[1]


def test_in_the_beginning_of_a_long_output_the_byte_is_named() -> None:
    assert first_difference(output(BIG), output(b"\0\0\7" + BIG))[1].startswith("byte 2: 07 00")
