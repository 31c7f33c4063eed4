"""The contract in Rust: types, one trait per concept, and the guarded C functions that call it.

A function that nobody wrote does not compile (E0046: a trait method is missing). Every check that a
parameter's role implies is generated, so an implementation sees typed handles, slices and copies.
"""

from __future__ import annotations

from typing import Iterator

from ..layout import first_size, layout_hash
from ..model import Abi, Enum, Field, Struct, Type
from . import MARK
from .c import in_dependency_order
from .rust_exports import exports, pascal, traits
from .tables import dtype_size, identifier

CRATES = "reference-impl/crates"
SCALARS = {"f32": "f32", "f64": "f64", "char": "c_char", "void": "c_void"}


def render(abi: Abi) -> Iterator[tuple[str, str]]:
    if not {f"{abi.prefix}_status", f"{abi.prefix}_dtype"} <= abi.enums.keys():
        return  # No tensor runtime, so there is nothing for the Rust one to implement.
    yield f"{CRATES}/{abi.name}-core/src/generated/contract.rs", contract(abi)
    yield f"{CRATES}/{abi.name}-cpu/src/generated/operators.rs", operators(abi)
    yield f"{CRATES}/{abi.name}-ffi/src/generated/types.rs", types(abi)
    yield f"{CRATES}/{abi.name}-ffi/src/generated/calls.rs", head("One method for every function of the contract.") + traits(abi)
    yield f"{CRATES}/{abi.name}-ffi/src/generated/exports.rs", head("The C functions.") + exports(abi)


def head(doc: str) -> str:
    return f"//! {doc}\n//! {MARK}\n\n"


def doc_line(text: str, indent: str = "") -> str:
    return "".join(f"{indent}/// {line}\n" for line in " ".join(text.split()).splitlines())


def rust_type(type_: Type) -> str:
    """`const void*` behind "mut" -> `*mut *const c_void`."""
    text = SCALARS.get(type_.base, type_.base)
    for access in type_.pointers:
        text = f"*{access} {text}"
    return f"[{text}; {type_.count}]" if type_.count else text


# --- astra-core: what the safe core knows of the contract -------------------------------------------


def contract(abi: Abi) -> str:
    """Enums as Rust enums, without a C type in sight."""
    status, dtype = abi.enums[f"{abi.prefix}_status"], abi.enums[f"{abi.prefix}_dtype"]
    skip = {status.name, dtype.name}
    numbers = [
        f"{doc_line(constant.doc)}pub const {constant.name.removeprefix(abi.macro + '_')}: {enum.type} = {constant.value};"
        for enum in abi.enums.values() if enum.name not in skip
        for constant in enum.constants.values()
    ]
    kinds = "".join(f"{doc_line(item.doc, '    ')}    {pascal(abi, name)} = {number},\n"
                    for number, (name, item) in enumerate(abi.handles.items(), 1))
    typed = "".join(f"typed_handle!({pascal(abi, name)}Handle, {pascal(abi, name)});\n" for name in abi.handles)
    return head("What the core knows of the contract.") + f"""use super::typed_handle;

{status_enum(abi, status)}
/// What a handle names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {{
{kinds}}}

{typed}
{dtype_enum(abi, dtype)}
""" + "\n".join(numbers) + "\n"


def variant(abi: Abi, constant: str, cut: str) -> str:
    return "".join(part.capitalize() for part in constant.removeprefix(f"{abi.macro}_").removeprefix(cut).split("_"))


def status_enum(abi: Abi, status: Enum) -> str:
    rows = [(variant(abi, item.name, "ERROR_"), item) for item in status.constants.values()]
    body = "".join(f"{doc_line(item.doc, '    ')}    {name} = {item.value},\n" for name, item in rows)
    names = "".join(f'            Status::{name} => "{item.name}",\n' for name, item in rows)
    docs = "".join(f'            Status::{name} => "{item.doc.rstrip(".")}",\n' for name, item in rows)
    return f"""{doc_line(status.doc)}#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Status {{
{body}}}

impl Status {{
    /// The constant's name in C.
    pub const fn symbol(self) -> &'static str {{
        match self {{
{names}        }}
    }}

    /// What it says, without the full stop.
    pub const fn sentence(self) -> &'static str {{
        match self {{
{docs}        }}
    }}
}}
"""


