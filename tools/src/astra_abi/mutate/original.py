"""A header -> a model that survives being printed and read again. Refuses a header that does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Iterator

from ..compare import compare
from ..load.headers import HOST, find_headers, load_headers
from ..model import Abi, AstraError, Field, Struct, Type
from .workshop import write_headers

BYTE = 8
LEFT_OUT = ("macro", "function_masked", "function_prototyped", "noreturn_changed")
"""Changes that the printed header may have made: it leaves out text, says of every function what it takes, and that it returns."""


def read(path: Path, include: tuple[Path, ...] = ()) -> Abi:
    return load_headers(find_headers(path, include), (HOST,))[HOST]


def original(path: Path, include: tuple[Path, ...], work: Path) -> Abi:
    """The header's model, as it is after being printed. Refuses one that printing changes."""
    given = read(path, include)
    return faithful(given, str(path), work)


def faithful(given: Abi, where: str, work: Path) -> Abi:
    filled = {name: filled_up(given, item) for name, item in given.structs.items()}
    loose = replace(given, structs={name: replace(item, align=None) for name, item in filled.items()})
    first = reread(loose, work)
    tight = {
        name: replace(item, align=given.structs[name].align if laid(first, name) != laid(given, name) else None)
        for name, item in loose.structs.items() if name in first.structs
    }
    second = reread(replace(loose, structs=tight), work)
    if changes := [change for change in compare(given, second) if not change.kind.startswith(LEFT_OUT)]:
        raise AstraError(f"is another one when it is printed again: {changes[0].kind} at {changes[0].subject}", where, "take another header, or report this one")
    for name, item in given.structs.items():
        if name in second.structs and laid(given, name) != laid(second, name):
            raise AstraError(f"'{name}' has {item.size} bytes and {second.structs[name].size} when it is printed again", where, "take another header, or report this one")
    fields = {name: item.fields if any(not field.name for field in item.fields) else second.structs[name].fields for name, item in tight.items() if name in second.structs}
    return replace(second, structs={name: replace(second.structs[name], align=tight[name].align, fields=fields[name]) for name in fields})


def laid(abi: Abi, name: str) -> tuple:
    """What a struct is to a compiled program. Bits without a name only fill."""
    struct = abi.structs[name]
    return struct.size, struct.align, tuple((field.name, field.begin, field.width) for field in struct.fields if field.name)


def reread(abi: Abi, work: Path) -> Abi:
    """What a compiler makes of the printed model."""
    write_headers(work, abi)
    return replace(read(work), image=abi.image, note=abi.note)


def filled_up(abi: Abi, struct: Struct) -> Struct:
    """A struct with bits without a name wherever a compiler would leave none: readers leave those out."""
    if struct.union or not any(field.bits for field in struct.fields):
        return struct
    fields: list[Field] = []
    at = 0
    for field in struct.fields:
        if at < field.begin and field.begin != natural(abi, field, at):
            fields += fillers(at, field.begin)
        fields.append(field)
        at = max(at, field.end)  # members of anonymous unions begin where others do
    align = (struct.align or 1) * BYTE
    if fields[-1].bits and -(-at // align) * align < struct.size * BYTE:
        fields += fillers(at, struct.size * BYTE - align + 1)
    return replace(struct, fields=tuple(fields))


def natural(abi: Abi, field: Field, at: int) -> int:
    """Where a compiler puts a field that follows on some bit."""
    if field.bits:
        unit = field.size * BYTE
        return at if at // unit == (at + field.width - 1) // unit else -(-at // unit) * unit
    inner = abi.structs.get(field.type.base) if not field.type.pointers else None
    align = (inner.align or 1) if inner else min(field.size // (field.type.count or 1) or 1, 16)
    return -(-at // (align * BYTE)) * align * BYTE


def fillers(begin: int, end: int) -> Iterator[Field]:
    while begin < end:
        width = min(BYTE - begin % BYTE, end - begin)
        yield Field("", Type("u8"), begin // BYTE, 1, bits=(begin, width))
        begin += width
