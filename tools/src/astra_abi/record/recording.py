"""A recording and its file: sorted JSON that can be read in a diff. Refuses a file whose bytes and digests disagree.

The form is published as spec/schema/recorded.schema.json. Text is kept as lines, other bytes as hexadecimal ones.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..compare.outputs import chunk_digests
from ..data import packaged
from ..load.intake import read_text
from ..load.toml import Problems, check_schema
from ..model import Abi, AstraError, Behaviour, Output, Recorded
from ..model.recorded import CHUNK, EMPTY
from .probe import digest
from .remains import is_text

FORMAT = 1
SCHEMA = "recorded.schema.json"
HEX_BYTES = 32
"""Bytes in one line of hexadecimal digits."""
MOST_BYTES = 512 << 20
REMEDY = "record it again: astra-abi record LIBRARY"


@dataclass(frozen=True)
class Recording:
    """What every case gave with one build of a library. `missing` says what the probes were not kept from."""

    file: str
    soname: str | None
    sha256: str
    machine: str
    cases: dict[str, Recorded]
    missing: tuple[str, ...] = ()

    @property
    def abi(self) -> Abi:
        """The recording as one side of a comparison."""
        return Abi(f"probes with {self.file}", behaviour=Behaviour(recorded=self.cases))


def write_recording(recording: Recording, path: Path) -> None:
    """Writes the file, whole or not at all."""
    document = {
        "format": FORMAT,
        "library": {"file": recording.file, "soname": recording.soname, "sha256": recording.sha256},
        "machine": recording.machine,
        "cases": {name: document_of(case) for name, case in sorted(recording.cases.items())},
    }
    path = Path(path)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with open(beside, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=1, ensure_ascii=False)
            file.write("\n")
        os.replace(beside, path)
    except BaseException as error:
        beside.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise AstraError(f"cannot be written: {error.strerror}", str(path), "name a file that can be written (--out FILE)") from error


def document_of(case: Recorded) -> dict[str, Any]:
    found: dict[str, Any] = {"promise": case.promise, "given": case.given, "end": case.end, "code": case.code}
    for name, output in (("stdout", case.stdout), ("stderr", case.stderr)):
        if output.size:
            found[name] = document_of_output(output)
    if case.files:
        found["files"] = {name: document_of_output(output) for name, output in sorted(case.files.items())}
    return found


def document_of_output(output: Output) -> dict[str, Any]:
    found: dict[str, Any] = {"size": output.size, "sha256": output.sha256}
    if is_text(output.head):
        found["text"] = output.head.decode("utf-8").split("\n")
    else:
        found["hex"] = [output.head[at:at + HEX_BYTES].hex() for at in range(0, len(output.head), HEX_BYTES)]
    if output.chunks:
        found["chunks"] = list(output.chunks)
    return found


def read_recording(path: Path) -> Recording:
    """The recording of a file; refuses one that was edited, is incomplete, or of another form."""
    path = Path(path)
    document = parse(path)
    problems = Problems()
    if check_schema(document, packaged("spec") / "schema" / SCHEMA, path.name, problems):
        cases = {name: read_case(name, item, problems) for name, item in document["cases"].items()}
    problems.refuse(str(path), REMEDY)
    library = document["library"]
    return Recording(library["file"], library["soname"], library["sha256"], document["machine"], cases)


def parse(path: Path) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a name is given twice")
        return found

    try:
        if not path.is_file():
            raise AstraError("no such file", str(path), "name a recording that `astra-abi record` wrote")
        return json.loads(read_text(path, MOST_BYTES), object_pairs_hook=once)
    except (OSError, ValueError, RecursionError) as error:
        raise AstraError(f"is no recording: {error}", str(path), REMEDY) from error


def read_case(name: str, item: dict[str, Any], problems: Problems) -> Recorded:
    return Recorded(
        item["promise"], item["given"], item["end"], item["code"],
        stdout=read_output(item["stdout"], f"{name}.stdout", problems) if "stdout" in item else EMPTY,
        stderr=read_output(item["stderr"], f"{name}.stderr", problems) if "stderr" in item else EMPTY,
        files={file: read_output(value, f"{name}.files.{file}", problems) for file, value in item.get("files", {}).items()},
    )


def read_output(item: dict[str, Any], where: str, problems: Problems) -> Output:
    try:
        head = "\n".join(item.get("text", ())).encode() + bytes.fromhex("".join(item.get("hex", ())))
    except UnicodeEncodeError:
        head = b"\xff" * (item["size"] + 1)  # Half of a character pair: nothing that was ever written.
    output = Output(item["size"], item["sha256"], head, tuple(item.get("chunks", ())))
    if "text" in item and "hex" in item or len(head) > output.size or (output.whole and digest(head) != output.sha256):
        problems.add(where, "its bytes and its digest disagree: it was edited or is damaged")
    elif output.whole == bool(output.chunks):
        problems.add(where, "it must have either all its bytes or the digests of all its chunks")
    elif output.chunks and (len(output.chunks) != -(-output.size // CHUNK) or chunk_digests(head[:CHUNK])[:1] != output.chunks[:1]):
        problems.add(where, "its chunks and its size disagree: it was edited or is damaged")
    return output
