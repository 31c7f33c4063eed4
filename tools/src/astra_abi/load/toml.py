"""TOML files checked against their JSON Schema. Collects every problem before it refuses anything."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Iterable

from ..model import AstraError
from .intake import read_text


@dataclass
class Problems:
    """What is wrong with a set of files: (file and key path, sentence), in the order found."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, where: str, what: str) -> None:
        if (where, what) not in self.found:
            self.found.append((where, what))

    def refuse(self, subject: str, do_this: str) -> None:
        """Raises one error that lists them all, if there are any."""
        if self.found:
            lines = "".join(f"\n  {where}: {what}" for where, what in self.found)
            noun = "error" if len(self.found) == 1 else "errors"
            raise AstraError(f"{len(self.found)} {noun}{lines}", subject, do_this)


def key_path(parts: Iterable[Any]) -> str:
    """A place inside a document, such as function.astra_launch.params[2].type."""
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


@cache
def validator(schema: Path):
    """The JSON Schema validator for a schema file."""
    import jsonschema

    return jsonschema.Draft202012Validator(json.loads(schema.read_text("utf-8")))


def check_schema(document: Any, schema: Path, where: str, problems: Problems) -> bool:
    """Adds one problem for each place where the document leaves its schema. True if there was none."""
    errors = sorted(validator(schema).iter_errors(document), key=lambda e: list(map(str, e.absolute_path)))
    for error in errors:
        place = key_path(error.absolute_path)
        if error.validator == "additionalProperties":
            known = ", ".join(sorted(error.schema.get("properties", {})))
            for key in sorted(set(error.instance) - set(error.schema.get("properties", {}))):
                inner = f"{place}.{key}" if place else key
                problems.add(f"{where}: {inner}", f"unknown key '{key}' (known here: {known})")
        else:
            form = error.schema.get("x-form") if error.validator == "pattern" else None
            problems.add(f"{where}: {place}" if place else where, f"{shown(error.instance)} is refused: wanted is {form}" if form else error.message)
    return not errors


def shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


def read_toml(path: Path, where: str, problems: Problems) -> dict[str, Any] | None:
    """The parsed file, or None with a problem added. A key given twice is such a problem."""
    try:
        return tomllib.loads(read_text(path))
    except FileNotFoundError:
        problems.add(where, "the file is missing")
    except (OSError, UnicodeDecodeError) as error:
        problems.add(where, f"cannot be read: {error}")
    except (ValueError, RecursionError) as error:  # also of a number of too many digits
        problems.add(where, f"is not TOML, or gives a name twice: {error}")
    return None
