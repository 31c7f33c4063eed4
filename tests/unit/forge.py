"""Files in other systems' formats, byte by byte: what no compiler here makes, and what no compiler would."""

from __future__ import annotations

import struct
import zlib

AMD64, I386 = 0x8664, 0x14C
TEXT, RDATA, DATA = 0x1000, 0x2000, 0x3000
"""Addresses of the sections of a forged DLL."""


def padded(data: bytes, to: int, fill: bytes = b"\0") -> bytes:
    return data + fill * (-len(data) % to)


class Blob:
    """Bytes that grow, with their addresses."""

    def __init__(self, base: int) -> None:
        self.base, self.data = base, bytearray()

    def add(self, data: bytes, align: int = 1) -> int:
        self.data += b"\0" * (-len(self.data) % align)
        at = self.base + len(self.data)
        self.data += data
        return at

    def text(self, text: str) -> int:
        return self.add(text.encode() + b"\0")


def dll(
    exports: list[tuple], imports: dict[str, list] | None = None, name: str = "thing.dll", first: int = 1, bits: int = 64,
    delayed: dict[str, list] | None = None, least: tuple[int, int] = (6, 1), count: int | None = None,
) -> bytes:
    """A DLL. An export is (name or None, "code" | "data" | "DLL.name"), one for each ordinal from `first` on."""
    blob = Blob(RDATA)
    imported = import_table(blob, imports or {}, bits)
    late = import_table(blob, delayed or {}, bits, late=True)
    start = blob.add(bytes(40), 4)
    targets = [{"code": TEXT, "data": DATA}.get(kind) or blob.text(kind) for _, kind in exports]
    named = sorted((label, at) for at, (label, _) in enumerate(exports) if label is not None)
    names = blob.add(struct.pack(f"<{len(named)}I", *(blob.text(label) for label, _ in named)), 4)
    indexes = blob.add(struct.pack(f"<{len(named)}H", *(at for _, at in named)), 2)
    addresses = blob.add(struct.pack(f"<{len(targets)}I", *targets), 4)
    own = blob.text(name)
    total = len(exports) if count is None else count
    fields = (0, 0, 0, 0, own, first, total, len(named), addresses, names, indexes)
    struct.pack_into("<IIHHIIIIIII", blob.data, start - RDATA, *fields)
    directories = [(start, RDATA + len(blob.data) - start) if exports or count else (0, 0), (imported, 40) if imports else (0, 0)]
    directories += [(0, 0)] * 11 + [(late, 64) if delayed else (0, 0)] + [(0, 0)] * 2
    return image(bytes(blob.data), directories, bits, least)


def import_table(blob: Blob, imports: dict[str, list], bits: int, late: bool = False) -> int:
    """The DLLs that are asked for, each with names and ordinals; returns where their table is."""
    width, code = (8, "<Q") if bits == 64 else (4, "<I")
    items = b""
    for library, wanted in imports.items():
        thunks = [(1 << (bits - 1)) | one if isinstance(one, int) else blob.add(b"\0\0" + one.encode() + b"\0", 2) for one in wanted]
        table = blob.add(b"".join(struct.pack(code, thunk) for thunk in [*thunks, 0]), width)
        items += struct.pack("<8I", 1, blob.text(library), 0, table, table, 0, 0, 0) if late else struct.pack("<5I", table, 0, 0, blob.text(library), table)
    return blob.add(items + bytes(32), 4)


def image(rdata: bytes, directories: list[tuple[int, int]], bits: int, least: tuple[int, int]) -> bytes:
    """A PE file of three sections around its read-only data."""
    sections = ((b".text", TEXT, b"\xc3", 0x60000020), (b".rdata", RDATA, rdata, 0x40000040), (b".data", DATA, bytes(8), 0xC0000040))
    optional = struct.pack("<HBBIIIII", 0x20B if bits == 64 else 0x10B, 14, 0, 0, 0, 0, 0, TEXT)
    optional += struct.pack("<Q", 0x180000000) if bits == 64 else struct.pack("<II", 0, 0x10000000)
    optional += struct.pack("<IIHHHHHHIIIIHH", 4096, 512, *least, 1, 2, *least, 0, 0x4000, 1024, 0, 3, 0x160)
    optional += struct.pack("<4Q" if bits == 64 else "<4I", 0, 0, 0, 0) + struct.pack("<II", 0, 16)
    optional += b"".join(struct.pack("<II", *place) for place in directories)
    head = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    head += b"PE\0\0" + struct.pack("<HHIIIHH", AMD64 if bits == 64 else I386, 3, 0, 0, 0, len(optional), 0x2022) + optional
    at, body = 1024, b""
    for label, address, data, flags in sections:
        raw = padded(data, 512)
        head += struct.pack("<8s6IHHI", label, len(data), address, len(raw), at + len(body), 0, 0, 0, 0, flags)
        body += raw
    return padded(head, 1024) + body


