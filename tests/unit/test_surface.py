"""What the native reader says users of a library can touch, against what compilers were given."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from astra_abi import _native

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="the layouts expected are those of x86-64")

API = """
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

typedef struct context context;
typedef enum status { STATUS_OK = 0, STATUS_BAD = 7, STATUS_BIG = 0x7fffffff } status;
typedef enum { BELOW = -1, ABOVE = 200 } side;
typedef struct {
    int plain;
    union { float real; struct { uint8_t low, high; }; } either;
    uint32_t three : 3, seven : 7;
    unsigned long long wide : 40;
    signed char small : 2;
    _Bool flag : 1;
    struct node *next;
} nameless;
struct node { struct node *next; nameless inner; const char *text; char grid[3][4]; int tail[]; };
struct __attribute__((packed)) tight { char tag; uint64_t value; uint16_t rest; };
typedef status (*callback)(void *user, const struct node *node, ...);
typedef int v4 __attribute__((vector_size(16)));
typedef struct { int x; } *handle, point;
struct odd {
    _Complex double complex; long double extended; v4 vector; struct timespec time; FILE *file;
    struct { int in; } *behind; void (*call)(struct { int z; } *arg, struct tm *tm);
};
int counter = 3;
const char names[] = "abc";
_Thread_local int per_thread;
struct { int q; } state;
enum { FIRST, SECOND } mode;

status api_take(context *c, const nameless *n, struct tight t, callback f, size_t size, bool on,
                side s, const void *const *table) { return STATUS_OK; }
