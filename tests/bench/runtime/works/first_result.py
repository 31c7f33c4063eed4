"""From dlopen to a first result that was read, in a fresh process each time, from C."""

import subprocess
import tempfile

from calls import built
from contestant import LIBRARY

CASES = {"dlopen to the sum of f32[8]": ()}
THREADS = (1,)
FIGURES = [{"what": "dlopen to first result", "at_most_ns": 5_000_000}]


def astra(session):
    folder = tempfile.TemporaryDirectory()
    program = built(folder.name)

    def measured():
        return float(subprocess.run([program, LIBRARY], check=True, capture_output=True, text=True).stdout)

    def call(count, folder=folder):
        measured()

    call.measured = measured
    return call
