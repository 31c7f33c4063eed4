"""Calls a library the way a case reads: outputs are returned, failures raised, and every call audited.

The audit holds each call to what the contract says of all of them: records, zeroed outputs, guarded
memory. What it finds is a broken promise of its own (`marks.promise`), whatever case found it.
"""

from __future__ import annotations

import contextlib
import sys
from typing import Any, Callable, Iterator

from ..bind import Call, Library
from ..layout import first_size
from ..model import Function, Param, Struct
from ..values import FILL_BYTE
from .marks import promise


class Refused(Exception):
    """A call failed. `code` is the status by name, `record` the error record (None if none was passed)."""

    def __init__(self, call: Call) -> None:
        self.call, self.code, self.record = call, call.status_name, call.record
        message = f": {self.record.message}" if self.record else ""
        super().__init__(f"{call.function.name} returned {self.code}{message}")

    @property
    def operand(self) -> int:
        return self.record.operand

    @property
    def op(self) -> str:
        return self.record.op


class Client:
    """A library whose functions are methods: `client.stream_create(device)` returns the new stream.

    Positional arguments are the inputs in order, without the lengths of buffers, which are derived.
    Everything can be given by name. One output is returned as such, several as a tuple.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self.abi = library.binding.abi
        self.ffi = library.binding.ffi
        self.raw = library.raw
        vars(self).update({name.removeprefix(f"{self.abi.macro}_"): value for name, value in library.binding.constants.items()})

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = self.abi.functions.get(f"{self.abi.prefix}_{name}")
        if function is None:
            raise AttributeError(f"the contract has no function {self.abi.prefix}_{name}")

        def method(*inputs: Any, **given: Any) -> Any:
            return self._do(function, *inputs, **given)

        return method

    def _do(self, function: Function, *inputs: Any, **given: Any) -> Any:
        """Calls, raises `Refused` on failure, returns the outputs."""
        given |= dict(zip((param.name for param in input_params(function)), inputs, strict=False))
        call = self.attempt(function.name, **given)
        if not function.has_status:
            return call.result
        if call.status != 0:
            raise Refused(call)
        outs = [call.out(param.name) for param in output_params(function) if param.name in call.blocks]
        return outs[0] if len(outs) == 1 else tuple(outs) or None

    def attempt(self, name: str, /, **given: Any) -> Call:
        """Calls and audits; a failure is the caller's to look at."""
        call = self.library.call(name, **given)
        audit(call)
        return call


def input_params(function: Function) -> list[Param]:
    """What a caller chooses: no outputs, and no lengths of input buffers."""
    lengths = {param.length for param in function.params if param.length}
    return [param for param in function.params if param.direction != "out" and param.name not in lengths]


def output_params(function: Function) -> list[Param]:
    return [param for param in function.params if param.direction == "out" and param.name != "error"]


@contextlib.contextmanager
def refused(code: str, operand: str | None = None, op: str | None = None) -> Iterator[list[Refused]]:
    """The block must raise `Refused` with this code, and where given this parameter's index and `op`."""
    caught: list[Refused] = []
    try:
        yield caught
    except Refused as refusal:
        caught.append(refusal)
    assert caught, f"the call succeeded; expected {code}"
    refusal = caught[0]
    assert refusal.code == code, f"{refusal}; expected {code}"
    if operand is not None:
        names = [param.name for param in refusal.call.function.params]
        with promise("abi/error-record-filled"):
            assert refusal.operand == names.index(operand), f"{refusal}: operand is {refusal.operand}, not {operand}'s index"
    if op is not None:
        assert refusal.op == op, f"{refusal}: op is '{refusal.op}', expected '{op}'"


def audit(call: Call) -> None:
    """Holds one finished call to the promises of every call."""
    name = call.function.name
    for param, block in call.blocks.items():
        assert block.guards_intact(), f"{name} wrote outside the memory of '{param}'"
        if call.function.param(param).direction == "in":
            assert block.bytes() == block.before, f"{name} changed its input '{param}'"
    if not call.function.has_status:
        return
    if call.status == 0:
        audit_success(call)
    else:
        audit_failure(call)


def audit_success(call: Call) -> None:
    name = call.function.name
    if "error" in call.blocks:
        with promise("abi/success-clears-record"):
            assert not any(call.blocks["error"].bytes()), f"{name} succeeded and left a record that is not zero"
    for param in output_params(call.function):
        block = call.blocks.get(param.name)
        if block and block.size:
            assert block.bytes() != bytes([FILL_BYTE]) * block.size, f"{name} succeeded and did not write '{param.name}'"


def audit_failure(call: Call) -> None:
    declared = {condition.code for condition in call.function.errors}
    assert call.status_name in declared, f"{call.function.name} returned {call.status_name}, which it does not declare"
    if "error" in call.blocks:
        with promise("abi/error-record-filled"):
            audit_record(call)
    for param in output_params(call.function):
        if param.name in call.blocks:
            with promise("abi/failure-zeroes-outputs"):
                audit_output(call, param)


def audit_record(call: Call) -> None:
    """The record of a failed call, byte for byte where the contract says so."""
    record, said = call.record, f"{call.function.name} returned {call.status_name}"
    binding = call.library.binding
    assert record.code == call.status, f"{said}, and the record's code is {record.code}"
    assert record.symbol == call.status_name, f"{said}, and the record's symbol is '{record.symbol}'"
    assert record.message, f"{said}, and the record's message is empty"
    index = dict(enumerate(param.name for param in call.function.params))
    operand = index.get(record.operand, record.operand)
    none = binding.constants[f"{binding.abi.macro}_OPERAND_NONE"]
    allowed = {none if c.param is None else c.param for c in call.function.errors if c.code == call.status_name}
    if any(c.probe == "exhaustion" and c.code == call.status_name for c in call.function.errors):
        allowed.add(none)
    assert operand in allowed, f"{said}, and the record's operand is {operand}; allowed: {allowed}"
    data = call.blocks["error"].bytes()
    for item in binding.abi.structs[f"{binding.abi.prefix}_error"].fields:
        if item.type.base == "char":
            text, *rest = data[item.offset:item.offset + item.size].split(b"\0", 1)
            assert rest, f"{said}, and '{item.name}' of the record is not ended by NUL"
            assert not rest[0].strip(b"\0"), f"{said}, and '{item.name}' of the record is not padded with NUL"
            try:
                text.decode("utf-8")
            except UnicodeDecodeError:
                raise AssertionError(f"{said}, and '{item.name}' of the record is not UTF-8") from None


def audit_output(call: Call, param: Param) -> None:
    """An output of a failed call: zero, or untouched where the struct's own size is refused."""
    block, said = call.blocks[param.name], f"{call.function.name} returned {call.status_name}"
    struct = call.library.binding.abi.structs.get(param.type.base)
    if not struct or struct.growth != "growable" or len(param.type.pointers) > 1:
        assert not any(block.bytes()), f"{said} and left '{param.name}' not zero"
        return
    said_size = int.from_bytes(block.before[:4], sys.byteorder)
    if valid_size(struct, said_size):
        expected = said_size.to_bytes(4, sys.byteorder) + bytes(said_size - 4) + block.before[said_size:]
        assert block.bytes() == expected, f"{said} and left '{param.name}' neither zero nor with its struct_size"
    else:
        assert block.bytes() == block.before, f"{said} and wrote to '{param.name}', whose struct_size is refused"


def valid_size(struct: Struct, size: int) -> bool:
    return first_size(struct) <= size <= 65536
