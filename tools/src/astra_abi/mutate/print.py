"""A model -> C declarations, in the order that C needs. The compiler lays out; what C cannot say is refused by reading it again."""

from __future__ import annotations

import re
from typing import Iterator

from ..model import Abi, AstraError, Enum, Field, Function, Signature, Struct, Type

SCALARS = {
    "i8": "signed char", "u8": "unsigned char", "i16": "short", "u16": "unsigned short", "i32": "int", "u32": "unsigned int",
    "i64": "long", "u64": "unsigned long", "i128": "__int128", "u128": "unsigned __int128", "f32": "float", "f64": "double",
    "f80": "long double", "f128": "long double", "q128": "__float128", "c64": "float _Complex", "c128": "double _Complex", "bool": "_Bool", "char": "char", "void": "void",
}
VARIABLE_ARGUMENTS = ("va_list", "__va_list_tag", "__builtin_va_list")


def plain(name: str) -> bool:
    return name.isidentifier()


def word(name: str) -> str:
    """An identifier for a type, one without a name of its own among them."""
    return re.sub(r"\W", "_", name)


def tag(abi: Abi, struct: Struct) -> str:
    """A struct as C names it; one without a name is what its field is."""
    if plain(struct.name):
        return f"{kind(struct)} {struct.name}"
    for owner in abi.structs.values():
        for field in owner.fields:
            if field.type.base == struct.name:
                return f"__typeof__({'*' * len(field.type.pointers)}(({tag(abi, owner)} *)0)->{field.name}{'[0]' if field.type.count is not None else ''})"
    raise AstraError(f"the type '{struct.name}' cannot be printed as C", abi.origin, "take another header")


def kind(struct: Struct) -> str:
    return "union" if struct.union else "struct"


def printable(abi: Abi, name: str) -> bool:
    """Whether C can speak of a struct from outside: by its name, or by a field that has a name."""
    return plain(name) or any(field.type.base == name and field.type.base != "function" for owner in abi.structs.values() for field in owner.fields)


def base_text(abi: Abi, type_: Type) -> str:
    """The base as C names it: by its typedef where the header has one for it alone."""
    typedef = (abi.typedefs or {}).get(type_.spelled)
    if typedef and not typedef.type.pointers and typedef.type.count is None and typedef.type.base not in ("function", "array"):
        return type_.spelled
    base = type_.base
    if base in SCALARS:
        return SCALARS[base]
    if base in (abi.enums or {}):
        return f"enum {base}" if plain(base) else SCALARS[abi.enums[base].type]
    struct = (abi.structs or {}).get(base)
    if struct and not plain(base):
        return f"{kind(struct)} {{ {' '.join(inside(abi, struct))} }}{attributes(struct)}"
    if struct or base in abi.opaque:
        return f"{kind(struct) if struct else 'struct'} {base}"
    raise AstraError(f"the type '{base}' cannot be printed as C", abi.origin, "take another header")


def declare(abi: Abi, type_: Type, name: str = "") -> str:
    """A declaration of a name with a type."""
    if type_.base in VARIABLE_ARGUMENTS:
        return f"__builtin_va_list {name}".rstrip()
    words = name
    if type_.count is not None:
        words = f"{words}[{type_.count or ''}]"
    if type_.base == "function":
        if type_.spelled in (abi.typedefs or {}):
            return f"{type_.spelled} {pointed(type_.pointers, words)}".rstrip()
        inner = f"({called(type_.inner.convention)}*{pointed(type_.pointers, words)})({params(abi, type_.inner)})"
        return declare(abi, type_.inner.returns, inner)
    if type_.base == "array":
        words = pointed(type_.pointers, words)
        return declare(abi, type_.inner, f"({words})" if type_.pointers else words)
    constant = "const " if type_.pointers[:1] == ("const",) else ""
    stars = pointed(type_.pointers, words)
    return f"{constant}{base_text(abi, type_)} {stars}".rstrip()


def pointed(pointers: tuple[str, ...], words: str) -> str:
    """Stars around a name. A level's const stands behind the star of the level that it is pointed to from."""
    text = ""
    for level in range(len(pointers)):
        text += "*" + (" const " if level + 1 < len(pointers) and pointers[level + 1] == "const" else "")
    return text + words


