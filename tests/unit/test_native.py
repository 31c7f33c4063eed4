"""The native reader against what the system's compiler and binutils make of small programs."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from astra_abi import _native

API = """
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct context context;
typedef enum status { STATUS_OK = 0, STATUS_BAD = 7, STATUS_BIG = 0x7fffffff } status;
typedef enum { BELOW = -1, ABOVE = 200 } side;
typedef struct {
    int plain;
    union { float real; struct { uint8_t low, high; }; } either;
    uint32_t three : 3, seven : 7;
    struct node *next;
} nameless;
struct node { struct node *next; nameless inner; const char *text; char grid[3][4]; int tail[]; };
struct __attribute__((packed)) tight { char tag; uint64_t value; uint16_t rest; };
typedef status (*callback)(void *user, const struct node *node, ...);

status api_take(context *c, const nameless *n, struct tight t, callback f, size_t size, bool on,
                side s, const void *const *table) { return STATUS_OK; }
const struct node *api_node(void) { return NULL; }
void api_nothing(void) {}
int api_print(const char *format, ...) { return 0; }
double api_numbers(float f, long double l, unsigned long u, signed char s, uint8_t byte) { return f; }
static int hidden(int x) { return x; }
int api_alias(int) __attribute__((alias("hidden")));
static int api_private(char c) { return c; }
int (*api_pointer)(char) = api_private;
"""
FUNCTIONS = ["api_take", "api_node", "api_nothing", "api_print", "api_numbers", "api_alias"]


def compiled(folder: Path, source: str, *options: str, name: str = "lib.so") -> Path:
    text = folder / f"{name}.c"
    text.write_text(source)
    library = folder / name
    command = ["cc", "-shared", "-fPIC", *options, "-o", library, text]
    subprocess.run(command, check=True, capture_output=True)
    return library


def dwarf(library: Path, functions: list[str] = FUNCTIONS) -> dict:
    return json.loads(_native.read_dwarf(library, functions))


def elf(library: Path) -> dict:
    return json.loads(_native.read_elf(library))


def refusal(call, *arguments) -> str:
    with pytest.raises(_native.ReadError) as caught:
        call(*arguments)
    return str(caught.value)


def tool(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("api"), API, "-g", "-gdwarf-5", "-O2")


@pytest.fixture(scope="module")
def read(api: Path) -> dict:
    return dwarf(api)


def params(read: dict, function: str) -> list[dict]:
    return [param["type"] for param in read["functions"][function]["params"]]


def fields(read: dict, key: str) -> dict:
    return {field["name"]: field for field in read["types"][key]["fields"]}


class TestDwarf:
    def test_a_signature_is_spelled_out(self, read: dict) -> None:
        function = read["functions"]["api_take"]
        assert [p["name"] for p in function["params"]] == ["c", "n", "t", "f", "size", "on", "s", "table"]
        assert function["returns"] == {
            "kind": "enum", "ref": "status", "name": "status", "size": 4, "typedef": "status",
        }
        assert function["variadic"] is False

    def test_a_pointer_knows_whether_its_target_is_const(self, read: dict) -> None:
        context, nameless, *_, table = params(read, "api_take")
        assert context == {
            "kind": "pointer", "const": False,
            "to": {"kind": "struct", "ref": "context", "name": "context", "size": None, "typedef": "context"},
        }
        assert nameless["const"] is True
        void = {"kind": "pointer", "to": {"kind": "void"}, "const": True}
        assert table == {"kind": "pointer", "to": void, "const": True}

    def test_a_callback_is_a_pointer_to_a_function(self, read: dict) -> None:
        callback = params(read, "api_take")[3]
        assert callback["kind"] == "pointer" and callback["typedef"] == "callback"
        assert callback["to"]["kind"] == "function" and callback["to"]["variadic"] is True
        assert [p["kind"] for p in callback["to"]["params"]] == ["pointer", "pointer"]

    def test_void_and_variadic(self, read: dict) -> None:
        assert read["functions"]["api_nothing"] == {
            "returns": {"kind": "void"}, "params": [], "variadic": False,
        }
        assert read["functions"]["api_print"]["variadic"] is True
        assert params(read, "api_print") == [
            {"kind": "pointer", "to": {"kind": "char", "size": 1}, "const": True},
        ]

    def test_numbers_keep_size_and_sign(self, read: dict) -> None:
        single, extended, long, signed, byte = params(read, "api_numbers")
        assert single == {"kind": "float", "size": 4}
        assert extended["kind"] == "float"
        assert (long["kind"], long["size"], long["signed"]) == ("int", struct.calcsize("L"), False)
        assert (signed["kind"], signed["size"], signed["signed"]) == ("int", 1, True)
        assert (byte["kind"], byte["size"], byte["signed"], byte["typedef"]) == ("int", 1, False, "uint8_t")

    def test_an_opaque_struct_is_a_declaration(self, read: dict) -> None:
        assert read["types"]["context"]["declaration"] is True
        assert read["types"]["context"]["size"] is None

    def test_an_anonymous_struct_is_named_after_its_typedef_or_its_place(self, read: dict) -> None:
        assert read["types"]["nameless"]["size"] == 24
        assert read["types"]["nameless.either"]["kind"] == "union"
        assert read["types"]["nameless.either"]["name"] is None
        assert set(fields(read, "nameless.either.{0}")) == {"low", "high"}

    def test_bit_fields_count_from_the_byte_they_begin_in(self, read: dict) -> None:
        three, seven = (fields(read, "nameless")[name] for name in ("three", "seven"))
        assert (three["offset"], three["bit_offset"], three["bit_size"]) == (8, 0, 3)
        assert (seven["offset"], seven["bit_offset"], seven["bit_size"]) == (8, 3, 7)

    def test_a_packed_struct_shows_in_its_offsets(self, read: dict) -> None:
        assert read["types"]["tight"]["size"] == 11
        assert {name: f["offset"] for name, f in fields(read, "tight").items()} == {
            "tag": 0, "value": 1, "rest": 9,
        }

    def test_arrays_nest_and_a_flexible_one_has_no_count(self, read: dict) -> None:
        node = fields(read, "node")
        assert node["grid"]["type"] == {
            "kind": "array", "count": 3,
            "of": {"kind": "array", "count": 4, "of": {"kind": "char", "size": 1}},
        }
        assert node["tail"]["type"]["count"] is None

    def test_a_struct_may_point_to_itself(self, read: dict) -> None:
        assert fields(read, "node")["next"]["type"]["to"]["ref"] == "node"

    def test_enumerators_keep_value_and_sign(self, read: dict) -> None:
        assert read["types"]["status"]["constants"] == [
            ["STATUS_OK", 0], ["STATUS_BAD", 7], ["STATUS_BIG", 0x7FFFFFFF],
        ]
        assert read["types"]["status"]["signed"] is False
        assert read["types"]["side"]["constants"] == [["BELOW", -1], ["ABOVE", 200]]
        assert read["types"]["side"]["signed"] is True

    def test_an_alias_is_found_by_its_address(self, read: dict) -> None:
        assert [p["name"] for p in read["functions"]["api_alias"]["params"]] == ["x"]

    def test_a_private_function_of_the_same_name_is_not_the_exported_one(self, api: Path) -> None:
        assert dwarf(api, ["api_private", "absent"])["missing"] == ["absent", "api_private"]

    @pytest.mark.parametrize(
        "options",
        [
            ["-gdwarf-4"],
            ["-gdwarf-3", "-gstrict-dwarf"],
            ["-gdwarf-4", "-fdebug-types-section"],
            ["-gdwarf-5", "-fdebug-types-section"],
            ["-gdwarf-5", "-gz"],
            ["-gdwarf-5", "-flto", "-O2"],
        ],
        ids=" ".join,
    )
    def test_every_form_of_debug_information_says_the_same(
        self, read: dict, tmp_path: Path, options: list[str]
    ) -> None:
        other = dwarf(compiled(tmp_path, API, "-g", *options))
        for part in ("functions", "types", "conflicts", "missing"):
            assert other[part] == read[part]

    @pytest.mark.parametrize("form", ["zlib", "zlib-gnu"])
    def test_compressed_afterwards_says_the_same(self, read: dict, api: Path, tmp_path: Path, form: str) -> None:
        small = tmp_path / "small.so"
        tool("objcopy", f"--compress-debug-sections={form}", api, small)
        assert dwarf(small)["types"] == read["types"]

    def test_equal_structs_of_two_units_are_one_and_different_ones_are_two(self, tmp_path: Path) -> None:
        head = "struct same { struct same *next; int a; }; struct odd { %s x; };"
        (tmp_path / "two.c").write_text(
            head % "long" + "struct far { struct odd *odd; };"
            "void two(struct same *s, struct odd *o, struct far *f) {}"
        )
        one = head % "int" + "struct far { struct odd *odd; };"
        one += "void one(struct same *s, struct odd *o, struct far *f) {}"
        read = dwarf(compiled(tmp_path, one, "-g", str(tmp_path / "two.c")), ["one", "two"])
        assert set(read["types"]) == {"same", "odd", "odd#2", "far", "far#2"}
        assert params(read, "one")[0] == params(read, "two")[0]

    def test_a_declaration_is_joined_to_the_definition_of_another_unit(self, tmp_path: Path) -> None:
        (tmp_path / "two.c").write_text("struct box; void two(struct box *b) {}")
        one = "struct box { int a; }; void one(struct box *b) {}"
        read = dwarf(compiled(tmp_path, one, "-g", str(tmp_path / "two.c")), ["one", "two"])
        assert set(read["types"]) == {"box"}
        assert params(read, "one") == params(read, "two")

    def test_two_definitions_that_differ_are_a_conflict(self, tmp_path: Path) -> None:
        (tmp_path / "two.c").write_text("int both(long x) { return 2; }")
        one = "__attribute__((weak)) int both(int x) { return 1; }"
        read = dwarf(compiled(tmp_path, one, "-g", str(tmp_path / "two.c")), ["both"])
        sizes = {variant["params"][0]["type"]["size"] for variant in read["conflicts"]["both"]}
        assert sizes == {4, struct.calcsize("l")}

    def test_a_versioned_symbol_is_found_under_its_version(self, tmp_path: Path) -> None:
        script = tmp_path / "versions"
        script.write_text("V1 { global: f; local: *; }; V2 { global: f; } V1;")
        source = """
            int old_f(char c) { return 0; }
            int new_f(double d) { return 0; }
            __asm__(".symver old_f, f@V1");
            __asm__(".symver new_f, f@@V2");
        """
        library = compiled(tmp_path, source, "-g", f"-Wl,--version-script={script}")
        read = dwarf(library, ["f", "f@V1", "f@V2"])
        assert [p["kind"] for p in params(read, "f")] == ["float"]
        assert [p["kind"] for p in params(read, "f@V2")] == ["float"]
        assert [p["kind"] for p in params(read, "f@V1")] == ["char"]

    def test_debug_information_without_types_is_not_taken_for_void(self, tmp_path: Path) -> None:
        library = compiled(tmp_path, API, "-g1")
        assert dwarf(library)["missing"] == sorted(FUNCTIONS)

    def test_an_assembler_does_not_know_signatures(self, tmp_path: Path) -> None:
        source = tmp_path / "f.s"
        source.write_text(".globl f\n.type f,@function\nf:\nnop\n.size f,.-f\n.section .note.GNU-stack\n")
        tool("cc", "-g", "-shared", "-o", tmp_path / "f.so", source)
        assert dwarf(tmp_path / "f.so", ["f"])["missing"] == ["f"]

    def test_a_type_nested_without_end_is_refused(self, tmp_path: Path) -> None:
        library = compiled(tmp_path, f"void deep(int {'*' * 200}p) {{}}", "-g")
        assert "nested more than 128 levels" in refusal(_native.read_dwarf, library, ["deep"])

    def test_a_type_that_doubles_at_each_step_is_refused(self, tmp_path: Path) -> None:
        steps = "typedef int (*t0)(void);\n"
        steps += "".join(f"typedef int (*t{n})(t{n - 1}, t{n - 1});\n" for n in range(1, 40))
        library = compiled(tmp_path, steps + "void wide(t39 f) {}", "-g")
        assert "types spelled out for one" in refusal(_native.read_dwarf, library, ["wide"])

    def test_split_debug_information_is_refused(self, tmp_path: Path) -> None:
        library = compiled(tmp_path, API, "-g", "-gsplit-dwarf")
        assert ".dwo" in refusal(_native.read_dwarf, library, FUNCTIONS)

    def test_no_debug_information_is_refused(self, tmp_path: Path) -> None:
        library = compiled(tmp_path, API, "-g0")
        assert "no debug information" in refusal(_native.read_dwarf, library, FUNCTIONS)

    def test_an_object_file_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.c").write_text(API)
        tool("cc", "-g", "-c", "-o", tmp_path / "a.o", tmp_path / "a.c")
        assert "relocatable" in refusal(_native.read_dwarf, tmp_path / "a.o", FUNCTIONS)


VERSIONED = """
#include <stdlib.h>
int f(int x) { return x + (malloc(1) != NULL); }
int counter = 3;
static long table[8] = {1};
static _Thread_local int per_thread;
const char *const names[] = {"a"};
int *touch(void) { return table[0] ? &per_thread : &counter; }
__attribute__((constructor)) static void start(void) {}
__attribute__((weak)) void maybe(void) {}
__attribute__((visibility("hidden"))) int unseen;
int *see(void) { return &unseen; }
"""


@pytest.fixture(scope="module")
def versioned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("versioned")
    script = folder / "versions"
    script.write_text("LIB_1 { global: f; maybe; counter; local: *; }; LIB_2 { global: touch; } LIB_1;")
    return compiled(
        folder, VERSIONED, "-g", f"-Wl,--version-script={script}", "-Wl,-soname,libv.so.1",
        "-Wl,--build-id=sha1", "-Wl,-z,now", "-Wl,-z,relro", "-Wl,-z,noexecstack", "-Wl,-rpath,/opt/x",
    )


def symbol(read: dict, name: str) -> dict:
    (found,) = (s for s in read["symbols"] if s["name"] == name and not s["absolute"])
    return found


class TestElf:
    def test_the_header_and_the_dynamic_section(self, versioned: Path) -> None:
        read = elf(versioned)
        assert read["class"] == 8 * struct.calcsize("P")
        assert read["endian"] == "little"
        assert read["machine"] == os.uname().machine
        assert read["type"] == "DYN"
        assert read["soname"] == "libv.so.1"
        assert any(name.startswith("libc.so") for name in read["needed"])
        assert "/opt/x" in (read["rpath"], read["runpath"])

    def test_a_defined_symbol_has_the_version_of_its_node(self, versioned: Path) -> None:
        f = symbol(elf(versioned), "f")
        assert (f["version"], f["default_version"], f["library"]) == ("LIB_1", True, None)
        assert (f["bind"], f["type"], f["defined"], f["visibility"]) == ("global", "func", True, "default")
        assert f["size"] > 0 and f["address"] > 0
        assert symbol(elf(versioned), "touch")["version"] == "LIB_2"
        assert symbol(elf(versioned), "maybe")["bind"] == "weak"
        assert symbol(elf(versioned), "counter")["type"] == "object"

    def test_an_undefined_symbol_has_the_version_and_the_library_it_needs(self, versioned: Path) -> None:
        malloc = symbol(elf(versioned), "malloc")
        assert malloc["defined"] is False and malloc["default_version"] is False
        assert malloc["version"].startswith("GLIBC_") and malloc["library"].startswith("libc.so")
        need = {"library": malloc["library"], "version": malloc["version"], "weak": False, "hidden": False}
        assert need in elf(versioned)["version_needs"]

    def test_hidden_symbols_are_not_there(self, versioned: Path) -> None:
        names = {s["name"] for s in elf(versioned)["symbols"]}
        assert names.isdisjoint({"unseen", "table", "see"})

    def test_version_definitions_leave_out_the_base(self, versioned: Path) -> None:
        assert elf(versioned)["version_definitions"] == ["LIB_1", "LIB_2"]

    def test_a_version_that_is_not_the_default(self, tmp_path: Path) -> None:
        script = tmp_path / "versions"
        script.write_text("V1 { global: f; local: *; }; V2 { global: f; } V1;")
        source = "int a(void) { return 1; } int b(void) { return 2; }"
        source += '__asm__(".symver a, f@V1"); __asm__(".symver b, f@@V2");'
        read = elf(compiled(tmp_path, source, f"-Wl,--version-script={script}"))
        found = {(s["version"], s["default_version"]) for s in read["symbols"] if s["name"] == "f"}
        assert found == {("V1", False), ("V2", True)}

    def test_hardening(self, versioned: Path, tmp_path: Path) -> None:
        read = elf(versioned)
        assert (read["relro"], read["exec_stack"], read["textrel"]) == ("full", False, False)
        read = elf(compiled(tmp_path, VERSIONED, "-Wl,-z,lazy", "-Wl,-z,relro", "-Wl,-z,execstack"))
        assert (read["relro"], read["exec_stack"]) == ("partial", True)
        read = elf(compiled(tmp_path, VERSIONED, "-Wl,-z,norelro"))
        assert read["relro"] == "none"

    def test_constructors_are_counted(self, versioned: Path, tmp_path: Path) -> None:
        without = VERSIONED.replace("__attribute__((constructor))", "__attribute__((unused))")
        plain = elf(compiled(tmp_path, without))["init_functions"]
        assert elf(versioned)["init_functions"] == plain + 1

    def test_writable_sections_tell_what_is_protected(self, versioned: Path) -> None:
        sections = {s["name"]: s for s in elf(versioned)["writable_sections"]}
        assert sections[".data"]["relro"] is False and sections[".data"]["size"] >= 4
        assert sections[".data.rel.ro"]["relro"] is True
        assert sections[".tbss"]["tls"] is True and sections[".tbss"]["relro"] is False

    def test_the_build_id_is_also_a_note(self, versioned: Path) -> None:
        read = elf(versioned)
        assert len(read["build_id"]) == 40
        assert json.loads(_native.build_id(versioned)) == read["build_id"]
        note = {"section": ".note.gnu.build-id", "name": "GNU", "type": 3, "desc": read["build_id"]}
        assert note in read["notes"]

    def test_what_a_stripped_library_lacks(self, versioned: Path, tmp_path: Path) -> None:
        assert (elf(versioned)["has_symtab"], elf(versioned)["has_debug_info"]) == (True, True)
        stripped = tmp_path / "stripped.so"
        tool("strip", "-o", stripped, versioned)
        assert (elf(stripped)["has_symtab"], elf(stripped)["has_debug_info"]) == (False, False)
        assert elf(stripped)["symbols"] == elf(versioned)["symbols"]

    @pytest.mark.parametrize("style", ["gnu", "sysv", "both"])
    def test_without_section_headers_the_symbols_are_the_same(self, tmp_path: Path, style: str) -> None:
        library = compiled(tmp_path, VERSIONED, f"-Wl,--hash-style={style}")
        before = elf(library)
        bare = without_sections(library)
        after = elf(bare)
        for part in ("symbols", "needed", "version_needs", "build_id", "init_functions", "relro"):
            assert after[part] == before[part]
        assert any(not s["relro"] and not s["tls"] and s["size"] for s in after["writable_sections"])

    @pytest.mark.parametrize("style", ["gnu", "sysv"])
    def test_without_section_headers_imports_alone_are_found(self, tmp_path: Path, style: str) -> None:
        source = "extern int needed(void); static int use(void) { return needed(); } int (*keep)(void) = use;"
        script = tmp_path / "none"
        script.write_text("{ local: *; };")
        library = compiled(tmp_path, source, f"-Wl,--hash-style={style}", f"-Wl,--version-script={script}")
        assert elf(without_sections(library))["symbols"] == elf(library)["symbols"]

    def test_an_object_file_has_no_dynamic_symbols(self, tmp_path: Path) -> None:
        (tmp_path / "a.c").write_text(VERSIONED)
        tool("cc", "-c", "-o", tmp_path / "a.o", tmp_path / "a.c")
        read = elf(tmp_path / "a.o")
        assert (read["type"], read["symbols"], read["exec_stack"]) == ("REL", [], None)

    def test_writable_objects_leave_out_constants(self, versioned: Path) -> None:
        objects = {o["raw"]: o for o in json.loads(_native.writable_objects(versioned))}
        assert objects["counter"] == {
            "name": "counter", "raw": "counter", "section": ".data", "size": 4, "tls": False,
        }
        assert objects["table"]["size"] == 8 * struct.calcsize("l")
        assert objects["unseen"]["section"] == ".bss"
        assert objects["per_thread"]["tls"] is True
        assert objects.keys().isdisjoint({"names", "_DYNAMIC", "_GLOBAL_OFFSET_TABLE_"})

    def test_writable_objects_of_rust_have_readable_names(self, tmp_path: Path) -> None:
        source = "int _ZN3foo3BAR17h0123456789abcdefE = 1;"
        objects = json.loads(_native.writable_objects(compiled(tmp_path, source)))
        assert {"foo::BAR"} <= {o["name"] for o in objects}

    def test_writable_objects_of_a_stripped_library_are_refused(self, versioned: Path, tmp_path: Path) -> None:
        tool("strip", "-o", tmp_path / "s.so", versioned)
        assert "stripped" in refusal(_native.writable_objects, tmp_path / "s.so")


def without_sections(library: Path) -> Path:
    """A copy whose header announces no section headers, as a loader would accept it."""
    bytes_ = bytearray(library.read_bytes())
    if bytes_[4] == 2:
        struct.pack_into("<Q", bytes_, 0x28, 0)
        struct.pack_into("<HH", bytes_, 0x3C, 0, 0)
    else:
        struct.pack_into("<I", bytes_, 0x20, 0)
        struct.pack_into("<HH", bytes_, 0x30, 0, 0)
    bare = library.with_suffix(".bare")
    bare.write_bytes(bytes_)
    return bare


@pytest.fixture
def split(versioned: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A stripped library and its debug file, linked by name and checksum."""
    library, debug = tmp_path / "lib.so", tmp_path / "lib.debug"
    tool("objcopy", "--only-keep-debug", versioned, debug)
    tool("strip", "-o", library, versioned)
    tool("objcopy", f"--add-gnu-debuglink={debug}", library)
    return library, debug


