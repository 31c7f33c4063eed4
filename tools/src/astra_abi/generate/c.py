"""C spelling of the model: types, declarators, function prototypes. Shared by the header and by cffi."""

from __future__ import annotations

from ..model import FLOATS, INTEGERS, Abi, Function, Struct, Type

SCALARS = {**{name: f"{'' if signed else 'u'}int{size * 8}_t" for name, (size, signed) in INTEGERS.items()},
           "f32": "float", "f64": "double", "char": "char", "void": "void"}
assert set(SCALARS) > set(FLOATS)


def base_name(type_: Type) -> str:
    return SCALARS.get(type_.base, type_.base)


def declaration(type_: Type, name: str) -> str:
    """A C declaration without its semicolon, such as `const void **out_data` or `uint64_t dims[8]`."""
    text = name
    for level in range(len(type_.pointers), 0, -1):
        # Level 1 points at the base, whose `const` comes first; a deeper level may point at a const pointer.
        qualifier = "const " if level < len(type_.pointers) and type_.pointers[level] == "const" else ""
        text = f"*{qualifier}{text}"
    const = "const " if type_.pointers[:1] == ("const",) else ""
    array = f"[{type_.count}]" if type_.count else ""
    space = "" if not name and not type_.pointers else " "
    return f"{const}{base_name(type_)}{space}{text}{array}"


def parameters(function: Function) -> str:
    return ", ".join(declaration(param.type, param.name) for param in function.params) or "void"


def prototype(function: Function, name: str | None = None) -> str:
    """`astra_status astra_launch(astra_stream stream, ...)`, or a pointer to it when a name is given."""
    declarator = f"(*{name})" if name else function.name
    returns = declaration(function.returns, "")
    return f"{returns} {declarator}({parameters(function)})"


def function_of_slot(abi: Abi, slot: str) -> Function:
    """The function behind a field of a function table."""
    return abi.functions[f"{abi.prefix}_{slot}"]


def member_lines(abi: Abi, struct: Struct) -> list[tuple[str, str, bool]]:
    """(declaration, doc, is a pointer) of each field, in order."""
    lines = []
    for field in struct.fields:
        if field.type.base == "function":
            lines.append((prototype(function_of_slot(abi, field.name), field.name), field.doc, True))
        else:
            lines.append((declaration(field.type, field.name), field.doc, bool(field.type.pointers)))
    return lines


def in_dependency_order(abi: Abi) -> list[Struct]:
    """Structs after those that they embed, else as declared; a table of functions comes last."""
    done: dict[str, Struct] = {}

    def visit(struct: Struct) -> None:
        for field in struct.fields:
            inner = abi.structs.get(field.type.base)
            if inner and inner.name not in done and inner is not struct:
                visit(inner)
        done.setdefault(struct.name, struct)

    for struct in sorted(abi.structs.values(), key=lambda struct: struct.functions):
        visit(struct)
    return list(done.values())
