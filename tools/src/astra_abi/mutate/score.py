"""Results of mutants -> a score for each kind, and every miss in words."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import Iterable

from . import Result
from .label import BREAKING, COMPATIBLE, UNLABELLED


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
        lines = [f"{'kind':28} {'built':>6} {'blocked':>10} {'passed':>10} {'cannot judge':>13} {'unlabelled':>11}"]
        for row in self.rows():
            lines.append(
                f"{row['kind']:28} {row['built']:>6} {share(row['blocked'], row['breaking']):>10} {share(row['passed'], row['compatible']):>10} "
                f"{row['cannot_judge']:>13} {row['unlabelled']:>11}"
            )
        for header, result in self.misses:
            said = {0: "lets it pass", 1: "blocks it", 2: "cannot judge it"}[result.code]
            lines.append(f"\n{result.kind} at {result.place} of {header} is {result.label}, and the gate {said}")
            lines.append(f"  run:  {result.evidence or 'an old program notices nothing'}")
            lines.append(f"  gate: {', '.join(result.rules) or 'nothing found'}")
        whole = tally([result for _, result in self.results])
        for header, result in self.results:
            if result.label == UNLABELLED:
                lines.append(f"  unlabelled: {result.kind} at {result.place} of {header}: {result.evidence}")
        lines.append(
            f"\n{len(self.results)} mutants: {share(whole['blocked'], whole['breaking'])} of the breaking blocked, "
            f"{share(whole['passed'], whole['compatible'])} of the compatible passed, {whole['unlabelled']} unlabelled"
        )
        return "\n".join(lines)

    def json(self) -> str:
        return json.dumps({
            "kinds": self.rows(), "total": tally([result for _, result in self.results]), "exit_code": self.exit_code,
            "misses": [{"header": header, **asdict(result)} for header, result in self.misses],
            "unlabelled": [{"header": header, **asdict(result)} for header, result in self.results if result.label == UNLABELLED],
        }, indent=2)


def share(part: int, whole: int) -> str:
    return f"{part}/{whole}" if whole else "-"


def tally(results: list[Result]) -> dict[str, int]:
    labelled = {label: [result for result in results if result.label == label] for label in (BREAKING, COMPATIBLE, UNLABELLED)}
    return {
        "built": len(labelled[BREAKING]) + len(labelled[COMPATIBLE]),
        "breaking": len(labelled[BREAKING]), "blocked": sum(result.right for result in labelled[BREAKING]),
        "compatible": len(labelled[COMPATIBLE]), "passed": sum(result.right for result in labelled[COMPATIBLE]),
        "cannot_judge": sum(result.code == 2 for result in results), "unlabelled": len(labelled[UNLABELLED]),
    }