def found(library: Path, *folders: Path) -> dict:
    return json.loads(_native.find_debug_file(library, [str(f) for f in folders]))


class TestDebugFiles:
    def test_embedded(self, versioned: Path) -> None:
        assert found(versioned) == {"path": str(versioned), "how": "embedded"}

    def test_a_debug_link_beside_the_library(self, split: tuple[Path, Path]) -> None:
        library, debug = split
        assert elf(library)["debuglink"]["file"] == "lib.debug"
        assert found(library) == {"path": str(debug), "how": "debuglink"}

    def test_a_debug_link_below_dot_debug_and_in_another_folder(self, split, tmp_path: Path) -> None:
        library, debug = split
        for folder in (tmp_path / ".debug", tmp_path / "elsewhere"):
            folder.mkdir()
            debug = debug.rename(folder / "lib.debug")
            assert found(library, tmp_path / "elsewhere") == {"path": str(debug), "how": "debuglink"}

    def test_a_build_id(self, split, tmp_path: Path) -> None:
        library, debug = split
        digits = json.loads(_native.build_id(library))
        place = tmp_path / "debug" / ".build-id" / digits[:2] / f"{digits[2:]}.debug"
        place.parent.mkdir(parents=True)
        debug.rename(place)
        assert found(library, tmp_path / "debug") == {"path": str(place), "how": "build-id"}

    def test_the_debug_file_answers_for_the_library(self, split, versioned: Path) -> None:
        _, debug = split
        assert _native.writable_objects(debug) == _native.writable_objects(versioned)
        assert dwarf(debug, ["f", "touch"])["functions"] == dwarf(versioned, ["f", "touch"])["functions"]

    def test_a_debug_file_is_not_taken_for_a_library(self, split) -> None:
        assert "separate debug file" in refusal(_native.read_elf, split[1])

    def test_another_checksum_is_refused(self, split) -> None:
        library, debug = split
        with debug.open("ab") as file:
            file.write(b"\0")
        answer = found(library)
        assert answer["path"] is None and "checksum" in answer["why"]

    def test_another_build_id_is_refused(self, split, tmp_path: Path) -> None:
        library, debug = split
        other = compiled(tmp_path, VERSIONED + "int more;", "-g", "-Wl,--build-id=sha1", name="other.so")
        shutil.copy(other, debug)
        answer = found(library)
        assert answer["path"] is None and "build-id" in answer["why"]

    @pytest.mark.parametrize("place", ["debuglink", "build-id"])
    def test_other_code_under_the_same_build_id_is_refused(self, split, tmp_path: Path, place: str) -> None:
        library, debug = split
        digits = json.loads(_native.build_id(library))
        forged = compiled(tmp_path, "int f(long x) { return 1; }", "-g", f"-Wl,--build-id=0x{digits}", name="forged.so")
        if place == "debuglink":
            shutil.copy(forged, debug)
            tool("objcopy", "--remove-section=.gnu_debuglink", library)
            tool("objcopy", f"--add-gnu-debuglink={debug}", library)
        else:
            debug.unlink()
            debug = tmp_path / ".build-id" / digits[:2] / f"{digits[2:]}.debug"
            debug.parent.mkdir(parents=True)
            shutil.copy(forged, debug)
        answer = found(library, tmp_path)
        assert answer["path"] is None and "another layout than the library" in answer["why"]
        assert "another layout" in json.loads(_native.debug_file_differs(library, debug))

    def test_the_same_layout_with_symbols_elsewhere_is_refused(self, tmp_path: Path) -> None:
        source = "int {}(int x) {{ return x + 1; }} int {}(int x) {{ return x + 2; }}"
        library = compiled(tmp_path, source.format("f", "g"), "-g", "-Wl,--build-id=0x1234", name="a.so")
        forged = compiled(tmp_path, source.format("g", "f"), "-g", "-Wl,--build-id=0x1234", name="b.so")
        assert json.loads(_native.debug_file_differs(library, library)) is None
        assert "is of other code than the library: it has f at" in json.loads(_native.debug_file_differs(library, forged))

    @pytest.mark.parametrize("command", [["objcopy", "--only-keep-debug"], ["eu-strip", "-f"]], ids=lambda c: c[0])
    def test_debug_files_of_every_tool_fit(self, versioned: Path, tmp_path: Path, command: list[str]) -> None:
        if not shutil.which(command[0]):
            pytest.skip(f"{command[0]} is not installed")
        library, debug = tmp_path / "lib.so", tmp_path / "lib.debug"
        if command[0] == "objcopy":
            tool(*command, versioned, debug)
            tool("strip", "-o", library, versioned)
        else:
            tool(*command, debug, "-o", library, versioned)
        assert json.loads(_native.debug_file_differs(library, debug)) is None
        assert json.loads(_native.debug_file_differs(without_sections(library), debug)) is None

    def test_a_library_whose_search_path_was_changed_keeps_its_debug_file(self, split, tmp_path: Path) -> None:
        library, debug = split
        bytes_ = bytearray(library.read_bytes())
        at = elf_section(bytes_, ".dynstr")
        struct.pack_into("<Q", bytes_, at + 32, struct.unpack_from("<Q", bytes_, at + 32)[0] - 1)
        library.write_bytes(bytes_)
        assert json.loads(_native.debug_file_differs(library, debug)) is None

    def test_no_debug_file_says_what_was_looked_for(self, split) -> None:
        library, debug = split
        debug.unlink()
        answer = found(library)
        assert answer["path"] is None and "lib.debug" in answer["why"]


