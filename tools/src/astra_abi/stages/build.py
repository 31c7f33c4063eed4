"""The build is what its headers say: layouts and signatures that DWARF tells, on the library's own target."""

from dataclasses import replace

from ..compare import compare
from ..load.existing import Existing
from ..model import AstraError
from . import NOT_DECLARED, Result, found

TITLE = "headers describe the build"


def run(subject: Existing) -> Result:
    typed, gaps = subject.source.build.typed, subject.source.build.gaps
    if typed is None and not subject.contract.debug:
        return Result("", NOT_DECLARED, f"believed unseen, by the contract (debug = false): {'; '.join(gaps)}")
    if gaps and subject.contract.debug:
        raise AstraError(
            f"cannot be judged: {'; '.join(gaps)}", str(subject.path),
            "build all of it with -g, name its debug file with --debug-file, or declare debug = false",
        )
    promised = subject.promised[subject.target]
    plain = [replace(side, image=None, macros=None) for side in (promised, typed)]
    seen = f"{len(typed.functions)} signatures, {len(typed.structs)} structs and unions in DWARF"
    return found(compare(*plain), "; ".join((seen, *(f"believed unseen, by the contract: {gap}" for gap in gaps))))
