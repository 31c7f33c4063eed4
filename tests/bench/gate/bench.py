"""The gate beside its peers: CPU time, memory and verdict on real release pairs, and the small figures. `make bench-gate`.

Everybody runs in turn on a case, then everybody again, so that a busy machine slows all alike. Shown are medians with
their range. CPU time is user and system time of the command with all its children; memory is their resident peak.
The results stay in build/bench/gate.json, written after each case.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import sys
import time
import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = HERE.parents[2] / "build" / "peers-venv" / "bin"
os.environ.setdefault("ASTRA_PEERS", str(PEERS))

from astra_abi.opinions import Limits  # noqa: E402

import corpus  # noqa: E402
import synthetic  # noqa: E402
from contestants import OURS, Case, Contestant, Measured, able, contestants, pair_case, reader  # noqa: E402

MOST_RUNS, LEAST_RUNS, ENOUGH_CPU_S = 5, 2, 40.0
"""A contestant runs a case five times, or fewer once its runs have taken this long together."""
TARGETS = (
    "x86_64-linux-gnu", "aarch64-linux-gnu", "riscv64-linux-gnu", "powerpc64le-linux-gnu", "s390x-linux-gnu", "i686-linux-gnu",
    "armv7-linux-gnueabihf", "x86_64-linux-musl", "x86_64-windows-gnu", "i686-windows-gnu", "aarch64-macos", "wasm32-wasi",
)
CLEAR = "\r\033[K" if sys.stdout.isatty() else ""
"""Wipes the line that says what is running."""
READ_SYMBOLS = "import sys; from astra_abi import _native; assert len(_native.read_elf(sys.argv[1])) > 100000"
READ_HEADER = (
    "import sys; from astra_abi.load.clang import read_headers; "
    "assert len(read_headers([sys.argv[1]], targets=sys.argv[2:])) == len(sys.argv) - 2"
)


@dataclass
class Result:
    """All runs of one contestant on one case."""

    case: str
    who: str
    mode: str
    runs: list[Measured] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether its times are those of an answer."""
        return bool(self.runs) and self.verdict not in ("error", "timeout", "cannot judge", "differs between runs")

    @property
    def verdict(self) -> str:
        told = {run.verdict for run in self.runs}
        return told.pop() if len(told) == 1 else "differs between runs"

    @property
    def cpu(self) -> float:
        return statistics.median(run.cpu_s for run in self.runs)

    @property
    def peak_mb(self) -> float:
        return statistics.median(run.peak_bytes for run in self.runs) / 1e6

    def line(self, ours: Result | None) -> str:
        spread = [run.cpu_s for run in self.runs]
        ratio = f"{self.cpu / ours.cpu:8.1f}x" if ours and ours.done and self.done and self is not ours else " " * 9
        last = self.runs[-1]
        count = f"{last.breaking} of {last.said} breaking" if last.said else ""
        why = f"  {last.detail[:110]}" if not self.done else ""
        return (
            f"  {self.who + ' ' + self.mode:25}{self.cpu:9.3f}  {f'{min(spread):.3f} to {max(spread):.3f}':18}{self.peak_mb:7.0f}"
            f"{ratio} {len(self.runs):3}  {self.verdict:13} {count}{why}"
        )


def run_case(case: Case, who: list[Contestant], quick: bool, say) -> list[Result]:
    """Everybody in turn, round by round, until all have run often or long enough."""
    results = [Result(case.name, one.who, one.mode) for one in who]
    for round_ in range(1 if quick else MOST_RUNS):
        for one, result in zip(who, results):
            spent = sum(run.cpu_s for run in result.runs)
            if result.runs and (not result.done or (spent > ENOUGH_CPU_S and len(result.runs) >= LEAST_RUNS)):
                continue
            say(f"{case.name}: {one.name}, run {round_ + 1}")
            result.runs.append(one.run(case))
    return results


def show(case: str, results: list[Result]) -> None:
    """The rows of one case. Ratios are to our fastest mode that gave an answer."""
    answered = [one for one in results if one.who == OURS and one.done]
    best = min(answered, key=lambda one: one.cpu, default=None)
    print(f"{CLEAR}\n{case}")
    for one in results:
        print(one.line(best))
    sys.stdout.flush()


