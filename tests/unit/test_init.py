"""`init`: the first contract of a library that exists. What can be seen is written, everything else is asked."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from small import HEADER, SOURCE, release

from astra_abi.draft import begin, see
from astra_abi.load.declared import load_declarations
from astra_abi.model import AstraError

LIBRARY = HEADER + """
#define small_start(stream, level) small_start_(stream, level, SMALL_VERSION, (int)sizeof(struct small_stream))
struct small_stream { const char *next; int left; };
int small_start_(struct small_stream *stream, int level, const char *version, int size);
struct small_sized { unsigned size; int flags; int reserved[4]; };
int small_use(struct small_sized *sized);
struct small_given { int code; };
const struct small_given *small_last(void);
struct small_handle;
struct small_handle *small_open(void);
int small_missing(void);
extern const int small_level;
#ifdef SMALL_LARGE
long small_sum64(long a, long b);
#endif
"""
PARTS = SOURCE + """
int small_start_(struct small_stream *stream, int level, const char *version, int size) { return level; }
int small_use(struct small_sized *sized) { return sized->flags; }
const struct small_given *small_last(void) { return 0; }
struct small_handle *small_open(void) { return 0; }
const int small_level = 3;
long small_sum64(long a, long b) { return a + b; }
int small_secret(void) { return 7; }
"""


@pytest.fixture(scope="module")
def text(tmp_path_factory) -> str:
    """The contract of a library with something of everything."""
    folder = tmp_path_factory.mktemp("small")
    made = release(folder, LIBRARY, PARTS)
    return begin(see(made.library, [made.include]), folder / "contract").read_text()


def test_what_can_be_seen_is_written(text: str) -> None:
    table = tomllib.loads(text)
    assert (table["kind"], table["name"], table["version"], table["soname"]) == ("headers", "small", "1.0", "libsmall.so.1")
    assert "SMALL_VERSION" in text
    assert table["headers"]["files"] == ["small.h"]
    assert len(table["headers"]["targets"]) >= 12
    assert table["symbols"] == {"absent": ["small_missing"]}
    assert table["struct"] == {"small_pair": {"growth": "frozen"}}
    assert {"needed", "rpath", "exec_stack", "text_relocations"} <= table["toolchain"].keys()
    assert "debug" not in table


def asked(text: str, about: str) -> str:
    """The block of comments that speaks of something."""
    return next(block for block in text.split("\n\n") if about in block)


def test_what_cannot_be_seen_is_asked_and_not_answered(text: str) -> None:
    assert "# ? who allocates struct small_options: caller, library or either?" in text
    assert '# [struct.small_options]\n# made_by = ""' in text
    assert "# ? must programs expect values of small_mode that they do not know" in text
    guard = asked(text, "small_stream:")
    assert "small_start passes its size to small_start_" in guard and '# growth = "guarded"' in guard
    sized = asked(text, "small_sized:")
    assert "its first field is 'size'" in sized and '# guard = "size"' in sized and '# reserved = ["reserved"]' in sized
    assert "functions only give it out: does the library alone make it?" in asked(text, "small_given:")
    assert "Opaque already, since headers only declare them: small_handle" in text


def test_exports_that_no_header_declares_are_candidates_only(text: str) -> None:
    assert '# internal = ["small_secret"]' in text
    assert "small_sum64" in asked(text, "is there a macro") and "small_sum64" not in asked(text, "# internal =").partition("# internal =")[2]


def test_answers_are_made_by_taking_signs_away(tmp_path: Path, text: str) -> None:
    answered = text.replace('# [struct.small_stream]\n# made_by = ""\n# growth = "guarded"\n# guard = ""', '[struct.small_stream]\nmade_by = "caller"\ngrowth = "guarded"\nguard = "size"')
    answered = answered.replace("# [enum.small_mode]\n# open =", "[enum.small_mode]\nopen = true").replace('# internal = ["small_secret"]', 'internal = ["small_secret"]')
    (tmp_path / "contract.toml").write_text(answered)
    declared = load_declarations(tmp_path)
    assert declared.structs["small_stream"].growth == "guarded"
    assert (declared.enums, declared.internal) == ({"small_mode": True}, ("small_secret",))


def test_its_own_library_keeps_it_at_once(tmp_path: Path, astra_abi) -> None:
    made = release(tmp_path, LIBRARY, PARTS)
    done = astra_abi("init", "--from-header", made.include / "small.h", "--library", made.library, "--out", tmp_path / "abi")
    assert done.returncode == 0, done.stderr
    assert "astra-abi check" in done.stdout
    done = astra_abi("check", made.library, "--contract", tmp_path / "abi")
    assert done.returncode == 0, done.stdout
    done = astra_abi("freeze", "1.0", "--library", made.library, "--contract", tmp_path / "abi")
    assert done.returncode == 0, done.stderr
    grown = release(tmp_path / "grown", LIBRARY.replace("int level; int window;", "int level; int window; int more;"), PARTS)
    done = astra_abi("check", grown.library, "--contract", tmp_path / "abi", "--headers", grown.include)
    assert done.returncode == 1 and "small_options.more" in done.stdout


def test_nothing_is_written_over(tmp_path: Path, astra_abi) -> None:
    made = release(tmp_path)
    arguments = ("init", "--from-header", made.include, "--library", made.library, "--out", tmp_path / "abi")
    assert astra_abi(*arguments).returncode == 0
    before = (tmp_path / "abi/contract.toml").read_text()
    done = astra_abi(*arguments)
    assert done.returncode == 2 and "is there already" in done.stderr
    assert (tmp_path / "abi/contract.toml").read_text() == before


def test_without_debug_information_that_is_said(tmp_path: Path, astra_abi) -> None:
    made = release(tmp_path, options=())
    done = astra_abi("init", "--from-header", made.include, "--library", made.library, "--out", tmp_path / "abi")
    assert done.returncode == 0 and "not seen: " in done.stderr
    text = (tmp_path / "abi/contract.toml").read_text()
    assert tomllib.loads(text)["debug"] is False and "# Not seen: " in text
    assert astra_abi("check", made.library, "--contract", tmp_path / "abi").returncode == 0


@pytest.mark.parametrize(("header", "file", "version"), [
    ('#define SMALL_VERSION_MAJOR 2\n#define SMALL_VERSION_MINOR 4\n#define SMALL_VERSION_PATCH 1\n', "libsmall.so", "2.4.1"),
    ("", "libsmall.so.3.1.4", "0"), ('#define A_VERSION "1.0"\n#define B_VERSION "2.0"\n', "libsmall.so", "0"), ("", "libsmall.so", "0"),
])
def test_the_version_is_what_something_says_without_doubt(tmp_path: Path, header: str, file: str, version: str) -> None:
    made = release(tmp_path, header + "int small_poke(int x);\n", "int small_poke(int x) { return x; }\n")
    library = made.library.rename(tmp_path / file)
    text = begin(see(library, [made.include]), tmp_path / "abi").read_text()
    assert tomllib.loads(text)["version"] == version
    assert ("# ? which release is this?" in text) == (version == "0")


def test_the_file_s_name_is_shown_and_not_believed(tmp_path: Path) -> None:
    """libtool numbers files by the interface: libuv.so.1.0.0 is of every release."""
    made = release(tmp_path, "int small_poke(int x);\n", "int small_poke(int x) { return x; }\n")
    text = begin(see(made.library.rename(tmp_path / "libsmall.so.3.1.4"), [made.include]), tmp_path / "abi").read_text()
    assert "# ? which release is this? (the file is called libsmall.so.3.1.4, which need not say so)" in text


def test_a_header_that_needs_another_first_is_read_behind_it(tmp_path: Path, astra_abi) -> None:
    options = ("-g", "-include", "stdio.h")
    made = release(tmp_path, "int small_write(FILE *file, size_t size);\n", "int small_write(FILE *file, size_t size) { return file && size; }\n", options=options)
    with pytest.raises(AstraError, match="unknown type name 'FILE'") as refused:
        see(made.library, [made.include])
    assert "--preamble" in refused.value.do_this
    folder = begin(see(made.library, [made.include], preamble=["stdio.h"]), tmp_path / "abi").parent
    table = tomllib.loads((folder / "contract.toml").read_text())
    assert table["headers"]["preamble"] == ["stdio.h"] and len(table["headers"]["targets"]) >= 12
    assert astra_abi("check", made.library, "--contract", folder).returncode == 0
    pair = ("diff", made.library, made.library, "--headers", made.include)
    assert astra_abi(*pair).returncode == 2 and astra_abi(*pair, "--preamble", "stdio.h").returncode == 0


def test_headers_that_only_others_include_are_parts(tmp_path: Path) -> None:
    include = tmp_path / "include"
    (include / "small").mkdir(parents=True)
    (include / "small/base.h").write_text("#ifndef SMALL_INSIDE\n#error include small.h\n#endif\nint small_base(void);\n")
    (include / "small/other.h").write_text("#ifdef SMALL_OTHER_SYSTEM\n#include <other.h>\n#else\nint small_other(void);\n#endif\n")
    made = release(tmp_path, '#define SMALL_INSIDE\n#include "small/base.h"\n#undef SMALL_INSIDE\n#ifdef SMALL_OTHER_SYSTEM\n#include "small/other.h"\n#endif\n',
                   "int small_base(void) { return 1; }\nint small_other(void) { return 1; }\n")
    headers = tomllib.loads(begin(see(made.library, [include]), tmp_path / "abi").read_text())["headers"]
    assert (headers["files"], headers["parts"]) == (["small.h", "small/other.h"], ["small/base.h"])


def test_a_header_that_cannot_be_read_is_left_out_and_named(tmp_path: Path) -> None:
    made = release(tmp_path)
    for name in "abcd":
        (made.include / f"{name}.h").write_text(f"int small_{name}(void);\n")
    (made.include / "old.h").write_text('#error "this header is obsolete"\n')
    text = begin(see(made.library, [made.include]), tmp_path / "abi").read_text()
    assert tomllib.loads(text)["headers"]["files"] == ["a.h", "b.h", "c.h", "d.h", "small.h"]
    assert "Left out" in text and "old.h" in text and "obsolete" in text


def test_headers_are_included_as_programs_do(tmp_path: Path) -> None:
    made = release(tmp_path)
    inner = made.include / "small"
    inner.mkdir()
    (inner / "one.h").write_text("#include <small/two.h>\nint small_sum(int a, small_number b);\n")
    (inner / "two.h").write_text("typedef int small_number;\n")
    seen = see(made.library, [inner])
    assert seen.headers.root == made.include
    assert load_declarations(begin(seen, tmp_path / "abi").parent).files == ("small/one.h",)


@pytest.mark.parametrize("odd", ["na me", "sm\u00e4ll", "a'b"])
def test_odd_names_of_files_stay_readable(tmp_path: Path, odd: str) -> None:
    made = release(tmp_path)
    (made.include / "small.h").rename(made.include / f"{odd}.h")
    file = begin(see(made.library, [made.include]), tmp_path / "abi")
    assert tomllib.loads(file.read_text())["headers"]["files"] == [f"{odd}.h"]


def test_what_is_no_library_or_no_header_ends_in_one_clear_error(tmp_path: Path) -> None:
    made = release(tmp_path)
    (tmp_path / "empty").mkdir()
    for library, places, why in (
        (tmp_path / "none.so", [made.include], "no such file"), (made.include / "small.h", [made.include], "no known format"),
        (made.library, [tmp_path / "nowhere"], "no such file or folder"), (made.library, [tmp_path / "empty"], "holds no header"),
    ):
        with pytest.raises(AstraError, match=why):
            see(library, places)
    (made.include / "small.h").write_text("int small_poke(unknown x);\n")
    with pytest.raises(AstraError, match="cannot be read for x86_64-linux-gnu"):
        see(made.library, [made.include])


@pytest.mark.parametrize(("package", "header", "library"), [
    ("zlib1g-dev", "/usr/include/zlib.h", "/usr/lib/x86_64-linux-gnu/libz.so"),
])
def test_a_library_of_the_system_is_begun_and_kept(tmp_path: Path, package: str, header: str, library: str, astra_abi) -> None:
    if not Path(header).is_file():
        pytest.skip(f"{package} is not installed")
    done = astra_abi("init", "--from-header", header, "--library", library, "--out", tmp_path / "abi")
    assert done.returncode == 0, done.stderr
    done = astra_abi("check", library, "--contract", tmp_path / "abi")
    assert done.returncode == 0, done.stdout
    assert subprocess.run(["grep", "-c", "^# ?", tmp_path / "abi/contract.toml"], capture_output=True).stdout.strip() != b"0"


@pytest.mark.parametrize(("target", "name"), [("x86_64-windows-gnu", "k.dll"), ("aarch64-macos", "libk.dylib"), ("", "libk.a")])
def test_the_contract_of_a_library_of_another_format_holds_for_it(target: str, name: str, tmp_path: Path, astra_abi) -> None:
    (tmp_path / "k.h").write_text("int k_area(int width, int height);\n")
    source = tmp_path / "k.c"
    source.write_text('#include "k.h"\n#ifdef _WIN32\n__declspec(dllexport)\n#endif\nint k_area(int width, int height) { return width * height; }\n')
    library = tmp_path / name
    if target:
        subprocess.run([sys.executable, "-m", "ziglang", "cc", "-target", target, "-shared", "-o", library, source], check=True, capture_output=True)
    else:
        subprocess.run(["cc", "-c", source, "-o", tmp_path / "k.o"], check=True)
        subprocess.run(["ar", "rcs", library, tmp_path / "k.o"], check=True)
    made = astra_abi("init", "--from-header", tmp_path / "k.h", "--library", library, "--out", tmp_path / "abi")
    assert made.returncode == 0, made.stderr
    done = astra_abi("check", library, "--contract", tmp_path / "abi")
    assert done.returncode == 0, done.stdout + done.stderr
