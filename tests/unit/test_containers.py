"""Readers of other formats, on files from real compilers where there are any, else on files made byte by byte."""

from __future__ import annotations

import json
import random
import shutil
import struct
import subprocess
import sys
import time
from pathlib import Path

import forge
import pytest

from astra_abi import _native
from astra_abi.compare import compare
from astra_abi.load.containers import load_binary
from astra_abi.model import AstraError

ZIG = (sys.executable, "-m", "ziglang")
HIP = "hipv4-amdgcn-amd-amdhsa--"
API = """
#ifdef _WIN32
#define API __declspec(dllexport)
int _DllMainCRTStartup(void *module, unsigned reason, void *more) { return 1; }
int _tls_index, _fltused;
#else
#define API __attribute__((visibility("default")))
#endif
API int state = 7;
API int add(int a, int b) { return a + b + state; }
#ifndef _WIN32
__attribute__((visibility("hidden"))) int inner(int a) { return a; }
__attribute__((weak)) API int weakly(void) { return inner(1); }
extern int elsewhere(void);
API int call(void) { return elsewhere(); }
_Thread_local API int each;
#endif
"""
DEFINITIONS = """
LIBRARY thing.dll
EXPORTS
  add @5
  plus = add @6 NONAME
  state DATA
  heap = KERNEL32.HeapAlloc
"""


def run(*command: object) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def read(function: str, path: Path, *more: object) -> dict | list:
    return json.loads(getattr(_native, function)(path, *more))


def refusal(function: str, path: Path, *more: object) -> str:
    with pytest.raises(_native.ReadError) as caught:
        getattr(_native, function)(path, *more)
    assert "the reader itself failed" not in str(caught.value)
    return str(caught.value)


