"""f64 matmul: squares. OpenBLAS is NumPy's."""

from works_of import modes, operands

CASES = {f"{n}": (1, n, n, n) for n in (256, 512, 1024)}
FIGURES = [{"what": "f64 matmul against OpenBLAS", "peers": ("numpy",), "of": "geometric mean", "at_least": 0.95}]


def rate(batch, m, k, n):
    return 2.0 * batch * m * k * n, "GFLOP/s"


def astra(session, *shape):
    return session.launcher(session.kernel("matmul@1", "f64 f64"), [session.tensor(one) for one in operands(*shape, dtype="float64")])


def numpy(module, *shape):
    return modes(module.matmul, *operands(*shape, dtype="float64"))


def torch(module, *shape):
    return modes(module.matmul, *map(module.from_numpy, operands(*shape, dtype="float64")))
