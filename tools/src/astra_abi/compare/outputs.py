"""Where two outputs differ first, in words. Bytes of which only digests are known differ within a chunk."""

from __future__ import annotations

import hashlib

from ..model import Output
from ..model.recorded import CHUNK

BEFORE, AFTER = 24, 48
"""How much of a line is shown before and after the first byte that differs."""
BLOCK = 1 << 16


def first_difference(old: Output, new: Output) -> tuple[str, str]:
    """The first place where two outputs differ: what stood there, and what stands there."""
    shared = min(len(old.head), len(new.head))
    at = mismatch(old.head, new.head, shared)
    if at < shared or (old.whole and at == old.size) or (new.whole and at == new.size):
        return shown(old, at), shown(new, at)
    before, after = chunks(old), chunks(new)
    number = next((number for number, (a, b) in enumerate(zip(before, after)) if a != b), min(len(before), len(after)))
    place = f"bytes {number * CHUNK} to {(number + 1) * CHUNK - 1}"
    return f"{place}: one of {size(old)}", f"{place}: one of {size(new)}"


def chunks(output: Output) -> tuple[str, ...]:
    return chunk_digests(output.head) if output.whole else output.chunks


def chunk_digests(data: bytes) -> tuple[str, ...]:
    """A short digest of every piece of `CHUNK` bytes."""
    return tuple(hashlib.sha256(data[at:at + CHUNK]).hexdigest()[:16] for at in range(0, len(data), CHUNK))


def mismatch(a: bytes, b: bytes, length: int) -> int:
    """The first index below length where two byte strings differ, or length."""
    for start in range(0, length, BLOCK):
        if a[start:min(start + BLOCK, length)] != b[start:min(start + BLOCK, length)]:
            return next(index for index in range(start, length) if a[index] != b[index])
    return length


def shown(output: Output, at: int) -> str:
    """A place in an output: byte offset, line, and what stands around it in printable form."""
    if at >= output.size:
        return f"byte {at}: the end" if output.size else "nothing"
    head = output.head
    if at >= len(head):
        return f"byte {at}: more, {size(output)}"
    line = head.count(b"\n", 0, at) + 1
    begin = max(head.rfind(b"\n", 0, at) + 1, at - BEFORE)
    stop = head.find(b"\n", at)
    end = min(len(head) if stop < 0 else max(stop, at + 1), at + AFTER)
    piece = head[begin:end]
    if not readable(head[:CHUNK]):
        return f"byte {at}: {head[at:at + 16].hex(' ')}"
    more = ("…" if begin and head[begin - 1] != 10 else "", "…" if end < len(head) and 10 not in head[end - 1:end + 1] else "")
    return f"byte {at}, line {line}: {more[0]}{printable(piece)}{more[1]}"


def readable(data: bytes) -> bool:
    """Whether bytes are text for people, so that a line means something."""
    return not any(byte < 9 or 13 < byte < 32 for byte in data) and "\ufffd" not in data[:-4].decode("utf-8", "replace")


def printable(data: bytes) -> str:
    text = data.decode("utf-8", "backslashreplace")
    return "'" + "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text) + "'"


def size(output: Output) -> str:
    return f"{output.size} bytes, sha256 {output.sha256[:16]}"
