"""How structs and unions travel by value, as compilers do it: each way here was read off a compiler's own lowering."""

from __future__ import annotations

from dataclasses import replace

import pytest

from astra_abi.compare import compare
from astra_abi.compare.conventions import CONVENTIONS, plain
from astra_abi.compare.passing import LARGEST, convention, depends, held, spoken, way
from astra_abi.load.sketch import sketch
from astra_abi.load.targets import every_target
from astra_abi.model import Abi, Field, Struct, Type

WHOLE, FLOAT, VECTOR, COPY = "integer register", "floating register", "vector register", "pointer to a copy"
WAYS = [
    ("x86_64-linux-gnu", "struct x { float a, b; }", FLOAT),
    ("x86_64-linux-gnu", "union x { float a; int b; }", WHOLE),
    ("x86_64-linux-gnu", "struct x { double a; union { float f; int i; } u; }", f"{FLOAT}, {WHOLE}"),
    ("x86_64-linux-gnu", "struct x { char a[17]; }", "memory"),
    ("x86_64-linux-gnu", "struct __attribute__((packed)) x { char a; double b; }", "memory"),
    ("x86_64-linux-gnu", "struct x { long double a; }", "x87 register"),
    ("x86_64-linux-gnu", "union x { long double a; long b; }", "memory, aligned to 16 bytes"),
    ("x86_64-linux-gnu", "struct x { int a : 3; float b; }", WHOLE),
    ("x86_64-linux-gnu", "typedef float v4 __attribute__((vector_size(16))); struct x { v4 a; }", f"2 x {VECTOR}"),
    ("x86_64-linux-gnu", "typedef float v8 __attribute__((vector_size(32))); struct x { v8 a; }", f"{VECTOR} of 32 bytes"),
    ("x86_64-linux-gnu", "struct x { _Complex float a; int *b; }", f"{FLOAT}, {WHOLE}"),
    ("x86_64-linux-gnu", "struct x { char a[129]; }", "more than registers hold"),
    ("x86_64-windows-msvc", "struct x { double a; }", WHOLE),
    ("x86_64-windows-msvc", "struct x { char a[3]; }", COPY),
    ("aarch64-linux-gnu", "struct x { float a[3]; float b; }", f"4 x {FLOAT} of 4 bytes"),
    ("aarch64-linux-gnu", "struct x { float a[5]; }", COPY),
    ("aarch64-linux-gnu", "union x { double a; float b; }", WHOLE),
    ("aarch64-linux-gnu", "struct x { __int128 a; }", f"2 x {WHOLE}, aligned to 16 bytes"),
    ("powerpc64le-linux-gnu", "struct x { double a[8]; }", f"8 x {FLOAT} of 8 bytes"),
    ("powerpc64le-linux-gnu", "struct x { double a[9]; }", f"9 x {WHOLE}"),
    ("riscv64-linux-gnu", "struct x { float a; int b; }", f"{FLOAT} of 4 bytes, {WHOLE}"),
    ("riscv64-linux-gnu", "union x { float a; }", WHOLE),
    ("riscv64-linux-gnu", "struct x { char a[24]; }", COPY),
    ("loongarch64-linux-gnu", "struct x { double a, b; }", f"2 x {FLOAT} of 8 bytes"),
    ("s390x-linux-gnu", "struct x { struct { double a; } b; }", FLOAT),
    ("s390x-linux-gnu", "struct x { double a[1]; }", WHOLE),
    ("s390x-linux-gnu", "union x { double a; }", WHOLE),
    ("mips64el-linux-gnu", "struct x { long a; double b; }", f"{WHOLE}, {FLOAT}"),
    ("mips64el-linux-gnu", "struct x { long a; double b[1]; }", f"2 x {WHOLE}"),
    ("mips64el-linux-gnu", "struct x { float a; }", f"{WHOLE}, returned as float at 0"),
    ("armv7-linux-gnueabihf", "struct x { double a; }", f"{FLOAT} of 8 bytes"),
    ("armv7-linux-gnueabihf", "struct x { int a; long long b; }", f"4 x {WHOLE}, aligned to 8 bytes"),
    ("i686-linux-gnu", "struct x { float a; }", "memory"),
    ("wasm32-wasi", "struct x { struct { double a; } b; }", "float of 8 bytes"),
    ("wasm32-wasi", "struct x { int a, b; }", COPY),
]


def read(text: str, target: str = "x86_64-linux-gnu") -> Abi:
    return sketch(f"target = '{target}'\nc = '''\n{text};\n'''")


@pytest.mark.parametrize(("target", "text", "expected"), WAYS)
def test_a_struct_travels_as_compilers_pass_it(target: str, text: str, expected: str) -> None:
    assert spoken(way(read(f"{text}; void x_take(void *v)", target), Type("x"))) == expected


