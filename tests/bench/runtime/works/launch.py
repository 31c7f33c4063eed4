"""add on f32[8] from C: launched, completed, released. NumPy's is `a + b`."""

import ctypes
import tempfile

from calls import built
from works_of import uniform

CASES = {"add of f32[8]": ()}
THREADS = (1,)
FIGURES = [
    {"what": "launch of add on f32[8] from C, completed and released", "at_most_ns": 250},
    {"what": "launch of add on f32[8] against NumPy's a + b", "peers": ("numpy",), "at_least": 1.0},
]


def astra(session):
    with tempfile.TemporaryDirectory() as folder:
        launches = ctypes.CDLL(str(built(folder, "-shared", "-fPIC"))).launches
    names = ("astra_launch", "astra_stream_synchronize", "astra_tensor_release")
    functions = [ctypes.c_void_p(int(session.ffi.cast("uintptr_t", session.ffi.addressof(session.raw, name)))) for name in names]
    tensors = [session.tensor(uniform(8)) for _ in range(2)]
    handles = (ctypes.c_uint64 * 2)(*(tensor.bits for tensor in tensors))
    kernel = session.kernel("add@1", "f32 f32")
    stream = ctypes.c_uint64(session.stream.bits)

    def repeat(count):
        assert launches(*functions, stream, ctypes.c_uint64(kernel.bits), handles, ctypes.c_long(count)) == 0

    repeat.repeats = True
    return repeat


def numpy(module):
    a, b = uniform(8), uniform(8)
    return lambda: a + b


def torch(module):
    a, b = module.from_numpy(uniform(8)), module.from_numpy(uniform(8))
    return lambda: a + b
