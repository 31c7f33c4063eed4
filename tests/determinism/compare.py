"""Every operator on every instruction set, number of threads, implementation and processor: 0 differing bits. `make determinism`.

Cases are all goldens, and inputs large enough that threads share them, for every combination of dtypes. A configuration that
this machine cannot have is named, and nothing is said of it. Ends with 1 where a bit differs.
"""

from __future__ import annotations

import argparse
import sys
import time

from astra_abi.data import packaged
from astra_abi.load.contract import load_contract

from case_list import all_cases, written
from configurations import BUILD, Absent, Configuration, emulated, here


def differing(reference: list[str], found: list[str]) -> list[int]:
    """The numbers of the cases that differ; all of them where some are missing."""
    if len(reference) != len(found):
        return list(range(len(reference)))
    return [number for number, (a, b) in enumerate(zip(reference, found)) if a != b]


def gather(abi, emulate: bool) -> tuple[list[Configuration], list[str]]:
    """What can be run here, and what cannot."""
    found, absent = list(here(abi)), []
    if emulate:
        try:
            print("building for AArch64 (minutes)", file=sys.stderr)
            found += emulated()
        except Absent as error:
            absent.append(str(error))
    return found, absent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-emulation", action="store_true", help="leave the emulated processor out")
    parser.add_argument("--op", action="append", metavar="OP", help="only these operators, such as sum@1")
    chosen = parser.parse_args()
    abi = load_contract(packaged("spec"))
    cases = [case for case in all_cases(abi) if not chosen.op or case.op in chosen.op]
    BUILD.mkdir(parents=True, exist_ok=True)
    path = BUILD / "cases.bin"
    written(abi, cases, path)
    configurations, absent = gather(abi, not chosen.no_emulation)
    begin, reference, differ, ran = time.monotonic(), None, 0, 0
    for one in configurations:
        try:
            found = one.digests(path)
        except Absent as error:
            absent.append(f"{one.name}: {error}")
            continue
        reference = reference or found
        wrong = differing(reference, found)
        differ, ran = differ + len(wrong), ran + 1
        print(f"[{time.monotonic() - begin:5.0f} s] {one.name:42}{len(found)} cases, {len(wrong)} differ", flush=True)
        for number in wrong[:5]:
            print(f"        {cases[number].key}: {found[number] if number < len(found) else 'missing'} instead of {reference[number]}")
    path.unlink()
    for why in absent:
        print(f"ABSENT {why}")
    print(f"{len({case.op for case in cases})} operators, {len(cases)} cases, {ran} configurations: {differ} differing")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
