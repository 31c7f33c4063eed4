"""Progress of long work on standard error: a moving bar on a terminal, one line a stage in a log."""

from __future__ import annotations

import sys
import time


class Progress:
    """Says which stage runs and how far it is. Silent when the output is for a machine."""

    INTERVAL = 10.0
    """Seconds between two lines of one stage in a log without a terminal."""

    def __init__(self, silent: bool = False) -> None:
        self.silent = silent
        self.terminal = sys.stderr.isatty()
        self.bar = None
        self.task = None
        self.name = ""
        self.last = 0.0

    def __enter__(self) -> Progress:
        if not self.silent and self.terminal:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self.bar.start()
            self.task = self.bar.add_task("", total=None)
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar:
            self.bar.stop()

    def stage(self, name: str) -> None:
        self.name, self.last = name, time.monotonic()
        if self.bar:
            self.bar.reset(self.task, total=None, description=name)

    def update(self, name: str, done: int, total: int) -> None:
        if self.bar:
            self.bar.update(self.task, description=name, completed=done, total=total)
        elif not self.silent and time.monotonic() - self.last > self.INTERVAL:
            self.last = time.monotonic()
            print(f"  {name}: {done} of {total}", file=sys.stderr, flush=True)