def called(convention: str | None) -> str:
    """How a function is called, where that is not the platform's usual way: conventions bear the names of GNU's attributes."""
    return f"__attribute__(({convention})) " if convention else ""


def params(abi: Abi, signature: Signature) -> str:
    texts = [declare(abi, param) for param in signature.params] + (["..."] if signature.variadic else [])
    return ", ".join(texts) or "void"


def function_text(abi: Abi, function: Function, names: bool = True) -> str:
    texts = [
        "..." if param.type.base == "..." else declare(abi, param.type, (param.name or f"p{index}") if names else "")
        for index, param in enumerate(function.params)
    ]
    return called(function.convention) + declare(abi, function.returns, f"{function.name}({', '.join(texts) or 'void'})")


def headers(abi: Abi) -> dict[str, str]:
    """The files that declare a model: one, or one that includes another."""
    if not (abi.note or {}).get("moved"):
        return {"mutant.h": guarded("MUTANT_H", [*types(abi), *data(abi), *calls(abi), *macros(abi)])}
    return {
        "mutant.h": guarded("MUTANT_H", ['#include "mutant_types.h"', *calls(abi), *macros(abi)]),
        "mutant_types.h": guarded("MUTANT_TYPES_H", [*types(abi), *data(abi)]),
    }


def header(abi: Abi) -> str:
    """All declarations of a model as one text."""
    return "\n".join(headers(abi).values())


def guarded(guard: str, lines: list[str]) -> str:
    return "\n".join([f"#ifndef {guard}", f"#define {guard}", *lines, "#endif", ""])


def types(abi: Abi) -> list[str]:
    tagged = {name: kind(struct) for name, struct in abi.structs.items()} | {name: "struct" for name in abi.opaque if name not in abi.structs}
    return [
        "#include <stddef.h>", "#include <stdint.h>",
        *(f"{sort} {name};" for name, sort in sorted(tagged.items()) if plain(name) and name not in VARIABLE_ARGUMENTS),
        *(enum_text(enum) for enum in abi.enums.values()),
        *(f"typedef {declare(abi, typedef.type, typedef.name)};" for typedef in ordered_typedefs(abi)),
        *(struct_text(abi, struct) for struct in ordered_structs(abi) if struct.name not in VARIABLE_ARGUMENTS),
    ]


def data(abi: Abi) -> list[str]:
    return [f"extern {variable_text(abi, item)};" for item in abi.variables.values()]


def calls(abi: Abi) -> list[str]:
    """Functions. Of those that programs compile themselves the model knows no body: they get one."""
    lines = []
    other = (abi.note or {}).get("inline")
    for function in abi.functions.values():
        lines += [f"/* {function.doc} */"] if function.doc else []
        text = function_text(abi, function, any(param.name for param in function.params))
        if function.inline:
            value = "" if function.returns == Type("void") else f"static {declare(abi, function.returns, 'r')}; {'(void)&r; ' * (function.name == other)}return r; "
            lines.append(f"static inline {text} {{ {value}}}")
        else:
            lines.append(f"{text}{' __attribute__((deprecated))' if function.deprecated else ''};")
    return lines


def macros(abi: Abi) -> list[str]:
    return [macro_text(macro) for macro in abi.macros.values() if macro.name not in ("MUTANT_H", "MUTANT_TYPES_H")]


def included(abi: Abi) -> str:
    """The header in a source that defines what it declares: a macro of a function's name is only for callers."""
    return "\n".join(['#include "mutant.h"', *(f"#undef {name}" for name in abi.macros if name in abi.functions or name in abi.variables)])


def variable_text(abi: Abi, item) -> str:
    text = f"{'__thread ' * item.thread_local}{declare(abi, item.type, item.name)}"
    if not item.constant:
        return text
    return declare(abi, item.type, f"const {item.name}") if item.type.pointers else f"const {text}"


def macro_text(macro) -> str:
    arguments = "" if macro.params is None else f"({', '.join(macro.params)})"
    return f"#define {macro.name}{arguments} {macro.text}".rstrip()


def enum_text(enum: Enum) -> str:
    inside = ", ".join(f"{constant.name} = {number(constant.value)}" for constant in enum.constants.values())
    return f"enum {enum.name if plain(enum.name) else ''} {{ {inside} }};"


