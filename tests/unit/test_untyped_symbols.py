"""Exported symbols that no debug information describes: which of them keep a build from being judged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from astra_abi import _native
from astra_abi.load.build import load_build
from astra_abi.load.headers import find_headers, load_headers

MARKS = '__asm__(".data\\n.globl _end\\n.globl __bss_start\\n.globl edata\\n_end:\\n__bss_start:\\nedata:\\n.byte 0\\n.text");'
PLAIN = "int f(int x) { return x; }\n"


def built(folder: Path, source: str, *options: str) -> str:
    folder.mkdir()
    (folder / "x.c").write_text(source)
    subprocess.run(["cc", "-shared", "-fPIC", "-g", "-O1", "-Wl,-soname,libx.so", *options, "-o", folder / "libx.so", folder / "x.c"], check=True)
    return str(folder / "libx.so")


def judged(tmp_path: Path, old: str, new: str, *options: str) -> tuple[int, dict]:
    return compared(built(tmp_path / "old", old, *options), built(tmp_path / "new", new, *options))


def compared(*arguments: str) -> tuple[int, dict]:
    command = [str(Path(sys.executable).with_name("astra-abi")), "diff", *arguments, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout)


def surface(library: str, **options: list[str]) -> dict:
    return json.loads(_native.read_surface(library, json.dumps(options)))


def rules(report: dict) -> list[tuple[str, str]]:
    return [(change["rule"], change["subject"]) for change in report["changes"]]


@pytest.mark.parametrize("old, new", [(MARKS, MARKS), (MARKS, ""), ("", MARKS)])
def test_places_that_linkers_name_need_no_types(tmp_path: Path, old: str, new: str) -> None:
    code, report = judged(tmp_path, PLAIN + old, PLAIN + "/* built anew */" + new)
    assert (code, report["changes"]) == (0, [])


@pytest.mark.parametrize("own", ["int end = 3;", "int edata(int x) { return x; }"])
def test_a_name_of_linkers_that_has_a_type_is_the_library_s_own(tmp_path: Path, own: str) -> None:
    code, report = judged(tmp_path, PLAIN + own, PLAIN)
    name = own.split()[1].partition("(")[0]
    assert (code, rules(report)) == (1, [("symbol_removed", f"symbol:{name}")])


def test_any_other_name_without_a_type_cannot_be_judged(tmp_path: Path) -> None:
    code, report = judged(tmp_path, PLAIN + MARKS.replace("edata", "own"), PLAIN + MARKS.replace("edata", "own") + "int g(void) { return 0; }")
    assert (code, report["verdict"]) == (2, "cannot-judge")


BLOB = '__asm__(".section .rodata\\n.globl blob\\n.type blob,@object\\nblob: .byte {}\\n.size blob, 3\\n.text");\n'
COUNTER = '__asm__(".data\\n.globl blob\\n.type blob,@object\\nblob: .byte {}\\n.size blob, 3\\n.text");\n'
CHOSEN = 'static int a(int x) { return x + 1; }\nstatic void *choose(void) { return a; }\nint f(int x) __attribute__((ifunc("choose")));\n'


class TestAssembly:
    def test_constants_with_the_same_bytes_need_no_types(self, tmp_path: Path) -> None:
        code, report = judged(tmp_path, PLAIN + BLOB.format("1,2,3"), "int f(int x) { return x + 2; }\n" + BLOB.format("1,2,3"))
        assert (code, report["changes"]) == (0, [])

    @pytest.mark.parametrize("form, old, new", [(BLOB, "1,2,3", "1,2,4"), (COUNTER, "1,2,3", "1,2,3")])
    def test_other_bytes_or_bytes_that_change_cannot_be_judged(self, tmp_path: Path, form: str, old: str, new: str) -> None:
        code, report = judged(tmp_path, PLAIN + form.format(old), "int f(int x) { return x + 2; }\n" + form.format(new))
        assert (code, report["verdict"]) == (2, "cannot-judge")

    def test_what_is_only_new_needs_no_types(self, tmp_path: Path) -> None:
        code, report = judged(tmp_path, PLAIN, PLAIN + BLOB.format("1,2,3"))
        assert (code, rules(report)) == (0, [("symbol_added", "symbol:blob")])

    def test_code_without_types_in_another_file_is_not_the_same(self, tmp_path: Path) -> None:
        label = '__asm__(".globl g\\n.type g,@function\\ng: ret\\n.size g, 1");\n'
        code, _ = judged(tmp_path, PLAIN + label, "int f(int x) { return x + 2; }\n" + label)
        assert code == 2


class TestChosenFunctions:
    def test_builds_that_load_alike_cannot_differ_in_what_nobody_describes(self, tmp_path: Path) -> None:
        code, report = judged(tmp_path, CHOSEN, "/* the same code */ " + CHOSEN)
        assert (code, report["changes"]) == (0, [])

    def test_another_function_behind_an_untyped_chooser_cannot_be_judged(self, tmp_path: Path) -> None:
        code, _ = judged(tmp_path, CHOSEN, CHOSEN.replace("int a(int x)", "int a(double x)"))
        assert code == 2

    @pytest.mark.parametrize("kind, code", [("int", 0), ("double", 1)])
    def test_what_other_units_declare_of_it_tells(self, tmp_path: Path, kind: str, code: int) -> None:
        (tmp_path / "user.c").write_text(f"int f({kind} x);\nint use(void) {{ return f(1); }}\n")
        new = CHOSEN.replace("int x", f"{kind} x")
        assert judged(tmp_path, PLAIN, new, str(tmp_path / "user.c"))[0] == code


class TestThreadLocalData:
    @pytest.mark.parametrize("options", [("-flto",), ("-flto", "-O2")])
    def test_it_is_what_its_symbol_says_with_link_time_optimisation_too(self, tmp_path: Path, options: tuple[str, ...]) -> None:
        source = "__thread int each = 3;\nint f(int x) { return x + each; }\n"
        sides = built(tmp_path / "old", source), built(tmp_path / "new", source, *options)
        assert [surface(side)["variables"]["each"]["tls"] for side in sides] == [True, True]
        assert [surface(side, functions=[], variables=["each"])["variables"]["each"]["tls"] for side in sides] == [True, True]
        code, report = compared(*sides)
        assert (code, report["changes"]) == (0, [])

    def test_data_that_all_threads_share_now_is_still_found(self, tmp_path: Path) -> None:
        source = "{}int each = 3;\nint f(int x) {{ return x + each; }}\n"
        code, report = judged(tmp_path, source.format("__thread "), source.format(""), "-flto")
        assert code == 1 and ("variable_tls_changed", "variable:each") in rules(report)


INSIDE = ("struct h { int a; };\n", "struct h { long z; int a; };\n")


class TestHandles:
    @pytest.mark.parametrize("use", ["int f(struct h *p) { return p->a; }", "struct h *f(void) { return 0; }"])
    def test_a_struct_of_a_source_may_be_the_inside_of_a_handle(self, tmp_path: Path, use: str) -> None:
        code, report = judged(tmp_path, *(inside + use for inside in INSIDE))
        assert (code, report["changes"]) == (2, [])
        assert any("cannot tell whether programs may look inside of h," in stage["summary"] for stage in report["stages"])

    @pytest.mark.parametrize("use", [
        "int f(struct h p) { return p.a; }", "struct h one;", "struct h all[2];", "struct o { struct h in; } x;", "int f(int (*call)(struct h));\nint f(int (*call)(struct h)) { return !call; }",
        "typedef struct h h;\nint f(h *p) { return p->a; }",
    ])
    def test_what_programs_must_know_is_judged(self, tmp_path: Path, use: str) -> None:
        assert judged(tmp_path, *(f"{inside}{use}" for inside in INSIDE))[0] == 1

    def test_a_change_that_breaks_in_neither_case_is_told(self, tmp_path: Path) -> None:
        code, report = judged(tmp_path, *(f"struct h {{ int {name}; }};\nint f(struct h *p) {{ return p->{name}; }}" for name in "ab"))
        assert (code, rules(report)) == (0, [("field_renamed", "struct:h.a")])

    def test_a_break_elsewhere_stays_one(self, tmp_path: Path) -> None:
        code, _ = judged(tmp_path, *(f"{inside}int f(struct h *p) {{ return p->a; }}\n{more}" for inside, more in zip(INSIDE, ("int g(int x) { return x; }", ""))))
        assert code == 1


class TestSplitDebugInformation:
    @pytest.mark.parametrize("kind, code", [("int", 0), ("double", 1)])
    def test_headers_and_symbols_judge_and_the_report_says_so(self, tmp_path: Path, kind: str, code: int) -> None:
        sides, headers = [], []
        for name, typed in (("old", "int"), ("new", kind)):
            sides.append(built(tmp_path / name, f"int f({typed} x) {{ return x; }}", "-gsplit-dwarf"))
            (tmp_path / name / "x.h").write_text(f"int f({typed} x);\n")
            headers += [f"--{name}-headers", str(tmp_path / name / "x.h")]
        found, report = compared(*sides, *headers)
        assert found == code
        assert any("from headers and symbols alone: " in stage["summary"] and ".dwo" in stage["summary"] for stage in report["stages"])

    def test_without_headers_the_remedy_is_another_build(self, tmp_path: Path) -> None:
        code, report = judged(tmp_path, PLAIN, "int f(int x) { return x + 2; }", "-gsplit-dwarf")
        assert code == 2 and any("build it without -gsplit-dwarf" in json.dumps(stage) for stage in report["stages"])


class TestNamesOfParameters:
    @pytest.mark.parametrize("name, subject", [("", "function:f.0"), ("told", "function:f.told")])
    def test_a_parameter_that_the_source_names_otherwise_is_one_finding(self, tmp_path: Path, name: str, subject: str) -> None:
        sides, headers = [], []
        for side, typed in (("old", "struct a"), ("new", "struct b")):
            sides.append(built(tmp_path / side, f"struct a {{ int x; }}; struct b {{ double y; }};\nint f({typed} own) {{ return sizeof own; }}"))
            (tmp_path / side / "x.h").write_text(f"struct a {{ int x; }}; struct b {{ double y; }};\nint f({typed} {name});\n")
            headers += [f"--{side}-headers", str(tmp_path / side / "x.h")]
        code, report = compared(*sides, *headers)
        assert (code, rules(report)) == (1, [("param_type_changed", subject)])


class TestSpelling:
    def test_types_are_written_as_in_c(self, tmp_path: Path) -> None:
        fields = {
            "a": ("double", "double"), "b": ("long double", "long double"), "c": ("_Complex double", "double _Complex"), "d": ("_Complex float", "float _Complex"),
            "e": ("unsigned", "unsigned int"), "f": ("uint32_t", "uint32_t"), "g": ("int __attribute__((vector_size(16)))", "int __attribute__((vector_size(16)))"),
        }
        declared = "".join(f"{typed} {name}; " for name, (typed, _) in fields.items()) + "int h[2][3]; int (*i)[3]; int *(*j[2])[5]; void (*k[4])(const int (*)[3]);"
        library = built(tmp_path / "one", f"#include <stdint.h>\nstruct s {{ {declared} }} one;")
        (tmp_path / "x.h").write_text(f"#include <stdint.h>\nstruct s {{ {declared} }};\n")
        wanted = [spelled for _, spelled in fields.values()] + ["int[2][3]", "int (*)[3]", "int* (*[2])[5]", "void (*[4])(const int (*)[3])"]
        for struct in (load_build(Path(library)).typed.structs["s"], load_headers(find_headers(tmp_path / "x.h"), ("x86_64-linux-gnu",))["x86_64-linux-gnu"].structs["s"]):
            assert [str(field.type) for field in struct.fields] == wanted
