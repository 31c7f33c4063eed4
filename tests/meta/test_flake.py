"""The flake evaluates, names what it should, and its phases build.

Against the stand-in for nixpkgs in tests/nix/stub: flake.nix says what this does not prove.
"""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
CONTRACT = tomllib.loads((ROOT / "spec/contract.toml").read_text())
BUILD = tomllib.loads((ROOT / "spec/build.toml").read_text())
SYSTEMS = sorted(f"{arch}-linux" for arch in BUILD["floor"]["cpu"])
CONFIG = "experimental-features = nix-command flakes\nsubstituters =\nbuild-users-group =\nsandbox = false\n"

if shutil.which("nix") is None:
    pytest.skip("nix is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def nix(tmp_path_factory):
    """Run nix on a copy of what git would give it, with a store of its own."""
    place = tmp_path_factory.mktemp("nix").resolve()
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (place / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / "source" / name)
    (place / "bin").mkdir()
    zig = place / "bin/zig"
    zig.write_text(f'#!/bin/sh\nexec {sys.executable} -m ziglang "$@"\n')
    zig.chmod(0o755)
    environment = os.environ | {
        "NIX_CONFIG": CONFIG,
        "NIX_STORE_DIR": f"{place}/store",
        "NIX_STATE_DIR": f"{place}/state",
        "NIX_LOG_DIR": f"{place}/log",
        "XDG_CACHE_HOME": f"{place}/cache",
        "PATH": f"{place}/bin:{os.environ['PATH']}",
    }

    def run(command, *arguments, output=""):
        stub = ["--override-input", "nixpkgs", f"path:{ROOT}/tests/nix/stub", "--no-write-lock-file"]
        done = subprocess.run(
            ["nix", *command.split(), f"path:{place}/source{output}", *stub, *arguments],
            cwd=place, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    run.place = place
    return run


def evaluated(nix, output, apply):
    return json.loads(nix("eval --json", "--apply", apply, output=f"#{output}"))


def test_every_output_evaluates(nix):
    nix("flake check", "--no-build")


@pytest.mark.parametrize(
    ("output", "names"),
    [
        ("packages", ["astra", "astra-abi", "default", "oracle"]),
        ("checks", ["astra", "astra-abi", "contract", "oracle"]),
        ("devShells", ["default"]),
    ],
)
def test_every_system_has_every_output(nix, output, names):
    found = evaluated(nix, output, "builtins.mapAttrs (system: builtins.attrNames)")
    assert dict.fromkeys(SYSTEMS, names) == found


def test_packages_carry_the_contracts_version(nix):
    names = evaluated(nix, f"packages.{SYSTEMS[0]}", "builtins.mapAttrs (name: package: package.name)")
    assert {
        "astra": f"astra-{CONTRACT['version']}",
        "astra-abi": f"astra-abi-{CONTRACT['version']}",
        "default": f"astra-{CONTRACT['version']}",
        "oracle": f"astra-oracle-{CONTRACT['version']}",
    } == names


@pytest.mark.parametrize(
    ("package", "folder", "library", "installed"),
    [
        ("oracle", "oracle", "libastra_oracle.so", "libastra_oracle.so"),
        ("default", "rust", "libastra.so", f"libastra.so.{CONTRACT['version']}"),
    ],
)
def test_a_library_built_by_the_flake_has_the_bytes_of_make(nix, package, folder, library, installed):
    made = subprocess.run(
        ["make", "-C", str(ROOT / "reference-impl"), folder, f"ZIG={sys.executable} -m ziglang"],
        env={name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")},
        capture_output=True, text=True,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    nix("build", "--impure", "--out-link", package, output=f"#{package}")
    lib = nix.place / package / "lib"
    assert (ROOT / "build" / folder / library).read_bytes() == (lib / installed).read_bytes()
    debug = f"{library}.debug"
    assert (ROOT / "build" / folder / debug).read_bytes() == (lib / debug).read_bytes()


def test_no_invented_lock_file_is_committed():
    assert not (ROOT / "flake.lock").exists()