def test_every_target_has_a_convention() -> None:
    lacking = [target for target in every_target() if convention(target) is plain]
    assert lacking == []
    assert all(any(target.startswith(name) for target in every_target()) for name, _ in CONVENTIONS)


def test_on_an_unknown_machine_the_kinds_in_each_eightbyte_are_compared() -> None:
    abi = Abi("x", structs={"s": Struct("s", (Field("a", Type("f64"), 0, 8), Field("b", Type("i32"), 8, 4), Field("c", Type("f32"), 12, 4)), 16)})
    assert way(abi, Type("s")) == ("float", "float and int")


def test_what_is_not_shown_has_no_way() -> None:
    abi = Abi("x", structs={"s": Struct("s", (Field("a", Type("hidden"), 0, 8),), 8)})
    assert way(abi, Type("s")) is None
    assert way(abi, Type("hidden")) is None


@pytest.mark.parametrize("field", [Field("a", Type("f64"), 8, 8), Field("a", Type("i8", count=1 << 40), 0, 8), Field("a", Type("s"), 0, 8)])
def test_a_layout_that_cannot_be_has_no_way_and_no_crash(field: Field) -> None:
    abi = Abi("x", structs={"s": Struct("s", (field,), 8)}, target="x86_64-linux-gnu")
    assert way(abi, Type("s")) is None


def test_a_chain_of_structs_is_followed_to_its_end() -> None:
    abi = read("struct a { int i; }; struct b { struct a a[2]; }; struct c { struct b b; struct d *d; }; struct d { int i; }")
    assert held(abi, "c") == {"a", "b", "c"}


def test_only_what_is_passed_by_value_asks_for_a_verdict_for_each_convention() -> None:
    union = "union x_u {{ double d; {} }}; void x_put(union x_u {}u)"
    by_value, by_pointer = (([union.format(more, star) for more in ("", "long i;")]) for star in ("", "*"))
    assert depends(*map(read, by_pointer)) == ""
    assert depends(*map(read, by_value)) == "sysv"
    assert depends(read(by_value[0]), read(by_value[0])) == ""


def test_the_largest_that_is_looked_into_is_what_one_convention_still_passes_in_registers() -> None:
    abi = read("typedef int v4 __attribute__((vector_size(16))); struct x { v4 a[8]; }", "powerpc64le-linux-gnu")
    assert abi.structs["x"].size == LARGEST
    assert spoken(way(abi, Type("x"))) == f"8 x {VECTOR} of 16 bytes"


def test_a_struct_that_is_no_longer_passed_asks_for_it_too() -> None:
    old, new = (read(f"struct x_s {{ long v; }}; long x_put({taken} v)") for taken in ("struct x_s", "long"))
    assert depends(old, new) == "sysv"


def told(old: str, new: str, target: str = "x86_64-linux-gnu") -> list[tuple[str, str]]:
    return [(change.kind, change.subject) for change in compare(read(old, target), read(new, target))]


def test_a_struct_is_told_where_a_union_inside_of_it_changed_its_registers() -> None:
    old, new = (f"union x_u {{ float f; {more} }}; struct x_p {{ union x_u u; float g; }}; float x_put(struct x_p p)" for more in ("", "int i;"))
    assert told(old, new) == [("struct_passing_changed", "struct:x_p"), ("union_member_added", "struct:x_u.i")]


def test_registers_are_not_told_where_the_inside_is_another_thing_anyway() -> None:
    old, new = (f"struct x_p {{ {kind} a; int b; }}; void x_put(struct x_p p)" for kind in ("float", "int"))
    assert told(old, new) == [("field_type_changed", "struct:x_p.a")]


def test_what_a_callback_in_a_struct_takes_by_value_is_looked_at() -> None:
    old, new = (f"union x_u {{ double d; {more} }}; struct x_ops {{ void (*put)(union x_u); }}; void x_go(struct x_ops *o)" for more in ("", "long i;"))
    assert ("struct_passing_changed", "struct:x_u") in told(old, new)


def test_a_function_that_is_new_takes_what_it_likes() -> None:
    old, new = "union x_u { double d; }; void x_put(union x_u *u)", "union x_u { double d; long i; }; void x_put(union x_u *u); void x_take(union x_u u)"
    assert told(old, new) == [("function_added", "function:x_take"), ("union_member_added", "struct:x_u.i")]


