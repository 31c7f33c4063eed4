"""A reader that goes away judges nothing, and a report takes no input's place."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from small import release

ABI = Path(sys.executable).with_name("astra-abi")


@pytest.mark.parametrize("words", [("diff", "L", "L"), ("diff", "L", "L", "--format", "json"), ("dump", "L"), ("explain",)], ids=" ".join)
def test_nobody_who_reads_is_no_finding(words: tuple[str, ...], tmp_path: Path) -> None:
    library = str(release(tmp_path).library)
    command = subprocess.Popen([ABI, *(library if word == "L" else word for word in words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    command.stdout.close()
    assert (command.wait(), command.stderr.read()) == (141, b"")
    command.stderr.close()


@pytest.mark.parametrize("name", ["old.so", "other.h", "lib.so.1", "contract.toml"])
def test_a_report_takes_no_place_of_what_is_no_report(name: str, tmp_path: Path, astra_abi) -> None:
    library = release(tmp_path).library
    place = tmp_path / name
    shutil.copy(library, place)
    before = place.read_bytes()
    done = astra_abi("diff", place if name == "old.so" else library, library, "--output", f"json={place}")
    assert done.returncode == 2 and "give --output another file" in done.stderr
    assert place.read_bytes() == before


def test_a_report_of_an_earlier_run_is_replaced(tmp_path: Path, astra_abi) -> None:
    library, place = release(tmp_path).library, tmp_path / "report.json"
    for _ in range(2):
        assert astra_abi("diff", library, library, "--output", f"json={place}").returncode == 0
