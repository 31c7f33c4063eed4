"""Layouts and signatures that DWARF tells, and the library's own note, against the contract."""

from dataclasses import replace

from ..compare import Change, compare
from ..generate.note import claim, owner
from ..load.library import Library
from ..load.note import read_note
from ..model import Abi, AstraError, Field, Struct, Type
from . import CANNOT_RUN, Result, Subject, found

TITLE = "layouts, signatures, note"


def handle_structs(contract: Abi) -> dict[str, Struct]:
    """Handles as C and DWARF see them: a struct of one 64-bit word."""
    return {name: Struct(name, (Field("bits", Type("u64"), 0, 8),), 8) for name in contract.handles}


def promised(contract: Abi, library: Abi) -> Abi:
    """The part of the contract that this library's DWARF can show: what its exported functions reach."""
    structs = {**contract.structs, **handle_structs(contract)}
    functions = {name: item for name, item in contract.functions.items() if name in library.functions}
    return Abi(contract.origin, prefix=contract.prefix, enums=contract.enums, structs=structs, functions=functions)


def shown(contract: Abi, library: Abi) -> Abi:
    """What the library's DWARF says, with handles' inner names left out. Structs that only it knows stay for their shape."""
    structs = {}
    for name, item in library.structs.items():
        if name in contract.handles and len(item.fields) == 1:
            item = replace(item, fields=(replace(item.fields[0], name="bits"),))
        structs[name] = item
    return Abi(library.origin, prefix=contract.prefix, structs=structs, functions=library.functions)


def described(contract: Abi, library: Library) -> tuple[Change, ...]:
    """Every description of a function or a struct that the parts of a library have, against the contract."""
    found = {}
    structs = library.abi.structs
    twins = [(key.partition("#")[0], item) for key, item in structs.items() if "#" in key]
    rounds = [{}] + [{name: replace(item, name=name)} for name, item in twins if name in contract.structs or name in contract.handles]
    for other in rounds:
        abi = replace(library.abi, structs={**structs, **other})
        for change in compare(promised(contract, abi), shown(contract, abi)):
            found[change.identity] = change
    for functions in library.twins.values():
        for function in functions:
            abi = replace(library.abi, functions={function.name: function})
            for change in compare(promised(contract, abi), shown(contract, abi)):
                found[change.identity] = change
    return tuple(found.values())


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
    indirect = sorted(item["name"] for item in library.elf["symbols"] if item["type"] == "ifunc" and item["name"] in contract.functions)
    if indirect:
        raise AstraError(
            f"the signature of {indirect[0]} cannot be judged: it is chosen while the library is loaded (ifunc)",
            str(subject.path), "export a plain function that calls what was chosen",
        )
    changes = described(contract, library)
    try:
        note = read_note(library.elf, owner(contract), str(subject.path))
    except AstraError as error:  # what the layouts showed is said all the same
        return Result("", CANNOT_RUN, f"{error.where}: {error.what}", changes, error.do_this)
    changes += compare(replace(Abi(contract.origin), note=claim(contract)), replace(Abi(library.abi.origin), note=note or {}))
    seen = sum(name in library.abi.structs for name in contract.structs)
    return found(changes, f"{len(library.abi.functions)} signatures, {seen} of {len(contract.structs)} structs in DWARF, note read")
