"""What may not change a bit: implementations, instruction sets, numbers of threads, processors. Found, built and run."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from astra_abi.model import Abi

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "determinism"
RUST, ORACLE = ROOT / "build/rust/libastra.so", ROOT / "build/oracle/libastra_oracle.so"
THREADS = (1, 2, 3, 7, 16)
CROSS, EMULATOR, ARM_ROOT = "aarch64-linux-gnu-gcc", "qemu-aarch64", "/usr/aarch64-linux-gnu"
DEBIAN_RUSTC = "/usr/bin/rustc"
PACKAGES = "qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross rustc-web libstd-rust-web-dev:arm64"
REFUSED = 3
"""How bits.c ends where the library refuses the configuration."""


class Absent(Exception):
    """A configuration that this machine cannot have, and why."""


@dataclass(frozen=True)
class Configuration:
    name: str
    library: Path
    threads: int = 0
    isa: int = 0
    emulated: bool = False

    def command(self, cases: Path) -> list[str]:
        program = BUILD / ("bits-aarch64" if self.emulated else "bits")
        run = [str(program), str(self.library), str(cases), str(self.threads), str(self.isa)]
        return [EMULATOR, "-L", ARM_ROOT, *run] if self.emulated else run

    def digests(self, cases: Path) -> list[str]:
        """One line for each case."""
        done = subprocess.run(self.command(cases), capture_output=True, text=True)
        if done.returncode == REFUSED:
            raise Absent(done.stdout.strip())
        if done.returncode:
            raise RuntimeError(f"{self.name}: {' '.join(self.command(cases))} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout.splitlines()


def here(abi: Abi) -> Iterator[Configuration]:
    """On this processor: the oracle, and the runtime with every instruction set and number of threads."""
    build_program("bits", ["cc"])
    yield Configuration("oracle", ORACLE)
    yield Configuration("oracle, again", ORACLE)
    for name, isa in isas(abi):
        for threads in THREADS:
            yield Configuration(f"runtime, {name}, {threads} thread{'s' if threads > 1 else ''}", RUST, threads, isa)
    yield Configuration("runtime, again", RUST)


def isas(abi: Abi) -> list[tuple[str, int]]:
    """The instruction sets that a runtime can be told to use."""
    return [(name.removeprefix("ASTRA_ISA_").lower(), one.value) for name, one in abi.enums["astra_isa"].constants.items()]


def emulated() -> Iterator[Configuration]:
    """On AArch64, whose NEON every such processor has, emulated by qemu."""
    missing = [name for name in (CROSS, EMULATOR, DEBIAN_RUSTC) if not shutil.which(name)]
    if missing or not list(Path("/usr/lib").glob("*/rustlib/aarch64-unknown-linux-gnu")) + list(Path("/usr/lib/rustlib").glob("aarch64-unknown-linux-gnu")):
        raise Absent(f"emulated AArch64 needs Debian's {PACKAGES} (dpkg --add-architecture arm64)")
    build_program("bits-aarch64", [CROSS])
    build_arm()
    yield Configuration("oracle, emulated AArch64", BUILD / "liboracle-aarch64.so", emulated=True)
    for threads in (1, 3):
        yield Configuration(f"runtime, emulated NEON, {threads} thread{'s' if threads > 1 else ''}", BUILD / "libastra-aarch64.so", threads, emulated=True)


def build_program(name: str, compiler: list[str]) -> None:
    BUILD.mkdir(parents=True, exist_ok=True)
    execute([*compiler, "-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-I", ROOT / "include", HERE / "bits.c", "-o", BUILD / name, "-ldl"])


def build_arm() -> None:
    """Both libraries for AArch64: the oracle by the cross compiler, the runtime by Debian's Rust, which has that target."""
    source, generated = ROOT / "reference-impl/oracle-c", ROOT / "reference-impl/generated"
    files = sorted([*source.glob("*.c"), *source.glob("*/*.c")])
    flags = ["-std=c11", "-O2", "-fPIC", "-shared", "-ffp-contract=off", "-I", ROOT / "include", "-I", generated, "-I", source]
    execute([CROSS, *flags, *files, "-o", BUILD / "liboracle-aarch64.so", "-pthread", "-lm"])
    environment = {**os.environ, "RUSTC": DEBIAN_RUSTC, "CARGO_TARGET_DIR": str(BUILD / "cargo"), "RUSTFLAGS": "-Crelocation-model=pic"}
    execute(["cargo", "build", "--locked", "--release", "--package", "astra-ffi", "--target", "aarch64-unknown-linux-gnu"], cwd=ROOT / "reference-impl", env=environment)
    archive = BUILD / "cargo/aarch64-unknown-linux-gnu/release/libastra_ffi.a"
    version = f"-Wl,--version-script={generated / 'astra.map'}"
    execute([CROSS, "-shared", "-fPIC", "-Wl,--whole-archive", archive, "-Wl,--no-whole-archive", version, "-o", BUILD / "libastra-aarch64.so", "-lgcc_s", "-lpthread", "-ldl", "-lm"])


def execute(command: list[object], **options) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
