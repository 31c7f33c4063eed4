"""What probe programs gave: recorded cases, byte for byte. Names the first difference of each output.

Of a case that crashed, overran a limit, differs between its runs or cannot be started only that is told: what else it
gave follows from it. A program that cannot be started is told once, not for each of its cases.
"""

from __future__ import annotations

from typing import Iterator

from ..model import Output, Recorded
from ..model.recorded import PROMISES
from .kinds import Change
from .outputs import first_difference
from .pair import Pair


def changes(pair: Pair) -> Iterator[Change]:
    old = pair.old.behaviour and pair.old.behaviour.recorded
    new = pair.new.behaviour and pair.new.behaviour.recorded
    if old is None or new is None:
        return
    where = pair.new.origin
    stopped: set[str] = set()
    for name, case in old.items():
        probe = name.partition("/")[0]
        now = new.get(name)
        if now is None:
            yield Change("recorded_case_removed", f"probe:{name}", {"promised": promised(case)}, said(case), None, where)
        elif now.given != case.given:
            texts = (f"program and input {case.given[:16]}", f"program and input {now.given[:16]}")
            yield Change("recorded_case_changed", f"probe:{name}", {"promised": promised(case)}, *texts, where)
        elif now.end != "unstarted" or case.end == "unstarted":
            yield from case_changes(name, case, now, where)
        elif probe not in stopped:
            stopped.add(probe)
            yield Change("recorded_unstarted", f"probe:{probe}", {}, "it starts", f"it cannot be started: {now.detail}", where)
    for name in new.keys() - old.keys():
        yield Change("recorded_case_added", f"probe:{name}", {}, None, said(new[name]), where)


def case_changes(name: str, old: Recorded, new: Recorded, where: str) -> Iterator[Change]:
    subject = f"probe:{name}"
    if old.promise != new.promise:
        now = "stronger" if PROMISES.index(new.promise) < PROMISES.index(old.promise) else "weaker"
        yield Change("recorded_promise_changed", subject, {"now": now}, old.promise, new.promise, where)
    if (old.end, old.code) != (new.end, new.code):
        if new.end == "killed":
            yield Change("recorded_crashed", subject, {}, said(old), said(new), where)
            return
        if new.end == "overran":
            yield Change("recorded_overran", subject, {}, said(old), said(new), where)
            return
        if new.end == "unstable":
            yield Change("recorded_unstable", subject, {"promised": promised(old)}, said(old), said(new), where)
            return
        yield Change("recorded_status_changed", subject, {"promised": promised(old)}, said(old), said(new), where)
    yield from output_changes(subject, old, new, where)


def output_changes(subject: str, old: Recorded, new: Recorded, where: str) -> Iterator[Change]:
    """The first difference of every output of a case that both sides brought to its end."""
    streams = [("stdout", "stdout", old.stdout, new.stdout), ("stderr", "stderr", old.stderr, new.stderr)]
    for file in sorted(old.files.keys() | new.files.keys()):
        streams.append(("file", f"file:{file}", old.files.get(file), new.files.get(file)))
    for stream, name, before, after in streams:
        if before == after:
            continue
        texts = first_difference(before, after) if before and after else (left(before), left(after))
        yield Change("recorded_output_changed", f"{subject}.{name}", {"promise": old.promise, "stream": stream}, *texts, where)


def promised(case: Recorded) -> bool:
    return case.promise != "informative"


def left(output: Output | None) -> str:
    return f"a file of {output.size} bytes" if output else "no file"


def said(case: Recorded) -> str:
    """How a case ended, as a sentence."""
    if case.end == "exited":
        last = case.stderr.head[:20_000].decode("utf-8", "replace").strip().split("\n")[-1][:120] if case.code else ""
        return f"ends with status {case.code}" + (f": {last}" if last else "")
    if case.end == "killed":
        return f"killed by {signal_name(case.code)}"
    return {"overran": "stopped", "unstable": "differs between runs", "unstarted": "cannot be started"}[case.end] + f": {case.detail}"


def signal_name(number: int) -> str:
    import signal

    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
