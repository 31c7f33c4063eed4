"""The generated negative cases: what a role implies is there, and a new function needs no code."""

import json
from dataclasses import replace

import pytest

from astra_abi.conform.negatives import PROBES
from astra_abi.data import packaged
from astra_abi.generate.negatives import ORDER, render, rows
from astra_abi.load.contract import load_contract
from astra_abi.load.crosscheck import IMPLEMENTED


@pytest.fixture(scope="module")
def abi():
    return load_contract(packaged("spec"))


def test_every_probe_of_the_contract_is_implemented():
    assert set(PROBES) | {"forked_handle", "exhaustion"} == IMPLEMENTED


def test_rows_have_names_of_their_own(abi):
    ids = [row["id"] for row in rows(abi)]
    assert len(ids) == len(set(ids))


def test_a_row_says_what_is_expected_and_proved(abi):
    row = next(row for row in rows(abi) if row["id"] == "astra_stream_wait event:other_runtime")
    assert row["expected"] == "ASTRA_ERROR_MIXED_RUNTIMES"
    assert row["proves"] == "astra_stream_wait.event:ASTRA_ERROR_MIXED_RUNTIMES"


def test_two_probes_expect_the_earlier_condition(abi):
    pairs = [row for row in rows(abi) if len(row["probes"]) == 2]
    for row in pairs:
        codes = [(c.param, c.probe) for c in abi.functions[row["function"]].errors]
        first, second = ((probe["param"], probe["probe"]) for probe in row["probes"])
        assert codes.index(first) < codes.index(second)
        assert row["proves"] == ORDER


def test_a_new_function_gets_its_negatives_without_code(abi):
    old = abi.functions["astra_stream_wait"]
    new = replace(old, name="astra_stream_invented")
    more = replace(abi, functions={**abi.functions, new.name: new})
    made = [row for row in rows(more) if row["function"] == new.name]
    assert len(made) == sum(row["function"] == old.name for row in rows(abi)) > 10


def test_the_artifact_is_json_and_says_of_which_contract(abi):
    ((path, text),) = render(abi)
    assert path == "tests/conformance/generated/negative.json"
    document = json.loads(text)
    assert document["contract"] == f"{abi.name} {abi.version}"
    assert document["rows"] == list(rows(abi))
