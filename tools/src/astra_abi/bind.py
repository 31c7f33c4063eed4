"""The contract's functions, callable from Python: cffi bindings made from the model at run time.

Owns declarations, argument blocks and calls, and judges nothing: what a call did is for others to say.
A handle is a plain number here, so that a wrong one can be passed on purpose.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Mapping

import cffi

from .generate.c import SCALARS, in_dependency_order, member_lines, prototype
from .layout import layout_hash, size_and_align
from .model import INTEGERS, Abi, AstraError, Function, Param, Struct, Type
from .values import Block, decode, encode, measure, number

def declarations(abi: Abi) -> str:
    """The contract in the C that cffi reads: no macros, no attributes."""
    lines = [f"typedef {SCALARS[enum.type]} {enum.name};" for enum in (abi.enums or {}).values()]
    lines += [f"typedef struct {{ uint64_t bits; }} {name};" for name in abi.handles or {}]
    for struct in in_dependency_order(abi):
        members = "".join(f" {text};" for text, _, _ in member_lines(abi, struct))
        lines.append(f"typedef struct {struct.name} {{{members} }} {struct.name};")
    lines += [f"{prototype(function)};" for function in (abi.functions or {}).values()]
    return "\n".join(lines)


class Binding:
    """The declarations of one ABI, parsed once. A process that only has this has loaded no library."""

    def __init__(self, abi: Abi) -> None:
        self.abi = abi
        self.ffi = cffi.FFI()
        self.ffi.cdef(declarations(abi))
        self.constants = {c.name: c.value for enum in (abi.enums or {}).values() for c in enum.constants.values()}
        statuses = (abi.enums or {}).get(f"{abi.prefix}_status")
        self.status_names = {c.value: c.name for c in statuses.constants.values()} if statuses else {}
        self.warm_up()

    def warm_up(self) -> None:
        """Does once what every forked child would do again. Functions are looked up where there are none."""
        if self.abi.version:
            self.layout_hash
        self.sizes
        for name in (*self.abi.structs, *self.abi.handles, *self.abi.enums, *SCALARS.values()):
            self.ffi.typeof(f"{name} *")
        for text in ("uint8_t[]", "uint64_t[]", "uintptr_t", "void * *"):
            self.ffi.typeof(text)
        nothing = self.ffi.dlopen(None)
        for name in self.abi.functions:
            getattr(nothing, name, None)

    def open(self, path: Path) -> Library:
        """Loads a library into this process."""
        try:
            raw = self.ffi.dlopen(str(path), self.ffi.RTLD_NOW | self.ffi.RTLD_LOCAL)
        except OSError as error:
            raise AstraError(
                f"the library cannot be loaded: {error}", str(path), "name a shared library built for this machine"
            ) from None
        return Library(self, Path(path), raw)

    @cached_property
    def layout_hash(self) -> int:
        return layout_hash(self.abi, self.abi.version)

    @cached_property
    def sizes(self) -> dict[str, tuple[int, int]]:
        """Bytes and alignment of every named type."""
        sizes = {name: (8, 8) for name in self.abi.handles or {}}
        sizes |= {e.name: (INTEGERS[e.type][0],) * 2 for e in (self.abi.enums or {}).values()}
        return sizes | {struct.name: (struct.size, 8) for struct in (self.abi.structs or {}).values()}

    def size_of(self, type_: Type) -> int:
        return size_and_align(type_, self.sizes)[0]

    def own_value(self, word: Any) -> Any:
        """What the words that an `example` may use stand for in a caller of this very contract."""
        if word == "version":
            return self.abi.version.number
        if word == "layout_hash":
            return self.layout_hash
        return None if word == "null" else word

    def example(self, struct: Struct) -> dict[str, Any]:
        """Valid values for an input struct, from the contract's examples."""
        return {f.name: self.own_value(f.example) for f in struct.fields if f.example is not None}


@dataclass(frozen=True)
class Sized:
    """A struct argument whose `struct_size` is said, over a block of `room` bytes."""

    struct_size: int
    room: int | None = None


