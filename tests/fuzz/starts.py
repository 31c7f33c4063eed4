"""Whether old programs still start with a damaged library, asked of the loader itself. Holds no test.

A program that was linked with the whole library takes every symbol of it, at once. The loader is a program that trusts
what it reads: it runs in a child with limits, and what it does to itself there is the answer.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import resource
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from targets import CORPUS, Wrong

FITS = platform.machine() == "x86_64" and os.path.exists("/lib64/ld-linux-x86-64.so.2") and shutil.which("cc") is not None
"""Whether this machine's loader takes the libraries of the corpus, and a compiler makes programs for it."""
LIBRARIES = ("versioned.so", "x86_64.so", "plain.so")
WAYS = {"by its table": ("-fPIC", "-pie"), "by copies": ("-fno-pie", "-no-pie"), "when it is called": ("-fPIC", "-pie", "-Wl,-z,lazy", "-DCALL")}
"""How programs take symbols: addresses in a table, data copied into the program, functions at their first call."""
EXPORTED = ("walk", "find", "counter", "tag", "here")
UNDEFINED = re.compile(r"undefined symbol: ?([^\n,]*)")
PROGRAM = """
extern int walk(void *, void *, double); extern void *find(void *, unsigned long, ...);
extern int counter; extern const char tag[4]; extern _Thread_local int here;
volatile int never;
int main(void) {
#ifdef CALL
    if (never) { walk(0, 0, 0); find(0, 0); }
    return 0;
#else
    const void *volatile taken[] = { (void *)walk, (void *)find, &counter, tag, &here };
    return !taken[0] + !taken[1] + !taken[2] + !taken[3] + !taken[4];
#endif
}
"""


@cache
def programs(seed: str) -> tuple[Path, ...]:
    """Old programs of one library, made once and kept."""
    whole = (CORPUS / "elf" / seed).read_bytes()
    home = CORPUS.parents[2] / "build/fuzz/programs" / hashlib.sha256(repr((PROGRAM, WAYS)).encode() + whole).hexdigest()[:16]
    home.mkdir(parents=True, exist_ok=True)
    made = []
    for number, flags in enumerate(WAYS.values()):
        made.append(home / f"program{number}")
        if made[-1].is_file():
            continue
        with tempfile.TemporaryDirectory(dir=home) as folder:
            library = Path(folder) / "libseed.so.1"
            library.write_bytes(whole)
            command = ["cc", "-x", "c", "-", "-O1", *flags, "-o", "program", "-x", "none", str(library)]
            subprocess.run(command, input=PROGRAM.encode(), check=True, capture_output=True, cwd=folder)
            os.replace(Path(folder) / "program", made[-1])
    return tuple(made)


def start(program: Path, folder: Path) -> str:
    """Why a program does not start with the library in a folder; empty if it does."""
    done = subprocess.run(
        [str(program)], env={"LD_LIBRARY_PATH": str(folder), "LD_BIND_NOW": "1"}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, preexec_fn=limited, timeout=30, check=False,
    )
    return f"{done.returncode}: {done.stderr.decode('utf-8', 'replace').strip()[-300:]}" if done.returncode else ""


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (2, 2))
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def started(folder: Path, seed: str, data: bytes) -> str:
    """The verdict of `diff`, which must not be "compatible" if a program of the whole library does not start with this one."""
    from verdicts import verdict

    code = verdict(folder, CORPUS / "elf" / seed, data)
    place = folder / "loaded"
    place.mkdir(exist_ok=True)
    (place / "libseed.so.1").write_bytes(data)
    ends = {way: why for way, program in zip(WAYS, programs(seed)) if (why := start(program, place))}
    # What the library itself takes from others, `diff` does not follow: a program may bring it along. `--prove` asks the loader.
    ends = {way: why for way, why in ends.items() if not (named := UNDEFINED.search(why)) or named[1] in EXPORTED}
    if code == "0" and ends:
        raise Wrong(f"is called compatible, but a program that takes its symbols {next(iter(ends))} ends with {next(iter(ends.values()))}")
    return json.dumps([code, sorted(ends)])