@pytest.mark.parametrize("place", ["struct x_o {{ int ({} *of)(int); }}; int x_go(struct x_o *o)", "typedef int ({} *x_of)(int); int x_go(x_of of)", "int x_go(int ({} *of)(int))"])
def test_the_convention_of_a_callback_is_part_of_its_type(place: str) -> None:
    assert len(told(place.format(""), place.format("__attribute__((ms_abi))"))) == 1
    assert told(place.format(""), place.format("__attribute__((sysv_abi))")) == []


def test_arguments_in_registers_are_another_convention_on_i386() -> None:
    function, callback = "{} int x_add(int a, int b)", "int x_go(int ({} *of)(int, int))"
    for count in (1, 2, 3):
        word = f"__attribute__((regparm({count})))"
        assert told(function.format(""), function.format(word), "i686-linux-gnu") == [("convention_changed", "function:x_add")]
        assert told(callback.format(""), callback.format(word), "i686-linux-gnu") == [("param_type_changed", "function:x_go.of")]


def test_a_callback_without_a_prototype_takes_what_c_passes_to_it() -> None:
    callback = "int x_go(int (*of)({}))"
    assert told(callback.format(""), callback.format("int a, char *b, double c")) == []
    assert told(callback.format(""), callback.format("float a")) == [("param_type_changed", "function:x_go.of")]
    assert told(callback.format("char *a, ..."), callback.format("")) == [("param_type_changed", "function:x_go.of")]
    assert told(callback.format("void"), callback.format("int a")) == [("param_type_changed", "function:x_go.of")]


def test_the_type_of_a_callback_is_written_as_in_c() -> None:
    abi = read("void x_go(int (*a)(), int (*b)(void), int (__attribute__((ms_abi)) *c)(int))")
    assert [str(param.type) for param in abi.functions["x_go"].params] == ["int (*)()", "int (*)(void)", "int (ms_abi *)(int)"]


def test_a_float_is_not_passed_to_what_has_no_prototype() -> None:
    loose, tight = "float x_f()", "float x_f(int a, float b, double c, float *d)"
    assert told(loose, tight) == [("param_promotion_changed", "function:x_f.b")]
    assert told(tight, loose) == [("param_promotion_changed", "function:x_f.b")]


@pytest.mark.parametrize(("old", "new", "same"), [("a[2][3]", "a[6]", True), ("a[6]", "a[3][2]", True), ("a[2][3]", "a[3][2]", False), ("a[2][3]", "a[7]", False)])
def test_an_array_of_rows_is_what_it_holds_but_no_array_of_other_rows(old: str, new: str, same: bool) -> None:
    before, after = (read(f"struct x_m {{ int {array}; }}; int x_get(struct x_m *m)") for array in (old, new))
    kept = [change.facts["to"] == "same_content" for change in compare(before, after) if change.kind == "field_type_changed"]
    assert kept == [same]


def test_an_array_of_pointers_is_no_array_of_numbers() -> None:
    before, after = (read(f"struct x_m {{ {array}; }}; int x_get(struct x_m *m)") for array in ("long a[2][2]", "void *a[4]"))
    assert [change.facts for change in compare(before, after)] == [{"to": "same_size"}]


@pytest.mark.parametrize(("count", "kind", "now"), [(4, "variable_tls_resized", "larger"), (1, "variable_tls_resized", "smaller")])
def test_nobody_has_a_copy_of_what_each_thread_has(count: int, kind: str, now: str) -> None:
    before, after = (read(f"extern __thread int x_t[{number}]") for number in (2, count))
    assert [(change.kind, change.facts["now"]) for change in compare(before, after)] == [(kind, now)]


@pytest.mark.parametrize(("held", "lone", "kind"), [("long v", "long", "wrapped"), ("char *v", "char *", "wrapped"), ("long v", "struct x_s *", "same"), ("float v", "int", "same"), ("int v[1]", "int", "same")])
def test_only_the_very_member_of_a_struct_stands_for_it(held: str, lone: str, kind: str) -> None:
    before, after = (read(f"struct x_s {{ {held}; }}; void x_put({taken} v)") for taken in ("struct x_s", lone))
    assert [change.facts["size"] for change in compare(before, after)] == [kind]


@pytest.mark.parametrize("text", ["int {} x_add(int a)", "int x_go(int ({} *of)(int))"])
def test_debug_information_that_is_silent_of_a_convention_contradicts_no_header(text: str) -> None:
    header, silent = read(text.format("__attribute__((ms_abi))")), replace(read(text.format("")), complete=False)
    assert compare(header, silent) == ()
    assert len(compare(header, replace(silent, complete=True))) == 1


def test_a_convention_that_only_the_build_has_contradicts_its_header() -> None:
    header, told_ = read("int x_add(int a)"), replace(read("__attribute__((ms_abi)) int x_add(int a)"), complete=False)
    assert [change.kind for change in compare(header, told_)] == ["convention_changed"]
