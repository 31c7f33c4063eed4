"""The public C header: C99 to C23, C++11 to C++20, with its layouts asserted. And what fills a hello."""

from __future__ import annotations

import textwrap
from typing import Iterator

from ..layout import layout_hash
from ..model import INTEGERS, Abi, Enum, Function, Struct
from . import MARK
from .c import in_dependency_order, member_lines, prototype


def render(abi: Abi) -> Iterator[tuple[str, str]]:
    yield f"include/{abi.name}/{abi.name}.h", header(abi)


def comment(text: str, indent: str = "") -> str:
    """A C comment, wrapped at 100 columns."""
    lines = [line for part in text.strip().splitlines() for line in (textwrap.wrap(part, 94 - len(indent)) or [""])]
    if len(lines) == 1:
        return f"{indent}/* {lines[0]} */"
    body = "\n".join(f"{indent} * {line}".rstrip() for line in lines)
    return f"{indent}/*\n{body}\n{indent} */"


def header(abi: Abi) -> str:
    m = abi.macro
    guard = f"{m}_{abi.name.upper()}_H"
    parts = [
        comment(f"{abi.title}, version {abi.version}.\n{MARK}"),
        f"#ifndef {guard}\n#define {guard}",
        "#include <stddef.h>\n#include <stdint.h>",
        preamble(m),
        versions(abi),
        *(constants(enum) for enum in abi.enums.values()),
        *(handle(name, item.doc) for name, item in abi.handles.items()),
        *(struct_text(abi, struct) for struct in in_dependency_order(abi)),
        "#ifdef __cplusplus\nextern \"C\" {\n#endif",
        *(function_text(abi, function) for function in abi.functions.values()),
        "#ifdef __cplusplus\n}\n#endif",
        asserts(abi),
        f"#endif /* {guard} */",
    ]
    return "\n\n".join(parts) + "\n"


def preamble(m: str) -> str:
    return textwrap.dedent(f"""\
        #if defined(_WIN32) && defined({m}_BUILD)
        #define {m}_EXPORT __declspec(dllexport)
        #elif defined(_WIN32)
        #define {m}_EXPORT __declspec(dllimport)
        #elif defined(__GNUC__)
        #define {m}_EXPORT __attribute__((visibility("default")))
        #else
        #define {m}_EXPORT
        #endif

        /* A pointer inside a struct takes 8 bytes on every target, so that one layout holds everywhere. */
        #if UINTPTR_MAX > 0xFFFFFFFFu
        #define {m}_POINTER_PADDING(name)
        #define {m}_NULL_SLOT {m}_NULL
        #else
        #define {m}_POINTER_PADDING(name) uint32_t name;
        #define {m}_NULL_SLOT {m}_NULL, 0
        #endif

        #if defined(__cplusplus)
        #define {m}_NULL nullptr
        #define {m}_STATIC_ASSERT(name, condition) static_assert(condition, #name)
        #elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L
        #define {m}_NULL nullptr
        #define {m}_STATIC_ASSERT(name, condition) static_assert(condition, #name)
        #elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
        #define {m}_NULL NULL
        #define {m}_STATIC_ASSERT(name, condition) _Static_assert(condition, #name)
        #else
        #define {m}_NULL NULL
        #define {m}_STATIC_ASSERT(name, condition) extern char name[(condition) ? 1 : -1]
        #endif""")


def versions(abi: Abi) -> str:
    m, v = abi.macro, abi.version
    lines = [
        comment("The version of this header: major * 2^22 + minor * 2^12 + patch."),
        f"#define {m}_VERSION UINT32_C({v.number})",
        f'#define {m}_VERSION_STRING "{v}"',
        comment("The hash of every layout, constant and signature of a version; a library refuses another one."),
        f"#define {m}_LAYOUT_HASH UINT64_C(0x{layout_hash(abi, v):016X})",
    ]
    for version in abi.history:
        tag = f"{version.major}_{version.minor}_{version.patch}"
        lines.append(f"#define {m}_VERSION_{tag} UINT32_C({version.number})")
        lines.append(f"#define {m}_LAYOUT_HASH_{tag} UINT64_C(0x{layout_hash(abi, version):016X})")
    return "\n".join(lines)


def literal(type_: str, value: int) -> str:
    size, signed = INTEGERS[type_]
    text = str(value) if value < 1 << 31 else f"0x{value:X}"
    return f"{'' if signed else 'U'}INT{size * 8}_C({text})"


