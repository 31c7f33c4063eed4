"""The header reader: what it says of every kind of declaration, on targets that differ, and against the host's compiler."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from astra_abi import _native
from astra_abi.load import clang
from astra_abi.load.clang import read_headers, read_targets
from astra_abi.load.headers import HOST, find_headers, load_headers
from astra_abi.load.targets import host, system_folders, targets
from astra_abi.model import AstraError

LP64, LLP64, ILP32, BIG = "x86_64-linux-gnu", "x86_64-windows-msvc", "i686-linux-gnu", "s390x-linux-gnu"
HEADER = r"""
#ifndef ALL_H
#define ALL_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
enum colour { RED, GREEN = 5, BLUE = 0x7fffffff };
enum { LOOSE = -2, LOOSER };
typedef enum { LOW = -1, HIGH = 1 } side;
typedef struct opaque opaque;
typedef struct {
    int x;
    union { float real; struct { uint8_t low, high; }; };
    struct { long q; } named, *again;
    enum { INNER = 3 } inner;
} nameless;
typedef struct { int hidden; } *handle;
struct bits { unsigned a : 3, : 2, b : 7; long long wide : 40; _Bool flag : 1; int : 0; side s : 2; };
struct node {
    struct node *next;
    const nameless *n;
    char grid[3][4];
    _Atomic int counter;
    volatile long when;
    long double real;
    double _Complex both;
    struct { enum { DEEP }; int y; } part;
    int tail[];
};
struct __attribute__((packed)) tight { char tag; uint64_t value; };
struct wide { _Alignas(64) char first; double last; };
typedef int (*callback)(void *restrict user, const struct node *const node, size_t size, ...);
typedef float four __attribute__((vector_size(16)));
callback keep(callback, int (*plain)(uint8_t), int list[static 3], const char grid[][4], FILE *to, opaque *o, bool on);
int printed(const char *format, va_list list);
void par(struct { int a; } *p);
void old();
_Noreturn void die(int code);
void die_too(void (*not_me)(void)) __attribute__((noreturn, weak));
void dated(void) __attribute__((deprecated("use dated2")));
int labelled(void) __asm__("linker_name");
__attribute__((visibility("hidden"))) int unseen(void);
static inline int quick(int a) { return a + 1; }
four vectors(four v);
struct node *both_ways(int), *both_ways(int first);
extern const int fixed;
extern _Thread_local int own;
extern const char *const names[3];
extern const short table[2][2];
static const int not_a_symbol = 3;
#define ONE 1
#define BIG_ONE 0xffffffffffffffffULL
#define NEGATIVE (-ONE)
#define LETTER 'a'
#define SHORTENED ((unsigned char)300)
#define LONG_SIZE sizeof(long)
#define CONSTANT HIGH
#define HALF 0.5
#define JOINED "ab" "c\t"
#define FORMAT PRINTF_FORMAT
#define PRINTF_FORMAT __INT64_FMTd__
#define WIDE L"ab"
#define WITH_ZERO "a\0b"
#define POINTER ((void *)-1)
#define LINKAGE extern
#define CALL(a, b...)   ((a) + /* why */ \
                         b)