def short_import(symbol: str, library: str, kind: int = 0, ordinal: int | None = None, machine: int = AMD64) -> bytes:
    """One member of an import library; `kind` is 0 for code, 1 for data."""
    texts = f"{symbol}\0{library}\0".encode()
    return struct.pack("<HHHHIIHH", 0, 0xFFFF, 0, machine, 0, len(texts), ordinal or 0, kind | (0 if ordinal else 1) << 2) + texts


def archive(members: list[tuple[str, bytes]], symbols: list[tuple[str, int]] | None = None, bsd: bool = False, magic: bytes = b"!<arch>\n") -> bytes:
    """A static library; `symbols` are (name, number of the member) for its index."""
    def header(name: str, size: int) -> bytes:
        return f"{name:<16}{0:<12}{0:<6}{0:<6}{'644':<8}{size:<10}`\n".encode()

    texts = b"".join(name.encode() + b"\0" for name, _ in symbols or ())
    size = 4 + 4 * len(symbols or ()) + len(texts)
    at = len(magic) + (60 + size + size % 2 if symbols is not None else 0)
    body, places = b"", []
    for name, data in members:
        places.append(at + len(body))
        long = bsd and len(name) > 15
        extra = name.encode() if long else b""
        body += padded(header(f"#1/{len(name)}" if long else name if bsd else f"{name}/", len(extra) + len(data)) + extra + data, 2, b"\n")
    if symbols is None:
        return magic + body
    index = struct.pack(f">{1 + len(symbols)}I", len(symbols), *(places[at] for _, at in symbols)) + texts
    return magic + padded(header("/", size) + index, 2, b"\n") + body


def uleb(value: int) -> bytes:
    found = bytearray()
    while True:
        found.append(value & 0x7F | (0x80 if value > 0x7F else 0))
        value >>= 7
        if not value:
            return bytes(found)


def trie(exports: dict[str, bytes]) -> bytes:
    """An export trie of one level: every name is one edge from the root."""
    names = list(exports)
    root_size = 2 + sum(len(name) + 1 + 3 for name in names)  # Targets take three bytes each.
    nodes, places = b"", []
    for name in names:
        places.append(root_size + len(nodes))
        nodes += uleb(len(exports[name])) + exports[name] + b"\0"
    edges = b"".join(name.encode() + b"\0" + bytes([at & 0x7F | 0x80, at >> 7 & 0x7F | 0x80, at >> 14]) for name, at in zip(names, places))
    return bytes([0, len(names)]) + edges + nodes


def regular(address: int, weak: bool = False) -> bytes:
    return uleb(4 if weak else 0) + uleb(address)


def reexport(library: int, name: str = "") -> bytes:
    return uleb(8) + uleb(library) + name.encode() + b"\0"


def command(number: int, data: bytes) -> bytes:
    data = padded(data, 8)
    return struct.pack("<II", number, 8 + len(data)) + data


def dylib(
    exports: dict[str, bytes] | bytes, install_name: str = "@rpath/libthing.1.dylib", versions: tuple[int, int] = (0x10405, 0x10200),
    needed: list[tuple[int, str, int]] | None = None, least: int = 0xB0000, cpu: tuple[int, int] = (0x0100000C, 0),
    run_path: str = "@loader_path/x", flags: int = 0x85, trie_size: int | None = None,
) -> bytes:
    """A Mach-O library: code at 0x4000 of __TEXT, data at 0x8000. Versions are current and compatible."""
    table = trie(exports) if isinstance(exports, dict) else exports
    needed = [(0xC, "/usr/lib/libSystem.B.dylib", 0x10000)] if needed is None else needed

    def segment(name: bytes, address: int, offset: int, size: int, sections: list[tuple]) -> bytes:
        data = struct.pack("<16sQQQQIIII", name, address, 0x4000, offset, size, 7, 7, len(sections), 0)
        for label, at, room, marks in sections:
            data += struct.pack("<16s16sQQIIIIIIII", label, name, at, room, 0, 0, 0, 0, marks, 0, 0, 0)
        return command(0x19, data)

    def commands(at: int) -> bytes:
        found = segment(b"__TEXT", 0, 0, 0, [(b"__text", 0x4000, 0x100, 0x80000400)])
        found += segment(b"__DATA", 0x8000, 0, 0, [(b"__data", 0x8000, 0x100, 0), (b"__thread_vars", 0x8100, 0x10, 0x13)])
        found += segment(b"__LINKEDIT", 0xC000, at, len(table), [])
        found += command(0xD, struct.pack("<IIII", 24, 0, *versions) + install_name.encode() + b"\0")
        for kind, name, least_of in needed:
            found += command(kind, struct.pack("<IIII", 24, 0, 0x20000, least_of) + name.encode() + b"\0")
        found += command(0x8000001C, struct.pack("<I", 12) + run_path.encode() + b"\0")
        found += command(0x32, struct.pack("<IIII", 1, least, 0xE0000, 0))
        return found + command(0x80000033, struct.pack("<II", at, len(table) if trie_size is None else trie_size))

    made = commands(0)
    made = commands(32 + len(made))
    count = 6 + len(needed) + 1
    return struct.pack("<IIIIIIII", 0xFEEDFACF, *cpu, 6, count, len(made), flags, 0) + made + table


