"""A binary in any format -> the ABI model: ELF, PE, Mach-O, import libraries and static libraries.

The parsing is the native extension's; here its facts become the model's, in one spelling: C names without the
platform's underscore, machines in ELF's words. Refuses what stands for a library without being one, by name.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..model.container import Container, PlatformTag
from ..model import Abi, AstraError, Image
from ..toolchain import read_platform_tag
from .library import read_image

MADE_BY_LINKERS = {"___dso_handle", "__mh_dylib_header", "__mh_bundle_header", "__mh_execute_header"}
"""Symbols that Mach-O linkers put into every file, and that nobody calls."""
REMEDY = "name a complete file, as the linker or the archiver wrote it"
LIBRARY = "name a shared library, an import library or a static library"


def read(function: str, path: Path, *more: Any) -> Any:
    """Runs one reader of the native extension; its refusals become clear errors."""
    from .. import _native

    try:
        return json.loads(getattr(_native, function)(str(path), *more))
    except (_native.ReadError, UnicodeError) as error:
        raise AstraError(str(error), str(path), REMEDY) from error


def load_binary(path: Path, arch: str | None = None) -> Abi:
    """What a file exports and asks for, whatever its format. `arch` chooses from a universal file."""
    path = Path(path)
    if not path.is_file():
        raise AstraError("no such file", str(path), LIBRARY)
    kind = read("sniff", path)
    image = image_of(path, kind, arch)
    if image is None:
        raise refusal(path, kind)
    refuse_other_architecture(path, image, arch)
    gpu = tuple(sorted({(item["kind"], item["arch"]) for item in read("gpu_code", path)}))
    return Abi(f"{image.container.format} file {path}", image=replace(image, container=replace(image.container, gpu=gpu)))


def image_of(path: Path, kind: dict[str, Any], arch: str | None) -> Image | None:
    """The image of a file that is a library, or None."""
    known = (kind["format"], kind["type"])
    if known == ("elf", "DYN"):
        return elf_image(read("read_elf", path))
    if known in (("pe", "DLL"), ("pe", "EXE"), ("archive", "import-library"), ("coff-import", "IMPORT")):
        return pe_image(read("read_pe", path))
    if known[0] in ("mach-o", "mach-o-fat"):
        # A universal file can hold archives as well: one for each architecture.
        try:
            return mach_image(path, kind, arch)
        except AstraError as error:
            if "holds no Mach-O file but archive" not in error.what:
                raise
            return archive_image(path, read("read_archive", path, arch))
    if known == ("archive", "static"):
        return archive_image(path, read("read_archive", path, arch))
    return None


def refusal(path: Path, kind: dict[str, Any]) -> AstraError:
    """Why a file is no library, and which one it may stand for."""
    if kind["format"] == "linker-script":
        names = ", ".join(kind["inputs"]) or "no file"
        return AstraError(f"is a linker script, which stands for {names}", str(path), "name the library itself")
    if kind["format"] == "thin-archive":
        return AstraError("is a thin archive, which holds only the names of its members", str(path), "make one that holds them (ar without T)")
    if kind["type"] in ("REL", "OBJ", "OBJECT"):
        return AstraError("is an object file, a part of a library", str(path), f"put all of its objects into one archive (ar rcs {path.stem}.a {path.name} …) and name that")
    if not path.stat().st_size:
        return AstraError("is empty", str(path), LIBRARY)
    what = {"llvm-bitcode": "intermediate code of a compiler", "tbd": "a text stub for a linker", "unknown": "of no known format"}
    said = what.get(kind["format"]) or " ".join(filter(None, (kind["format"], kind["type"])))
    return AstraError(f"is not a library but {said}", str(path), LIBRARY)


def refuse_other_architecture(path: Path, image: Image, arch: str | None) -> None:
    machine = image.container.machine
    if arch is not None and arch != machine and arch not in (image.container.architectures or ()):
        raise AstraError(f"is built for {machine}, not for {arch}", str(path), "leave out the architecture, or name the right file")


def elf_image(elf: dict[str, Any]) -> Image:
    image, best = read_image(elf, None), read_platform_tag(elf)
    why = "; ".join(best.refused[-1][1]) if best.refused else ""
    tag = PlatformTag(best.tag, best.libc, best.rank, why)
    return replace(image, container=replace(image.container, tag=tag))


def pe_image(pe: dict[str, Any]) -> Image:
    """A DLL, or the import library that stands for one. An export without a name is `#` and its ordinal."""
    key = {id(item): item["name"] if item["name"] is not None else f"#{item['ordinal']}" for item in pe["exports"]}
    is_image = pe["format"] == "pe"
    return Image(
        soname=pe["name"], symbols={key[id(item)]: None for item in pe["exports"]},
        data=tuple(key[id(item)] for item in pe["exports"] if item["kind"] in ("data", "const")),
        # Windows finds DLLs without regard to case.
        needed=tuple(sorted({item["dll"].lower() for item in pe["imports"]})) if is_image else None,
        container=Container(
            "pe", pe["machine"], pe["bits"], pe["byte_order"],
            ordinals={item["name"]: item["ordinal"] for item in pe["exports"] if item["name"] and item["ordinal"] is not None} if is_image else None,
            forwarders={key[id(item)]: item["forwarder"] for item in pe["exports"] if item["forwarder"]} if is_image else None,
            minimum_os={"windows": "{}.{}".format(*pe["subsystem_version"])} if pe["subsystem_version"] else None,
        ),
    )


def mach_image(path: Path, kind: dict[str, Any], arch: str | None) -> Image | None:
    found = read("read_macho", path, *([arch] if arch else []))["architectures"]
    known = tuple(item["arch"] for item in (found if arch is None else read("read_macho", path)["architectures"]))
    if len(found) > 1:
        raise AstraError(f"is built for {', '.join(known)}: one of them must be chosen", str(path), "name an architecture")
    (item,) = found
    if item["type"] not in ("DYLIB", "BUNDLE", "STUB", "EXECUTE"):
        return None
    exports = {c_name(export["name"]): export for export in item["exports"] if export["name"] not in MADE_BY_LINKERS}
    forwarders = {name: export["reexport"] for name, export in exports.items() if export["reexport"]}
    return Image(
        soname=item["install_name"], symbols=dict.fromkeys(exports), needed=tuple(one["name"] for one in item["needed"]),
        rpath=":".join(item["rpaths"]) or None, rpath_known=True,
        data=tuple(name for name, export in exports.items() if export["kind"] in ("data", "tls")),
        container=Container(
            "mach-o", item["machine"], item["bits"], item["byte_order"], known, item["compatibility_version"],
            {one["platform"]: one["minimum"] for one in item["platforms"]},
            forwarders={name: f"{there['library']}:{c_name(there['name'])}" for name, there in forwarders.items()},
        ),
    )


def c_name(name: str) -> str:
    """A name as C spells it: Mach-O and 32-bit Windows put an underscore before it."""
    return name[1:] if name.startswith("_") else name


def archive_image(path: Path, archive: dict[str, Any]) -> Image:
    """What a static library gives to a linker. Its members must be for one machine, and readable."""
    objects = [member for member in archive["members"] if member["format"] not in ("unknown", "linker-script")]
    blind = [member["name"] for member in objects if member["unread"] and not (archive["index"] and member["defined"])]
    if blind:
        raise AstraError(
            f"cannot be judged: {blind[0]} {next(m['unread'] for m in objects if m['name'] == blind[0])}, and no index says what it defines",
            str(path), "build it without link-time optimisation, or with -ffat-lto-objects",
        )
    machines = sorted({(member["machine"], member["bits"], member["byte_order"]) for member in objects if member["machine"]})
    if len(machines) > 1:
        raise AstraError(f"holds objects for {' and '.join(machine for machine, *_ in machines)}", str(path), "make one archive for each machine")
    symbols: dict[str, list[dict[str, Any]]] = {}
    for member in objects:
        plain = member["format"] == "mach-o" or member["format"].startswith("coff") and member["machine"] == "i386"
        for item in member["defined"]:
            symbols.setdefault(c_name(item["name"]) if plain else item["name"], []).append(item)
    machine = machines[0] if machines else (None, None, None)
    return Image(
        symbols=dict.fromkeys(symbols),
        data=tuple(name for name, items in symbols.items() if all(item["type"] in ("object", "tls") for item in items)),
        container=Container(
            "archive", *machine, members=tuple(sorted({member["name"] for member in archive["members"]})),
            hidden=tuple(sorted(name for name, items in symbols.items() if all(item["visibility"] == "hidden" for item in items))),
        ),
    )