#define OPEN_BRACE {
#define GONE 1
#undef GONE
#define AGAIN 1
#undef AGAIN
#define AGAIN 2
#endif
"""


@pytest.fixture
def header(tmp_path: Path) -> Path:
    path = tmp_path / "all.h"
    path.write_text(HEADER)
    return path


@pytest.fixture
def surface(header: Path) -> dict:
    return read_headers([header], targets=[LP64])[LP64]


def of_text(tmp_path: Path, text: str, target: str = LP64, **options) -> dict:
    path = tmp_path / "text.h"
    path.write_text(text)
    return read_headers([path], targets=[target], **options)[target]


def refusal(tmp_path: Path, text: str, target: str = LP64, **options) -> str:
    with pytest.raises(AstraError) as caught:
        of_text(tmp_path, text, target, **options)
    return str(caught.value)


def layout(surface: dict, key: str) -> tuple:
    type_ = surface["types"][key]
    places = {field["name"]: field["offset"] if field["bit_size"] is None else (field["bit_offset"], field["bit_size"]) for field in type_["fields"]}
    return type_["size"], type_["align"], places


INT = {"kind": "int", "size": 4, "signed": True, "name": "int"}
BYTE = {"kind": "int", "size": 1, "signed": False, "name": "unsigned char", "typedef": "uint8_t"}
CHAR = {"kind": "char", "size": 1}
NODE = {"kind": "struct", "ref": "node", "name": "node", "size": 96}
CALLBACK = {
    "kind": "pointer", "const": False, "typedef": "callback",
    "to": {
        "kind": "function", "returns": INT, "variadic": True,
        "params": [
            {"kind": "pointer", "to": {"kind": "void"}, "const": False},
            {"kind": "pointer", "to": NODE, "const": True},
            {"kind": "int", "size": 8, "signed": False, "name": "long unsigned int", "typedef": "size_t"},
        ],
    },
}


def test_a_target_says_what_it_is(header: Path) -> None:
    read = read_headers([header], targets=[LP64, LLP64, ILP32, BIG, "aarch64-linux-gnu"])
    facts = {name: (surface["pointer_size"], surface["byte_order"], surface["char_signed"]) for name, surface in read.items()}
    assert facts == {
        LP64: (8, "little", True), LLP64: (8, "little", True), ILP32: (4, "little", True), BIG: (8, "big", False),
        "aarch64-linux-gnu": (8, "little", False),
    }


def test_types_are_named_by_where_they_stand(surface: dict) -> None:
    public = {key for key, type_ in surface["types"].items() if not type_.get("system")}
    assert public == {
        "colour", "enum {LOOSE}", "side", "opaque", "nameless", "nameless.{0}", "nameless.{0}.{0}", "nameless.named", "nameless.inner",
        "handle", "bits", "node", "node.part", "enum {DEEP}", "tight", "wide", "par(p)",
    }
    assert surface["types"]["_IO_FILE"]["system"] is True and surface["types"]["_IO_FILE"]["declaration"] is True
    assert surface["types"]["opaque"] == {
        "kind": "struct", "name": "opaque", "size": None, "align": None, "declaration": True, "file": 0, "line": 12, "fields": [],
    }


def test_enums_have_their_values_and_their_sign(surface: dict) -> None:
    enums = {key: (type_["size"], type_["signed"], type_["constants"]) for key, type_ in surface["types"].items() if type_["kind"] == "enum"}
    assert enums == {
        "colour": (4, False, [["RED", 0], ["GREEN", 5], ["BLUE", 0x7fffffff]]),
        "enum {LOOSE}": (4, True, [["LOOSE", -2], ["LOOSER", -1]]),
        "side": (4, True, [["LOW", -1], ["HIGH", 1]]),
        "nameless.inner": (4, False, [["INNER", 3]]),
        "enum {DEEP}": (4, False, [["DEEP", 0]]),
    }


BITS = {"a": (0, 3), "b": (5, 7), "wide": (12, 40), "flag": (52, 1), "s": (64, 2)}
LAYOUTS = {
    LP64: {
        "nameless": (32, 8, {"x": 0, None: 4, "named": 8, "again": 16, "inner": 24}), "bits": (16, 8, BITS),
        "tight": (9, 1, {"tag": 0, "value": 1}), "wide": (64, 64, {"first": 0, "last": 8}),
        "node": (96, 16, {"next": 0, "n": 8, "grid": 16, "counter": 28, "when": 32, "real": 48, "both": 64, "part": 80, "tail": 84}),
    },
    LLP64: {
        "nameless": (32, 8, {"x": 0, None: 4, "named": 8, "again": 16, "inner": 24}),
        "bits": (24, 8, {"a": (0, 3), "b": (5, 7), "wide": (64, 40), "flag": (128, 1), "s": (160, 2)}),
        "node": (72, 8, {"next": 0, "n": 8, "grid": 16, "counter": 28, "when": 32, "real": 40, "both": 48, "part": 64, "tail": 68}),
    },
    ILP32: {
        "nameless": (20, 4, {"x": 0, None: 4, "named": 8, "again": 12, "inner": 16}), "bits": (12, 4, BITS),
        "wide": (64, 64, {"first": 0, "last": 4}),
        "node": (60, 4, {"next": 0, "n": 4, "grid": 8, "counter": 20, "when": 24, "real": 28, "both": 40, "part": 56, "tail": 60}),
    },
    BIG: {
        "bits": (16, 8, BITS),
        "node": (80, 8, {"next": 0, "n": 8, "grid": 16, "counter": 28, "when": 32, "real": 40, "both": 56, "part": 72, "tail": 76}),
    },
}


@pytest.mark.parametrize("target", LAYOUTS)
def test_layouts_are_the_targets_own(header: Path, target: str) -> None:
    read = read_headers([header], targets=[target])[target]
    assert {key: layout(read, key) for key in LAYOUTS[target]} == LAYOUTS[target]


def test_fields_have_their_types(surface: dict) -> None:
    types = {field["name"]: field["type"] for field in surface["types"]["node"]["fields"]}
    assert types == {
        "next": {"kind": "pointer", "to": NODE, "const": False},
        "n": {"kind": "pointer", "to": {"kind": "struct", "ref": "nameless", "name": "nameless", "size": 32, "typedef": "nameless"}, "const": True},
        "grid": {"kind": "array", "count": 3, "of": {"kind": "array", "count": 4, "of": CHAR}},
        "counter": {**INT, "atomic": True},
        "when": {"kind": "int", "size": 8, "signed": True, "name": "long int"},
        "real": {"kind": "float", "size": 16},
        "both": {"kind": "complex", "size": 16},
        "part": {"kind": "struct", "ref": "node.part", "name": None, "size": 4},
        "tail": {"kind": "array", "count": None, "of": INT},
    }
    storage = [(field["name"], field["offset"]) for field in surface["types"]["bits"]["fields"]]
    assert storage == [("a", 0), ("b", 0), ("wide", 0), ("flag", 6), ("s", 8)]


def test_parameters_are_what_is_passed(surface: dict) -> None:
    params = {param["name"]: param["type"] for param in surface["functions"]["keep"]["params"]}
    assert surface["functions"]["keep"]["returns"] == CALLBACK
    assert params == {
        None: CALLBACK,
        "plain": {"kind": "pointer", "const": False, "to": {"kind": "function", "returns": INT, "params": [BYTE], "variadic": False}},
        "list": {"kind": "pointer", "to": INT, "const": False},
        "grid": {"kind": "pointer", "to": {"kind": "array", "count": 4, "of": CHAR}, "const": True},
        "to": {"kind": "pointer", "to": {"kind": "struct", "ref": "_IO_FILE", "name": "_IO_FILE", "size": None, "typedef": "FILE"}, "const": False},
        "o": {"kind": "pointer", "to": {"kind": "struct", "ref": "opaque", "name": "opaque", "size": None, "typedef": "opaque"}, "const": False},
        "on": {"kind": "bool", "size": 1},
    }
    assert surface["functions"]["printed"]["params"][1]["type"] == {"kind": "opaque", "name": "va_list", "size": 24}
    assert surface["functions"]["par"]["params"][0]["type"]["to"]["ref"] == "par(p)"
    four = {"kind": "array", "count": 4, "of": {"kind": "float", "size": 4}, "vector": True, "typedef": "four"}
    assert surface["functions"]["vectors"]["returns"] == four


def test_functions_have_what_their_attributes_say(surface: dict) -> None:
    plain = {"variadic": False, "prototyped": True, "noreturn": False, "convention": None, "inline": False}
    ignored = {"returns", "params", "file", "line"}
    said = {name: {key: value for key, value in function.items() if key not in ignored} for name, function in surface["functions"].items()}
    assert {name: {key: value for key, value in facts.items() if plain.get(key) != value} for name, facts in said.items()} == {
        "keep": {}, "printed": {}, "par": {}, "vectors": {}, "both_ways": {},
        "old": {"prototyped": False}, "die": {"noreturn": True}, "die_too": {"noreturn": True, "weak": True},
        "dated": {"deprecated": True}, "labelled": {"symbol": "linker_name"}, "unseen": {"hidden": True},
        "quick": {"inline": True, "static": True},
    }
    assert surface["functions"]["both_ways"]["params"][0]["name"] == "first"
    assert surface["conflicts"] == {}


def test_variables_are_those_with_a_symbol(surface: dict) -> None:
    names = {"kind": "array", "count": 3, "of": {"kind": "pointer", "to": CHAR, "const": True}}
    table = {"kind": "array", "count": 2, "of": {"kind": "array", "count": 2, "of": {"kind": "int", "size": 2, "signed": True, "name": "short int"}}}
    facts = {name: (variable["type"], variable["const"], variable["tls"]) for name, variable in surface["variables"].items()}
    assert facts == {"fixed": (INT, True, False), "own": (INT, False, True), "names": (names, True, False), "table": (table, True, False)}


def test_typedefs_name_what_they_stand_for(surface: dict) -> None:
    assert set(surface["typedefs"]) == {"side", "opaque", "nameless", "handle", "callback", "four"}
    handle = {"kind": "struct", "ref": "handle", "name": "handle", "size": 4}
    assert surface["typedefs"]["handle"]["type"] == {"kind": "pointer", "to": handle, "const": False}
    assert surface["typedefs"]["callback"]["type"] == {key: value for key, value in CALLBACK.items() if key != "typedef"}


def test_macros_have_the_values_that_the_compiler_sees(surface: dict) -> None:
    values = {name: macro["value"] for name, macro in surface["macros"].items()}
    assert values == {
        "ALL_H": None, "ONE": 1, "BIG_ONE": 2**64 - 1, "NEGATIVE": -1, "LETTER": 97, "SHORTENED": 44, "LONG_SIZE": 8, "CONSTANT": 1,
        "HALF": 0.5, "JOINED": "abc\t", "FORMAT": "ld", "PRINTF_FORMAT": "ld", "WIDE": None, "WITH_ZERO": None, "POINTER": None,
        "LINKAGE": None, "CALL": None, "OPEN_BRACE": None, "AGAIN": 2,
        "not_a_symbol": 3,  # a constant object, of which every program has its own
    }
    line = HEADER.split("\n").index("#define AGAIN 2") + 1
    assert surface["macros"]["AGAIN"] == {"text": "2", "params": None, "value": 2, "file": 0, "line": line}
    assert (surface["macros"]["CALL"]["params"], surface["macros"]["CALL"]["text"]) == (["a", "b..."], "((a) + b)")
    assert surface["macros"]["ALL_H"]["text"] == "" and surface["macros"]["JOINED"]["text"] == r'"ab" "c\t"'


def test_macros_have_the_values_of_each_target(header: Path) -> None:
    read = read_headers([header], targets=[LP64, LLP64, ILP32])
    values = {target: tuple(surface["macros"][name]["value"] for name in ("LONG_SIZE", "FORMAT")) for target, surface in read.items()}
    assert values == {LP64: (8, "ld"), LLP64: (4, "lld"), ILP32: (4, "lld")}


def test_a_macro_of_one_target_is_not_asked_on_another(tmp_path: Path) -> None:
    path = tmp_path / "text.h"
    path.write_text("#ifdef _WIN32\n#define PART {\n#define ONLY 1\n#else\n#define PART 2\n#endif\n#define LAST (PART)\n")
    names = [LP64, LLP64, ILP32]
    read = {target: {name: macro["value"] for name, macro in surface["macros"].items()} for target, surface in read_headers([path], targets=names).items()}
    assert read == {LP64: {"PART": 2, "LAST": 2}, LLP64: {"PART": None, "ONLY": 1, "LAST": None}, ILP32: {"PART": 2, "LAST": 2}}


def test_conventions_are_told_where_they_are_not_the_targets_own(tmp_path: Path) -> None:
    text = "int __attribute__((stdcall)) f(int);\ntypedef void (__attribute__((fastcall)) *g)(int);\nint h(int);\n"
    read = of_text(tmp_path, text, "i686-windows-msvc")
    assert [read["functions"][name]["convention"] for name in "fh"] == ["stdcall", None]
    assert read["typedefs"]["g"]["type"]["to"]["convention"] == "fastcall"
    assert of_text(tmp_path, "int f(int) __attribute__((ms_abi));")["functions"]["f"]["convention"] == "ms_abi"
    assert of_text(tmp_path, "int f(int) __attribute__((ms_abi));", LLP64)["functions"]["f"]["convention"] is None


def test_a_tag_keeps_its_key_beside_a_typedef_of_that_name(tmp_path: Path) -> None:
    read = of_text(tmp_path, "typedef struct { char c; } twice; struct twice { int i; }; void f(twice *, struct twice *);")
    assert {key: type_["size"] for key, type_ in read["types"].items()} == {"twice": 4, "twice#2": 1}
    assert [param["type"]["to"]["ref"] for param in read["functions"]["f"]["params"]] == ["twice#2", "twice"]


def test_only_what_is_public_counts_with_all_that_it_reaches(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside/deep.h").write_text("struct deep { int d; }; struct unused { int u; }; int internal(void);\n#define INTERNAL 1\n")
    (tmp_path / "part.h").write_text("struct part { struct deep *deep; }; int parted(struct part *);\n")
    (tmp_path / "main.h").write_text('#include "inside/deep.h"\n#include "part.h"\n#define MAIN 1\nint whole(struct part *);\n')
    narrow = read_headers([tmp_path / "main.h"], targets=[LP64])[LP64]
    assert (set(narrow["functions"]), set(narrow["types"]), set(narrow["macros"])) == ({"whole"}, {"part", "deep"}, {"MAIN"})
    wide = read_headers([tmp_path / "main.h"], targets=[LP64], public=[tmp_path])[LP64]
    assert (set(wide["functions"]), set(wide["types"])) == ({"whole", "parted", "internal"}, {"part", "deep", "unused"})
    assert [Path(file).name for file in wide["files"]] == ["deep.h", "main.h", "part.h"]


def test_texts_may_stand_for_files(tmp_path: Path) -> None:
    path = str(tmp_path / "not-there.h")
    read = read_headers([path], targets=[LP64], unsaved={path: "word f(void);"}, prefix="typedef short word;", defines=["UNUSED=1"])[LP64]
    assert read["functions"]["f"]["returns"]["typedef"] == "word"


def test_the_same_headers_give_the_same_answer(header: Path) -> None:
    once, again = (json.dumps(read_headers([header], targets=[LP64, LLP64])) for _ in range(2))
    assert once == again


def test_errors_are_quoted_with_their_places(tmp_path: Path) -> None:
    said = refusal(tmp_path, "int f(void);\nstruct s { missing m; };\n")
    assert re.search(r"for x86_64-linux-gnu: \S+text\.h:2:12: unknown type name 'missing'", said)
    assert "the headers end inside of a declaration" in refusal(tmp_path, "struct s { int a;\n")
    assert "the headers end inside of a declaration" in refusal(tmp_path, "static inline int f(void) { return 1;\n")
    assert "unterminated conditional" in refusal(tmp_path, "#if 1\nint f(void);\n")


def test_one_bad_target_does_not_take_the_others_along(tmp_path: Path) -> None:
    path = tmp_path / "text.h"
    path.write_text("#ifdef _WIN32\n#error not here\n#endif\nint f(void);\n")
    reading = read_targets([path], targets=[LP64, LLP64, ILP32])
    assert (set(reading.surfaces), set(reading.refused)) == ({LP64, ILP32}, {LLP64})
    assert "not here" in reading.refused[LLP64]


def test_what_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AstraError, match="is not a file"):
        read_headers([tmp_path / "none.h"])
    with pytest.raises(AstraError, match="no target is called pdp11"):
        of_text(tmp_path, "", "pdp11")
    monkeypatch.setattr(clang.importlib.util, "find_spec", lambda name: None)
    assert "pip install libclang" in refusal(tmp_path, "int f(void);")


def test_libclang_is_also_found_where_a_distribution_puts_it(tmp_path: Path) -> None:
    (tmp_path / "clang").mkdir()
    (tmp_path / "clang/__init__.py").write_text("")
    ask = "from astra_abi.load.clang import library; print(library())"
    for said, found in ((str(clang.library()), str(clang.library())), ("libclang.so", "needs libclang")):
        (tmp_path / "clang/cindex.py").write_text(f"class conf:\n    get_filename = staticmethod(lambda: {said!r})\n")
        done = subprocess.run([sys.executable, "-B", "-c", ask], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(tmp_path)})
        assert found in done.stdout + done.stderr


def test_what_is_not_libclang_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clang, "library", lambda: Path(_native.__file__))
    assert "is not a libclang that can be used" in refusal(tmp_path, "int f(void);")


C_HEADERS = (
    "stdio.h", "stdlib.h", "time.h", "locale.h", "signal.h", "termios.h", "netdb.h", "pwd.h", "grp.h", "sys/stat.h", "sys/time.h", "sys/socket.h",
    "sys/resource.h", "sys/utsname.h", "netinet/in.h", "poll.h", "pthread.h", "dirent.h", "glob.h", "regex.h", "sys/statvfs.h", "sys/msg.h",
)


def test_sizes_offsets_and_macros_agree_with_the_hosts_compiler(tmp_path: Path) -> None:
    """What the reader says of real headers is printed by a compiled program from what the compiler says."""
    assert shutil.which("cc") and system_folders(), "the host has no compiler or no C library's headers"
    files = [next(folder / name for folder in reversed(system_folders()) if (folder / name).is_file()) for name in C_HEADERS]
    read = read_headers(files, targets=[host()], public=system_folders())[host()]
    claims = []
    for type_ in read["types"].values():
        # Of this one the typedef alone, not the struct, is aligned.
        if type_["kind"] == "enum" or type_["declaration"] or type_["name"] in (None, "__pthread_unwind_buf_t"):
            continue
        tag = f"{type_['kind']} {type_['name']}" if type_["name"] not in read["typedefs"] else type_["name"]
        claims += [(f"sizeof({tag})", type_["size"]), (f"_Alignof({tag})", type_["align"])]
        claims += [(f"offsetof({tag}, {field['name']})", field["offset"]) for field in type_["fields"] if field["name"] and field["bit_size"] is None]
    assert len(claims) > 400
    numbers = {name: macro["value"] for name, macro in read["macros"].items() if type(macro["value"]) is int and not name.startswith("_")}
    assert len(numbers) > 300
    claims += [(f"(long long)({name})", value if value < 2**63 else value - 2**64) for name, value in numbers.items()]
    source = tmp_path / "print.c"
    lines = [*(f'#include "{file}"' for file in files), "#include <stddef.h>", "int main(void) {"]
    lines += [f'printf("%lld\\n", (long long)({claim}));' for claim, _ in claims]
    source.write_text("\n".join([*lines, "}"]))
    subprocess.run(["cc", "-w", "-o", tmp_path / "print", source], check=True, capture_output=True)
    printed = subprocess.run([tmp_path / "print"], check=True, capture_output=True, text=True).stdout.split()
    assert [(claim, value) for (claim, value), said in zip(claims, printed, strict=True) if str(value) != said] == []


def test_there_are_targets_of_every_kind() -> None:
    assert len(targets()) >= 14 and host() in targets()
    assert all(folder.is_dir() for target in targets().values() for folder in target.stubs)


def test_one_header_brings_along_those_beside_it(tmp_path: Path) -> None:
    (tmp_path / "api.h").write_text('#pragma once\n#include "parts/core.h"\n#include <stddef.h>\nint x_api(size_t n);\n')
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "core.h").write_text('#pragma once\n#include "../api.h"\n#include "../../other.h"\nint x_core(void);\n')
    (tmp_path.parent / "other.h").write_text("int x_other(void);\n")
    headers = find_headers(tmp_path / "api.h")
    assert headers.public == (tmp_path / "api.h", tmp_path / "parts" / "core.h")
    assert set(load_headers(headers, (HOST,))[HOST].functions) == {"x_api", "x_core"}


def test_a_constant_object_is_a_number_as_a_macro_is(tmp_path: Path) -> None:
    (tmp_path / "x.h").write_text('static const int x_a = 1 + 1;\nstatic int x_b = 3;\nstatic const char x_c[] = "c";\n')
    macros = load_headers(find_headers(tmp_path / "x.h"), (HOST,))[HOST].macros
    assert {name: (macro.value, macro.text) for name, macro in macros.items()} == {"x_a": (2, "static const int")}
