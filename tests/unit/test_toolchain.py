"""What a library asks of its system, against auditwheel's own judgement of the libraries that are here."""

from __future__ import annotations

import json
import platform
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from astra_abi import _native, toolchain
from astra_abi.compare import compare
from astra_abi.model.container import Container, PlatformTag
from astra_abi.load.containers import load_binary
from astra_abi.model import Abi, AstraError, Image
from astra_abi.toolchain import (
    Demand, libc_of, named, read_asks, read_demands, read_floor, read_platform_tag, read_policies, read_toolchain, split_version,
    version_key,
)

SYSTEM = Path(f"/usr/lib/{platform.machine()}-linux-gnu")


def elf(asked: dict[str, tuple[str, ...]] | None = None, library: str = "libc.so.6", **facts) -> dict:
    """What `read_elf` would tell of a library that asks for these versions, each because of some symbols."""
    asked = asked or {}
    symbols = [
        {"name": name, "version": version, "library": library, "defined": False, "bind": "global"}
        for version, names in asked.items() for name in names
    ]
    base = dict(machine="x86_64", endian="little", needed=[library], rpath=None, runpath=None, textrel=False, exec_stack=False)
    return base | {"symbols": symbols, "version_needs": [{"library": library, "version": version} for version in asked]} | facts


def test_every_version_is_told_with_the_symbols_that_ask_for_it() -> None:
    read = elf({"GLIBC_2.34": ("pthread_create", "dlopen"), "GLIBC_2.4": ("memcpy",), "GLIBC_ABI_DT_RELR": ()})
    assert read_demands(read) == (
        Demand("GLIBC", "2.4", "libc.so.6", ("memcpy",)), Demand("GLIBC", "2.34", "libc.so.6", ("dlopen", "pthread_create")),
        Demand("GLIBC", "ABI_DT_RELR", "libc.so.6", ()),
    )
    assert [str(demand) for demand in read_demands(read)] == [
        "GLIBC_2.4 because of memcpy", "GLIBC_2.34 because of dlopen, pthread_create", "GLIBC_ABI_DT_RELR by libc.so.6",
    ]
    assert read_floor(read_demands(read)) == {"GLIBC": ("2.34", "dlopen")}
    assert read_asks(read_demands(read))["GLIBC"]["2.34"] == ("dlopen", "pthread_create")


def test_one_version_of_two_libraries_is_one_in_the_floor() -> None:
    both = elf({"GLIBC_2.2.5": ("puts",)})
    more = elf({"GLIBC_2.2.5": ()}, "libm.so.6")
    joined = both | {"version_needs": both["version_needs"] + more["version_needs"]}
    assert [demand.library for demand in read_demands(joined)] == ["libc.so.6", "libm.so.6"]
    assert read_floor(read_demands(joined)) == {"GLIBC": ("2.2.5", "puts")}
    assert read_asks(read_demands(joined)) == {"GLIBC": {"2.2.5": ("puts",)}}


@pytest.mark.parametrize(("name", "parts"), [
    ("GLIBC_2.34", ("GLIBC", "2.34")), ("OPENSSL_1_1_0", ("OPENSSL", "1_1_0")), ("CXXABI_ARM_1.3.3", ("CXXABI_ARM", "1.3.3")),
    ("GLIBC_PRIVATE", ("GLIBC", "PRIVATE")), ("CXXABI_FLOAT128", ("CXXABI", "FLOAT128")), ("odd", ("odd", "")),
])
def test_a_version_is_split_from_its_family(name: str, parts: tuple[str, str]) -> None:
    assert split_version(name) == parts


def test_versions_are_in_the_order_of_their_numbers() -> None:
    assert sorted(["2.34", "2.4", "2.2.5", "PRIVATE", "2.17"], key=version_key) == ["2.2.5", "2.4", "2.17", "2.34", "PRIVATE"]


def test_many_symbols_are_counted() -> None:
    assert named(tuple("abcdefghij")) == "a, b, c, d, e, f, g, h and 2 more"
    assert named(("a",)) == "a"


