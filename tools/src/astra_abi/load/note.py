"""The note in a library -> what it claims. A claim only: the gate compares it with everything else."""

from __future__ import annotations

import json
from typing import Any

from ..generate.note import FORMAT, TYPE
from ..model import AstraError


def read_note(elf: dict[str, Any], owner: str, where: str) -> dict[str, Any] | None:
    """The claim of the library's note, or None if it carries none. Refuses a note that it cannot read."""
    found = [note for note in elf["notes"] if note["name"] == owner and note["type"] == TYPE]
    if not found:
        return None
    if len(found) > 1:
        raise AstraError(f"{len(found)} notes of {owner}", where, "link exactly one note.c into the library")
    try:
        claim = json.loads(bytes.fromhex(found[0]["desc"]).rstrip(b"\0"))
        format_ = claim["format"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise AstraError(f"its note cannot be read: {error}", where, "link the generated note.c into the library") from error
    if format_ != FORMAT:
        raise AstraError(f"its note has the format {format_}, which this gate does not know", where, "use a newer astra-abi")
    return claim
