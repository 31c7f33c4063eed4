"""Real releases of C libraries, built under build/bench/: what corpus.toml names, and nothing that does not hash to it.

`python tests/bench/gate/corpus.py [NAME[/VERSION]…]` builds what is missing and may be interrupted at any time: a
version is there when its stamp is. `--list` says what is there, `--split` also separates the debug information.
A version whose source has left every archive is named as absent; it is never silently left out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
import tomllib
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
BENCH = ROOT / "build" / "bench"
ROOM_NEEDED = 4 << 30
"""Bytes: openssl's objects are the largest, the finished builds are 0.5 GB together."""
LIMIT = 3600
"""Seconds that one build may take."""


class Absent(Exception):
    """A version that cannot be had here, with the reason."""


@dataclass(frozen=True)
class Release:
    """One version of one library: where it will be, and how it comes there."""

    library: str
    version: str
    recipe: dict
    source: dict

    @property
    def name(self) -> str:
        return f"{self.library}/{self.version}"

    @property
    def folder(self) -> Path:
        return BENCH / self.library / self.version

    @property
    def stamp(self) -> Path:
        return self.folder / "stamp.json"

    @property
    def include(self) -> Path:
        return self.folder / "include"

    @property
    def libraries(self) -> tuple[Path, ...]:
        return tuple(self.folder / name for name in self.recipe["files"])

    @property
    def identity(self) -> str:
        """Changes when the source, the recipe or what it is built on changes: then it is built again."""
        text = json.dumps([self.recipe.get("build"), self.recipe.get("after"), self.recipe["files"], self.source, flags()])
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def built(self) -> bool:
        try:
            return json.loads(self.stamp.read_text())["identity"] == self.identity
        except (OSError, ValueError, KeyError):
            return False


def flags() -> str:
    return "-g -O2"


def data() -> dict:
    return tomllib.loads((HERE / "corpus.toml").read_text())


def releases(names: list[str] | None = None) -> list[Release]:
    """Those that are named, as LIBRARY or LIBRARY/VERSION, or all; in the order of corpus.toml, small ones first."""
    every = [
        Release(library, version, {key: value for key, value in recipe.items() if key != "version"}, source)
        for library, recipe in data()["library"].items() for version, source in recipe["version"].items()
    ]
    unknown = [name for name in names or () if not any(name in (one.library, one.name) for one in every)]
    if unknown:
        sys.exit(f"corpus.toml has no {', '.join(unknown)}; it has {', '.join(data()['library'])}")
    return [one for one in every if not names or one.library in names or one.name in names]


def pairs(names: list[str] | None = None) -> list[tuple[Release, Release]]:
    """Each version with the next one of the same library."""
    chosen = releases(names)
    return [(old, new) for old, new in zip(chosen, chosen[1:]) if old.library == new.library]


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def download(release: Release) -> Path:
    """The source archive with the right hash, from the first mirror that has it."""
    where = BENCH / "sources" / Path(release.source["file"]).name
    if where.is_file() and sha256(where) == release.source["sha256"]:
        return where
    where.parent.mkdir(parents=True, exist_ok=True)
    part, answers = where.with_name(where.name + ".part"), []
    for mirror in data()["mirrors"]:
        url = mirror + release.source["file"]
        try:
            with urllib.request.urlopen(url, timeout=60) as answer, part.open("wb") as file:
                shutil.copyfileobj(answer, file)
        except (OSError, urllib.error.URLError) as error:
            answers.append(f"{url}: {getattr(error, 'reason', error)}")
            continue
        if sha256(part) == release.source["sha256"]:
            part.rename(where)
            return where
        answers.append(f"{url}: has another SHA-256 than corpus.toml")
    part.unlink(missing_ok=True)
    raise Absent("; ".join(answers))


def unpacked(archive: Path, room: Path) -> Path:
    """The folder of the source; refuses names that lead out of it."""
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True)
    with tarfile.open(archive) as tar:
        tar.extractall(room, filter="data")
    entries = list(room.iterdir())
    return entries[0] if len(entries) == 1 and entries[0].is_dir() else room


def build(release: Release, jobs: int) -> None:
    """Runs the recipe in a fresh copy of the source; what it printed stays in build.log."""
    missing = [tool for tool in ["make", *release.recipe.get("needs", ())] if not shutil.which(tool)]
    if missing:
        raise Absent(f"{', '.join(missing)} is not installed here")
    room = BENCH / "rooms" / release.name.replace("/", "-")
    source = unpacked(download(release), room)
    compiler = os.environ.get("CC", "gcc")
    # Debian's builds map the folder away too; without it the same source has other bytes in another checkout.
    options = f"{flags()} -ffile-prefix-map={source}=."
    environment = {
        **os.environ, "PREFIX": str(release.folder), "VERSION": release.version, "JOBS": str(jobs), "CC": compiler, "CFLAGS": options,
        "BENCH": str(BENCH), "LC_ALL": "C.UTF-8", "MAKEFLAGS": "", "SOURCE_DATE_EPOCH": "1600000000",
    }
    with (release.folder / "build.log").open("w") as log:
        done = subprocess.run(
            ["sh", "-ec", release.recipe["build"]], cwd=source, env=environment, stdin=subprocess.DEVNULL,
            stdout=log, stderr=subprocess.STDOUT, timeout=LIMIT,
        )
    if done.returncode:
        raise Absent(f"the build ended with {done.returncode}: see {release.folder / 'build.log'}")
    shutil.rmtree(room)


