"""Second opinions as people and machines read them: who said what, and each element on which somebody differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .words import visible

if TYPE_CHECKING:
    from rich.console import Console

    from .verdict import Report

MOST_ROWS = 40
"""Rows that a terminal gets; a document has all of them."""


def write(out: Console, report: Report) -> None:
    """Two tables: the peers' verdicts, and the elements on which one of them differs from us."""
    from rich import box
    from rich.table import Table

    peers = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("second opinion", "verdict", "cpu s", "MB", "in its words"):
        peers.add_column(name, overflow="fold", justify="right" if name in ("cpu s", "MB") else "left")
    for opinion in report.opinions:
        name = f"{opinion.peer} {opinion.version} ({opinion.mode})"
        peers.add_row(name, opinion.verdict, f"{opinion.cpu_s:.2f}", f"{opinion.peak_bytes / 1e6:.0f}", visible(opinion.detail))
    out.print(peers)
    differing = [row for row in report.rows if not row.agreed]
    out.print(f"{len(report.rows) - len(differing):,} elements on which all agree, {len(differing):,} on which one differs")
    if not differing:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("element", "we say", "who differs", "why"):
        table.add_column(name, overflow="fold")
    for row in differing[:MOST_ROWS]:
        for said in row.peers:
            if said.disagrees:
                table.add_row(visible(f"{row.kind} {row.name}"), row.ours.says, f"{said.who}: {said.says}", visible(said.explained))
    out.print(table)
    if len(differing) > MOST_ROWS:
        out.print(f"and {len(differing) - MOST_ROWS:,} more; --format json has all of them")


def document(report: Report) -> dict[str, Any]:
    """The same as data, with every element."""
    return {
        "peers": [
            {
                "peer": opinion.peer, "version": opinion.version, "mode": opinion.mode, "verdict": opinion.verdict,
                "cpu_s": round(opinion.cpu_s, 3), "peak_bytes": opinion.peak_bytes, "detail": opinion.detail,
            }
            for opinion in report.opinions
        ],
        "elements": [
            {
                "kind": row.kind, "name": row.name, "ours": row.ours.says,
                "peers": {said.who: {"says": said.says, **({"why": said.explained} if said.disagrees else {})} for said in row.peers},
            }
            for row in report.rows
        ],
    }
