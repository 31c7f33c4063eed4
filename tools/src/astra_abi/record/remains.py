"""What a program leaves: the bytes it printed and the files in its folder, as digests and heads. Refuses too much.

The folder may be hostile: deep, endless, unreadable, full of links and pipes. Nothing there is followed or waited for.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from ..cell.folder import refuse_long, walk, weigh
from ..compare.outputs import chunk_digests
from ..model import Output
from ..model.recorded import CHUNK

WHOLE_TEXT, WHOLE_BYTES = 1 << 20, 64 << 10
"""Up to how many bytes an output is kept whole: text for people to read in a diff, and other bytes."""
STEP = CHUNK * 256


def is_text(data: bytes) -> bool:
    """Whether bytes can stand in a record as lines of text."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return text.translate({9: None, 10: None}).isprintable()


def output(data: bytes) -> Output:
    """Bytes as they are kept."""
    if len(data) <= WHOLE_BYTES or (len(data) <= WHOLE_TEXT and is_text(data)):
        return Output(len(data), hashlib.sha256(data).hexdigest(), data)
    return Output(len(data), hashlib.sha256(data).hexdigest(), data[:CHUNK], chunk_digests(data))


def output_of(path: Path, most: int) -> Output:
    """The bytes of a plain file, however many, without holding them all."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        refuse_long(os.fstat(file.fileno()).st_size, most)
        data = file.read(WHOLE_TEXT + 1)
        if len(data) <= WHOLE_TEXT:
            return output(data)
        whole, pieces, size, head = hashlib.sha256(), [], 0, data[:CHUNK]
        file.seek(0)
        while piece := file.read(STEP):
            whole.update(piece)
            pieces += chunk_digests(piece)
            size += len(piece)
        return Output(size, whole.hexdigest(), head, tuple(pieces))


def outputs_of(folder: Path, given: dict[str, bytes], most: int) -> dict[str, Output]:
    """What the program left in its folder, by relative name; what it was given and left alone is left out."""
    weigh(str(folder), most, open_up=True)
    found: dict[str, Output] = {}
    seen = set()
    for name, entry in walk(str(folder)):
        seen.add(name)
        mode = entry.stat(follow_symlinks=False).st_mode
        shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        if stat.S_ISREG(mode):
            os.chmod(entry.path, 0o600)
            left = output_of(Path(entry.path), most)
            if name not in given or left != output(given[name]):
                found[shown] = left
        elif stat.S_ISLNK(mode):
            found[f"{shown} (link)"] = output(os.fsencode(os.readlink(entry.path)))
        elif not stat.S_ISDIR(mode):
            found[f"{shown} (not a plain file)"] = output(b"")
        elif not any(other.startswith(f"{name}/") for other in given):
            found[f"{shown}/"] = output(b"")
    for name in given.keys() - seen:
        found[f"{name} (removed)"] = output(b"")
    return dict(sorted(found.items()))