def wheel(release: Release) -> None:
    """The library and the public C headers of a wheel, fetched by pip with its hash."""
    room = BENCH / "rooms" / release.name.replace("/", "-")
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True)
    wanted = room / "requirements.txt"
    wanted.write_text(f"{release.recipe['package']}=={release.version} --hash=sha256:{release.source['sha256']}\n")
    platforms = [word for platform in release.recipe["platforms"] for word in ("--platform", platform)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes",
         "--only-binary=:all:", "--implementation", "cp", "--python-version", release.recipe["python"], *platforms,
         "-d", str(room), "-r", str(wanted)], capture_output=True, text=True, timeout=600,
    )
    if done.returncode:
        raise Absent(f"pip: {done.stderr.strip().splitlines()[-1:]}")
    headers = set(release.recipe["headers"])
    with zipfile.ZipFile(next(room.glob("*.whl"))) as archive:
        for name in archive.namelist():
            inner = name.partition("/include/")[2]
            target = release.include / inner if inner in headers else None
            if Path(name).name in {Path(file).name for file in release.recipe["files"]}:
                target = release.folder / "lib" / Path(name).name
            if target:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
    shutil.rmtree(room)


def make(release: Release, jobs: int) -> None:
    """Builds one version from nothing and writes its stamp last."""
    shutil.rmtree(release.folder, ignore_errors=True)
    release.folder.mkdir(parents=True)
    begin = time.monotonic()
    wheel(release) if "package" in release.recipe else build(release, jobs)
    lost = [str(path) for path in (*release.libraries, release.include) if not path.exists()]
    if lost:
        raise Absent(f"the build did not make {', '.join(lost)}: see {release.folder / 'build.log'}")
    bare = [str(path) for path in release.libraries if "build" in release.recipe and b".debug_info" not in path.read_bytes()]
    if bare:
        raise Absent(f"built without debug information: {', '.join(bare)}")
    release.stamp.write_text(json.dumps({"identity": release.identity, "seconds": round(time.monotonic() - begin, 1)}) + "\n")


def split(release: Release) -> None:
    """split/lib/X without debug information, which lies in split/debug/.build-id/ab/cdef.debug and is linked by name."""
    for library in release.libraries:
        target = release.folder / "split" / "lib" / library.name
        if target.exists():
            continue
        notes = subprocess.run(["readelf", "-n", str(library)], capture_output=True, text=True, check=True).stdout
        ids = [line.split()[-1] for line in notes.splitlines() if "Build ID:" in line]
        name = f".build-id/{ids[0][:2]}/{ids[0][2:]}.debug" if ids else f"{library.name}.debug"
        debug = release.folder / "split" / "debug" / name
        for path in (debug, target):
            path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["objcopy", "--only-keep-debug", str(library), str(debug)], check=True)
        part = target.with_suffix(".part")
        subprocess.run(["objcopy", "--strip-debug", f"--add-gnu-debuglink={debug}", str(library), str(part)], check=True)
        part.rename(target)


def listing(chosen: list[Release]) -> None:
    for one in chosen:
        size = sum(path.stat().st_size for path in one.libraries if path.exists())
        print(f"{one.name:20} {f'built, {size / 1e6:.1f} MB' if one.built else 'not built'}   {one.folder}")


def ensure(chosen: list[Release], jobs: int, splitting: bool = False) -> list[tuple[Release, str]]:
    """Builds what is missing, with what it is built on; returns what is absent, each with its reason."""
    absent = []
    for number, one in enumerate(chosen, 1):
        where = f"[{number}/{len(chosen)}] {one.name}"
        try:
            for needed in releases([one.recipe["after"]]) if "after" in one.recipe else ():
                if not needed.built:
                    print(f"{where}: needs {needed.name} first", flush=True)
                    make(needed, jobs)
            if not one.built:
                print(f"{where}: making it (about {one.recipe['seconds']} s)", flush=True)
                make(one, jobs)
            if splitting:
                split(one)
        except (Absent, subprocess.SubprocessError, OSError, tarfile.TarError, zipfile.BadZipFile) as error:
            absent.append((one, str(error)))
            print(f"{where}: ABSENT: {error}", flush=True)
    return absent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="LIBRARY or LIBRARY/VERSION; all of them when none is given")
    parser.add_argument("--list", action="store_true", help="say what is there and build nothing")
    parser.add_argument("--split", action="store_true", help="also make stripped libraries with separate debug files")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    chosen = releases(arguments.names)
    if arguments.list:
        return listing(chosen)
    BENCH.mkdir(parents=True, exist_ok=True)
    if (free := shutil.disk_usage(BENCH).free) < ROOM_NEEDED and not all(one.built for one in chosen):
        sys.exit(f"{BENCH} has {free / 1e9:.1f} GB free, the builds need {ROOM_NEEDED / 1e9:.1f}: make room and run this again")
    absent = ensure(chosen, arguments.jobs, arguments.split)
    print(f"{len(chosen) - len(absent)} of {len(chosen)} are in {BENCH}" + "".join(f"\nABSENT {one.name}: {why}" for one, why in absent))
    sys.exit(1 if absent else 0)


if __name__ == "__main__":
    main()
