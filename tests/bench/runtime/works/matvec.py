"""Matrix times vector, 4096 by 4096, the matrix on either side."""

from works_of import modes, operands

CASES = {"matrix times column": (1, 4096, 4096, 1), "row times matrix": (1, 1, 4096, 4096)}
FIGURES = [{"what": "matrix times vector, both layouts, against the faster of NumPy and torch", "peers": ("numpy", "torch"), "at_least": 0.95}]


def rate(batch, m, k, n):
    return 4.0 * k * max(m, n), "GB/s"


def astra(session, *shape):
    return session.launcher(session.kernel("matmul@1", "f32 f32"), [session.tensor(one) for one in operands(*shape)])


def numpy(module, *shape):
    a, b = operands(*shape)
    return modes(module.matmul, a, b) | {"vector": lambda: module.dot(a, b[:, 0]) if a.shape[0] > 1 else module.dot(a[0], b)}


def torch(module, *shape):
    a, b = map(module.from_numpy, operands(*shape))
    return modes(module.matmul, a, b) | {"vector": lambda: module.mv(a, b[:, 0]) if a.shape[0] > 1 else module.mv(b.T, a[0])}