def universal(slices: list[tuple[int, int, bytes]], magic: int = 0xCAFEBABE) -> bytes:
    """A file for several processors: (type, subtype, content)."""
    head = struct.pack(">II", magic, len(slices))
    at, body = 4096, b""
    for cpu, subtype, data in slices:
        head += struct.pack(">5I", cpu, subtype, at + len(body), len(data), 12)
        body += padded(data, 4096)
    return padded(head, 4096) + body


def elf(machine: int = 62, flags: int = 0, sections: list[tuple[str, bytes]] | None = None, kind: int = 3, abi: tuple[int, int] = (0, 0)) -> bytes:
    """A 64-bit ELF file of loaded, read-only sections; one whose name begins with `.note` is a note."""
    sections = sections or []
    names = b"\0" + b"".join(name.encode() + b"\0" for name, _ in sections) + b".shstrtab\0"
    body, headers, label = b"", bytes(64), 1
    for name, data in [*sections, (".shstrtab", names)]:
        start = 64 + len(body)
        sort = 3 if name == ".shstrtab" else 7 if name.startswith(".note") else 1
        headers += struct.pack("<IIQQQQIIQQ", label, sort, 0 if sort == 3 else 2, 0, start, len(data), 0, 0, 8, 0)
        body += padded(data, 8)
        label += len(name) + 1
    head = b"\x7fELF\x02\x01\x01" + bytes(abi) + bytes(7)
    head += struct.pack("<HHIQQQIHHHHHH", kind, machine, 1, 0, 0, 64 + len(body), flags, 64, 0, 0, 64, len(sections) + 2, len(sections) + 1)
    return head + body + headers


def cubin(number: int, exact: str = "", old: bool = False) -> bytes:
    """NVIDIA machine code: its number is in the flags, what is for one GPU only in the assembler's note."""
    note = struct.pack("<III", 12, 16, 2000) + b"NVIDIA Corp\0" + f"-arch sm_{number}{exact} ".encode()
    if old:
        return elf(190, number | number << 16 | 0x500 | (0x800 if exact else 0), [(".text.k", bytes(32))], 2, (51, 7))
    return elf(190, 0x6000004 | number << 8, [(".text.k", bytes(32)), (".note.nv.tkinfo", note)], 2, (65, 8))


def fatbin(entries: list[tuple[int, int, int, bytes]], size: int | None = None) -> bytes:
    """NVIDIA's container: (kind, architecture, flags, content)."""
    body = b""
    for kind, number, flags, data in entries:
        data = padded(data, 8)
        packed = len(data) if flags & 0xA000 else 0
        body += struct.pack("<HHIQIIHHIIIQQQ", kind, 0x101, 64, len(data), packed, 0, 0, 9, number, 0, 0, flags | 0x11, 0, 0) + data
    return struct.pack("<IHHQ", 0xBA55ED50, 1, 16, len(body) if size is None else size) + body


def bundle(entries: list[tuple[str, bytes]], align: int = 4096) -> bytes:
    """Clang's container: (target, content)."""
    table_size = 32 + sum(24 + len(target) for target, _ in entries)
    at, table, body = -(-table_size // align) * align, struct.pack("<Q", len(entries)), b""
    for target, data in entries:
        table += struct.pack("<QQQ", at + len(body), len(data), len(target)) + target.encode()
        body += padded(data, align)
    return padded(b"__CLANG_OFFLOAD_BUNDLE__" + table, align) + body


def packed(data: bytes, version: int = 2, method: int = 0) -> bytes:
    """A compressed bundle, by zlib; the method of the header can be another one."""
    body = zlib.compress(data)
    if version == 1:
        return struct.pack("<4sHHIQ", b"CCOB", 1, method, len(data), 0) + body
    if version == 2:
        return struct.pack("<4sHHIIQ", b"CCOB", 2, method, 24 + len(body), len(data), 0) + body
    return struct.pack("<4sHHQQQ", b"CCOB", version, method, 32 + len(body), len(data), 0) + body


def offload_binary(arch: str, data: bytes, kind: int = 1) -> bytes:
    """The container of clang's newer driver."""
    texts = b"arch\0" + arch.encode() + b"\0"
    head = struct.pack("<4sIQQQ", b"\x10\xff\x10\xad", 1, 0, 32, 40)
    entry = struct.pack("<HHIQQQQ", kind, 4, 0, 72, 1, 88 + len(texts), len(data))
    whole = bytearray(padded(head + entry + struct.pack("<QQ", 88, 93) + texts + data, 8))
    struct.pack_into("<Q", whole, 8, len(whole))
    return bytes(whole)
