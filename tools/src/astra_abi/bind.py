"""The contract's functions, callable from Python: cffi bindings made from the model at run time.

Owns declarations, argument blocks and calls, and judges nothing: what a call did is for others to say.
A handle is a plain number here, so that a wrong one can be passed on purpose.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Mapping

import cffi

from .generate.c import SCALARS, in_dependency_order, member_lines, prototype
from .layout import layout_hash, size_and_align
from .model import INTEGERS, Abi, AstraError, Field, Function, Param, Struct, Type, resolve

GUARD = 64
"""Bytes before and behind every block that a library gets, which it must leave alone."""
GUARD_BYTE, FILL_BYTE = 0x5A, 0xA5
"""What guards hold, and what an output holds before the call: neither looks like zero or like success."""


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


@dataclass
class Block:
    """Memory that a library gets: `size` bytes between two guards. `before` is what they held at the call.

    Whatever has these methods can be passed for an argument in place of a value.
    """

    ffi: cffi.FFI
    size: int
    content: bytes = b""
    offset: int = 0
    keep: list = field(default_factory=list)

    def __post_init__(self) -> None:
        self.memory = self.ffi.new("uint8_t[]", GUARD + self.offset + self.size + GUARD)
        self.view = self.ffi.buffer(self.memory)
        self.start = GUARD + self.offset
        self.view[:] = bytes([GUARD_BYTE]) * len(self.view)
        self.view[self.start:self.start + self.size] = self.content.ljust(self.size, bytes([FILL_BYTE]))
        self.before = self.bytes()

    @property
    def pointer(self):
        return self.memory + self.start

    def bytes(self) -> bytes:
        return self.view[self.start:self.start + self.size]

    def live_view(self) -> memoryview:
        """The block's bytes as they are whenever they are looked at."""
        return memoryview(self.view)[self.start:self.start + self.size]

    def guards_intact(self) -> bool:
        outside = self.view[:self.start] + self.view[self.start + self.size:]
        return outside.count(GUARD_BYTE) == len(outside)


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


def measure(value: Any) -> int:
    """The length that belongs to a buffer or to an array of handles."""
    if value is None:
        return 0
    if hasattr(value, "guards_intact"):
        return value.size
    return value.nbytes if hasattr(value, "nbytes") else len(value)


def encode(binding: Binding, struct: Struct, values: Mapping[str, Any], keep: list) -> bytes:
    """The bytes of an input struct. `keep` collects what its pointers point at."""
    data = bytearray(struct.size)
    values = dict(values)
    if struct.growth == "growable":
        values.setdefault("struct_size", struct.size)
    for item in struct.fields:
        if item.length and item.name in values and item.length not in values:
            values[item.length] = len(values[item.name] or ())
    unknown = set(values) - {item.name for item in struct.fields}
    if unknown:
        raise TypeError(f"{struct.name} has no field {', '.join(sorted(unknown))}")
    for item in struct.fields:
        if item.name in values:
            text = encode_field(binding, item, values[item.name], keep)
            data[item.offset:item.offset + len(text)] = text
    return bytes(data)


def encode_field(binding: Binding, item: Field, value: Any, keep: list) -> bytes:
    ffi, base = binding.ffi, item.type.base
    inner = binding.abi.structs.get(base)
    if item.type.pointers:
        if value is None:
            return bytes(8)
        if isinstance(value, int):
            return value.to_bytes(8, sys.byteorder)
        content = value if isinstance(value, bytes) else b"".join(encode(binding, inner, row, keep) for row in value)
        block = Block(ffi, len(content), content)
        keep.append(block)
        return int(ffi.cast("uintptr_t", block.pointer)).to_bytes(8, sys.byteorder)
    if inner:
        if isinstance(value, str):
            value = {"ptr": value.encode(), "len": len(value.encode())}
        return encode(binding, inner, value, keep)
    size = item.size // (item.type.count or 1)
    items = list(value) if item.type.count else [value]
    return b"".join((one % (1 << 8 * size)).to_bytes(size, sys.byteorder) for one in items)


def number(binding: Binding, type_: Type, data: bytes) -> int:
    resolved = resolve(binding.abi, type_)
    signed = not resolved.pointers and INTEGERS.get(resolved.base, (0, False))[1]
    return int.from_bytes(data, sys.byteorder, signed=signed)


def decode(binding: Binding, struct: Struct, data: bytes) -> SimpleNamespace:
    """The fields of a struct that lie in `data`: numbers, lists, and text for arrays of char."""
    found: dict[str, Any] = {}
    for item in struct.fields:
        piece = data[item.offset:item.offset + item.size]
        if len(piece) < item.size:
            continue
        inner = binding.abi.structs.get(item.type.base)
        if item.type.base == "char" and item.type.count:
            found[item.name] = piece.split(b"\0", 1)[0].decode("utf-8", "backslashreplace")
        elif inner and not item.type.pointers:
            found[item.name] = decode(binding, inner, piece)
        elif item.type.count:
            size = item.size // item.type.count
            one = Type(item.type.base)
            found[item.name] = [number(binding, one, piece[i:i + size]) for i in range(0, item.size, size)]
        else:
            found[item.name] = number(binding, item.type, piece)
    return SimpleNamespace(**found)