def constants(enum: Enum) -> str:
    size, signed = INTEGERS[enum.type]
    lines = [comment(enum.doc), f"typedef {'' if signed else 'u'}int{size * 8}_t {enum.name};"]
    for constant in enum.constants.values():
        lines.append(comment(constant.doc))
        lines.append(f"#define {constant.name} {literal(enum.type, constant.value)}")
    return "\n".join(lines)


def handle(name: str, doc: str) -> str:
    return f"{comment(doc)}\ntypedef struct {name} {{\n    uint64_t bits;\n}} {name};"


def size_macro(abi: Abi, struct: Struct) -> str:
    return f"{struct.name.upper()}_SIZE"


def struct_text(abi: Abi, struct: Struct) -> str:
    m = abi.macro
    how = "Frozen: it never changes." if struct.growth == "frozen" else (
        "Growable: passed by pointer, and sized by the caller through struct_size."
    )
    lines = [comment(f"{struct.doc} {how}"), f"typedef struct {struct.name} {{"]
    for (text, doc, is_pointer), field in zip(member_lines(abi, struct), struct.fields):
        lines.append(comment(doc, "    "))
        lines.append(f"    {text};")
        if is_pointer:
            lines.append(f"    {m}_POINTER_PADDING({field.name}_padding)")
    lines.append(f"}} {struct.name};")
    lines.append(f"#define {size_macro(abi, struct)} UINT32_C({struct.size})")
    if struct.growth == "growable":
        lines.append(initializer(abi, struct))
    return "\n".join(lines)


def initializer(abi: Abi, struct: Struct) -> str:
    """`ASTRA_HELLO_INIT`: the size, the caller's own version where one is asked for, and zero elsewhere."""
    own = {"version": f"{abi.macro}_VERSION", "layout_hash": f"{abi.macro}_LAYOUT_HASH"}
    values = [size_macro(abi, struct)]
    for field in struct.fields[1:]:
        if isinstance(field.example, str) and field.example in own:
            values.append(own[field.example])
        else:
            values.append(zero(abi, field))
    body = ", ".join(values)
    wrapped = " \\\n    ".join(textwrap.wrap(body, 90))
    return f"#define {struct.name.upper()}_INIT {{ \\\n    {wrapped} \\\n}}"


def zero(abi: Abi, field) -> str:
    if field.type.pointers or field.type.base == "function":
        return f"{abi.macro}_NULL_SLOT"
    if field.type.count:
        return "{0}"
    inner = abi.structs.get(field.type.base)
    if inner:
        return "{" + ", ".join(zero(abi, item) for item in inner.fields) + "}"
    return "{0}" if field.type.base in abi.handles else "0"


def function_text(abi: Abi, function: Function) -> str:
    rows = [function.doc]
    for param in function.params:
        marks = {"in": "in", "out": "out", "value": ""}[param.direction]
        if param.nullable:
            marks += ", may be NULL"
        if param.ownership == "consumed":
            marks += "released on success"
        rows.append(f"{param.name}{f' ({marks})' if marks else ''}: {param.doc}")
    if function.has_status:
        codes = dict.fromkeys(condition.code for condition in function.errors)
        rows.append("Errors: " + ", ".join(code.removeprefix(f"{abi.macro}_ERROR_") for code in codes) + ".")
    blocking = "Never waits." if function.blocks == "never" else f"Waits {function.blocks}."
    rows.append(f"Since {function.since}. {blocking} Threads: {function.thread}.")
    return f"{comment(chr(10).join(rows))}\n{abi.macro}_EXPORT {prototype(function)};"


def asserts(abi: Abi) -> str:
    m = abi.macro
    lines = [comment("The layouts, proved by the compiler of every program.")]
    for name in abi.handles:
        lines.append(f"{m}_STATIC_ASSERT({name}_has_its_size, sizeof({name}) == 8);")
    for struct in abi.structs.values():
        lines.append(f"{m}_STATIC_ASSERT({struct.name}_has_its_size, sizeof({struct.name}) == {size_macro(abi, struct)});")
        for field in struct.fields:
            lines.append(
                f"{m}_STATIC_ASSERT({struct.name}_{field.name}_has_its_place, "
                f"offsetof({struct.name}, {field.name}) == {field.offset});"
            )
    return "\n".join(lines)
