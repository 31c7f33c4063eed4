"""Valid things to call a library with, made from the contract alone: handles of every kind, arguments.

A new kind of handle or a new function needs no code here: a handle comes from the function that makes
one, structs and numbers from the contract's examples.
"""

from __future__ import annotations

from typing import Any

from ..model import Abi, AstraError, Function, Param
from .client import Client, Refused


def is_handle(abi: Abi, param: Param) -> bool:
    return param.type.base in (abi.handles or {})


def handles_in(abi: Abi, function: Function) -> list[Param]:
    return [param for param in function.params if is_handle(abi, param) and param.direction != "out"]


def makers(abi: Abi, kind: str) -> list[Function]:
    """Functions that make a handle of a kind from other things, the least demanding first."""
    found = [
        function for function in abi.functions.values()
        if any(p.type.base == kind and p.direction == "out" and not p.length for p in function.params)
        and not any(p.type.base == kind for p in handles_in(abi, function))
    ]
    # A runtime needs nothing; what hangs directly from the runtime needs less than what hangs from a stream.
    return sorted(found, key=lambda function: sum(depth(abi, p.type.base, kind) for p in handles_in(abi, function)))


def depth(abi: Abi, kind: str, *path: str) -> int:
    """How many handles must be made, one from the other, before this kind."""
    if kind in path:
        return 1000
    found = [
        f for f in abi.functions.values()
        if any(p.type.base == kind and p.direction == "out" and not p.length for p in f.params)
        and not any(p.type.base == kind for p in handles_in(abi, f))
    ]
    return min((1 + sum(depth(abi, p.type.base, kind, *path) for p in handles_in(abi, f)) for f in found), default=1000)


def releaser(abi: Abi, kind: str) -> Function | None:
    """The function that releases a handle of a kind; None where it is borrowed."""
    for function in abi.functions.values():
        if any(p.type.base == kind and p.ownership == "consumed" for p in function.params):
            return function
    return None


def output_of(function: Function, kind: str) -> Param:
    return next(p for p in function.params if p.direction == "out" and p.type.base == kind)


class World:
    """One runtime with one handle of each kind, made when first asked for, and all of it released at the end."""

    def __init__(self, client: Client) -> None:
        self.client, self.abi = client, client.abi
        self.exemplars: dict[str, int] = {}
        self.owned: list[tuple[str, int]] = []

    @property
    def root(self) -> str:
        """The kind that everything else hangs from."""
        return next(kind for kind in self.abi.handles if not any(handles_in(self.abi, f) for f in makers(self.abi, kind)[:1]))

    def get(self, kind: str) -> int:
        """The world's own handle of a kind."""
        if kind not in self.exemplars:
            self.exemplars[kind] = self.make(kind)
        return self.exemplars[kind]

    def make(self, kind: str) -> int:
        """Another handle of a kind, in this world's runtime; of the runtime itself, another reference."""
        if kind == self.root and kind in self.exemplars:
            function = next(f for f in self.abi.functions.values() if self.is_retain(f, kind))
        else:
            found = makers(self.abi, kind)
            if not found:
                raise AstraError(f"no function makes a {kind}", self.abi.functions and "abi", "declare one in spec/abi")
            function = found[0]
        call = self.client.attempt(function.name, **self.arguments(function))
        if call.status != 0:
            raise Refused(call)
        handle = call.out(output_of(function, kind).name)
        self.adopt(kind, handle)
        return handle

    def is_retain(self, function: Function, kind: str) -> bool:
        inputs = handles_in(self.abi, function)
        outs = [p for p in function.params if p.direction == "out" and is_handle(self.abi, p)]
        return [p.type.base for p in inputs] == [kind] == [p.type.base for p in outs]

    def adopt(self, kind: str, handle: int) -> None:
        """Takes over the release of an owned handle."""
        if not self.abi.handles[kind].borrowed:
            self.owned.append((kind, handle))

    def disown(self, handle: int) -> None:
        """The handle has been released by a call."""
        self.owned = [(kind, one) for kind, one in self.owned if one != handle]

    def arguments(self, function: Function, filled: frozenset[str] = frozenset()) -> dict[str, Any]:
        """Valid arguments. A nullable pointer is NULL unless it is in `filled`."""
        given: dict[str, Any] = {}
        for param in function.params:
            if param.direction == "out" or (param.nullable and param.name not in filled):
                continue
            given[param.name] = self.argument(function, param)
        return given

    def argument(self, function: Function, param: Param) -> Any:
        kind, struct = param.type.base, (self.abi.structs or {}).get(param.type.base)
        count = (function.param(param.length).example or 0) if param.length else None
        if is_handle(self.abi, param):
            if param.direction == "in":
                return [self.get(kind)] * count
            if param.ownership == "consumed":
                # The root first, so that what is consumed is a second reference and not the last one.
                self.get(self.root)
                return self.make(kind)
            return self.get(kind)
        if param.direction == "value":
            return self.client.library.binding.own_value(param.example) or 0
        if struct:
            return self.client.library.binding.example(struct)
        return bytes(index % 7 for index in range(count))

    def absorb(self, call) -> None:
        """Takes over what a successful call made, and forgets what it consumed."""
        if call.status != 0:
            return
        for param in call.function.params:
            if param.ownership == "consumed":
                self.disown(call.given[param.name])
            elif param.direction == "out" and param.ownership == "caller" and param.name in call.blocks:
                made = call.out(param.name)
                for handle in made if isinstance(made, list) else [made]:
                    self.adopt(param.type.base, handle)

    def close(self) -> None:
        """Releases everything. Each release must succeed: nothing was lost, and nothing leaked."""
        self.exemplars.clear()
        waiting = self.owned[::-1]
        self.owned = []
        while waiting:
            refused = [pair for pair in waiting if not self.release(*pair)]
            assert len(refused) < len(waiting), f"the last {len(refused)} handles cannot be released: {self.reason(*refused[0])}"
            waiting = refused

    def release(self, kind: str, handle: int) -> bool:
        return self.try_release(kind, handle).status == 0

    def try_release(self, kind: str, handle: int):
        function = releaser(self.abi, kind)
        consumed = next(p for p in function.params if p.ownership == "consumed")
        return self.client.attempt(function.name, **{consumed.name: handle})

    def reason(self, kind: str, handle: int) -> str:
        call = self.try_release(kind, handle)
        return f"{call.function.name} returned {call.status_name}"
