"""Who takes part in the benchmark: astra-abi and its peers, each in each of its modes, all run by one child runner.

An absent peer is named with its reason. A command that fails is an error with what it printed, never a fast time.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from astra_abi.opinions import Headers, Limits, all_peers, child
from corpus import Release

ABI = Path(sys.executable).with_name("astra-abi")
OURS = "astra-abi"
VERDICTS = {0: "compatible", 1: "breaking", 2: "cannot judge"}
OURS_MODES = ("default", "headers", "contract")
CONTRACTS = Path(__file__).parent / "contracts"
"""A folder of it with a contract.toml is the contract of the library, or of its file, that it is named after."""


@dataclass(frozen=True)
class Case:
    """Two builds of one library file, or one thing to read; `commands` are for what only we and small tools do."""

    name: str
    old: Path | None = None
    new: Path | None = None
    headers: Headers | None = None
    options: tuple[str, ...] = ()
    contract: Path | None = None


@dataclass(frozen=True)
class Measured:
    """One run: its verdict, what it used, and how it put it."""

    verdict: str
    cpu_s: float
    wall_s: float
    peak_bytes: int
    said: int = 0
    breaking: int = 0
    detail: str = ""
    found: tuple[tuple[str, str], ...] = ()
    """Severity and subject of what we found."""


@dataclass(frozen=True)
class Contestant:
    who: str
    mode: str
    run: Callable[[Case], Measured]

    @property
    def name(self) -> str:
        return f"{self.who} {self.mode}"


def pair_case(old: Release, new: Release, file: str) -> Case:
    entry = tuple(old.recipe.get("entry", ()))
    headers = Headers(old.include, new.include, entry)
    name = f"{old.library} {old.version}→{new.version} {Path(file).name}"
    return Case(name, old.folder / file, new.folder / file, headers, tuple(old.recipe.get("options", ())), contract_of(old.library, file))


def contract_of(library: str, file: str) -> Path | None:
    """The contract of a library, or of one of its files where it has several: `openssl/libssl`."""
    places = (CONTRACTS / library / Path(file).name.partition(".so")[0], CONTRACTS / library)
    return next((place for place in places if (place / "contract.toml").is_file()), None)


def command(words: list[str], limits: Limits, verdicts: dict[int, str]) -> Measured:
    """Runs one command in a room of its own."""
    room = Path(tempfile.mkdtemp(prefix="astra-bench-"))
    try:
        ran = child.run(words, room, limits)
        if ran.ended == "exited" and ran.code in verdicts and "No such command" not in ran.said:
            detail = ran.said if verdicts[ran.code] == "cannot judge" else ""
            return Measured(verdicts[ran.code], ran.cpu_s, ran.wall_s, ran.peak_bytes, detail=detail)
        verdict = "timeout" if ran.ended == "timeout" else "error"
        return Measured(verdict, ran.cpu_s, ran.wall_s, ran.peak_bytes, detail=ran.said)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def ours(mode: str, limits: Limits) -> Contestant:
    def run(case: Case) -> Measured:
        words = [str(ABI), "diff", str(case.old), str(case.new), *case.options]
        if mode != "default":
            words += ["--old-headers", str(case.headers.old), "--new-headers", str(case.headers.new)]
        if mode == "contract":
            words += ["--contract", str(case.contract)]
        room = Path(tempfile.mkdtemp(prefix="astra-bench-"))
        try:
            ran = child.run([*words, "--format", "json"], room, limits)
            if ran.ended != "exited" or ran.code not in VERDICTS:
                return Measured("timeout" if ran.ended == "timeout" else "error", ran.cpu_s, ran.wall_s, ran.peak_bytes, detail=ran.said)
            return reported(ran, ran.stdout.read_text("utf-8"))
        finally:
            shutil.rmtree(room, ignore_errors=True)

    return Contestant(OURS, mode, run)


def reported(ran: child.Ran, text: str) -> Measured:
    """Our verdict with what was found. Input that is refused has no report, and says why on the other stream."""
    if not text:
        return Measured(VERDICTS[ran.code], ran.cpu_s, ran.wall_s, ran.peak_bytes, detail=ran.said)
    report = json.loads(text)
    found = tuple((item["severity"], item["subject"]) for item in report["changes"] if item["severity"] != "compatible")
    breaking = sum(severity == "breaking" for severity, _ in found)
    detail = report["sentence"] if ran.code == 2 else ""
    return Measured(VERDICTS[ran.code], ran.cpu_s, ran.wall_s, ran.peak_bytes, len(found), breaking, detail, found)


def theirs(peer, mode: str, limits: Limits) -> Contestant:
    def run(case: Case) -> Measured:
        said = peer.ask(case.old, case.new, mode=mode, headers=case.headers, limits=limits)
        breaking = sum(1 for one in said.elements if one.breaking)
        return Measured(said.verdict, said.cpu_s, said.wall_s, said.peak_bytes, len(said.elements), breaking, said.detail)

    return Contestant(peer.NAME, mode, run)


def contestants(limits: Limits) -> tuple[list[Contestant], dict[str, str]]:
    """All who can take part, we first, and why the others cannot."""
    present = [ours(mode, limits) for mode in OURS_MODES]
    absent = {}
    for name, peer in all_peers().items():
        found = peer.find()
        if isinstance(found, str):
            absent[name] = found
        else:
            present += [theirs(peer, mode, limits) for mode in peer.MODES]
    return present, absent


def able(who: list[Contestant], case: Case) -> list[Contestant]:
    """Those of them who can take the case: our mode with a contract needs one."""
    return [one for one in who if (one.who, one.mode) != (OURS, "contract") or case.contract]


def reader(who: str, mode: str, words: list[str], limits: Limits) -> Contestant:
    """Somebody who runs one fixed command, for the small figures."""
    return Contestant(who, mode, lambda case: command(words, limits, {0: "done"}))
