"""Two layouts of one struct -> rows that stand side by side: fields, what became of them, and padding. Draws nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Iterator, Sequence

from ...compare.pair import Pair, texts
from ...compare.structs import by_name
from ...model import Field, Struct
from ..verdict import Sides

SAME, MOVED, TYPED, ADDED, REMOVED, PADDING = "same", "moved", "typed", "added", "removed", "padding"
ALL_TARGETS = "every target"


@dataclass(frozen=True)
class Cell:
    """What one side has in a row: a field, or padding without one. `begin` and `end` are bits."""

    begin: int
    end: int
    field: Field | None = None
    name: str = ""
    spelled: str = ""
    """The type in other words, where its name alone would hide what changed."""

    @property
    def text(self) -> str:
        return self.spelled or (str(self.field.type) if self.field else "padding")

    @property
    def offset(self) -> str:
        """Where it begins, as people count: byte, and bit within it."""
        if self.field and self.field.bits or self.begin % 8:
            return f"{self.begin // 8}:{self.begin % 8}"
        return str(self.begin // 8)

    @property
    def extent(self) -> str:
        width = self.end - self.begin
        if self.field and self.field.bits or width % 8:
            return f"{width} bit{'' if width == 1 else 's'}"
        return f"{width // 8} B"


@dataclass(frozen=True)
class Row:
    """One line of both layouts. `state` colours it, `note` says the same in words."""

    state: str
    old: Cell | None
    new: Cell | None
    note: str = ""


@dataclass(frozen=True)
class Layout:
    """Both layouts of a struct or union on targets that agree about them."""

    targets: tuple[str, ...]
    old: Struct
    new: Struct
    rows: tuple[Row, ...]

    @property
    def changed(self) -> bool:
        return self.old.size != self.new.size or self.old.union != self.new.union or any(row.state not in (SAME, PADDING) for row in self.rows)


def layouts(sides: Sequence[Sides], name: str) -> list[Layout]:
    """The layouts of a struct, one for each group of targets that lay it out alike; without sides that lack it."""
    groups: dict[tuple, list[Sides]] = {}
    for side in sides:
        old, new = ((abi.structs or {}).get(name) for abi in (side.old, side.new))
        if old and new:
            groups.setdefault((shape(old), shape(new)), []).append(side)
    return [lay_side_by_side(group, name) for group in groups.values()]


def shape(struct: Struct) -> tuple:
    return struct.size, struct.union, tuple((field.name, field.begin, field.width, str(field.type)) for field in struct.fields)


def lay_side_by_side(group: list[Sides], name: str) -> Layout:
    side = group[0]
    old, new = side.old.structs[name], side.new.structs[name]
    rows = fields_side_by_side(Pair(side.old, side.new), old, new)
    if not (old.union or new.union):
        rows = with_padding(rows, old, new)
    return Layout(tuple(side.target or ALL_TARGETS for side in group), old, new, tuple(rows))


def cells(struct: Struct) -> dict[str, Cell]:
    return {name: Cell(field.begin, field.end, field, field.name or name) for name, field in by_name(struct).items()}


def fields_side_by_side(pair: Pair, old: Struct, new: Struct) -> list[Row]:
    """A row for each field. One that changed its place in the order has two, where it was and where it is."""
    before, after = cells(old), cells(new)
    heirs = replaced(before, after)
    order = [heirs.get(name, name) for name in before]
    names = dict(zip(order, before))
    rows: list[Row] = []
    for verb, a, b, c, d in SequenceMatcher(None, order, list(after), autojunk=False).get_opcodes():
        if verb == "equal":
            rows += [told(pair, before[names[name]], after[name]) for name in order[a:b]]
            continue
        for name in order[a:b]:
            there = told(pair, before[names[name]], after[name]) if name in after else None
            rows.append(replace(there, new=None, note=elsewhere(there, f"moved to {there.new.offset}")) if there else Row(REMOVED, before[names[name]], None, "removed"))
        for name in list(after)[c:d]:
            there = told(pair, before[names[name]], after[name]) if name in names else None
            rows.append(replace(there, old=None, note=elsewhere(there, f"moved from {there.old.offset}")) if there else Row(ADDED, None, after[name], "added"))
    return rows


def elsewhere(row: Row, where: str) -> str:
    """The note of a field that has another place in the order, instead of by how much it moved."""
    return ", ".join([*(note for note in row.note.split(", ") if note and not note.startswith("moved by ")), where])


def replaced(before: dict[str, Cell], after: dict[str, Cell]) -> dict[str, str]:
    """Fields that went, with the new ones that took exactly their place."""
    fresh = {(cell.begin, cell.end): name for name, cell in after.items() if name not in before}
    found = {name: fresh.get((cell.begin, cell.end)) for name, cell in before.items() if name not in after}
    taken: set[str] = set()
    return {name: heir for name, heir in found.items() if heir and not (heir in taken or taken.add(heir))}


def told(pair: Pair, old: Cell, new: Cell) -> Row:
    """A field that both sides have, with everything that is different."""
    notes = []
    if old.name != new.name:
        notes.append("renamed")
    if not pair.same_type(old.field.type, new.field.type):
        notes.append("type changed")
        old, new = (replace(cell, spelled=text) for cell, text in zip((old, new), texts(old.field.type, new.field.type)))
    if old.end - old.begin != new.end - new.begin:
        notes.append(f"{old.extent} → {new.extent}")
    typed = bool(notes)
    if old.begin != new.begin:
        notes.append(f"moved by {distance(new.begin - old.begin)}")
    return Row(TYPED if typed else MOVED if notes else SAME, old, new, ", ".join(notes))


def distance(bits: int) -> str:
    if bits % 8:
        return f"{bits:+} bits"
    return f"{bits // 8:+} B"


def with_padding(rows: list[Row], old: Struct, new: Struct) -> list[Row]:
    """The rows with those bits between fields, and after the last, that hold nothing."""
    found: list[Row] = []
    ends = [0, 0]
    for row in rows:
        gaps = [gap(end, cell.begin) if cell else None for end, cell in zip(ends, (row.old, row.new))]
        found += padding(*gaps)
        found.append(row)
        ends = [max(end, cell.end) if cell else end for end, cell in zip(ends, (row.old, row.new))]
    return [*found, *padding(gap(ends[0], old.size * 8), gap(ends[1], new.size * 8))]


def gap(end: int, begin: int) -> Cell | None:
    return Cell(end, begin) if begin > end else None


def padding(old: Cell | None, new: Cell | None) -> Iterator[Row]:
    if old or new:
        yield Row(PADDING, old, new)
