"""What the library asks of the machine, against [toolchain] of a header contract."""

from ..compare import compare
from ..load.existing import Existing
from ..model import Abi, Image
from . import NOT_DECLARED, Result, found

TITLE = "toolchain floor"


def run(subject: Existing) -> Result:
    allowed, image = subject.contract.toolchain, subject.image
    floor = ", ".join(f"{family} {version}" for family, (version, _) in sorted((image.floor or {}).items())) or "nothing with a version"
    if allowed is None:
        return Result("", NOT_DECLARED, f"the contract has no [toolchain]; it needs {floor}")
    old = Image(
        closed=True, floor={family: (version, "") for family, version in allowed.floor.items()}, needed=allowed.needed,
        rpath_known=allowed.rpath is False, exec_stack=allowed.exec_stack, text_relocations=allowed.text_relocations,
    )
    new = Image(
        floor={family: value for family, value in (image.floor or {}).items() if family in allowed.floor}, needed=image.needed, rpath=image.rpath,
        rpath_known=image.rpath_known, exec_stack=image.exec_stack, text_relocations=image.text_relocations,
    )
    changes = compare(Abi(f"contract {subject.contract.folder}", image=old), Abi(f"library {subject.path}", image=new))
    return found(changes, f"needs {floor}; {len(image.needed)} libraries")
