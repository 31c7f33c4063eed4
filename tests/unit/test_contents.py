"""What fields point to: judged as what parameters point to, through arrays, unions, groups and types that lead to each other."""

from __future__ import annotations

import time

import pytest
from astra_abi.compare import compare
from astra_abi.compare.contents import reads
from astra_abi.load.headers import HOST, load_text
from astra_abi.model import Abi, Type


def header(text: str) -> Abi:
    return load_text(text, HOST)


def told(old: str, new: str) -> dict[str, dict]:
    """What is told of fields and parameters: the facts of each, by its kind and place."""
    wanted = ("field_type_changed", "param_type_changed", "const_changed", "field_removed", "fields_regrouped", "type_renamed")
    return {f"{change.kind} {change.subject}": change.facts for change in compare(header(old), header(new)) if change.kind in wanted}


BEFORE = "struct x_a { int v; }; struct x_b { int v; }; struct x_c { long v; }; struct x_o; struct x_p; typedef int x_call(int); typedef int x_other(long);"


@pytest.mark.parametrize(("old", "new"), [
    ("int *", "long *"), ("int *", "float *"), ("struct x_a *", "struct x_c *"), ("struct x_a *", "struct x_b *"), ("struct x_o *", "struct x_p *"),
    ("const char *", "const unsigned short *"), ("char **", "int **"), ("char *", "char **"), ("int *", "struct x_a *"), ("x_call **", "x_other **"),
    ("int *", "void *"), ("void *", "int *"), ("char *", "unsigned char *"), ("signed char *", "unsigned char *"), ("int *", "const int *"),
    ("void **", "char **"), ("struct x_o *", "void *"), ("int *", "unsigned *"), ("x_call *", "x_other *"), ("x_call *", "void *"), ("long *", "long long *"),
])
def test_a_field_points_to_the_same_where_a_parameter_does(old: str, new: str) -> None:
    def both(type_: str) -> str:
        return f"{BEFORE} struct x_s {{ {type_} f; }}; void x_f(struct x_s *s, {type_} p);"

    found = told(both(old), both(new))
    places = {place.split()[1]: facts for place, facts in found.items() if place.startswith(("field_type", "param_type"))}
    assert ("struct:x_s.f" in places) is ("function:x_f.p" in places), found
    if places:
        signs = places["struct:x_s.f"]["to"] == "other_sign", places["function:x_f.p"]["size"] == "sign"
        assert signs in ((True, True), (False, False))
        assert places["struct:x_s.f"]["to"] != "same_content"


@pytest.mark.parametrize(("old", "new"), [
    ("int *f[2];", "double *f[2];"), ("int (*f)[2];", "int (*f)[3];"), ("union { int *f; int n; } f;", "union { long *f; int n; } f;"),
    ("struct { int *f; } f;", "struct { long *f; } f;"),
])
def test_arrays_and_groups_of_pointers_are_looked_into(old: str, new: str) -> None:
    found = told(f"struct x_s {{ {old} }}; void x_f(struct x_s *s);", f"struct x_s {{ {new} }}; void x_f(struct x_s *s);")
    assert [facts for place, facts in found.items() if place.startswith("field_type_changed")] == [{"to": "pointee"}]


def test_two_pointers_in_a_struct_of_their_own_are_the_same() -> None:
    old, new = "struct x_s { int *q[2]; };", "struct x_q { int *a, *b; }; struct x_s { struct x_q q; };"
    assert told(f"{old} void x_f(struct x_s *s);", f"{new} void x_f(struct x_s *s);") == {"field_type_changed struct:x_s.q": {"to": "same_content"}}
    other = new.replace("int *", "long *")
    assert told(f"{old} void x_f(struct x_s *s);", f"{other} void x_f(struct x_s *s);") == {"field_type_changed struct:x_s.q": {"to": "same_size"}}


