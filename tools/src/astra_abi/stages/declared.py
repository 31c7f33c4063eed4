"""Headers can be read on every target, and the contract speaks only of what they declare."""

from ..load.existing import Existing
from ..load.promised import nameless, untrue
from ..load.toml import Problems
from ..model import AstraError
from . import Result, found

TITLE = "headers and contract"


def run(subject: Existing) -> Result:
    declared, refused = subject.read
    if refused:
        target, why = next(iter(refused.items()))
        raise AstraError(
            f"the headers cannot be read for {', '.join(refused)}: {why}", str(subject.headers.root),
            "correct them, or leave the targets out of headers.targets if nothing is promised there",
        )
    sides = list(declared.values())
    problems = Problems()
    for where, what in (*nameless(subject.contract, sides), *untrue(subject.contract, sides)):
        problems.add(where, what)
    problems.refuse(str(subject.contract.folder), "declare what is true of these headers")
    own = subject.promised[subject.target]
    shown = len(own.structs) + len(own.opaque)
    return found((), f"{len(own.functions)} functions, {shown} types promised on {len(sides)} targets")
