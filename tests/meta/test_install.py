"""`make install` gives a library, headers and a pkg-config file; the README's program runs from there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def flags_of(pc: Path) -> list[str]:
    """What `pkg-config --cflags --libs astra` prints; read by hand where pkg-config is not installed."""
    if shutil.which("pkg-config"):
        command = ["pkg-config", "--cflags", "--libs", "astra"]
        return subprocess.run(command, env={"PKG_CONFIG_PATH": str(pc.parent), "PATH": "/usr/bin:/bin"}, check=True, capture_output=True, text=True).stdout.split()
    rows = dict(re.findall(r"^(\w+)\s*[:=]\s*(.*)$", pc.read_text(), re.M))
    text = f"{rows['Cflags']} {rows['Libs']}"
    while "${" in text:
        text = re.sub(r"\$\{(\w+)\}", lambda match: rows[match[1]], text)
    return text.split()


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory, rust: Path) -> Path:
    place = tmp_path_factory.mktemp("prefix")
    subprocess.run(["make", "install", f"PREFIX={place}"], cwd=ROOT, check=True, capture_output=True)
    return place


def test_the_first_program_runs_from_the_installed_library(prefix: Path, tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text()
    source, shell = re.search(r"<!-- first-program.*?-->\n```c\n(.*?)```\s+```sh\n(.*?)```", readme, re.S).groups()
    assert len(source.splitlines()) <= 25
    (tmp_path / "first.c").write_text(source)
    flags = flags_of(prefix / "lib/pkgconfig/astra.pc")
    command = ["cc", "-Wall", "-Wextra", "-Werror", "first.c", *flags, f"-Wl,-rpath,{prefix}/lib", "-o", "first"]
    subprocess.run(command, cwd=tmp_path, check=True)
    done = subprocess.run(["./first"], cwd=tmp_path, capture_output=True, text=True)
    expected = re.search(r"^# (.*)$", shell, re.M)[1]
    assert (done.returncode, done.stdout.strip()) == (0, expected), done.stdout + done.stderr


def test_the_installed_files_have_their_names(prefix: Path) -> None:
    from astra_abi.load.contract import load_contract

    abi = load_contract(ROOT / "spec")
    library = prefix / "lib" / f"libastra.so.{abi.version}"
    assert library.is_file() and not library.is_symlink()
    assert (prefix / "lib" / abi.image.soname).resolve() == library.resolve()
    assert (prefix / "lib" / "libastra.so").resolve() == library.resolve()
    assert {path.name for path in (prefix / "include/astra").iterdir()} == {"astra.h", "astra_load.h"}
    assert f"Version: {abi.version}" in (prefix / "lib/pkgconfig/astra.pc").read_text()
