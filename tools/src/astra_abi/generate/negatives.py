"""The negative cases that follow from the roles of parameters: one row per function, parameter and probe.

A second kind of row has two probes at once and expects the earlier condition, which proves the order of
checks. The harness interprets rows; a new function in spec/ gets its negatives without any code.
"""

from __future__ import annotations

import json
from typing import Any, Iterator

from ..model import Abi, Condition, Function

TOGETHER = {
    "zero_handle", "released_handle", "wrong_kind", "null_pointer", "null_buffer", "struct_too_small",
    "unknown_flags", "nonzero_tail",
}
"""Probes that only change one argument, so that two of them fit into one call."""
ORDER = "abi/checks-in-order"


def render(abi: Abi) -> Iterator[tuple[str, str]]:
    lines = ",\n".join(f"  {json.dumps(row)}" for row in rows(abi))
    yield "tests/conformance/generated/negative.json", f'{{"contract": "{abi.name} {abi.version}", "rows": [\n{lines}\n]}}\n'


def rows(abi: Abi) -> Iterator[dict[str, Any]]:
    for function in (abi.functions or {}).values():
        conditions = [condition for condition in function.errors or () if condition.probe]
        for condition in conditions:
            yield row(function, [condition], f"{function.name}.{condition.param}:{condition.code}")
        combined = [c for c in conditions if c.probe in TOGETHER and not is_element(abi, function, c)]
        for first, second in zip(combined, combined[1:]):
            if can_meet(first, second):
                yield row(function, [first, second], ORDER)
        for first, last in ((combined[0], combined[-1]),) if combined else ():
            if can_meet(first, last) and len(combined) > 2:
                yield row(function, [first, last], ORDER)


def is_element(abi: Abi, function: Function, condition: Condition) -> bool:
    """Whether the condition is about a handle in an array: when those are read is the function's own affair."""
    param = function.param(condition.param)
    return bool(param.length) and param.type.base in (abi.handles or {}) and condition.probe != "null_buffer"


def can_meet(first: Condition, second: Condition) -> bool:
    """Whether one call can meet both: of one parameter, only flags and tail of a struct."""
    return first.param != second.param or (first.probe, second.probe) == ("unknown_flags", "nonzero_tail")


def row(function: Function, conditions: list[Condition], proves: str) -> dict[str, Any]:
    probes = [{"param": condition.param, "probe": condition.probe} for condition in conditions]
    name = " before ".join(f"{probe['param']}:{probe['probe']}" for probe in probes)
    return {
        "id": f"{function.name} {name}", "function": function.name, "probes": probes,
        "expected": conditions[0].code, "proves": proves,
    }
