"""What old programs met with a new library -> a label and its evidence. Knows no rule of ours; refuses to guess.

Whatever the program says must be heard as it was said; whatever it hears must have been said; and what a newer
library hears of a name that the program never said must be zero. A name that changed while its value arrives is a
rename. What is lost only if a side uses a freedom that it has, or values that few use, is risky.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..model import Abi

BREAKING, RISKY, COMPATIBLE, UNLABELLED = "breaking", "risky", "compatible", "unlabelled"
COUNT = re.compile(r"(?:^|_)(COUNT|MAX|LAST|END|NUM)_*$")
"""Names of numbers that tell how many there are. Programs make room by them, and pass them to nobody."""
RELEASE = re.compile(r"[A-Z0-9]+_(?:LIB[A-Z]+_)?(?:(?:MAJOR|MINOR|PATCH)_VERSION|(?:VERSION|VERNUM|VER)(?:_(?:NUMBER|NUM|MAJOR|MINOR|PATCH|REVISION|SUBREVISION))?)(?:_\d+)*")
"""Names of numbers that tell which release a header is of. Every release has others."""
NUMBER = re.compile(r"(\d+/\d+)[su]")


@dataclass
class Trace:
    """What both sides said and heard, by name, and how the run ended."""

    program_said: dict[str, str] = field(default_factory=dict)
    library_heard: dict[str, str] = field(default_factory=dict)
    library_said: dict[str, str] = field(default_factory=dict)
    program_heard: dict[str, str] = field(default_factory=dict)
    accidents: list[str] = field(default_factory=list)


def parse(text: str, code: int, complaints: str) -> Trace:
    """The trace of a run. What the loader complains about is an accident of the whole run."""
    trace = Trace()
    tables = {"ps": trace.program_said, "lh": trace.library_heard, "ls": trace.library_said, "ph": trace.program_heard}
    for line in text.split("\n"):
        parts = line.split("\t")
        if len(parts) != 3:
            continue
        who, name, value = parts
        if who in ("p!", "l!"):
            trace.accidents.append(f"{name}: {value}")
        elif who in tables:
            tables[who].setdefault(name, value)
    if code:
        trace.accidents.append(f"does not run: {(complaints.strip().splitlines() or [f'exit {code}'])[0]}")
    trace.accidents += [line for line in complaints.splitlines() if "different size" in line]
    return trace


def group(name: str) -> str:
    return re.split(r"[.(]", name, maxsplit=1)[0]


def bits(value: str) -> str:
    """A number without its sign: what goes from one side to the other."""
    found = NUMBER.fullmatch(value)
    return found[1] if found else value


def number(value: str) -> str:
    """A number as its side reads it."""
    found = re.fullmatch(r"(\d+)/(\d+)([su])", value)
    if not found:
        return value
    plain, width = int(found[1]), int(found[2])
    return str(plain - (1 << width) if found[3] == "s" and plain >> (width - 1) else plain)


def evidence(before: Trace, now: Trace) -> str:
    """The first thing that an old program loses; "" if it loses nothing. `before` is its run with the old library."""
    if now.accidents:
        return now.accidents[0]
    before, now = plain(before), plain(now)
    fresh_heard = {name: value for name, value in now.library_heard.items() if name not in before.library_heard}
    fresh_said = {name: value for name, value in now.library_said.items() if name not in before.library_said}
    moved = {(group(name), value) for name, value in fresh_heard.items()}
    lost: set[tuple[str, str]] = set()
    for name, value in now.program_said.items():
        if name not in before.library_heard:
            continue
        if name in now.library_heard:
            if now.library_heard[name] != value:
                return f"the program says {name} = {value}, the library hears {now.library_heard[name]}"
        elif (group(name), value) not in moved:
            if "|" in name:
                continue  # its bytes arrive under other names
            return f"the program says {name} = {value}, and the library does not hear it"
        else:
            lost.add((group(name), value))
    for name, value in fresh_heard.items():
        if value.split("/")[0].strip('0."@') and "|" not in name and (group(name), value) not in lost:
            return f"the library hears {name} = {value}, which the program never said"
    sent = {(group(name), value) for name, value in fresh_said.items()}
    return unsaid(before, now, sent)


def plain(trace: Trace) -> Trace:
    """The trace with numbers as bits."""
    tables = (trace.program_said, trace.library_heard, trace.library_said, trace.program_heard)
    return Trace(*({name: bits(value) for name, value in table.items()} for table in tables), trace.accidents)


def unsaid(before: Trace, now: Trace, sent: set[tuple[str, str]]) -> str:
    """What the program hears that nobody said, or no longer hears."""
    for name, value in now.program_heard.items():
        if before.program_heard.get(name) is None or before.library_said.get(name) != before.program_heard[name]:
            continue
        if name in now.library_said:
            if now.library_said[name] != value:
                return f"the library says {name} = {now.library_said[name]}, the program hears {value}"
        elif now.program_said.get(name.replace("!", "")) != value and (group(name), value) not in sent and "|" not in name:
            return f"the program hears {name} = {value}, which the library never said"
    for name in before.program_heard:
        if name not in now.program_heard and "|" not in name:
            return f"the program no longer hears {name}"
    return ""


def misread(before: Trace, now: Trace) -> str:
    """A number that arrives bit by bit, and that the two sides read as two: one of them takes the highest bit for a sign."""
    for does, said, heard, known in (
        ("program says", now.program_said, now.library_heard, before.library_heard),
        ("library says", now.library_said, now.program_heard, before.program_heard),
    ):
        for name, value in said.items():
            if name in heard and name in known and bits(heard[name]) == bits(value) and number(heard[name]) != number(value):
                return f"the {does} {name} = {number(value)}, which is read as {number(heard[name])}"
    return ""


def unshared(before: Trace, now: Trace) -> str:
    """A member that lies over others and that only one side knows: its bytes arrive, and mean what others there mean."""
    fresh = {(group(name), value) for name, value in now.library_heard.items() if name not in before.library_heard}
    for name, value in now.program_said.items():
        if "|" in name and name in before.library_heard and name not in now.library_heard and (group(name), value) not in fresh:
            return f"the program says {name}, and the library knows no such member"
    return ""


def renumbered(old: Abi, new: Abi) -> tuple[str, str]:
    """A label by constants: the two sides mean different numbers by one, or one side has no name for a number."""
    doubt = ""
    before, after = numbers(old), numbers(new)
    for name, value in before.items():
        if name not in after or after[name] == value or RELEASE.fullmatch(name):
            continue
        if alias(old, name, before, after):
            doubt = doubt or f"the program passes {name} = {value}, which other names still have, and the library means {after[name]} by this one"
        elif COUNT.search(name) and counts(old, new, name):
            doubt = doubt or f"the program makes room for {name} = {value}, the library fills {after[name]}"
        else:
            return BREAKING, f"the program passes {name} = {value}, by which the library means {after[name]}"
    for name, enum in old.enums.items():
        heirs = [other for key, other in new.enums.items() if key == name or other.constants.keys() & enum.constants.keys()]
        known = {item.value for other in heirs for item in other.constants.values()}
        for item in enum.constants.values():
            if item.value not in known and item.name not in after:
                return BREAKING, f"the program passes {item.name} = {item.value}, which is none of the library's {name}"
    return (RISKY, doubt) if doubt else (COMPATIBLE, "")


def alias(old: Abi, name: str, before: dict[str, int], after: dict[str, int]) -> bool:
    """Whether a number is made of other names alone, by all of which the library means what the program does."""
    words = re.findall(r"\w+", old.macros[name].text) if name in old.macros else []
    return bool(words) and all(word in before and after.get(word) == before[word] for word in words)


def counts(old: Abi, new: Abi, name: str) -> bool:
    """Whether a number that is called a count still is one: it rose by as many as there are more. A macro's nobody can count."""
    for key, enum in old.enums.items():
        if name in enum.constants:
            later = new.enums[key].constants if key in new.enums else {}
            more = [item for item in later.values() if item.name not in enum.constants]
            rise = later[name].value - enum.constants[name].value if name in later else 0
            return rise == len(more) > 0
    return True


def numbers(abi: Abi) -> dict[str, int]:
    """Every name of a number, of enums and of macros."""
    found = {item.name: item.value for enum in abi.enums.values() for item in enum.constants.values()}
    return found | {macro.name: macro.value for macro in abi.macros.values() if isinstance(macro.value, int) and macro.params is None}
