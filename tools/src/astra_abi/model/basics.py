"""What every part of the model rests on: scalars, versions, and the one kind of error."""

from __future__ import annotations

import re
from dataclasses import dataclass

INTEGERS = {f"{sign}{bits}": (bits // 8, sign == "i") for sign in "iu" for bits in (8, 16, 32, 64)}
FLOATS = {"f32": 4, "f64": 8}
DTYPES = {**{name: size for name, (size, _) in INTEGERS.items()}, **FLOATS, "f16": 2, "bf16": 2, "bool": 1}
"""Element types of tensors, with the bytes of one element."""
POINTER_SLOT = 8
"""Bytes of a pointer inside a struct on every target: 32-bit targets get generated padding behind it."""


class AstraError(Exception):
    """One clear error: what is wrong, where, and what to do. The command exits with 2."""

    def __init__(self, what: str, where: str = "", do_this: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.do_this = what, where, do_this

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"\n  -> {self.do_this}" if self.do_this else ""
        return f"{place}{self.what}{remedy}"


@dataclass(frozen=True, slots=True)
class Version:
    """major.minor.patch, and its encoding in 32 bits: 10, 10 and 12 of them."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Version:
        match = re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", text)
        if not match:
            raise ValueError(f"'{text}' is not a version of the form major.minor.patch")
        version = cls(*map(int, match.groups()))
        if version.major > 1023 or version.minor > 1023 or version.patch > 4095:
            raise ValueError(f"'{text}' does not fit: at most 1023.1023.4095")
        return version

    @property
    def number(self) -> int:
        return self.major << 22 | self.minor << 12 | self.patch

    @property
    def line(self) -> str:
        """The compatibility line, by Cargo's reading: 0.x is a line of its own, later ones go by major."""
        return f"0.{self.minor}" if self.major == 0 else str(self.major)

    @property
    def key(self) -> tuple[int, int, int]:
        return (self.major, self.minor, self.patch)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"
