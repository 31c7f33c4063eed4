"""A world in which operators run: tensors from arrays, launches by operator name, results as bits.

Elements are numpy arrays of unsigned integers as wide as the dtype, so that no float ever touches them.
"""

from __future__ import annotations

import math
from typing import Any, Sequence

import numpy as np

from ..elements import CARRIERS, as_bits
from .world import World


class Workplace(World):
    """`World` with names for what cases do most. Everything is made when first used."""

    @property
    def runtime(self) -> int:
        return self.get("astra_runtime")

    @property
    def device(self) -> int:
        return self.get("astra_device")

    @property
    def stream(self) -> int:
        return self.get("astra_stream")

    def new_stream(self) -> int:
        return self.make("astra_stream")

    def new_event(self) -> int:
        return self.make("astra_event")

    def tensor(self, values: Any, dtype: str = "f32") -> int:
        """A tensor of bits (an array of the dtype's carrier) or of Python numbers."""
        bits = as_bits(values, dtype)
        tensor = self.client.tensor_create(self.device, self.desc(bits.shape, dtype), np.ascontiguousarray(bits))
        self.adopt("astra_tensor", tensor)
        return tensor

    def tensor_of_shape(self, shape: Sequence[int]) -> int:
        """A tensor of zeros; a shape with a zero may have any other dimensions."""
        tensor = self.client.tensor_create(self.device, self.desc(shape), bytes(4 * math.prod(shape)))
        self.adopt("astra_tensor", tensor)
        return tensor

    @staticmethod
    def bits(values: Any) -> np.ndarray:
        """Floats as f32 bits."""
        return as_bits(values, "f32")

    def desc(self, shape: Sequence[int], dtype: str = "f32") -> dict[str, Any]:
        return {"dtype": self.code(dtype), "rank": len(shape), "dims": [*shape, *[0] * (8 - len(shape))]}

    def code(self, dtype: str) -> int:
        """The number of an element type such as bf16."""
        return self.client.library.binding.constants[f"{self.abi.macro}_DTYPE_{dtype.upper()}"]

    def dtype(self, code: int) -> str:
        """The name of an element type's number."""
        return next(name for name in CARRIERS if self.code(name) == code)

    def kernel(self, op: str, dtypes: Sequence[str] = (), results: Sequence[str] = ()) -> int:
        """The kernel of an operator for the dtypes of its inputs and outputs; else of its first declared combination.

        Outputs are named only where the inputs leave a choice: clients of yesterday cannot name them.
        """
        operator = self.abi.operators[op]
        width = len(operator.inputs)
        inputs = tuple(dtypes or operator.dtypes[0][:width])
        choices = [row[width:] for row in operator.dtypes if row[:width] == inputs]
        codes = [self.code(name) for name in inputs]
        query = {"op": op, "dtype_count": len(codes), "dtypes": padded(codes)}
        if len(choices) > 1:
            query["output_dtypes"] = padded([self.code(name) for name in results or choices[0]])
        return self.client.kernel_get(self.device, query)

    def options(self, op: str, attributes: dict[str, int]) -> dict[str, Any] | None:
        declared = self.abi.operators[op].attributes
        kinds = self.client.library.binding.constants
        rows = [
            {"id": declared[name].id, "kind": kinds[f"{self.abi.macro}_ATTRIBUTE_{declared[name].kind.upper()}"], "bits": value}
            for name, value in attributes.items()
        ]
        return {"attributes": rows} if rows else None

    def launch(self, op: str, inputs: Sequence[int], stream: int | None = None, results: Sequence[str] = (), **attributes: int) -> int:
        """Launches on this world's stream or on another one, for the dtypes that the inputs have; the first output."""
        dtypes = [self.dtype(self.describe(tensor).dtype) for tensor in inputs]
        outputs = self.client.launch(
            self.stream if stream is None else stream, self.kernel(op, dtypes, results), self.options(op, attributes), list(inputs),
        )
        for output in outputs:
            self.adopt("astra_tensor", output)
        return outputs[0]

    def read(self, tensor: int, timeout_ns: int | None = None) -> np.ndarray:
        """The bits of a tensor in its shape; waits for them without a limit."""
        limit = self.client.WAIT_FOREVER if timeout_ns is None else timeout_ns
        map_ = self.client.tensor_map(tensor, limit)
        try:
            address, length = self.client.map_get(map_)
            data = bytes(self.client.ffi.buffer(self.client.ffi.cast("char *", address), length))
        finally:
            self.client.map_release(map_)
        info = self.describe(tensor)
        return np.frombuffer(data, dtype=CARRIERS[self.dtype(info.dtype)]).reshape(info.dims[:info.rank])

    def describe(self, tensor: int):
        return self.client.tensor_describe(tensor)

    def state(self, tensor: int) -> int:
        return self.describe(tensor).state

    def is_complete(self, tensor: int) -> bool:
        return self.state(tensor) == self.client.STATE_COMPLETE

    def is_pending(self, tensor: int) -> bool:
        return self.state(tensor) == self.client.STATE_PENDING

    def is_failed(self, tensor: int) -> bool:
        return self.state(tensor) == self.client.STATE_FAILED

    def query(self, event: int) -> int:
        return self.client.event_query(event)

    def blocked(self) -> tuple[int, int]:
        """A new stream that waits for a new host event: (stream, event)."""
        stream, event = self.new_stream(), self.new_event()
        self.client.stream_wait(stream, event)
        return stream, event

    def complete(self, event: int) -> None:
        self.client.event_signal(event, self.client.STATE_COMPLETE)

    def fail(self, event: int) -> None:
        self.client.event_signal(event, self.client.STATE_FAILED)


def padded(codes: Sequence[int]) -> list[int]:
    return [*codes, *[0] * (8 - len(codes))]


def compute(
    client, op: str, inputs: Sequence[Any], attributes: dict[str, int] | None = None, dtypes: Sequence[str] = (), results: Sequence[str] = (),
) -> list[np.ndarray]:
    """Runs one operator in a runtime of its own: the bits of its outputs. Inputs are f32 where no dtypes are given.

    `results` are the dtypes of the outputs, where the inputs leave a choice.
    """
    world = Workplace(client)
    tensors = [world.tensor(values, dtype) for values, dtype in zip(inputs, dtypes or ["f32"] * len(inputs), strict=True)]
    output = world.launch(op, tensors, results=results, **(attributes or {}))
    results = [world.read(output)]
    world.close()
    return results