def dtype_enum(abi: Abi, dtype: Enum) -> str:
    rows = [(variant(abi, item.name, "DTYPE_"), item) for item in dtype.constants.values()]
    body = "".join(f"{doc_line(item.doc, '    ')}    {name} = {item.value},\n" for name, item in rows)
    known = "".join(f"            {item.value} => Some(Dtype::{name}),\n" for name, item in rows)
    sizes = "".join(f"            Dtype::{name} => {dtype_size(item.name)},\n" for name, item in rows)
    return f"""{doc_line(dtype.doc)}#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Dtype {{
{body}}}

impl Dtype {{
    pub const fn from_number(number: u32) -> Option<Dtype> {{
        match number {{
{known}            _ => None,
        }}
    }}

    /// Bytes of one element.
    pub const fn size(self) -> u64 {{
        match self {{
{sizes}        }}
    }}
}}
"""


# --- astra-cpu: the operators, each in the file that bears its name ---------------------------------


def operators(abi: Abi) -> str:
    """A module and a table row for each operator version. A new operator is a new file."""
    modules, rows = [], []
    for operator in abi.operators.values():
        name = identifier(operator.id)
        modules.append(f'#[path = "../ops/{name}.rs"]\npub mod {name};')
        base, version = operator.id.split("@")
        inputs = len(operator.inputs)

        def dtypes(names: tuple[str, ...]) -> str:
            return ", ".join(f"Dtype::{item.capitalize()}" for item in names)

        combinations = "".join(
            f"            Combination {{ inputs: &[{dtypes(row[:inputs])}], outputs: &[{dtypes(row[inputs:])}] }},\n"
            for row in operator.dtypes
        )
        attributes = "".join(
            f'            Attribute {{ name: "{item.name}", id: {item.id}, kind: ATTRIBUTE_{item.kind.upper()}, '
            f"required: {str(item.required).lower()} }},\n"
            for item in operator.attributes.values()
        )
        rows.append(f"""    Operator {{
        id: "{operator.id}",
        name: "{base}",
        version: {version},
        inputs: {inputs},
        outputs: {len(operator.outputs)},
        combinations: &[
{combinations}        ],
        attributes: &[{chr(10) + attributes + '        ' if attributes else ''}],
        implementation: {name}::implementation,
        shapes: {name}::shapes,
        run: {name}::run,
    }},
""")
    most = {
        "INPUTS": max(len(item.inputs) for item in abi.operators.values()),
        "OUTPUTS": max(len(item.outputs) for item in abi.operators.values()),
    }
    has_attributes = any(item.attributes for item in abi.operators.values())
    limits = "\n".join(f"const _: () = assert!({count} <= astra_core::operator::MAX_{what});" for what, count in most.items())
    uses = "ATTRIBUTE_U64, Dtype" if has_attributes else "Dtype"
    return head("Every operator of the contract and the file that implements it.") + (
        f"use astra_core::contract::{{{uses}}};\n"
        f"use astra_core::operator::{{{'Attribute, ' if has_attributes else ''}Combination, Operator}};\n\n"
        + "\n".join(modules) + f"\n\n{limits}\n\n"
        f"#[rustfmt::skip]\npub static OPERATORS: [Operator; {len(rows)}] = [\n{''.join(rows)}];\n"
    )


# --- astra-ffi: the C types -------------------------------------------------------------------------


def types(abi: Abi) -> str:
    parts = ["use core::ffi::{c_char, c_void};\n\nuse crate::boundary::{Bytes, Growable, GrowableIn};\n"]
    history = "".join(f"    ({v.number}, 0x{layout_hash(abi, v):016X}),\n" for v in abi.history)
    parts.append(f"/// The version of this contract.\npub const VERSION: u32 = {abi.version.number};\n")
    parts.append(f"/// Every version that a caller may name with its layout hash, oldest first.\npub const HISTORY: [(u32, u64); {len(abi.history)}] = [\n{history}];\n")
    for enum in abi.enums.values():
        parts.append(f"{doc_line(enum.doc)}pub type {enum.name} = {enum.type};\n")
    for name, handle in abi.handles.items():
        parts.append(f"{doc_line(handle.doc)}#[derive(Clone, Copy)]\n#[repr(C)]\npub struct {name} {{\n    pub bits: u64,\n}}\nconst _: () = assert!(size_of::<{name}>() == 8);\n")
    for struct in in_dependency_order(abi):
        parts.append(struct_text(abi, struct))
    return head("The C types of the contract, with their layouts asserted.") + "\n".join(parts)


