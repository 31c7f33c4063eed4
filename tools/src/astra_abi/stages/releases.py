"""Every frozen release of a header contract, on every target. Another line is told, and blocks nothing."""

from __future__ import annotations

from ..compare import Change
from ..diff import CANNOT_RUN, look
from ..load.existing import Existing
from ..load.surroundings import surround
from ..model import AstraError
from . import NOT_DECLARED, PASS, Result

TITLE = "frozen releases"


def run(subject: Existing) -> Result:
    if not subject.releases:
        return Result("", NOT_DECLARED, "no release has been frozen; `astra-abi freeze VERSION` does it")
    seen: dict[tuple, tuple[Change, list[str], str]] = {}
    for index, release in enumerate(subject.releases):
        excuse = "" if release.line == subject.contract.promised_line else f"{release.version} is of another line, {release.line}"
        for view in look(release.source, surround(release.source, subject.source)):
            if view.verdict == CANNOT_RUN:
                raise AstraError(f"{release.version} cannot be compared: {view.summary}", str(release.source.path), view.remedy)
            for target, change in view.changes:
                key = (*change.identity, bool(excuse))
                targets = seen.setdefault(key, (change, [], excuse))[1]
                if target and target not in targets:
                    targets.append(target)
        subject.progress("releases", index + 1, len(subject.releases))
    seen = {key: value for key, value in seen.items() if not (key[-1] and (*key[:-1], False) in seen)}
    changes, places, excuses = zip(*seen.values()) if seen else ((), (), ())
    others = [release.version for release in subject.releases if release.line != subject.contract.promised_line]
    text = f"compared with {', '.join(release.version for release in subject.releases)}"
    text += f"; of another line, so that nothing blocks: {', '.join(others)}" if others else ""
    return Result("", PASS, text, tuple(changes), places=tuple(map(tuple, places)), excuses=tuple(excuses))
