"""A small library in many releases: one header, one source, a contract; made in a test's own folder."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

HOST = "x86_64-linux-gnu"
HEAD = '''
kind = "headers"
name = "small"
version = "1.0"
soname = "libsmall.so.1"
[headers]
root = "include"
files = ["small.h"]
targets = ["x86_64-linux-gnu"]
'''
HEADER = """
#define SMALL_VERSION "1.0"
#define SMALL_LIMIT 8
struct small_options { int level; int window; };
struct small_tree { struct small_tree *left; int key; };
struct small_state { struct small_tree *root; int depth; };
struct small_pair { int a, b; };
enum small_mode { SMALL_FAST = 1, SMALL_BEST = 2 };
int small_sum(int a, int b);
int small_run(struct small_options *options, enum small_mode mode);
int small_step(struct small_state *state);
struct small_pair small_swap(struct small_pair pair);
int small_poke(int x);
"""
SOURCE = """
int small_sum(int a, int b) { return a + b; }
int small_run(struct small_options *options, enum small_mode mode) { return options->level + (int)mode; }
int small_step(struct small_state *state) { return ++state->depth; }
struct small_pair small_swap(struct small_pair pair) { struct small_pair other = { pair.b, pair.a }; return other; }
int small_poke(int x) { return x; }
"""


@dataclass(frozen=True)
class Release:
    """A built release with its header in a folder of its own."""

    folder: Path

    @property
    def include(self) -> Path:
        return self.folder / "include"

    @property
    def library(self) -> Path:
        return self.folder / "libsmall.so"


def header(folder: Path, text: str = HEADER) -> Path:
    """A folder with the header alone."""
    (folder / "include").mkdir(parents=True, exist_ok=True)
    (folder / "include" / "small.h").write_text(text)
    return folder / "include"


def release(folder: Path, text: str = HEADER, source: str = SOURCE, soname: str = "libsmall.so.1", options: tuple[str, ...] = ("-g",)) -> Release:
    made = Release(folder)
    header(folder, text)
    (folder / "small.c").write_text('#include "small.h"\n' + source)
    command = ["cc", "-shared", "-fPIC", "-O1", *options, f"-Wl,-soname,{soname}", f"-I{made.include}", "-o", str(made.library), str(folder / "small.c")]
    subprocess.run(command, check=True, capture_output=True)
    return made


def contract(folder: Path, *more: str, head: str = HEAD) -> Path:
    """A contract beside the header of a release."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "contract.toml").write_text(head + "\n".join(more))
    return folder
