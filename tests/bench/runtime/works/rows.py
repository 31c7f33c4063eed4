"""Softmax, layer norm and gelu on [4096, 1024] f32."""

import numpy as np

from works_of import uniform

SHAPE = (4096, 1024)
CASES = {"softmax": ("softmax",), "layer_norm": ("layer_norm",), "gelu": ("gelu",), "gelu_tanh": ("gelu_tanh",)}
FIGURES = [{"what": "softmax, layer_norm, gelu on [4096, 1024] against torch", "peers": ("torch",), "at_least": 1.0}]


def rate(op):
    return 8.0 * SHAPE[0] * SHAPE[1], "GB/s"


def astra(session, op):
    x = session.tensor(uniform(*SHAPE))
    ids = {one.name: one.id for one in session.abi.operators[f"{op}@1"].attributes}
    if op == "softmax":
        return session.launcher(session.kernel("softmax@1", "f32"), [x], axis=(ids["axis"], 1))
    if op == "layer_norm":
        more = [session.tensor(np.ones(SHAPE[1], np.float32)), session.tensor(np.zeros(SHAPE[1], np.float32)), session.tensor(np.float32(1e-5))]
        return session.launcher(session.kernel("layer_norm@1", "f32 f32 f32 f32"), [x, *more], **{name: (id, 1) for name, id in ids.items()})
    return session.launcher(session.kernel(f"{op}@1", "f32"), [x])


def torch(module, op):
    x = module.from_numpy(uniform(*SHAPE))
    functional = module.nn.functional
    weight, bias = module.ones(SHAPE[1]), module.zeros(SHAPE[1])
    return {
        "softmax": lambda: functional.softmax(x, dim=1),
        "layer_norm": lambda: functional.layer_norm(x, (SHAPE[1],), weight, bias, 1e-5),
        "gelu": lambda: functional.gelu(x),
        "gelu_tanh": lambda: functional.gelu(x, approximate="tanh"),
    }[op]
