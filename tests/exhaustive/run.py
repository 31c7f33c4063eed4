"""Every f32 function of one argument on all 2^32 inputs, and on all of f16 and bf16, against the exact result.

Run by `make exhaustive`: 16 shards a function, each a minute or less. A shard that was compared by the same
program is not compared again, so a run that was stopped goes on where it was. What the results' digests must be is
in tests/golden/exhaustive, one file a function; `--bless` writes them.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
GOLDENS = ROOT / "tests/golden/exhaustive"
FUNCTIONS = "log tanh sigmoid erf sin cos exp exp2 log2 expm1 log1p gelu gelu_tanh silu rsqrt".split()
SHARDS = 16
HEAD = """\
# SHA-256 of the results of {name} on every input in the order of their bits, as little-endian bytes. f32: of the
# 16 shards' digests one after another; each is that of the digests of its 256 blocks of 2^20 results.
# Written by `make exhaustive BLESS=1` after each result was compared with the exact one.
"""


def part(program: Path, function: str, which: str, records: Path) -> str:
    """What the program says about a shard or about the halves, from its record if it has said so before."""
    record = records / f"{function}.{which}"
    if not record.exists():
        done = subprocess.run([program, function, which], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{function} {which} is wrong; to see it again: {program} {function} {which}\n{done.stdout}{done.stderr}")
        records.mkdir(parents=True, exist_ok=True)
        record.with_suffix(".part").write_text(done.stdout)
        record.with_suffix(".part").rename(record)
    return record.read_text().strip()


def compare(program: Path, function: str, records: Path) -> str:
    """The golden file's text, after every input was compared."""
    begin, shards = time.monotonic(), []
    for shard in range(SHARDS):
        shards.append(part(program, function, str(shard), records))
        print(f"{function}: {shard + 1} of {SHARDS} shards, {time.monotonic() - begin:.0f} s", end="\r", flush=True)
    halves = dict(line.split()[1:] for line in part(program, function, "halves", records).splitlines())
    digest = hashlib.sha256(b"".join(map(bytes.fromhex, shards))).hexdigest()
    print(f"{function}: all 2^32 inputs are right, {time.monotonic() - begin:.0f} s, {digest}")
    lines = [f'f16    = "{halves["f16"]}"', f'bf16   = "{halves["bf16"]}"', f'f32    = "{digest}"']
    return HEAD.format(name=f"{function}@1") + "\n".join([*lines, "shards = [", *(f'  "{one}",' for one in shards), "]", ""])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("program", type=Path, help="the example `exhaustive` of astra-cpu, built for release")
    parser.add_argument("functions", nargs="*", help="all without")
    parser.add_argument("--bless", action="store_true", help="write the goldens")
    arguments = parser.parse_args()
    if unknown := set(arguments.functions) - set(FUNCTIONS):
        parser.error(f"{', '.join(sorted(unknown))}: known are {', '.join(FUNCTIONS)}")
    same_program = hashlib.sha256(arguments.program.read_bytes()).hexdigest()[:16]
    records = ROOT / "build/exhaustive" / same_program
    other = []
    for function in arguments.functions or FUNCTIONS:
        text, golden = compare(arguments.program, function, records), GOLDENS / f"{function}@1.toml"
        if arguments.bless:
            golden.write_text(text)
        elif not golden.exists() or tomllib.loads(golden.read_text()) != tomllib.loads(text):
            other.append(golden)
    for golden in other:
        print(f"{golden.relative_to(ROOT)} has other digests; results that are right have one: was it edited?")
    return 1 if other else 0


if __name__ == "__main__":
    sys.exit(main())
