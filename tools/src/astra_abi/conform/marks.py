"""What a case says it proves, and how a promise that fails inside a case is named.

`requires` and `proves` go on a case; a `promise` block inside a case answers for an id of its own, so
that a broken error record is not reported as a broken launch. `citations` reads the decorators of case
files without running them.
"""

from __future__ import annotations

import ast
import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterator

from ..model import Abi, Condition, Function

ATTRIBUTE = "__astra_proves__"

RESULT = ":result"
"""What follows an operator in the id of its definition: add@1:result."""

findings: dict[str, str | None] = {}
"""Of the one case that this process runs: id -> what broke it, or None. A case is a process of its own."""


def requires(*ids: str) -> Callable:
    """The decorated case proves these requirements of the contract."""
    return lambda case: attach(case, *ids)


def proves(function: str, code: str, param: str | None = None) -> Callable:
    """The decorated case proves that the function returns this error for this parameter."""
    return lambda case: attach(case, error_id(function, code, param))


def computes(operator: str) -> Callable:
    """The decorated case holds results of an operator against its definition."""
    return lambda case: attach(case, f"{operator}{RESULT}")


def attach(case: Callable, *ids: str) -> Callable:
    setattr(case, ATTRIBUTE, (*ids, *getattr(case, ATTRIBUTE, ())))
    return case


def error_id(function: str, code: str, param: str | None = None) -> str:
    """The id of a function's error: astra_launch.options:ASTRA_ERROR_STRUCT_SIZE."""
    return f"{function}{f'.{param}' if param else ''}:{code}"


@contextlib.contextmanager
def promise(id: str) -> Iterator[None]:
    """A failure inside breaks this promise and not those of the case, which goes on."""
    try:
        yield
        findings.setdefault(id, None)
    except AssertionError as error:
        findings[id] = findings.get(id) or str(error) or "an assertion failed"


def needs_hand_written_case(condition: Condition) -> bool:
    """Whether no probe makes the negative case and the contract does not say why there can be none."""
    return condition.probe is None and condition.no_case is None


def hand_written_errors(abi: Abi) -> Iterator[tuple[Function, Condition]]:
    """Every error that a case file has to prove."""
    for function in (abi.functions or {}).values():
        for condition in function.errors or ():
            if needs_hand_written_case(condition):
                yield function, condition


@dataclass
class Citations:
    """Who cites what: id -> places as file:line. `uncited` are cases that prove nothing."""

    requirements: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    results: dict[str, list[str]] = field(default_factory=dict)
    uncited: list[str] = field(default_factory=list)


def cites(decorator: ast.expr) -> str | None:
    """The name of a decorator that says what a case proves."""
    name = getattr(getattr(decorator, "func", None), "id", None)
    return name if name in ("requires", "proves", "computes") else None


def is_generated(node: ast.FunctionDef) -> bool:
    """Whether the case runs rows that say themselves what they prove."""
    return any(argument.arg in ("negative", "golden") for argument in node.args.args)


def citations(suite: Path) -> Citations:
    """What the case files of a suite say they prove, read from their text."""
    found = Citations()
    for path in sorted((suite / "cases").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
            is_case = isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
            if is_case and not any(cites(decorator) for decorator in node.decorator_list) and not is_generated(node):
                found.uncited.append(f"cases/{path.name}:{node.lineno} {node.name}")
            for decorator in getattr(node, "decorator_list", ()):
                words = [a.value for a in getattr(decorator, "args", ()) if isinstance(a, ast.Constant)]
                words += [k.value.value for k in getattr(decorator, "keywords", ()) if isinstance(k.value, ast.Constant)]
                name = cites(decorator)
                place = f"cases/{path.name}:{node.lineno}"
                if name == "computes":
                    found.results.setdefault(f"{words[0]}{RESULT}", []).append(place)
                elif name == "requires":
                    for id in words:
                        found.requirements.setdefault(id, []).append(place)
                elif name == "proves":
                    found.errors.setdefault(error_id(*words), []).append(place)
    return found
