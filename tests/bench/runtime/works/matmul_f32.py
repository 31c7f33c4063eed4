"""f32 matmul: squares, layers of MLPs, attention. OpenBLAS is NumPy's."""

from works_of import modes, operands

SQUARES = {f"{n}": (1, n, n, n) for n in (256, 384, 512, 768, 1024, 1536, 2048)}
MLP = {f"{m}x{k}x{n}": (1, m, k, n) for m, k, n in ((8, 1024, 4096), (32, 1024, 4096), (128, 768, 3072), (512, 3072, 768), (4096, 64, 256))}
ATTENTION = {f"{b} of {m}x{k}x{n}": (b, m, k, n) for b, m, k, n in ((64, 64, 64, 64), (64, 128, 64, 128), (64, 128, 128, 64), (16, 512, 64, 512))}
CASES = SQUARES | MLP | ATTENTION
FIGURES = [
    {"what": "f32 matmul against the faster of OpenBLAS and torch", "peers": ("numpy", "torch"), "of": "geometric mean", "at_least": 1.0},
    {"what": "f32 matmul in each case", "peers": ("numpy", "torch"), "at_least": 0.85},
    {"what": "f32 matmul, 2 threads, against the faster of both", "peers": ("numpy", "torch"), "threads": 2, "of": "geometric mean", "at_least": 1.0},
    {"what": "f32 matmul of 1024 and more, 2 threads over 1", "over_threads": 1, "threads": 2, "cases": ("1024", "1536", "2048"), "at_least": 1.8},
]


def rate(batch, m, k, n):
    return 2.0 * batch * m * k * n, "GFLOP/s"


def astra(session, *shape):
    return session.launcher(session.kernel("matmul@1", "f32 f32"), [session.tensor(one) for one in operands(*shape)])


def numpy(module, *shape):
    return modes(module.matmul, *operands(*shape))


def torch(module, *shape):
    return modes(module.matmul, *map(module.from_numpy, operands(*shape)))
