"""Rust's half of every call: the trait that an implementation fills and the C function around it.

Has no `render`: `rust` writes the files. The checks stand in the order of abi/checks-in-order.
"""

from __future__ import annotations

from ..model import Abi, Function, Param, Type


def rust_type(type_: Type) -> str:
    from .rust import rust_type

    return rust_type(type_)


def pascal(abi: Abi, name: str) -> str:
    """astra_tensor_desc -> TensorDesc."""
    return "".join(part.capitalize() for part in name.removeprefix(f"{abi.prefix}_").split("_"))


def short(abi: Abi, function: Function) -> str:
    return function.name.removeprefix(f"{abi.prefix}_")


def concept(abi: Abi, function: Function) -> str:
    """The trait that a function belongs to, by the file that declares it."""
    place = function.where.partition(":")[0].rpartition("/")[2].removesuffix(".toml")
    return f"{pascal(abi, place)}Calls"


def own_params(function: Function) -> tuple[Param, ...]:
    """The parameters without the error record."""
    return function.params[:-1] if function.has_status else function.params


def is_handle(abi: Abi, param: Param) -> bool:
    return param.type.base in abi.handles and param.direction == "value"


def takes_call(abi: Abi, function: Function) -> bool:
    return any(is_handle(abi, param) for param in own_params(function))


def has_view(abi: Abi, name: str) -> bool:
    from .rust import borrowed_members

    return bool(borrowed_members(abi, abi.structs[name]))


def argument(abi: Abi, param: Param, lengths: set[str]) -> tuple[str, str] | None:
    """(safe type, expression in the shim) of what a method gets for a parameter, or None."""
    base = param.type.base
    if is_handle(abi, param):
        return f"{pascal(abi, base)}Handle", param.name
    if param.direction == "value":
        return None if param.name in lengths else (rust_type(param.type), param.name)
    if param.direction == "out":
        return None
    if base == "void":
        return "Bytes<'_>", param.name
    if param.length:
        return f"&[{base}]", param.name
    inner = f"&{base}" if not has_view(abi, base) else f"&{pascal(abi, base)}View<'_>"
    if param.nullable:
        return f"Option<{inner}>", f"{param.name}.as_ref()"
    return inner, f"&{param.name}"


def output(abi: Abi, param: Param) -> str:
    """What a method returns for an out parameter."""
    target = Type(param.type.base, param.type.pointers[:-1])
    return f"Several<{rust_type(target)}>" if param.length else rust_type(target)


def arguments(abi: Abi, function: Function) -> list[tuple[str, str, str]]:
    params = own_params(function)
    lengths = {param.length for param in params if param.length and param.direction == "in"}
    found = []
    for param in params:
        pair = argument(abi, param, lengths)
        if pair:
            found.append((param.name, *pair))
    return found


def signature(abi: Abi, function: Function) -> str:
    rows = ["call: &mut Call<'_>"] if takes_call(abi, function) else []
    rows += [f"{name}: {type_}" for name, type_, _ in arguments(abi, function)]
    if not function.has_status:
        return f"fn {short(abi, function)}({', '.join(rows)}) -> {rust_type(function.returns)};"
    outs = [output(abi, param) for param in own_params(function) if param.direction == "out"]
    result = outs[0] if len(outs) == 1 else f"({', '.join(outs)})"
    return f"fn {short(abi, function)}({', '.join(rows)}) -> Result<{result}, Failure>;"


def traits(abi: Abi) -> str:
    groups: dict[str, list[Function]] = {}
    for function in abi.functions.values():
        groups.setdefault(concept(abi, function), []).append(function)
    parts = [
        "use core::ffi::c_void;\n\nuse astra_core::Failure;\nuse astra_core::contract::*;\n\n"
        "use super::types::*;\nuse crate::boundary::{Bytes, Several};\nuse crate::call::Call;\n"
    ]
    for name, functions in groups.items():
        methods = "".join(f"    /// {function.doc}\n    {signature(abi, function)}\n" for function in functions)
        parts.append(f"pub trait {name} {{\n{methods}}}\n")
    return "\n".join(parts)


def checks(abi: Abi, function: Function) -> list[str]:
    """The conditions of the parameters' roles, left to right."""
    lines, seen = [], False
    for param in own_params(function):
        name, base = param.name, param.type.base
        struct = abi.structs.get(base)
        growable = struct is not None and struct.growth == "growable"
        if param.direction != "value" and not param.nullable:
            if param.length:
                lines.append(f'boundary::buffer({name}.cast(), u64::from({param.length}), "{name}")?;')
            else:
                lines.append(f'boundary::pointer({name}.cast(), "{name}")?;')
        if is_handle(abi, param):
            use = "Use::Consume" if param.ownership == "consumed" else "Use::Borrow"
            if not seen:
                lines.append(f'let pin = registry::pin({name}.bits, {use}, "{name}")?;')
                lines.append("let mut call = Call::open(&pin);")
                seen = True
            lines.append(f'let {name}: {pascal(abi, base)}Handle = call.handle({name}.bits, {use}, "{name}")?;')
        elif growable and param.direction == "in":
            read = f'unsafe {{ boundary::growable_in::<{base}>({name}, "{name}") }}?'
            lines.append("// SAFETY: the pointer is not NULL; the caller promises `struct_size` bytes there.")
            lines.append(f"let {name} = if {name}.is_null() {{ None }} else {{ Some({read}) }};" if param.nullable else f"let {name} = {read};")
            if has_view(abi, base):
                make = f"{pascal(abi, base)}View::new"
                lines.append("// SAFETY: the caller promises what the struct's lengths say, for the length of the call.")
                lines.append(f"let {name} = {name}.as_ref().map(|fields| unsafe {{ {make}(fields) }});" if param.nullable else f"let {name} = unsafe {{ {make}(&{name}) }};")
        elif growable:
            lines.append("// SAFETY: the pointer is not NULL; the caller promises its size there.")
            lines.append(f'let {name}_size = unsafe {{ boundary::growable_out({name}, "{name}") }}?;')
    return lines


