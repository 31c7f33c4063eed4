"""The built runtime's functions have the digests of the results that `make exhaustive` compared with the exact ones."""

from __future__ import annotations

import hashlib
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from astra_abi.bind import Binding
from astra_abi.conform import Client, compute
from astra_abi.conform.world import recipes_of
from astra_abi.load.contract import load_contract

ROOT = Path(__file__).parents[2]
GOLDENS = ROOT / "tests/golden/exhaustive"
FUNCTIONS = sorted(path.stem for path in GOLDENS.glob("*.toml"))
BLOCK, BLOCKS = 1 << 20, 256


@pytest.fixture(scope="module")
def runtime() -> Client:
    binding = Binding(load_contract(ROOT / "spec"))
    recipes_of(binding)
    return Client(binding.open(ROOT / "build/rust/libastra.so"))


def results(runtime: Client, op: str, dtype: str, x: np.ndarray) -> bytes:
    return compute(runtime, op, [x], dtypes=[dtype])[0].tobytes()


def digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def test_every_function_that_is_compared_has_its_digests(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tests/exhaustive"))
    import run

    del sys.modules["run"]
    assert FUNCTIONS == sorted(f"{name}@1" for name in run.FUNCTIONS)


@pytest.mark.parametrize("op", FUNCTIONS)
def test_the_shards_digests_make_that_of_all(op):
    golden = tomllib.loads((GOLDENS / f"{op}.toml").read_text())
    assert digest(b"".join(map(bytes.fromhex, golden["shards"]))).hex() == golden["f32"]


@pytest.mark.parametrize("dtype", ["f16", "bf16"])
@pytest.mark.parametrize("op", FUNCTIONS)
def test_all_inputs_of_16_bits_have_the_digest(runtime, op, dtype):
    golden = tomllib.loads((GOLDENS / f"{op}.toml").read_text())
    assert digest(results(runtime, op, dtype, np.arange(1 << 16, dtype=np.uint16))).hex() == golden[dtype]


@pytest.mark.parametrize("op", FUNCTIONS)
def test_a_shard_of_f32_has_the_digest(runtime, op):
    """From 2^-31 to 2, where no function is trivial: 2^28 inputs, a second or two."""
    golden = tomllib.loads((GOLDENS / f"{op}.toml").read_text())
    start, blocks = 3 * BLOCKS * BLOCK, []
    for block in range(BLOCKS):
        x = np.arange(BLOCK, dtype=np.uint32) + np.uint32(start + block * BLOCK)
        blocks.append(digest(results(runtime, op, "f32", x)))
    assert digest(b"".join(blocks)).hex() == golden["shards"][3]
