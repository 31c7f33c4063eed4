"""abi-dumper with abi-compliance-checker: two dumps, one comparison, the XML report of its binary half.

Never uses `-app`, which loops for ever. What it rates "High" or "Medium" counts as breaking, as in its own verdict;
"Low" is what it calls a warning.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

from .. import child
from ..asking import Asked, asking
from ..opinion import Element, Headers, Limits, Opinion, element, verdict_of

NAME = "acc"
MODES = ("default", "headers")
PROGRAMS = ("abi-compliance-checker", "abi-dumper", "eu-readelf", "vtable-dumper")
BREAKING = ("High", "Medium")


def find() -> Path | str:
    """The checker's path, or which of the programs it needs is absent."""
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if missing:
        return f"{', '.join(missing)} not installed (Debian: abi-compliance-checker abi-dumper elfutils vtable-dumper)"
    return Path(shutil.which(PROGRAMS[0]))


def version(path: Path, room: Path) -> str:
    done = child.run([str(path), "-dumpversion"], room, Limits(seconds=20), "version")
    return child.text_of(done.stdout, 200).strip() or "unknown"


def ask(
    old: Path, new: Path, *, mode: str = "default", headers: Headers | None = None,
    limits: Limits = Limits(), keep: Path | None = None,
) -> Opinion:
    """What the checker says of the two dumps; with headers, of what those headers declare."""
    def work(asked: Asked) -> tuple[str, tuple[Element, ...], str]:
        for side, library in (("old", old), ("new", new)):
            words = ["-public-headers", str(getattr(headers, side))] if mode == "headers" else []
            ran = asked.run(["abi-dumper", str(library.resolve()), "-o", f"{side}.dump", "-lver", side, *words], f"dump-{side}")
            if ran.code or not (asked.room / f"{side}.dump").is_file():
                raise asked.refuse(f"abi-dumper, {side}: {ran.said}")
        ran = asked.run([
            str(asked.path), "-l", "library", "-bin", "-xml", "-report-path", "report.xml", "-old", "old.dump", "-new", "new.dump",
        ], "compare")
        if ran.code not in (0, 1):
            raise asked.refuse(ran.said)
        own, elements = read(child.text_of(asked.room / "report.xml"))
        return "breaking" if own == "incompatible" else verdict_of(elements), elements, f"its verdict: {own}"

    return asking(NAME, mode, find, version, work, headers, limits, keep)


def read(text: str) -> tuple[str, tuple[Element, ...]]:
    """Its verdict and every element of the binary report; ValueError or ParseError when it is none."""
    # Its lists of files hold names such as <built-in>, unescaped. Nothing of ours is in them.
    root = ElementTree.fromstring(re.sub(r"<(headers|sources)>.*?</\1>", "", text, flags=re.DOTALL).encode())
    report = root if root.tag == "report" else root.find("report[@kind='binary']")
    own = report.findtext("test_results/verdict") if report is not None else None
    if own not in ("compatible", "incompatible"):
        raise ValueError("the report has no verdict")
    found: dict[Element, None] = {}
    for tag, breaking in (("added_symbols", False), ("removed_symbols", True)):
        for name in report.findall(f"{tag}//name"):
            found[element("symbol", bare(name.text), tag.replace("_", " ")[:-1], breaking)] = None
    for section, inner, kind in (("types", "type", "type"), ("symbols", "symbol", "symbol"), ("constants", "constant", "constant")):
        for problems in report.findall(f"problems_with_{section}"):
            for holder in problems.iter(inner):
                found |= dict.fromkeys(problems_of(holder, kind, problems.get("severity", "Low") in BREAKING))
    return own, tuple(found)


def problems_of(holder: ElementTree.Element, kind: str, breaking: bool) -> list[Element]:
    """One element for each problem; one about a member is named after it."""
    elements = []
    for problem in holder.findall("problem"):
        change, name = problem.find("change"), bare(holder.get("name", ""))
        id, attributes, said = problem.get("id", ""), {}, ""
        if change is not None:
            attributes, said = dict(change.attrib), change.text or ""
        if kind == "type" and ("Field" in id or "Member" in id) and "target" in attributes:
            name += f".{attributes['target']}"
        said = re.sub(r"@(\w+)", lambda match: attributes.get(match[1], match[0]), said)
        elements.append(element(kind, name, f"{id}: {said}", breaking))
    return elements


def bare(name: str | None) -> str:
    """A name without its symbol version, its signature and the word struct, union or enum."""
    return re.sub(r"^(?:struct|union|enum|class) ", "", (name or "").split("@")[0]).partition(" [")[0].strip()
