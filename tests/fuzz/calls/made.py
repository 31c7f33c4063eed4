"""What a campaign of calls runs: its program, and both libraries, plain or with a sanitizer.

A sanitizer comes from clang; Rust's compiler instruments too when it is told that it may use what is not stable yet.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from astra_abi.data import packaged
from astra_abi.load.contract import load_contract

import table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
IMPL = ROOT / "reference-impl"
SANITIZERS = {"none": [], "address": ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"], "thread": ["-fsanitize=thread"]}
WARNINGS = ["-std=gnu11", "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-fno-omit-frame-pointer", "-ffp-contract=off"]


class Missing(Exception):
    """What this machine lacks for a sanitizer."""


def libraries(folder: Path, sanitizer: str) -> list[Path]:
    """Both libraries: as `make build` leaves them, or instrumented. ThreadSanitizer is for the oracle alone: it cannot see
    the locks of Rust's standard library, which is compiled without it, and the core has no unsafe code to race with."""
    if sanitizer == "none":
        return [ROOT / "build/oracle/libastra_oracle.so", ROOT / "build/rust/libastra.so"]
    if sanitizer == "thread":
        return [oracle(folder, sanitizer)]
    return [oracle(folder, sanitizer), rust(folder, sanitizer)]


def able(sanitizer: str) -> None:
    """Whether this machine's clang has a sanitizer's runtime; Missing says that it has not."""
    if not shutil.which("clang"):
        raise Missing("clang is not installed")
    probe = subprocess.run(["clang", *SANITIZERS[sanitizer], "-x", "c", "-", "-o", "/dev/null"], input="int main(void) { return 0; }", capture_output=True, text=True)
    if probe.returncode:
        raise Missing("clang's sanitizers are not installed")


def run(command: list[object], **options) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def program(folder: Path, sanitizer: str = "none") -> Path:
    """The campaign's program."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "calls.c").write_text(table.source(load_contract(packaged("spec"))))
    if SANITIZERS[sanitizer]:
        able(sanitizer)
    compiler = "clang" if SANITIZERS[sanitizer] else "cc"
    made = folder / f"calls-{sanitizer}"
    # A sanitizer has an allocator of its own.
    memory = "endless.c" if SANITIZERS[sanitizer] else "memory.c"
    run([compiler, *WARNINGS, "-Wno-unused-variable", "-Wno-unused-but-set-variable", *SANITIZERS[sanitizer], "-I", ROOT / "include", "-I", HERE, folder / "calls.c", HERE / "engine.c", HERE / memory, "-o", made, "-rdynamic", "-ldl", "-pthread"])
    return made


def oracle(folder: Path, sanitizer: str, source: Path = IMPL / "oracle-c") -> Path:
    """The oracle, instrumented."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"liboracle-{sanitizer}.so"
    sources = sorted([*source.glob("*.c"), *source.glob("*/*.c")])
    includes = ["-I", ROOT / "include", "-I", IMPL / "generated", "-I", source]
    run(["clang" if SANITIZERS[sanitizer] else "cc", *WARNINGS, *SANITIZERS[sanitizer], "-fPIC", "-shared", *includes, *sources, "-o", made, "-pthread", "-lm"])
    return made


def rust(folder: Path, sanitizer: str) -> Path:
    """The runtime, instrumented: its archive linked by clang, which brings the sanitizer."""
    toolchain = subprocess.run(["sh", IMPL / "toolchain.sh", "1.95.0"], capture_output=True, text=True).stdout.strip()
    flags = f"-Zsanitizer={sanitizer} -Zexternal-clangrt -Cunsafe-allow-abi-mismatch=sanitizer -Crelocation-model=pic -Cforce-frame-pointers=yes -Cdebuginfo=1"
    environment = {**os.environ, "RUSTUP_TOOLCHAIN": toolchain, "RUSTC_BOOTSTRAP": "1", "RUSTFLAGS": flags, "CARGO_TARGET_DIR": str(folder / f"cargo-{sanitizer}")}
    run(["cargo", "build", "--locked", "--release", "--package", "astra-ffi", "--target", "x86_64-unknown-linux-gnu"], cwd=IMPL, env=environment)
    made = folder / f"libastra-{sanitizer}.so"
    archive = folder / f"cargo-{sanitizer}/x86_64-unknown-linux-gnu/release/libastra_ffi.a"
    run(["clang", "-shared", "-fPIC", *SANITIZERS[sanitizer], "-Wl,--whole-archive", archive, "-Wl,--no-whole-archive", "-o", made, "-pthread", "-ldl", "-lm", "-lgcc_s"])
    return made
