"""What the library asks of the machine, against [toolchain] of a header contract."""

from ..compare import Change, compare
from ..load.declared import Toolchain
from ..load.existing import Existing
from ..load.promised import promised_tag
from ..model import Abi, AstraError, Image
from ..model.container import Container
from . import NOT_DECLARED, Result, found

TITLE = "toolchain floor"
CODES = {"sm": "sass", "compute": "ptx"}


def run(subject: Existing) -> Result:
    allowed, image = subject.contract.toolchain, subject.image
    floor = ", ".join(f"{family} {version}" for family, (version, _) in sorted((image.floor or {}).items())) or "nothing with a version"
    if allowed is None:
        return Result("", NOT_DECLARED, f"the contract has no [toolchain]; it needs {floor}")
    refuse_unseen(allowed, image, str(subject.path))
    seen = image.container
    old = Image(
        closed=True, floor={family: (version, "") for family, version in allowed.floor.items()}, needed=allowed.needed,
        rpath_known=allowed.rpath is False, exec_stack=allowed.exec_stack, text_relocations=allowed.text_relocations,
        container=Container(tag=promised_tag(allowed, seen), gpu=promised_code(allowed)),
    )
    new = Image(
        floor={family: value for family, value in (image.floor or {}).items() if family in allowed.floor}, needed=image.needed, rpath=image.rpath,
        rpath_known=image.rpath_known, exec_stack=image.exec_stack, text_relocations=image.text_relocations,
        container=Container(asks=seen.asks, tag=seen.tag, gpu=seen.gpu),
    )
    changes = compare(Abi(f"contract {subject.contract.folder}", image=old), Abi(f"library {subject.path}", image=new))
    return found(tuple(filter(is_asked, changes)), "; ".join(summary(image, floor)))


def is_asked(change: Change) -> bool:
    """Code for more GPUs than were promised is nobody's loss."""
    return change.kind != "gpu_code_added"


def refuse_unseen(allowed: Toolchain, image: Image, where: str) -> None:
    """What is declared and cannot be seen in a file of this format is not judged, and so not passed."""
    seen = {
        "floor": image.floor is not None or not allowed.floor, "needed": image.needed is not None or allowed.needed is None,
        "rpath": image.rpath_known or allowed.rpath is None, "exec_stack": image.exec_stack is not None or allowed.exec_stack is None,
        "text_relocations": image.text_relocations is not None or allowed.text_relocations is None,
        "platform": image.container.tag is not None or allowed.platform is None, "gpu": image.container.gpu is not None or allowed.gpu is None,
    }
    if blind := [key for key, there in seen.items() if not there]:
        raise AstraError(f"toolchain.{', toolchain.'.join(blind)} cannot be judged in a file of this format ({image.container.format})", where, "leave it out of the contract")


def promised_code(allowed: Toolchain) -> tuple[tuple[str, str], ...] | None:
    return None if allowed.gpu is None else tuple((CODES.get(name.partition("_")[0], "amdgpu"), name) for name in allowed.gpu)


def summary(image: Image, floor: str) -> list[str]:
    told = [f"needs {floor}", f"{len(image.needed or ())} libraries"]
    if image.container.tag:
        told.append(f"best tag {image.container.tag.name}")
    if image.container.gpu:
        told.append(f"code for {', '.join(sorted({arch for _, arch in image.container.gpu}))}")
    return told
