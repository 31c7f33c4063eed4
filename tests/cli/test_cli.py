"""Commands as a user types them. Each file here: a RUN line, an EXIT line, then the expected output.

Output is standard output followed by standard error. `ROOT` stands for the project's folder, `SECONDS`
for a time, and a line `...` for any number of lines.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CASES = sorted(HERE.glob("*.txt"))


def matches(expected: list[str], actual: list[str]) -> bool:
    if not expected:
        return not actual
    if expected[0] == "...":
        return any(matches(expected[1:], actual[start:]) for start in range(len(actual) + 1))
    return bool(actual) and expected[0] == actual[0] and matches(expected[1:], actual[1:])


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_command(path: Path, astra_abi) -> None:
    run, exit_, *expected = path.read_text().rstrip("\n").split("\n")
    program, *arguments = shlex.split(run.removeprefix("RUN: "))
    assert program == "astra-abi"
    done = astra_abi(*arguments)
    output = (done.stdout + done.stderr).replace(str(ROOT), "ROOT")
    output = re.sub(r"(?<= )\d+\.\d\d(?= )", "SECONDS", output)
    actual = [re.sub(r" +", " ", line.rstrip()) for line in output.rstrip("\n").split("\n")]
    assert done.returncode == int(exit_.removeprefix("EXIT: ")), output
    assert matches([re.sub(r" +", " ", line) for line in expected], actual), output
