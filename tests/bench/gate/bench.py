"""The gate beside its peers on real releases: time, memory and verdicts, recorded behaviour, mutants. `make bench-gate`.

Timed parts come first and want a machine that does nothing else. Each part can be run alone by its name. Everything
measured stays in build/bench/gate.json, written after each case.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = HERE.parents[2] / "build" / "peers-venv" / "bin"
os.environ.setdefault("ASTRA_PEERS", str(PEERS))

from astra_abi.opinions import Limits  # noqa: E402

import behaviour  # noqa: E402
import corpus  # noqa: E402
import mutants  # noqa: E402
import truth  # noqa: E402
from contestants import OURS, Contestant, able, contestants, pair_case  # noqa: E402
from figures import RESULTS, figures, save  # noqa: E402
from timing import CLEAR, Result, Say, growth, run_case, show, small_cases  # noqa: E402

PARTS = ("pairs", "small", "growth", "behaviour", "mutants")


class Run:
    """What one run of the benchmark found so far."""

    def __init__(self, who: list[Contestant], absent: dict[str, str], quick: bool, say: Say) -> None:
        self.who, self.absent, self.quick, self.say = who, absent, quick, say
        self.results: list[Result] = []
        self.counted: dict[str, float] = {}
        """What figures.toml may ask for that is neither a time nor a size."""
        self.told: dict[str, list[str]] = {}
        """The lines of what is not timed."""

    def pairs(self, libraries: list[str]) -> None:
        """Everybody on every pair, and then everybody's verdicts beside what is true."""
        print(f"medians of CPU seconds with their range; ratios to {OURS}'s faster mode; the mode of each is named")
        print(f"  {'who, mode':25}{'CPU s':>9}  {'range':18}{'MB':>7}{'ratio':>9} {'n':>3}  verdict")
        for old, new in corpus.pairs(libraries):
            for file in old.recipe["files"]:
                case = pair_case(old, new, file)
                if not (old.built and new.built):
                    print(f"\n{case.name}: ABSENT, see above")
                    continue
                found = run_case(case, able(self.who, case), self.quick, self.say)
                show(case.name, found)
                self.results += found
                self.save()
        truth.show(self.results)
        self.counted |= truth.wrong([one for one in self.results if (one.who, one.mode) == (OURS, "contract")])

    def small(self, limits: Limits) -> None:
        for case, readers in small_cases(limits, self.say):
            found = run_case(case, readers, self.quick, self.say)
            show(case.name, found) if found else print(f"\n{case.name}: ABSENT, its header was not built")
            self.results += found

    def growth(self) -> None:
        found, exponents = growth(self.who, self.quick, self.say)
        self.results += found
        self.counted |= {f"exponent of {name}": value for name, value in exponents.items()}

    def behaviour(self) -> None:
        observed = behaviour.observe_all(self.say)
        self.tell("recorded behaviour, cases run with both releases", [one.line() for one in observed])
        self.counted |= {f"behaviour of {library}": sum(len(one.wrong) for one in observed if one.library == library) for library in {one.library for one in observed}}

    def mutants(self) -> None:
        mutated = mutants.mutate_all(self.quick, self.say)
        self.tell("mutants, as `astra-abi mutate` scores them", [one.line() for one in mutated])
        self.counted |= {f"mutants of {one.name}": one.wrong for one in mutated}

    def tell(self, title: str, lines: list[str]) -> None:
        print(f"{CLEAR}\n{title}", *lines, sep="\n", flush=True)
        self.told[title] = [line.strip() for line in lines]

    def save(self, **more) -> None:
        save(self.results, self.absent, {"counted": self.counted, "told": self.told, **more})


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="PART", help=f"only {', '.join(PARTS)}, or the pairs of a library of the corpus")
    parser.add_argument("--quick", action="store_true", help="run everything once, and a sample of the mutants")
    parser.add_argument("--workflow", action="store_true", help="compare `diff` with what freezing OLD and checking NEW says, and nothing else")
    parser.add_argument("--only", action="append", metavar="WHO", help="only these contestants, such as astra-abi or 'abidiff headers'")
    parser.add_argument("--seconds", type=float, default=600, help="the longest that one run may take (600)")
    return parser.parse_args()


def workflow_agrees(libraries: list[str], absent: dict[str, str]) -> bool:
    import workflow

    told = [(pair_case(old, new, file), old.version, new.version) for old, new in corpus.pairs(libraries) if old.built and new.built for file in old.recipe["files"]]
    return workflow.compare_all(told) and all(name.startswith("peer ") for name in absent)


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
    libraries = [name for name in chosen.names if name not in PARTS]
    asked = [part for part in PARTS if part in chosen.names or not chosen.names or (part == "pairs" and libraries)]
    absent = {f"peer {name}": why for name, why in missing.items()}
    absent |= {one.name: why for one, why in corpus.ensure(corpus.releases(libraries), os.cpu_count() or 1)}
    if chosen.workflow:
        sys.exit(0 if workflow_agrees(libraries, absent) else 1)
    for name, why in absent.items():
        print(f"ABSENT {name}: {why}")
    run = Run(who, absent, chosen.quick, say)
    arguments = {"pairs": (libraries,), "small": (limits,)}
    for part in asked:
        getattr(run, part)(*arguments.get(part, ()))
        run.save()
    table = figures(run.results, run.counted)
    print("\nfigures to reach", *(one.line() for one in table), sep="\n")
    run.save(figures=[vars(one) for one in table])
    print(f"\nall of it is in {RESULTS} ({time.monotonic() - begin:.0f} s)")


if __name__ == "__main__":
    main()
