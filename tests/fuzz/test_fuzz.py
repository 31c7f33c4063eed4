"""Readers on hostile input, for a bounded time: every committed input, then damaged ones. `make fuzz` goes on for longer."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

import campaign
import starts
from campaign import corpus, mutants, survive
from targets import CORPUS, REGRESSIONS, TARGETS, Target, Wrong, answer

SECONDS = 1.5
"""For each reader, on top of the committed inputs."""
MOST = 3000


def told(failures: list[campaign.Failure]) -> str:
    return "\n".join(f"{campaign.keep(failure)}: {failure.what}" for failure in failures)


@pytest.mark.parametrize("name", TARGETS)
def test_a_reader_survives_every_committed_input(name: str) -> None:
    target = TARGETS[name]
    done, failures = survive(target, corpus(target))
    assert (len(target.inputs), "") == (done, told(failures))


@pytest.mark.parametrize("name", TARGETS)
def test_a_reader_survives_damaged_inputs(name: str) -> None:
    target = TARGETS[name]
    done, failures = survive(target, mutants(target, "committed", MOST), time.monotonic() + SECONDS)
    assert "" == told(failures)
    assert done >= 5, "the machine is too slow for this to be a test"


@pytest.mark.parametrize("name", sorted({target.seeds for target in TARGETS.values()}))
def test_seeds_are_whole(name: str, tmp_path: Path) -> None:
    """Damage of what is refused anyway would test little: each seed is answered by one reader of its folder at least."""
    for path in sorted((CORPUS / name).iterdir()):
        answers = [answer(target, folder(tmp_path, target), path.name, path.read_bytes()) for target in TARGETS.values() if target.seeds == name]
        assert any(text.count("refused: ") < max(1, text.count('": ')) and not text.startswith("refused") for text in answers), path


def folder(place: Path, target: Target) -> Path:
    made = place / target.name
    made.mkdir(exist_ok=True)
    return made


def lethal(data: bytes) -> str:
    """A reader with one defect of each kind."""
    if data == b"dies":
        os.kill(os.getpid(), signal.SIGSEGV)
    if data == b"hangs":
        while True:
            pass
    if data == b"eats":
        return str(len(bytearray(campaign.MEMORY + (64 << 20))))
    if data == b"raises":
        raise KeyError("inside")
    return str(time.perf_counter_ns()) if data == b"wavers" else "read"


@pytest.mark.parametrize(("data", "what"), [
    (b"dies", "dies of SIGSEGV"), (b"hangs", "needs more than 2 s"), (b"eats", "raises MemoryError"), (b"raises", "raises KeyError"), (b"wavers", "two answers"),
])
def test_every_kind_of_defect_is_found_and_the_rest_still_read(data: bytes, what: str) -> None:
    target = Target("lethal", "suppressions", "text", lambda folder, name, data: lethal(data))
    items = [("first", "x", b"good"), ("second", "x", data), ("third", "x", b"good")]
    done, failures = survive(target, lambda start: iter(items[start:]))
    assert (3, ["second"]) == (done, [failure.label for failure in failures])
    assert what in failures[0].what


@pytest.mark.skipif(not starts.FITS, reason="not an x86-64 GNU/Linux machine with a C compiler")
@pytest.mark.parametrize("seed", starts.LIBRARIES)
def test_the_loader_itself_tells_a_whole_library_from_a_damaged_one(seed: str, tmp_path: Path) -> None:
    whole = (CORPUS / "elf" / seed).read_bytes()
    (tmp_path / "libseed.so.1").write_bytes(whole)
    assert [""] * len(starts.WAYS) == [starts.start(program, tmp_path) for program in starts.programs(seed)]
    (tmp_path / "libseed.so.1").write_bytes(whole.replace(b"\0walk\0", b"\0talk\0"))
    assert all("undefined symbol: walk" in starts.start(program, tmp_path) for program in starts.programs(seed))


@pytest.mark.skipif(not starts.FITS, reason="not an x86-64 GNU/Linux machine with a C compiler")
def test_a_library_that_does_not_start_is_not_called_compatible(tmp_path: Path, monkeypatch) -> None:
    """The oracle is asked with a gate that says yes to everything."""
    import verdicts

    monkeypatch.setattr(verdicts, "verdict", lambda folder, old, data: "0")
    whole = (CORPUS / "elf/versioned.so").read_bytes()
    assert '["0", []]' == starts.started(tmp_path, "versioned.so", whole)
    for path in (REGRESSIONS / "starts").iterdir():
        with pytest.raises(Wrong, match="is called compatible, but a program"):
            starts.started(tmp_path, path.name.rpartition("@")[2], path.read_bytes())


def test_a_library_without_one_of_its_functions_is_not_called_compatible(tmp_path: Path, monkeypatch) -> None:
    """The oracle of verdicts is asked with a gate that says yes to everything."""
    import click

    from astra_abi.cli import diff

    monkeypatch.setattr(diff, "command", click.Command("diff", callback=lambda: None, params=[], context_settings={"allow_extra_args": True, "ignore_unknown_options": True}))
    whole = (CORPUS / "elf/x86_64.so").read_bytes()
    target = TARGETS["diff"]
    assert "0" == answer(target, tmp_path, "x86_64.so", whole)
    for damaged, why in ((whole.replace(b"\0walk\0", b"\0talk\0"), "walk"), (whole[:1000], "refuses")):
        assert damaged != whole
        with pytest.raises(Wrong, match=why):
            answer(target, tmp_path, "x86_64.so", damaged)
