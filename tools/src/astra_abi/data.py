"""Where the contract, rules, suite, goldens and baselines lie: packed in the wheel, or in the checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

PACKED = Path(__file__).parent / "_data"
CHECKOUT = Path(__file__).parents[3]
PLACES = {
    "spec": "spec", "compat": "compat", "include": "include",
    "conformance": "tests/conformance", "golden": "tests/golden",
}


@cache
def packaged(name: str) -> Path:
    """The folder of one kind of data. The wheel's own copy wins, so that an installed gate is self-contained."""
    packed = PACKED / name
    return packed if packed.is_dir() else CHECKOUT / PLACES[name]


def is_checkout() -> bool:
    """Whether this package runs from a source checkout, where generated files can be written."""
    return not PACKED.is_dir() and (CHECKOUT / "spec" / "contract.toml").is_file()
