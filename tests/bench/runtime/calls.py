"""calls.c, compiled with the header of this checkout."""

from __future__ import annotations

import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent


def built(folder: str, *options: str) -> Path:
    """As a program, or with `-shared -fPIC` as a library."""
    made = Path(folder) / "calls"
    include = HERE.parents[2] / "include"
    subprocess.run(["cc", "-O2", "-I", include, *options, "-o", made, HERE / "calls.c", "-ldl"], check=True, capture_output=True)
    return made
