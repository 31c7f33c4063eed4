"""Structs and their fields: inserted, appended, moved, replaced, packed. One change for each cause."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Iterator

from ..model import Field, Struct, Type
from .kinds import Change
from .pair import Pair, became, compare_const, loses_const, texts
from .reserved import is_reserved, taken_from_reserve
from .regrouped import is_flexible, regrouped
from .unions import compare_union

RESIZING = {"field_added", "field_removed", "field_type_changed", "field_moved", "struct_packed", "flexible_array_respelled"}
"""Changes of fields that explain another size of their struct."""


def changes(pair: Pair) -> Iterator[Change]:
    if pair.old.structs is None or pair.new.structs is None:
        return
    for name, old in pair.old.structs.items():
        new = pair.new.structs.get(name)
        if new:
            yield from compare_struct(pair, old, new)
        elif name in pair.new.opaque:
            yield from hidden(pair, old)
        elif pair.declared and name not in (pair.new.handles or {}):
            yield Change("struct_removed", f"struct:{name}", {"contract": pair.contracts}, f"{old.size} bytes", None, old.where)
    for name in sorted(pair.old.opaque & pair.new.structs.keys()):
        new = pair.new.structs[name]
        yield Change("struct_shown", f"struct:{name}", {}, "only declared", f"{new.size} bytes", new.where)
    if pair.declared and not pair.checked:
        for name in pair.new.structs.keys() - pair.old.structs.keys() - pair.old.opaque:
            new = pair.new.structs[name]
            yield Change("struct_added", f"struct:{name}", {}, None, f"{new.size} bytes", new.where)
    if pair.new.handles is None:
        yield from changed_handle_sizes(pair)


def hidden(pair: Pair, old: Struct) -> Iterator[Change]:
    """A type that programs saw the inside of, and still touch: only where that is known can it be said to have stayed."""
    inside = pair.new.hidden.get(old.name)
    facts = {"layout": "seen" if inside else "unseen"}
    yield Change("struct_hidden", f"struct:{old.name}", facts, f"{old.size} bytes", "only declared", old.where)
    if inside:
        yield from compare_struct(pair, old, inside)


def changed_handle_sizes(pair: Pair) -> Iterator[Change]:
    """Handles that the other side knows only as structs: they must still be 8 bytes."""
    for name in pair.old.handles or {}:
        struct = pair.new.structs.get(name)
        if struct and struct.size != 8:
            yield Change("struct_size_changed", f"handle:{name}", {}, "8 bytes", f"{struct.size} bytes", struct.where)


def compare_struct(pair: Pair, old: Struct, new: Struct) -> Iterator[Change]:
    subject, where = f"struct:{old.name}", new.where or old.where
    if old.growth and new.growth and old.growth != new.growth:
        yield Change("growth_changed", subject, {}, old.growth, new.growth, where)
    if old.direction and new.direction and old.direction != new.direction:
        yield Change("struct_direction_changed", subject, {}, old.direction, new.direction, where)
    if old.union != new.union:
        words = {True: "union", False: "struct"}
        yield Change("struct_kind_changed", subject, {"named": old.name.isidentifier()}, words[old.union], words[new.union], where)
        return
    if old.by_reference != new.by_reference:
        words = {True: "by reference", False: "by value"}
        yield Change("struct_passing_changed", subject, {"how": "reference"}, words[old.by_reference], words[new.by_reference], where)
    if old.union:
        yield from compare_union(pair, old, new)
        return
    fields = Fields(pair, old, new)
    found = [*fields.reserves(), *regrouped(pair, fields), *fields.replaced(), *fields.added(), *fields.retyped(), *fields.reordered()]
    found += fields.shifted()
    yield from found
    explained = fields.causes or any(change.kind in RESIZING for change in found) or lies_inside(pair, old)
    if not explained and old.size != new.size:
        kind = "struct_packed" if new.size < old.size else "struct_size_changed"
        yield Change(kind, subject, {}, f"{old.size} bytes", f"{new.size} bytes", where)
    elif not explained and old.align and new.align and old.align != new.align:
        yield Change("struct_align_changed", subject, {"larger": new.align > old.align}, f"{old.align} bytes", f"{new.align} bytes", where)
    if pair.contracts:
        yield from fields.terms()


def lies_inside(pair: Pair, struct: Struct) -> bool:
    """Whether a struct without a name is one member of another one that is as it was: only the padding behind it differs."""
    if struct.name.isidentifier():
        return False
    around = []
    for side in (pair.old, pair.new):
        held = [(owner, field) for owner in side.structs.values() for field in owner.fields if field.type.base == struct.name]
        if len(held) != 1 or held[0][1].type.pointers or held[0][1].type.count is not None:
            return False
        owner = held[0][0]
        around.append((owner.size, owner.align, [(field.name, field.begin) for field in owner.fields]))
    return around[0] == around[1]


def spell(field: Field) -> str:
    if field.bits:
        return f"{field.type}, {field.width} bits at bit {field.begin}"
    return f"{field.type} at offset {field.offset}"


def spell_named(field: Field) -> str:
    return f"{field.name} ({spell(field)})"


def extent(field: Field) -> str:
    return f"{field.width} bits" if field.bits else f"{field.size} bytes"


def by_name(struct: Struct) -> dict[str, Field]:
    """Fields in the order of their offsets; those without a name, or with one twice, by what comes before."""
    named: dict[str, Field] = {}
    for item in sorted(struct.fields, key=lambda field: field.begin):
        name, twin = item.name, 1
        while not name or name in named:
            twin += 1
            name = f"{item.name}#{twin}"
        named[name] = item
    return named


@dataclass
class Fields:
    """The fields of one struct on both sides. `causes` holds the offsets from which others may have moved."""

    pair: Pair
    old_struct: Struct
    new_struct: Struct
    causes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.old, self.new = by_name(self.old_struct), by_name(self.new_struct)
        self.common = [name for name in self.old if name in self.new]
        self.gone = {name: item for name, item in self.old.items() if name not in self.new}
        self.fresh = {name: item for name, item in self.new.items() if name not in self.old}
        self.spent: set[str] = set()
        """Reserved fields that others were cut from, and that need no other word."""

    def change(self, kind: str, name: str, facts: dict, old: str | None, new: str | None) -> Change:
        where = self.new_struct.where or self.old_struct.where
        return Change(kind, f"struct:{self.old_struct.name}.{name}", facts, old, new, where)

    def reserves(self) -> Iterator[Change]:
        """Fields that were cut from a reserved one, which callers had to leave zero."""
        for name, old in self.old.items():
            if not is_reserved(self.old_struct, name) or self.pair.checked:
                continue
            heirs = taken_from_reserve(old, self.new.get(name), self.fresh)
            if heirs:
                yield self.change("field_renamed", name, {"reserved": True}, spell(old), ", ".join(map(spell_named, heirs)))
                self.gone.pop(name, None)
                self.spent |= {name}
                for heir in heirs:
                    del self.fresh[heir.name]

    def replaced(self) -> Iterator[Change]:
        """Fields that went: renamed in place, replaced in place, or gone with everything behind them moved."""
        for name, old in self.gone.items():
            heir = next((n for n, new in self.fresh.items() if (new.begin, new.width) == (old.begin, old.width)), None)
            new = self.fresh.pop(heir) if heir else None
            if new and self.pair.same_type(old.type, new.type):
                if not self.pair.checked:
                    yield self.change("field_renamed", name, {"reserved": is_reserved(self.old_struct, name)}, name, heir)
                continue
            bytes_stay = not new and self.only_reserve_is_less(name)
            if not new and not bytes_stay:
                self.causes.append(old.begin)
            text = f"{spell(new)}, called {heir}" if new else None
            yield self.change("field_removed", name, {"reserved": bytes_stay}, spell(old), text)

    def only_reserve_is_less(self, name: str) -> bool:
        """A reserved field is gone, or less of it is left: its bytes still are, and nothing else has another place."""
        if not is_reserved(self.old_struct, name) or self.pair.checked or self.pair.contracts:
            return False
        old, rest = self.old[name], self.new.get(name)
        within = rest is None or (old.begin <= rest.begin and rest.end <= old.end)
        others = [other for other in self.common if other != name]
        return (
            within and self.old_struct.size == self.new_struct.size
            and all(self.old[other].begin == self.new[other].begin for other in others)
            and not any(new.begin < old.end and old.begin < new.end for new in self.fresh.values())
        )

    def added(self) -> Iterator[Change]:
        moved = {name for name in self.common if self.old[name].begin != self.new[name].begin}
        last = max((self.new[name].end for name in self.common), default=0)
        for name, new in self.fresh.items():
            behind = new.begin >= last
            if not new.width and self.old_struct.size == self.new_struct.size:
                yield self.change("flexible_array_added", name, {}, None, spell(new))
                continue
            if any(beside.begin < new.end and new.begin < beside.end for beside in map(self.new.get, self.common)):
                yield self.change("union_member_added", name, {"grows": new.end > last}, None, spell(new))
                continue
            if behind and (new.begin >= self.old_struct.size * 8 or self.gone or moved):
                at_end = True
            elif behind or not any(self.new[n].begin > new.begin for n in moved):
                yield self.change("field_in_padding", name, {}, None, spell(new))
                continue
            else:
                at_end = False
                self.causes.append(new.begin)
            yield self.change("field_added", name, self.facts_of_added(new, at_end), None, spell(new))

    def facts_of_added(self, new: Field, at_end: bool) -> dict:
        growth = self.old_struct.growth or self.new_struct.growth or "unknown"
        direction = self.old_struct.direction or self.new_struct.direction or "in"
        return {"at_end": at_end, "growth": growth, "direction": direction, "zero_is_old": new.default == 0}

    def retyped(self) -> Iterator[Change]:
        for name in self.common:
            old, new = self.old[name], self.new[name]
            if name in self.spent:
                continue
            yield from compare_const(f"struct:{self.old_struct.name}.{name}", old, new, self.new_struct.where or self.old_struct.where)
            if is_flexible(self.pair, self.old_struct, old) and is_flexible(self.pair, self.new_struct, new) and old.type.count != new.type.count:
                if self.pair.same_type(old.type.element, new.type.element):
                    yield self.change("flexible_array_respelled", name, {}, str(old.type), str(new.type))
                    continue
            bytes_stay = self.only_reserve_is_less(name)
            if old.width != new.width and not bytes_stay:
                self.causes.append(min(old.begin, new.begin))
            if not self.pair.same_type(old.type, new.type):
                to = became(self.pair, old, new)
                if to in ("same_size", "other_size") and bytes_stay:
                    to = "reserved"
                yield self.change("field_type_changed", name, {"to": to}, *texts(old.type, new.type))
            elif old.width != new.width and not self.grew_inside(old.type):
                sizes = (f"{old.type}, {extent(old)}", f"{new.type}, {extent(new)}")
                yield self.change("field_type_changed", name, {"to": "reserved" if bytes_stay else "other_size"}, *sizes)
            elif self.pair.declared and (loses := loses_const(old.type, new.type)) is not None:
                narrows = loses if self.old_struct.direction != "out" else not loses
                yield self.change("const_changed", name, {"narrows": narrows}, str(old.type), str(new.type))

    def grew_inside(self, type_: Type) -> bool:
        """An embedded struct or enum changed its size, which is told at that type."""
        return all(type_.base in (abi.structs or {}) or type_.base in (abi.enums or {}) for abi in (self.pair.old, self.pair.new))

    def reordered(self) -> Iterator[Change]:
        """Fields whose order changed: the fewest whose moving explains it."""
        before, after = self.common[::-1], [name for name in self.new if name in self.old][::-1]
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        kept = {name for block in matcher.get_matching_blocks() for name in before[block.a:block.a + block.size]}
        for name in self.common:
            old, new = self.old[name], self.new[name]
            if name not in kept and name not in self.spent and old.begin != new.begin:
                self.causes.append(min(old.begin, new.begin))
                yield self.change("field_moved", name, {}, spell(old), spell(new))

    def shifted(self) -> Iterator[Change]:
        """Offsets that changed although no field before them did: another packing or alignment."""
        for name in self.common:
            old, new = self.old[name], self.new[name]
            if name in self.spent or old.begin == new.begin or any(cause <= max(old.begin, new.begin) for cause in self.causes):
                continue
            self.causes.append(0)
            if new.begin < old.begin:
                places = (f"{self.old_struct.size} bytes, {name} at {old.offset}",
                          f"{self.new_struct.size} bytes, {name} at {new.offset}")
                where = self.new_struct.where or self.old_struct.where
                yield Change("struct_packed", f"struct:{self.old_struct.name}", {}, *places, where)
            else:
                yield self.change("field_moved", name, {}, spell(old), spell(new))

    def terms(self) -> Iterator[Change]:
        """What contracts say of a field beyond its place."""
        for name in self.common:
            old, new = self.old[name], self.new[name]
            if old.length != new.length:
                yield self.change("length_changed", name, {}, old.length, new.length)
            if old.default != new.default:
                yield self.change("field_default_changed", name, {}, str(old.default), str(new.default))