def buffers(abi: Abi, function: Function) -> list[str]:
    """The caller's buffers as slices, once every role has been checked."""
    lines = []
    for param in own_params(function):
        if param.direction == "in" and param.length:
            lines.append("// SAFETY: not NULL where the length is not zero; the caller promises the length.")
            if param.type.base == "void":
                lines.append(f"let {param.name} = unsafe {{ Bytes::new({param.name}.cast(), {param.length}) }}.unwrap_or_default();")
            else:
                lines.append(f"let {param.name} = unsafe {{ boundary::slice({param.name}, {param.length} as usize) }}.unwrap_or_default();")
    return lines


def writes(abi: Abi, function: Function, names: list[str]) -> list[str]:
    lines = []
    outs = [param for param in own_params(function) if param.direction == "out"]
    for param, value in zip(outs, names):
        struct = abi.structs.get(param.type.base)
        lines.append("// SAFETY: checked above; the caller promises room for what is written.")
        if param.length:
            lines.append(f"unsafe {{ boundary::write_all({param.name}, {param.length}, &{value}) }};")
        elif struct is not None and struct.growth == "growable":
            lines.append(f"unsafe {{ boundary::write_growable({param.name}, {param.name}_size, &{value}) }};")
        else:
            lines.append(f"unsafe {{ {param.name}.write_unaligned({value}) }};")
    return lines


def zeroes(abi: Abi, function: Function) -> list[str]:
    lines = []
    for param in own_params(function):
        if param.direction != "out":
            continue
        struct = abi.structs.get(param.type.base)
        if param.length:
            lines.append(f"unsafe {{ boundary::zero({param.name}, {param.length} as usize) }};")
        elif struct is not None and struct.growth == "growable":
            lines.append(f"unsafe {{ boundary::zero_growable({param.name}) }};")
        else:
            lines.append(f"unsafe {{ boundary::zero({param.name}, 1) }};")
    return lines


def shim(abi: Abi, function: Function) -> str:
    method = f"<Astra as {concept(abi, function)}>::{short(abi, function)}"
    params = ", ".join(f"{param.name}: {rust_type(param.type)}" for param in function.params)
    start = (f"/// {function.doc}\n///\n/// # Safety\n/// Every pointer is what the contract asks for.\n"
             f"#[unsafe(no_mangle)]\npub unsafe extern \"C\" fn {function.name}({params}) -> {rust_type(function.returns)} {{\n")
    if not function.has_status:
        return f"{start}    guard::plain(|| {method}({', '.join(name for name, *_ in arguments(abi, function))}))\n}}\n"
    outs = [param for param in own_params(function) if param.direction == "out"]
    names = [f"made_{param.name}" for param in outs]
    values = (["&mut call"] if takes_call(abi, function) else []) + [value for *_, value in arguments(abi, function)]
    bind = "" if not names else f"let {names[0] if len(names) == 1 else '(' + ', '.join(names) + ')'} = "
    body = [*checks(abi, function), *buffers(abi, function), f"{bind}{method}({', '.join(values)})?;"]
    if takes_call(abi, function):
        body.append("drop(call);")
    body += [*writes(abi, function, names), "Ok(())"]
    undo = zeroes(abi, function)
    note = "            // SAFETY: the caller promises room; NULL and sizes are looked at first.\n"
    undo_text = "".join(f"{note}            {line}\n" for line in undo)
    names_text = ", ".join(f'"{param.name}"' for param in function.params)
    return (
        f"{start}    const SIGNATURE: Signature = Signature {{ function: \"{function.name}\", params: &[{names_text}] }};\n"
        "    let run = || {\n" + "".join(f"        {line}\n" for line in body) + "    };\n"
        + (f"    let undo = || {{\n{undo_text.replace('            ', '        ')}    }};\n" if undo else "    let undo = || {};\n")
        + "    // SAFETY: `error` is NULL or the caller's record.\n"
        "    unsafe { guard::call(&SIGNATURE, error, run, undo) }\n}\n"
    )


def exports(abi: Abi) -> str:
    uses = sorted({concept(abi, function) for function in abi.functions.values()})
    parts = [
        "use core::ffi::c_void;\n\nuse astra_core::contract::*;\n\n"
        f"use super::calls::{{{', '.join(uses)}}};\nuse super::types::*;\n"
        "use crate::Astra;\nuse crate::boundary::{self, Bytes};\nuse crate::call::Call;\n"
        "use crate::guard::{self, Signature};\nuse crate::registry::{self, Use};\n"
    ]
    parts += [shim(abi, function) for function in abi.functions.values()]
    for struct in abi.structs.values():
        if struct.functions:
            rows = "".join(
                f"        {field.name}: {abi.prefix}_{field.name},\n"
                f"        #[cfg(target_pointer_width = \"32\")]\n        {field.name}_padding: 0,\n"
                for field in struct.fields if field.type.base == "function"
            )
            parts.append(
                f"/// Every slot of `{struct.name}`, filled.\npub fn {struct.name.removeprefix(abi.prefix + '_')}_table() -> {struct.name} {{\n"
                f"    {struct.name} {{\n        struct_size: {struct.size},\n        flags: 0,\n{rows}    }}\n}}\n"
            )
    return "\n".join(parts)