def compiled(folder: Path, target: str, name: str = "api.o") -> Path:
    source, made = folder / "api.c", folder / name
    source.write_text(API)
    run(*ZIG, "cc", "-target", target, "-O1", "-fno-sanitize=all", "-c", source, "-o", made)
    return made


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a DLL and its import library from a real linker."""
    folder = tmp_path_factory.mktemp("windows")
    made = compiled(folder, "x86_64-windows-gnu", "api.obj")
    (folder / "thing.def").write_text(DEFINITIONS)
    options = ("/dll", "/nodefaultlib", "/entry:_DllMainCRTStartup", f"/def:{folder / 'thing.def'}", f"/implib:{folder / 'thing.lib'}")
    run(*ZIG, "lld-link", *options, f"/out:{folder / 'thing.dll'}", made)
    return folder


@pytest.fixture(scope="module")
def dylib(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("apple")
    (folder / "api.c").write_text(API.replace("elsewhere()", "0"))
    versions = ("-Wl,-compatibility_version,1.2.0", "-Wl,-current_version,1.4.5", "-install_name", "@rpath/libthing.1.dylib")
    run(*ZIG, "cc", "-target", "x86_64-macos", "-shared", *versions, "-Wl,-rpath,@loader_path/x", folder / "api.c", "-o", folder / "libthing.dylib")
    return folder / "libthing.dylib"


@pytest.fixture
def file(tmp_path: Path):
    def make(data: bytes, name: str = "forged") -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return make


class TestKinds:
    def test_a_file_is_told_by_what_is_in_it(self, windows: Path, dylib: Path, tmp_path: Path) -> None:
        def kind(path: Path) -> tuple:
            found = read("sniff", path)
            return found["format"], found["type"], found["machine"], found["bits"], found["byte_order"]

        assert kind(windows / "thing.dll") == ("pe", "DLL", "x86_64", 64, "little")
        assert kind(windows / "thing.lib") == ("archive", "import-library", "x86_64", 64, "little")
        assert kind(windows / "api.obj") == ("coff", "OBJ", "x86_64", 64, "little")
        assert kind(dylib) == ("mach-o", "DYLIB", "x86_64", 64, "little")
        assert kind(compiled(tmp_path, "aarch64-macos")) == ("mach-o", "OBJECT", "aarch64", 64, "little")
        assert kind(compiled(tmp_path, "s390x-linux-musl")) == ("elf", "REL", "s390x", 64, "big")
        assert kind(Path(sys.executable).resolve())[0] == "elf"

    @pytest.mark.parametrize(("data", "format"), [
        (b"", "unknown"), (b"hello", "unknown"), (b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(64), "unknown"),
        (b"!<thin>\n", "thin-archive"), (b"!<arch>\n", "archive"), (b"BC\xc0\xde", "llvm-bitcode"),
        (b"--- !tapi-tbd\n", "tbd"), (bytes(64), "unknown"), (b"MZ" + bytes(70), "unknown"),
        (b"GROUP ( a.so AS_NEEDED ( b.a ) )", "linker-script"), (b"int GROUP ( a ) ;", "unknown"),
        (forge.universal([(0x01000007, 3, b"x")]), "mach-o-fat"), (forge.short_import("f", "a.dll"), "coff-import"),
    ])
    def test_other_files_are_named_or_unknown(self, file, data: bytes, format: str) -> None:
        assert read("sniff", file(data))["format"] == format

    def test_a_linker_script_names_the_library_that_is_meant(self, file) -> None:
        script = file(b"/* GNU ld script */\nOUTPUT_FORMAT(elf64-x86-64)\nGROUP ( /lib/libc.so.6 /lib/libc_nonshared.a )\n")
        assert read("sniff", script)["inputs"] == ["/lib/libc.so.6", "/lib/libc_nonshared.a"]
        with pytest.raises(AstraError, match="stands for /lib/libc.so.6, /lib/libc_nonshared.a"):
            load_binary(script)

    @pytest.mark.parametrize("data", [b"", b"#!/bin/sh\n", b"!<thin>\n", b"BC\xc0\xde", b"--- !tapi-tbd\n", forge.elf(kind=1)])
    def test_what_is_no_library_is_refused_with_a_remedy(self, file, data: bytes) -> None:
        with pytest.raises(AstraError) as caught:
            load_binary(file(data))
        assert caught.value.do_this


class TestWindows:
    def test_exports_of_a_linked_dll(self, windows: Path) -> None:
        found = read("read_pe", windows / "thing.dll")
        exports = {(item["name"], item["ordinal"], item["kind"], item["forwarder"]) for item in found["exports"]}
        assert exports >= {("add", 5, "code", None), (None, 6, "code", None)}
        assert {(name, kind, target) for name, _, kind, target in exports} >= {
            ("state", "data", None), ("heap", "forwarded", "KERNEL32.HeapAlloc"),
        }
        assert (found["name"], found["type"], found["subsystem_version"]) == ("thing.dll", "DLL", [6, 0])

    def test_an_import_library_stands_for_the_dll(self, windows: Path) -> None:
        found = read("read_pe", windows / "thing.lib")
        assert (found["name"], found["machine"]) == ("thing.dll", "x86_64")
        assert {(item["symbol"], item["name"], item["ordinal"], item["kind"]) for item in found["exports"]} == {
            ("add", "add", None, "code"), ("plus", None, 6, "code"), ("state", "state", None, "data"), ("heap", "heap", None, "code"),
        }
        assert compare(load_binary(windows / "thing.dll"), load_binary(windows / "thing.lib")) == ()

    @pytest.mark.parametrize("bits", [32, 64])
    def test_imports_by_name_by_number_and_at_the_last_moment(self, file, bits: int) -> None:
        data = forge.dll([("open", "code")], {"KERNEL32.dll": ["Sleep", 7], "msvcrt.dll": ["puts"]}, bits=bits, delayed={"USER32.dll": ["Beep"]})
        found = read("read_pe", file(data))
        assert [(item["dll"], item["symbols"], item["delayed"]) for item in found["imports"]] == [
            ("KERNEL32.dll", ["Sleep", "#7"], False), ("msvcrt.dll", ["puts"], False), ("USER32.dll", ["Beep"], True),
        ]
        assert (found["bits"], found["subsystem_version"]) == (bits, [6, 1])
        assert load_binary(file(data)).image.needed == ("kernel32.dll", "msvcrt.dll", "user32.dll")

    def test_a_program_that_imports_nothing_and_exports_nothing(self, file) -> None:
        image = load_binary(file(forge.dll([]))).image
        assert (image.symbols, image.needed, image.soname) == ({}, (), None)

    @pytest.mark.parametrize(("targets", "circle"), [
        (["thing.b", "thing.a"], True), (["THING.DLL.a", "code"], True), (["thing.#1", "code"], True), (["thing.#2", "code"], False),
        (["thing.b", "other.a"], False),
    ])
    def test_forwarders_that_lead_in_a_circle_are_refused(self, file, targets: list, circle: bool) -> None:
        path = file(forge.dll([("a", targets[0]), ("b", targets[1])]))
        if circle:
            assert "leads in a circle" in refusal("read_pe", path)
        else:
            assert len(read("read_pe", path)["exports"]) == 2

    def test_a_moved_ordinal_and_forwarders_are_told(self, file) -> None:
        old = load_binary(file(forge.dll([("open", "code"), ("close", "code"), ("heap", "A.heap")]), "old"))
        new = load_binary(file(forge.dll([("close", "code"), ("open", "B.open"), ("heap", "B.heap")], least=(10, 0)), "new"))
        assert {(c.kind, c.subject, c.old, c.new) for c in compare(old, new)} == {
            ("export_ordinal_changed", "symbol:open", "@1", "@2"), ("export_ordinal_changed", "symbol:close", "@2", "@1"),
            ("forwarder_changed", "symbol:open", None, "B.open"), ("forwarder_changed", "symbol:heap", "A.heap", "B.heap"),
            ("minimum_os_raised", "library:minimum-os.windows", "6.1", "10.0"),
        }

    @pytest.mark.parametrize(("change", "words"), [
        (dict(count=1 << 20), "more than 65536 exports"), (dict(count=0xFFFFFFFF), "more than 65536 exports"),
        (dict(count=60_000), "take 240000 bytes"), (dict(first=65_535), "ordinals above 65535"),
    ])
    def test_counts_that_no_dll_has(self, file, change: dict, words: str) -> None:
        assert words in refusal("read_pe", file(forge.dll([("a", "code"), ("b", "code")], **change)))


class TestApple:
    def test_a_linked_library(self, dylib: Path) -> None:
        (found,) = read("read_macho", dylib)["architectures"]
        exports = {item["name"]: (item["kind"], item["weak"]) for item in found["exports"]}
        assert {name: exports[name] for name in ("_add", "_state", "_weakly", "_each")} == {
            "_add": ("code", False), "_state": ("data", False), "_weakly": ("code", True), "_each": ("tls", False),
        }
        assert "_inner" not in exports
        assert (found["install_name"], found["current_version"], found["compatibility_version"]) == ("@rpath/libthing.1.dylib", "1.4.5", "1.2.0")
        assert found["rpaths"] == ["@loader_path/x"] and found["two_level"] is True
        assert [item["name"] for item in found["needed"]] == ["/usr/lib/libSystem.B.dylib"]
        assert found["platforms"][0]["platform"] == "macos"
        image = load_binary(dylib).image
        assert set(image.symbols) == {"add", "state", "weakly", "each", "call"} and set(image.data) == {"state", "each"}

    def test_symbols_that_come_from_another_library(self, file) -> None:
        data = forge.dylib({"_open": forge.regular(0x4000), "_close": forge.reexport(1, "_shut"), "_same": forge.reexport(1)})
        image = load_binary(file(data)).image
        assert image.container.forwarders == {"close": "/usr/lib/libSystem.B.dylib:shut", "same": "/usr/lib/libSystem.B.dylib:same"}
        assert "library 2, of which it names 1" in refusal("read_macho", file(forge.dylib({"_a": forge.reexport(2)})))

    def test_what_dyld_compares_is_told(self, file) -> None:
        names = {"_open": forge.regular(0x4000)}
        old = load_binary(file(forge.dylib(names), "old"))
        new = load_binary(file(forge.dylib(names, versions=(0x10500, 0x10100), least=0xC0100, needed=[(0x80000018, "/usr/lib/libz.1.dylib", 0x10000)]), "new"))
        assert {(c.kind, c.old, c.new) for c in compare(old, new)} == {
            ("compatibility_version_changed", "1.2.0", "1.1.0"), ("minimum_os_raised", "11.0.0", "12.1.0"),
            ("needed_added", None, "/usr/lib/libz.1.dylib"), ("needed_removed", "/usr/lib/libSystem.B.dylib", None),
        }

    def test_a_universal_file_has_several_architectures(self, file) -> None:
        arm, intel = forge.dylib({"_a": forge.regular(0x4000)}), forge.dylib({"_a": forge.regular(0x4000), "_b": forge.regular(0x4000)}, cpu=(0x01000007, 3))
        both = file(forge.universal([(0x0100000C, 0, arm), (0x01000007, 3, intel)]), "both")
        assert [item["arch"] for item in read("read_macho", both)["architectures"]] == ["arm64", "x86_64"]
        assert set(load_binary(both, "x86_64").image.symbols) == {"a", "b"}
        assert load_binary(both, "arm64").image.container.architectures == ("arm64", "x86_64")
        assert "has no architecture i386, only arm64, x86_64" in refusal("read_macho", both, "i386")
        with pytest.raises(AstraError, match="built for arm64, x86_64: one of them must be chosen"):
            load_binary(both)
        alone = file(forge.universal([(0x0100000C, 0, arm)]), "alone")
        assert [(c.kind, c.old) for c in compare(load_binary(both, "arm64"), load_binary(alone))] == [("architecture_removed", "x86_64")]

    def test_universal_files_that_nest_overlap_or_lie_are_refused(self, file) -> None:
        inner = forge.universal([(0x0100000C, 0, forge.dylib({}))])
        assert "a universal file again" in refusal("read_macho", file(forge.universal([(0x0100000C, 0, inner)])))
        twice = bytearray(forge.universal([(0x0100000C, 0, inner), (0x01000007, 3, b"x")]))
        struct.pack_into(">I", twice, 8 + 20 + 8, 4096)
        assert "overlap" in refusal("read_macho", file(bytes(twice)))
        struct.pack_into(">I", twice, 8 + 12, 0xFFFFFFFF)
        assert "truncated" in refusal("read_macho", file(bytes(twice)))

    @pytest.mark.parametrize("trie", [
        b"\0\1a\0\0", b"\0\2a\0\x08b\0\x08\2\0\1\0", b"\0\xffa\0", b"\0\1a\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", b"\xff\xff\xff\xff\x0f", b"\0\1" + b"a" * 70_000,
    ])
    def test_export_tries_with_loops_and_lies(self, file, trie: bytes) -> None:
        assert "the export trie" in refusal("read_macho", file(forge.dylib(trie)))


class TestArchives:
    @pytest.mark.parametrize("target", ["x86_64-linux-musl", "s390x-linux-musl", "x86-linux-musl", "x86_64-macos", "x86_64-windows-gnu"])
    def test_symbols_of_the_members(self, tmp_path: Path, target: str) -> None:
        made = compiled(tmp_path, target)
        run(*ZIG, "ar", "rcs", tmp_path / "libapi.a", made)
        found = read("read_archive", tmp_path / "libapi.a")
        (member,) = found["members"]
        line = "_" if "macos" in target else ""
        defined = {item["name"]: (item["bind"], item["type"], item["visibility"]) for item in member["defined"]}
        assert defined[f"{line}add"] == ("global", "func", "default") and defined[f"{line}state"] == ("global", "object", "default")
        assert {name for name, _ in found["index"]} >= {f"{line}add", f"{line}state"}
        assert made.read_bytes() == (tmp_path / "libapi.a").read_bytes()[member["offset"]:][:member["size"]]
        if "windows" not in target:
            assert defined[f"{line}inner"][2] == "hidden" and defined[f"{line}weakly"][0] == "weak" and defined[f"{line}each"][1] == "tls"
            assert f"{line}elsewhere" in {item["name"] for item in member["undefined"]}
            assert load_binary(tmp_path / "libapi.a").image.container.hidden == ("inner",)

    def test_the_system_archiver_and_nm_agree(self, tmp_path: Path) -> None:
        for name, text in (("one", "int common_one; int first(void) { return 1; }"), ("a_very_long_name_of_a_member", "extern int first(void); int second(void) { return first(); }")):
            (tmp_path / f"{name}.c").write_text(text)
            run("cc", "-fcommon", "-c", tmp_path / f"{name}.c", "-o", tmp_path / f"{name}.o")
        run("ar", "rcs", tmp_path / "lib.a", tmp_path / "one.o", tmp_path / "a_very_long_name_of_a_member.o")
        run("ar", "q", tmp_path / "lib.a", tmp_path / "one.o")
        found = read("read_archive", tmp_path / "lib.a")
        assert [member["name"] for member in found["members"]] == ["one.o", "a_very_long_name_of_a_member.o", "one.o"]
        assert found["duplicates"] == ["one.o"] and found["kind"] == "gnu"
        assert {item["name"]: item["bind"] for item in found["members"][0]["defined"]} == {"common_one": "common", "first": "global"}
        assert ["second", 1] in found["index"] and ["first", 2] in found["index"]

    def test_a_lost_object_is_no_break_and_a_lost_symbol_is_one(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            (tmp_path / f"{name}.c").write_text(f"int {name}(void) {{ return 1; }}")
            run("cc", "-c", tmp_path / f"{name}.c", "-o", tmp_path / f"{name}.o")
        (tmp_path / "both.c").write_text('int one(void) { return 1; } __attribute__((visibility("hidden"))) int two(void) { return 2; }')
        run("cc", "-c", tmp_path / "both.c", "-o", tmp_path / "both.o")
        run("ar", "rcs", tmp_path / "old.a", tmp_path / "one.o", tmp_path / "two.o")
        run("ar", "rcs", tmp_path / "joined.a", tmp_path / "both.o")
        run("ar", "rcs", tmp_path / "less.a", tmp_path / "one.o")
        old = load_binary(tmp_path / "old.a")
        assert [(c.kind, c.subject) for c in compare(old, load_binary(tmp_path / "joined.a"))] == [
            ("member_added", "library:member:both.o"), ("member_removed", "library:member:one.o"),
            ("member_removed", "library:member:two.o"), ("symbol_hidden", "symbol:two"),
        ]
        assert [(c.kind, c.subject) for c in compare(old, load_binary(tmp_path / "less.a"))] == [
            ("member_removed", "library:member:two.o"), ("symbol_removed", "symbol:two"),
        ]

    def test_archives_in_other_ways_of_writing(self, file, tmp_path: Path) -> None:
        thing = compiled(tmp_path, "x86_64-macos").read_bytes()
        found = read("read_archive", file(forge.archive([("a_name_of_twenty_one", thing)], bsd=True)))
        assert [(member["name"], member["size"]) for member in found["members"]] == [("a_name_of_twenty_one", len(thing))]
        assert found["index"] is None
        universal = file(forge.universal([(0x01000007, 3, forge.archive([("a.o", thing)], bsd=True))]))
        assert read("read_archive", universal)["members"][0]["offset"] == 4096 + 8 + 60
        assert "add" in load_binary(universal).image.symbols

    def test_intermediate_code_is_told_by_the_index_or_not_at_all(self, file) -> None:
        blind = forge.archive([("a.o", b"BC\xc0\xde" + bytes(20))])
        with pytest.raises(AstraError, match="cannot be judged: a.o holds intermediate code"):
            load_binary(file(blind))
        assert set(load_binary(file(forge.archive([("a.o", b"BC\xc0\xde" + bytes(20))], [("first", 0)]))).image.symbols) == {"first"}

    def test_archives_that_hold_no_members_or_other_archives(self, file, tmp_path: Path) -> None:
        made = compiled(tmp_path, "x86_64-linux-musl")
        run(*ZIG, "ar", "rcsT", tmp_path / "thin.a", made)
        assert "thin archive, which holds only the names" in refusal("read_archive", tmp_path / "thin.a")
        inner = forge.archive([("b.o", b"x")])
        assert "member a.o: is archive inside of an archive" in refusal("read_archive", file(forge.archive([("a.o", inner)])))
        whole = forge.archive([("a.o", forge.elf(kind=1))], [("f", 0)])
        assert "where no member begins" in refusal("read_archive", file(whole.replace(struct.pack(">I", whole.index(b"a.o/")), struct.pack(">I", 8), 1)))

    def test_objects_for_two_machines_are_no_library(self, file, tmp_path: Path) -> None:
        members = [(f"{name[0]}.o", compiled(tmp_path, name).read_bytes()) for name in ("x86_64-linux-musl", "s390x-linux-musl")]
        with pytest.raises(AstraError, match="holds objects for s390x and x86_64"):
            load_binary(file(forge.archive(members)))

    def test_a_file_for_another_machine_is_told_once(self, file, tmp_path: Path) -> None:
        names = ("x86_64-linux-musl", "s390x-linux-musl", "x86-linux-musl")
        one, other, small = (load_binary(file(forge.archive([("a.o", compiled(tmp_path, name).read_bytes())]), name)) for name in names)
        assert [(c.kind, c.subject, c.facts) for c in compare(one, other)] == [("format_changed", "library:machine", {"what": "machine"})]
        assert [c.subject for c in compare(one, small)] == ["library:machine"]


def found(path: Path) -> set[tuple[str, str]]:
    return {(item["kind"], item["arch"]) for item in read("gpu_code", path)}


class TestGpu:
    def test_a_section_of_fat_binaries(self, file) -> None:
        first = forge.fatbin([(2, 80, 0, forge.cubin(80)), (1, 90, 0x2000, b"packed text")])
        second = forge.fatbin([(2, 90, 0x108000, b"packed"), (2, 100, 0x200000, b"code"), (8, 80, 0x8000, b"ir"), (64, 130, 0, b"new")])
        path = file(forge.elf(sections=[(".nv_fatbin", first + bytes(64) + second), (".data", b"x")]))
        assert found(path) == {
            ("sass", "sm_80"), ("ptx", "compute_90"), ("sass", "sm_90a"), ("sass", "sm_100f"), ("ltoir", "lto_80"), ("kind_64", "sm_130"),
        }
        places = [item["where"] for item in read("gpu_code", path)]
        assert places[0] == ".nv_fatbin+0x10" and len(set(places)) == len(places)

    def test_code_that_is_embedded_as_data(self, file) -> None:
        data = b"\x7fELF\x02\x01\x01 text" + forge.cubin(90, "a") + forge.cubin(86, old=True) + b"__CLANG_OFFLOAD_BUNDLE__ in a message"
        data += forge.cubin(75, "a", old=True) + forge.elf(224, 0xE3F, abi=(64, 3)) + forge.fatbin([(1, 75, 0, forge.cubin(60))]) + b"CCOB"
        assert found(file(forge.elf(sections=[(".rodata", data)]))) == {
            ("sass", "sm_90a"), ("sass", "sm_86"), ("sass", "sm_75a"), ("amdgpu", "gfx90a:sramecc+:xnack-"), ("ptx", "compute_75"),
        }

    def test_embedded_code_is_found_across_the_borders_of_reading(self, file) -> None:
        for before in range((4 << 20) - 64 - 8, (4 << 20) - 60):
            data = bytes(before - 64) + forge.cubin(90)
            assert len(read("gpu_code", file(forge.elf(sections=[(".rodata", data)])))) == 1, before

    @pytest.mark.parametrize(("data", "expected"), [
        (forge.cubin(120), ("sass", "sm_120")), (forge.cubin(90, "a"), ("sass", "sm_90a")), (forge.cubin(103, "f"), ("sass", "sm_103f")),
        (forge.elf(224, 0x54C, abi=(64, 3)), ("amdgpu", "gfx942")), (forge.elf(224, 0x1000151, abi=(64, 4)), ("amdgpu", "gfx9-generic")),
        (forge.fatbin([(1, 80, 0, b"x")]), ("ptx", "compute_80")), (forge.bundle([(HIP + "gfx90a:xnack-", b"x")]), ("amdgpu", "gfx90a:xnack-")),
        *((forge.packed(forge.bundle([(HIP + "gfx1201", b"x")]), version), ("amdgpu", "gfx1201")) for version in (1, 2, 3)),
        (forge.offload_binary("gfx1100", b"x"), ("amdgpu", "gfx1100")), (forge.offload_binary("sm_89", b"x", 5), ("ptx", "sm_89")),
    ])
    def test_bare_device_code(self, file, data: bytes, expected: tuple) -> None:
        assert found(file(data)) == {expected}

    def test_bundles_of_hip(self, file) -> None:
        host = ("host-x86_64-unknown-linux-gnu--", b"")
        one = forge.bundle([host, (HIP + "gfx942", b"x"), (HIP + "gfx90a:xnack-", b"y")])
        path = file(forge.elf(sections=[(".hip_fatbin", one + forge.packed(forge.bundle([host, (HIP + "gfx1100", b"z")])))]))
        assert found(path) == {("amdgpu", "gfx942"), ("amdgpu", "gfx90a:xnack-"), ("amdgpu", "gfx1100")}
        linked_later = forge.elf(kind=1, sections=[("__CLANG_OFFLOAD_BUNDLE__hip-amdgcn-amd-amdhsa--gfx942", b"bc")])
        assert found(file(linked_later)) == {("amdgpu", "gfx942")}

    def test_code_in_members_of_an_archive_and_in_windows_files(self, file, windows: Path) -> None:
        member = forge.elf(kind=1, sections=[("__nv_relfatbin", forge.fatbin([(2, 80, 0, b"x")]))])
        path = file(forge.archive([("a.o", member), ("readme.txt", b"no object")]))
        assert [item["where"] for item in read("gpu_code", path)] == ["member a.o: __nv_relfatbin+0x10"]
        assert found(windows / "thing.dll") == set() == found(windows / "thing.lib")
        data = forge.dll([("a", "code")]).replace(b".data\0\0\0", b".nv_fatb")
        at = data.rindex(bytes(512))
        assert found(file(data[:at] + forge.padded(forge.fatbin([(2, 86, 0, b"x")]), 512))) == {("sass", "sm_86")}

    def test_a_library_without_sections_is_searched_throughout(self, file) -> None:
        data = bytearray(forge.elf(sections=[(".rodata", forge.cubin(90))]))
        struct.pack_into("<Q", data, 40, 0)
        struct.pack_into("<HH", data, 60, 0, 0)
        assert found(file(bytes(data))) == {("sass", "sm_90")}

    @pytest.mark.parametrize("section", [
        b"\x50\xed\x55\xba", forge.fatbin([(2, 80, 0, b"x")], size=1 << 32), forge.fatbin([(2, 80, 0, b"x")], size=(1 << 64) - 1),
        forge.fatbin([(2, 80, 0, b"x")])[:-8], b"\1" + bytes(100), forge.fatbin([(2, 80, 0, b"x")]).replace(struct.pack("<I", 64), bytes(4), 1),
        forge.fatbin([(2, 80, 0, b"x")]).replace(struct.pack("<Q", 8), struct.pack("<Q", (1 << 64) - 8), 1),
    ])
    def test_fat_binaries_that_lie(self, file, section: bytes) -> None:
        assert "the fat binary at .nv_fatbin" in refusal("gpu_code", file(forge.elf(sections=[(".nv_fatbin", section)])))

    @pytest.mark.parametrize("section", [
        b"__CLANG_OFFLOAD_BUNDLE__", b"__CLANG_OFFLOAD_BUNDLE__" + b"\xff" * 8, b"CCOB\x02\0\0\0" + b"\xff" * 16, b"CCOB\x09\0\0\0" + bytes(32),
        forge.packed(b"no bundle"), forge.packed(forge.bundle([(HIP + "gfx942", b"x")]), method=1), forge.packed(forge.bundle([(HIP + "gfx942", b"x")]), method=9),
        forge.bundle([(HIP + "gfx942", b"x")]).replace(struct.pack("<Q", 4096), struct.pack("<Q", 1 << 63), 1), b"other",
        b"__CLANG_OFFLOAD_BUNDLE__" + struct.pack("<QQQQ", 1, 0, 0, 1 << 40), b"\x10\xff\x10\xad" + struct.pack("<IQQQ", 1, 1 << 40, 32, 40) + bytes(80),
        forge.offload_binary("gfx942", b"x").replace(struct.pack("<Q", 88), struct.pack("<Q", (1 << 64) - 1), 1), b"CCOB\x03\0\0\0",
    ])
    def test_bundles_that_lie(self, file, section: bytes) -> None:
        assert "the offload bundle at .hip_fatbin" in refusal("gpu_code", file(forge.elf(sections=[(".hip_fatbin", section)])))

    def test_a_bundle_that_grows_without_end_is_read_only_at_its_start(self, file) -> None:
        path = file(forge.packed(forge.bundle([(HIP + "gfx942", b"x")]) + bytes(1 << 28)))
        begin = time.monotonic()
        assert found(path) == {("amdgpu", "gfx942")}
        assert time.monotonic() - begin < 0.5

    def test_nvcc_agrees(self, tmp_path: Path) -> None:
        if not shutil.which("nvcc"):
            pytest.skip("nvcc is not installed")
        (tmp_path / "k.cu").write_text('extern "C" __global__ void k(float *x) { x[threadIdx.x] *= 2; }')
        codes = ("-gencode", "arch=compute_90a,code=sm_90a", "-gencode", "arch=compute_80,code=[sm_80,compute_80]")
        run("nvcc", "-shared", "-Xcompiler", "-fPIC", "-cudart", "none", *codes, tmp_path / "k.cu", "-o", tmp_path / "libk.so")
        assert found(tmp_path / "libk.so") == {("sass", "sm_80"), ("sass", "sm_90a"), ("ptx", "compute_80")}
        run("nvcc", "-arch=sm_90a", "-cubin", tmp_path / "k.cu", "-o", tmp_path / "k.cubin")
        assert found(tmp_path / "k.cubin") == {("sass", "sm_90a")}

    def test_clang_agrees(self, tmp_path: Path) -> None:
        if not shutil.which("clang-19"):
            pytest.skip("clang-19 is not installed")
        (tmp_path / "k.hip").write_text('extern "C" __attribute__((global)) void k(float *x) { *x *= 2; }')
        base = ("clang-19", "-x", "hip", "-nogpuinc", "-nogpulib", "--cuda-device-only", tmp_path / "k.hip", "-o", tmp_path / "k")
        run(*base, "--no-gpu-bundle-output", "--offload-arch=gfx90a:sramecc+:xnack-")
        assert found(tmp_path / "k") == {("amdgpu", "gfx90a:sramecc+:xnack-")}
        for more in ((), ("--offload-compress",)):
            run(*base, "--gpu-bundle-output", "--offload-arch=gfx942", "--offload-arch=gfx1100", *more)
            assert found(tmp_path / "k") == {("amdgpu", "gfx942"), ("amdgpu", "gfx1100")}


HOSTILE = {
    "dll": ("read_pe", forge.dll([("open", "code"), ("heap", "A.b"), (None, "data")], {"KERNEL32.dll": ["Sleep", 7]}, delayed={"U.dll": ["Beep"]})),
    "dll of 32 bits": ("read_pe", forge.dll([("open", "code")], {"KERNEL32.dll": ["Sleep", 7]}, bits=32)),
    "import library": ("read_pe", forge.archive([("t.dll", forge.short_import(name, "t.dll")) for name in ("open", "close", "n")], [("open", 0), ("close", 1), ("n", 2)])),
    "dylib": ("read_macho", forge.dylib({f"_name{n}": forge.regular(0x4000 + n) for n in range(40)} | {"_re": forge.reexport(1)})),
    "universal": ("read_macho", forge.universal([(0x0100000C, 0, forge.dylib({"_a": forge.regular(0x4000)})), (0x01000007, 3, forge.dylib({"_a": forge.regular(0x4000)}, cpu=(0x01000007, 3)))])),
    "archive": ("read_archive", forge.archive([(f"{n}.o", forge.elf(kind=1, sections=[(".text", bytes(99))])) for n in range(4)], [("f", n) for n in range(4)])),
    "library with device code": ("gpu_code", forge.elf(sections=[(".nv_fatbin", forge.fatbin([(2, 80, 0, forge.cubin(80)), (1, 80, 0x8000, b"x")])), (".hip_fatbin", forge.bundle([(HIP + "gfx942", b"x")], 64) + forge.packed(forge.bundle([(HIP + "gfx90a", b"x")])))])),
    "fat binary": ("gpu_code", forge.fatbin([(2, 80, 0, forge.cubin(80)), (1, 80, 0, bytes(200))])),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_cut_off_anywhere_is_refused(name: str, file) -> None:
    function, data = HOSTILE[name]
    read(function, file(data))
    # Padding at the very end is no part of what was written.
    for end in range(0, len(data.rstrip(b"\0\n")), 64):
        path = file(data[:end])
        assert refusal(function, path)
        if end and function != "gpu_code":
            with pytest.raises(AstraError):
                load_binary(path, "arm64" if name == "universal" else None)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_damage_crashes_or_hangs_a_reader(name: str, file) -> None:
    """Fields that are zero, all ones, huge or moved: an answer or a refusal, at once."""
    function, data = HOSTILE[name]
    chance = random.Random(name)
    begin = time.monotonic()
    for _ in range(400):
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 8))):
            at, width = chance.randrange(len(data) - 8), chance.choice((1, 2, 4, 8))
            damaged[at:at + width] = chance.choice((bytes(width), b"\xff" * width, chance.randbytes(width), b"\0" * (width - 1) + b"\x80"))
        path = file(bytes(damaged))
        for reader in {function, "sniff", "gpu_code"}:
            try:
                read(reader, path)
            except _native.ReadError as error:
                assert "the reader itself failed" not in str(error)
    assert time.monotonic() - begin < 20


def test_tables_that_point_at_the_same_bytes_are_read_within_a_budget(file) -> None:
    """Four thousand DLLs whose names are one and whose symbols are one table of half a megabyte."""
    blob = forge.Blob(forge.RDATA)
    name = blob.text("KERNEL32.dll")
    symbol = blob.add(b"\0\0Sleep\0", 2)
    thunks = blob.add(struct.pack("<Q", symbol) * 60_000 + bytes(8), 8)
    table = blob.add(struct.pack("<5I", thunks, 0, 0, name, thunks) * 4000 + bytes(20), 4)
    begin = time.monotonic()
    path = file(forge.image(bytes(blob.data), [(0, 0), (table, 20)] + [(0, 0)] * 14, 64, (6, 0)))
    assert "more than 1048576 imported symbols" in refusal("read_pe", path)
    assert time.monotonic() - begin < 3


def test_an_object_file_is_told_from_a_library_and_its_archive_is_compared(tmp_path, astra_abi) -> None:
    """Archives of two releases: their symbols, and the layouts that their debug information tells."""
    import subprocess

    code = '#include "x.h"\nint f(struct s *p) { return p->b; }\n'
    for side, struct, more in (("old", "struct s { int a; int b; };\n", "int g(void) { return 1; }\n"), ("new", "struct s { int a; long c; int b; };\n", "")):
        (tmp_path / side).mkdir()
        (tmp_path / side / "x.h").write_text(f"{struct}int f(struct s *p);\n")
        (tmp_path / side / "x.c").write_text(code + more)
        subprocess.run(["cc", "-g", "-c", "x.c"], cwd=tmp_path / side, check=True)
        subprocess.run(["ar", "rcs", "libx.a", "x.o"], cwd=tmp_path / side, check=True)
    done = astra_abi("diff", tmp_path / "old/x.o", tmp_path / "new/x.o")
    assert done.returncode == 2 and "is an object file" in done.stderr and "ar rcs x.a x.o" in done.stderr
    report = json.loads(astra_abi("diff", tmp_path / "old/libx.a", tmp_path / "new/libx.a", "--format", "json").stdout)
    found = {(item["rule"], item["subject"]) for item in report["changes"] if item["severity"] == "breaking"}
    assert report["exit_code"] == 1 and found == {("symbol_removed", "symbol:g"), ("field_inserted", "struct:s.c")}
