"""Results of mutants -> a score for each kind, and every miss in words."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from typing import Iterable

from .bench import Result
from .client import COMPILES, FAILS
from .label import BREAKING, COMPATIBLE, RISKY, UNLABELLED

WIDTH = 26


@dataclass(frozen=True)
class Score:
    """Results with the headers that they are of."""

    results: tuple[tuple[str, Result], ...]

    @classmethod
    def of(cls, results: Iterable[tuple[str, Result]]) -> Score:
        return cls(tuple(sorted(results, key=lambda row: (row[1].kind, row[0], row[1].place))))

    @property
    def misses(self) -> list[tuple[str, Result]]:
        return [(header, result) for header, result in self.results if not result.right]

    @property
    def exit_code(self) -> int:
        """Nothing that has a label is no score."""
        return int(bool(self.misses) or all(result.label == UNLABELLED for _, result in self.results))

    def rows(self) -> list[dict]:
        kinds: dict[str, list[Result]] = defaultdict(list)
        for _, result in self.results:
            kinds[result.kind].append(result)
        return [{"kind": kind, **tally(results)} for kind, results in sorted(kinds.items())]

    def text(self) -> str:
        heads = ("built", "blocked", "risks told", "passed", "source fails", "source holds", "cannot judge", "unlabelled")
        lines = [f"{'kind':{WIDTH}} " + " ".join(f"{head:>12}" for head in heads)]
        lines += [line(row["kind"], row) for row in self.rows()]
        for header, result in self.misses:
            lines += ["", *miss(header, result)]
        unlabelled = [(header, result) for header, result in self.results if result.label == UNLABELLED]
        lines += [f"  unlabelled: {result.kind} at {result.place} of {header}: {result.evidence}" for header, result in unlabelled]
        whole = tally([result for _, result in self.results])
        lines += ["", line("all", whole), ""] + [
            f"{len(self.results)} mutants: {share(whole['blocked'], whole['breaking'])} of the breaking blocked, "
            f"{share(whole['passed'], whole['compatible'])} of the compatible passed, {share(whole['told'], whole['risky'])} of the risks told, "
            f"{share(whole['source_right'], whole['sources'])} of the source verdicts right, {whole['unlabelled']} unlabelled"
        ]
        return "\n".join(lines)

    def json(self) -> str:
        unlabelled = [(header, result) for header, result in self.results if result.label == UNLABELLED]
        return json.dumps({
            "kinds": self.rows(), "total": tally([result for _, result in self.results]), "exit_code": self.exit_code,
            "misses": [{"header": header, **asdict(result)} for header, result in self.misses],
            "unlabelled": [{"header": header, **asdict(result)} for header, result in unlabelled],
        }, indent=2)


def line(kind: str, row: dict) -> str:
    texts = (
        str(row["built"]), share(row["blocked"], row["breaking"]), share(row["told"], row["risky"]), share(row["passed"], row["compatible"]),
        share(row["fails_told"], row["fails"]), share(row["holds_told"], row["holds"]), str(row["cannot_judge"]), str(row["unlabelled"]),
    )
    return f"{kind:{WIDTH}} " + " ".join(f"{text:>12}" for text in texts)


def miss(header: str, result: Result) -> list[str]:
    """Where the gate is wrong, what the run shows, and what the gate said."""
    lines = []
    if not result.runs_right:
        said = {0: "lets it pass", 1: "blocks it", 2: "cannot judge it"}[result.ruling.code]
        lines += [f"{result.kind} at {result.place} of {header} is {result.label}, and the gate {said}"]
        lines += [f"  run:  {result.evidence or 'an old program notices nothing'}"]
    if not result.compiles_right:
        lines += [f"{result.kind} at {result.place} of {header}: an old client {result.source}, and the gate calls that {result.ruling.source}"]
        lines += [f"  compiler: {result.source_evidence or 'has nothing to say'}"]
    return [*lines, f"  gate: {', '.join(result.ruling.rules) or 'nothing found'}"]


def share(part: int, whole: int) -> str:
    return f"{part}/{whole}" if whole else "-"


def tally(results: list[Result]) -> dict[str, int]:
    count, right = Counter(result.label for result in results), Counter(result.label for result in results if result.runs_right)
    judged = [result for result in results if result.ruling and result.source]
    fails, holds = ([result for result in judged if (result.source == FAILS) is failed] for failed in (True, False))
    return {
        "built": len(results) - count[UNLABELLED], "breaking": count[BREAKING], "blocked": right[BREAKING], "risky": count[RISKY], "told": right[RISKY],
        "compatible": count[COMPATIBLE], "passed": right[COMPATIBLE], "sources": len(judged), "source_right": sum(result.compiles_right for result in judged),
        "fails": len(fails), "fails_told": sum(result.compiles_right for result in fails),
        "holds": len(holds), "holds_told": sum(result.compiles_right for result in holds),
        "warns": sum(result.source not in (FAILS, COMPILES) for result in judged),
        "cannot_judge": sum(bool(result.ruling) and result.ruling.code == 2 for result in results), "unlabelled": count[UNLABELLED],
    }
