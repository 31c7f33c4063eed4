"""What a library asks of the system that it runs on, and which platform tag it could carry. Judges nothing.

From what `read_elf` tells: every version of every family (GLIBC, GLIBCXX, CXXABI, GCC, ...) with the symbols that
ask for it, NEEDED, run paths, text relocations and the stack. Tags are those of PEP 600 and PEP 656, by the policy
data that auditwheel ships; its code is not used. Refuses to guess where that data says nothing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .model import AstraError

ARCHITECTURES = {
    ("x86_64", "little"): "x86_64", ("i386", "little"): "i686", ("aarch64", "little"): "aarch64", ("arm", "little"): "armv7l",
    ("ppc64", "little"): "ppc64le", ("ppc64", "big"): "ppc64", ("s390x", "big"): "s390x", ("riscv64", "little"): "riscv64",
    ("loongarch64", "little"): "loongarch64",
}
"""(machine and byte order as ELF has them) -> what platform tags call it."""
MUSL = {
    "x86_64": "x86_64", "i686": "x86", "aarch64": "aarch64", "armv7l": "armv7", "ppc64le": "ppc64le", "s390x": "s390x",
    "riscv64": "riscv64", "loongarch64": "loongarch64",
}
"""What musl calls a processor in the name of its library."""
LOADERS = re.compile(r"ld-linux|ld64\.so\.[12]$|ld-musl")
OF_GLIBC = re.compile(r"(?:libc|libm|libmvec|libdl|libpthread|librt|libutil|libresolv|libanl|ld-linux[\w-]*|ld64)\.so\.\d+")
"""What glibc installs together; libnsl and libcrypt may have packages of their own."""
NO_TAG = 1000
"""The rank of a library that can have none: above the data's priorities, which are 100 and less."""
MOST_NAMED = 8
"""Symbols that a reason names; more are counted."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One version of one library that is asked for, and by what. `library` is the NEEDED entry that has it.

    No symbol means that the link as a whole asks for it, as with GLIBC_ABI_DT_RELR.
    """

    family: str
    version: str
    library: str
    symbols: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.family}_{self.version}"

    def __str__(self) -> str:
        return f"{self.name} because of {named(self.symbols)}" if self.symbols else f"{self.name} by {self.library}"


@dataclass(frozen=True, slots=True)
class Toolchain:
    """What the link and the compiler left in a library. `executable_stack` is also true where nothing forbids it."""

    demands: tuple[Demand, ...]
    needed: tuple[str, ...]
    rpath: str | None
    runpath: str | None
    text_relocations: bool
    executable_stack: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """What a system with a tag has, and so what a library with the tag may ask for. `rank`: lower runs on more systems."""

    tag: str
    rank: int
    versions: dict[str, frozenset[str]]
    libraries: frozenset[str]
    forbidden: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Best:
    """The tag with the most systems that a library may carry, and why each wider one is out of reach.

    `rank` is the tag's place among those of its C library: lower runs on more systems.
    """

    tag: str
    libc: str
    rank: int
    refused: tuple[tuple[str, tuple[str, ...]], ...]
    """(tag, reasons), widest first."""


def split_version(name: str) -> tuple[str, str]:
    """GLIBC_2.34 -> (GLIBC, 2.34): at the first number, else at the first underscore."""
    match = re.fullmatch(r"(.+?)_(\d.*)", name)
    if match:
        return match[1], match[2]
    family, _, version = name.partition("_")
    return family, version


def version_key(version: str) -> tuple[tuple[int, int, str], ...]:
    """Versions in their order; a word such as PRIVATE is above every number."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|[A-Za-z]+", version))


def read_demands(elf: dict[str, Any]) -> tuple[Demand, ...]:
    """Every version that a library asks for, by family and in the order of versions."""
    asked: dict[tuple[str, str], set[str]] = {(need["library"], need["version"]): set() for need in elf["version_needs"]}
    for symbol in elf["symbols"]:
        if not symbol["defined"] and symbol["version"]:
            asked.setdefault((symbol["library"] or "", symbol["version"]), set()).add(symbol["name"])
    demands = [Demand(*split_version(version), library, tuple(sorted(names))) for (library, version), names in asked.items()]
    return tuple(sorted(demands, key=lambda demand: (demand.family, version_key(demand.version), demand.library)))


def read_toolchain(elf: dict[str, Any]) -> Toolchain:
    """Everything that the toolchain put into a library and that its users meet."""
    return Toolchain(
        read_demands(elf), tuple(elf["needed"]), elf["rpath"], elf["runpath"], elf["textrel"], elf["exec_stack"] is not False,
    )


def read_floor(demands: tuple[Demand, ...]) -> dict[str, tuple[str, str]]:
    """The highest numbered version of each family, with one symbol that asks for it ("" if none does)."""
    floor: dict[str, tuple[str, str]] = {}
    for demand in demands:  # In the order of versions, so that the last one is the highest.
        if demand.version[:1].isdigit():
            before = floor.get(demand.family, ("", ""))
            symbol = demand.symbols[0] if demand.symbols else before[1] if before[0] == demand.version else ""
            floor[demand.family] = (demand.version, symbol)
    return floor


def read_asks(demands: tuple[Demand, ...]) -> dict[str, dict[str, tuple[str, ...]]]:
    """family -> version -> the symbols that ask for it."""
    asks: dict[str, dict[str, tuple[str, ...]]] = {}
    for demand in demands:
        versions = asks.setdefault(demand.family, {})
        versions[demand.version] = tuple(sorted({*versions.get(demand.version, ()), *demand.symbols}))
    return asks


def named(symbols: tuple[str, ...]) -> str:
    """Some symbols by name and the others by number."""
    rest = len(symbols) - MOST_NAMED
    return ", ".join(symbols[:MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def libc_of(elf: dict[str, Any]) -> str:
    """"musl" if the library names musl's, else "glibc": one that names none runs with both."""
    return "musl" if any(name.startswith("libc.musl-") or name == "libc.so" for name in elf["needed"]) else "glibc"


