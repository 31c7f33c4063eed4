"""Second opinions: what other tools say of the same two libraries, and where they agree with us. Never our verdict.

A peer is a module in peers/, a reason for disagreeing is a file in reasons/; both are found by their place.
A peer module has NAME, MODES ("default", "headers" and maybe others that need headers too), find() -> its path or why it is absent, and
ask(old, new, *, mode, headers, limits, keep) -> Opinion.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Iterator

from .agreement import Row, agreement, load_reasons
from .opinion import Element, Headers, Limits, Opinion

__all__ = ["Element", "Headers", "Limits", "Opinion", "Row", "agreement", "all_peers", "ask_all", "load_reasons"]


def all_peers() -> dict[str, ModuleType]:
    """Every peer by its name."""
    import importlib

    names = sorted(path.stem for path in (Path(__file__).parent / "peers").glob("[!_]*.py"))
    modules = [importlib.import_module(f".peers.{name}", __package__) for name in names]
    return {module.NAME: module for module in modules}


def ask_all(
    old: Path, new: Path, headers: Headers | None = None, limits: Limits = Limits(), keep: Path | None = None,
) -> Iterator[Opinion]:
    """One opinion of each peer, in its best mode with headers where there are some. An absent peer is an opinion too."""
    for name, peer in all_peers().items():
        yield peer.ask(old, new, mode=peer.MODES[-1] if headers else peer.MODES[0], headers=headers, limits=limits, keep=keep / name if keep else None)
