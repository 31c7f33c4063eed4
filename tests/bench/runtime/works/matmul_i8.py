"""i8 matmul with exact i32 results: squares and a layer. torch has it as _int_mm, onnxruntime as MatMulInteger."""

from works_of import operands

CASES = {"256": (1, 256, 256, 256), "512": (1, 512, 512, 512), "1024": (1, 1024, 1024, 1024), "128x768x3072": (1, 128, 768, 3072)}
FIGURES = [{"what": "i8 matmul against the faster of torch and onnxruntime", "peers": ("torch", "onnxruntime"), "of": "geometric mean", "at_least": 1.0}]


def rate(batch, m, k, n):
    return 2.0 * batch * m * k * n, "GOP/s"


def astra(session, *shape):
    return session.launcher(session.kernel("matmul@1", "i8 i8"), [session.tensor(one) for one in operands(*shape, dtype="int8")])


def torch(module, *shape):
    a, b = map(module.from_numpy, operands(*shape, dtype="int8"))
    return lambda: module._int_mm(a, b)


def onnxruntime(module, *shape):
    from onnx_model import one_node

    a, b = operands(*shape, dtype="int8")
    # Its kernels multiply u8 by i8; the sum is another one of the same size.
    session = one_node(module, "MatMulInteger", {"a": "uint8", "b": "int8"}, "int32")
    feed = {"a": a.view("uint8"), "b": b}
    return lambda: session.run(None, feed)
