"""Paths that lead to no file, to no end, or to one that changes: every command gives one clear error."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bounded import answered, refused
from targets import CORPUS

WHOLE = CORPUS / "elf/x86_64.so"
HEADER = CORPUS / "headers/seed.h"
COMMANDS = {
    "diff, old": lambda path, spec: ("diff", path, WHOLE), "diff, new": lambda path, spec: ("diff", WHOLE, path),
    "diff --headers": lambda path, spec: ("diff", WHOLE, WHOLE, "--headers", path), "diff --old-debug": lambda path, spec: ("diff", WHOLE, WHOLE, "--old-debug", path),
    "diff --suppressions": lambda path, spec: ("diff", WHOLE, WHOLE, "--symbols-only", "--suppressions", path), "diff --contract": lambda path, spec: ("diff", WHOLE, WHOLE, "--contract", path),
    "check": lambda path, spec: ("check", path, "--contract", spec), "check --contract": lambda path, spec: ("check", WHOLE, "--contract", path),
    "check --app": lambda path, spec: ("check", "--app", path, "--library", WHOLE), "check --app --library": lambda path, spec: ("check", "--app", sys.executable, "--library", path),
    "dump": lambda path, spec: ("dump", path), "init": lambda path, spec: ("init", "--library", path, "--from-header", HEADER, "--out", spec.with_name("made")),
    "init --from-header": lambda path, spec: ("init", "--library", WHOLE, "--from-header", path, "--out", spec.with_name("made")),
    "record": lambda path, spec: ("record", path, "--contract", spec), "record --contract": lambda path, spec: ("record", WHOLE, "--contract", path),
    "record --compare": lambda path, spec: ("record", WHOLE, "--contract", spec, "--compare", path),
    "mutate --contract": lambda path, spec: ("mutate", "--contract", path, "--sample", "1"), "mutate --header": lambda path, spec: ("mutate", "--header", path, "--sample", "1"),
    "conform": lambda path, spec: ("conform", path),
}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory):
    """A pipe, a socket, a link to itself, devices, and folders of those."""
    home = tmp_path_factory.mktemp("places")
    spec = home / "spec"
    (spec / "abi").mkdir(parents=True)
    (spec / "contract.toml").write_bytes((CORPUS / "contract/contract.toml").read_bytes())
    (spec / "abi/sum.toml").write_bytes((CORPUS / "contract/sum.toml").read_bytes())
    os.mkfifo(home / "pipe")
    (home / "loop").symlink_to("loop")
    (home / "pipes").mkdir()
    for name in ("contract.toml", "a.h", "a.so"):
        os.mkfifo(home / "pipes" / name)
    (home / "zeros").mkdir()
    for name in ("contract.toml", "a.h"):
        (home / "zeros" / name).symlink_to("/dev/zero")
    (home / "circle").mkdir()
    (home / "circle/circle").symlink_to("../circle")
    with socket.socket(socket.AF_UNIX) as made:
        before = os.getcwd()
        os.chdir(home)  # since the name of a socket must be short
        made.bind("socket")
        os.chdir(before)
        yield spec, [home / name for name in ("pipe", "socket", "loop", "pipes", "zeros")] + [Path("/dev/zero")]


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_no_file_is_refused_by_every_command(name: str, places) -> None:
    spec, paths = places
    with ThreadPoolExecutor(2) as pool:
        for said in pool.map(lambda path: refused(*COMMANDS[name](path, spec)), paths):
            assert said.startswith(("astra-abi: ", "Usage: ")), said


@pytest.mark.parametrize("name", COMMANDS)
def test_an_empty_file_is_nothing_to_judge(name: str, places) -> None:
    spec, _ = places
    empty = spec.with_name("empty")
    empty.write_bytes(b"")
    # A header and a list of suppressions may say nothing.
    codes = (0, 2) if name in ("diff --suppressions", "mutate --header", "init --from-header", "diff --headers", "dump") else (2,)
    answered(*COMMANDS[name](empty, spec), codes=codes)


@pytest.mark.parametrize("name", [b"a\nb.so", b"\xff\xfe.so", b"-x.so", b"a b[1]*.so", b"\x1b[31m.so", "\u202egnp.so".encode()])
def test_names_that_no_one_chooses(name: bytes, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name)))
    path.write_bytes(WHOLE.read_bytes())
    for form in ("text", "json", "sarif"):
        answered("diff", "--format", form, "--", path, path, codes=(0,))
    path.write_bytes(WHOLE.read_bytes()[:3000])
    refused("diff", "--", path, WHOLE)
    header = Path(f"{path}.h")
    header.write_text("int f(")
    refused("dump", "--", header)


@pytest.mark.parametrize("name", COMMANDS)
def test_what_may_not_be_read_is_refused(name: str, places) -> None:
    spec, _ = places
    closed = spec.with_name("closed")
    closed.mkdir(exist_ok=True)
    for place, source in ((closed / "a.so", WHOLE), (closed / "contract.toml", CORPUS / "contract/contract.toml")):
        place.write_bytes(source.read_bytes())
        place.chmod(0)
    for path in (closed / "a.so", closed):
        refused(*COMMANDS[name](path, spec), unprivileged=True)


SHRINKING = """
import os, sys, time
path, whole, until = sys.argv[1], open(sys.argv[2], "rb").read(), time.monotonic() + float(sys.argv[3])
turn = 0
while time.monotonic() < until:
    turn += 1
    with open(path, "r+b") as file:
        file.truncate((turn * 997) % len(whole))
        file.seek(0)
        file.write(whole[: (turn * 613) % len(whole)])
"""


def test_a_file_that_shrinks_and_grows_while_it_is_read(tmp_path: Path) -> None:
    """A mapping would end the process with SIGBUS; whatever is read must be an answer or a refusal."""
    from astra_abi import _native

    path = tmp_path / "x.so"
    path.write_bytes(WHOLE.read_bytes())
    other = subprocess.Popen([sys.executable, "-c", SHRINKING, path, WHOLE, "5"])
    reads = (("read_elf",), ("read_surface", "{}"), ("read_dwarf", ["walk"]), ("gpu_code",), ("sniff",), ("read_references",), ("find_debug_file", []), ("writable_objects",))
    answers, refusals = 0, 0
    try:
        while other.poll() is None:
            for name, *more in reads:
                try:
                    getattr(_native, name)(str(path), *more)
                    answers += 1
                except _native.ReadError as error:
                    assert "reader itself" not in str(error), error
                    refusals += 1
    finally:
        other.kill()
        other.wait()
    assert answers and refusals
    for _ in range(3):
        other = subprocess.Popen([sys.executable, "-c", SHRINKING, path, WHOLE, "2"])
        answered("diff", WHOLE, path)
        answered("dump", path)
        other.wait()
