"""Layouts and signatures that DWARF tells, and the library's own note, against the contract."""

from dataclasses import replace

from ..compare import compare
from ..generate.note import claim, owner
from ..load.note import read_note
from ..model import Abi, AstraError, Field, Struct, Type
from . import Result, Subject, found

TITLE = "layouts, signatures, note"


def handle_structs(contract: Abi) -> dict[str, Struct]:
    """Handles as C and DWARF see them: a struct of one 64-bit word."""
    return {name: Struct(name, (Field("bits", Type("u64"), 0, 8),), 8) for name in contract.handles}


def promised(contract: Abi, library: Abi) -> Abi:
    """The part of the contract that this library's DWARF can show: what its exported functions reach."""
    everything = {**contract.structs, **handle_structs(contract)}
    structs = {name: item for name, item in everything.items() if name in library.structs}
    functions = {name: item for name, item in contract.functions.items() if name in library.functions}
    return Abi(contract.origin, prefix=contract.prefix, enums=contract.enums, structs=structs, functions=functions)


def shown(contract: Abi, library: Abi) -> Abi:
    """The part of the library's DWARF that the contract speaks of, with handles' inner names left out."""
    everything = {**contract.structs, **handle_structs(contract)}
    structs = {}
    for name, item in library.structs.items():
        if name in contract.handles and len(item.fields) == 1:
            item = replace(item, fields=(replace(item.fields[0], name="bits"),))
        if name in everything:
            structs[name] = item
    return Abi(library.origin, prefix=contract.prefix, structs=structs, functions=library.functions)


def run(subject: Subject) -> Result:
    library, contract = subject.library, subject.contract
    if "dwarf" in library.missing:
        raise AstraError(
            f"layouts and signatures cannot be judged: {library.missing['dwarf']}", str(subject.path),
            "build with -g, keep the debug file beside the library, or name it with --debug-file",
        )
    unseen = sorted(name for name in contract.functions if name in library.abi.image.symbols and name not in library.abi.functions)
    if unseen:
        raise AstraError(
            f"the debug information does not describe {len(unseen)} exported functions, such as {unseen[0]}",
            str(library.debug), "build every part of the library with -g",
        )
    changes = compare(promised(contract, library.abi), shown(contract, library.abi))
    note = read_note(library.elf, owner(contract), str(subject.path))
    changes += compare(replace(Abi(contract.origin), note=claim(contract)), replace(Abi(library.abi.origin), note=note or {}))
    seen = sum(name in library.abi.structs for name in contract.structs)
    return found(changes, f"{len(library.abi.functions)} signatures, {seen} of {len(contract.structs)} structs in DWARF, note read")
