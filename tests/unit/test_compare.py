"""The comparer on the real contract: every small edit yields one change, at its cause, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from astra_abi.compare import KINDS, Change, areas, compare
from astra_abi.layout import lay_out
from astra_abi.load.contract import load_contract
from astra_abi.load.sketch import sketch
from astra_abi.model import Abi, AstraError, Constant, Field, Function, Image, Param, Struct, Type

ROOT = Path(__file__).parents[2]
CONTRACT = load_contract(ROOT / "spec")
FUNCTIONS = [function for function in CONTRACT.functions.values() if function.params]
STRUCTS = [struct for struct in CONTRACT.structs.values() if not struct.functions]
RELEASED = replace(CONTRACT, image=replace(CONTRACT.image, closed=False))
"""The contract as a baseline gives it."""


def told(old: Abi, new: Abi) -> list[tuple[str, str]]:
    return [(change.kind, change.subject) for change in compare(old, new)]


def with_function(abi: Abi, function: Function) -> Abi:
    return replace(abi, functions={**abi.functions, function.name: function})


def with_params(abi: Abi, function: Function, params: list[Param]) -> Abi:
    return with_function(abi, replace(function, params=tuple(params)))


def with_struct(abi: Abi, struct: Struct) -> Abi:
    """The contract with a struct replaced, and every struct laid out again as a compiler would."""
    tables = {**abi.structs, struct.name: struct}
    sizes = {name: (8, 8) for name in abi.handles} | {name: (int(e.type[1:]) // 8,) * 2 for name, e in abi.enums.items()}
    placed: dict[str, Struct] = {}

    def place(name: str) -> None:
        for field in tables[name].fields:
            if field.type.base in tables and not field.type.pointers and field.type.base not in placed:
                place(field.type.base)
        fields, size, align, _ = lay_out(list(tables[name].fields), sizes)
        sizes[name] = (size, align)
        placed[name] = replace(tables[name], fields=fields, size=size)

    for name in tables:
        place(name)
    return replace(abi, structs=placed)


def without_slot(abi: Abi, name: str) -> Abi:
    """The contract without a function and without its slot in the function table."""
    table = abi.structs["astra_api"]
    fields = tuple(field for field in table.fields if f"astra_{field.name}" != name)
    functions = {key: function for key, function in abi.functions.items() if key != name}
    symbols = {key: node for key, node in abi.image.symbols.items() if key != name}
    abi = replace(abi, functions=functions, image=replace(abi.image, symbols=symbols))
    return with_struct(abi, replace(table, fields=fields))


# What is not known, and what is not a change.

def test_the_contract_equals_itself() -> None:
    assert compare(CONTRACT, CONTRACT) == ()
    assert compare(RELEASED, replace(CONTRACT, image=None)) == ()


@pytest.mark.parametrize("side", ["old", "new"])
def test_a_source_that_knows_nothing_yields_nothing(side: str) -> None:
    nothing = Abi("nothing")
    assert compare(*((nothing, CONTRACT) if side == "old" else (CONTRACT, nothing))) == ()


def test_every_area_is_found() -> None:
    assert {"behaviour", "build", "constants", "functions", "image", "note", "operators", "structs", "versions"} <= set(areas())


def test_a_change_of_no_listed_kind_cannot_be_made() -> None:
    for kind, facts in (("unheard_of", {}), ("symbol_added", {}), ("symbol_added", {"closed": "yes"}), ("soname_changed", {"a": True})):
        with pytest.raises(AstraError):
            Change(kind, "symbol:x", facts)


def test_no_fact_mixes_truth_and_words() -> None:
    for kind, domains in KINDS.items():
        for name, values in domains.items():
            assert len({type(value) for value in values}) == 1, (kind, name)


# Functions.

@pytest.mark.parametrize("name", [function.name for function in FUNCTIONS if function.name != "astra_get_api"])
def test_a_removed_function_is_one_change(name: str) -> None:
    assert told(RELEASED, without_slot(CONTRACT, name)) == [("function_removed", f"function:{name}")]
    assert told(without_slot(RELEASED, name), CONTRACT)[0] == ("function_added", f"function:{name}")


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_a_removed_parameter_is_one_change(function: Function) -> None:
    for index, param in enumerate(function.params):
        rest = [*function.params[:index], *function.params[index + 1:]]
        assert told(CONTRACT, with_params(CONTRACT, function, rest)) == [("param_removed", f"function:{function.name}.{param.name}")]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_an_inserted_parameter_is_one_change(function: Function) -> None:
    extra = Param("extra", Type("u64"), "value", False, None, "call")
    for index in range(len(function.params) + 1):
        params = [*function.params[:index], extra, *function.params[index:]]
        changes = compare(CONTRACT, with_params(CONTRACT, function, params))
        assert [(change.kind, change.subject) for change in changes] == [("param_added", f"function:{function.name}.extra")]
        assert changes[0].facts == {"at_end": index == len(function.params), "rest": False}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_another_type_of_a_parameter_is_one_change(function: Function) -> None:
    for index, param in enumerate(function.params):
        params = [*function.params[:index], replace(param, type=Type("f32")), *function.params[index + 1:]]
        assert told(CONTRACT, with_params(CONTRACT, function, params)) == [("param_type_changed", f"function:{function.name}.{param.name}")]


def test_without_names_parameters_are_compared_by_place() -> None:
    def nameless(*types: str) -> Abi:
        params = tuple(Param(None, Type.parse(text)) for text in types)
        return Abi("library", image=Image(), functions={"f": Function("f", Type("void"), params)})

    assert told(nameless("u32", "u8*"), nameless("u64", "u8*")) == [("param_type_changed", "function:f.0")]
    assert told(nameless("u32", "u8*"), nameless("u32", "u64", "u8*")) == [("param_added", "function:f.1")]
    assert told(nameless("u32", "f64", "u8*"), nameless("u32", "u8*")) == [("param_removed", "function:f.1")]


@pytest.mark.parametrize(("old", "new", "same"), [
    ("void*", "astra_error*", True), ("const u8*", "u8*", True), ("char", "u8", True), ("char[4]", "i8[4]", True),
    ("u8", "i8", False), ("astra_status", "i32", True), ("astra_status", "u32", False), ("astra_stream", "u64", True),
    ("astra_stream", "u32", False), ("astra_stream", "astra_event", False), ("astra_error*", "astra_hello*", False),
    ("astra_error*", "option_error*", True), ("u8*", "u8", False), ("u8[4]", "u8[5]", False), ("u32*", "f32*", False),
    ("function", "function*", True), ("function", "void*", False),
])
def test_types_are_compared_by_what_a_compiled_caller_sees(old: str, new: str, same: bool) -> None:
    def take(base: Abi, text: str) -> Abi:
        return replace(base, functions={"f": Function("f", Type("void"), (Param("a", Type.parse(text)),))})

    library = Abi("library", image=Image())
    assert (told(take(replace(CONTRACT, image=None), old), take(library, new)) == []) is same


# Structs.

@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.name)
def test_an_inserted_field_is_one_change(struct: Struct) -> None:
    extra = Field("extra", Type("u64"), 0, 0, "0.1.0", default=0)
    for index in range(len(struct.fields)):
        fields = (*struct.fields[:index], extra, *struct.fields[index:])
        changes = compare(CONTRACT, with_struct(CONTRACT, replace(struct, fields=fields)))
        assert [(change.kind, change.subject) for change in changes] == [("field_added", f"struct:{struct.name}.extra")]
        assert changes[0].facts["at_end"] is False


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.name)
def test_an_appended_field_is_one_change(struct: Struct) -> None:
    extra = Field("extra", Type("u64"), 0, 0, f"{CONTRACT.line}.{CONTRACT.version.patch + 1}", default=0)
    new = with_struct(CONTRACT, replace(struct, fields=(*struct.fields, extra)))
    changes = compare(CONTRACT, new)
    assert [(change.kind, change.subject) for change in changes] == [("field_added", f"struct:{struct.name}.extra")]
    assert changes[0].facts == {
        "at_end": True, "growth": struct.growth, "direction": struct.direction or "in", "zero_is_old": True,
    }


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.name)
def test_a_removed_field_is_one_change(struct: Struct) -> None:
    for index, field in enumerate(struct.fields):
        fields = (*struct.fields[:index], *struct.fields[index + 1:])
        new = with_struct(CONTRACT, replace(struct, fields=fields))
        assert told(CONTRACT, new) == [("field_removed", f"struct:{struct.name}.{field.name}")]


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.name)
def test_another_type_of_a_field_is_one_change(struct: Struct) -> None:
    for index, field in enumerate(struct.fields):
        other = replace(field, type=Type("f32" if field.size == 4 else "f64"))
        fields = (*struct.fields[:index], other, *struct.fields[index + 1:])
        changes = compare(CONTRACT, with_struct(CONTRACT, replace(struct, fields=fields)))
        assert [(change.kind, change.subject) for change in changes] == [("field_type_changed", f"struct:{struct.name}.{field.name}")]
        assert changes[0].facts == {"to": "same_size" if field.size in (4, 8) else "other_size"}


@pytest.mark.parametrize("struct", [struct for struct in STRUCTS if len(struct.fields) > 1], ids=lambda struct: struct.name)
def test_two_fields_that_change_places_are_one_change(struct: Struct) -> None:
    for index in range(len(struct.fields) - 1):
        first, second = struct.fields[index:index + 2]
        if first.type == second.type:
            swapped = (*struct.fields[:index], second, first, *struct.fields[index + 2:])
            new = with_struct(CONTRACT, replace(struct, fields=swapped))
            assert told(CONTRACT, new) == [("field_moved", f"struct:{struct.name}.{first.name}")]


def test_a_renamed_field_also_changes_the_hash_of_what_was_released() -> None:
    struct = CONTRACT.structs["astra_attribute"]
    fields = (replace(struct.fields[0], name="number"), *struct.fields[1:])
    new = with_struct(CONTRACT, replace(struct, fields=fields))
    assert [kind for kind, _ in told(CONTRACT, new)] == ["field_renamed", "layout_hash_changed"]


def test_a_field_in_the_padding_at_the_end_is_not_an_appended_one() -> None:
    old = '[struct.x_s]\nfields = [{ name = "a", type = "u64" }, { name = "b", type = "u32" }]'
    new = '[struct.x_s]\nfields = [{ name = "a", type = "u64" }, { name = "b", type = "u32" }, { name = "c", type = "u32" }]'
    assert told(sketch(old), sketch(new)) == [("field_in_padding", "struct:x_s.c")]


def test_a_larger_member_struct_is_told_at_that_struct_only() -> None:
    struct = CONTRACT.structs["astra_string"]
    extra = Field("extra", Type("u64"), 0, 0, "0.1.0")
    new = with_struct(CONTRACT, replace(struct, fields=(*struct.fields, extra)))
    assert new.structs["astra_kernel_query"].size == CONTRACT.structs["astra_kernel_query"].size + 8
    assert [kind for kind, _ in told(CONTRACT, new)] == ["field_added"]


# Constants.

def test_every_renumbered_constant_is_one_change() -> None:
    for enum in CONTRACT.enums.values():
        for constant in enum.constants.values():
            constants = {**enum.constants, constant.name: replace(constant, value=constant.value + 1000)}
            new = replace(CONTRACT, enums={**CONTRACT.enums, enum.name: replace(enum, constants=constants)})
            assert told(CONTRACT, new) == [("constant_renumbered", f"constant:{constant.name}")]


def test_a_constant_with_the_since_of_a_released_version_changes_its_hash() -> None:
    enum = CONTRACT.enums["astra_status"]
    constants = {**enum.constants, "ASTRA_ERROR_NEW": Constant("ASTRA_ERROR_NEW", 999, "0.1.0")}
    new = replace(CONTRACT, enums={**CONTRACT.enums, enum.name: replace(enum, constants=constants)})
    assert [kind for kind, _ in told(CONTRACT, new)] == ["constant_added", "layout_hash_changed"]
