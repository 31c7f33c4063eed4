"""How Python values become the bytes of arguments, and bytes become values again.

Owns memory blocks with guards around them and the layout of structs; calls nothing. `binding` is what
knows names and sizes (bind.Binding).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Mapping

import cffi

from .model import INTEGERS, Field, Struct, Type, resolve

if TYPE_CHECKING:
    from .bind import Binding

GUARD = 64
"""Bytes before and behind every block that a library gets, which it must leave alone."""
GUARD_BYTE, FILL_BYTE = 0x5A, 0xA5
"""What guards hold, and what an output holds before the call: neither looks like zero or like success."""


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