RING = "struct {0}_a {{ struct {0}_b *b; {1} *v; }}; struct {0}_b {{ struct {0}_a *a; struct {0}_b *next; }}; struct x_s {{ struct {0}_a *a; struct {0}_b *b; }}; void x_f(struct x_s *s);"


def test_types_that_lead_to_each_other_may_all_have_other_names() -> None:
    found = told(RING.format("x", "int"), RING.format("y", "int"))
    assert sorted(found) == ["type_renamed struct:x_a", "type_renamed struct:x_b"]


def test_a_type_that_leads_to_another_one_is_no_mere_rename() -> None:
    found = told(RING.format("x", "int"), RING.format("y", "long"))
    assert sorted(found) == ["field_type_changed struct:x_s.a", "field_type_changed struct:x_s.b"]


def test_many_types_with_other_names_take_no_time() -> None:
    def web(prefix: str, last: str) -> str:
        count = 120
        links = "".join(f"struct {prefix}{number} {{ {' '.join(f'struct {prefix}{(number * 7 + step) % count} *p{step};' for step in range(1, 6))} {last if number == 60 else 'int'} *v; }};" for number in range(count))
        return f"{links} struct x_s {{ struct {prefix}0 *p; }}; void x_f(struct x_s *s);"

    old, same, other = (header(text) for text in (web("x_", "int"), web("y_", "int"), web("y_", "long")))
    begin = time.process_time()
    assert not any(change.kind == "field_type_changed" for change in compare(old, same))
    assert any(change.kind == "field_type_changed" for change in compare(old, other))
    assert time.process_time() - begin < 10


def test_a_chain_of_types_with_other_names_has_no_longest_one() -> None:
    def chain(prefix: str, last: str) -> str:
        links = "".join(f"struct {prefix}{number + 1}; struct {prefix}{number} {{ struct {prefix}{number + 1} *next; }}; " for number in range(3000))
        return f"{links} struct {prefix}3000 {{ {last} v; }}; struct x_s {{ struct {prefix}0 *p; }}; void x_f(struct x_s *s);"

    old, same, other = (header(text) for text in (chain("x_", "int"), chain("y_", "int"), chain("y_", "float")))
    assert not any(change.kind == "field_type_changed" for change in compare(old, same))
    assert [change.subject for change in compare(old, other) if change.kind == "field_type_changed"] == ["struct:x_s.p"]


@pytest.mark.parametrize(("old", "new", "size"), [
    ("void *", "uintptr_t", "address"), ("intptr_t", "void *", "address"), ("const void *", "x_handle", "address"), ("void *", "uint64_t", "same"),
    ("void *", "unsigned", "same"), ("int *", "uintptr_t", "same"), ("void **", "uintptr_t", "same"),
])
def test_an_address_is_a_number_only_where_the_number_says_so(old: str, new: str, size: str) -> None:
    before, after = (f"#include <stdint.h>\ntypedef uintptr_t x_id; typedef x_id x_handle; int x_f({type_} p);" for type_ in (old, new))
    assert told(before, after) == {"param_type_changed function:x_f.p": {"size": size}}


@pytest.mark.parametrize(("type_", "text"), [
    (Type("i32", ("mut",)), "a signed number of 4 bytes"), (Type("f64", ("mut",)), "a floating number of 8 bytes"), (Type("char", ("const",)), "single bytes"),
    (Type("u16", ("mut", "mut")), "a pointer to an unsigned number of 2 bytes"), (Type("x_a", ("mut",)), "4 bytes (int v at 0)"),
    (Type("x_o", ("mut",)), "what only the library sees inside (x_o)"), (Type("x_unknown", ("mut",)), "x_unknown"), (Type("function", ("mut",)), "a function"),
])
def test_what_a_program_reads_through_a_pointer_is_said_in_words(type_: Type, text: str) -> None:
    assert reads(header(BEFORE + " void x_f(struct x_a *a, struct x_o *o);"), type_) == text
