"""Another contract and another library: what the loader and the debug information tell, and what has to be said of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "spec/schema/report.schema.json").read_text()))
CONTRACT = """
name = "tiny"
title = "A tiny library"
version = "1.0.0"
line = "1"
soname = "libtiny.so.1"
prefix = "tn"
history = ["1.0.0"]
promise = "Small things stay."
"""
CONCEPT = """
title = "Sum"
doc = "Adds."
[enum.tn_mode]
since = "1.0.0"
type = "u32"
open = true
doc = "How."
values = [{ name = "TN_MODE_PLAIN", value = 1, doc = "Plainly." }]
[struct.tn_pair]
since = "1.0.0"
growth = "frozen"
doc = "Two numbers."
fields = [{ name = "a", type = "u64", doc = "One." }, { name = "b", type = "u64", doc = "Two." }]
[function.tn_sum]
since = "1.0.0"
doc = "Adds two numbers."
returns = "u64"
thread = "any"
blocks = "never"
stream = "none"
params = [
  { name = "pair", type = "tn_pair", dir = "in", doc = "Both." },
  { name = "mode", type = "tn_mode", doc = "How.", example = 1 },
]
"""
TYPES = "#include <stdint.h>\ntypedef struct tn_pair { uint64_t a, b; } tn_pair;\n"
GOOD = TYPES + "uint64_t tn_sum(const tn_pair *pair, uint32_t mode) { return pair->a + pair->b + mode; }\n"


@pytest.fixture
def tiny(tmp_path: Path, astra_abi):
    """Builds a tiny library from C and gives the check's exit code and report."""
    (tmp_path / "spec/abi").mkdir(parents=True)
    (tmp_path / "spec/contract.toml").write_text(CONTRACT)
    (tmp_path / "spec/abi/sum.toml").write_text(CONCEPT)
    assert astra_abi("generate", "--contract", tmp_path / "spec", "--output", tmp_path).returncode == 0
    generated = tmp_path / "reference-impl/generated"

    def check(*sources: str, script: str | None = None) -> tuple[int, dict]:
        parts = []
        for number, source in enumerate(sources):
            parts.append(tmp_path / f"part{number}.c")
            parts[-1].write_text(source)
        if script:
            (generated / "tiny.map").write_text(script)
        library = tmp_path / "libtiny.so"
        subprocess.run(
            ["cc", "-g", "-shared", "-fPIC", *parts, generated / "note.c", "-Wl,-soname,libtiny.so.1",
             f"-Wl,--version-script={generated / 'tiny.map'}", "-o", library], check=True,
        )
        done = astra_abi("check", library, "--contract", tmp_path / "spec", "--format", "json")
        assert "Traceback" not in done.stderr
        report = json.loads(done.stdout)
        SCHEMA.validate(report)
        return done.returncode, report

    return check


def rules(report: dict) -> set[tuple[str, str]]:
    return {(change["rule"], change["subject"]) for change in report["changes"]}


def test_a_contract_without_operators_suite_and_build_inputs_is_judged_by_what_it_has(tiny) -> None:
    code, report = tiny(GOOD)
    verdicts = {stage["name"]: stage["verdict"] for stage in report["stages"]}
    assert (code, report["verdict"], report["changes"]) == (0, "compatible", [])
    assert {name for name, verdict in verdicts.items() if verdict == "pass"} == {"contract", "header", "symbols", "layouts"}
    assert set(verdicts.values()) == {"pass", "not-declared"}


@pytest.mark.parametrize("source", [
    TYPES + "typedef enum { PLAIN } mode; uint64_t tn_sum(const tn_pair *pair, mode how) { return how + pair->a; }",
    TYPES + "struct wide { uint64_t v; }; struct wide tn_sum(const tn_pair *p, uint32_t m) { return (struct wide){p->a}; }",
    TYPES + "struct own { uint64_t x, y; }; uint64_t tn_sum(const struct own *p, uint32_t mode) { return p->x + mode; }",
])
def test_another_way_to_write_the_same_types_is_no_break(tiny, source: str) -> None:
    assert tiny(source)[0] == 0


@pytest.mark.parametrize(("source", "rule", "subject"), [
    (GOOD.replace("a, b;", "a : 40, b;"), "field_resized", "struct:tn_pair.a"),
    (GOOD.replace("uint32_t mode", "uint32_t mode, ..."), "function_became_variadic", "function:tn_sum.variadic"),
    (GOOD.replace("uint64_t tn_sum", "_Complex float tn_sum"), "return_type_changed", "function:tn_sum"),
    (TYPES + "struct own { double x, y; }; uint64_t tn_sum(const struct own *p, uint32_t mode) { return mode; }", "param_type_changed", "function:tn_sum.pair"),
    ("const int tn_sum = 3;", "symbol_kind_changed", "symbol:tn_sum"),
])
def test_what_only_looks_the_same_is_a_break(tiny, source: str, rule: str, subject: str) -> None:
    code, report = tiny(source)
    assert code == 1 and (rule, subject) in rules(report), report["changes"]


def test_a_second_definition_is_judged_too(tiny) -> None:
    weak = GOOD.replace("uint64_t tn_sum", "__attribute__((weak)) uint64_t tn_sum")
    code, report = tiny(weak, "double tn_sum(double pair) { return pair; }")
    assert code == 1 and ("return_number_changed", "function:tn_sum") in rules(report)


