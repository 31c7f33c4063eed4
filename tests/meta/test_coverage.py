"""Every promise has evidence: each requirement and each declared error is cited by a case. No library is run."""

from pathlib import Path

import pytest

from astra_abi.conform import citations, computes, error_id, hand_written_errors
from astra_abi.generate.negatives import rows
from astra_abi.load.contract import load_contract

ROOT = Path(__file__).parents[2]
WRITE = "write a case in tests/conformance/cases that cites it"


@pytest.fixture(scope="module")
def abi():
    return load_contract(ROOT / "spec")


@pytest.fixture(scope="module")
def cited():
    return citations(ROOT / "tests" / "conformance")


def test_every_requirement_is_cited(abi, cited):
    missing = sorted({requirement.id for requirement in abi.all_requirements()} - set(cited.requirements))
    assert missing == [], f"requirements without evidence: {', '.join(missing)}; {WRITE}"


def test_every_cited_requirement_exists(abi, cited):
    unknown = sorted(set(cited.requirements) - {requirement.id for requirement in abi.all_requirements()})
    assert unknown == [], {id: cited.requirements[id] for id in unknown}


def test_every_error_that_no_probe_makes_is_cited(abi, cited):
    declared = {error_id(function.name, condition.code, condition.param) for function, condition in hand_written_errors(abi)}
    missing = sorted(declared - set(cited.errors))
    assert missing == [], f"errors without evidence: {', '.join(missing)}; {WRITE} with @proves"
    assert sorted(set(cited.errors) - declared) == [], "cases prove errors that are not declared, or are generated"


def test_every_other_error_has_a_generated_row_or_a_reason(abi):
    generated = {row["proves"] for row in rows(abi)}
    for function in abi.functions.values():
        for condition in function.errors:
            id = error_id(function.name, condition.code, condition.param)
            assert condition.no_case or condition.probe is None or id in generated, id


def test_every_case_says_what_it_proves(cited):
    assert cited.uncited == [], "these cases cite nothing: add @requires, @proves or @computes"


def test_every_operator_is_held_against_its_definition(abi, cited):
    """exp@1 has a requirement of its own that says so."""
    for op in abi.operators:
        assert f"{op}:result" in cited.results or f"{op}/correctly-rounded" in cited.requirements, f"{op}: {WRITE} with @{computes.__name__}"


def test_every_operator_has_goldens(abi):
    for op in abi.operators:
        assert (ROOT / "tests" / "golden" / f"{op}.toml").is_file(), f"write tests/golden/{op}.toml"


def test_generated_rows_are_as_many_as_the_contract_implies(abi):
    """A generator that makes too little would prove nothing."""
    single = [row for row in rows(abi) if len(row["probes"]) == 1]
    assert len(single) == sum(condition.probe is not None for f in abi.functions.values() for condition in f.errors or ())
    assert len(single) >= 200
    assert sum(len(row["probes"]) == 2 for row in rows(abi)) >= 40
