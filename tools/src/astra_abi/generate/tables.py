"""What a C implementation would otherwise have to list by hand: the contract as X-macros."""

from __future__ import annotations

from typing import Iterator

from ..layout import first_size, layout_hash
from ..model import Abi
from ..model.basics import DTYPES
from . import MARK
from .header import comment


def render(abi: Abi) -> Iterator[tuple[str, str]]:
    if f"{abi.prefix}_status" in abi.enums:
        yield "reference-impl/generated/contract.h", tables(abi)


def dtype_size(constant: str) -> int:
    """Bytes of one element, from the name of the constant: ASTRA_DTYPE_BF16 has two."""
    return DTYPES[constant.rpartition("_")[2].lower()]


def identifier(operator: str) -> str:
    """add@1 -> add_1, which is also the name of the operator's file in an implementation."""
    return operator.replace("@", "_")


def x_macro(name: str, doc: str, rows: list[str]) -> str:
    return comment(doc) + "\n" + " \\\n    ".join([f"#define {name}(X)", *(f"X({row})" for row in rows)])


def tables(abi: Abi) -> str:
    m = abi.macro
    operators = abi.operators.values()
    growable = [struct for struct in abi.structs.values() if struct.growth == "growable"]
    table = next((struct for struct in abi.structs.values() if struct.functions), None)
    slots = [field.name for field in table.fields if field.type.base == "function"] if table else []
    status = abi.enums[f"{abi.prefix}_status"].constants
    parts = [
        comment(f"The contract {abi.name} {abi.version} as lists, for implementations in C.\n{MARK}"),
        f"#ifndef {m}_CONTRACT_H\n#define {m}_CONTRACT_H",
        f"#include <{abi.name}/{abi.name}.h>",
        x_macro(f"{m}_HISTORY", "X(version, layout hash): every version that a caller may name, oldest first.",
                [f"UINT32_C({v.number}), UINT64_C(0x{layout_hash(abi, v):016X})" for v in abi.history]),
        x_macro(f"{m}_STATUSES", "X(name): every status code.", list(status)),
        x_macro(f"{m}_TABLE", "X(slot, function): the function table, in the order of its slots.",
                [f"{slot}, {abi.prefix}_{slot}" for slot in slots]),
        x_macro(f"{m}_FIRST_SIZES", "X(struct, bytes of its first version): the smallest size that is accepted.",
                [f"{struct.name}, {first_size(struct)}" for struct in growable]),
        "\n".join(f"#define {struct.name.upper()}_FIRST_SIZE UINT32_C({first_size(struct)})" for struct in growable),
        x_macro(f"{m}_ELEMENTS", "X(dtype, bytes of one element): every element type.",
                [f"{constant}, {dtype_size(constant)}" for constant in abi.enums[f"{abi.prefix}_dtype"].constants]),
        x_macro(f"{m}_OPERATORS", "X(identifier, \"name\", version, inputs, outputs): every operator version.",
                [f'{identifier(o.id)}, "{o.id.split("@")[0]}", {o.id.split("@")[1]}, {len(o.inputs)}, {len(o.outputs)}' for o in operators]),
        x_macro(f"{m}_DTYPES", "X(identifier, input dtypes..., output dtypes...): every declared combination, one row each.",
                [f"{identifier(o.id)}, {', '.join(f'{m}_DTYPE_{name.upper()}' for name in row)}" for o in operators for row in o.dtypes]),
        x_macro(f"{m}_ATTRIBUTES", "X(identifier of the operator, name, id, kind, required): every attribute.",
                [f"{identifier(o.id)}, {a.name}, {a.id}, {m}_ATTRIBUTE_{a.kind.upper()}, {int(a.required)}" for o in operators for a in o.attributes.values()]),
        f"#endif /* {m}_CONTRACT_H */",
    ]
    return "\n\n".join(parts) + "\n"
