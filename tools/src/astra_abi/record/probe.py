"""Probe programs as a contract declares them. Refuses what its schema does not know, and whatever is missing.

A probe is found by its place: `probes/<name>.toml` in the folder of a contract, its source beside it. A case with
`each` stands for every combination of the values there.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, Iterator

from ..data import packaged
from ..load.toml import Problems, check_schema, read_toml
from ..model import AstraError

FOLDER = "probes"
SCHEMA = "probe.schema.json"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=,@-]*")
MOST_CASES = 20_000
"""Most cases of one probe: combinations multiply quickly."""
MOST_BYTES = 64 << 20
"""Longest file that a case may be given."""


@dataclass(frozen=True)
class Case:
    """One run of a probe: what the program is given, and what a difference means. `given` is the digest of that."""

    name: str
    given: str
    arguments: tuple[str, ...] = ()
    input: bytes = b""
    files: dict[str, bytes] = field(default_factory=dict)
    status: int | None = None
    promise: str = "exact"
    time_limit: float = 10.0


@dataclass(frozen=True)
class Probe:
    """A program that uses a library as applications do. `environment` is the whole of it."""

    name: str
    title: str
    why: str
    language: str
    source: Path
    cases: tuple[Case, ...]
    libraries: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    includes: tuple[Path, ...] = ()
    environment: dict[str, str] = field(default_factory=lambda: {"LC_ALL": "C", "TZ": "UTC"})
    memory_limit: int = 2048


def load_probes(folder: Path) -> tuple[Probe, ...]:
    """The probes of a contract's folder (or of its folder of probes) by name. Lists everything that is wrong."""
    folder = Path(folder)
    place = folder / FOLDER if (folder / FOLDER).is_dir() else folder
    problems = Problems()
    probes = []
    for path in sorted(place.glob("*.toml")) if place.name == FOLDER else ():
        table = read_toml(path, path.name, problems)
        if table is not None and check_schema(table, packaged("spec") / "schema" / SCHEMA, path.name, problems):
            probes.append(read_probe(path, table, problems))
    problems.refuse(str(place), f"correct the probes in {place}")
    if not probes:
        raise AstraError(
            "declares no probe program", str(folder), f"write {FOLDER}/<name>.toml and its source there, or name another folder (--contract DIR)"
        )
    return tuple(probes)


def read_probe(path: Path, table: dict[str, Any], problems: Problems) -> Probe:
    name, source = path.stem, path.parent / table["source"]
    if not NAME.fullmatch(name):
        problems.add(path.name, "a probe's name has letters, digits and . _ + = , @ - only")
    if not source.is_file():
        problems.add(f"{path.name}: source", f"'{table['source']}' does not exist")
    for number, include in enumerate(table.get("includes", ())):
        if not (path.parent / include).is_dir():
            problems.add(f"{path.name}: includes[{number}]", f"there is no folder '{include}'")
    cases: dict[str, Case] = {}
    program = digest_of_program(source, table) if source.is_file() else ""
    for number, item in enumerate(table["case"]):
        where = f"{path.name}: case[{number}]"
        for values in combinations(item, path.parent, where, problems):
            case = read_case(filled(item, values), table, program, path.parent, where, problems)
            if not NAME.fullmatch(case.name):
                problems.add(f"{where}.name", f"'{case.name}' is no name: letters, digits and . _ + = , @ - only")
            if case.name in cases:
                problems.add(f"{where}.name", f"'{case.name}' is the name of two cases")
            cases[case.name] = case
    extra = {"environment": table["environment"]} if "environment" in table else {}
    return Probe(
        name, table["title"], table["why"], table["language"], source.resolve(), tuple(cases.values()),
        tuple(table.get("libraries", ())), tuple(table.get("links", ())),
        tuple((path.parent / include).resolve() for include in table.get("includes", ())),
        memory_limit=table.get("memory_limit", 2048), **extra,
    )


def combinations(item: dict[str, Any], folder: Path, where: str, problems: Problems) -> Iterator[dict[str, str]]:
    """The values of `each`, combined; once nothing without it."""
    axes = {}
    for key, values in item.get("each", {}).items():
        if isinstance(values, str):
            found = sorted(path.stem for path in folder.glob(values) if path.is_file()) if ".." not in values else []
            if not found:
                problems.add(f"{where}.each.{key}", f"no file matches '{values}'")
            values = found
        axes[key] = values
    count = 1
    for values in axes.values():
        count *= len(values)
    if count > MOST_CASES:
        problems.add(f"{where}.each", f"stands for {count} cases (at most {MOST_CASES})")
        return
    for combination in product(*axes.values()):
        yield dict(zip(axes, combination))


def filled(node: Any, values: dict[str, str]) -> Any:
    """A case with {key} replaced by its value in every text."""
    if isinstance(node, str):
        return re.sub(r"\{([a-z][a-z0-9_]*)\}", lambda found: values.get(found[1], found[0]), node)
    if isinstance(node, dict):
        return {filled(key, values): filled(inner, values) for key, inner in node.items()}
    return [filled(inner, values) for inner in node] if isinstance(node, list) else node


def read_case(item: dict[str, Any], table: dict[str, Any], program: str, folder: Path, where: str, problems: Problems) -> Case:
    arguments = tuple(item.get("arguments", ()))
    input_ = read_bytes(item.get("input", {"text": ""}), folder, f"{where}.input", problems)
    files = {name: read_bytes(value, folder, f"{where}.files.{name}", problems) for name, value in item.get("files", {}).items()}
    given = json.dumps([program, arguments, digest(input_), {name: digest(data) for name, data in sorted(files.items())}])
    return Case(
        item["name"], digest(given.encode()), arguments, input_, files, item.get("status"),
        item.get("promise", table.get("promise", "exact")), float(item.get("time_limit", table.get("time_limit", 10.0))),
    )


def read_bytes(item: dict[str, str], folder: Path, where: str, problems: Problems) -> bytes:
    if "text" in item:
        return item["text"].encode("utf-8", "surrogateescape")
    if "hex" in item:
        return bytes.fromhex(item["hex"])
    path = folder / item["file"]
    if not path.is_file():
        problems.add(where, f"'{item['file']}' does not exist")
    elif path.stat().st_size > MOST_BYTES:
        problems.add(where, f"'{item['file']}' is longer than {MOST_BYTES >> 20} MiB")
    else:
        return path.read_bytes()
    return b""


def digest_of_program(source: Path, table: dict[str, Any]) -> str:
    """What a case runs, whichever library it meets: the source, headers beside it, links and environment."""
    beside = sorted(source.parent.glob("*.h")) if table["language"] == "c" else []
    texts = [[path.name, digest(path.read_bytes())] for path in (source, *beside)]
    return json.dumps([table["language"], texts, table.get("links", []), table.get("environment")], sort_keys=True)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
