"""Folders with headers that cannot be read here: what is judged without them, and what is then left open."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from astra_abi.diff import CANNOT_RUN, PASS, look
from astra_abi.load.headers import find_headers, standing
from astra_abi.load.source import Reading, read_source
from astra_abi.model import AstraError

MAIN = "struct q; int f(struct q *p);\n"
WINDOWS = '#include "x.h"\n#include <no_such_windows.h>\nint for_windows(HWND window);\n'


def side(folder: Path, source: str, **headers: str) -> tuple[Path, Path]:
    """A library and its folder of headers; `a__hpp` is the file a.hpp."""
    include = folder / "include"
    include.mkdir(parents=True)
    for name, text in headers.items():
        (include / name.replace("__", ".")).write_text(text)
    (folder / "x.c").write_text(source)
    library = folder / "libx.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-g", f"-I{include}", "-o", library, folder / "x.c"], check=True)
    return library, include


def declarations(tmp_path: Path, source: str, new_source: str = "", **headers: str):
    """The view of declarations of two releases with the same headers."""
    sides = []
    for name, text in (("old", source), ("new", new_source or source)):
        library, include = side(tmp_path / name, text, **headers)
        sides.append(read_source(library, Reading(headers=include)))
    return next(view for view in look(*sides) if view.name == "declarations")


@pytest.mark.parametrize("other", ["x_win__h", "x__hpp"])
def test_a_header_around_the_main_one_that_cannot_be_read_is_left_out_and_said(tmp_path: Path, other: str) -> None:
    view = declarations(tmp_path, '#include "x.h"\nint f(struct q *p) { return !p; }', x__h=MAIN, **{other: WINDOWS})
    assert view.verdict == PASS
    assert view.summary == f"1 functions on x86_64-linux-gnu; left out, since they cannot be included by themselves: {other.replace('__', '.')}"


def test_a_whole_chain_of_such_headers_is_left_out(tmp_path: Path) -> None:
    chain = {f"w{index}__h": f'#include "{f"w{index - 1}" if index else "x"}.h"\n#include <none{index}.h>\n' for index in range(5)}
    view = declarations(tmp_path, '#include "x.h"\nint f(struct q *p) { return !p; }', x__h=MAIN, **chain)
    assert (view.verdict, view.summary.rpartition(": ")[2]) == (PASS, "w0.h, w1.h, w2.h, w3.h, w4.h")


def test_a_header_is_left_out_for_an_error_in_one_that_it_includes(tmp_path: Path) -> None:
    more = {"all__h": '#include "x.h"\n#include "part.h"\n', "part__h": "#include <none.h>\n"}
    view = declarations(tmp_path, '#include "x.h"\nint f(struct q *p) { return !p; }', x__h=MAIN, **more)
    assert (view.verdict, view.summary.rpartition(": ")[2]) == (PASS, "all.h, part.h")


@pytest.mark.parametrize("lost, what", [
    ('#include "x.h"\n#include <none.h>\nint g(GList *list);\n', "g"),
    ('#include "x.h"\n#include <none.h>\nstruct q { int a; };\n', "q"),
])
def test_what_only_a_skipped_header_declares_of_a_library_cannot_be_judged(tmp_path: Path, lost: str, what: str) -> None:
    source = '#include "x.h"\nstruct q { int a; };\nint f(struct q *p) { return p->a; }\nint g(void *list) { return !list; }'
    view = declarations(tmp_path, source, x__h=MAIN, lost__h=lost)
    assert view.verdict == CANNOT_RUN
    assert f"lost.h cannot be included, and nothing else declares {what}: " in view.summary


def test_a_name_in_a_comment_declares_nothing(tmp_path: Path) -> None:
    source = '#include "x.h"\nint f(struct q *p) { return !p; }\nint g(void) { return 0; }'
    assert declarations(tmp_path, source, x__h=MAIN, lost__h=WINDOWS + "/* g is not ours,\n g */ // g\n").verdict == PASS


def test_without_a_library_nobody_can_tell_what_was_lost_with_the_umbrella(tmp_path: Path) -> None:
    for name, text in {"x.h": MAIN, "x_win.h": WINDOWS}.items():
        (tmp_path / name).write_text(text)
    headers = find_headers(tmp_path)
    left, why = standing(headers, "x86_64-linux-gnu", anew=False)
    assert (left.files, list(why)) == ((), ["x_win.h"])
    assert standing(headers, "x86_64-linux-gnu")[0].files == (tmp_path / "x.h",)
    with pytest.raises(AstraError, match="no_such_windows.h"):
        read_source(tmp_path, Reading(targets=("x86_64-linux-gnu",)))
