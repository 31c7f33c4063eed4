"""`make determinism`: every operator is in it, some of it runs here, and one differing bit is seen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from astra_abi.data import packaged
from astra_abi.load.contract import load_contract

PLACE = Path(__file__).parents[1] / "determinism"


@pytest.fixture(scope="module")
def determinism():
    """Its modules, forgotten afterwards."""
    before = set(sys.modules)
    sys.path.insert(0, str(PLACE))
    import case_list
    import compare
    import configurations

    yield case_list, compare, configurations
    sys.path.remove(str(PLACE))
    for name in (set(sys.modules) - before) & {path.stem for path in PLACE.glob("*.py")}:
        del sys.modules[name]


@pytest.fixture(scope="module")
def abi():
    return load_contract(packaged("spec"))


def test_every_operator_is_in_exactly_one_family(determinism, abi):
    case_list, *_ = determinism
    named = [name for family in case_list.families() for name in family["operators"]]
    assert sorted(named) == sorted(abi.operators)


def test_every_combination_has_a_large_case(determinism, abi):
    case_list, *_ = determinism
    for operator in abi.operators.values():
        seen = {(*case.dtypes, *case.results) for case in case_list.large(operator)}
        assert seen == set(operator.dtypes), operator.id


def test_one_differing_bit_is_seen(determinism):
    _, compare, _ = determinism
    assert compare.differing(["a", "b", "c"], ["a", "x", "c"]) == [1]
    assert compare.differing(["a", "b"], ["a"]) == [0, 1]


@pytest.mark.parametrize("op", ["add@1", "sum@1", "matmul@1"])
def test_no_configuration_of_this_machine_changes_a_bit(determinism, oracle, rust, op):
    done = subprocess.run([sys.executable, PLACE / "compare.py", "--no-emulation", "--op", op], capture_output=True, text=True)
    assert (done.returncode, "0 differing" in done.stdout) == (0, True), done.stdout + done.stderr


def test_a_library_that_cannot_be_opened_is_no_result(determinism, tmp_path):
    _, _, configurations = determinism
    configurations.build_program("bits", ["cc"])
    refusing = configurations.Configuration("refusing", tmp_path / "nothing.so")
    with pytest.raises(RuntimeError, match="ended with 2"):
        refusing.digests(tmp_path / "cases.bin")
