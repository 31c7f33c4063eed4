"""A working folder that may be hostile: deep, endless, unreadable. Refuses more than its share; follows no link."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # The module typing is larger than all that is imported here.
if TYPE_CHECKING:
    from typing import Iterator

MOST_FILES, DEEPEST = 1000, 16


class TooMuch(Exception):
    """What was left is beyond its limit; says which."""


def refuse_long(size: int, most: int) -> None:
    if size >= most:
        raise TooMuch(f"more than {most >> 20} MiB of output")


def walk(folder: str, open_up: bool = False) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything below a folder with its relative name; counts and depth are limited. `open_up` unlocks folders."""
    waiting = [(folder, "", 0)]
    count = 0
    while waiting:
        place, prefix, depth = waiting.pop()
        if depth > DEEPEST:
            raise TooMuch(f"folders more than {DEEPEST} deep in its working folder")
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    count += 1
                    if count > MOST_FILES:
                        raise TooMuch(f"more than {MOST_FILES} files in its working folder")
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, f"{prefix}{entry.name}/", depth + 1))
                    yield prefix + entry.name, entry
        except PermissionError:
            if open_up:
                os.chmod(place, 0o700)
                waiting.append((place, prefix, depth + 1))
        except FileNotFoundError:
            continue  # the program still runs, and has removed it


def weigh(folder: str, most: int, open_up: bool = False) -> None:
    """Refuses a folder that holds more than it may."""
    total = 0
    for _, entry in walk(folder, open_up):
        try:
            total += entry.stat(follow_symlinks=False).st_blocks * 512
        except FileNotFoundError:
            continue
        if total > most:
            raise TooMuch(f"more than {most >> 20} MiB in its working folder")
