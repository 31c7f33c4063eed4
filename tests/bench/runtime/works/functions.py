"""Functions of one f32 argument on 10^6 elements, ours correctly rounded. `--wrong` counts everybody's wrong outputs."""

import numpy as np

from works_of import modes, uniform

COUNT = 1_000_000
CASES = {
    "exp": ("exp", -20, 20), "log": ("log", 0.001, 1000), "tanh": ("tanh", -5, 5), "erf": ("erf", -3, 3),
    "sigmoid": ("sigmoid", -10, 10), "sin": ("sin", -100, 100),
}
"""By name: the operator, and between which bounds its arguments lie."""
FIGURES = [
    {"what": f"{name} of f32, correctly rounded, against torch", "peers": ("torch",), "cases": (name,), "at_least": 1.0} for name in CASES
] + [{"what": "functions of 10^6 f32, 2 threads over 1", "over_threads": 1, "threads": 2, "at_least": 1.8}]


def rate(op, low, high):
    return float(COUNT), "G/s"


def astra(session, op, low, high):
    return session.launcher(session.kernel(f"{op}@1", "f32"), [session.tensor(uniform(COUNT, low=low, high=high))])


def numpy(module, op, low, high):
    return modes(getattr(module, op), uniform(COUNT, low=low, high=high))


def torch(module, op, low, high):
    return modes(getattr(module, op), module.from_numpy(uniform(COUNT, low=low, high=high)))


def all_of(name, tool, op):
    """A contestant's function from array to array."""
    if name == "torch":
        return lambda x: getattr(tool, op)(tool.from_numpy(x)).numpy()
    function = getattr(tool, op)
    return lambda x: function(x)


def wrong(name, tool, case, begin, truth):
    """Compares a piece of all 2^32 inputs with the outputs in the file `truth`, which Astra writes."""
    op = CASES[case][0]
    outputs = np.memmap(truth, np.float32, "r+")
    x = np.arange(begin, begin + outputs.size, dtype=np.uint64).astype(np.uint32).view(np.float32)
    if name == "astra":
        tensor = tool.tensor(x)
        tool.read(tool.kernel(f"{op}@1", "f32"), [tensor], outputs)
        tool.check(tool.raw.astra_tensor_release(tensor, tool.error))
        return {"wrong": 0}
    with np.errstate(all="ignore"):
        y = all_of(name, tool, op)(x)
    differ = (y.view(np.uint32) != outputs.view(np.uint32)) & ~(np.isnan(y) & np.isnan(outputs))
    return {"wrong": int(differ.sum())}
