"""Compares the correctly rounded functions of a library with MPFR: `make truth`, or with arguments

    check.py [--library PATH] [--inputs 1000000] [--seed 1] [OPERATOR ...]

All inputs of f16 and bf16; of f32 as many as asked, spread over all exponents, and the hardest of sixteen times as many.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Iterator

import numpy as np

from inputs import DOUBLES, hard, power_pairs, spread
from mpfr import FUNCTIONS, Truth

from astra_abi.bind import Binding
from astra_abi.conform import Client, compute
from astra_abi.conform.world import recipes_of
from astra_abi.load.contract import load_contract

ROOT = Path(__file__).parents[2]
CHUNK = 1 << 16


def client_of(library: Path) -> Client:
    binding = Binding(load_contract(ROOT / "spec"))
    recipes_of(binding)
    return Client(binding.open(library))


def wrong(client: Client, op: str, dtype: str, arguments: list[np.ndarray]) -> Iterator[tuple[int, ...]]:
    """(inputs..., result, right one) of each result that differs."""
    truth = Truth(dtype)
    for start in range(0, arguments[0].size, CHUNK):
        columns = [array[start:start + CHUNK] for array in arguments]
        results = compute(client, f"{op}@1", columns, dtypes=[dtype] * len(columns))[0]
        for *given, result in zip(*(column.tolist() for column in columns), results.tolist()):
            right = truth.power(*given) if op == "pow" else truth.unary(op, *given)
            if right != result:
                yield *given, result, right


def suites(op: str, count: int, seed: int) -> Iterator[tuple[str, str, list[np.ndarray]]]:
    """(dtype, what, arguments)"""
    for dtype in ("f16", "bf16", "f32"):
        if op == "pow":
            yield dtype, "pairs", list(power_pairs(dtype, count, seed).T)
        else:
            yield dtype, "spread", [spread(op, dtype, count, seed)]
    if op == "rsqrt":
        yield "f64", "spread", [spread(op, "f64", count, seed)]
    if op in DOUBLES:
        yield "f32", "hard", [hard(op, 16 * count, max(count // 64, 64), seed)]


def arguments_of(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, default=ROOT / "build/oracle/libastra_oracle.so")
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("op", nargs="*", metavar="OPERATOR", help="default: all of them")
    given = parser.parse_args(words)
    if unknown := set(given.op) - {*FUNCTIONS, "pow"}:
        parser.error(f"no function is called {', '.join(sorted(unknown))}: there are {', '.join(FUNCTIONS)} and pow")
    given.op = given.op or [*FUNCTIONS, "pow"]
    return given


def main(words: list[str]) -> int:
    given = arguments_of(words)
    client, failures = client_of(given.library), 0
    for op in given.op:
        for dtype, what, arguments in suites(op, given.inputs, given.seed):
            begin = time.monotonic()
            found = list(wrong(client, op, dtype, arguments))
            failures += len(found)
            print(f"{op:10} {dtype:5} {what:7} {arguments[0].size:9,} inputs, {len(found):,} wrong, {time.monotonic() - begin:.1f} s", flush=True)
            for row in found[:5]:
                print("   ", " ".join(f"{word:x}" for word in row))
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