def elf_section(elf64: bytes, name: str) -> int:
    """Where the header of a section is in the file."""
    start, size, count, names = (
        struct.unpack_from(form, elf64, at)[0] for form, at in (("<Q", 0x28), ("<H", 0x3A), ("<H", 0x3C), ("<H", 0x3E))
    )
    strings = struct.unpack_from("<Q", elf64, start + size * names + 24)[0]
    for at in range(start, start + size * count, size):
        text = strings + struct.unpack_from("<I", elf64, at)[0]
        if elf64[text : elf64.index(b"\0", text)] == name.encode():
            return at
    raise AssertionError(name)


class TestHostileFiles:
    @pytest.mark.parametrize("content", [b"", b"\x7fEL", b"MZ" * 99, b"!<arch>\n"])
    def test_what_is_no_elf_file(self, tmp_path: Path, content: bytes) -> None:
        file = tmp_path / "x"
        file.write_bytes(content)
        for call in (_native.read_elf, _native.writable_objects, _native.build_id):
            assert refusal(call, file) == "not an ELF file"

    def test_what_is_no_file(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        assert refusal(_native.read_elf, tmp_path / "pipe") == "not a regular file"
        assert refusal(_native.read_elf, tmp_path) == "not a regular file"
        assert "cannot be read" in refusal(_native.read_elf, tmp_path / "absent")

    def test_a_refusal_is_a_value_error(self) -> None:
        assert issubclass(_native.ReadError, ValueError)
        assert _native.ReadError.__module__ == "astra_abi._native"

    @pytest.mark.parametrize("sections", [True, False], ids=["sections", "no sections"])
    def test_truncated_anywhere_is_refused(self, versioned: Path, tmp_path: Path, sections: bool) -> None:
        whole = versioned.read_bytes()
        if not sections:
            (tmp_path / "copy.so").write_bytes(whole)
            whole = without_sections(tmp_path / "copy.so").read_bytes()
            whole = whole[: last_segment_end(whole)]
        file = tmp_path / "cut.so"
        for length in range(0, len(whole) - 1, 64):
            file.write_bytes(whole[:length])
            why = refusal(_native.read_elf, file)
            assert "truncated" in why or why == "not an ELF file"
            if sections:
                refusal(_native.read_dwarf, file, ["f"])
                refusal(_native.writable_objects, file)

    def test_a_compressed_section_may_not_claim_more_than_it_holds(self, tmp_path: Path) -> None:
        library = compiled(tmp_path, API, "-g", "-gz")
        bytes_ = bytearray(library.read_bytes())
        # The header of a compressed section: zlib, the size, the alignment 1, then deflate data.
        at = bytes_.index(struct.pack("<II", 1, 0))
        while bytes_[at + 16 : at + 25] != struct.pack("<Q", 1) + b"\x78":
            at = bytes_.index(struct.pack("<II", 1, 0), at + 1)
        struct.pack_into("<Q", bytes_, at + 8, 1 << 60)
        library.write_bytes(bytes_)
        assert "claims to grow" in refusal(_native.read_dwarf, library, FUNCTIONS)

    def test_damaged_anywhere_is_read_or_refused(self, versioned: Path, tmp_path: Path) -> None:
        whole = versioned.read_bytes()
        file = tmp_path / "damaged.so"
        for step, at in enumerate(range(0, len(whole), 97)):
            damaged = bytearray(whole)
            damaged[at : at + 4] = struct.pack("<I", (0, 0xFFFFFFFF, 0x7FFFFFFF, 1)[step % 4])
            file.write_bytes(damaged)
            for call in (
                lambda: _native.read_elf(file),
                lambda: _native.writable_objects(file),
                lambda: _native.read_dwarf(file, ["f", "touch", "see"]),
                lambda: _native.find_debug_file(file, []),
            ):
                try:
                    json.loads(call())
                except _native.ReadError as error:
                    assert "reader itself" not in str(error)


def last_segment_end(elf64: bytes) -> int:
    offset, size, count = (
        struct.unpack_from(form, elf64, at)[0] for form, at in (("<Q", 0x20), ("<H", 0x36), ("<H", 0x38))
    )
    headers = (struct.unpack_from("<IIQQQQ", elf64, offset + size * n) for n in range(count))
    return max(h[2] + h[5] for h in headers if h[0] == 1)


class TestFloatControl:
    def test_flush_to_zero_can_be_set_and_reset(self) -> None:
        before = _native.float_control()
        flush = {"x86_64": 0x8040, "aarch64": 1 << 24}[os.uname().machine]
        tiny = 2.2250738585072014e-308
        try:
            _native.set_float_control(before | flush)
            assert _native.float_control() & flush == flush
            flushed = tiny / 2
        finally:
            _native.set_float_control(before)
        assert flushed == 0.0
        assert tiny / 2 > 0.0

    def test_reserved_bits_are_refused_before_they_fault(self) -> None:
        assert "reserves" in refusal(_native.set_float_control, 1 << 40)