def test_marks_of_the_link_are_told() -> None:
    found = read_toolchain(elf(rpath="/opt/lib", runpath="$ORIGIN", textrel=True, exec_stack=None, needed=["libm.so.6"]))
    assert (found.rpath, found.runpath, found.text_relocations, found.executable_stack) == ("/opt/lib", "$ORIGIN", True, True)
    assert found.needed == ("libm.so.6",) and found.demands == ()


@pytest.mark.parametrize(("asked", "tag"), [
    ({}, "manylinux_2_5_x86_64"), ({"GLIBC_2.5": ("x",)}, "manylinux_2_5_x86_64"), ({"GLIBC_2.14": ("memcpy",)}, "manylinux_2_17_x86_64"),
    ({"GLIBC_2.34": ("x",)}, "manylinux_2_34_x86_64"), ({"GLIBC_2.99": ("x",)}, "linux_x86_64"), ({"GLIBC_PRIVATE": ("x",)}, "linux_x86_64"),
    ({"OPENSSL_3.0.0": ("x",)}, "manylinux_2_5_x86_64"),
])
def test_the_tag_follows_from_the_versions(asked: dict, tag: str) -> None:
    assert read_platform_tag(elf(asked)).tag == tag


def test_every_tag_out_of_reach_has_its_reasons() -> None:
    best = read_platform_tag(elf({"GLIBC_2.14": ("memcpy",), "GLIBC_2.16": ("aligned_alloc",)}))
    assert best.refused == (
        ("manylinux_2_5_x86_64", ("GLIBC_2.14 because of memcpy", "GLIBC_2.16 because of aligned_alloc")),
        ("manylinux_2_12_x86_64", ("GLIBC_2.14 because of memcpy", "GLIBC_2.16 because of aligned_alloc")),
    )
    assert [reasons for _, reasons in read_platform_tag(elf(needed=["libc.so.6", "libssl.so.3", "ld-linux-x86-64.so.2"])).refused][0] == (
        "needs libssl.so.3, which such systems need not have",
    )


def test_forbidden_symbols_count_only_with_their_library_and_where_they_must_be_found() -> None:
    symbol = {"name": "uncompress2", "version": None, "library": None, "defined": False, "bind": "global"}
    with_zlib = elf(needed=["libz.so.1"], symbols=[symbol])
    assert "uncompress2 of libz.so.1" in read_platform_tag(with_zlib).refused[0][1][0]
    assert read_platform_tag(with_zlib | {"needed": []}).refused == ()
    assert read_platform_tag(with_zlib | {"symbols": [symbol | {"bind": "weak"}]}).refused == ()


@pytest.mark.parametrize(("facts", "tag"), [
    (dict(machine="aarch64"), "manylinux_2_17_aarch64"), (dict(machine="i386"), "manylinux_2_5_i686"), (dict(machine="ppc64"), "manylinux_2_17_ppc64le"),
    (dict(machine="x86_64", needed=["libc.musl-x86_64.so.1"]), "musllinux_1_2_x86_64"), (dict(needed=["libc.so"]), "musllinux_1_2_x86_64"),
    (dict(machine="aarch64", needed=["libc.musl-aarch64.so.1", "libfoo.so"]), "linux_aarch64"), (dict(machine="sparc64", endian="big"), "linux_sparc64"),
])
def test_tags_of_other_machines_and_of_musl(facts: dict, tag: str) -> None:
    best = read_platform_tag(elf(**facts))
    assert best.tag == tag
    assert bool(best.refused) == ("linux_" in tag and tag.startswith("linux_"))


def test_auditwheel_agrees_on_the_versions_of_every_library_here() -> None:
    """Its own code judges the same versions; NEEDED is left out, since it would look for the files."""
    from auditwheel.architecture import Architecture
    from auditwheel.libc import Libc
    from auditwheel.policy import WheelPolicies

    policies = WheelPolicies(libc=Libc.GLIBC, arch=Architecture(platform.machine()))
    judged = 0
    for path in sorted({path.resolve() for path in SYSTEM.glob("*.so.*")})[:150]:
        try:
            read = json.loads(_native.read_elf(path))
        except _native.ReadError:
            continue
        asked: dict[str, set[str]] = {}
        for need in read["version_needs"]:
            if not need["library"].startswith("ld-linux"):
                asked.setdefault(need["library"], set()).add(need["version"])
        assert read_platform_tag(read | {"needed": []}).tag == policies.versioned_symbols_policy(asked).name, path
        judged += 1
    assert judged > 20