const struct node *api_node(void) { return NULL; }
void api_nothing(void) {}
__attribute__((noreturn)) void api_stop(void) { for (;;) {} }
int api_print(const char *format, ...) { return 0; }
int api_vprint(const char *format, va_list list, va_list *pointer) { return 0; }
int api_old() { return 0; }
handle api_handle(point p) { return NULL; }
struct odd *api_odd(struct odd *o, struct tm *tm, struct timespec by_value) { return o; }
double api_numbers(float f, long double l, unsigned long u, signed char s, uint8_t byte) { return f; }
static int hidden(char c) { return c; }
int api_alias(char) __attribute__((alias("hidden")));
"""

LINES = {line.split("(")[0].split()[-1].lstrip("*"): number for number, line in enumerate(API.splitlines(), 1) if "(" in line}


def surface(path: Path, **options: Any) -> dict:
    return json.loads(_native.read_surface(path, json.dumps(options)))


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(_native.ReadError) as caught:
        surface(path, **options)
    assert "reader itself" not in str(caught.value)
    return str(caught.value)


def tool(*command: object) -> None:
    if command[0] == "clang" and not shutil.which("clang"):
        pytest.skip("clang is not installed")
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def compiled(folder: Path, source: str, *options: object, name: str = "lib.so", compiler: str = "gcc") -> Path:
    (folder / f"{name}.c").write_text(source)
    tool(compiler, "-shared", "-fPIC", *options, "-o", folder / name, folder / f"{name}.c")
    return folder / name


def project(folder: Path, *options: object, **files: str) -> Path:
    """A library made of several sources and headers; `a__b_h` is the file a/b.h."""
    sources = []
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')[:-2]}.{name[-1]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        sources += [path] if name.endswith("_c") else []
    tool("gcc", "-g", "-shared", "-fPIC", f"-I{folder}", *options, "-o", folder / "lib.so", *sources)
    return folder / "lib.so"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("api"), API, "-g", "-gdwarf-5")


@pytest.fixture(scope="module")
def read(api: Path) -> dict:
    return surface(api)


def params(read: dict, function: str) -> list[dict]:
    return [param["type"] for param in read["functions"][function]["params"]]


def fields(read: dict, key: str) -> dict:
    return {field["name"]: field for field in read["types"][key]["fields"]}


def place(read: dict, item: dict) -> str:
    return read["files"][item["file"]]


INT = {"kind": "int", "size": 4, "signed": True, "name": "int"}


class TestFunctions:
    def test_all_that_is_exported_is_read(self, read: dict) -> None:
        assert sorted(read["functions"]) == [
            "api_alias", "api_handle", "api_node", "api_nothing", "api_numbers", "api_odd", "api_old",
            "api_print", "api_stop", "api_take", "api_vprint",
        ]
        assert (read["unseen"], read["assembly"], read["conflicts"]) == ([], [], {})

    def test_named_functions_only(self, api: Path) -> None:
        read = surface(api, functions=["api_nothing", "absent"], variables=[])
        assert list(read["functions"]) == ["api_nothing"]
        assert (read["unseen"], read["variables"], read["types"]) == (["absent"], {}, {})

    def test_what_is_said_beside_the_signature(self, api: Path, read: dict) -> None:
        assert read["functions"]["api_nothing"] == {
            "returns": {"kind": "void"}, "params": [], "variadic": False, "prototyped": True, "noreturn": False,
            "convention": None, "inline": False, "file": read["files"].index(f"{api}.c"), "line": LINES["api_nothing"],
        }
        functions = read["functions"]
        assert [name for name in functions if functions[name]["noreturn"]] == ["api_stop"]
        assert [name for name in functions if not functions[name]["prototyped"]] == ["api_old"]
        assert [name for name in functions if functions[name]["variadic"]] == ["api_print"]

    def test_a_variable_argument_list_is_opaque(self, read: dict) -> None:
        _, by_value, pointer = params(read, "api_vprint")
        assert by_value == {"kind": "opaque", "name": "va_list", "size": 24}
        assert pointer["to"] == by_value | {"typedef": "va_list"}

    def test_an_alias_is_found_by_its_address(self, read: dict) -> None:
        assert params(read, "api_alias") == [{"kind": "char", "size": 1}]

    def test_a_function_that_is_called_otherwise_says_how(self, tmp_path: Path) -> None:
        source = "__attribute__((ms_abi)) void other(int x) {} void usual(__attribute__((ms_abi)) void (*f)(int)) {}"
        read = surface(compiled(tmp_path, source, "-g", compiler="clang"))
        assert read["functions"]["other"]["convention"] == "ms_abi"
        assert read["functions"]["usual"]["convention"] is None
        assert params(read, "usual")[0]["to"]["convention"] == "ms_abi"

    def test_inline_is_said_of_functions_that_are_declared_so(self, tmp_path: Path) -> None:
        source = "extern inline int f(int x) { return x; } int f(int); int g(int x) { return f(x); }"
        read = surface(compiled(tmp_path, source, "-g", "-O2"))
        assert (read["functions"]["f"]["inline"], read["functions"]["g"]["inline"]) == (True, False)

    def test_the_place_is_that_of_the_header_if_a_unit_tells_it(self, tmp_path: Path) -> None:
        library = project(
            tmp_path, "-O2", include__api_h="\n\nint told(int);\nint own(int);\n",
            a_c='#include "include/api.h"\nint told(int x) { return x; }\n',
            b_c='#include "include/api.h"\nint own(int x) { return told(x) + 1; }\n',
        )
        functions = surface(library)["functions"]
        read = surface(library)
        assert (place(read, functions["told"]), functions["told"]["line"]) == (f"{tmp_path}/include/api.h", 3)
        assert (place(read, functions["own"]), functions["own"]["line"]) == (f"{tmp_path}/b.c", 2)

    def test_versioned_functions_are_named_as_programs_find_them(self, tmp_path: Path) -> None:
        script = tmp_path / "versions"
        script.write_text("V1 { global: f; local: *; }; V2 { global: f; } V1;")
        source = 'int a(char c) { return 0; } int b(double d) { return 0; }'
        source += '__asm__(".symver a, f@V1"); __asm__(".symver b, f@@V2");'
        library = compiled(tmp_path, source, "-g", f"-Wl,--version-script={script}")
        read = surface(library)
        assert {name: params(read, name)[0]["kind"] for name in read["functions"]} == {"f": "float", "f@V1": "char"}

    def test_definitions_that_differ_are_a_conflict(self, tmp_path: Path) -> None:
        library = project(
            tmp_path, a_c="__attribute__((weak)) int both(int x) { return 1; } __attribute__((weak)) int same;",
            b_c="int both(long x) { return 2; } long same;",
        )
        read = surface(library)
        assert sorted(f["params"][0]["type"]["size"] for f in read["conflicts"]["both"]) == [4, 8]
        assert sorted(v["type"]["size"] for v in read["variable_conflicts"]["same"]) == [4, 8]
        assert read["functions"]["both"] == read["conflicts"]["both"][0]

    def test_cplusplus_functions_go_by_their_linkage_names(self, tmp_path: Path) -> None:
        (tmp_path / "x.cc").write_text(
            "namespace ns { int f(int) { return 0; } struct s { int a; int m() const; }; int s::m() const { return a; } }\n"
            'extern "C" int f(char16_t c, ns::s &r) { return c + r.m(); }\n'
            'extern "C" void g(int ns::s::*member, decltype(nullptr)) {}\n'
        )
        tool("g++", "-g", "-shared", "-fPIC", "-o", tmp_path / "x.so", tmp_path / "x.cc")
        read = surface(tmp_path / "x.so")
        assert sorted(read["functions"]) == ["_ZN2ns1fEi", "_ZNK2ns1s1mEv", "f", "g"]
        assert read["functions"]["f"]["prototyped"] is True
        character, reference = params(read, "f")
        assert character == {"kind": "char", "size": 2}
        assert reference["kind"] == "pointer" and reference["to"]["ref"] == "s"
        member, null = params(read, "g")
        assert (member["kind"], null["kind"]) == ("opaque", "opaque")
        assert member["name"] == "ptr_to_member_type" and null["name"] == "decltype(nullptr)"


class TestVariables:
    def test_variables_have_type_constness_and_storage(self, read: dict) -> None:
        facts = {name: (v["const"], v["tls"]) for name, v in read["variables"].items()}
        assert facts == {
            "counter": (False, False), "names": (True, False), "per_thread": (False, True), "state": (False, False),
            "mode": (False, False),
        }
        assert read["variables"]["counter"]["type"] == INT
        assert read["variables"]["names"]["type"] == {"kind": "array", "count": 4, "of": {"kind": "char", "size": 1}}

    def test_types_without_a_name_are_named_after_the_variable_or_the_first_constant(self, read: dict) -> None:
        assert read["variables"]["state"]["type"]["ref"] == "state"
        assert read["variables"]["mode"]["type"]["ref"] == "enum {FIRST}"

    def test_a_declaration_in_a_header_gives_the_place_and_the_definition_the_size(self, tmp_path: Path) -> None:
        library = project(
            tmp_path, api_h="\nextern const int table[];\n",
            a_c='#include "api.h"\nconst int table[3] = {1};\nextern int other __attribute__((alias("own"))); int own;',
        )
        read = surface(library)
        table = read["variables"]["table"]
        assert (place(read, table), table["line"], table["type"]["count"]) == (f"{tmp_path}/api.h", 2, 3)
        assert read["variables"]["other"]["type"] == INT
        assert surface(library, functions=[], variables=["absent"])["unseen_variables"] == ["absent"]


class TestTypes:
    def test_the_head_of_the_document(self, read: dict) -> None:
        assert (read["pointer_size"], read["byte_order"], read["char_signed"]) == (8, "little", True)
        assert read["files"] == sorted(set(read["files"]))

    def test_size_alignment_and_place_of_a_struct(self, api: Path, read: dict) -> None:
        tight, node = read["types"]["tight"], read["types"]["node"]
        assert (tight["size"], tight["align"], node["size"], node["align"]) == (11, 1, 56, 8)
        assert place(read, node) == f"{api}.c" and "struct node {" in API.splitlines()[node["line"] - 1]

    def test_bit_fields_count_from_the_start_of_the_struct(self, read: dict) -> None:
        found = {name: (f["offset"], f["bit_offset"], f["bit_size"]) for name, f in fields(read, "nameless").items() if f["bit_size"]}
        assert found == {
            "three": (8, 64, 3), "seven": (8, 67, 7), "wide": (8, 74, 40), "small": (14, 114, 2), "flag": (14, 116, 1),
        }

    def test_arrays_vectors_complex_and_extended_numbers(self, read: dict) -> None:
        odd = {name: field["type"] for name, field in fields(read, "odd").items()}
        assert odd["complex"] == {"kind": "complex", "size": 16}
        assert odd["extended"] == {"kind": "float", "size": 16}
        assert odd["vector"] == {"kind": "array", "count": 4, "of": INT, "vector": True, "typedef": "v4"}
        assert fields(read, "node")["tail"]["type"] == {"kind": "array", "count": None, "of": INT}
        assert read["types"]["odd"]["align"] == 16

    def test_formats_that_share_a_size_are_told_apart(self, tmp_path: Path) -> None:
        read = surface(compiled(tmp_path, "void f(long double l, _Float128 q, _Decimal64 d, __int128 i) {}", "-g"))
        extended, quad, decimal, wide = params(read, "f")
        assert extended != quad and quad == {"kind": "float", "size": 16, "name": "_Float128"}
        assert decimal == {"kind": "opaque", "name": "_Decimal64", "size": 8}
        assert wide == {"kind": "int", "size": 16, "signed": True, "name": "__int128"}

    def test_atomic_is_a_mark_and_aligned_to_its_size(self, tmp_path: Path) -> None:
        source = "struct s { char c; _Atomic long n; struct { char a, b; } _Atomic pair; }; void f(struct s *s) {}"
        read = surface(compiled(tmp_path, source, "-g", "-gdwarf-5"))
        number = fields(read, "s")["n"]["type"]
        assert (number["kind"], number["size"], number["atomic"]) == ("int", 8, True)
        assert fields(read, "s")["pair"]["type"]["atomic"] is True

    def test_alignment_that_the_source_asks_for(self, tmp_path: Path) -> None:
        source = """
            struct wide { char c; } __attribute__((aligned(64)));
            struct inside { char c; _Alignas(32) char d; };
            struct holds { char c; struct wide w; };
            #pragma pack(push, 4)
            struct pragma { int a; double b; };
            #pragma pack(pop)
            void f(struct wide *w, struct inside *i, struct holds *h, struct pragma *p) {}
        """
        for compiler in ("gcc", "clang"):
            types = surface(compiled(tmp_path, source, "-g", compiler=compiler))["types"]
            assert {key: type_["align"] for key, type_ in types.items()} == {
                "wide": 64, "inside": 32, "holds": 64, "pragma": 4,
            }

    def test_typedefs_that_are_reached_are_listed(self, api: Path, read: dict) -> None:
        assert read["typedefs"]["status"]["type"] == {"kind": "enum", "ref": "status", "name": "status", "size": 4}
        assert place(read, read["typedefs"]["callback"]) == f"{api}.c"
        assert read["typedefs"]["uint8_t"]["type"]["typedef"] == "__uint8_t"
        assert read["typedefs"]["uint8_t"]["system"] is True and "system" not in read["typedefs"]["v4"]
        assert "wchar_t" not in read["typedefs"] and "clock_t" not in read["typedefs"]


class TestKeys:
    def test_types_without_a_tag_are_named_by_their_place(self, read: dict) -> None:
        assert {"nameless", "nameless.either", "nameless.either.{0}", "side"} <= read["types"].keys()
        assert fields(read, "odd")["behind"]["type"]["to"]["ref"] == "odd.behind"
        assert fields(read, "odd")["call"]["type"]["to"]["params"][0]["to"]["ref"] == "odd.call(0)"

    def test_a_typedef_of_the_type_itself_goes_before_one_of_a_pointer_to_it(self, read: dict) -> None:
        assert read["functions"]["api_handle"]["returns"]["to"]["ref"] == "point"
        assert "handle" not in read["types"]

    def test_what_only_a_pointer_typedef_names_has_its_name(self, tmp_path: Path) -> None:
        read = surface(compiled(tmp_path, "typedef struct { int x; } *handle; void f(handle h) {}", "-g"))
        assert list(read["types"]) == ["handle"]

    def test_types_of_parameters_and_results_are_named_after_the_function(self, tmp_path: Path) -> None:
        source = "struct { int r; } *f(struct { int p; } *arg) { return 0; }"
        assert set(surface(compiled(tmp_path, source, "-g"))["types"]) == {"f()", "f(arg)"}

    def test_anonymous_members_are_counted(self, tmp_path: Path) -> None:
        source = "struct s { union { int a; float b; }; int c; struct { int d; }; }; void f(struct s *s) {}"
        assert set(surface(compiled(tmp_path, source, "-g"))["types"]) == {"s", "s.{0}", "s.{1}"}

    def test_which_of_two_types_of_one_name_comes_first_is_not_decided_by_the_order_of_units(self, tmp_path: Path) -> None:
        one = "struct odd { int x; }; void {}(struct odd *o) {{}}".replace("{ int x; }", "{{ int x; }}")
        two = one.replace("int x", "long x")
        (tmp_path / "1").mkdir(), (tmp_path / "2").mkdir()
        first = surface(project(tmp_path / "1", a_c=one.format("a"), b_c=two.format("b")))
        (tmp_path / "2" / "b.c").write_text(two.format("b"))
        (tmp_path / "2" / "a.c").write_text(one.format("a"))
        tool("gcc", "-g", "-shared", "-fPIC", "-o", tmp_path / "2/lib.so", tmp_path / "2/b.c", tmp_path / "2/a.c")
        second = surface(tmp_path / "2/lib.so")
        assert [t["size"] for t in first["types"].values()] == [t["size"] for t in second["types"].values()] == [4, 8]
        assert list(first["types"]) == ["odd", "odd#2"]


def bare(read: dict) -> dict:
    """What is left when compilers put declarations in their own headers."""

    def strip(item: Any) -> Any:
        if isinstance(item, dict):
            return {key: strip(value) for key, value in item.items() if key not in ("file", "line")}
        return [strip(value) for value in item] if isinstance(item, list) else item

    return {key: strip(value) for key, value in read.items() if key not in ("files", "typedefs")}


class TestForms:
    @pytest.mark.parametrize(
        "options",
        [
            ["-gdwarf-4"], ["-gdwarf-2", "-gstrict-dwarf"], ["-gdwarf-3"], ["-gdwarf-4", "-fdebug-types-section"],
            ["-gdwarf-5", "-fdebug-types-section"], ["-gdwarf-5", "-gz"], ["-gdwarf-5", "-flto", "-O2"],
            ["-gdwarf-5", "-O2"], ["-gdwarf64", "-gdwarf-5"],
        ],
        ids=" ".join,
    )
    def test_every_form_of_gcc_says_the_same(self, read: dict, tmp_path: Path, options: list[str]) -> None:
        other = bare(surface(compiled(tmp_path, API, "-g", *options)))
        if "-gstrict-dwarf" in options:
            # It has no word for this.
            other["functions"]["api_stop"]["noreturn"] = True
            for field in other["types"]["odd"]["fields"]:
                if field["name"] == "vector":
                    field["type"]["vector"] = True
        assert other == bare(read)

    @pytest.mark.parametrize("options", [["-gdwarf-4"], ["-gdwarf-5"], ["-gdwarf-5", "-O2"], ["-fdebug-types-section"]], ids=" ".join)
    def test_clang_says_the_same(self, read: dict, tmp_path: Path, options: list[str]) -> None:
        other = surface(compiled(tmp_path, API, "-g", *options, compiler="clang"))
        assert bare(other) == bare(read)

    def test_dwz_says_the_same(self, api: Path, read: dict, tmp_path: Path) -> None:
        if not shutil.which("dwz"):
            pytest.skip("dwz is not installed")
        one, two = tmp_path / "one.so", tmp_path / "two.so"
        for copy in (one, two):
            shutil.copy(api, copy)
        tool("dwz", "-m", tmp_path / "shared.debug", one, two)
        assert bare(surface(one)) == bare(read)
        assert surface(one)["files"] == read["files"]
        (tmp_path / "shared.debug").unlink()
        assert "supplementary" in refusal(one)

    @pytest.mark.parametrize("form", ["zlib", "zlib-gnu"])
    def test_compressed_afterwards_says_the_same(self, api: Path, read: dict, tmp_path: Path, form: str) -> None:
        tool("objcopy", f"--compress-debug-sections={form}", api, tmp_path / "small.so")
        assert surface(tmp_path / "small.so") == read

    def test_a_debug_file_says_the_same(self, api: Path, read: dict, tmp_path: Path) -> None:
        tool("objcopy", "--only-keep-debug", api, tmp_path / "lib.debug")
        tool("strip", "-o", tmp_path / "lib.so", api)
        assert surface(tmp_path / "lib.debug") == read
        assert "no debug information" in refusal(tmp_path / "lib.so")

    def test_read_dwarf_says_the_same_of_functions(self, api: Path, read: dict) -> None:
        other = json.loads(_native.read_dwarf(api, sorted(read["functions"])))
        for name, function in other["functions"].items():
            if name not in ("api_odd", "api_numbers"):  # Which have types of the platform.
                assert function["params"] == read["functions"][name]["params"]


class TestObjects:
    @pytest.mark.parametrize("options", [[], ["-gz"], ["-fdebug-types-section"], ["-ffunction-sections", "-gdwarf-4"]], ids=" ".join)
    def test_an_object_file_says_the_same_as_the_library(self, read: dict, tmp_path: Path, options: list[str]) -> None:
        (tmp_path / "lib.so.c").write_text(API)
        tool("gcc", "-g", *options, "-c", "-o", tmp_path / "a.o", tmp_path / "lib.so.c")
        other = surface(tmp_path / "a.o")
        assert bare(other) == bare(read)
        assert place(other, other["types"]["node"]) == f"{tmp_path}/lib.so.c"

    def test_an_archive_is_its_members_together(self, tmp_path: Path) -> None:
        parts = {
            "a": "struct box; struct box *make(void) { return 0; } int number = 1;",
            "an_object_with_quite_a_long_name": "struct box { int a; }; static int use(char c) { return c; }"
                 'void take(struct box *b) {} int alias(char) __attribute__((alias("use")));',
        }
        for name, text in parts.items():
            (tmp_path / f"{name}.c").write_text(text)
            tool("gcc", "-g", "-c", "-o", tmp_path / f"{name}.o", tmp_path / f"{name}.c")
        tool("ar", "crs", tmp_path / "lib.a", *(tmp_path / f"{name}.o" for name in parts))
        read = surface(tmp_path / "lib.a")
        assert sorted(read["functions"]) == ["alias", "make", "take"] and list(read["variables"]) == ["number"]
        assert params(read, "alias") == [{"kind": "char", "size": 1}]
        assert read["functions"]["make"]["returns"] == params(read, "take")[0]
        assert read["types"]["box"]["size"] == 4

    def test_an_archive_with_anything_else_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.c").write_text("int a(void) { return 0; }")
        (tmp_path / "text").write_text("some text")
        tool("gcc", "-g", "-c", "-o", tmp_path / "a.o", tmp_path / "a.c")
        tool("ar", "crs", tmp_path / "lib.a", tmp_path / "a.o", tmp_path / "text")
        assert "member text" in refusal(tmp_path / "lib.a")
        tool("ar", "crsT", tmp_path / "thin.a", tmp_path / "a.o")
        assert "thin" in refusal(tmp_path / "thin.a")
        tool("gcc", "-g", "-flto", "-fno-fat-lto-objects", "-c", "-o", tmp_path / "a.o", tmp_path / "a.c")
        assert "link-time" in refusal(tmp_path / "a.o") or "no debug information" in refusal(tmp_path / "a.o")

    def test_an_archive_cut_short_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.c").write_text("int a(void) { return 0; }")
        tool("gcc", "-g", "-c", "-o", tmp_path / "a.o", tmp_path / "a.c")
        tool("ar", "crs", tmp_path / "lib.a", tmp_path / "a.o")
        whole = (tmp_path / "lib.a").read_bytes()
        for length in range(0, len(whole) - 1, 31):
            (tmp_path / "cut.a").write_bytes(whole[:length])
            refusal(tmp_path / "cut.a")

    def test_relocations_that_nobody_knows_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.c").write_text("int a(void) { return 0; }")
        tool("gcc", "-g", "-c", "-o", tmp_path / "a.o", tmp_path / "a.c")
        content = bytearray((tmp_path / "a.o").read_bytes())
        content[18:20] = (94).to_bytes(2, "little")  # Xtensa
        (tmp_path / "a.o").write_bytes(content)
        assert "relocation" in refusal(tmp_path / "a.o")


def zig(tmp_path: Path, target: str, *options: str, source: str = API) -> Path:
    (tmp_path / "api.c").write_text(source)
    out = tmp_path / f"{target}{''.join(options)}.o"
    tool(sys.executable, "-m", "ziglang", "cc", "-target", target, "-g", *options, "-c", "-o", out, tmp_path / "api.c")
    return out


class TestMachines:
    @pytest.mark.parametrize(
        ("target", "pointer", "order", "signed", "va_list"),
        [
            ("x86-linux-gnu", 4, "little", True, 4), ("aarch64-linux-gnu", 8, "little", False, 32),
            ("arm-linux-gnueabihf", 4, "little", False, 4), ("s390x-linux-gnu", 8, "big", False, 32),
            ("riscv64-linux-musl", 8, "little", False, 8), ("powerpc64le-linux-gnu", 8, "little", False, 8),
        ],
    )
    def test_object_files_of_other_machines(
        self, tmp_path: Path, target: str, pointer: int, order: str, signed: bool, va_list: int
    ) -> None:
        read = surface(zig(tmp_path, target))
        assert (read["pointer_size"], read["byte_order"]) == (pointer, order)
        assert read["char_signed"] is signed
        assert params(read, "api_vprint")[1] == {"kind": "opaque", "name": "va_list", "size": va_list} | (
            {} if target in ("s390x-linux-gnu",) else {"typedef": "va_list"}
        )
        assert read["types"]["tm"]["system"] is True and read["types"]["tm"]["declaration"] is True
        assert read["unseen"] == []

    @pytest.mark.parametrize("target", ["s390x-linux-gnu", "x86-linux-gnu"])
    def test_bit_fields_of_old_and_new_debug_information_are_the_same(self, tmp_path: Path, target: str) -> None:
        old, new = (surface(zig(tmp_path, target, f"-gdwarf-{version}")) for version in (3, 5))
        assert old["types"]["nameless"]["fields"] == new["types"]["nameless"]["fields"]

    def test_doubles_in_structs_of_i386_are_aligned_to_four(self, tmp_path: Path) -> None:
        source = "struct s { char c; double d; long long l; }; void f(struct s *s) {}"
        by_target = {
            target: surface(zig(tmp_path, target, source=source))["types"]["s"]["align"]
            for target in ("x86-linux-gnu", "arm-linux-gnueabihf", "x86_64-linux-gnu")
        }
        assert list(by_target.values()) == [4, 8, 8]


HEADER = """
#include <time.h>
typedef struct box box;
struct shown { int a; struct box *inside; struct part part; };
box *make(struct shown *s);
int ask(const struct tm *tm, struct timespec at, void (*call)(struct later l));
"""
PARTS = "struct part { int p; };\nstruct later { int l; };\nstruct unused { int u; };\n"
SOURCE = """
#include "include/part.h"
#include "include/api.h"
struct secret { int s; };
struct box { struct secret *first; struct shown *back; int size; };
box *make(struct shown *s) { return 0; }
int ask(const struct tm *tm, struct timespec at, void (*call)(struct later l)) { return 0; }
"""
OTHER = """
#include "include/part.h"
#include "include/api.h"
struct given { int g; };
struct given give(struct given *g, box *b) { return *g; }
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(
        tmp_path_factory.mktemp("project"), include__part_h="#pragma once\n" + PARTS, include__api_h=HEADER, a_c=SOURCE, b_c=OTHER,
    )


