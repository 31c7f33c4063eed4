"""The arithmetic of the runtime's benchmark, and its honesty: what is absent is told, and a missed figure is missed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

RUNTIME = Path(__file__).parents[1] / "bench" / "runtime"


@pytest.fixture
def bench(monkeypatch):
    """The benchmark's modules, forgotten afterwards."""
    monkeypatch.syspath_prepend(str(RUNTIME))
    before = set(sys.modules)
    import figures
    import rounds

    yield rounds, figures
    for name in (set(sys.modules) - before) & {path.stem for path in RUNTIME.glob("*.py")}:
        del sys.modules[name]


def results(rounds, **ns):
    """Results of one case by contestant and, behind an underscore, mode."""
    return [rounds.Result("work", "case", 1, *(name.split("_") + [""])[:2], ns=list(times)) for name, times in ns.items()]


def test_a_ratio_is_of_rounds_that_ran_beside_each_other(bench):
    rounds, _ = bench
    ours, other = results(rounds, astra=(10, 20, 40), numpy=(20, 20, 20))
    ratio = rounds.Ratio.of(other, ours)
    assert (ratio.median, ratio.least, ratio.most) == (1.0, 0.5, 2.0)


def test_a_contestant_counts_in_its_fastest_mode(bench):
    rounds, _ = bench
    found = results(rounds, numpy_new=(30, 30, 30), numpy_out=(10, 11, 12))
    assert rounds.best(found, "numpy").mode == "out"


def test_what_is_absent_is_no_result(bench):
    rounds, figures = bench
    found = results(rounds, astra=(10, 10, 10))
    found.append(rounds.Result("work", "case", 1, "torch", "", absent="torch is not installed"))
    row = {"what": "against torch", "peers": ("torch",), "at_least": 1.0}
    assert figures.figure(row, found).reached is None


@pytest.mark.parametrize(("torch", "numpy", "reached"), [(20, 11, True), (20, 9, False), (9, 20, False)])
def test_the_faster_of_the_peers_counts(bench, torch, numpy, reached):
    rounds, figures = bench
    found = results(rounds, astra=(10,) * 3, torch=(torch,) * 3, numpy=(numpy,) * 3)
    assert figures.figure({"what": "", "peers": ("torch", "numpy"), "at_least": 1.0}, found).reached is reached


def test_of_several_cases_the_worst_counts_or_their_geometric_mean(bench):
    rounds, figures = bench
    found = results(rounds, astra=(10,) * 3, numpy=(40,) * 3)
    for one in results(rounds, astra=(10,) * 3, numpy=(5,) * 3):
        found.append(rounds.Result("work", "slow", 1, one.who, one.mode, one.ns))
    row = {"what": "", "peers": ("numpy",), "at_least": 1.0}
    assert figures.figure(row, found).value == 0.5
    assert figures.figure({**row, "of": "geometric mean"}, found).value == pytest.approx(2**0.5)


def test_more_threads_are_compared_with_fewer(bench):
    rounds, figures = bench
    found = [rounds.Result("work", "case", threads, "astra", "", [ns] * 3) for threads, ns in ((1, 19), (2, 10))]
    row = {"what": "", "over_threads": 1, "threads": 2, "at_least": 1.8}
    assert figures.figure(row, found).value == pytest.approx(1.9)


def test_every_work_names_its_cases_and_figures_of_them(bench):
    from contestant import load_work

    for path in sorted((RUNTIME / "works").glob("*.py")):
        module = load_work(path.stem)
        assert module.CASES and module.FIGURES and hasattr(module, "astra"), path.name
        for row in module.FIGURES:
            assert set(row.get("cases", ())) <= set(module.CASES), (path.name, row["what"])


def test_a_work_that_fails_is_told_and_the_process_goes_on(bench):
    rounds, _ = bench
    process = rounds.Process("limit", 1)
    try:
        assert "no such function" in process.ask("prepare", work="matmul_f32", case="256")["absent"]
        assert "KeyError" in process.ask("prepare", work="elementwise", case="nothing")["absent"]
        assert process.ask("prepare", work="elementwise", case="neg")["modes"] == ["plain", "past the caches"]
    finally:
        process.close()
