"""The conditions under which a case is repeated, so that what it gives by accident differs. Owns their list.

A program whose bytes depend on addresses, time, process numbers, uninitialised memory, the size of its environment, the
number of processors or the order of hashes gives other bytes under another condition.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

CLOCK = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
enum { SECONDS = 400 * 86400 + 5 * 3600 + 17 * 60 + 23 };
int clock_gettime(clockid_t clock, struct timespec *now) {
    if (syscall(SYS_clock_gettime, clock, now) != 0)
        return -1;
    if (clock == CLOCK_REALTIME || clock == 5 /* coarse */ || clock == 11 /* TAI */)
        now->tv_sec += SECONDS;
    return 0;
}
int timespec_get(struct timespec *now, int base) { return base == 1 && !clock_gettime(CLOCK_REALTIME, now) ? base : 0; }
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec precise;
    if (zone)
        *(struct timezone *)zone = (struct timezone){0, 0};
    if (now && !clock_gettime(CLOCK_REALTIME, &precise))
        *now = (struct timeval){precise.tv_sec, precise.tv_nsec / 1000};
    return 0;
}
time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}
"""
"""The C library's clock, four hundred days later: preloaded in one of the runs. Clocks that only go on are left alone."""


@dataclass(frozen=True)
class Condition:
    """`padding` lengthens the environment, `perturb` fills fresh memory, `spent` are process numbers used up before."""

    one_cpu: bool
    perturb: int
    padding: int
    spent: int
    later: bool
    seed: int

    def environment(self, clock: Path | None) -> dict[str, str]:
        found = {"ASTRA_PADDING": "x" * self.padding, "PYTHONHASHSEED": str(self.seed)}
        if self.perturb:
            found["MALLOC_PERTURB_"] = str(self.perturb)
        if self.later and clock:
            found["LD_PRELOAD"] = str(clock)
        return found


CONDITIONS = (
    Condition(one_cpu=False, perturb=0, padding=0, spent=0, later=False, seed=0),
    Condition(one_cpu=True, perturb=85, padding=1237, spent=1, later=True, seed=1),
    Condition(one_cpu=False, perturb=170, padding=4099, spent=2, later=False, seed=4242),
)
LEAST_RUNS = len(CONDITIONS)


def condition(number: int) -> Condition:
    """The condition of a run; runs beyond the list begin it again."""
    return CONDITIONS[number % len(CONDITIONS)]


def build_clock(compiler: tuple[str, ...] | None, folder: Path) -> Path | None:
    """The library that shifts the clock, or None where there is no compiler for it."""
    if compiler is None:
        return None
    (folder / "clock.c").write_text(CLOCK)
    command = [*compiler, "-O1", "-w", "-shared", "-fPIC", "clock.c", "-o", "clock.so"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=300, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode:
        return None
    os.chmod(folder / "clock.so", 0o755)
    return folder / "clock.so"
