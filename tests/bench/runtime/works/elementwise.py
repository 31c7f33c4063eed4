"""Elementwise work on 10^7 f32, beside the limits of the memory."""

from works_of import modes, uniform

COUNT = 10_000_000
CASES = {"add": ("add", 2), "mul": ("mul", 2), "max": ("max", 2), "neg": ("neg", 1), "sqrt": ("sqrt", 1)}
"""By name: Astra's operator and how many inputs it has."""
NAMES = {"add": ("add", "add"), "mul": ("multiply", "mul"), "max": ("maximum", "maximum"), "neg": ("negative", "neg"), "sqrt": ("sqrt", "sqrt")}
"""What NumPy and torch call it."""
FIGURES = [
    {"what": "elementwise on 10^7 f32 against the memory", "peers": ("limit",), "at_least": 0.95},
    {"what": "elementwise on 10^7 f32, 2 threads, against the memory", "peers": ("limit",), "threads": 2, "at_least": 0.95},
    {"what": "elementwise on 10^7 f32 against NumPy and torch", "peers": ("numpy", "torch"), "at_least": 1.0},
]


def rate(op, inputs):
    return 4.0 * COUNT * (inputs + 1), "GB/s"


def arrays(inputs):
    return [uniform(COUNT, low=0.5) for _ in range(inputs)]


def astra(session, op, inputs):
    kernel = session.kernel(f"{op}@1", " ".join(["f32"] * inputs))
    return session.launcher(kernel, [session.tensor(one) for one in arrays(inputs)])


def numpy(module, op, inputs):
    return modes(getattr(module, NAMES[op][0]), *arrays(inputs))


def torch(module, op, inputs):
    return modes(getattr(module, NAMES[op][1]), *map(module.from_numpy, arrays(inputs)))


def limit(memory, op, inputs):
    return memory.calls("add" if inputs == 2 else "copy", COUNT)
