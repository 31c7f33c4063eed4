"""Interprets the generated negative cases: what a probe does to otherwise valid arguments.

A probe is a generator of the name that spec/abi/roles.toml gives it; it yields (what was done, the
arguments). A row may have two probes at once, and then the earlier condition must win.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, Callable, Iterator

from ..bind import Sized
from ..layout import first_size
from ..model import Function, Param
from .client import Client
from .exhaustion import exhaustion
from .grandchild import in_grandchild
from .marks import promise
from .world import World

Arguments = dict[str, Any]
Probe = Callable[[World, Function, Param, Arguments], Iterator[tuple[str, Arguments]]]

LARGEST = 65536
"""Largest struct_size that a library accepts."""


def with_handle(param: Param, given: Arguments, handle: int) -> Arguments:
    """The arguments with this handle; in an array of handles it comes first."""
    value = [handle, *given[param.name][1:]] if param.direction == "in" else handle
    return {**given, param.name: value}


def zero_handle(world: World, function: Function, param: Param, given: Arguments):
    yield "zero", with_handle(param, given, 0)


def wrong_kind(world: World, function: Function, param: Param, given: Arguments):
    for kind in world.abi.handles:
        if kind != param.type.base:
            yield f"a {kind}", with_handle(param, given, world.get(kind))


def released_handle(world: World, function: Function, param: Param, given: Arguments):
    kind = param.type.base
    world.get(world.root)
    if world.recipes.releasers[kind]:
        handle = world.make(kind)
        assert world.release(kind, handle), f"a fresh {kind} cannot be released"
        world.disown(handle)
        yield "released", with_handle(param, given, handle)
    else:
        other = World(world.client)
        handle = other.get(kind)
        other.close()
        yield "borrowed from a released runtime", with_handle(param, given, handle)


def other_runtime(world: World, function: Function, param: Param, given: Arguments):
    other = World(world.client)
    yield "of another runtime", with_handle(param, given, other.get(param.type.base))
    other.close()


def foreign_handle(world: World, function: Function, param: Param, given: Arguments):
    library = world.client.library
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copy(library.path, Path(folder) / "copy.so"))
        other = World(Client(library.binding.open(copy)))
        yield "of a copy of the library", with_handle(param, given, other.get(param.type.base))
        other.close()


def null_pointer(world: World, function: Function, param: Param, given: Arguments):
    yield "NULL", {**given, param.name: None}


def null_buffer(world: World, function: Function, param: Param, given: Arguments):
    count = function.param(param.length).example or 1
    yield f"NULL with length {count}", {**given, param.name: None, param.length: count}


def struct_too_small(world: World, function: Function, param: Param, given: Arguments):
    struct = world.abi.structs[param.type.base]
    for size in (0, 4, first_size(struct) - 1, LARGEST + 1, 0xFFFFFFFF):
        # The memory is there, whatever the size says: a wrong answer is enough, it need not crash.
        room = max(struct.size, LARGEST + 8 if size > LARGEST else 0)
        if param.direction == "out":
            yield f"struct_size {size}", {**given, param.name: Sized(size, room)}
        else:
            yield f"struct_size {size}", {**given, param.name: resized(world, param, given, size, room)}


def unknown_flags(world: World, function: Function, param: Param, given: Arguments):
    for bit in range(32):
        values = given.get(param.name)
        if isinstance(values, bytes):
            flagged = values[:4] + (1 << bit).to_bytes(4, sys.byteorder) + values[8:]
        else:
            flagged = {**struct_values(world, param, given), "flags": 1 << bit}
        yield f"flag bit {bit}", {**given, param.name: flagged}


def nonzero_tail(world: World, function: Function, param: Param, given: Arguments):
    known = world.abi.structs[param.type.base].size
    for size, offset in ((known + 1, known), (known + 8, known), (known + 8, known + 7), (LARGEST, LARGEST - 1)):
        block = bytearray(resized(world, param, given, size, size))
        block[offset] = 1
        yield f"byte {offset} of {size} set", {**given, param.name: bytes(block)}


def struct_values(world: World, param: Param, given: Arguments) -> dict[str, Any]:
    return given.get(param.name) or world.client.library.binding.example(world.abi.structs[param.type.base])


def resized(world: World, param: Param, given: Arguments, size: int, room: int) -> bytes:
    """A valid struct whose `struct_size` says `size`, as `room` bytes, zero behind the known fields."""
    call = world.client.library.prepare(next(
        f.name for f in world.abi.functions.values() for p in f.params if p is param
    ), {**given, param.name: struct_values(world, param, given)})
    block = call.blocks[param.name]
    KEPT.extend(block.keep)
    return size.to_bytes(4, sys.byteorder) + block.bytes()[4:].ljust(room - 4, b"\0")


KEPT: list = []
"""Memory that raw structs point to: a case is a process of its own, so nothing is ever let go."""

PROBES: dict[str, Probe] = {
    probe.__name__: probe for probe in (
        zero_handle, wrong_kind, released_handle, other_runtime, foreign_handle, null_pointer, null_buffer,
        struct_too_small, unknown_flags, nonzero_tail,
    )
}
"""The probes that only change arguments. `forked_handle` and `exhaustion` change the process instead."""


def check_negative(client: Client, row: dict[str, Any]) -> None:
    """Runs one generated row."""
    names = [probe["probe"] for probe in row["probes"]]
    if names == ["forked_handle"]:
        forked(client, row)
    elif names == ["exhaustion"]:
        exhaustion(client, row)
    elif names == ["foreign_handle"]:
        # Two copies choose the same runtime tag once in 65,536 times; twice in a row it is no accident.
        try:
            arguments_row(client, row)
        except AssertionError:
            arguments_row(client, row)
    else:
        arguments_row(client, row)


def filled(abi, function: Function, row: dict[str, Any]) -> frozenset[str]:
    return frozenset(probe["param"] for probe in row["probes"])


def arguments_row(client: Client, row: dict[str, Any]) -> None:
    function = client.abi.functions[row["function"]]
    usual = usual_status(client, function, row)
    world = World(client)
    given = world.arguments(function, filled(client.abi, function, row))
    for label, arguments in variants(world, function, row["probes"], given):
        expect(client, function, row["expected"], label, arguments, row["probes"][0])
    with promise("abi/failure-consumes-nothing"):
        call = client.attempt(function.name, **given)
        world.absorb(call)
        assert call.status_name == usual, (
            f"after refusing a call, {function.name} returns {call.status_name} for valid arguments instead of {usual}"
        )
        world.close()


def usual_status(client: Client, function: Function, row: dict[str, Any]) -> str:
    """What the call returns for the same arguments without any probe, in a world of its own."""
    world = World(client)
    call = client.attempt(function.name, **world.arguments(function, filled(client.abi, function, row)))
    world.absorb(call)
    world.close()
    return call.status_name


def variants(world: World, function: Function, probes: list[dict[str, str]], given: Arguments) -> Iterator[tuple[str, Arguments]]:
    """Every way to apply the first probe, on top of the first way to apply the second one."""
    first, *others = probes
    for other in others:
        param = function.param(other["param"])
        label, given = next(PROBES[other["probe"]](world, function, param, given))
        KEPT.append(label)
    yield from PROBES[first["probe"]](world, function, function.param(first["param"]), given)


def expect(client: Client, function: Function, expected: str, label: str, given: Arguments, probe: dict[str, str]) -> None:
    """The call is refused with this status, with a record and without one."""
    call = client.attempt(function.name, **given)
    what = f"{function.name} with '{probe['param']}' {label}"
    assert call.status_name == expected, f"{what} returned {call.status_name}; expected {expected}"
    with promise("abi/error-record-filled"):
        index = [param.name for param in function.params].index(probe["param"])
        assert call.record.operand == index, f"{what}: operand is {call.record.operand}, expected {index}"
        if probe["probe"] == "nonzero_tail":
            offset = re.search(r"byte (\d+)", label)[1]
            assert re.search(rf"\b{offset}\b", call.record.actual), f"{what}: actual is '{call.record.actual}', not the offset"
    with promise("abi/null-record-allowed"):
        again = client.attempt(function.name, **given, error=None)
        assert again.status_name == expected, f"{what} returned {again.status_name} without a record; expected {expected}"


def forked(client: Client, row: dict[str, Any]) -> None:
    """A child of this process uses a handle of ours among things of its own."""
    function, probe = client.abi.functions[row["function"]], row["probes"][0]
    param = function.param(probe["param"])
    parent = World(client)
    handle = parent.get(param.type.base)

    def in_the_fork() -> None:
        own = World(client)
        given = own.arguments(function, filled(client.abi, function, row))
        expect(client, function, row["expected"], "of the parent process", with_handle(param, given, handle), probe)
        own.close()

    in_grandchild(in_the_fork)
    parent.close()
