"""A C header -> the ABI model: types, layouts, constants and prototypes, as a compiler would see them.

Reads with pcpp and pycparser, which suffice for headers that keep to the contract's types. The include
files of the C library are replaced by the fixed-width names; what needs more is refused, never guessed.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from ..layout import lay_out
from ..model import FLOATS, INTEGERS, Abi, AstraError, Constant, Enum, Field, Function, Handle, Param, Struct, Type
from .intake import read_text

FIXED_WIDTH = {f"{'' if signed else 'u'}int{size * 8}_t": name for name, (size, signed) in INTEGERS.items()}
SCALARS = {**FIXED_WIDTH, "float": "f32", "double": "f64", "char": "char", "void": "void"}
PREDEFINED = (
    "__STDC__ 1", "__STDC_VERSION__ 201112L", "UINTPTR_MAX 0xFFFFFFFFFFFFFFFFu", "offsetof(type, member) 0",
    *(f"{'' if signed else 'U'}INT{size * 8}_C(value) value" for size, signed in INTEGERS.values()),
)


def load_header(path: Path, prefix: str) -> Abi:
    """The declarations of a header file that begin with `prefix_`."""
    try:
        text = read_text(Path(path))
    except (OSError, UnicodeDecodeError) as error:
        raise AstraError(f"cannot be read: {error}", str(path), "name a C header") from error
    return parse_header(text, Path(path), prefix)


def parse_header(text: str, path: Path, prefix: str) -> Abi:
    """The same for a text; `path` is where errors say that it lies."""
    source, macros = preprocess(text, path)
    return Model(parse(source, path), macros, prefix, path).abi()


def preprocess(text: str, path: Path) -> tuple[str, dict[str, str]]:
    """The text that the compiler sees, and the object-like macros left defined."""
    import pcpp

    class Preprocessor(pcpp.Preprocessor):
        problems: list[str] = []

        def on_error(self, file, line, message):
            self.problems.append(f"line {line}: {message}")

        def on_directive_handle(self, directive, tokens, if_passthru, preceding):
            if directive.value in ("error", "warning"):
                self.problems.append(f"line {directive.lineno}: #{directive.value} {''.join(token.value for token in tokens)}")
            return super().on_directive_handle(directive, tokens, if_passthru, preceding)

        def on_include_not_found(self, is_malformed, is_system, directory, name):
            if not is_system:
                self.problems.append(f"includes {name}, which is not read")
            raise pcpp.OutputDirective(pcpp.Action.IgnoreAndRemove)

    preprocessor = Preprocessor()
    preprocessor.problems = []
    preprocessor.line_directive = None
    for definition in PREDEFINED:
        preprocessor.define(definition)
    preprocessor.parse(text, str(path))
    output = io.StringIO()
    preprocessor.write(output)
    if preprocessor.problems:
        raise AstraError("; ".join(preprocessor.problems), str(path), "correct the header, or run `astra-abi generate`")
    macros = {
        name: "".join(token.value for token in macro.value).strip()
        for name, macro in preprocessor.macros.items() if macro.arglist is None
    }
    return output.getvalue(), macros


def parse(source: str, path: Path):
    import pycparser

    if layout := re.search(r"#\s*pragma\s+pack|\b_Alignas\b|__attribute__\s*\(\([^;]*?\b_*(packed|aligned)", source):
        raise AstraError(
            f"lays out structs by rules that other compilers do not have: {layout[0]}", str(path),
            "let every field lie where its size puts it, and name the padding",
        )
    typedefs = "".join(f"typedef int {name};" for name in (*FIXED_WIDTH, "size_t"))
    source = re.sub(r"__attribute__\s*\(\(.*?\)\)|__declspec\(\w+\)", "", source)
    source = re.sub(r"\b_Static_assert\s*\(.*?\);", "", source, flags=re.S)
    try:
        return pycparser.CParser().parse(typedefs + "\n" + source, str(path))
    except Exception as error:  # pycparser raises several kinds, and AssertionError on some inputs
        raise AstraError(f"is not C that can be read: {error}", str(path), "correct the header, or run `astra-abi generate`") from error


class Model:
    """Collects the declarations of one parsed header."""

    def __init__(self, tree, macros: dict[str, str], prefix: str, path: Path) -> None:
        self.prefix, self.path = prefix, path
        self.macros = macros
        self.aliases: dict[str, str] = {}
        self.sizes: dict[str, tuple[int, int]] = {}
        self.structs: dict[str, Struct] = {}
        self.handles: dict[str, Handle] = {}
        self.functions: dict[str, Function] = {}
        for node in tree.ext:
            if type(node).__name__ == "Typedef":
                self.typedef(node)
            elif type(node).__name__ == "Decl" and type(node.type).__name__ == "FuncDecl":
                self.function(node)

    def abi(self) -> Abi:
        return Abi(
            origin=f"header {self.path}", prefix=self.prefix, enums=self.enums(), structs=self.structs,
            handles=self.handles, functions=self.functions,
        )

    def refuse(self, what: str, node) -> AstraError:
        return AstraError(what, f"{self.path}:{getattr(node.coord, 'line', '?')}", "keep to the types that the contract allows")

    def typedef(self, node) -> None:
        if not node.name.startswith(f"{self.prefix}_"):
            return
        kind, inner = type(node.type).__name__, getattr(node.type, "type", None)
        if kind == "TypeDecl" and type(inner).__name__ == "Struct" and inner.decls:
            self.struct(node.name, inner)
        elif kind == "TypeDecl" and type(inner).__name__ == "IdentifierType":
            self.aliases[node.name] = self.base(inner)

    def base(self, node) -> str:
        if type(node).__name__ == "Struct":
            return node.name
        if type(node).__name__ != "IdentifierType":
            raise self.refuse(f"a {type(node).__name__.lower()} cannot cross the boundary", node)
        name = " ".join(node.names)
        return SCALARS.get(name, name)

    def type(self, node) -> Type:
        """The model's type of a declarator."""
        kind = type(node).__name__
        if kind == "TypeDecl":
            return Type(self.base(node.type))
        if kind == "ArrayDecl":
            inner, count = self.type(node.type), integer(getattr(node.dim, "value", ""))
            if not count or inner.count:
                raise self.refuse("an array whose length is not one number cannot cross the boundary", node)
            return Type(inner.base, inner.pointers, count)
        if kind == "PtrDecl" and type(node.type).__name__ == "FuncDecl":
            return Type("function")
        if kind == "PtrDecl":
            inner = self.type(node.type)
            const = "const" in (getattr(node.type, "quals", None) or ())
            return inner.behind("const" if const else "mut")
        raise self.refuse(f"a {kind} cannot cross the boundary", node)

    def struct(self, name: str, node) -> None:
        if bits := next((member for member in node.decls if member.bitsize), None):
            raise self.refuse(f"the bit-field {bits.name} cannot cross the boundary", bits)
        fields = [Field(member.name, self.type(member.type), 0, 0) for member in node.decls]
        if [(field.name, str(field.type)) for field in fields] == [("bits", "u64")]:
            self.handles[name] = Handle(name)
            self.sizes[name] = (8, 8)
            return
        sizes = dict(self.sizes)
        for alias, base in self.aliases.items():
            if base in INTEGERS or base in FLOATS:
                size = INTEGERS[base][0] if base in INTEGERS else FLOATS[base]
                sizes[alias] = (size, size)
        try:
            placed, size, align, _ = lay_out(fields, sizes)
        except KeyError as error:
            raise self.refuse(f"the size of {error} in {name} is not known", node) from error
        self.sizes[name] = (size, align)
        self.structs[name] = Struct(name, placed, size)

    def function(self, node) -> None:
        if not node.name.startswith(f"{self.prefix}_"):
            return
        arguments = node.type.args.params if node.type.args else ()
        params = tuple(
            Param("variadic", Type("...")) if type(argument).__name__ == "EllipsisParam"
            else Param(getattr(argument, "name", None), self.type(argument.type))
            for argument in arguments if not self.is_void(argument)
        )
        self.functions[node.name] = Function(node.name, self.type(node.type.type), params)

    def is_void(self, argument) -> bool:
        return type(argument).__name__ == "Typename" and str(self.type(argument.type)) == "void"

    def enums(self) -> dict[str, Enum]:
        """Constants as one nameless set: C macros do not say which type they belong to."""
        constants = {}
        for name, text in self.macros.items():
            if name.startswith(f"{self.prefix.upper()}_") and (value := integer(text)) is not None:
                constants[name] = Constant(name, value, "")
        return {"": Enum("", "i64", constants)}


def integer(text: str) -> int | None:
    """The value of a macro that is one integer literal, in any C spelling or as INT32_C(1)."""
    match = re.fullmatch(r"(?:U?INT\d+_C\s*\(\s*)?\(?\s*(-?\s*(?:0[xX][0-9a-fA-F]+|\d+))[uUlL]*\s*\)?\)?", text)
    digits = match[1].replace(" ", "") if match else "08"
    if not re.fullmatch(r"-?0\d+", digits):
        return int(digits, 0)
    return None if re.search("[89]", digits) else int(digits, 8)
