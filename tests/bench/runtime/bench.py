"""The runtime beside its peers: one interleaved run, medians with their range, ratios to ours. `make bench-runtime`.

Every work is a file of works/; its FIGURES are what is to be reached. Everything measured stays in
build/bench/runtime.json, written after each case.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from dataclasses import asdict
from pathlib import Path

from contestant import load_work
from figures import TOLD, Figure, figures
from rounds import HERE, LIMIT, OURS, PEERS, Process, Ratio, Result, best, run_case

RESULTS = HERE.parents[2] / "build" / "bench" / "runtime.json"
CONTESTANTS = (OURS, "numpy", "torch", "onnxruntime", LIMIT)
CLEAR = "\r\033[K" if sys.stdout.isatty() else ""


def works() -> list[str]:
    return sorted(path.stem for path in (HERE / "works").glob("*.py"))


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("works", nargs="*", metavar="WORK", help=f"only these: {', '.join(works())}")
    parser.add_argument("--case", action="append", metavar="CASE", help="only these cases of them")
    parser.add_argument("--only", action="append", metavar="WHO", choices=CONTESTANTS, help="only these contestants")
    parser.add_argument("--threads", type=int, action="append", metavar="N", help="numbers of threads (1 and 2)")
    parser.add_argument("--quick", action="store_true", help="three short rounds")
    parser.add_argument("--wrong", action="store_true", help="also count the wrong outputs of peers on all 2^32 inputs (an hour)")
    chosen = parser.parse_args()
    if unknown := set(chosen.works) - set(works()):
        parser.error(f"there is no work {', '.join(sorted(unknown))}; there are {', '.join(works())}")
    return chosen


def show(case: str, threads: int, results: list[Result], rate: tuple[float, str] | None) -> None:
    """The rows of one case; a ratio above 1 means that they need longer than we."""
    ours = best(results, OURS)
    print(f"{CLEAR}\n{results[0].work} {case}, {threads} thread{'s' if threads > 1 else ''}")
    for one in results:
        if one.absent:
            print(f"  {one.name:24} ABSENT: {one.absent}")
            continue
        speed = f"{rate[0] / one.median:9.1f} {rate[1]}" if rate else ""
        ratio = Ratio.of(one, ours) if ours and one is not ours else None
        told = f"{ratio.median:7.2f}x  ({ratio.least:.2f} to {ratio.most:.2f})" if ratio else ""
        print(f"  {one.name:24}{one.median / 1e3:13.3f} µs  {min(one.ns) / 1e3:.3f} to {max(one.ns) / 1e3:.3f}  {speed}{told}")
    sys.stdout.flush()


def save(results: list[Result], facts: dict, table: list[Figure], wrong: dict) -> None:
    """Writes everything there is so far; a reader never sees half of it."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    part = RESULTS.with_suffix(".part")
    content = {"format": 1, "facts": facts, "results": [asdict(one) for one in results], "figures": [asdict(one) for one in table], "wrong": wrong}
    part.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    part.replace(RESULTS)


def facts_of(processes: list[Process]) -> dict:
    cpu = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "unknown")
    versions = {one.name: one.ask("facts") for one in processes}
    for name, said in versions.items():
        print(f"ABSENT {name}: {said['absent']}" if "absent" in said else f"{name} {said['version']}")
    return {"machine": platform.machine(), "cpu": cpu, "cores": os.cpu_count(), "contestants": versions}


def main() -> None:
    chosen = options()
    begin = time.monotonic()
    rounds, seconds = (3, 0.03) if chosen.quick else (9, 0.15)
    who = [name for name in CONTESTANTS if name in (chosen.only or CONTESTANTS)]
    if not PEERS.exists():
        print(f"ABSENT: the peers, since {PEERS} is not there; `make bench-runtime` makes it")
        who = [name for name in who if name in (OURS, LIMIT)]

    def say(text: str) -> None:
        print(f"{CLEAR}[{time.monotonic() - begin:5.0f} s] {text}", end="" if CLEAR else "\n", file=sys.stdout if CLEAR else sys.stderr, flush=True)

    results: list[Result] = []
    facts: dict = {}
    for threads in chosen.threads or (1, 2):
        processes = [Process(name, threads) for name in who]
        facts = facts or facts_of(processes)
        for name in chosen.works or works():
            module = load_work(name)
            for case in [case for case in module.CASES if case in (chosen.case or module.CASES) and threads in getattr(module, "THREADS", (1, 2))]:
                found = run_case(name, case, processes, rounds, seconds, say)
                show(case, threads, found, module.rate(*module.CASES[case]) if hasattr(module, "rate") else None)
                results += found
                save(results, facts, [], {})
        for process in processes:
            process.close()
    wrong = {}
    if chosen.wrong:
        import wrong as counting

        wrong = counting.count_all(who, say)
    table = figures(results)
    print("\nfigures to reach", *(one.line() for one in table), sep="\n")
    save(results, facts, table, wrong)
    missed = [one for one in table if one.reached is False]
    print(f"\n{len(table) - len(missed)} of {len(table)} {TOLD[True]} or not measured; all of it is in {RESULTS} ({time.monotonic() - begin:.0f} s)")


if __name__ == "__main__":
    main()
