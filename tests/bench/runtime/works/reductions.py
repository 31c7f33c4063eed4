"""Sum, max and mean of 16M f32 along every axis, beside what reading them takes."""

from works_of import uniform

SHAPES = {"[16M]": ((1 << 24,), 0), "[4096, 4096] inner": ((4096, 4096), 1), "[4096, 4096] outer": ((4096, 4096), 0), "[256, 256, 256] middle": ((256, 256, 256), 1)}
CASES = {f"{op} of {name}": (op, *shape) for op in ("sum", "max", "mean") for name, shape in SHAPES.items()}
INNER = tuple(name for name in CASES if "inner" in name or "[16M]" in name)
FIGURES = [
    {"what": "sum, max, mean of 16M f32 on the inner axis against reading", "peers": ("limit",), "cases": INNER, "at_least": 0.95},
    {"what": "sum, max, mean of 16M f32 on every axis against torch and NumPy", "peers": ("numpy", "torch"), "at_least": 1.0},
    {"what": "sum, max, mean of 16M f32, 2 threads, against torch", "peers": ("torch",), "threads": 2, "at_least": 1.0},
]
OPERATORS = {"sum": "sum@1", "max": "reduce_max@1", "mean": "mean@1"}


def rate(op, shape, axis):
    return 4.0 * (1 << 24), "GB/s"


def astra(session, op, shape, axis):
    return session.launcher(session.kernel(OPERATORS[op], "f32"), [session.tensor(uniform(*shape))], axes=(1, 1 << axis))


def numpy(module, op, shape, axis):
    x = uniform(*shape)
    return lambda: getattr(module, op)(x, axis=axis)


def torch(module, op, shape, axis):
    x = module.from_numpy(uniform(*shape))
    call = getattr(module, {"max": "amax"}.get(op, op))
    return lambda: call(x, dim=axis)


def limit(memory, op, shape, axis):
    return memory.calls("read", 1 << 24)