def shown(read: dict) -> dict[str, str]:
    """Of each type: full, private, system or opaque."""
    return {
        key: "full" if not type_["declaration"] else
        "private" if type_.get("private") else "system" if type_.get("system") else "opaque"
        for key, type_ in read["types"].items()
    }


class TestScope:
    def test_a_type_of_a_source_file_is_private_behind_pointers_and_shown_by_value(self, library: Path) -> None:
        read = surface(library)
        assert shown(read) == {
            "box": "private", "given": "full", "later": "full", "part": "full", "shown": "full", "timespec": "full",
            "tm": "system",
        }
        box = read["types"]["box"]
        assert (box["size"], box["align"], box["fields"]) == (None, None, [])
        assert place(read, box) == f"{library.parent}/a.c" and box["line"] == 5
        assert read["types"]["timespec"]["system"] is True and "private" not in read["types"]["given"]

    def test_the_definition_decides_even_if_only_other_units_lead_to_the_type(self, library: Path) -> None:
        read = surface(library, functions=["give"], variables=[])
        assert shown(read) == {"box": "private", "given": "full"}

    def test_a_public_type_that_is_declared_here_and_defined_elsewhere_is_shown(self, tmp_path: Path) -> None:
        library = project(
            tmp_path, x_h="struct x { struct y *y; };", y_h="struct y { int a; };",
            a_c="struct x; void a(struct x *x) {}",
            b_c='#include "x.h"\nstruct x *keep_x; static int b(struct x *x) { return 0; } void *c(void) { return b; }',
            d_c='#include "y.h"\nstatic int d(struct y *y) { return y->a; } void *e(void) { return d; }',
        )
        read = surface(library, functions=["a"], variables=[])
        assert shown(read) == {"x": "full", "y": "full"}

    def test_an_amalgamation_shows_what_it_has(self, tmp_path: Path) -> None:
        source = "#include <stdio.h>\nstruct box { int a; }; void f(struct box *b, FILE *file) {}"
        read = surface(compiled(tmp_path, source, "-g"))
        assert shown(read) == {"_IO_FILE": "system", "box": "full"}

    @pytest.mark.parametrize("options", [["-fdebug-types-section"], ["-flto", "-O2"]], ids=" ".join)
    def test_it_does_not_matter_how_units_share_types(self, library: Path, tmp_path: Path, options: list[str]) -> None:
        for name in ("a.c", "b.c"):
            shutil.copy(library.parent / name, tmp_path)
        tool("gcc", "-g", *options, "-shared", "-fPIC", f"-I{library.parent}", "-o", tmp_path / "lib.so", tmp_path / "a.c", tmp_path / "b.c")
        assert shown(surface(tmp_path / "lib.so")) == shown(surface(library))

    @pytest.mark.parametrize(
        ("patterns", "full"),
        [
            (["include/api.h"], {"shown", "part", "later", "given", "timespec"}),
            (["api.h", "part.h"], {"shown", "part", "later", "given", "timespec"}),
            (["include/"], {"shown", "part", "later", "given", "timespec"}),
            (["**/inc*/[a-o]*.h"], {"shown", "part", "later", "given", "timespec"}),
            (["nothing.h"], {"later", "given", "timespec"}),
            (["a.c"], {"box", "secret", "later", "given", "timespec"}),
            (["time.h", "struct_tm.h"], {"later", "given", "timespec", "tm"}),
        ],
    )
    def test_public_patterns_say_what_is_seen_behind_pointers(self, library: Path, patterns: list[str], full: set[str]) -> None:
        read = surface(library, public=patterns)
        assert {key for key, how in shown(read).items() if how == "full"} == full
        assert all(how in ("full", "private", "system") for how in shown(read).values())

    def test_a_private_and_a_public_type_of_one_name_are_two(self, tmp_path: Path) -> None:
        library = project(
            tmp_path, x_h="struct node { int a; };",
            a_c='#include "x.h"\nvoid a(struct node *n) {}',
            h_h="typedef int other;", b_c='#include "h.h"\nstruct node { long b; };\nother b(struct node *n) { return 0; }',
        )
        assert shown(surface(library)) == {"node": "full", "node#2": "private"}