@dataclass
class Call:
    """One call: what was passed, and after `run` what came back."""

    library: Library
    function: Function
    values: list[Any]
    blocks: dict[str, Block]
    given: dict[str, Any]
    status: int | None = None
    result: Any = None

    def run(self) -> Call:
        self.result = getattr(self.library.raw, self.function.name)(*self.values)
        self.status = self.result if self.function.has_status else None
        return self

    @property
    def status_name(self) -> str:
        return self.library.binding.status_names.get(self.status, f"status {self.status}")

    @property
    def record(self) -> SimpleNamespace | None:
        """The error record, or None where the caller passed none."""
        return self.out("error") if "error" in self.blocks else None

    def out(self, name: str) -> Any:
        """An output as Python reads it: numbers, a list of them, or the fields of a struct."""
        param, block = self.function.param(name), self.blocks[name]
        target = Type(param.type.base, param.type.pointers[:-1])
        struct = self.library.binding.abi.structs.get(target.base)
        if struct and not target.pointers:
            return decode(self.library.binding, struct, block.bytes())
        size = self.library.binding.size_of(target)
        data = block.bytes()
        values = [number(self.library.binding, target, data[i:i + size]) for i in range(0, len(data), size)]
        return values if param.length else values[0]


@dataclass
class Library:
    """A loaded library: `raw` has the bare functions, `call` takes and gives Python values."""

    binding: Binding
    path: Path
    raw: Any

    def has(self, name: str) -> bool:
        """Whether the library exports a function of the contract."""
        try:
            return bool(getattr(self.raw, name))
        except AttributeError:
            return False

    def prepare(self, name: str, given: Mapping[str, Any]) -> Call:
        """Turns values by parameter name into arguments. What is not given is derived, allocated or zero.

        A length is derived from what it measures; an output is a fresh block; None is NULL; bytes for a
        struct are taken as they are; `Sized` sets a struct_size.
        """
        function = self.binding.abi.functions[name]
        unknown = set(given) - {param.name for param in function.params}
        if unknown:
            raise TypeError(f"{name} has no parameter {', '.join(sorted(unknown))}")
        given = dict(given)
        for param in function.params:
            if param.length and param.direction == "in" and param.length not in given and param.name in given:
                given[param.length] = measure(given[param.name])
            elif param.length and param.length not in given:
                given[param.length] = function.param(param.length).example or 0
        blocks: dict[str, Block] = {}
        values = []
        for param in function.params:
            values.append(self._argument(param, given, blocks))
        return Call(self, function, values, blocks, given)

    def call(self, name: str, **given: Any) -> Call:
        return self.prepare(name, given).run()

    def _argument(self, param: Param, given: dict[str, Any], blocks: dict[str, Block]) -> Any:
        ffi = self.binding.ffi
        if param.direction == "value":
            value = given.get(param.name, param.example or 0)
            if param.type.base in (self.binding.abi.handles or {}):
                return ffi.new(f"{param.type.base} *", {"bits": value})[0]
            return value
        make = self._input if param.direction == "in" else self._output
        block = make(param, given)
        if block is None:
            return ffi.NULL
        blocks[param.name] = block
        # The function's own parameter type says how the address is seen.
        return ffi.cast(self._pointer_type(param), block.pointer)

    def _pointer_type(self, param: Param) -> str:
        inner = SCALARS.get(param.type.base, param.type.base)
        return inner + " *" * len(param.type.pointers)

    def _input(self, param: Param, given: dict[str, Any]) -> Block | None:
        value = given.get(param.name)
        struct = self.binding.abi.structs.get(param.type.base)
        if value is None or hasattr(value, "guards_intact"):
            return value
        if isinstance(value, (bytes, bytearray, memoryview)):
            return Block(self.binding.ffi, len(value), bytes(value))
        if struct:
            keep: list = []
            content = encode(self.binding, struct, value, keep)
            return Block(self.binding.ffi, len(content), content, keep=keep)
        if param.type.base in (self.binding.abi.handles or {}):
            content = b"".join(bits.to_bytes(8, sys.byteorder) for bits in value)
        else:
            content = value.tobytes()
        return Block(self.binding.ffi, len(content), content)

    def _output(self, param: Param, given: dict[str, Any]) -> Block | None:
        value = given.get(param.name, ...)
        if value is None or hasattr(value, "guards_intact"):
            return value
        struct = self.binding.abi.structs.get(param.type.base)
        if struct and struct.growth == "growable" and len(param.type.pointers) == 1:
            sized = value if isinstance(value, Sized) else Sized(struct.size)
            room = sized.struct_size if sized.room is None else sized.room
            return Block(self.binding.ffi, room, sized.struct_size.to_bytes(4, sys.byteorder)[:room])
        count = given[param.length] if param.length else 1
        return Block(self.binding.ffi, count * self.binding.size_of(Type(param.type.base, param.type.pointers[:-1])))
