"""The library as a benchmark uses it: bare calls through cffi, nothing audited, tensors from numpy arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import numpy as np

from astra_abi.bind import Binding
from astra_abi.data import packaged
from astra_abi.load.contract import load_contract

FOREVER = 0xFFFFFFFFFFFFFFFF


class Refused(Exception):
    """A call that did not give ASTRA_OK: its record's sentence."""


class Session:
    """A runtime with `threads` threads, its CPU and one stream. Whatever is made lives as long as the process."""

    def __init__(self, library: Path, threads: int) -> None:
        self.binding = Binding(load_contract(packaged("spec")))
        self.ffi, self.abi = self.binding.ffi, self.binding.abi
        self.raw = self.ffi.dlopen(str(library), self.ffi.RTLD_NOW | self.ffi.RTLD_LOCAL)
        self.error = self.struct("astra_error")
        hello = self.struct("astra_hello", **self.binding.example(self.abi.structs["astra_hello"]))
        config = self.struct("astra_runtime_config", thread_count=threads)
        self.runtime = self.out("astra_runtime", "astra_runtime_create", hello, config)
        self.device = self.out("astra_device", "astra_device_get", self.runtime, 0)
        self.stream = self.out("astra_stream", "astra_stream_create", self.device)

    def struct(self, name: str, **fields: Any) -> Any:
        made = self.ffi.new(f"{name} *", fields)
        if hasattr(made, "struct_size"):
            made.struct_size = self.ffi.sizeof(name)
        return made

    def check(self, status: int) -> None:
        if status:
            raise Refused(self.ffi.string(self.error.message).decode())

    def out(self, kind: str, function: str, *arguments: Any) -> Any:
        made = self.ffi.new(f"{kind} *")
        self.check(getattr(self.raw, function)(*arguments, made, self.error))
        return made[0]

    def dtype(self, name: str) -> int:
        return self.binding.constants[f"ASTRA_DTYPE_{name.upper()}"]

    def tensor(self, array: np.ndarray, dtype: str | None = None) -> Any:
        """A copy of an array; `dtype` names what numpy has no name for, such as bf16 held as uint16."""
        array = np.ascontiguousarray(array)
        name = dtype or {"float": "f", "int": "i", "uint": "u", "bool": "bool"}[array.dtype.name.rstrip("0123456789")]
        name += str(array.dtype.itemsize * 8) if name in ("f", "i", "u") else ""
        desc = self.struct("astra_tensor_desc", dtype=self.dtype(name), rank=array.ndim, dims=list(array.shape))
        return self.out("astra_tensor", "astra_tensor_create", self.device, desc, self.ffi.from_buffer(array), array.nbytes)

    def kernel(self, op: str, dtypes: str, outputs: str = "") -> Any:
        """The kernel for an operator and the dtypes of its inputs, such as "f32 f32"."""
        name, given = self.ffi.new("char[]", op.encode()), [self.dtype(one) for one in dtypes.split()]
        query = self.struct(
            "astra_kernel_query", op={"ptr": name, "len": len(op)}, dtype_count=len(given),
            dtypes=given, output_dtypes=[self.dtype(one) for one in outputs.split()],
        )
        return self.out("astra_kernel", "astra_kernel_get", self.device, query)

    def launcher(self, kernel: Any, inputs: list[Any], **attributes: tuple[int, int]) -> Callable[[], None]:
        """Launches, waits and releases the one output. Attributes are (id, value) by name."""
        ffi, raw, stream, error = self.ffi, self.raw, self.stream, self.error
        rows = ffi.new("astra_attribute[]", [{"id": id, "kind": 1, "bits": bits} for id, bits in attributes.values()] or 1)
        options = self.struct("astra_launch_options", attributes=rows, attribute_count=len(attributes))
        given, output, count = ffi.new("astra_tensor[]", inputs), ffi.new("astra_tensor[1]"), len(inputs)
        launch, synchronize, release = raw.astra_launch, raw.astra_stream_synchronize, raw.astra_tensor_release

        def once() -> None:
            status = launch(stream, kernel, options, given, count, output, 1, error) or synchronize(stream, FOREVER, error)
            release(output[0], error)
            if status:
                self.check(status)

        once.kept = (rows, options, given)
        return once

    def read(self, kernel: Any, inputs: list[Any], into: np.ndarray) -> None:
        """Launches, and copies the output's bytes to an array."""
        given, output = self.ffi.new("astra_tensor[]", inputs), self.ffi.new("astra_tensor[1]")
        self.check(self.raw.astra_launch(self.stream, kernel, self.ffi.NULL, given, len(inputs), output, 1, self.error))
        opened = self.out("astra_map", "astra_tensor_map", output[0], FOREVER)
        data, length = self.ffi.new("const void **"), self.ffi.new("uint64_t *")
        self.check(self.raw.astra_map_get(opened, data, length, self.error))
        self.ffi.memmove(self.ffi.from_buffer(into), data[0], into.nbytes)
        self.check(self.raw.astra_map_release(opened, self.error))
        self.check(self.raw.astra_tensor_release(output[0], self.error))