class TestGaps:
    def test_assembly_and_the_undescribed_are_named(self, tmp_path: Path) -> None:
        (tmp_path / "s.s").write_text(
            ".text\n.globl in_assembly\n.type in_assembly,@function\nin_assembly:\nret\n.size in_assembly,.-in_assembly\n"
            '.section .note.GNU-stack,"",@progbits\n'
        )
        (tmp_path / "bare.c").write_text("int undescribed(void) { return 0; } int data;")
        (tmp_path / "a.c").write_text("int known(void) { return 0; }")
        tool("gcc", "-g", "-c", "-o", tmp_path / "s.o", tmp_path / "s.s")
        tool("gcc", "-c", "-o", tmp_path / "bare.o", tmp_path / "bare.c")
        tool("gcc", "-g", "-shared", "-o", tmp_path / "lib.so", tmp_path / "a.c", tmp_path / "s.o", tmp_path / "bare.o")
        read = surface(tmp_path / "lib.so")
        assert (list(read["functions"]), read["assembly"], read["unseen"]) == (["known"], ["in_assembly"], ["undescribed"])
        assert read["unseen_variables"] == ["data"]
        assert surface(tmp_path / "s.o")["assembly"] == ["in_assembly"]

    def test_what_a_c_unit_declares_of_assembly_is_marked_as_a_declaration(self, tmp_path: Path) -> None:
        (tmp_path / "s.s").write_text(
            '.text\n.globl fast\n.type fast,@function\nfast:\nret\n.size fast,.-fast\n.section .note.GNU-stack,"",@progbits\n'
        )
        (tmp_path / "a.c").write_text("int fast(long x); int use(void) { return fast(1) + 1; }")
        tool("gcc", "-g", "-O2", "-shared", "-fPIC", "-o", tmp_path / "lib.so", tmp_path / "a.c", tmp_path / "s.s")
        fast = surface(tmp_path / "lib.so")["functions"]["fast"]
        assert fast["declaration"] is True and fast["params"][0]["type"]["size"] == 8

    def test_an_indirect_function_is_not_taken_for_what_chooses_it(self, tmp_path: Path) -> None:
        source = """
            static int plain(char c) { return c; }
            static void *choose(void) { return plain; }
            int f(char c) __attribute__((ifunc("choose")));
        """
        assert surface(compiled(tmp_path, source, "-g"))["unseen"] == ["f"]

    def test_debug_information_without_types_is_not_taken_for_void(self, tmp_path: Path) -> None:
        assert len(surface(compiled(tmp_path, API, "-g1"))["unseen"]) == 11

    def test_split_debug_information_is_refused_unless_it_is_not_needed(self, api: Path, tmp_path: Path) -> None:
        assert ".dwo" in refusal(compiled(tmp_path, API, "-g", "-gsplit-dwarf"))

    def test_too_many_types_are_an_error_and_never_a_part_of_the_answer(self, api: Path, read: dict) -> None:
        assert "types that can be reached" in refusal(api, max_types=len(read["types"]) - 1)
        assert surface(api, max_types=len(read["types"])) == read

    @pytest.mark.parametrize(
        ("options", "why"),
        [
            ("{", "options"), ('{"function": []}', "unknown field"), ('{"functions": "f"}', "invalid type"),
            ('{"public": [""]}', "names no file"), ('{"public": ["../x.h"]}', "names no file"), ('{"public": ["[a.h"]}', "bracket"),
        ],
    )
    def test_options_that_make_no_sense_are_refused(self, api: Path, options: str, why: str) -> None:
        with pytest.raises(_native.ReadError, match=why):
            _native.read_surface(api, options)


