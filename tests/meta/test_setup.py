"""What a newcomer's machine lacks is said in one sentence each, before anything is built."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def shell(script, *arguments, tools, **environment):
    """Run a script where the commands are sh, awk, dirname and those in the folder `tools`."""
    for name in ["sh", "awk", "dirname"]:
        if not (tools / name).exists():
            (tools / name).symlink_to(shutil.which(name))
    return subprocess.run(
        ["sh", str(ROOT / script), *arguments],
        env={"PATH": str(tools)} | environment, capture_output=True, text=True,
    )  # fmt: skip


def fake_cargo(folder, **versions):
    """A cargo that knows the named toolchains (or any, under the name `default`)."""
    cases = "".join(f"{name}) echo cargo {version} ;;\n" for name, version in versions.items())
    cases = cases.replace("default)", "*)").replace("pinned)", "1.95.0)")
    cargo = folder / "cargo"
    cargo.write_text(f"#!/bin/sh\ncase $RUSTUP_TOOLCHAIN in\n{cases}*) exit 1 ;;\nesac\n")
    cargo.chmod(0o755)


@pytest.mark.parametrize(
    ("known", "chosen"),
    [
        ({"pinned": "1.95.0", "stable": "1.96.0"}, "1.95.0"),
        ({"stable": "1.95.0"}, "stable"),
        ({"default": "1.95.0"}, "1.95.0"),
    ],
)
def test_the_pinned_rust_is_found_under_whatever_name_it_has(tmp_path, known, chosen):
    fake_cargo(tmp_path, **known)
    done = shell("reference-impl/toolchain.sh", "1.95.0", tools=tmp_path)
    assert (0, f"{chosen}\n", "") == (done.returncode, done.stdout, done.stderr)


def test_a_newer_rust_builds_with_a_warning_about_its_bytes(tmp_path):
    fake_cargo(tmp_path, stable="1.100.2")
    done = shell("reference-impl/toolchain.sh", "1.95.0", tools=tmp_path)
    assert (0, "stable\n") == (done.returncode, done.stdout)
    assert "its bytes differ from a release" in done.stderr


def test_an_older_rust_is_refused_with_the_command_that_helps(tmp_path):
    fake_cargo(tmp_path, default="1.94.9")
    done = shell("reference-impl/toolchain.sh", "1.95.0", tools=tmp_path)
    assert (2, "") == (done.returncode, done.stdout)
    assert "1.94.9" in done.stderr and "rustup toolchain install 1.95.0" in done.stderr


def test_a_rust_that_the_user_names_is_taken(tmp_path):
    fake_cargo(tmp_path, mine="1.95.0", stable="1.95.0")
    done = shell("reference-impl/toolchain.sh", "1.95.0", tools=tmp_path, RUSTUP_TOOLCHAIN="mine")
    assert "mine\n" == done.stdout


def test_every_missing_part_gets_one_sentence_with_its_package(tmp_path):
    done = shell("tools/preflight.sh", "1.95.0", "", tools=tmp_path)
    assert 2 == done.returncode
    sentences = done.stderr.splitlines()
    assert 6 == len(sentences)
    for part, sentence in zip(
        ["git", "make", "gcc", "binutils", "python3-venv", "rustup"], sentences, strict=True
    ):
        assert "apt-get install" in sentence and part in sentence


def test_a_complete_machine_passes_without_a_word(tmp_path):
    fake_cargo(tmp_path, default="1.95.0")
    for name in ["git", "make", "cc", "objcopy"]:
        (tmp_path / name).symlink_to("/bin/true")
    done = shell("tools/preflight.sh", "1.95.0", sys.executable, tools=tmp_path)
    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)


def test_a_python_that_fails_is_passed_over(tmp_path):
    broken = tmp_path / "python3.13"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    (tmp_path / "python3").symlink_to(sys.executable)
    done = shell("tools/find-python.sh", tools=tmp_path)
    assert 0 == done.returncode
    assert os.access(done.stdout.strip(), os.X_OK)
    assert Path(done.stdout.strip()) != broken


def test_make_without_a_target_lists_the_targets():
    done = subprocess.run(["make", "-C", str(ROOT), "-s"], capture_output=True, text=True)
    names = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("  make ")]
    phony = next(line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith(".PHONY:"))
    assert sorted(phony.split()[1:]) == sorted(names)
