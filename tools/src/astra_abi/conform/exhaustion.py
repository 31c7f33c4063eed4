"""The generated case that needs memory to end: calls until nothing is left, then makes room again."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path
from typing import Any

import pytest

from ..bind import Call
from ..model import Function
from ..values import Block, decode
from .client import Client
from .marks import promise
from .world import World

ROOM = 3 << 20
"""Bytes of address space that a library gets beyond what the process has when memory is made to end."""
MOST_CALLS = 2_000_000
LONGEST_S = 8.0


def exhaustion(client: Client, row: dict[str, Any]) -> None:
    """Calls until nothing is left, then releases half and calls again."""
    function = client.abi.functions[row["function"]]
    kind = function.param(row["probes"][0]["param"]).type.base
    world = World(client)
    call = client.library.prepare(function.name, world.arguments(function))
    spree = Spree(client, call, call.blocks[row["probes"][0]["param"]], world.recipes.releasers[kind])
    status, record_and_output, released, status_after = spree.starve()
    names = client.library.binding.status_names
    if status == 0:
        pytest.skip(f"neither memory nor slots ended within {spree.count} calls of {function.name}")
    assert names.get(status) == row["expected"], (
        f"{function.name} returned {names.get(status)} when memory ended; expected {row['expected']}"
    )
    with promise("abi/error-record-filled"):
        symbol = decode(client.library.binding, client.abi.structs["astra_error"], record_and_output[0]).symbol
        assert symbol == row["expected"], f"{function.name}: the record's symbol is '{symbol}'"
    with promise("abi/failure-zeroes-outputs"):
        assert not any(record_and_output[1]), f"{function.name} failed and left its output not zero"
    with promise("abi/exhaustion-is-an-error"):
        assert released == 0, f"releasing a {kind} after memory had ended returned {names.get(released)}"
        # Where not even one call had room, there was nothing to release.
        assert status_after == 0 or not spree.made[0], f"{function.name} returned {names.get(status_after)} although half of what it made was released"
        assert spree.release_all() == 0, f"a {kind} made before memory ended cannot be released"
        world.close()


def spare_memory() -> list[bytes]:
    """Free blocks of every small size inside Python's own pools, held open by what is returned."""
    blocks = [bytes(size) for size in range(1, 480, 16) for _ in range(400)]
    return blocks[::8]


class Spree:
    """Calls one function until it fails, then releases some of what it made and calls again."""

    def __init__(self, client: Client, call: Call, out: Block, release: Function) -> None:
        ffi = client.ffi
        self.count = 0
        self.bits = ffi.cast("uint64_t *", out.pointer)
        self.made = ffi.new("uint64_t[]", MOST_CALLS + 1)
        self.raw, self.values = getattr(client.raw, call.function.name), call.values
        self.raw_release = getattr(client.raw, release.name)
        self.handle = ffi.new(f"{release.params[0].type.base} *")
        # The call owns the record that its values point to.
        self.releasing = client.library.prepare(release.name, {})
        self.release_values = [self.handle[0], *self.releasing.values[1:]]
        self.seen = bytearray(call.blocks["error"].size), bytearray(out.size)
        self.views = call.blocks["error"].live_view(), out.live_view()

    def starve(self) -> tuple[int, tuple[bytearray, bytearray], int, int]:
        """The failing status (0 if none came in time), record and output, the worst release, the last call's status.

        One flat function: once memory has ended, Python cannot even be sure of a frame for another call.
        """
        raw, values, made, bits, monotonic = self.raw, self.values, self.made, self.bits, time.monotonic
        raw_release, release_values, handle = self.raw_release, self.release_values, self.handle
        (record, output), (record_view, output_view) = self.seen, self.views
        setrlimit, limit = resource.setrlimit, resource.RLIMIT_AS
        before = resource.getrlimit(limit)
        pools = spare_memory()
        used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        lower = used + ROOM, before[1]
        status = count = worst = status_after = 0
        ends = monotonic() + LONGEST_S
        setrlimit(limit, lower)
        while not status and count < MOST_CALLS:
            status = raw(*values)
            if not status:
                made[count] = bits[0]
                count += 1
            if not count & 1023 and monotonic() > ends:
                break
        if status:
            record[:], output[:] = record_view, output_view
            made_room, half = count > 0, count // 2
            while count > half:
                count -= 1
                handle.bits = made[count]
                worst = raw_release(*release_values) or worst
            status_after = raw(*values) if made_room else status
            if not status_after:
                made[count] = bits[0]
                count += 1
        setrlimit(limit, before)
        del pools
        self.count = count
        return status, self.seen, worst, status_after

    def release_all(self) -> int:
        """Releases what is left; the worst status."""
        worst = 0
        for index in range(self.count):
            self.handle.bits = self.made[index]
            worst = self.raw_release(*self.release_values) or worst
        return worst
