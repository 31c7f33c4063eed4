"""Work in other threads, for cases that must not hang the thread they run in."""

from __future__ import annotations

import sys
import threading
from typing import Any, Callable, Sequence

PATIENCE_S = 5.0
"""How long a call that must not block may take on a loaded machine."""


class Running:
    """Work in a thread of its own; `result` waits for it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.value: Any = None
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self.run, args=(work,), daemon=True)
        self.thread.start()

    def run(self, work: Callable[[], Any]) -> None:
        try:
            self.value = work()
        except BaseException as error:
            self.error = error

    def is_running(self) -> bool:
        return self.thread.is_alive()

    def result(self, seconds: float = PATIENCE_S) -> Any:
        """Its value, or what it raised; fails if it is not back in time."""
        self.thread.join(seconds)
        assert not self.thread.is_alive(), f"the call did not return within {seconds:g} s"
        if self.error:
            raise self.error
        return self.value


def returns_within(work: Callable[[], Any], seconds: float = PATIENCE_S) -> Any:
    """The value of work that must not block; fails if it has not returned in time."""
    return Running(work).result(seconds)


def at_once(works: Sequence[Callable[[], Any]], seconds: float = 15.0) -> list[Any]:
    """Runs all work in threads that start together; their values. Python switches between them often."""
    barrier = threading.Barrier(len(works))
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)

    def after_the_others(work: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            barrier.wait()
            return work()

        return run

    try:
        return [running.result(seconds) for running in [Running(after_the_others(work)) for work in works]]
    finally:
        sys.setswitchinterval(interval)
