"""Headers can be read on every target, and the contract speaks only of what they declare."""

from ..load.existing import Existing
from ..load.promised import nameless, unmet, untrue
from ..load.toml import Problems
from ..model import AstraError
from . import Result, found

TITLE = "headers and contract"


def run(subject: Existing) -> Result:
    declared, refused = subject.read
    unpromised = subject.unpromised
    if lost := {target: why for target, why in refused.items() if target not in unpromised}:
        target, why = next(iter(lost.items()))
        raise AstraError(
            f"the headers cannot be read for {', '.join(lost)}: {why}", str(subject.headers.root),
            "correct them, or leave the targets out of headers.targets if nothing is promised there",
        )
    sides = list(declared.values())
    problems = Problems()
    for where, what in (*nameless(subject.contract, sides), *untrue(subject.contract, sides)):
        problems.add(where, what)
    problems.refuse(str(subject.contract.folder), "declare what is true of these headers")
    own = subject.promised[subject.target]
    shown = len(own.structs) + len(own.opaque)
    seen = f"{len(own.functions)} functions, {shown} types promised on {counted(len(sides), 'target')}"
    if unpromised:
        seen += f"; not read for {', '.join(unpromised)}: {next(iter(unpromised.values()))}"
    if idle := unmet(subject.contract, sides):
        seen += f"; symbols.absent names what these headers do not declare: {', '.join(idle)}"
    return found((), seen)


def counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
