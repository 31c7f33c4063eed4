"""abicheck (PyPI): its JSON report. Its source-only breaks and its risks are kept apart from binary breaks, as it does.

Found in the folder that ASTRA_PEERS names, or on the PATH; it may live in a virtual environment of its own.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

from .. import child
from ..asking import Asked, asking
from ..opinion import Element, Headers, Limits, Opinion, element, verdict_of

NAME = "abicheck"
MODES = ("default", "headers")
VERDICT_CODES = (0, 1, 2, 4)
OWN_VERDICTS = ("NO_CHANGE", "COMPATIBLE", "COMPATIBLE_WITH_RISK", "API_BREAK", "BREAKING")
KIND_OF = {"function": "function", "variable": "variable", "type": "type", "enum": "type", "typedef": "type", "binary": "symbol"}
NOT_OURS = re.compile(r"^(?:imported_symbol|symbol_version|soname|needed|glibc)_")
"""Changes of the binary that are about no symbol which the library offers."""
SUPPORTED_CASTXML = (0, 6, 11)


def find() -> Path | str:
    """Its path, or why it is absent."""
    places = os.pathsep.join(filter(None, (os.environ.get("ASTRA_PEERS"), os.environ.get("PATH"))))
    found = shutil.which("abicheck", path=places)
    return Path(found).absolute() if found else "abicheck is not installed (PyPI: abicheck==0.7.0)"


def version(path: Path, room: Path) -> str:
    done = child.run([str(path), "--version"], room, Limits(seconds=30), "version")
    words = child.text_of(done.stdout, 200).split()
    return words[1] if len(words) > 1 else "unknown"


def front_end(asked: Asked) -> dict[str, str]:
    """Its header reader: CastXML where a version that it accepts is installed, which only conda has; else clang."""
    if castxml := shutil.which("castxml"):
        ran = asked.run([castxml, "--version"], "castxml")
        match = re.search(r"castxml version (\d+)\.(\d+)\.(\d+)", child.text_of(ran.stdout, 400))
        if match and tuple(map(int, match.groups())) >= SUPPORTED_CASTXML:
            return {}
    return {"ABICHECK_AST_FRONTEND": "clang"}


def ask(
    old: Path, new: Path, *, mode: str = "default", headers: Headers | None = None,
    limits: Limits = Limits(), keep: Path | None = None,
) -> Opinion:
    """What abicheck says of two libraries; with headers, of what the entry headers declare."""
    def work(asked: Asked) -> tuple[str, tuple[Element, ...], str]:
        words = header_words(headers) if mode == "headers" else []
        also = front_end(asked) if mode == "headers" else {}
        command = [str(asked.path), "compare", str(old.resolve()), str(new.resolve()), *words, "-o", "json=report.json"]
        ran = asked.run(command, "compare", also)
        report = asked.room / "report.json"
        if ran.code not in VERDICT_CODES or not report.is_file():
            raise asked.refuse(failure(ran))
        own, elements = read(child.text_of(report))
        detail = f"its verdict: {own}" + (", headers read by clang" if also else "")
        return {"BREAKING": "breaking", "NO_CHANGE": "compatible"}.get(own, verdict_of(elements)), elements, detail

    return asking(NAME, mode, find, version, work, headers, limits, keep)


def failure(ran: child.Ran) -> str:
    """The line that says what went wrong, which is seldom its last."""
    lines = [line.strip() for line in child.text_of(ran.stderr, 1 << 20).splitlines()]
    return next((f"exit code {ran.code}: {line[:300]}" for line in lines if line.startswith("Error")), ran.said)


def header_words(headers: Headers) -> list[str]:
    words = []
    for side in ("old", "new"):
        folder = getattr(headers, side).resolve()
        for path in [folder / name for name in headers.entry] or [folder]:
            words += ["-H", f"{side}={path}"]
        words += ["-I", f"{side}={folder}"]
    return words


def read(text: str) -> tuple[str, tuple[Element, ...]]:
    """Its verdict and every change; ValueError or KeyError when it is no report."""
    report = json.loads(text)
    own = report["verdict"]
    if own not in OWN_VERDICTS:
        raise ValueError(f"the verdict is {own!r}")
    # What it concludes about its own analysis is no change of anything; the raw report has it.
    changes = [one for one in report["changes"] if one["entity"] in KIND_OF or one["severity"] != "compatible"]
    return own, tuple(dict.fromkeys(map(change_of, changes)))


def change_of(change: dict) -> Element:
    kind = KIND_OF.get(change["entity"], "library")
    name = change["symbol"]
    if kind == "type":
        name = name.replace("::", ".")
    if NOT_OURS.match(change["kind"]) or not re.match(r"\w", name):
        kind = "library"
    return element(kind, name, f"{change['kind']}: {change['description']}", change["severity"] == "breaking")
