"""Reports in files: several at once, each whole or not there, never one of an earlier run. Refuses places that cannot hold them."""

from __future__ import annotations

import os
import stat
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Sequence

from ..model import AstraError
from . import encoded, text_of

if TYPE_CHECKING:
    from .verdict import Report

REMEDY = "give --output FORM=FILE a file in a folder that exists and can be written"
UNFINISHED = AstraError("has not ended: this report stands here until it has", "", "if no astra-abi runs any more, it was killed: run it again")


class Files:
    """The places that were asked for, each with the form that it is to hold."""

    def __init__(self, outputs: Sequence[tuple[str, Path]]) -> None:
        self.outputs = [(form, Path(place)) for form, place in outputs]

    def begin(self, command: str, about: tuple[tuple[str, str], ...]) -> None:
        """Puts a refusal into every place. So a place that cannot be written is known before the work, and a
        run that is killed leaves nothing that could be taken for its verdict."""
        if not self.outputs:
            return
        from .verdict import refused

        places = [place for _, place in self.outputs]
        try:
            refuse_inputs(places, about)
        except AstraError:
            self.outputs = []  # nothing is put into any of them, not even the refusal
            raise
        refuse_twins(places)
        unfinished = refused(UNFINISHED, command, about)
        self.put([(form, place) for form, place in self.outputs if not is_stream(place)], unfinished)

    def write(self, report: Report) -> None:
        """Writes every report, or raises one clear error."""
        self.put(self.outputs, report)

    def give_up(self, refusal: Report) -> None:
        """Writes the refusal to every place that takes it. What cannot be done is left: there is an error already."""
        for output in self.outputs:
            try:
                self.put([output], refusal)
            except Exception:  # the refusal that `begin` wrote stays, and says the same
                continue

    def put(self, outputs: Sequence[tuple[str, Path]], report: Report) -> None:
        documents = {form: encoded(text_of(form, report)) for form, _ in outputs}
        ready: list[tuple[Path, Path]] = []
        try:
            for form, place in outputs:
                if not is_stream(place):
                    attempt(form, place, lambda: ready.append(beside(place, documents[form])))
            for form, place in outputs:
                if is_stream(place):
                    attempt(form, place, lambda: pour(place, documents[form]))
                else:
                    attempt(form, place, lambda: os.replace(*ready[0]))
                    ready.pop(0)
        finally:
            for temporary, _ in ready:
                temporary.unlink(missing_ok=True)


def attempt(form: str, place: Path, act: Callable[[], object]) -> None:
    try:
        act()
    except OSError as error:
        raise AstraError(f"the {form} report cannot be written: {error.strerror or error}", str(place), REMEDY) from error


KEPT = (".h", ".hh", ".hpp", ".hxx", ".c", ".cc", ".cpp", ".toml", ".so", ".a", ".o", ".dll", ".dylib", ".lib")
"""How files end that reports are about, and that no report is."""


def refuse_inputs(places: Sequence[Path], about: tuple[tuple[str, str], ...]) -> None:
    """A report never takes the place of what it is about."""
    for place in places:
        if is_stream(place) or not place.is_file():
            continue
        for what, given in about:
            if os.path.exists(given) and os.path.samefile(place, given):
                raise AstraError(f"is the {what} that is judged, and a report would replace it", str(place), "give --output another file")
        if place.suffix.lower() in KEPT or ".so." in place.name:
            raise AstraError("is no report, and one would replace it", str(place), "give --output another file, or remove this one")


def refuse_twins(places: Sequence[Path]) -> None:
    seen: set[Path] = set()
    for place in places:
        if not is_stream(place) and place.resolve() in seen:
            raise AstraError("two reports would go to one file", str(place), "give each --output a file of its own")
        seen.add(place.resolve())


def is_stream(place: Path) -> bool:
    """Whether a place is no file that could be replaced: a pipe, a terminal, /dev/null."""
    try:
        mode = place.stat().st_mode
    except OSError:
        return False
    return place.parts[:2] in (("/", "dev"), ("/", "proc")) or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def beside(place: Path, document: bytes) -> tuple[Path, Path]:
    """Writes a document into a new file beside its place; returns both."""
    target = place.resolve()
    if target.is_dir():
        raise IsADirectoryError(21, "is a folder", str(place))
    temporary = target.with_name(f".astra-abi-{os.getpid()}-{zlib.crc32(os.fsencode(target)):08x}.part")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o666)
    try:
        with open(handle, "wb") as file:
            file.write(document)
        if target.exists():
            os.chmod(temporary, stat.S_IMODE(target.stat().st_mode))
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary, target


def pour(place: Path, document: bytes) -> None:
    with open(place, "ab") as stream:
        stream.write(document)
