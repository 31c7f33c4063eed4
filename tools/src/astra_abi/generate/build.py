"""The build inputs as variables for the Makefile of the reference implementations."""

from __future__ import annotations

from typing import Iterator

from ..model import Abi


def render(abi: Abi) -> Iterator[tuple[str, str]]:
    if abi.build and "build" in abi.build["targets"]:
        yield "reference-impl/generated/build.mk", makefile(abi)


def makefile(abi: Abi) -> str:
    build, m = abi.build, abi.macro
    floor, targets = build["floor"]["glibc"], build["targets"]["build"]
    variables = {
        "VERSION": abi.version, "SONAME": abi.image.soname, "RUST_VERSION": build["compilers"]["rust"],
        "ZIG_VERSION": build["compilers"]["zig"], "TARGETS": " ".join(targets),
    }
    for arch, target in targets.items():
        variables[f"LINK_TARGET_{arch}"] = f"{target['zig']}.{floor}"
        variables[f"RUST_TARGET_{arch}"] = target["rust"]
        variables[f"CPU_CFLAGS_{arch}"] = " ".join(target["c_flags"])
        variables[f"CPU_RUSTFLAGS_{arch}"] = " ".join(target["rust_flags"])
    for name, language in (("CFLAGS", "c"), ("LDFLAGS", "link"), ("RUSTFLAGS", "rust")):
        variables[name] = " ".join(build["flags"][language])
    head = (
        "# GENERATED from spec/build.toml. Change that file, then run `make generate`.\n"
        "# Every flag and every pin of the two libraries; reference-impl/Makefile has only the steps.\n"
    )
    return head + "".join(f"{m}_{name} := {value}\n" for name, value in variables.items())
