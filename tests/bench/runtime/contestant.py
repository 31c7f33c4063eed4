"""One contestant in a process of its own: `python contestant.py NAME THREADS`, then requests as lines of JSON.

prepare: makes a case of a work ready, and says in which modes. time: runs a mode for a while, and says nanoseconds
of one. wrong: counts outputs of a function that are not the truth. What it cannot do is an answer too ("absent").
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from functools import cached_property
from pathlib import Path
from typing import Any, Callable

HERE = Path(__file__).resolve().parent
LIBRARY = HERE.parents[2] / "build" / "rust" / "libastra.so"


def load_work(name: str):
    """The module of a work, by its file."""
    spec = importlib.util.spec_from_file_location(f"work_{name}", HERE / "works" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Contestant:
    """Who it is, how many threads it may use, and the case that is ready."""

    def __init__(self, name: str, threads: int) -> None:
        self.name, self.threads = name, threads
        self.modes: dict[str, Callable[[int], None]] = {}

    @cached_property
    def tool(self) -> Any:
        """What a work computes with: the library's session, a module of Python, or the limits of the memory."""
        if self.name == "astra":
            from session import Session

            return Session(Path(os.environ.get("ASTRA_BENCH_LIBRARY", LIBRARY)), self.threads)
        if self.name == "limit":
            from memory import Memory

            return Memory(self.threads)
        module = importlib.import_module(self.name)
        if self.name == "torch":
            module.set_num_threads(self.threads)
            module.set_grad_enabled(False)
        return module

    def prepare(self, work: str, case: str) -> dict[str, Any]:
        self.modes = {}
        module = load_work(work)
        make = getattr(module, self.name, None)
        if make is None:
            return {"absent": f"{self.name} has no such function"}
        made = make(self.tool, *module.CASES[case])
        made = made if isinstance(made, dict) else {"": made}
        self.modes = {mode: repeated(call) for mode, call in made.items()}
        for repeat in self.modes.values():
            repeat(1)
        return {"modes": list(self.modes)}

    def time(self, mode: str, seconds: float) -> dict[str, Any]:
        """Nanoseconds of one call, over as many as take about `seconds`."""
        repeat, count = self.modes[mode], 1
        if hasattr(repeat, "measured"):
            return {"ns": repeat.measured()}
        while True:
            begin = time.perf_counter_ns()
            repeat(count)
            taken = time.perf_counter_ns() - begin
            if taken >= seconds * 0.5e9:
                return {"ns": taken / count}
            count = max(count + 1, int(count * min(seconds * 1e9 / max(taken, 1), 100)))

    def wrong(self, work: str, case: str, begin: int, truth: str) -> dict[str, Any]:
        return load_work(work).wrong(self.name, self.tool, case, begin, truth)

    def facts(self) -> dict[str, Any]:
        if self.name in ("astra", "limit"):
            return {"version": str(self.tool.abi.version) if self.name == "astra" else self.tool.version}
        return {"version": self.tool.__version__}


def repeated(call: Callable) -> Callable[[int], None]:
    """`call` n times. One that takes n itself has an attribute `repeats`, and one that has a clock of its own
    an attribute `measured`, which gives nanoseconds."""
    if hasattr(call, "repeats") or hasattr(call, "measured"):
        return call

    def repeat(count: int) -> None:
        for _ in range(count):
            call()

    return repeat


def serve(contestant: Contestant) -> None:
    # What a library prints must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(contestant, request.pop("do"))(**request)
        except ModuleNotFoundError as error:
            answer = {"absent": f"{error.name} is not installed"}
        except Exception as error:
            answer = {"absent": f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200] if str(error).strip() else ''}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    serve(Contestant(sys.argv[1], int(sys.argv[2])))
