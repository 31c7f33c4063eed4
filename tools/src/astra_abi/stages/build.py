"""The build is what its headers say: layouts and signatures that DWARF tells, on the library's own target."""

from dataclasses import replace

from ..compare import compare
from ..load.existing import Existing
from ..model import Abi, AstraError, Struct
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
    promised = told_by_both(subject.promised[subject.target], typed)
    seen = f"{len(typed.functions)} signatures, {len(typed.structs)} structs and unions in DWARF"
    return found(compare(promised, replace(typed, image=None, typedefs=None)), "; ".join((seen, *(f"believed unseen, by the contract: {gap}" for gap in gaps))))


def told_by_both(promised: Abi, typed: Abi) -> Abi:
    """What debug information could contradict.

    Parameters may have other names where a function is defined, a typedef may stand there for what programs
    do not see, and of a type that the library only passes on, its debug information tells the name alone.
    """
    functions = {
        name: replace(item, params=tuple(replace(param, name=None) for param in item.params)) for name, item in promised.functions.items()
    }
    structs = {
        name: with_sizes(item, typed.structs.get(name), promised.opaque) for name, item in promised.structs.items() if name not in typed.opaque
    }
    opaque = promised.opaque - typed.structs.keys()
    return replace(promised, functions=functions, structs=structs, opaque=opaque, image=None, macros=None, typedefs=None)


def with_sizes(struct: Struct, seen: Struct | None, opaque: frozenset[str]) -> Struct:
    """A struct with the sizes of the platform's types in it, which headers do not tell."""
    sizes = {field.name: field.size for field in seen.fields} if seen else {}
    return replace(struct, fields=tuple(
        replace(field, size=sizes.get(field.name, 0)) if not field.size and field.type.base in opaque else field for field in struct.fields
    ))