def struct_text(abi: Abi, struct: Struct) -> str:
    lines = [f"{doc_line(struct.doc)}#[derive(Clone, Copy)]\n#[repr(C)]\npub struct {struct.name} {{\n"]
    for field in struct.fields:
        lines.append(f"{doc_line(field.doc, '    ')}    pub {field.name}: {field_type(abi, field)},\n")
        if is_pointer(field):
            lines.append(f'    #[cfg(target_pointer_width = "32")]\n    pub {field.name}_padding: u32,\n')
    lines.append("}\n")
    lines.append(f"const _: () = assert!(size_of::<{struct.name}>() == {struct.size});\n")
    lines += [
        f"const _: () = assert!(core::mem::offset_of!({struct.name}, {field.name}) == {field.offset});\n"
        for field in struct.fields
    ]
    if struct.growth == "growable":
        ends = ", ".join(str(field.offset + field.size) for field in struct.fields)
        lines.append(
            f"// SAFETY: the struct has no implicit padding, and its first two members are those of a growable struct.\n"
            f"unsafe impl Growable for {struct.name} {{\n    const FIRST_SIZE: u32 = {first_size(struct)};\n"
            f"    const ENDS: &'static [u32] = &[{ends}];\n}}\n"
        )
        if struct.direction == "in":
            lines.append(f"// SAFETY: zero is a value of every member.\nunsafe impl GrowableIn for {struct.name} {{}}\n")
            lines.append(view(abi, struct))
    return "".join(lines)


def field_type(abi: Abi, field: Field) -> str:
    if field.type.base == "function":
        function = abi.functions[f"{abi.prefix}_{field.name}"]
        return f"unsafe extern \"C\" fn({', '.join(f'{p.name}: {rust_type(p.type)}' for p in function.params)}) -> {rust_type(function.returns)}"
    return rust_type(field.type)


def is_pointer(field: Field) -> bool:
    return bool(field.type.pointers) or field.type.base == "function"


def borrowed_members(abi: Abi, struct: Struct) -> list[tuple[str, str, str]]:
    """(name, safe type, expression) of each member that points to the caller's memory."""
    members = []
    for field in struct.fields:
        inner = abi.structs.get(field.type.base)
        if field.type.pointers and field.length:
            element = rust_type(Type(field.type.base))
            members.append((field.name, f"Option<&'a [{element}]>",
                            f"crate::boundary::slice(fields.{field.name}, fields.{field.length} as usize)"))
        elif inner and not field.type.pointers and len(inner.fields) == 2 and inner.fields[0].length == inner.fields[1].name:
            first, length = (f"fields.{field.name}.{item.name}" for item in inner.fields)
            members.append((field.name, "Option<Bytes<'a>>", f"Bytes::new({first}.cast(), {length})"))
    return members


def view(abi: Abi, struct: Struct) -> str:
    """The struct with its pointers as slices, for structs that have any."""
    members = borrowed_members(abi, struct)
    if not members:
        return ""
    name = f"{pascal(abi, struct.name)}View"
    fields = "".join(f"    /// `None` where the pointer is NULL.\n    pub {member}: {type_},\n" for member, type_, _ in members)
    values = "".join(f"            // SAFETY: the caller promises as many elements as it says.\n            {member}: unsafe {{ {value} }},\n" for member, _, value in members)
    return f"""
/// `{struct.name}` with the caller's memory as slices.
pub struct {name}<'a> {{
    pub fields: &'a {struct.name},
{fields}}}

impl<'a> {name}<'a> {{
    /// # Safety
    /// Each pointer in the struct is NULL or points to what its length says, for as long as `'a`.
    pub unsafe fn new(fields: &'a {struct.name}) -> Self {{
        Self {{
            fields,
{values}        }}
    }}
}}
"""
