"""Fuzzing that keeps what reaches new code: libFuzzer under the native readers, and under those in Python. Holds no test.

`python tests/fuzz/guided.py [TARGET...] [--seconds N]` goes on from what it kept in build/fuzz/kept. An input that a reader does not
survive is put into tests/fuzz/regressions, where the tests find it.

The native part needs nothing but the stable compiler and a C++ compiler: the counters are LLVM's, asked for by flags that every
rustc takes. The part in Python needs atheris, and says so where that is not installed (`pip install atheris==3.0.0`).
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import campaign
from mutator import mutant
from targets import REGRESSIONS, TARGETS, Target, answer

ROOT = Path(__file__).parents[2]
CRATE, KEPT = ROOT / "tools/native/fuzz", ROOT / "build/fuzz/kept"
BUILT = ROOT / "build/fuzz/target"
COUNTERS = (
    "-Cpasses=sancov-module", "-Cllvm-args=-sanitizer-coverage-level=4", "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table", "-Cllvm-args=-sanitizer-coverage-trace-compares", "-Ccodegen-units=1",
)
NATIVE = {"native-elf": "elf", "native-dwarf": "dwarf", "native-containers": "containers", "native-gpu": "containers"}
"""Programs of the crate, by the reader whose corpus they begin with and whose regressions they find."""
PYTHON = tuple(name for name, target in TARGETS.items() if target.seeds not in ("elf", "containers")) + ("diff",)
OTHERS = ("library", "binary", "starts")
"""What is damaged by plan alone: those that mostly wait for other programs, or read what others read already."""
LONGEST, SLOW, MEMORY = 1 << 16, 10, 512
"""Bytes of an input, seconds of one run and megabytes of one process. The counters and the two readings make all of it slower."""


@dataclass(frozen=True)
class Outcome:
    """What a run of libFuzzer says of itself."""

    runs: int
    covered: int
    places: int
    kept: int
    found: tuple[str, ...]

    def __str__(self) -> str:
        share = f"{self.covered} of {self.places} places" if self.places else f"{self.covered} places"
        return f"{self.runs:>9} inputs, {share} reached, {self.kept} kept, {len(self.found)} failed"


def build() -> Path:
    """The programs with counters, built by the compiler that builds the gate."""
    host = next(line.split()[1] for line in subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout.splitlines() if line.startswith("host:"))
    variables = {**os.environ, "RUSTFLAGS": " ".join(COUNTERS), "CARGO_TARGET_DIR": str(BUILT)}
    # With a target named, the flags are not those of build scripts.
    subprocess.run(["cargo", "build", "--quiet", "--locked", "--release", "--target", host], check=True, cwd=CRATE, env=variables)
    return BUILT / host / "release"


def run(name: str, command: list[str], reader: str, seconds: float) -> Outcome:
    """Runs a program on what was kept, what is committed and what comes of both."""
    failed, kept = REGRESSIONS / reader, KEPT / name
    for folder in (failed, kept):
        folder.mkdir(parents=True, exist_ok=True)
    before = set(failed.iterdir())
    options = [f"-max_total_time={int(seconds)}", f"-max_len={LONGEST}", f"-timeout={SLOW}", f"-artifact_prefix={failed}/", "-print_final_stats=1", "-use_value_profile=1"]
    seeds = [str(folder) for folder in (TARGETS[reader].inputs[0].parent, failed)]
    done = subprocess.run(["nice", "-n", "10", *command, *options, str(kept), *seeds], capture_output=True, text=True, errors="replace", cwd=ROOT)
    new = sorted(path for path in set(failed.iterdir()) - before)
    if not before and not new:
        failed.rmdir()
    log = KEPT.parent / f"{name}.log"
    log.write_text(done.stdout + done.stderr)
    found = [f"{path.relative_to(ROOT)}" for path in new]
    if done.returncode and not found:
        found = [f"ends with {done.returncode} and keeps no input: {log.relative_to(ROOT)}"]
    return Outcome(
        last(r"stat::number_of_executed_units:\s*(\d+)", done.stderr), last(r" cov: (\d+)", done.stderr), last(r"\((\d+) PCs\)|PC table[^0-9]*(\d+)", done.stderr),
        sum(1 for _ in kept.iterdir()), tuple(found),
    )


def last(pattern: str, text: str) -> int:
    found = re.findall(pattern, text)
    return int(found[-1] if isinstance(found[-1], str) else next(filter(None, found[-1]))) if found else 0


def live(name: str, arguments: list[str]) -> None:
    """A reader in Python under libFuzzer. Does not return."""
    import atheris

    target = TARGETS[name]
    with atheris.instrument_imports(include=["astra_abi", "tomllib", "json.decoder", "json.scanner"]):
        import astra_abi.cli.diff, astra_abi.load.baseline, astra_abi.load.contract, astra_abi.load.declared, astra_abi.load.headers  # noqa: E401, F401
        import astra_abi.load.snapshot, astra_abi.project, astra_abi.record.probe, astra_abi.record.recording, astra_abi.suppress  # noqa: E401, F401
    file = "versioned.so" if name == "diff" else target.inputs[0].name
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        def one(data: bytes) -> None:
            answer(target, Path(folder), file, data)

        def other(data: bytes, most: int, seed: int) -> bytes:
            # Half of the damage knows the format, half knows what the reader compares with.
            return mutant([data], target.form, name, seed, most) if seed & 1 else atheris.Mutate(data, most)

        one(target.inputs[0].read_bytes())
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + (MEMORY << 20), resource.RLIM_INFINITY))
        atheris.Setup([sys.argv[0], *arguments], one, custom_mutator=other)
        atheris.Fuzz()


def main() -> int:
    if sys.argv[1:2] == ["--inside"]:
        live(sys.argv[2], sys.argv[3:])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*NATIVE, *PYTHON, *OTHERS, []], help="readers; every one if none is named")
    parser.add_argument("--seconds", type=float, default=60, help="for each reader")
    parser.add_argument("--seed", default="1", help="another one gives other inputs where nothing guides")
    options = parser.parse_args()
    names, found = options.targets or [*NATIVE, *PYTHON, *OTHERS], 0
    programs = build() if any(name in NATIVE for name in names) else Path()
    for name in names:
        if name in NATIVE:
            command = [str(programs / name.removeprefix("native-")), f"-rss_limit_mb={MEMORY}"]
        elif name not in OTHERS and importlib.util.find_spec("atheris"):
            command = [sys.executable, __file__, "--inside", name]
        else:
            if name not in OTHERS:
                print(f"{name:18} not guided: atheris is not installed (pip install atheris==3.0.0)", flush=True)
            found += campaign.main([name, "--seconds", str(options.seconds), "--seed", options.seed])
            continue
        print(f"{name:18}", end=" ", flush=True)
        outcome = run(name, command, NATIVE.get(name, name), options.seconds)
        print(outcome, flush=True)
        for text in outcome.found:
            print(f"    {text}", flush=True)
        found += len(outcome.found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