def test_the_data_is_read_once_and_without_importing_auditwheel() -> None:
    script = "import sys, astra_abi.toolchain as t; t.read_policies('glibc', 'x86_64'); print([m for m in sys.modules if m.startswith(('auditwheel.', 'elftools'))])"
    done = subprocess.run([__import__("sys").executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    begin = time.perf_counter()
    assert read_policies("glibc", "x86_64") is read_policies("glibc", "x86_64")
    assert time.perf_counter() - begin < 0.1


def test_missing_or_strange_data_is_no_verdict(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from types import SimpleNamespace

    (tmp_path / "policy").mkdir()
    (tmp_path / "policy/manylinux-policy.json").write_text('[{"name": "manylinux_2_5"}]')
    toolchain.read_data.cache_clear()
    for spec in (None, SimpleNamespace(submodule_search_locations=[str(tmp_path)])):
        monkeypatch.setattr("importlib.util.find_spec", lambda name, spec=spec: spec)
        with pytest.raises(AstraError, match="platform tags cannot be judged"):
            toolchain.read_data("manylinux-policy.json")
    monkeypatch.undo()
    toolchain.read_data.cache_clear()


def test_a_built_library_is_told_by_what_it_calls(tmp_path: Path) -> None:
    source = tmp_path / "x.c"
    for name, body in (("old", "int puts(const char *);\nint f(const char *s) { return puts(s); }"), ("new", "#include <pthread.h>\nint f(pthread_t *t, void *(*g)(void *)) { return pthread_create(t, 0, g, 0); }")):
        source.write_text(body)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", tmp_path / f"{name}.so", source], check=True)
    old, new = load_binary(tmp_path / "old.so"), load_binary(tmp_path / "new.so")
    version, symbol = new.image.floor["GLIBC"]
    assert symbol == "pthread_create"
    changes = {change.kind: change for change in compare(old, new)}
    assert f"GLIBC_{version}, for pthread_create" in changes["floor_raised"].new
    assert changes["platform_tag_changed"].facts == {"now": "narrower"}
    assert "pthread_create" in changes["platform_tag_changed"].new
    assert libc_of(json.loads(_native.read_elf(tmp_path / "new.so"))) == "glibc"


def image(version: str, asks: dict[str, tuple[str, ...]] | None, symbol: str = "") -> Abi:
    container = Container(asks={"GLIBC": asks}) if asks is not None else None
    return Abi("x", image=Image(floor={"GLIBC": (version, symbol)}, container=container))


def test_a_raised_floor_names_every_symbol_above_the_old_one() -> None:
    asks = {"2.4": ("memcpy",), "2.17": ("clock_gettime",), "2.29": ("exp", "log"), "2.34": ("dlopen",), "PRIVATE": ("x",)}
    (change,) = compare(image("2.17", None), image("2.34", asks, "dlopen"))
    assert (change.old, change.new) == ("GLIBC_2.17", "GLIBC_2.34, for dlopen; GLIBC_2.29, for exp, log")
    (change,) = compare(image("2.17", None), image("2.34", None, "dlopen"))
    assert change.new == "GLIBC_2.34, for dlopen"
    (change,) = compare(Abi("x", image=Image(floor={})), image("2.4", {"2.4": ("memcpy",)}))
    assert (change.old, change.new) == (None, "GLIBC_2.4, for memcpy")


def test_another_c_library_is_another_set_of_systems() -> None:
    def tagged(*tag) -> Abi:
        return Abi("x", image=Image(container=Container(tag=PlatformTag(*tag))))

    glibc, musl = tagged("manylinux_2_34", "glibc", 942), tagged("musllinux_1_2", "musl", 910)
    for old, new in ((glibc, musl), (musl, glibc)):
        assert [change.facts for change in compare(old, new)] == [{"now": "narrower"}]
    assert compare(glibc, replace(glibc, origin="y")) == ()
