"""Where the parts of a project lie: from arguments, else astra-abi.toml, else what the package carries."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .data import PLACES, packaged
from .load.toml import Problems, read_toml
from .model import AstraError

FILE = "astra-abi.toml"
KEYS = ("contract", "header", "baselines", "clients", "conformance", "golden", "rules")


@dataclass(frozen=True)
class Project:
    """The folders that a check uses; None where the project has no such part. `how` says why these."""

    contract: Path
    how: str
    header: Path | None = None
    baselines: Path | None = None
    clients: Path | None = None
    conformance: Path | None = None
    golden: Path | None = None
    rules: Path | None = None


PACKAGED = "the packaged contract"
"""What is taken where nobody names a contract."""


def find_project(contract: Path | None = None, header: Path | None = None, baselines: Path | None = None) -> Project:
    """The project of an argument, of the nearest astra-abi.toml at or above this folder, or of the package."""
    for path, option in ((contract, "--contract"), (baselines, "--baseline")):
        if path and not path.is_dir():
            raise AstraError("no such folder", str(path), f"give {option} a folder that exists")
    if baselines and not any(baselines.iterdir()):
        raise AstraError("holds no frozen release", str(baselines), "give --baseline the folder of releases, or leave it out")
    if header and not header.is_file():
        raise AstraError("no such file", str(header), "give --header a C header that exists")
    if contract:
        project = beside(contract, "the argument --contract")
    elif file := nearest(Path.cwd()):
        project = from_file(file)
    else:
        project = Project(
            packaged("spec"), PACKAGED, packaged("include") / "astra" / "astra.h",
            packaged("compat") / "baselines", packaged("compat") / "clients", packaged("conformance"),
            packaged("golden"), packaged("compat") / "rules",
        )
    return Project(**{
        **project.__dict__, **({"header": header} if header else {}), **({"baselines": baselines} if baselines else {}),
        "rules": project.rules or packaged("compat") / "rules",
    })


def nearest(folder: Path) -> Path | None:
    return next((place / FILE for place in (folder, *folder.parents) if (place / FILE).is_file()), None)


def from_file(file: Path) -> Project:
    problems = Problems()
    table = read_toml(file, str(file), problems) or {}
    for key in sorted(set(table) - set(KEYS)):
        problems.add(f"{file}: {key}", f"unknown key '{key}' (known here: {', '.join(KEYS)})")
    for key in sorted(set(table) & set(KEYS)):
        if not isinstance(table[key], str):
            problems.add(f"{file}: {key}", "is not a path in quotes")
        elif not present(file.parent / table[key]):
            problems.add(f"{file}: {key}", f"'{table[key]}' does not exist")
        elif (file.parent / table[key]).is_dir() == (key == "header"):
            problems.add(f"{file}: {key}", f"'{table[key]}' is not a {'file' if key == 'header' else 'folder'}")
    if not problems.found and "contract" not in table:
        problems.add(f"{file}: contract", "is missing: the folder that holds contract.toml")
    problems.refuse(str(file), f"correct {FILE} and run the command again")
    places = {key: file.parent / value for key, value in table.items()}
    return Project(how=str(file), **places)


def present(path: Path) -> bool:
    """Whether there is such a file or folder. Names that no file system takes are those of none."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def beside(contract: Path, how: str) -> Project:
    """A contract's own parts lie beside it in the standard tree; what it lacks, its packaged namesake lends."""
    problems = Problems()
    head = read_toml(contract / "contract.toml", "contract.toml", problems) or {}
    name = str(head.get("name", ""))
    packaged_head = read_toml(packaged("spec") / "contract.toml", "contract.toml", Problems()) or {}
    namesake = name == packaged_head.get("name")

    def place(kind: str, *parts: str) -> Path | None:
        own = contract.resolve().parent.joinpath(PLACES[kind], *parts)
        if (own / "cases" if kind == "conformance" else own).exists():  # generated cases alone are no suite
            return own
        lent = packaged(kind).joinpath(*parts)
        return lent if namesake and kind != "include" and lent.exists() else None

    return Project(
        contract, how, place("include", name, f"{name}.h"), place("compat", "baselines"), place("compat", "clients"),
        place("conformance"), place("golden"), place("compat", "rules"),
    )
