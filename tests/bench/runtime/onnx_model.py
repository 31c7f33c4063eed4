"""An ONNX model of one node, as the bytes that onnxruntime reads: protocol buffers by hand, so that onnx is not needed."""

from __future__ import annotations

from typing import Any

DTYPES = {"float32": 1, "uint8": 2, "int8": 3, "int32": 6}
"""Numbers of onnx.proto's TensorProto.DataType."""
OPSET, IR_VERSION = 17, 8


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def block(field: int, content: bytes | str) -> bytes:
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def value_info(name: str, dtype: str) -> bytes:
    """A named tensor of two dimensions that are not given."""
    dims = block(2, block(1, b"") * 2)
    return block(1, name) + block(2, block(1, number(1, DTYPES[dtype]) + dims))


def one_node(onnxruntime: Any, op: str, inputs: dict[str, str], output: str) -> Any:
    """A session of a model that has one node. Threads are as the process was told."""
    import os

    node = b"".join(block(1, name) for name in inputs) + block(2, "y") + block(4, op)
    graph = block(1, node) + block(2, "one") + b"".join(block(11, value_info(*one)) for one in inputs.items()) + block(12, value_info("y", output))
    model = number(1, IR_VERSION) + block(7, graph) + block(8, number(2, OPSET))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
