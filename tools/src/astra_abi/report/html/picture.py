"""Two layouts as one picture: two strips of blocks on one ruler, and bands that join each field to where it is now.

The ruler is bent: every byte stays visible, and a long array takes no more room than it needs.
"""

from __future__ import annotations

from typing import Sequence

from .element import Markup, join, tag
from .layouts import ADDED, MOVED, REMOVED, SAME, TYPED, Cell, Layout, Row

WIDTH, MOST_WIDTH = 1070.0, 6000.0
NARROW, WIDE = 13.0, 170.0
"""Pixels that the shortest and the longest stretch between two ends of fields take."""
HEIGHT, BAND, RULER = 34, 54, 22
MOST_LANES = 12
LETTER = 6.7
"""Pixels of one letter in a block."""
ORDER = (SAME, MOVED, TYPED, REMOVED, ADDED)


class Ruler:
    """Bits -> pixels, alike for both sides."""

    def __init__(self, layout: Layout) -> None:
        ends = {0, layout.old.size * 8, layout.new.size * 8}
        for row in layout.rows:
            ends |= {end for cell in (row.old, row.new) if cell for end in (cell.begin, cell.end)}
        self.marks = sorted(ends)
        pairs = list(zip(self.marks, self.marks[1:]))
        scale = WIDTH / max(self.marks[-1], 1)
        widths = [min(max(NARROW, (b - a) * scale), WIDE) for a, b in pairs]
        stretch = max(1.0, WIDTH / sum(widths)) if widths else 1.0
        self.x = {0: 0.0}
        for (a, b), width in zip(pairs, widths):
            self.x[b] = self.x[a] + width * stretch
        self.width = self.x[self.marks[-1]]


def picture(layout: Layout) -> Markup | None:
    """The picture, or None for a layout with more in it than a picture can show."""
    ruler = Ruler(layout)
    old = lanes([(row, row.old) for row in layout.rows if row.old])
    new = lanes([(row, row.new) for row in layout.rows if row.new])
    if ruler.width > MOST_WIDTH or not (old and new) or max(len(old), len(new)) > MOST_LANES:
        return None
    joined = len(old) == len(new) == 1
    top = RULER
    below = top + HEIGHT * len(old) + (BAND if joined else RULER)
    height = below + HEIGHT * len(new) + RULER
    parts = [marks(ruler, old, layout.old.size, top - 6)]
    if joined:
        parts.append(bands(ruler, layout.rows, top + HEIGHT - 1, below + 1))
    parts += [strip(ruler, lane, top + HEIGHT * number) for number, lane in enumerate(old)]
    parts += [strip(ruler, lane, below + HEIGHT * number) for number, lane in enumerate(new)]
    parts.append(marks(ruler, new, layout.new.size, height - 8))
    label = f"{layout.new.name}: {layout.old.size} bytes above, now {layout.new.size} bytes below; the table that follows has every field"
    return tag("svg", *parts, viewBox=f"-2 0 {ruler.width + 34:.0f} {height}", width=round(ruler.width + 36), height=height, role="img", aria_label=label)


def lanes(cells: Sequence[tuple[Row, Cell]]) -> list[list[tuple[Row, Cell]]]:
    """Fields in as few lanes as keep those apart that share bytes."""
    found: list[list[tuple[Row, Cell]]] = []
    for item in sorted(cells, key=lambda item: (item[1].begin, -item[1].end)):
        lane = next((lane for lane in found if lane[-1][1].end <= item[1].begin), None)
        if lane is None:
            found.append(lane := [])
        lane.append(item)
    return found


def strip(ruler: Ruler, lane: list[tuple[Row, Cell]], y: int) -> Markup:
    return tag("g", *(block(ruler, row, cell) for row, cell in lane), transform=f"translate(0 {y})", class_="strip")


def block(ruler: Ruler, row: Row, cell: Cell) -> Markup:
    """A field or padding: with its name where there is room for it, else with a hint that tells it."""
    x, width = ruler.x[cell.begin], ruler.x[cell.end] - ruler.x[cell.begin]
    shape = tag("rect", x=f"{x + .75:.1f}", y=1, width=f"{max(width - 1.5, 1):.1f}", height=HEIGHT - 2)
    if cell.field and len(cell.name) * LETTER + 6 < width:
        said = tag("text", cell.name, x=f"{x + width / 2:.1f}", y=HEIGHT // 2 + 4)
    else:
        said = tag("title", f"{cell.name or 'padding'} at {cell.offset}, {cell.extent}")
    return tag("g", shape, said, class_=row.state)


def bands(ruler: Ruler, rows: Sequence[Row], top: float, bottom: float) -> Markup:
    """From where fields were to where they are. Neighbours that went the same way share a band."""
    joined = [(row.state, row.old, row.new) for row in rows if row.old and row.new and row.old.field and row.new.field]
    where = {row.new.name: row.new for row in rows if row.new and not row.old and row.state in (MOVED, TYPED)}
    joined += [(row.state, row.old, where[row.old.name]) for row in rows if row.old and not row.new and row.state in (MOVED, TYPED) and row.old.name in where]
    runs: list[list] = []
    for state, old, new in sorted(joined, key=lambda item: item[1].begin):
        last = runs[-1] if runs else None
        if last and last[0] == state and last[2] == old.begin and last[4] == new.begin and last[1] - last[3] == old.begin - new.begin:
            last[2], last[4] = old.end, new.end
        else:
            runs.append([state, old.begin, old.end, new.begin, new.end])
    return join(band(ruler, run, top, bottom) for run in sorted(runs, key=lambda run: ORDER.index(run[0])))


def band(ruler: Ruler, run: list, top: float, bottom: float) -> Markup:
    state, middle = run[0], (top + bottom) / 2
    a, b, c, d = (f"{ruler.x[bits]:.1f}" for bits in run[1:])
    path = f"M{a} {top}C{a} {middle} {c} {middle} {c} {bottom}L{d} {bottom}C{d} {middle} {b} {middle} {b} {top}Z"
    return tag("path", d=path, class_=f"band {state}")


def marks(ruler: Ruler, side: list[list[tuple[Row, Cell]]], size: int, y: float) -> Markup:
    """Offsets in bytes where fields of this side begin, as far as there is room for them, and its size."""
    begins = sorted({cell.begin for lane in side for _, cell in lane if cell.begin % 8 == 0})
    end = ruler.x[size * 8]
    last, made = -100.0, []
    for bits in begins:
        x, label = ruler.x[bits], str(bits // 8)
        if x - last > 14 + LETTER * len(label) / 2 and end - x > 16 + LETTER * len(str(size)):
            made.append(tag("text", label, x=f"{x + 1:.1f}", y=y))
            last = x + LETTER * len(label)
    return tag("g", *made, tag("text", str(size), x=f"{end:.1f}", y=y, class_="size"), class_="marks")
