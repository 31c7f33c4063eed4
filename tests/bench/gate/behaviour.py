"""What libraries do, over their releases: probes of the contracts run with both, and what they print compared. Not timed."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import corpus
import truth
from contestants import ABI, contract_of


@dataclass(frozen=True)
class Observed:
    """One step of one library. `wrong` are cases that changed and should not have, or the other way round."""

    name: str
    seen: str
    changed: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    @property
    def library(self) -> str:
        return self.name.partition(" ")[0]

    def line(self) -> str:
        note = f"  NOT AS KNOWN: {', '.join(self.wrong)}" if self.wrong else ""
        return f"  {self.name:26}{self.seen}, {len(self.changed)} changed" + (f": {', '.join(self.changed)}" if self.changed else "") + note


def observe(name: str, known: set[str]) -> Observed:
    """Compares one step; whatever keeps it from being compared is wrong too."""
    library, _, step = name.partition(" ")
    old, new = (next(one for one in corpus.releases([library]) if one.version == version) for version in step.split("→"))
    if not (old.built and new.built):
        return Observed(name, "ABSENT, not built", wrong=("absent",))
    file = old.recipe["files"][0]
    words = [ABI, "diff", old.folder / file, new.folder / file, "--old-headers", old.include, "--new-headers", new.include,
             "--contract", contract_of(library, file), "--behaviour"]
    done = subprocess.run([*map(str, words), "--format", "json"], capture_output=True, text=True)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return Observed(name, f"ended with {done.returncode}: {done.stderr.strip()[-200:]}", wrong=("no report",))
    stage = next(stage for stage in report["stages"] if stage["name"] == "behaviour")
    changed = {Path(item["subject"].removeprefix("probe:")).as_posix().rpartition(".")[0] for item in report["changes"] if item["rule"] == "recorded_output_changed"}
    blind = {"not judged"} if stage["verdict"] == "cannot-run" else set()
    return Observed(name, stage["summary"], tuple(sorted(changed)), tuple(sorted((changed ^ known) | blind)))


def observe_all(say) -> list[Observed]:
    found = []
    for name, row in truth.read()["behaviour"].items():
        say(f"behaviour of {name}")
        found.append(observe(name, set(row["changed"])))
    return found