def test_a_part_that_lays_out_a_struct_in_another_way_is_found(tiny) -> None:
    other = TYPES.replace("uint64_t a, b", "uint64_t b, a") + "uint64_t tn_sum(const tn_pair *pair) { return pair->a; }"
    code, report = tiny(GOOD.replace("uint64_t tn_sum", "__attribute__((weak)) uint64_t tn_sum"), other)
    assert code == 1 and any(subject.startswith("struct:tn_pair.") for _, subject in rules(report))


def test_a_default_version_that_moved_is_told_and_the_old_one_too(tiny) -> None:
    source = TYPES + (
        '__asm__(".symver old_sum,tn_sum@TN_1"); __asm__(".symver new_sum,tn_sum@@TN_2");'
        "uint64_t old_sum(const tn_pair *p, uint32_t m) { return m; } uint64_t new_sum(const tn_pair *p, uint32_t m) { return m; }"
    )
    code, report = tiny(source, script="TN_1 { global: tn_sum; local: *; }; TN_2 { } TN_1;")
    assert code == 1 and {change["subject"] for change in report["changes"]} >= {"symbol:tn_sum@TN_1"}


def test_an_indirect_function_is_not_judged_by_its_resolver(tiny) -> None:
    source = GOOD.replace("tn_sum", "chosen") + "static void *pick(void) { return (void *)chosen; }\n" + (
        '__attribute__((ifunc("pick"))) uint64_t tn_sum(const tn_pair *pair, uint32_t mode);'
    )
    code, report = tiny(source)
    assert (code, report["verdict"], report["changes"]) == (2, "cannot-judge", [])


def run(*arguments: object, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", "from astra_abi.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, stderr=subprocess.PIPE, text=True, **options)


def test_output_that_cannot_be_written_is_no_finding(oracle: Path) -> None:
    with open("/dev/full", "w") as full:
        done = run("check", oracle, "--static", "--format", "json", stdout=full)
    assert done.returncode == 2 and "No space left" in done.stderr and "Traceback" not in done.stderr
    done = run("check", oracle, "--static", preexec_fn=lambda: os.close(1))
    assert done.returncode == 2 and "standard output is closed" in done.stderr


@pytest.mark.parametrize("columns", ["abc", "-5", "0", "1"])
def test_a_strange_width_is_no_obstacle(oracle: Path, columns: str) -> None:
    done = run("check", oracle, "--static", stdout=subprocess.PIPE, env={**os.environ, "COLUMNS": columns})
    assert done.returncode == 0 and "verdict: compatible" in done.stdout


def test_an_empty_folder_of_baselines_is_refused(oracle: Path, tmp_path: Path, astra_abi) -> None:
    done = astra_abi("check", oracle, "--static", "--baseline", tmp_path)
    assert done.returncode == 2 and "holds no frozen release" in done.stderr


def test_a_file_where_a_folder_belongs_is_refused(oracle: Path, tmp_path: Path) -> None:
    (tmp_path / "astra-abi.toml").write_text(f'contract = "{ROOT}/spec"\nbaselines = "{ROOT}/README.md"\n')
    done = run("check", oracle, "--static", cwd=tmp_path)
    assert done.returncode == 2 and "is not a folder" in done.stderr


def test_build_inputs_that_are_no_longer_declared_are_a_raised_floor(oracle: Path, tmp_path: Path, astra_abi) -> None:
    import shutil

    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    (tmp_path / "spec/build.toml").unlink()
    done = astra_abi("check", oracle, "--static", "--contract", tmp_path / "spec", "--format", "json")
    assert done.returncode == 1 and ("build_floor_raised", "build:floor.glibc") in rules(json.loads(done.stdout))


@pytest.mark.parametrize(("old", "new", "word"), [
    ("    uint32_t id;", "    uint32_t id : 16;", "bit-field"),
    ("typedef struct astra_attribute {", "#pragma pack(1)\ntypedef struct astra_attribute {", "pragma pack"),
    ("} astra_attribute;", "} __attribute__((packed)) astra_attribute;", "packed"),
    ("char name[64]", "char name[32 * 2]", "array"),
])
def test_a_header_that_cannot_be_laid_out_surely_is_refused(old: str, new: str, word: str) -> None:
    from astra_abi.load.header import parse_header
    from astra_abi.model import AstraError

    text = (ROOT / "include/astra/astra.h").read_text()
    assert old in text
    with pytest.raises(AstraError, match=word):
        parse_header(text.replace(old, new, 1), Path("x.h"), "astra")


@pytest.mark.parametrize("kept", ["", "[]", '{"promises": []}', "\0"])
def test_a_kept_result_that_is_damaged_is_not_used(kept: str, tmp_path: Path, monkeypatch) -> None:
    from types import SimpleNamespace

    from astra_abi import conform, observe

    report = conform.ConformReport({}, {}, {}, 1, 0.0)
    monkeypatch.setattr(observe, "refuse_foreign", lambda library: None)
    monkeypatch.setattr(observe, "key", lambda subject: "key")
    monkeypatch.setattr(conform, "run", lambda *arguments, **options: report)
    (tmp_path / "key.json").write_text(kept)
    project = SimpleNamespace(conformance=None, golden=None)
    subject = SimpleNamespace(keep=tmp_path, library=None, path=None, contract=None, project=project, progress=None, time_limit=1)
    assert not observe.kept_or_run(subject).kept
    assert observe.kept_or_run(subject).kept
