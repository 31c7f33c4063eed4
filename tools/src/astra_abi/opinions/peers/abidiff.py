"""libabigail's abidiff: its exit code and its text. Knows nothing of what the text means for us.

Its exit code has a bit for "changed" and one for "surely incompatible"; additions and most breaks alike set only the
first, so the verdict is read from its entries: [D] removed, [A] added, [C] changed. What it files under a changed
function but is a change of a type is given as that type's: once, not once for each function that can reach it.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from .. import child
from ..asking import Asked, asking
from ..opinion import Element, Headers, Limits, Opinion, element, verdict_of

NAME = "abidiff"
MODES = ("default", "headers", "headers-exported")
LEAN = ("--drop-private-types", "--exported-interfaces-only")
"""What makes it fast: with headers it need not keep other types, nor look at what is not exported. On libcrypto this
takes a tenth of the time and says the same."""
ERROR, USAGE, CHANGED, INCOMPATIBLE = 1, 2, 4, 8

ENTRY = re.compile(r"^  \[([ADC])\] (.*)$")
SUMMARY = re.compile(r"^(Functions|Variables|Function symbols|Variable symbols) changes summary: (.*)$")
SYMBOL = re.compile(r"\{([^},@\s]+)")
QUOTED = re.compile(r"'([^']*)'")
TYPE = re.compile(
    r"'(?:const |volatile )*(?:struct|union|enum|class|typedef) ([^'{]+)'(?: at [^:]+:\d+:\d+)?(?: changed)?:$"
    r"|^parameter \d+ of type '(?:enum|typedef) ([^'{]+)'"
)
MEMBER = re.compile(r"^'[^']*' offset|^type of ")
QUIET = re.compile(r":$|^type size hasn't changed$|^no (?:data member|enumerator) change|^(?:and )?name of |reported (?:earlier|above|later)")
"""Lines that announce others, or say that nothing is to be feared."""


def find() -> Path | str:
    """Its path, or why it is absent."""
    found = shutil.which("abidiff")
    return Path(found) if found else "abidiff is not installed (Debian: abigail-tools)"


def version(path: Path, room: Path) -> str:
    done = child.run([str(path), "--version"], room, Limits(seconds=20), "version")
    return (child.text_of(done.stdout, 200).split() or ["unknown"])[-1]


def ask(
    old: Path, new: Path, *, mode: str = "default", headers: Headers | None = None,
    limits: Limits = Limits(), keep: Path | None = None,
) -> Opinion:
    """What abidiff says of two libraries; with headers, of what those headers declare.

    In mode "headers" types that they do not define are dropped; in "headers-exported" also what is not exported.
    """
    def work(asked: Asked) -> tuple[str, tuple[Element, ...], str]:
        words = []
        if mode != "default":
            words = [*LEAN[:1 if mode == "headers" else 2], "--headers-dir1", str(headers.old), "--headers-dir2", str(headers.new)]
        ran = asked.run([str(asked.path), *words, str(old.resolve()), str(new.resolve())], "abidiff")
        if ran.code & (ERROR | USAGE) or ran.code & ~(CHANGED | INCOMPATIBLE):
            raise asked.refuse(ran.said)
        text = child.text_of(ran.stdout)
        elements = read(text)
        if wrong := miscounted(text, elements, ran.code):
            raise asked.refuse(wrong)
        said = f"exit code {ran.code}"
        return "breaking" if ran.code & INCOMPATIBLE else verdict_of(elements), elements, said

    return asking(NAME, mode, find, version, work, headers, limits, keep)


def read(text: str) -> tuple[Element, ...]:
    """Every element of abidiff's text, each once."""
    found: dict[Element, None] = {}
    section = ""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if re.match(r"^\S.*:$", line):
            section = line
        if line.startswith("SONAME changed") or line.startswith("architecture changed"):
            found[element("library", line.split()[0].lower(), line, True)] = None
        if match := ENTRY.match(line):
            kind = "variable" if "variable" in section else "function"
            found |= dict.fromkeys(entry(match[1], match[2], kind, body(lines, number + 1)))
    return tuple(found)


def body(lines: list[str], start: int) -> list[str]:
    """The lines that belong to an entry: those that are indented below it."""
    end = start
    while end < len(lines) and (lines[end].startswith("    ") or not lines[end].strip()):
        end += 1
    return [line for line in lines[start:end] if line.strip()]


def name_of(head: str) -> str:
    """The symbol where one is given, else the declared name."""
    if symbol := SYMBOL.search(head):
        return symbol[1]
    quoted = QUOTED.search(head)
    declared = quoted[1] if quoted else head
    return declared.partition("(")[0].split()[-1].split("@")[0].strip("*&")


def entry(letter: str, head: str, kind: str, below: list[str]) -> list[Element]:
    if letter != "C":
        return [element(kind, name_of(head), f"[{letter}] {head}", letter == "D")]
    types, direct = below_types(below)
    says = "; ".join(line.strip() for line in direct) or "indirect changes: " + ", ".join(one.name for one in types)
    return [element(kind, name_of(head), f"[C] {says}", bool(direct)), *types]


def below_types(below: list[str]) -> tuple[list[Element], list[str]]:
    """The types that changed below a function or variable, and the lines that belong to none of them."""
    types: list[Element] = []
    open_types: list[tuple[int, str, list[str]]] = []
    direct: list[str] = []
    for line in [*below, ""]:
        depth = len(line) - len(line.lstrip())
        while open_types and depth <= open_types[-1][0]:
            _, name, said = open_types.pop()
            if said:
                types.append(element("type", name, "; ".join(said), any(not QUIET.search(one) for one in said)))
        words = line.strip()
        match = TYPE.search(words)
        # A member of a member: the inner type's own entry says what it is.
        if match and not MEMBER.match(words):
            open_types.append((depth, (match[1] or match[2]).strip(), []))
        elif words and open_types:
            open_types[-1][2].append(words)
        elif words and not QUIET.search(words):
            direct.append(words)
    return types, direct


def miscounted(text: str, elements: tuple[Element, ...], code: int) -> str:
    """Why the text was not understood, or "": its own summary must agree with what was read from it."""
    entries = sum(1 for line in text.splitlines() if ENTRY.match(line))
    summaries = [match for line in text.splitlines() if (match := SUMMARY.match(line))]
    told = sum(int(number) for match in summaries for number in re.findall(r"(\d+) (?:Removed|Changed|Added)", match[2]))
    if text.strip() and not summaries:
        return "it printed something that has no summary"
    if entries != told:
        return f"its summary counts {told} changes, its text lists {entries}"
    if bool(code) != bool(elements):
        return f"exit code {code}, but {len(elements)} elements could be read"
    return ""