def libc_of_tag(tag: str) -> str:
    return "musl" if tag.startswith("musl") else "glibc"


def read_platform_tag(elf: dict[str, Any]) -> Best:
    """The best platform tag, and for every wider one the symbols and libraries that forbid it."""
    libc, architecture = libc_of(elf), ARCHITECTURES.get((elf["machine"], elf["endian"]))
    if architecture is None:
        reason = f"no platform tag is known for {elf['machine']} in {elf['endian']}-endian order"
        return Best(f"linux_{elf['machine']}", libc, NO_TAG, ((f"manylinux_{elf['machine']}", (reason,)),))
    demands, refused = read_demands(elf), []
    for policy in read_policies(libc, architecture):
        reasons = why_not(policy, elf, demands)
        if not reasons:
            return Best(policy.tag, libc, policy.rank, tuple(refused))
        refused.append((policy.tag, reasons))
    return Best(f"linux_{architecture}", libc, NO_TAG, tuple(refused))


ALIASES = {"manylinux1": "manylinux_2_5", "manylinux2010": "manylinux_2_12", "manylinux2014": "manylinux_2_17"}


def find_policy(tag: str, libc: str, machine: str, endian: str) -> Policy:
    """The policy of a tag that somebody names, with or without its architecture."""
    architecture = ARCHITECTURES.get((machine, endian), "")
    name = tag.removesuffix(f"_{architecture}")
    wanted = f"{ALIASES.get(name, name)}_{architecture}"
    known = {policy.tag: policy for policy in read_policies(libc, architecture)} if architecture else {}
    if wanted not in known:
        some = ", ".join(known) or "none"
        raise AstraError(f"no platform tag is called {tag} for {libc} on {machine}", "", f"choose from {some}")
    return known[wanted]


def why_not(policy: Policy, elf: dict[str, Any], demands: tuple[Demand, ...]) -> tuple[str, ...]:
    """What keeps a library from carrying a tag; nothing if it may."""
    reasons = []
    for demand in demands:
        # As in the data: a family by its first word, and families that it does not list are not judged.
        family, _, version = demand.name.partition("_")
        known = policy.versions.get(family)
        if known is not None and version not in known and not LOADERS.match(demand.library):
            reasons.append(str(demand))
    for name in elf["needed"]:
        if name not in policy.libraries and not LOADERS.match(name):
            reasons.append(f"needs {name}, which such systems need not have")
    for library, symbols in sorted(policy.forbidden.items()):
        if library in elf["needed"]:
            asked = (symbol for symbol in elf["symbols"] if not symbol["defined"] and symbol["bind"] != "weak")
            used = tuple(sorted({symbol["name"] for symbol in asked if symbol["name"] in symbols}))
            reasons += [f"{named(used)} of {library}, which not every such system has"] if used else []
    return tuple(reasons)


@lru_cache
def read_policies(libc: str, architecture: str) -> tuple[Policy, ...]:
    """The policies for a C library and an architecture, widest first.

    Musl has no symbol versions, so that its releases cannot be told apart by what a library asks for: only the
    latest one that the data knows is judged, as auditwheel does.
    """
    table = read_data("musllinux-policy.json" if libc == "musl" else "manylinux-policy.json")
    found = []
    for item in table:
        if item["name"] == "linux" or architecture not in item["symbol_versions"]:
            continue
        libraries = {f"libc.musl-{MUSL[architecture]}.so.1" if libc == "musl" and name == "libc.so" else name for name in item["lib_whitelist"]}
        found.append(Policy(
            f"{item['name']}_{architecture}", NO_TAG - item["priority"],
            {family: frozenset(versions) for family, versions in item["symbol_versions"][architecture].items()},
            frozenset(libraries | {"libc.so"} if libc == "musl" else libraries),
            {library: frozenset(symbols) for library, symbols in item["blacklist"].items()},
        ))
    found.sort(key=lambda policy: policy.rank)
    return tuple(found[-1:] if libc == "musl" else found)


@lru_cache
def read_data(name: str) -> list[dict[str, Any]]:
    """One policy file of the installed auditwheel, without importing its code."""
    from importlib.util import find_spec

    spec = find_spec("auditwheel")
    places = spec.submodule_search_locations if spec else None
    path = Path(list(places)[0], "policy", name) if places else None
    try:
        if path is None:
            raise FileNotFoundError("auditwheel is not installed")
        table = json.loads(path.read_text(encoding="utf-8"))
        if not all({"name", "priority", "symbol_versions", "lib_whitelist", "blacklist"} <= item.keys() for item in table):
            raise ValueError("it has another format than expected")
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise AstraError(f"platform tags cannot be judged: {error}", name, "install the auditwheel that requirements.txt pins") from error
    return table
