"""Goldens: inputs written by hand, outputs that two libraries agree on, frozen as bits.

<op>.toml has the cases, <op>.json what came out. JSON is written only by `bless`, and only where every
library that it is given agrees bit for bit. A key is operator@version/case.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Callable, Iterable

import numpy as np

from .elements import CARRIERS
from .model import Abi, AstraError, Operator
from .patterns import words

MOST_WRITTEN = 4096
"""Largest number of elements whose bits are written out; larger outputs have their digest only."""
PER_LINE = 16
"""Words on one line of JSON, so that a changed output is a short diff."""
BLESS = "run `astra-abi bless`"


@dataclass(frozen=True)
class Case:
    """One golden case: inputs as bits, and what was blessed (None before that)."""

    key: str
    op: str
    sources: tuple[dict[str, Any], ...]
    attributes: dict[str, int]
    where: str
    blessed: dict[str, Any] | None = None
    results: tuple[str, ...] = ("f32",)
    """Dtypes of the outputs."""

    @property
    def dtypes(self) -> tuple[str, ...]:
        return tuple(source.get("dtype", "f32") for source in self.sources)

    @cached_property
    def inputs(self) -> list[np.ndarray]:
        return [words(source, f"{self.where}: {self.key}") for source in self.sources]

    @cached_property
    def input_digest(self) -> str:
        """What the outputs belong to: other inputs or attributes make the blessed outputs stale."""
        return hashlib.sha256(f"{sorted(self.attributes.items())}{digest(self.inputs, self.dtypes)}".encode()).hexdigest()


def digest(arrays: Iterable[np.ndarray], dtypes: Iterable[str]) -> str:
    """SHA-256 over dtypes, shapes and little-endian bits."""
    total = hashlib.sha256()
    for array, dtype in zip(arrays, dtypes, strict=True):
        total.update(f"{dtype}{list(array.shape)}\n".encode())
        total.update(array.astype(CARRIERS[dtype].newbyteorder("<")).tobytes())
    return total.hexdigest()


def load_cases(abi: Abi, folder: Path) -> list[Case]:
    """Every case of every operator, with its blessed outputs."""
    return [case for op in abi.operators or {} for case in load_operator(abi, folder, op)]


def examples(cases: list[Case]) -> list[Case]:
    """One case for each operator: its first whose inputs all have elements."""
    first: dict[str, Case] = {}
    for case in cases:
        if case.op not in first and all(array.size for array in case.inputs):
            first[case.op] = case
    return list(first.values())


def load_operator(abi: Abi, folder: Path, op: str) -> list[Case]:
    path = folder / f"{op}.toml"
    if not path.is_file():
        raise AstraError(f"the operator {op} has no golden", str(folder), f"write {path.name} with at least one [[case]]")
    try:
        tables = tomllib.loads(path.read_text("utf-8")).get("case", [])
    except tomllib.TOMLDecodeError as error:
        raise AstraError(f"is not TOML: {error}", str(path), "correct the file") from None
    blessed = read_blessed(folder, op)
    cases = []
    for table in tables:
        key = f"{op}/{table.get('name', '')}"
        unknown = set(table) - {"name", "why", "inputs", "outputs", "attributes"}
        if unknown or not table.get("name") or key in {case.key for case in cases}:
            raise AstraError(f"the case '{key}' has no name of its own, or unknown keys {sorted(unknown)}", str(path), "correct the case")
        if len(table["inputs"]) != len(abi.operators[op].inputs):
            raise AstraError(f"{key} has {len(table['inputs'])} inputs", str(path), f"give {len(abi.operators[op].inputs)}")
        sources = tuple(table["inputs"])
        results = outputs_of(abi.operators[op], [source.get("dtype", "f32") for source in sources], table.get("outputs", []), f"{path}: {key}")
        cases.append(Case(key, op, sources, table.get("attributes", {}), str(path), blessed.get(table["name"]), results))
    return cases


def outputs_of(operator: Operator, inputs: list[str], named: list[str], where: str) -> tuple[str, ...]:
    """The dtypes of the outputs for those of the inputs; a case names them where those leave a choice."""
    choices = [row[len(inputs):] for row in operator.dtypes if list(row[:len(inputs)]) == inputs]
    choices = [row for row in choices if not named or list(row) == named]
    if len(choices) > 1:
        raise AstraError(f"{operator.id} has several outputs for {', '.join(inputs)}", where, 'name the dtypes of one: outputs = ["f32"]')
    if not choices:
        raise AstraError(f"{operator.id} is not declared for {', '.join([*inputs, *named])}", where, "use dtypes of the operator's definition")
    return choices[0]


def read_blessed(folder: Path, op: str) -> dict[str, Any]:
    path = folder / f"{op}.json"
    return json.loads(path.read_text("utf-8"))["cases"] if path.is_file() else {}


def promised(abi: Abi, folder: Path) -> dict[str, str]:
    """What is promised: key -> digest of the blessed outputs."""
    return {
        f"{op}/{name}": case["digest"] for op in abi.operators or {} for name, case in read_blessed(folder, op).items()
    }


def render_case(case: Case, outputs: list[np.ndarray]) -> dict[str, Any]:
    rows = []
    for array, dtype in zip(outputs, case.results, strict=True):
        row: dict[str, Any] = {"shape": list(array.shape), "sha256": digest([array], [dtype])}
        if array.size <= MOST_WRITTEN:
            text = [f"{word:0{2 * array.itemsize}x}" for word in array.ravel().tolist()]
            row["bits"] = [" ".join(text[start:start + PER_LINE]) for start in range(0, len(text), PER_LINE)]
        rows.append(row)
    return {"inputs": case.input_digest, "digest": digest(outputs, case.results), "outputs": rows}


def blessed_outputs(case: Case) -> list[np.ndarray | None]:
    """The blessed outputs as bits; None for one that only has a digest."""
    found: list[np.ndarray | None] = []
    for row, dtype in zip(case.blessed["outputs"], case.results, strict=True):
        bits = row.get("bits")
        found.append(None if bits is None else np.array([int(w, 16) for w in " ".join(bits).split()], CARRIERS[dtype]).reshape(row["shape"]))
    return found


def difference(case: Case, outputs: list[np.ndarray]) -> str | None:
    """How the outputs differ from the blessed ones: the first element, the bits expected and found; or None."""
    if case.blessed is None:
        return f"no golden: {BLESS}"
    if case.blessed["inputs"] != case.input_digest:
        return f"the golden belongs to other inputs: {BLESS}"
    if digest(outputs, case.results) == case.blessed["digest"]:
        return None
    for index, (expected, row, actual, dtype) in enumerate(zip(blessed_outputs(case), case.blessed["outputs"], outputs, case.results)):
        if row["sha256"] == digest([actual], [dtype]):
            continue
        if row["shape"] != list(actual.shape):
            return f"output {index}: shape {list(actual.shape)}, expected {row['shape']}"
        if expected is None:
            return f"output {index}: digest {digest([actual], [dtype])}, expected {row['sha256']}"
        return f"output {index}: {first_difference(expected, actual)}"
    return f"{len(outputs)} outputs, expected {len(case.blessed['outputs'])}"


def first_difference(expected: np.ndarray, actual: np.ndarray) -> str:
    differs = np.flatnonzero(expected.ravel() != actual.ravel())
    at, digits = int(differs[0]), 2 * expected.itemsize
    return (
        f"element {at}: expected {int(expected.ravel()[at]):0{digits}x}, actual {int(actual.ravel()[at]):0{digits}x}"
        f" ({len(differs)} of {expected.size} differ)"
    )


def evaluate(
    abi: Abi, library: Path, cases: list[Case], *, timeout_s: float = 20.0,
    progress: Callable[[int, int, str], None] | None = None,
) -> dict[str, list[np.ndarray] | str]:
    """The outputs of a library for each case, each in a child of its own; a sentence where there are none."""
    from .bind import Binding
    from .conform.client import Client
    from .conform.isolate import run_all
    from .conform.workplace import compute

    binding = Binding(abi)

    def work(case: Case):
        return lambda: compute(Client(binding.open(Path(library).absolute())), case.op, case.inputs, case.attributes, case.dtypes, case.results)

    found: dict[str, list[np.ndarray] | str] = {}
    for case, ended in run_all([(case, work(case)) for case in cases], timeout_s=timeout_s):
        failed = ended.detail.strip().splitlines()
        found[case.key] = f"{ended.result}: {failed[-1] if failed else ''}" if ended.value is None else ended.value
        if progress:
            progress(len(found), len(cases), case.key)
    return found


def verify(abi: Abi, library: Path, folder: Path, **options: Any) -> dict[str, str]:
    """Where a library differs from the blessed goldens: key -> how. Empty if nowhere."""
    cases = load_cases(abi, folder)
    found = evaluate(abi, library, cases, **options)
    return {
        case.key: text for case in cases
        if (text := found[case.key] if isinstance(found[case.key], str) else difference(case, found[case.key]))
    }


def bless(abi: Abi, libraries: list[Path], folder: Path, **options: Any) -> list[Path]:
    """Writes the outputs that all libraries agree on; the files that changed. Raises at the first disagreement."""
    cases = load_cases(abi, folder)
    if len(libraries) < 2:
        raise AstraError("one library alone cannot bless a golden", str(folder), "give two that were written independently")
    results = [evaluate(abi, library, cases, **options) for library in libraries]
    for case in cases:
        agree(case, [(library, result[case.key]) for library, result in zip(libraries, results)])
    changed = []
    for op in abi.operators or {}:
        rows = {case.key.partition("/")[2]: render_case(case, results[0][case.key]) for case in cases if case.op == op}
        text = json.dumps({"operator": op, "cases": rows}, indent=1) + "\n"
        path = folder / f"{op}.json"
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            changed.append(path)
    return changed


def agree(case: Case, found: list[tuple[Path, list[np.ndarray] | str]]) -> None:
    """Raises unless every library gave the same outputs for a case."""
    for library, outputs in found:
        if isinstance(outputs, str):
            raise AstraError(f"{case.key}: {outputs}", str(library), "correct the library, then bless again")
    (first, expected), *others = found
    for other, actual in others:
        for index, (a, b) in enumerate(zip(expected, actual, strict=True)):
            if a.shape != b.shape:
                raise AstraError(
                    f"{case.key}, output {index}: shapes {list(a.shape)} and {list(b.shape)}", f"{first} and {other}",
                    "find out by the operator's definition which is wrong, and correct it",
                )
            if not np.array_equal(a, b):
                raise AstraError(
                    f"{case.key}, output {index}: {first_difference(a, b)}", f"{first} (expected) and {other} (actual)",
                    "find out by the operator's definition which is wrong, and correct it",
                )
