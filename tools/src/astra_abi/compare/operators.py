"""Operator versions. Their definition is the promise: another text is another operator."""

from __future__ import annotations

from typing import Any, Iterator

from ..model import Attribute, Operator
from .kinds import Change
from .pair import Pair


def changes(pair: Pair) -> Iterator[Change]:
    if pair.old.operators is None or pair.new.operators is None:
        return
    for name, old in pair.old.operators.items():
        new = pair.new.operators.get(name)
        if new:
            yield from compare_operator(old, new)
        else:
            yield Change("operator_removed", f"operator:{name}", {}, old.title or name, None, old.where)
    for name in pair.new.operators.keys() - pair.old.operators.keys():
        new = pair.new.operators[name]
        yield Change("operator_added", f"operator:{name}", {}, None, new.title or name, new.where)


def compare_operator(old: Operator, new: Operator) -> Iterator[Change]:
    subject, where = f"operator:{old.id}", new.where or old.where
    before, after = meaning(old), meaning(new)
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            texts = (f"{key}: {before.get(key)}", f"{key}: {after.get(key)}")
            yield Change("operator_definition_changed", subject, {}, *texts, where)
            break
    else:
        yield from compare_extensions(subject, old, new, where)
    for row in sorted(set(old.dtypes) - set(new.dtypes)):
        yield Change("operator_dtypes_removed", subject, {}, ", ".join(row), None, where)
    added = set(new.dtypes) - set(old.dtypes)
    ambiguous = new.made_ambiguous(added)
    for row in sorted(added):
        facts = {"ambiguous": row[:len(new.inputs)] in ambiguous}
        yield Change("operator_dtypes_added", subject, facts, None, ", ".join(row), where)
    for name in old.attributes.keys() | new.attributes.keys():
        yield from compare_attribute(f"{subject}.{name}", old.attributes.get(name), new.attributes.get(name), where)


def compare_extensions(subject: str, old: Operator, new: Operator, where: str) -> Iterator[Change]:
    """Element types that came later keep their meaning like the first ones, wherever it is written."""
    before, after = meanings(old), meanings(new)
    for row in old.dtypes:
        if row in after and before[row] != after[row]:
            yield Change("operator_definition_changed", subject, {}, f"{', '.join(row)}: {before[row]}", f"{', '.join(row)}: {after[row]}", where)
            return


def meanings(operator: Operator) -> dict[tuple[str, ...], tuple]:
    """What the result is, for each combination of element types."""
    first = operator.definition.get("result"), tuple(operator.definition.get("special", ()))
    own = {row: (item.result, item.special) for item in operator.extensions for row in item.dtypes}
    return {row: own.get(row, first) for row in operator.dtypes}


def meaning(operator: Operator) -> dict[str, Any]:
    """What is normative besides element types and attributes."""
    parts = {key: value for key, value in operator.definition.items() if key != "dtypes"}
    return {**parts, "inputs": operator.inputs, "outputs": operator.outputs}


def compare_attribute(subject: str, old: Attribute | None, new: Attribute | None, where: str) -> Iterator[Change]:
    if old is None:
        yield Change("operator_attribute_added", subject, {"required": new.required}, None, spell(new), where)
    elif new is None:
        yield Change("operator_attribute_removed", subject, {}, spell(old), None, where)
    elif spell(old) != spell(new):
        yield Change("operator_attribute_changed", subject, {"text_only": False}, spell(old), spell(new), where)
    elif old.doc != new.doc:
        yield Change("operator_attribute_changed", subject, {"text_only": True}, old.doc, new.doc, where)


def spell(attribute: Attribute) -> str:
    return f"id {attribute.id}, {attribute.kind}, {'required' if attribute.required else 'optional'}"