def number(value: int) -> str:
    return f"{value}u" if 2**31 <= value < 2**32 else f"{value}ul" if value >= 2**32 else f"({value + 1}l - 1)" if value < -(2**31) else str(value)


def ordered_typedefs(abi: Abi) -> Iterator:
    """Typedefs, each behind those that it names."""
    done: set[str] = set()

    def visit(typedef) -> Iterator:
        if typedef.name in done:
            return
        done.add(typedef.name)
        for name in names_in(typedef.type):
            if name in abi.typedefs and name != typedef.name:
                yield from visit(abi.typedefs[name])
        yield typedef

    for typedef in abi.typedefs.values():
        if typedef.type.base != "function" or typedef.type.inner is not None:
            yield from visit(typedef)


def names_in(type_: Type) -> Iterator[str]:
    yield type_.spelled
    if isinstance(type_.inner, Signature):
        for part in (type_.inner.returns, *type_.inner.params):
            yield from names_in(part)
    elif type_.inner is not None:
        yield from names_in(type_.inner)


def ordered_structs(abi: Abi) -> Iterator[Struct]:
    """Structs, each behind those that it holds; and behind those that typedefs it uses hold."""
    done: set[str] = set()

    def visit(struct: Struct) -> Iterator[Struct]:
        if struct.name in done:
            return
        done.add(struct.name)
        for field in struct.fields:
            for name in held(abi, field.type):
                if name in abi.structs:
                    yield from visit(abi.structs[name])
        if plain(struct.name):
            yield struct

    for struct in abi.structs.values():
        yield from visit(struct)


def held(abi: Abi, type_: Type) -> Iterator[str]:
    """Structs of which a type needs the inside."""
    if type_.pointers or type_.base == "function":
        return
    yield type_.base
    if type_.base == "array":
        yield from held(abi, type_.inner)
    if type_.spelled in abi.typedefs and abi.typedefs[type_.spelled].type != type_:
        yield from held(abi, abi.typedefs[type_.spelled].type)


def struct_text(abi: Abi, struct: Struct) -> str:
    return "\n".join([f"{kind(struct)} {struct.name} {{", *(f"    {line}" for line in inside(abi, struct)), f"}}{attributes(struct)};"])


def attributes(struct: Struct) -> str:
    return " __attribute__((packed))" if struct.align == 1 else f" __attribute__((aligned({struct.align})))" if struct.align else ""


def inside(abi: Abi, struct: Struct) -> list[str]:
    """The fields of a struct, in the order in which they lie."""
    if struct.union:
        return [field_text(abi, field) for field in struct.fields]
    if any(overlaps(struct)):
        return clustered(abi, struct.fields)
    return [field_text(abi, field) for field in sorted(struct.fields, key=lambda field: field.begin)]


def field_text(abi: Abi, field: Field) -> str:
    constant = "const " * bool(field.constant)
    text = declare(abi, field.type, f"{constant}{field.name}") if field.type.pointers else f"{constant}{declare(abi, field.type, field.name)}"
    return f"{text}{f' : {field.width}' if field.bits else ''};"


def overlaps(struct: Struct) -> Iterator[bool]:
    """Whether each field begins before one that came earlier ends, as members of anonymous unions do."""
    end = 0
    for field in struct.fields:
        yield field.begin < end and field.width > 0
        end = max(end, field.end)


def clustered(abi: Abi, fields: tuple[Field, ...]) -> list[str]:
    """Overlapping members as anonymous unions of anonymous structs."""
    groups: list[list[Field]] = []
    end = 0
    for field in fields:
        if groups and field.begin < end:
            groups[-1].append(field)
        else:
            groups.append([field])
        end = max(end, field.end)
    lines = []
    for group in groups:
        if len(group) == 1:
            lines.append(field_text(abi, group[0]))
            continue
        chains: list[list[Field]] = []
        for field in group:
            if chains and field.begin >= chains[-1][-1].end:
                chains[-1].append(field)
            else:
                chains.append([field])
        texts = [" ".join(field_text(abi, field) for field in chain) for chain in chains]
        lines.append("union { " + " ".join(f"struct {{ {text} }};" if len(chain) > 1 else text for text, chain in zip(texts, chains)) + " };")
    return lines
