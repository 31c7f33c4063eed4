"""Exported symbols, their version nodes and the SONAME, against what the contract lists."""

from ..compare import compare
from ..model import Abi, Image
from . import Result, Subject, found

TITLE = "symbols, nodes, SONAME"


def only_symbols(abi: Abi) -> Abi:
    image = abi.image or Image()
    return Abi(abi.origin, prefix=abi.prefix, image=Image(image.soname, image.symbols, image.closed, data=image.data))


def run(subject: Subject) -> Result:
    library = subject.library
    changes = compare(only_symbols(subject.contract), only_symbols(library.abi))
    image = library.abi.image
    return found(changes, f"{len(image.symbols)} exported, SONAME {image.soname or 'missing'}")


