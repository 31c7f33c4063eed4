"""Every frozen release of the line: its contract against today's, its symbols against the library's."""

from dataclasses import replace

from ..compare import compare
from ..model import Abi, Image
from . import NOT_DECLARED, Result, Subject, found

TITLE = "frozen releases"


def run(subject: Subject) -> Result:
    contract = subject.contract
    if not subject.releases:
        return Result("", NOT_DECLARED, "no release has been frozen; `astra-abi freeze VERSION` does it")
    changes, compared, other = [], [], []
    for baseline in subject.releases:
        if baseline.line != contract.line:
            other.append(str(baseline.version))
            continue
        compared.append(str(baseline.version))
        changes += compare(replace(baseline, behaviour=None), replace(contract, image=None, behaviour=None))
        symbols = Image(baseline.image.soname, baseline.image.symbols)
        seen = Image(subject.library.abi.image.soname, subject.library.abi.image.symbols)
        changes += compare(Abi(baseline.origin, image=symbols), Abi(subject.library.abi.origin, image=seen))
    if not compared:
        return Result("", NOT_DECLARED, f"no release of line {contract.line} is frozen (other lines: {', '.join(other)})")
    unique = {change.identity: change for change in changes}
    text = f"compared with {', '.join(compared)}"
    return found(tuple(unique.values()), text + (f"; not with other lines ({', '.join(other)})" if other else ""))
