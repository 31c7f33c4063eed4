"""What a program takes from a library."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Taken:
    """A symbol that a program takes, perhaps in a version node.

    `uses` are "call" (bound at the first call), "data" (an address that is bound at the start), "copy" (of `size` bytes),
    "tls" and "fixed-tls" (thread-local data); without any, the loader never looks for it. `kind` is what the linker saw.
    """

    name: str
    node: str | None = None
    uses: frozenset[str] = frozenset({"call"})
    kind: str = "notype"
    size: int = 0
    weak: bool = False
    weak_node: bool = False
    """Nothing but weak references want the node."""
    strict: bool = False
    """A symbol without a version will not do."""

    @property
    def text(self) -> str:
        return f"{self.name}@{self.node}" if self.node else self.name


@dataclass(frozen=True, slots=True)
class Taking:
    """All that a program takes from one library. `nodes` are checked when it starts; True: only weakly wanted."""

    symbols: tuple[Taken, ...] = ()
    nodes: dict[str, bool] = field(default_factory=dict)
