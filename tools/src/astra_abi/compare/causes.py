"""Root causes only: drops changes that follow from others, and finds hashes that nothing else explains."""

from __future__ import annotations

from typing import Any, Iterator

from ..layout import known_at, layout_hash
from ..model import Abi
from .kinds import Change
from .pair import Pair
from .passing import held

KINDS_BEHIND_A_HASH = {
    "struct_removed", "struct_packed", "struct_size_changed", "growth_changed", "field_removed", "field_moved",
    "field_type_changed", "field_in_padding", "enum_removed", "enum_type_changed", "constant_removed",
    "constant_renumbered", "handle_removed", "function_removed", "param_added", "param_removed", "param_moved",
    "param_type_changed", "return_type_changed", "direction_changed", "since_changed", "symbol_version_changed",
    "version_node_removed",
}
"""Changes that say themselves that programs break, so that another hash adds nothing."""


SPELLED = {"param_type_changed", "return_type_changed", "field_type_changed", "variable_type_changed"}
"""Changes of a type that may be told once, at the typedef that names it."""


def without_consequences(pair: Pair, found: list[Change]) -> list[Change]:
    """The changes without those that another one implies."""
    told = {(change.kind, change.subject) for change in found}
    told |= {("struct_became", f"struct:{change.new}") for change in found if change.kind == "type_renamed"}
    told |= {("struct_broken", change.subject) for change in found if rearranges(change)}
    return [change for change in found if not follows(pair, change, told)]


def rearranges(change: Change) -> bool:
    """Whether what is inside of a struct is another thing to programs, however the whole is passed."""
    if change.kind == "field_type_changed":
        return change.facts["to"] in ("same_size", "other_size")
    return change.kind in ("field_removed", "field_moved", "struct_packed", "struct_size_changed", "struct_kind_changed")


def follows(pair: Pair, change: Change, told: set[tuple[str, str]]) -> bool:
    area, _, name = change.subject.partition(":")
    if change.kind in ("symbol_removed", "symbol_added"):
        verb = change.kind.removeprefix("symbol_")
        return any((f"{what}_{verb}", f"{what}:{name}") in told for what in ("function", "variable"))
    if change.kind == "struct_passing_changed":
        inside = {f"struct:{item}" for item in held(pair.old, name)}
        return any(kind == "struct_broken" and (subject in inside or subject.rpartition(".")[0] in inside) for kind, subject in told)
    if change.kind == "struct_removed":
        return ("type_renamed", change.subject) in told
    if change.kind == "struct_added":
        return ("struct_became", change.subject) in told
    if change.kind in SPELLED and " (" in (change.old or "") and (change.new or "").startswith(spelled := change.old.partition(" (")[0]):
        return ("typedef_changed", f"typedef:{spelled.rstrip('*').removeprefix('const ')}") in told
    if change.kind == "since_changed" and area == "function":
        return ("symbol_version_changed", f"symbol:{name}") in told
    struct, _, slot = name.partition(".")
    if area == "struct" and is_table(pair, struct):
        function = f"function:{pair.old.prefix or pair.new.prefix}_{slot}"
        if change.kind == "field_added":
            return change.facts["at_end"] and ("function_added", function) in told
        return change.kind in ("field_removed", "since_changed", "doc_changed") and any(
            (kind, function) in told for kind in ("function_removed", "since_changed", "doc_changed")
        )
    return False


def is_table(pair: Pair, name: str) -> bool:
    """A struct that holds one pointer for each function."""
    structs = ((abi.structs or {}).get(name) for abi in (pair.old, pair.new))
    return any(struct is not None and struct.functions for struct in structs)


def unexplained_hash(pair: Pair, found: list[Change]) -> Iterator[Change]:
    """The oldest released version whose layout hash is another one, unless a change told already breaks it."""
    old, new = pair.old, pair.new
    if not pair.contracts or old.line != new.line:
        return
    for version in [version for version in old.history if version in new.history]:
        before, after = layout_hash(old, version), layout_hash(new, version)
        if before == after:
            continue
        guilty = [item for item in differing(known_at(old, version), known_at(new, version)) if not explained(item, found, pair)]
        if guilty:
            texts = (f"{before:016x}", f"{after:016x}, because of {', '.join(guilty)}")
            yield Change("layout_hash_changed", f"version:{version}", {}, *texts, "contract.toml: history")
        return


def differing(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    found = []
    for part, subject in (("structs", "struct"), ("constants", "constant"), ("functions", "function")):
        for name in sorted(old[part].keys() | new[part].keys()):
            if old[part].get(name) != new[part].get(name):
                found.append(f"{subject}:{name}")
    return found


def explained(item: str, found: list[Change], pair: Pair) -> bool:
    """Whether a change that breaks programs by itself is told of this item, or of what it is made of."""
    _, _, name = item.partition(":")
    subjects = {item, f"symbol:{name}", f"enum:{enum_of(pair.old, name)}"}
    if is_table(pair, name):
        subjects |= {change.subject for change in found if change.kind in ("function_removed", "since_changed")}
    if any(breaks_alone(change) and subjects & {change.subject, change.subject.split(".")[0]} for change in found):
        return True
    struct = (pair.old.structs or {}).get(name) if item.startswith("struct:") else None
    members = {field.type.base for field in struct.fields if not field.type.pointers} if struct else set()
    return any(explained(f"struct:{member}", found, pair) for member in members & pair.old.structs.keys())


def breaks_alone(change: Change) -> bool:
    """Whether the change says itself that compiled programs break."""
    if change.kind == "field_added":
        return not change.facts["at_end"] or change.facts["growth"] != "growable"
    return change.kind in KINDS_BEHIND_A_HASH


def enum_of(abi: Abi, constant: str) -> str | None:
    return next((name for name, enum in (abi.enums or {}).items() if constant in enum.constants), None)
