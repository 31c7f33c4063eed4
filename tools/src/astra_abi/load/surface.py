"""What native readers tell of C types -> the ABI model. One form for debug information and for headers.

Anonymous members are taken as members of what holds them, since that is how programs name them. A type
whose inside nobody outside of the library can reach is opaque: its name is kept, its inside is not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable

from ..model import (
    Abi, Constant, Enum, Field, Function, Macro, Param, Signature, Struct, Type, Typedef, Variable,
)

VOID = Type("void")
FLOATS = {2: "_Float16", 4: "float", 8: "double"}
"""What C calls those whose name no reader tells. Others are `long double`, whatever its format."""


class Surface:
    """One document of a native reader, and the types that have been made from it so far."""

    def __init__(self, document: dict[str, Any], origin: str, target: str = "", complete: bool | None = None) -> None:
        self.document, self.origin, self.target, self.complete = document, origin, target, complete
        self.types: dict[str, Any] = document["types"]
        self.files: list[str] = document.get("files", [])
        self.pointer = document.get("pointer_size") or 8
        self.made: dict[tuple, Type] = {}
        self.shared: dict[int, Any] = {}
        """Functions and macros by the document's own objects, since those of several targets are one object where they are alike."""

    def abi(self) -> Abi:
        document = self.document
        structs = {
            key: self.struct(key, item) for key, item in self.types.items()
            if item["kind"] != "enum" and not item["declaration"] and ".{" not in key
        }
        macros = document.get("macros")
        return Abi(
            self.origin, structs=structs, functions={name: self.once(self.function, name, item) for name, item in document["functions"].items()},
            enums={key: self.enum(key, item) for key, item in self.types.items() if item["kind"] == "enum" and not item["declaration"]},
            variables={name: self.variable(name, item) for name, item in document["variables"].items()},
            typedefs={
                name: Typedef(name, self.type(item["type"]), self.place(item)) for name, item in document["typedefs"].items()
            },
            macros=None if macros is None else {name: self.once(self.macro, name, item) for name, item in macros.items()},
            opaque=frozenset(key for key, item in self.types.items() if item["declaration"]),
            target=self.target, pointer=self.pointer, complete=self.complete,
        )

    def once(self, make: Callable[[str, dict], Any], name: str, item: dict[str, Any]) -> Any:
        found = self.shared.get(id(item))
        if found is None:
            found = self.shared[id(item)] = make(name, item)
        return found

    def place(self, item: dict[str, Any]) -> str:
        file = item.get("file")
        return "" if file is None else f"{self.files[file]}:{item.get('line') or 0}"

    def type(self, item: dict[str, Any] | None) -> Type:
        """The model's type of a tree. Scalars and references are made once."""
        if item is None:
            return VOID
        kind = item["kind"]
        if kind == "pointer":
            to = item["to"]
            if to is not None and to["kind"] == "function":
                return replace(self.type(to), spelled=item.get("typedef") or "")
            inner = self.type(to)
            return outermost(inner).behind("const" if item.get("const") else "mut")
        if kind == "array" and not item.get("vector"):
            inner = outermost(self.type(item["of"]))
            return Type(inner.base, inner.pointers, item["count"] or 0, inner.inner, inner.spelled)
        if kind == "function":
            prototyped = item.get("prototyped") is not False
            params = tuple(map(self.param_type, item["params"])) if prototyped else ()
            variadic = prototyped and bool(item.get("variadic"))
            return Type("function", inner=Signature(self.type(item["returns"]), params, variadic, item.get("convention") or "", prototyped))
        key = (kind, item.get("size"), item.get("signed"), item.get("ref"), item.get("name"), item.get("typedef"), item.get("count"))
        made = self.made.get(key)
        if made is None:
            made = self.made[key] = self.named(kind, item)
        return made

    def param_type(self, item: dict[str, Any]) -> Type:
        """An array that is passed is a pointer to its first element."""
        return decayed(self.type(item))

    def named(self, kind: str, item: dict[str, Any]) -> Type:
        typedef, size = item.get("typedef") or "", item.get("size") or 0
        if kind == "int":
            return Type(f"{'i' if item['signed'] else 'u'}{size * 8}", spelled=typedef or item.get("name") or "")
        if kind in ("float", "complex"):
            size_of_real = size // 2 if kind == "complex" else size
            letter = "q" if kind == "float" and item.get("name") else kind[0]  # of a format that its size does not tell
            return Type(f"{letter}{size * 8}", spelled=typedef or item.get("name") or FLOATS.get(size_of_real, "long double") + (" _Complex" if kind == "complex" else ""))
        if kind == "array":  # a vector, which lives in one register
            inner = self.type(item["of"])
            return Type(f"{inner.base}x{item['count'] or 0}", inner.pointers, spelled=typedef or f"{inner} __attribute__((vector_size({self.size(item)})))")
        if kind in ("struct", "union", "enum"):
            ref = item["ref"]
            spelled = typedef or (f"{kind} {ref}" if item.get("name") else ref)
            return Type(ref, spelled=spelled)
        if kind == "opaque":
            return Type(item.get("name") or "opaque", spelled=typedef)
        return Type({"bool": "bool", "char": "char"}.get(kind, "void" if kind == "void" else kind), spelled=typedef)

    def size(self, item: dict[str, Any] | None) -> int:
        """The size of a type in bytes; 0 of a flexible array or of what is not known."""
        kind = item["kind"] if item else "void"
        if kind in ("pointer", "function"):
            return self.pointer
        if kind == "array":
            return (item["count"] or 0) * self.size(item["of"])
        if "ref" in (item or ()):
            return self.types[item["ref"]].get("size") or 0
        return item.get("size") or 0 if item else 0

    def struct(self, key: str, item: dict[str, Any]) -> Struct:
        return Struct(
            key, tuple(self.members(item)), item["size"] or 0, where=self.place(item), union=item["kind"] == "union",
            align=item.get("align"), by_reference=bool(item.get("by_reference")),
        )

    def members(self, item: dict[str, Any], base: int = 0):
        """Every member that a program can name, those of anonymous members among them."""
        for member in item["fields"]:
            typed, offset = member["type"], base + member["offset"]
            ref = typed.get("ref")
            if not member["name"] and ref is not None and typed["kind"] in ("struct", "union"):
                if not self.types[ref]["declaration"]:
                    yield from self.members(self.types[ref], offset)
                continue
            bits = None
            if member["bit_size"] is not None:
                start = member["bit_offset"] if member["bit_offset"] is not None else member["offset"] * 8
                bits = (start + base * 8, member["bit_size"])
            if member["name"]:  # bits without a name only fill
                yield Field(member["name"], self.type(typed), offset, self.size(typed), bits=bits, constant=bool(member.get("const")))

    def enum(self, key: str, item: dict[str, Any]) -> Enum:
        carrier = f"{'i' if item.get('signed') else 'u'}{(item['size'] or 4) * 8}"
        where = self.place(item)
        return Enum(key, carrier, {name: Constant(name, value, "") for name, value in item["constants"]}, where=where)

    def function(self, name: str, item: dict[str, Any]) -> Function:
        params = tuple(Param(param["name"], decayed(self.type(param["type"]))) for param in item["params"])
        if item["variadic"]:
            params += (Param("variadic", Type("...")),)
        return Function(
            name, self.type(item["returns"]), params, where=self.place(item), convention=item.get("convention") or "",
            noreturn=bool(item.get("noreturn")), inline=bool(item.get("inline") or item.get("static")), static=bool(item.get("static")), prototyped=item.get("prototyped") is not False,
            symbol=item.get("symbol") or "", deprecated=bool(item.get("deprecated")) if self.complete else None,
        )

    def variable(self, name: str, item: dict[str, Any]) -> Variable:
        size = self.size(item["type"]) or None
        return Variable(name, self.type(item["type"]), size, bool(item.get("const")), bool(item.get("tls")), self.place(item))

    def macro(self, name: str, item: dict[str, Any]) -> Macro:
        params = item.get("params")
        return Macro(name, item["text"], None if params is None else tuple(params), item.get("value"), self.place(item), bool(item.get("default")))


def outermost(type_: Type) -> Type:
    """The type as one that pointers and lengths can be put around: an array inside keeps its own."""
    return type_ if type_.count is None else Type("array", inner=type_)


def decayed(type_: Type) -> Type:
    return type_ if type_.count is None else type_.element.behind("mut")
