"""The cases whose bits are compared: every golden input, and large inputs, which threads share, for every combination.

large.toml says which shapes an operator takes; each operator of the contract is in exactly one of its families.
"""

from __future__ import annotations

import struct
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator

import numpy as np

from astra_abi.elements import CARRIERS
from astra_abi.golden import load_cases
from astra_abi.model import Abi, Operator
from astra_abi.patterns import words

LARGE = Path(__file__).with_name("large.toml")
GOLDEN = Path(__file__).parents[1] / "golden"


@dataclass(frozen=True)
class Case:
    """One launch."""

    key: str
    op: str
    dtypes: tuple[str, ...]
    inputs: tuple[np.ndarray, ...]
    results: tuple[str, ...]
    attributes: dict[str, int]


def all_cases(abi: Abi) -> Iterator[Case]:
    for case in load_cases(abi, GOLDEN):
        yield Case(case.key, case.op, case.dtypes, tuple(case.inputs), case.results, case.attributes)
    for operator in abi.operators.values():
        yield from large(operator)


def families() -> list[dict[str, Any]]:
    return tomllib.loads(LARGE.read_text("utf-8"))["family"]


def large(operator: Operator) -> Iterator[Case]:
    """The operator's family for each of its combinations of dtypes."""
    for family in families():
        if operator.id not in family["operators"]:
            continue
        for number, shape in enumerate(family["shapes"]):
            for row in operator.dtypes:
                dtypes, results = row[:len(operator.inputs)], row[len(operator.inputs):]
                inputs = tuple(
                    content(dtype, dims, 100 * number + position, family.get("kinds", [])[position:position + 1])
                    for position, (dtype, dims) in enumerate(zip(dtypes, shape["inputs"]))
                )
                key = f"{operator.id}/large-{number}/{'-'.join(row)}"
                yield Case(key, operator.id, dtypes, inputs, results, shape.get("attributes", {}))


def content(dtype: str, dims: list[int], seed: int, kind: list[str]) -> np.ndarray:
    """Moderate numbers where the dtype has them, else any bits; or of the kind that the family names."""
    default = "normal-range" if dtype in ("f16", "bf16", "f32", "f64") else "bits"
    return words({"dtype": dtype, "shape": dims, "pattern": {"kind": (kind or [default])[0] or default, "seed": seed}}, f"{LARGE}: {dtype}")


def written(abi: Abi, cases: list[Case], path: Path) -> None:
    """The cases as bits.c reads them; little-endian, like every processor that is compared."""
    numbers = {name.rpartition("_")[2].lower(): one.value for name, one in abi.enums[f"{abi.prefix}_dtype"].constants.items()}
    with path.open("wb") as file:
        file.write(struct.pack("<I", len(cases)))
        for case in cases:
            file.write(struct.pack("<32sI", case.op.encode(), len(case.inputs)))
            for dtype, array in zip(case.dtypes, case.inputs):
                data = array.astype(CARRIERS[dtype].newbyteorder("<")).tobytes()
                file.write(struct.pack(f"<II{array.ndim}QQ", numbers[dtype], array.ndim, *array.shape, len(data)) + data)
            file.write(struct.pack(f"<I{len(case.results)}I", len(case.results), *(numbers[name] for name in case.results)))
            declared = abi.operators[case.op].attributes
            file.write(struct.pack("<I", len(case.attributes)))
            for name, value in case.attributes.items():
                file.write(struct.pack("<IQ", declared[name].id, value))
