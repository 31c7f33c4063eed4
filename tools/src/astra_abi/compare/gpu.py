"""Code for GPUs in a file: which GPUs the old build ran on, and whether the new one still does.

NVIDIA's machine code runs on later GPUs of its major version, PTX is compiled when it is loaded for its own and every
later GPU; what ends in `a` runs on one GPU alone, in `f` on its family. Tegra shares machine code with nobody. AMD's
code runs on its own processor, with the features that it names; a generic target stands for several.
"""

from __future__ import annotations

import re
from typing import Iterable, Iterator

from .kinds import Change
from .pair import Pair

Code = tuple[str, str]

CAPABILITIES = (50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86, 87, 88, 89, 90, 100, 103, 110, 120, 121)
LATER = 100_000
"""Every GPU that is not built yet."""
TEGRA = {53, 62, 72, 87, 101, 110}
GENERIC = {
    "gfx9-generic": ("gfx900", "gfx902", "gfx904", "gfx906", "gfx909", "gfx90c"),
    "gfx9-4-generic": ("gfx940", "gfx941", "gfx942", "gfx950"),
    "gfx10-1-generic": ("gfx1010", "gfx1011", "gfx1012", "gfx1013"),
    "gfx10-3-generic": ("gfx1030", "gfx1031", "gfx1032", "gfx1033", "gfx1034", "gfx1035", "gfx1036"),
    "gfx11-generic": ("gfx1100", "gfx1101", "gfx1102", "gfx1103", "gfx1150", "gfx1151", "gfx1152", "gfx1153"),
    "gfx12-generic": ("gfx1200", "gfx1201"),
    "gfx12-5-generic": ("gfx1250", "gfx1251"),
}


def changes(pair: Pair) -> Iterator[Change]:
    old, new = (abi.image.container.gpu if abi.image and abi.image.container else None for abi in (pair.old, pair.new))
    if old is None or new is None:
        return
    where = pair.new.origin
    for code in sorted(set(old) - set(new)):
        yield removed(code, old, new, where)
    for kind, arch in sorted(set(new) - set(old)):
        yield Change("gpu_code_added", f"gpu:{arch}", {}, None, f"{kind} for {arch}", where)


def removed(code: Code, old: tuple[Code, ...], new: tuple[Code, ...], where: str) -> Change:
    kind, arch = code
    subject, was = f"gpu:{arch}", f"{kind} for {arch}"
    if kind not in ("sass", "ptx", "amdgpu"):
        return Change("gpu_link_code_removed", subject, {}, was, None, where)
    served = [gpu for gpu in gpus((*old, *new)) if runs(code, gpu)]
    lost = [gpu for gpu in served if not any(runs(other, gpu) for other in new)]
    late = [gpu for gpu in served if at_once(old, gpu) and not at_once(new, gpu)]
    # What cannot be understood serves nobody that is known, which must not read as "nothing is lost".
    loses = "gpus" if lost or not served else "time" if late and kind != "ptx" else "nothing"
    text = f"nothing for {spell(lost) or arch}" if loses == "gpus" else f"compiled when loaded for {spell(late)}" if loses == "time" else "served by other code"
    if kind == "ptx":
        return Change("gpu_ptx_removed", subject, {"loses": loses}, was, text, where)
    return Change("gpu_machine_code_removed", subject, {"loses": loses}, was, text, where)


def gpus(codes: Iterable[Code]) -> list[int | str]:
    """Every GPU that the comparison is about: those known, those named, and later ones."""
    numbers, names = {*CAPABILITIES, LATER}, set()
    for _, arch in codes:
        number = cuda(arch)
        if number:
            numbers.add(number[0])
        elif arch.startswith("gfx"):
            names |= {*GENERIC.get(arch.split(":")[0], ()), *([] if "generic" in arch else [arch])}
    return [*sorted(numbers), *sorted(names)]


def cuda(arch: str) -> tuple[int, str] | None:
    """sm_90a -> (90, "a")."""
    match = re.fullmatch(r"(?:sm|compute)_(\d+)([af]?)", arch)
    return (int(match[1]), match[2]) if match else None


def runs(code: Code, gpu: int | str) -> bool:
    kind, arch = code
    if isinstance(gpu, str):
        return kind == "amdgpu" and runs_on_amd(arch, gpu)
    number, suffix = cuda(arch) or (None, "")
    if number is None or kind not in ("sass", "ptx"):
        return False
    if suffix == "a" or gpu == number:
        return gpu == number
    family = gpu // 10 == number // 10 and gpu > number
    if kind == "ptx":
        return family if suffix == "f" else gpu > number
    return family and gpu not in TEGRA and number not in TEGRA


def runs_on_amd(arch: str, gpu: str) -> bool:
    """Whether code for a target runs on a GPU, both with the features that they name."""
    (name, *features), (wanted, *has) = arch.split(":"), gpu.split(":")
    return (name == wanted or wanted in GENERIC.get(name, ())) and set(features) <= set(has)


def at_once(codes: Iterable[Code], gpu: int | str) -> bool:
    """Whether there is machine code for it, so that nothing need be compiled."""
    return any(runs(code, gpu) for code in codes if code[0] != "ptx")


def spell(gpus: list[int | str]) -> str:
    names = ["later ones" if gpu == LATER else f"{gpu // 10}.{gpu % 10}" if isinstance(gpu, int) else gpu for gpu in gpus]
    return ("compute capability " if any(isinstance(gpu, int) for gpu in gpus) else "") + ", ".join(names)
