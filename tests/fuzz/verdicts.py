"""The verdict of `diff` on a damaged library, held against what the readers tell of both. Holds no test.

"Compatible" is wrong if a symbol is gone, or if a function or a type that was read is another one or is not seen any more.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
from pathlib import Path
from typing import Any

from targets import Wrong


def verdict(folder: Path, old: Path, data: bytes) -> str:
    from astra_abi.cli.diff import command
    from astra_abi.model import AstraError

    new = folder / "input"
    new.write_bytes(data)
    said = io.TextIOWrapper(io.BytesIO(), "utf-8", "replace", write_through=True)
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            command.main([str(old), str(new), "--format", "json"], standalone_mode=False)
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        except AstraError:
            code = 2
        finally:
            gc.enable()  # which the command turns off, since it ends soon
    if code not in (0, 1, 2):
        raise Wrong(f"exit code {code}: {said.buffer.getvalue()[-300:]}")
    if code == 0 and data != old.read_bytes() and (why := differs(old, new)):
        raise Wrong(f"is called compatible, but {why}")
    return str(code)


def differs(old: Path, new: Path) -> str:
    """What a program meets in the new library that it did not in the old one; empty if there is nothing."""
    from astra_abi import _native

    try:
        symbols = [exported(json.loads(_native.read_elf(str(path)))) for path in (old, new)]
        surfaces = [json.loads(_native.read_surface(str(path), "{}")) for path in (old, new)]
    except _native.ReadError as error:
        return f"a reader refuses it: {error}"
    # The loader gives a symbol without a version to whoever asks for one of its name.
    if lost := sorted(pair for pair in symbols[0] - symbols[1] if (pair[0], "") not in symbols[1]):
        return f"{lost[0]} is not exported"
    before, after = surfaces
    for name, item in before["functions"].items():
        other = after["functions"].get(name)
        if other is None:
            return f"the function {name} is not seen"
        if (told := shape(item)) != (now := shape(other)):
            return f"the function {name} was {told} and is {now}"
    for name, item in before["types"].items():
        other = after["types"].get(name)
        if other is not None and not other["declaration"] and not item["declaration"] and layout(item) != layout(other):
            return f"the type {name} was {layout(item)} and is {layout(other)}"
    return ""


def exported(elf: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (item["name"], item["version"] or ("" if (item["versym"] or 0) < 2 else f"node {item['versym']}")) for item in elf["symbols"]
        if item["defined"] and item["bind"] != "local" and item["visibility"] in ("default", "protected") and not item["absolute"]
    }


def shape(function: dict[str, Any]) -> str:
    return f"{kind(function['returns'])}({', '.join(kind(item['type']) for item in function['params'])}{', ...' if function['variadic'] else ''})"


def kind(item: dict[str, Any] | None) -> str:
    """How a value is passed: its kind and size, and no name."""
    return f"{item['kind']}{item.get('size') or ''}" if item else "void"


def layout(item: dict[str, Any]) -> str:
    """Size and places of the members, or the values of an enumeration. Other names are other sources, and no other binary."""
    if item["kind"] == "enum":
        return f"{item['size']} {sorted(value for _, value in item['constants'])}"
    return f"{item['kind']} {item['size']} {[(field['offset'], field['bit_size'], kind(field['type'])) for field in item['fields']]}"
