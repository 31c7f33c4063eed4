"""Input that cannot be judged: one clear error, exit code 2, never a pass, and nothing half written."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "spec/schema/report.schema.json").read_text()))


def refused(done: subprocess.CompletedProcess, *words: str) -> None:
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr, done.stderr
    assert "->" in done.stderr


def compile_library(folder: Path, source: str, *flags: str, compiler: tuple[str, ...] = ("cc",)) -> Path:
    (folder / "x.c").write_text(source)
    library = folder / "libx.so"
    subprocess.run([*compiler, "-shared", "-fPIC", "-g", *flags, str(folder / "x.c"), "-o", str(library)], check=True, capture_output=True)
    return library


def test_a_missing_file(astra_abi) -> None:
    refused(astra_abi("check", "no/such.so"), "no/such.so: no such file", "make build")


@pytest.mark.parametrize("content", [b"", b"hello", b"\x7fELF", b"\x7fELF" + bytes(60), b"!<arch>\n"])
def test_a_file_that_is_no_library(tmp_path: Path, content: bytes, astra_abi) -> None:
    file = tmp_path / "libx.so"
    file.write_bytes(content)
    refused(astra_abi("check", file), str(file))


def test_a_truncated_library(oracle: Path, tmp_path: Path, astra_abi) -> None:
    data = oracle.read_bytes()
    file = tmp_path / "libx.so"
    for part in (0.1, 0.5, 0.99):
        file.write_bytes(data[: int(len(data) * part)])
        refused(astra_abi("check", file), str(file))


def test_a_program_instead_of_a_library(astra_abi) -> None:
    refused(astra_abi("check", ROOT / "spec/contract.toml"), "not an ELF file")


def test_no_debug_information_is_said_and_is_no_pass(oracle: Path, tmp_path: Path, astra_abi) -> None:
    shutil.copy(oracle, tmp_path / "libastra_oracle.so")
    done = astra_abi("check", tmp_path / "libastra_oracle.so", "--static", "--format", "json")
    report = json.loads(done.stdout)
    SCHEMA.validate(report)
    assert (done.returncode, report["verdict"]) == (2, "cannot-judge")
    verdicts = {stage["name"]: stage for stage in report["stages"]}
    assert verdicts["symbols"]["verdict"] == "pass"
    assert verdicts["layouts"]["verdict"] == "cannot-run" and "cannot be judged" in verdicts["layouts"]["summary"]
    assert verdicts["toolchain"]["verdict"] == "cannot-run"


def test_the_debug_file_can_lie_elsewhere(oracle: Path, tmp_path: Path, astra_abi) -> None:
    shutil.copy(oracle, tmp_path / "libastra_oracle.so")
    done = astra_abi("check", tmp_path / "libastra_oracle.so", "--static", "--debug-file", f"{oracle}.debug")
    assert done.returncode == 0, done.stdout


def test_the_debug_file_of_another_build_is_refused(oracle: Path, rust: Path, astra_abi) -> None:
    refused(astra_abi("check", oracle, "--static", "--debug-file", f"{rust}.debug"), "belongs to another build")


def test_a_library_for_another_machine_is_judged_as_far_as_it_can_be(tmp_path: Path, astra_abi) -> None:
    zig = (sys.executable, "-m", "ziglang", "cc", "-target", "riscv64-linux-musl", "-nostdlib")
    library = compile_library(tmp_path, "int x(void) { return 1; }", compiler=zig)
    done = astra_abi("check", library, "--format", "json")
    stages = {stage["name"]: stage for stage in json.loads(done.stdout)["stages"]}
    assert stages["symbols"]["verdict"] == "fail"
    assert stages["conformance"]["verdict"] == "cannot-run" and "is built for riscv64" in stages["conformance"]["summary"]
    assert done.returncode == 1


def test_a_library_that_has_nothing_of_the_contract_breaks_and_does_not_crash_the_gate(tmp_path: Path, astra_abi) -> None:
    library = compile_library(tmp_path, "int x(void) { return 1; }")
    done = astra_abi("check", library, "--format", "json")
    report = json.loads(done.stdout)
    SCHEMA.validate(report)
    assert done.returncode == 1
    assert {"rule": "symbol_removed", "subject": "symbol:astra_launch"}.items() <= next(c for c in report["changes"] if c["subject"] == "symbol:astra_launch").items()


@pytest.mark.parametrize("damage", ["edit", "remove", "add", "manifest"])
def test_a_corrupt_baseline_is_refused(oracle: Path, tmp_path: Path, damage: str, astra_abi) -> None:
    copy = tmp_path / "baselines"
    shutil.copytree(ROOT / "compat/baselines", copy)
    place = next(path for path in copy.iterdir() if path.is_dir())
    if damage == "edit":
        (place / "symbols.txt").write_text((place / "symbols.txt").read_text().replace("astra_launch", "astra_lunch"))
    elif damage == "remove":
        (place / "goldens.json").unlink()
    elif damage == "add":
        (place / "more.txt").write_text("x")
    else:
        (place / "MANIFEST").write_bytes(b"\xff\xfe")
    done = astra_abi("check", oracle, "--static", "--baseline", copy, "--format", "json")
    stage = next(stage for stage in json.loads(done.stdout)["stages"] if stage["name"] == "baselines")
    assert (done.returncode, stage["verdict"]) == (2, "cannot-run")
    assert "never edited" in stage["remedy"]


def test_an_invalid_contract_names_every_error(tmp_path: Path, oracle: Path, astra_abi) -> None:
    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    file = tmp_path / "spec/abi/map.toml"
    file.write_text(file.read_text().replace('thread = "any"', 'threat = "any"').replace('blocks = "never"', 'blocks = "no"'))
    done = astra_abi("check", oracle, "--contract", tmp_path / "spec")
    refused(done, "abi/map.toml: function.astra_map_get.blocks", "unknown key 'threat'")
    done = astra_abi("check", oracle, "--contract", tmp_path / "spec", "--format", "json")
    report = json.loads(done.stdout)
    SCHEMA.validate(report)
    assert report["verdict"] == "cannot-judge" and report["error"]["do_this"]


def test_a_failed_generate_writes_nothing(tmp_path: Path, astra_abi) -> None:
    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    file = tmp_path / "spec/abi/map.toml"
    file.write_text(file.read_text() + "\nnonsense = 1\n")
    refused(astra_abi("generate", "--contract", tmp_path / "spec", "--output", tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_generate_check_shows_one_changed_byte_and_what_mends_it(tmp_path: Path, astra_abi) -> None:
    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    assert astra_abi("generate", "--contract", tmp_path / "spec").returncode == 0
    assert astra_abi("generate", "--contract", tmp_path / "spec", "--check").returncode == 0
    header = tmp_path / "include/astra/astra.h"
    header.write_text(header.read_text().replace("ASTRA_MAX_RANK UINT32_C(8)", "ASTRA_MAX_RANK UINT32_C(9)", 1))
    done = astra_abi("generate", "--contract", tmp_path / "spec", "--check")
    assert done.returncode == 1
    assert "-#define ASTRA_MAX_RANK UINT32_C(9)" in done.stdout and "run: astra-abi generate" in done.stdout


def test_a_frozen_release_is_not_frozen_again(oracle: Path, astra_abi) -> None:
    refused(astra_abi("freeze", "0.1.0", "--library", oracle), "this release is frozen already")


def test_wrong_usage_ends_with_2(astra_abi) -> None:
    assert astra_abi("check").returncode == 2
    assert astra_abi("nonsense").returncode == 2
    assert astra_abi("explain", "field_insertet").returncode == 2


def test_goldens_that_a_release_froze_cannot_be_left_out(oracle: Path, tmp_path: Path, astra_abi) -> None:
    """A project file that forgets its goldens is no way past them."""
    text = (ROOT / "astra-abi.toml").read_text()
    kept = [line.replace('= "', f'= "{ROOT}/') for line in text.splitlines() if not line.startswith(("golden", "conformance", "#"))]
    (tmp_path / "astra-abi.toml").write_text("\n".join(kept))
    done = astra_abi("check", oracle, "--format", "json", cwd=tmp_path)
    stage = next(stage for stage in json.loads(done.stdout)["stages"] if stage["name"] == "goldens")
    assert (done.returncode, stage["verdict"]) == (2, "cannot-run")
    assert "the project names none" in stage["summary"]
