"""What an old program met with a new library -> a label and its evidence. Knows no rule of ours; refuses to guess.

Whatever the program says must be heard as it was said; whatever it hears must have been said; and what a newer
library hears of a name that the program never said must be zero. A name that changed while its value arrives is a rename.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..model import Abi

BREAKING, COMPATIBLE, UNLABELLED = "breaking", "compatible", "unlabelled"
END = re.compile(r"(COUNT|MAX|LAST|END)_*$")
"""Names of constants that tell how many there are. No program passes them on."""


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
        if who == "p!":
            trace.accidents.append(f"{name}: {value}")
        elif who in tables:
            tables[who].setdefault(name, value)
    if code:
        trace.accidents.append(f"does not run: {(complaints.strip().splitlines() or [f'exit {code}'])[0]}")
    trace.accidents += [line for line in complaints.splitlines() if "different size" in line]
    return trace


def group(name: str) -> str:
    return re.split(r"[.(]", name, maxsplit=1)[0]


def evidence(before: Trace, now: Trace) -> str:
    """The first thing that an old program loses; "" if it loses nothing. `before` is its run with the old library."""
    if now.accidents:
        return now.accidents[0]
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
            return f"the program says {name} = {value}, and the library does not hear it"
        else:
            lost.add((group(name), value))
    for name, value in fresh_heard.items():
        if value.split("/")[0].strip('0."@') and "|" not in name and (group(name), value) not in lost:
            return f"the library hears {name} = {value}, which the program never said"
    sent = {(group(name), value) for name, value in fresh_said.items()}
    return unsaid(before, now, sent)


def unsaid(before: Trace, now: Trace, sent: set[tuple[str, str]]) -> str:
    """What the program hears that nobody said, or no longer hears."""
    for name, value in now.program_heard.items():
        if before.program_heard.get(name) is None or before.library_said.get(name) != before.program_heard[name]:
            continue
        if name in now.library_said:
            if now.library_said[name] != value:
                return f"the library says {name} = {now.library_said[name]}, the program hears {value}"
        elif now.program_said.get(name.replace("!", "")) != value and (group(name), value) not in sent:
            return f"the program hears {name} = {value}, which the library never said"
    for name in before.program_heard:
        if name not in now.program_heard:
            return f"the program no longer hears {name}"
    return ""


def renumbered(old: Abi, new: Abi) -> str:
    """A constant by which the two sides mean different numbers, or a number that the library has no name for."""
    before, after = numbers(old), numbers(new)
    for name, value in before.items():
        if not END.search(name) and name in after and after[name] != value:
            return f"the program passes {name} = {value}, by which the library means {after[name]}"
    for name, enum in old.enums.items():
        if name in new.enums:
            known = {item.value for item in new.enums[name].constants.values()}
            for item in enum.constants.values():
                if item.value not in known and not (END.search(item.name) and item.name in new.enums[name].constants):
                    return f"the program passes {item.name} = {item.value}, which is none of the library's {name}"
    return ""


def numbers(abi: Abi) -> dict[str, int]:
    """Every name of a number, of enums and of macros."""
    found = {item.name: item.value for enum in abi.enums.values() for item in enum.constants.values()}
    return found | {macro.name: macro.value for macro in abi.macros.values() if isinstance(macro.value, int) and macro.params is None}
