"""Which GPUs lose their code when a build drops an architecture."""

from __future__ import annotations

import pytest

from astra_abi.compare import compare
from astra_abi.compare.gpu import LATER, runs
from astra_abi.model.container import Container
from astra_abi.model import Abi, Image


def built(*codes: str) -> Abi:
    """A library with codes such as "sm_80", "compute_80" or "gfx942"."""
    kinds = {"sm": "sass", "compute": "ptx", "lto": "ltoir"}
    pairs = tuple((kinds.get(code.split("_")[0], "amdgpu"), code) for code in codes)
    return Abi("x", image=Image(container=Container(gpu=pairs)))


def told(old: tuple[str, ...], new: tuple[str, ...]) -> dict[str, tuple]:
    changes = compare(built(*old), built(*new))
    return {change.subject.removeprefix("gpu:"): (change.kind, change.facts.get("loses"), change.new) for change in changes if change.old}


@pytest.mark.parametrize(("code", "gpu", "expected"), [
    (("sass", "sm_80"), 80, True), (("sass", "sm_80"), 86, True), (("sass", "sm_86"), 80, False), (("sass", "sm_80"), 90, False),
    (("sass", "sm_80"), 87, False), (("sass", "sm_87"), 87, True), (("sass", "sm_87"), 89, False), (("sass", "sm_90a"), 90, True),
    (("sass", "sm_100a"), 103, False), (("sass", "sm_100f"), 103, True), (("sass", "sm_100f"), 120, False), (("sass", "sm_120f"), 121, True),
    (("ptx", "compute_80"), 75, False), (("ptx", "compute_80"), 87, True), (("ptx", "compute_80"), LATER, True),
    (("ptx", "compute_90a"), LATER, False), (("ptx", "compute_90a"), 90, True), (("ptx", "compute_100f"), 103, True), (("ptx", "compute_100f"), LATER, False),
    (("amdgpu", "gfx90a"), "gfx90a", True), (("amdgpu", "gfx90a"), "gfx90a:xnack-", True), (("amdgpu", "gfx90a:xnack-"), "gfx90a", False),
    (("amdgpu", "gfx9-generic"), "gfx906", True), (("amdgpu", "gfx9-generic"), "gfx942", False), (("amdgpu", "gfx942"), 90, False),
    (("sass", "sm_80"), "gfx942", False), (("ltoir", "lto_80"), 80, False),
])
def test_what_runs_where(code: tuple[str, str], gpu: int | str, expected: bool) -> None:
    assert runs(code, gpu) is expected


def test_a_dropped_architecture_names_the_gpus_that_lose_everything() -> None:
    assert told(("sm_75", "sm_80"), ("sm_80",)) == {"sm_75": ("gpu_machine_code_removed", "gpus", "nothing for compute capability 7.5")}
    assert told(("sm_80", "sm_86"), ("sm_86",)) == {"sm_80": ("gpu_machine_code_removed", "gpus", "nothing for compute capability 8.0")}
    assert told(("gfx942", "gfx90a"), ("gfx90a",)) == {"gfx942": ("gpu_machine_code_removed", "gpus", "nothing for gfx942")}


def test_a_gpu_that_other_code_serves_loses_nothing_or_time() -> None:
    assert told(("sm_80", "sm_86"), ("sm_80",))["sm_86"][1] == "nothing"
    assert told(("sm_80", "sm_90", "compute_80"), ("sm_80", "compute_80"))["sm_90"] == (
        "gpu_machine_code_removed", "time", "compiled when loaded for compute capability 9.0",
    )
    assert told(("gfx1100",), ("gfx11-generic",))["gfx1100"][1] == "nothing"
    assert told(("gfx11-generic",), ("gfx1100",))["gfx11-generic"][1] == "gpus"
    assert told(("gfx90a",), ("gfx90a:xnack-",))["gfx90a"][1] == "gpus"


def test_ptx_serves_gpus_that_are_not_built_yet() -> None:
    (kind, loses, text), = told(("sm_80", "compute_80"), ("sm_80",)).values()
    assert (kind, loses) == ("gpu_ptx_removed", "gpus") and text.endswith("later ones") and "8.7" in text
    assert told(("sm_80", "compute_80", "compute_90"), ("sm_80", "compute_80")) == {"compute_90": ("gpu_ptx_removed", "nothing", "served by other code")}
    assert told(("compute_90a", "sm_90a"), ("sm_90a",))["compute_90a"][1] == "nothing"


def test_an_architecture_that_nobody_knows_is_not_taken_for_harmless() -> None:
    assert told(("sm_130",), ("sm_80",))["sm_130"][1] == "gpus"
    assert told(("gfx_mach_0xfe",), ())["gfx_mach_0xfe"][:2] == ("gpu_machine_code_removed", "gpus")


def test_code_for_linking_and_new_code_are_told_as_such() -> None:
    assert told(("lto_80", "sm_80"), ("sm_80",)) == {"lto_80": ("gpu_link_code_removed", None, None)}
    assert [(c.kind, c.new) for c in compare(built(), built("sm_90"))] == [("gpu_code_added", "sass for sm_90")]


def test_a_reader_that_did_not_look_says_nothing() -> None:
    blind = Abi("x", image=Image(container=Container()))
    assert compare(built("sm_90"), blind) == () == compare(blind, built("sm_90")) == compare(Abi("x"), built("sm_90"))
