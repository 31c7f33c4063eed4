"""The beginnings of a new function, operator or version: what has to be written by hand, and where.

Writes only files that are not there and places that it can see; what is left to do it says in words.
Nothing that it writes passes the gate before somebody has completed it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from .generate.tables import identifier
from .load.contract import load_contract
from .model import AstraError, Version

FUNCTION = '''
[function.{name}]
since  = "{since}"
doc    = "<one sentence>"
thread = "any"
blocks = "never"
stream = "none"
params = [
]
requires = [
]
'''
OPERATOR = '''title   = "<what it is>"
since   = "{since}"
used_by = "<the application that needs it>"

[[input]]
name = "x"
doc  = "<what it is>"
[[output]]
name = "y"
doc  = "<what it is>"

[definition]
dtypes = [["f32", "f32"]]
shape  = "<the shape of y from the shape of x>"
result = "<every bit of y>"
special = []
'''


@dataclass
class Steps:
    """What was written, and what is left to do, in order."""

    written: list[Path] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def new_version(root: Path, text: str) -> Steps:
    """Raises the contract's version, which new elements name in `since`."""
    path = root / "spec" / "contract.toml"
    abi = load_contract(root / "spec")
    try:
        version = Version.parse(text)
    except ValueError as error:
        raise AstraError(str(error), "", "write it like 0.1.1") from error
    if version.key <= abi.version.key:
        raise AstraError(f"{version} is not newer than {abi.version}", str(path), "name a newer version")
    if version.line != abi.line:
        raise AstraError(f"{version} begins another line than {abi.line}", str(path), "begin a line by hand: line, soname, history and version change together")
    contract = path.read_text("utf-8")
    contract = re.sub(r'^(version\s*=\s*)".*"', rf'\1"{version}"', contract, count=1, flags=re.M)
    contract = re.sub(r"^(history\s*=\s*\[.*)\]", rf'\1, "{version}"]', contract, count=1, flags=re.M)
    path.write_text(contract, "utf-8")
    return Steps([path], [f'give every new element since = "{version}"', "astra-abi generate"])


def new_function(root: Path, name: str, concept: str | None) -> Steps:
    """Appends a function to a concept's file. It is not valid before it is completed."""
    abi = load_contract(root / "spec")
    if not re.fullmatch(rf"{abi.prefix}_[a-z][a-z0-9_]*", name):
        raise AstraError(f"'{name}' is not a name for a function of {abi.name}", "", f"begin it with {abi.prefix}_")
    if name in abi.functions:
        raise AstraError("the function is declared already", abi.functions[name].where, "choose another name")
    path = root / "spec" / "abi" / f"{concept}.toml"
    if not concept or not path.is_file():
        known = ", ".join(sorted(file.stem for file in path.parent.glob("*.toml")))
        raise AstraError(f"there is no concept '{concept}'", str(path.parent), f"name one with --concept: {known}")
    with path.open("a", encoding="utf-8") as file:
        file.write(FUNCTION.format(name=name, since=abi.version))
    steps = Steps([path])
    steps.left = [
        f"complete {path.relative_to(root)}, then run: astra-abi generate",
        f"one method of the trait in reference-impl/crates/astra-ffi/src/{concept}.rs",
        f"one function in reference-impl/oracle-c/{concept}.c",
        f"cases that cite its requirements: tests/conformance/cases/{name}.py",
        "a line in CHANGELOG.md, then: make check",
    ]
    return steps


def new_operator(root: Path, name: str) -> Steps:
    """Writes an operator's declaration. It is not valid before it is completed."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*@[1-9][0-9]*", name):
        raise AstraError(f"'{name}' is not an operator version", "", "write it like neg@1")
    abi = load_contract(root / "spec")
    path = root / "spec" / "ops" / f"{name}.toml"
    if path.exists():
        raise AstraError("the operator is declared already", str(path), "choose another name or the next version")
    path.write_text(OPERATOR.format(since=abi.version), "utf-8")
    file = identifier(name)
    return Steps([path], [
        f"complete {path.relative_to(root)}, then run: astra-abi generate",
        f"its Rust code: reference-impl/crates/astra-cpu/src/ops/{file}.rs",
        f"its C code, from the declaration alone: reference-impl/oracle-c/ops/{file}.c",
        f"inputs for its goldens: tests/golden/{name}.toml, then: make bless",
        "a line in CHANGELOG.md, then: make check",
    ])
