"""What headers promise is exported, what is exported is promised or internal, and the SONAME is the contract's."""

from ..compare import compare
from ..load.declared import matches
from ..load.existing import Existing
from ..model import Abi, Image
from . import Result, found

TITLE = "promised symbols, SONAME"


def run(subject: Existing) -> Result:
    contract, target = subject.contract, subject.target
    promised, image = symbols_of(subject.promised[target]), subject.build.abi.image
    declared = symbols_of(subject.declared[target])
    internal = {
        name for name in image.symbols
        if (base := name.partition("@")[0]) not in promised and (matches(base, contract.internal) or (base in declared and not matches(base, contract.absent)))
    }
    # In which node a symbol lives no header says: frozen releases tell that.
    wanted = {name: image.symbols.get(name) for name in promised}
    data = tuple(name for name in promised if name in subject.promised[target].variables)
    old = Abi(f"contract {contract.folder}", complete=True, image=Image(contract.soname, wanted, closed=True, data=data))
    seen = {name: node for name, node in image.symbols.items() if name not in internal and ("@" not in name or name.partition("@")[0] not in promised)}
    new = Abi(subject.build.abi.origin, image=Image(image.soname, seen, data=tuple(name for name in image.data if name in promised)))
    return found(compare(old, new), f"{len(promised)} promised, {len(image.symbols)} exported, SONAME {image.soname or 'missing'}")


def symbols_of(abi: Abi) -> set[str]:
    """What the linker calls everything that is promised and not compiled into programs."""
    functions = {item.symbol or item.name for item in abi.functions.values() if not item.inline}
    return functions | set(abi.variables or ())