def leb(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


UNIT, FUNCTION, PARAM, POINTER, STRUCT, MEMBER, TYPEDEF, INTEGER, ARRAY, NAMELESS = range(1, 11)
"""Abbreviations of the handmade units below."""

FORMS = {"string": 0x08, "ref4": 0x13, "data1": 0x0B, "data4": 0x06, "present": 0x19}
ABBREVIATIONS = {
    UNIT: (0x11, True, [(0x03, "string"), (0x13, "data1")]),
    FUNCTION: (0x2E, True, [(0x03, "string"), (0x3B, "data1"), (0x3F, "present")]),
    PARAM: (0x05, False, [(0x49, "ref4")]),
    POINTER: (0x0F, False, [(0x49, "ref4")]),
    STRUCT: (0x13, True, [(0x03, "string"), (0x0B, "data4")]),
    MEMBER: (0x0D, False, [(0x03, "string"), (0x49, "ref4"), (0x38, "data4")]),
    TYPEDEF: (0x16, False, [(0x03, "string"), (0x49, "ref4")]),
    INTEGER: (0x24, False, [(0x03, "string"), (0x0B, "data1"), (0x3E, "data1")]),
    ARRAY: (0x01, False, [(0x49, "ref4")]),
    NAMELESS: (0x13, True, []),
}


def abbreviations(table: dict) -> bytes:
    out = b""
    for code, (tag, children, attributes) in table.items():
        out += leb(code) + leb(tag) + bytes([children])
        out += b"".join(leb(name) + leb(FORMS[form]) for name, form in attributes) + b"\0\0"
    return out + b"\0"


class Unit:
    """A unit of debug information, written entry by entry."""

    def __init__(self) -> None:
        self.bytes = bytearray(11)
        self.add(UNIT, "x.c", 12)

    def add(self, code: int, *values: str | int) -> int:
        """Writes an entry and returns its offset. Numbers of references may be filled in later."""
        at = len(self.bytes)
        self.bytes += leb(code)
        for (_, form), value in zip(((a, f) for a, f in ABBREVIATIONS[code][2] if f != "present"), values, strict=True):
            if isinstance(value, str):
                self.bytes += value.encode() + b"\0"
            else:
                self.bytes += value.to_bytes(1 if form == "data1" else 4, "little")
        return at

    def end(self) -> None:
        self.bytes += b"\0"

    def function(self, *params: int) -> None:
        self.add(FUNCTION, "f", 1)
        for param in params:
            self.add(PARAM, param)
        self.end()

    def finished(self, abbreviations_at: int = 0, length: int | None = None) -> bytes:
        body = self.bytes + b"\0"
        size = len(body) - 4 if length is None else length
        body[:11] = size.to_bytes(4, "little") + b"\4\0" + abbreviations_at.to_bytes(4, "little") + b"\x08"
        return bytes(body)


def handmade(folder: Path, info: bytes, table: bytes = abbreviations(ABBREVIATIONS)) -> Path:
    (folder / "info").write_bytes(info)
    (folder / "abbrev").write_bytes(table)
    (folder / "x.s").write_text(
        f'.text\n.globl f\n.type f,@function\nf: ret\n.section .debug_info,"",@progbits\n.incbin "{folder}/info"\n'
        f'.section .debug_abbrev,"",@progbits\n.incbin "{folder}/abbrev"\n.section .note.GNU-stack,"",@progbits\n'
    )
    tool("gcc", "-shared", "-o", folder / "x.so", folder / "x.s")
    return folder / "x.so"


class TestHostile:
    def test_a_handmade_unit_is_read(self, tmp_path: Path) -> None:
        unit = Unit()
        number = unit.add(INTEGER, "int", 4, 5)
        unit.add(STRUCT, "s", 0xFFFFFFFF)
        unit.add(MEMBER, "huge", number, 0xFFFFFFF0)
        unit.end()
        unit.function(number, number + 7)
        read = surface(handmade(tmp_path, unit.finished()))
        assert read["types"]["s"]["size"] == 0xFFFFFFFF and fields(read, "s")["huge"]["offset"] == 0xFFFFFFF0

    @pytest.mark.parametrize("code", [TYPEDEF, POINTER, ARRAY])
    def test_a_type_that_is_made_of_itself_is_refused(self, tmp_path: Path, code: int) -> None:
        unit = Unit()
        at = len(unit.bytes)
        unit.add(code, *(["t"] if code == TYPEDEF else []), at)
        unit.function(at)
        assert "nested more than" in refusal(handmade(tmp_path, unit.finished()))

    def test_a_struct_inside_of_itself_is_refused(self, tmp_path: Path) -> None:
        unit = Unit()
        at = unit.add(STRUCT, "s", 8)
        unit.add(MEMBER, "m", at, 0)
        unit.end()
        unit.function(at)
        assert "inside of itself" in refusal(handmade(tmp_path, unit.finished()))

    @pytest.mark.parametrize("target", [0, 5, 0x7FFFFFFF, 0xFFFFFFFF])
    def test_references_to_nowhere_are_refused(self, tmp_path: Path, target: int) -> None:
        unit = Unit()
        unit.function(target)
        assert "malformed" in refusal(handmade(tmp_path, unit.finished()))

    @pytest.mark.parametrize("length", [0, 3, 0x7FFFFFFF, 0xFFFFFFEF, 0xFFFFFFFF])
    def test_units_that_end_elsewhere_are_refused(self, tmp_path: Path, length: int) -> None:
        unit = Unit()
        unit.function()
        assert "malformed" in refusal(handmade(tmp_path, unit.finished(length=length)))

    def test_entries_with_more_attributes_than_any_compiler_gives_are_refused(self, tmp_path: Path) -> None:
        table = ABBREVIATIONS | {11: (0x34, False, [(0x3F, "present")] * 200)}
        unit = Unit()
        unit.bytes += b"\x0b" * 1000
        assert "attributes of one entry" in refusal(handmade(tmp_path, unit.finished(), abbreviations(table)))

    def test_abbreviations_that_units_share_in_part_are_refused(self, tmp_path: Path) -> None:
        many = abbreviations({code: (0x34, False, []) for code in range(1, 50_000)})
        units = b"".join(Unit().finished(offset) for offset in range(0, 5 * 20_000, 5))
        assert "malformed" in refusal(handmade(tmp_path, units, many))

    def test_entries_inside_of_entries_without_end_are_refused_in_time(self, tmp_path: Path) -> None:
        unit = Unit()
        size = 1 + 2 + 4 + 1 + 2 + 4 + 4
        first = len(unit.bytes)
        for depth in range(40_000):
            unit.add(STRUCT, "s", 8)
            unit.add(MEMBER, "m", first + (depth + 1) * size, 0)
        unit.add(STRUCT, "s", 8)
        for _ in range(40_001):
            unit.end()
        unit.function(first)
        assert "steps" in refusal(handmade(tmp_path, unit.finished()))

    def test_one_long_name_for_everything_is_refused_in_time(self, tmp_path: Path) -> None:
        unit = Unit()
        name = "n" * 60_000
        start = unit.add(INTEGER, name, 4, 5)
        unit.function(start)
        assert len(params(surface(handmade(tmp_path, unit.finished())), "f")[0]["name"]) == 60_000
        unit = Unit()
        unit.function(unit.add(INTEGER, name + name, 4, 5))
        assert "bytes in one name" in refusal(handmade(tmp_path, unit.finished()))

    def test_damaged_anywhere_is_read_or_refused(self, api: Path, tmp_path: Path) -> None:
        tool("gcc", "-g", "-c", "-x", "c", "-o", tmp_path / "a.o", f"{api}.c")
        for whole in (api.read_bytes(), (tmp_path / "a.o").read_bytes()):
            file = tmp_path / "damaged"
            for step, at in enumerate(range(0, len(whole), 61)):
                damaged = bytearray(whole)
                damaged[at : at + 4] = ((0, 0xFFFFFFFF, 0x7FFFFFFF, 1)[step % 4]).to_bytes(4, "little")
                file.write_bytes(damaged)
                try:
                    surface(file)
                except _native.ReadError as error:
                    assert "reader itself" not in str(error)

    def test_truncated_anywhere_is_refused(self, api: Path, tmp_path: Path) -> None:
        whole = api.read_bytes()
        for length in range(0, len(whole) - 1, 199):
            (tmp_path / "cut").write_bytes(whole[:length])
            refusal(tmp_path / "cut")
