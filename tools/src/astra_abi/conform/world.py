"""Valid things to call a library with, made from the contract alone: handles of every kind, arguments.

A new kind of handle or a new function needs no code here: a handle comes from the function that makes
one, structs and numbers from the contract's examples.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from ..bind import Binding
from ..model import Abi, AstraError, Function, Param
from .client import Client, Refused


def is_handle(abi: Abi, param: Param) -> bool:
    return param.type.base in (abi.handles or {})


def handles_in(abi: Abi, function: Function) -> list[Param]:
    return [param for param in function.params if is_handle(abi, param) and param.direction != "out"]


def output_of(function: Function, kind: str) -> Param | None:
    """The parameter through which a function hands out one handle of a kind."""
    return next((p for p in function.params if p.direction == "out" and p.type.base == kind and not p.length), None)


class Recipes:
    """How to make and release each kind of handle, worked out once per contract.

    `makers[kind]` makes one from other things, `retains[kind]` another reference from one of its own kind,
    `releasers[kind]` releases one (None where it is borrowed). `root` is the kind that needs no other.
    """

    def __init__(self, abi: Abi) -> None:
        functions = list((abi.functions or {}).values())
        self.makers: dict[str, list[Function]] = {}
        self.retains: dict[str, Function | None] = {}
        self.releasers: dict[str, Function | None] = {}
        inputs = {f.name: [p.type.base for p in handles_in(abi, f)] for f in functions}
        for kind in abi.handles or {}:
            makes = [f for f in functions if output_of(f, kind)]
            self.makers[kind] = [f for f in makes if kind not in inputs[f.name]]
            self.retains[kind] = next((f for f in makes if inputs[f.name] == [kind]), None)
            self.releasers[kind] = next(
                (f for f in functions for p in f.params if p.type.base == kind and p.ownership == "consumed"), None
            )

        def depth(kind: str, path: tuple[str, ...] = ()) -> int:
            """How many handles must be made, one from the other, before this kind."""
            if kind in path:
                return 1000
            costs = [sum(1 + depth(k, (*path, kind)) for k in inputs[f.name]) for f in self.makers[kind]]
            return min(costs, default=1000)

        for kind, found in self.makers.items():
            # The least demanding maker first: one that needs a runtime before one that needs a stream.
            found.sort(key=lambda f: sum(1 + depth(k, (kind,)) for k in inputs[f.name]))
        self.root = next((kind for kind, found in self.makers.items() if found and not inputs[found[0].name]), None)


@cache
def recipes_of(binding: Binding) -> Recipes:
    return Recipes(binding.abi)


class World:
    """One runtime with one handle of each kind, made when first asked for, and all of it released at the end."""

    def __init__(self, client: Client) -> None:
        self.client, self.abi = client, client.abi
        self.recipes = recipes_of(client.library.binding)
        self.exemplars: dict[str, int] = {}
        self.owned: list[tuple[str, int]] = []

    @property
    def root(self) -> str:
        """The kind that everything else hangs from."""
        return self.recipes.root

    def get(self, kind: str) -> int:
        """The world's own handle of a kind."""
        if kind not in self.exemplars:
            self.exemplars[kind] = self.make(kind)
        return self.exemplars[kind]

    def make(self, kind: str) -> int:
        """Another handle of a kind, in this world's runtime; of the runtime itself, another reference."""
        if kind == self.root and kind in self.exemplars:
            function = self.recipes.retains[kind]
        else:
            found = self.recipes.makers[kind]
            if not found:
                raise AstraError(f"no function makes a {kind}", self.abi.origin, "declare one in the contract")
            function = found[0]
        call = self.client.attempt(function.name, **self.arguments(function))
        if call.status != 0:
            raise Refused(call)
        handle = call.out(output_of(function, kind).name)
        self.adopt(kind, handle)
        return handle

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
        function = self.recipes.releasers[kind]
        consumed = next(p for p in function.params if p.ownership == "consumed")
        return self.client.attempt(function.name, **{consumed.name: handle})

    def reason(self, kind: str, handle: int) -> str:
        call = self.try_release(kind, handle)
        return f"{call.function.name} returned {call.status_name}"
