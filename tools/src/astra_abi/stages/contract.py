"""Contract valid: it was read without an error, or the command would have ended before this stage."""

from . import Result, Subject, found

TITLE = "contract valid"


def run(subject: Subject) -> Result:
    abi = subject.contract
    counts = (
        f"{abi.name} {abi.version}: {len(abi.functions)} functions, {len(abi.structs)} structs, "
        f"{len(abi.operators)} operators, {len(list(abi.all_requirements()))} requirements"
    )
    return found((), counts)
