"""What the loader said -> the proof of each finding, and a stage of the report. Judges nothing anew."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Mapping, Sequence

from ..compare.symbols import subject
from ..load.source import Source
from ..loader import ABORTS, NODE_MISSING, WARNED, scope_of
from ..model import AstraError, Image, Table
from ..rules import Finding, Rule
from ..stages import CANNOT_RUN, PASS, Result
from . import NOT_JUDGED, Asked, prove, text_of
from .consumer import not_proved

TITLE = "the loader's word"
OF_NODES = (NODE_MISSING, WARNED, ABORTS)
ASKED_ABOUT = {
    "symbol_removed", "symbol_version_changed", "symbol_moved", "symbol_kind_changed", "version_node_removed", "function_removed", "variable_removed",
}
"""Kinds of change of which the loader can know something."""
REPORT_IT = "report it with both libraries, as a defect of astra-abi, or of the loader"


def proven(
    groups: Sequence[Sequence[Finding]], old: Source, new: Source, rules: Mapping[str, Rule],
) -> tuple[list[tuple[Finding, ...]], Result, bool]:
    """The findings with their proofs, a stage that sums them up, and whether the loader contradicts the rules."""
    begin = time.perf_counter()
    try:
        before, after = image_of(old), image_of(new)
        asked = prove(old.path, new.path, before.table, scope_of(after))
    except AstraError as error:
        proofs, contradicted = None, False
        why = error.what.removeprefix("not proved: ")
        result = Result("proof", CANNOT_RUN, f"not proved: {why}", remedy=error.do_this, title=TITLE)
    else:
        proofs, why, contradicted = by_subject(before.table, asked), "", any(item.contradicted for item in asked)
        result = sum_up(asked)
    marked = [tuple(replace(finding, proof=proof_of(finding, rules, proofs, why)) for finding in group) for group in groups]
    return marked, replace(result, seconds=time.perf_counter() - begin), contradicted


def image_of(side: Source) -> Image:
    image = side.build.abi.image if side.build else None
    if image is None or image.table is None:
        raise not_proved(f"a {side.kind} is nothing that this system's loader takes", Path(side.path), "name two ELF libraries, or compare without --prove")
    return image


def sum_up(asked: Sequence[Asked]) -> Result:
    wrong = [f"{item.reference.name}: {text_of(item)}" for item in asked if item.contradicted]
    if wrong:
        more = f", and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        return Result("proof", CANNOT_RUN, f"the loader contradicts the rules: {'; '.join(wrong[:3])}{more}", remedy=REPORT_IT, title=TITLE)
    blind = [item for item in asked if item.seen == NOT_JUDGED]
    count = len(asked) - len(blind)
    said = f"asked about {count} symbol{'' if count == 1 else 's'}: it does as the rules say" if asked else "nothing moved: nothing to ask"
    if blind:
        return Result(
            "proof", CANNOT_RUN, f"{said}; {len(blind)} not judged, such as {blind[0].reference.name}: {blind[0].why}",
            remedy="rename them, or compare without --prove", title=TITLE,
        )
    return Result("proof", PASS, said, title=TITLE)


def by_subject(table: Table, asked: Sequence[Asked]) -> dict[str, str]:
    """The proof of everything that a finding can be about."""
    proofs: dict[str, str] = {}
    nodes: dict[str, list[Asked]] = {}
    for item in asked:
        place = subject(table, item.reference)
        proofs[place] = text_of(item)
        if item.fate.fatal and "@" not in place:
            for area in ("function", "variable"):
                proofs[f"{area}:{item.reference.name}"] = text_of(item)
        if item.reference.node and item.fate.outcome in OF_NODES:
            nodes.setdefault(item.reference.node, []).append(item)
    for node, items in nodes.items():
        items.sort(key=lambda item: (not item.contradicted, item.seen == NOT_JUDGED))
        proofs[f"library:node:{node}"] = text_of(items[0])
    return proofs


def proof_of(finding: Finding, rules: Mapping[str, Rule], proofs: Mapping[str, str] | None, why: str) -> str:
    kind = rules[finding.rule].kind
    if kind not in ASKED_ABOUT:
        return ""
    if proofs is None:
        return f"not judged: {why}" if not finding.subject.startswith(("function:", "variable:")) else ""
    proof = proofs.get(finding.subject, "")
    if kind == "symbol_kind_changed" and proof and "grief" not in proof:
        return "no: the loader binds names, whatever they stand for"
    return proof
