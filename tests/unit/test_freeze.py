"""Freezing a release: whole or not at all, and what is frozen can be read back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from astra_abi.load.baseline import load_baseline

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path, astra_abi) -> Path:
    """A copy of the project at the next version, with one new client program."""
    for folder in ("spec", "include", "compat", "tests/golden"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    assert astra_abi("new", "version", "0.1.7", "--contract", tmp_path / "spec").returncode == 0
    assert astra_abi("generate", "--contract", tmp_path / "spec").returncode == 0
    shutil.rmtree(tmp_path / "compat/clients/next", ignore_errors=True)
    (tmp_path / "compat/clients/next").mkdir()
    shutil.copy(ROOT / "compat/clients/0.1.0/linked_add.c", tmp_path / "compat/clients/next/linked_again.c")
    return tmp_path


def test_a_frozen_release_is_whole_and_reads_back(project: Path, oracle: Path, rust: Path, astra_abi) -> None:
    # The built libraries serve no later version than the contract's, so a client of 0.1.7 would be refused: it asks for 0.1.0.
    client = project / "compat/clients/next/linked_again.c"
    text = client.read_text().replace("    check(astra_runtime_create(", "    hello.minimum_version = ASTRA_VERSION_0_1_0;\n    hello.minimum_layout_hash = ASTRA_LAYOUT_HASH_0_1_0;\n    check(astra_runtime_create(", 1)
    client.write_text(text)
    done = astra_abi("freeze", "0.1.7", "--library", oracle, "--library", rust, "--contract", project / "spec")
    assert done.returncode == 0, done.stderr
    baseline = load_baseline(project / "compat/baselines/0.1.7")
    assert str(baseline.version) == "0.1.7" and baseline.behaviour.goldens
    frozen = project / "compat/clients/0.1.7"
    assert {path.name for path in frozen.iterdir() if path.is_file()} == {"linked_again.c", "linked_again.expected"}
    assert not client.exists()


def test_a_client_that_fails_freezes_nothing(project: Path, oracle: Path, astra_abi) -> None:
    before = sorted(path for path in (project / "compat").rglob("*"))
    done = astra_abi("freeze", "0.1.7", "--library", oracle, "--contract", project / "spec")
    assert done.returncode == 2 and "ASTRA_ERROR_VERSION_MISMATCH" in done.stderr, done.stderr
    assert sorted(path for path in (project / "compat").rglob("*")) == before


def test_a_client_that_does_not_compile_freezes_nothing(project: Path, oracle: Path, astra_abi) -> None:
    (project / "compat/clients/next/linked_again.c").write_text("int main(void) { return astra; }\n")
    done = astra_abi("freeze", "0.1.7", "--library", oracle, "--contract", project / "spec")
    assert done.returncode == 2 and "does not compile" in done.stderr and "->" in done.stderr
    assert not (project / "compat/baselines/0.1.7").exists() and not (project / "compat/clients/0.1.7").exists()


def test_the_frozen_binaries_are_those_of_their_sources(oracle: Path, tmp_path: Path) -> None:
    """The committed programs can be made again, byte for byte."""
    from astra_abi.clients import machine
    from astra_abi.freeze import compile_client

    release = ROOT / "compat/clients/0.1.0"
    abi = load_baseline(ROOT / "compat/baselines/0.1.0")
    if not (release / machine()).is_dir():
        pytest.skip("no frozen client for this machine")
    for source in release.glob("*.c"):
        compile_client(source, tmp_path / source.stem, ROOT / "compat/baselines/0.1.0/include", oracle, abi)
        assert (tmp_path / source.stem).read_bytes() == (release / machine() / source.stem).read_bytes(), source
