"""Headers that nobody vouches for, and the child that reads them: every end is one clear error, in bounded time and memory."""

from __future__ import annotations

import os
import resource
import signal
import time
from pathlib import Path

import pytest

from astra_abi.load import clang
from astra_abi.load.clang import read_headers
from astra_abi.load.confined import confined
from astra_abi.model import AstraError

TARGET = "x86_64-linux-gnu"


def chain(count: int, link: str, first: str) -> str:
    return first + "".join(link.format(here=number, before=number - 1) for number in range(1, count))


REFUSED = {
    "unterminated struct": ("struct s { int a;\n", "end inside of a declaration"),
    "unterminated enum": ("enum e { A,\n", "end inside of a declaration"),
    "unterminated parameters": ("int f(int a\n", "end inside of a declaration"),
    "unterminated body": ("static inline int f(void) { return 1;\n", "end inside of a declaration"),
    "no semicolon": ("int f(void)\n", "expected ';'"),
    "typedef without semicolon": ("typedef struct { int a; } t\n", "expected ';'"),
    "unterminated comment": ("int f(void); /* never\n", "unterminated /*"),
    "unterminated condition": ("#if 1\nint f(void);\n", "unterminated conditional"),
    "includes itself": ('#include "hostile.h"\n', "nested too deeply"),
    "an endless file": ('#include "/dev/zero"\n', "crashed"),
    "a folder": ('#include "/tmp"\n', "file not found"),
    "what is no C": ("root:x:0:0:root:/root:/bin/bash\n", "expected"),
    "bytes of no text": ("\x00\x01\x02\ufffd\ufffd" * 5000, "expected"),
    "parentheses": ("int a = " + "(" * 100_000 + "1" + ")" * 100_000 + ";\n", "nesting level exceeded"),
    "nested structs": (chain(10_000, "struct s{here} {{", "struct s {") + "int x;" + "};" * 10_000 + "\n", "nesting level exceeded"),
    "stars": ("int " + "*" * 5000 + "p;\nvoid f(int " + "*" * 5000 + "p);\n", "levels deep"),
    "functions that take functions": ("void f(" + "void (*x)(" * 5000 + "int" + ")" * 5000 + ");\n", "depth exceeded"),
    "arrays": ("extern int a" + "[1]" * 1000 + ";\n", "levels deep"),
    "a sum": ("enum { A = " + "1+" * 200_000 + "1 };\n", "fail"),
    "a bomb of tokens": (chain(40, "#define A{here} A{before} A{before}\n", "#define A0 ;\n") + "A39\n", "crashed"),
    "a bomb of types": (chain(40, "typedef f{before} *f{here}(f{before} *, f{before} *, f{before} *);\n", "typedef void f0(void);\n"), "types spelled out"),
    "a bomb of sizes": (chain(10, "struct s{here} {{ struct s{before} a[1000000]; }};\n", "struct s0 { char a[1000000]; };\n"), "too large"),
    "an array of everything": ("struct s { char a[0x7fffffffffffffff]; char b[0x7fffffffffffffff]; };\n", "too large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_headers_end_in_one_clear_error(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, why = REFUSED[name]
    monkeypatch.setattr("astra_abi.load.confined.MEMORY", 1 << 29)
    path = tmp_path / "hostile.h"
    path.write_text(text)
    began = time.monotonic()
    with pytest.raises(AstraError) as caught:
        read_headers([path], targets=[TARGET])
    said = str(caught.value)
    assert why in said and ("hostile.h" in said or "where the headers are included" in said)
    assert time.monotonic() - began < 60


HARMLESS = {
    "a bomb that is only defined": (chain(60, "#define A{here} A{before} A{before}\n", "#define A0 1\n"), 60),
    "arguments that are repeated": ("#define P(x) (x) + (x)\n#define B " + "P(" * 40 + "1" + ")" * 40 + "\n", 2),
    "a long chain": (chain(20_000, "#define A{here} A{before}\n", "#define A0 1\n"), 20_000),
    "brackets that do not match": ("#define A (\n#define B A 1\n#define C ]\n#define D }\n#define E ;\n#define F 3\n", 6),
    "definitions that end the questions": ("#define A 1); int x = (2\n#define B 1; }\n#define C /*\n*/ 2\n#define D _Pragma(\"once\")\n", 4),
    "names of the language": ("#define defined_ 1\n#define typedef_ typedef\n#define if if\n#define int long\n", 4),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_macros_cannot_spoil_each_other(name: str, tmp_path: Path) -> None:
    text, count = HARMLESS[name]
    path = tmp_path / "hostile.h"
    path.write_text(text + "#define LAST 42\nint f(void);\n")
    read = read_headers([path], targets=[TARGET])[TARGET]
    assert len(read["macros"]) == count + 1 and read["macros"]["LAST"]["value"] == 42 and set(read["functions"]) == {"f"}


def test_a_pipe_that_nobody_writes_to_is_not_waited_for_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    path = tmp_path / "hostile.h"
    path.write_text('#include "pipe"\n')
    monkeypatch.setattr(clang, "SECONDS", 1)
    monkeypatch.setattr(clang, "SECONDS_EACH", 0)
    with pytest.raises(AstraError, match="is not read after 1.5 s"):
        read_headers([path], targets=[TARGET])


def test_time_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hostile.h"
    path.write_text("#if __INCLUDE_LEVEL__ < 150\n#include __FILE__\n#include __FILE__\n#endif\n")
    monkeypatch.setattr(clang, "SECONDS", 1)
    monkeypatch.setattr(clang, "SECONDS_EACH", 0)
    with pytest.raises(AstraError, match=r"needs more than 1 s|is not read after"):
        read_headers([path], targets=[TARGET])


def test_memory_is_limited() -> None:
    with pytest.raises(AstraError, match="MemoryError"):
        confined(lambda: "x" * (1 << 30), "here", memory=1 << 28)


def test_a_child_that_dies_is_told_by_its_signal() -> None:
    def die() -> str:
        os.kill(os.getpid(), signal.SIGSEGV)
        return ""

    with pytest.raises(AstraError, match="here: makes libclang fail .SIGSEGV"):
        confined(die, "here")
    with pytest.raises(AstraError, match="exit code 3"):
        confined(lambda: os._exit(3), "here")


def test_half_an_answer_is_none() -> None:
    def half() -> str:
        resource.setrlimit(resource.RLIMIT_CPU, (0, 0))
        while True:
            pass

    with pytest.raises(AstraError, match="needs more than 5 s of processor time"):
        confined(half, "here", seconds=5)


def test_work_returns_its_text_and_its_errors() -> None:
    assert confined(lambda: "é" * 1_000_000, "here") == "é" * 1_000_000
    with pytest.raises(AstraError, match="here: 'no such thing' is not in list"):
        confined(lambda: [].index("no such thing"), "here")


def test_nothing_of_the_child_is_left_behind(capfd: pytest.CaptureFixture) -> None:
    before = set(os.listdir("/proc/self/fd"))
    for work in (lambda: str(os.write(1, b"heard")), lambda: os.abort()):
        try:
            confined(work, "here")
        except AstraError:
            pass
    assert set(os.listdir("/proc/self/fd")) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    assert capfd.readouterr() == ("", "")
    assert resource.getrlimit(resource.RLIMIT_CPU)[0] == resource.RLIM_INFINITY
