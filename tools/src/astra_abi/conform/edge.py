"""Memory that ends where reading on is fatal: finds a library that reads behind what it was given."""

from __future__ import annotations

import mmap

import cffi

_C = cffi.FFI()
_C.cdef("void *mmap(void *, size_t, int, int, int, long); int mprotect(void *, size_t, int);")
PAGE = mmap.PAGESIZE


class EdgeBlock:
    """Content whose last byte is the last one before an unreadable page. Stands in for `bind.Block`."""

    def __init__(self, ffi: cffi.FFI, content: bytes, keep: list | None = None) -> None:
        pages = -(-max(len(content), 1) // PAGE)
        self.memory = mmap.mmap(-1, (pages + 1) * PAGE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self.size, self.start = len(content), pages * PAGE - len(content)
        self.memory[self.start:self.start + self.size] = content
        base = ffi.from_buffer(self.memory)
        wall = _C.cast("void *", int(ffi.cast("uintptr_t", base)) + pages * PAGE)
        assert _C.dlopen(None).mprotect(wall, PAGE, 0) == 0, "mprotect failed"
        self.pointer = ffi.cast("char *", base) + self.start
        self.keep = [base, *(keep or [])]
        self.before = content

    def bytes(self) -> bytes:
        return self.memory[self.start:self.start + self.size]

    def guards_intact(self) -> bool:
        return True