def fitted(results: dict[str, list[tuple[int, Result]]], start: dict[str, Result]) -> dict[str, float]:
    """For each contestant the exponent k of time = start + c * size^k, by least squares on logarithms.

    `start` is its time for a library with one function: what every run costs, whatever the size.
    """
    exponents = {}
    for name, points in results.items():
        above = [(math.log(size), math.log(one.cpu - start[name].cpu)) for size, one in points if one.done and one.cpu > start[name].cpu]
        if start[name].done and len(above) == len(points):
            exponents[name] = statistics.linear_regression(*zip(*above)).slope
    return exponents


def growth(who: list[Contestant], quick: bool, say) -> tuple[list[Result], dict[str, float]]:
    """The growing libraries, for us and for abidiff in its default mode."""
    chosen = [one for one in who if one.mode == "default" and one.who in (OURS, "abidiff")]
    sized: dict[str, list[tuple[int, Result]]] = {one.name: [] for one in chosen}
    start, every = {}, []
    for units in synthetic.UNITS:
        say(f"growth: making {units} units")
        old, new = synthetic.growing_pair(units)
        size = synthetic.debug_bytes(old)
        case = Case(f"growth, {size / 1e6:.1f} MB of DWARF", old, new)
        results = run_case(case, chosen, quick, say)
        show(case.name, results)
        every += results
        for one, result in zip(chosen, results):
            if units:
                sized[one.name].append((size, result))
            else:
                start[one.name] = result
    exponents = fitted(sized, start)
    for name in sized:
        print(f"  {name}: " + (f"time grows with size^{exponents[name]:.2f}" if name in exponents else "no exponent, since not every size was judged"))
    return every, exponents


def small_cases(limits: Limits, say) -> list[tuple[Case, list[Contestant]]]:
    """Readers alone, each as a process of its own, and a small tool beside them for scale."""
    python = sys.executable
    abi = str(Path(python).with_name("astra-abi"))
    say("making the library of 400 MB")
    big = str(synthetic.big_library())
    cases = [(Case("symbols of a 400 MB library"), [
        reader(OURS, "reader", [python, "-c", READ_SYMBOLS, big], limits),
        reader(OURS, "diff", [abi, "diff", big, big, "--symbols-only"], limits),
        reader("nm", "-D", ["nm", "-D", "--defined-only", big], limits),
    ])]
    for name in ("zlib/1.3.1", "sqlite3/3.46.1"):
        (release,) = corpus.releases([name])
        header = release.include / release.recipe["entry"][0]
        folder = str(release.include)
        words = [word for target in TARGETS for word in ("--target", target)]
        cases.append((Case(f"{len(TARGETS)} targets of {header.name}"), [
            reader(OURS, "reader", [python, "-c", READ_HEADER, str(header), *TARGETS], limits),
            reader(OURS, "diff", [abi, "diff", str(header), str(header), "-I", folder, *words], limits),
        ] if release.built else []))
    return cases


def figures(results: list[Result], exponents: dict[str, float]) -> list[dict]:
    """The figures that must be reached, each with what was measured: reached, missed, or not measured."""
    rows = []
    for figure in tomllib.loads((HERE / "figures.toml").read_text())["figure"]:
        ours = [one for one in results if one.case == figure["case"] and one.who == OURS and one.done and one.mode in (figure.get("mode", one.mode),)]
        best = min(ours, key=lambda one: one.cpu, default=None)
        value, wanted, reached = None, "", None
        if "faster_than" in figure:
            peer = next((one for one in results if one.case == figure["case"] and f"{one.who} {one.mode}" == figure["faster_than"] and one.done), None)
            value = peer.cpu / best.cpu if peer and best else None
            wanted, reached = f">= {figure['times']}x", value is not None and value >= figure["times"]
        else:
            if figure["value"] == "exponent":
                value = exponents.get(f"{OURS} default")
            elif best:
                value = best.cpu if figure["value"] == "cpu_s" else best.peak_mb
            wanted, reached = f"<= {figure['at_most']}", value is not None and value <= figure["at_most"]
        rows.append({"what": figure["what"], "wanted": wanted, "value": value, "reached": None if value is None else reached})
    return rows


