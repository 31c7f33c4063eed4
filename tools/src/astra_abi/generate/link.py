"""What the linker is told: the version script with each symbol in the node of its first version."""

from __future__ import annotations

from typing import Iterator

from ..load.contract import node
from ..model import Abi, Version
from . import MARK


def render(abi: Abi) -> Iterator[tuple[str, str]]:
    yield f"reference-impl/generated/{abi.name}.map", version_script(abi)
    yield "reference-impl/generated/symbols.txt", "".join(
        f"{name}@@{version}\n" for name, version in sorted(abi.image.symbols.items())
    )


def version_script(abi: Abi) -> str:
    """A node for each version that introduced a symbol; later nodes inherit from earlier ones."""
    nodes: dict[str, list[str]] = {}
    for function in sorted(abi.functions.values(), key=lambda item: (Version.parse(item.since).key, item.name)):
        nodes.setdefault(node(abi, function.since), []).append(function.name)
    blocks, previous = [], ""
    for index, (name, symbols) in enumerate(nodes.items()):
        body = "".join(f"        {symbol};\n" for symbol in symbols)
        hidden = "" if index else "    local:\n        *;\n"
        blocks.append(f"{name} {{\n    global:\n{body}{hidden}}}{previous};\n")
        previous = f" {name}"
    return f"# {MARK}\n" + "\n".join(blocks)
