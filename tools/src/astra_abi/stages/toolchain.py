"""What the library asks of the machine: GLIBC floor, NEEDED, RPATH, executable stack, global state."""

from dataclasses import replace

from ..compare import compare
from ..model import Abi, AstraError
from . import NOT_DECLARED, Result, Subject, found

TITLE = "toolchain floor, state"


def run(subject: Subject) -> Result:
    library, contract = subject.library, subject.contract
    if contract.build is None:
        return Result("", NOT_DECLARED, "the contract has no build.toml")
    if library.abi.image.state is None:
        raise AstraError(
            f"writable global state cannot be judged: {library.missing['dwarf']}", str(subject.path),
            "keep the debug file beside the library, or name it with --debug-file",
        )
    old = replace(contract.image, soname=None, symbols=None)
    new = replace(library.abi.image, soname=None, symbols=None)
    floor = ", ".join(f"{family} {version}" for family, (version, _) in sorted(new.floor.items())) or "none"
    changes = compare(Abi(contract.origin, image=old), Abi(library.abi.origin, image=new))
    return found(changes, f"needs {floor}; {len(new.needed)} libraries; {len(new.state)} writable objects")