def facts() -> dict[str, str | int]:
    return {"machine": platform.machine(), "kernel": platform.release(), "cores": os.cpu_count() or 0, "python": platform.python_version()}


def save(results: list[Result], absent: dict[str, str], more: dict) -> None:
    target = corpus.BENCH / "gate.json"
    part = target.with_suffix(".part")
    rows = [{**{key: value for key, value in asdict(one).items()}, "verdict": one.verdict, "cpu_s": one.cpu, "peak_mb": one.peak_mb} for one in results if one.runs]
    part.write_text(json.dumps({"format": 1, "facts": facts(), "absent": absent, "results": rows, **more}, indent=1, ensure_ascii=False) + "\n")
    part.replace(target)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="LIBRARY", help="only these libraries of the corpus, or `small`, `growth`")
    parser.add_argument("--quick", action="store_true", help="run everything once")
    parser.add_argument("--workflow", action="store_true", help="compare `diff` with what freezing OLD and checking NEW says, and nothing else")
    parser.add_argument("--only", action="append", metavar="WHO", help="only these contestants, such as astra-abi or 'abidiff headers'")
    parser.add_argument("--seconds", type=float, default=600, help="the longest that one run may take (600)")
    return parser.parse_args()


def main() -> None:
    chosen = options()
    begin = time.monotonic()

    def say(text: str) -> None:
        """What is running, on one line of a terminal; in a log each on its own."""
        print(f"{CLEAR}[{time.monotonic() - begin:5.0f} s] {text}", end="" if CLEAR else "\n", file=sys.stdout if CLEAR else sys.stderr, flush=True)

    limits = Limits(seconds=chosen.seconds)
    who, missing = contestants(limits)
    if chosen.only:
        who = [one for one in who if one.who in chosen.only or one.name in chosen.only]
    absent = {f"peer {name}": why for name, why in missing.items()}
    libraries = [name for name in chosen.names if name not in ("small", "growth")]
    wanted = corpus.releases(libraries) if libraries or not chosen.names else []
    absent |= {one.name: why for one, why in corpus.ensure(wanted, os.cpu_count() or 1)}
    if chosen.workflow:
        import workflow

        told = [(pair_case(old, new, file), old.version, new.version) for old, new in corpus.pairs(libraries) if old.built and new.built for file in old.recipe["files"]]
        sys.exit(0 if workflow.compare_all(told) and not any(not name.startswith("peer ") for name in absent) else 1)
    print(f"medians of CPU seconds with their range; ratios to {OURS}'s faster mode; the mode of each is named")
    print(f"  {'who, mode':25}{'CPU s':>9}  {'range':18}{'MB':>7}{'ratio':>9} {'n':>3}  verdict")
    for name, why in absent.items():
        print(f"ABSENT {name}: {why}")
    results: list[Result] = []
    exponents: dict[str, float] = {}
    for old, new in corpus.pairs(libraries) if wanted else ():
        for file in old.recipe["files"]:
            case = pair_case(old, new, file)
            if not (old.built and new.built):
                print(f"\n{case.name}: ABSENT, see above")
                continue
            results += (found := run_case(case, able(who, case), chosen.quick, say))
            show(case.name, found)
            save(results, absent, {})
    if not chosen.names or "small" in chosen.names:
        for case, readers in small_cases(limits, say):
            results += (found := run_case(case, readers, chosen.quick, say))
            show(case.name, found) if found else print(f"\n{case.name}: ABSENT, its header was not built")
    if not chosen.names or "growth" in chosen.names:
        found, exponents = growth(who, chosen.quick, say)
        results += found
    table = figures(results, exponents)
    print("\nfigures to reach")
    for row in table:
        told = {True: "reached", False: "MISSED", None: "not measured"}[row["reached"]]
        print(f"  {row['what']:48}{row['wanted']:>10}  {'' if row['value'] is None else format(row['value'], '.3g'):>8}  {told}")
    save(results, absent, {"exponents": exponents, "figures": table})
    print(f"\nall of it is in {corpus.BENCH / 'gate.json'} ({time.monotonic() - begin:.0f} s)")


if __name__ == "__main__":
    main()
