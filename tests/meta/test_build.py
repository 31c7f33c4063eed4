"""The build keeps its promises: same bytes anywhere, right symbols, old systems still load it.

Read with binutils on purpose: the gate has its own reader, and this one must not share its mistakes.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zlib
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
CONTRACT = tomllib.loads((ROOT / "spec/contract.toml").read_text())
BUILD = tomllib.loads((ROOT / "spec/build.toml").read_text())
LIBRARIES = ["oracle/libastra_oracle.so", "rust/libastra.so"]
ZIG = f"{sys.executable} -m ziglang"


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make(folder, *words, **environment):
    """Run make as if no other make had started these tests."""
    outside = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    return run("make", "-C", str(folder), f"ZIG={ZIG}", *words, env=outside | environment)


@pytest.fixture(scope="module")
def build():
    make(ROOT / "reference-impl", "all")
    return ROOT / "build"


@pytest.fixture(scope="module")
def build_elsewhere(tmp_path_factory):
    """A copy in another folder, at another depth, with a zig cache of its own."""
    place = tmp_path_factory.mktemp("a") / "deeper" / "checkout"
    for name in ["reference-impl", "include"]:
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("target"))
    make(place / "reference-impl", "all", ZIG_GLOBAL_CACHE_DIR=str(place / "zig-cache"))
    return place / "build"


@pytest.fixture(params=LIBRARIES)
def library(build, request):
    return build / request.param


def exported(library):
    """{symbol: version node} of everything the library defines."""
    rows = [line.split() for line in run("readelf", "--dyn-syms", "-W", str(library)).splitlines()]
    defined = [row[7] for row in rows if len(row) == 8 and row[0][:-1].isdigit() and row[6] != "UND"]
    return dict(name.split("@@") if "@@" in name else (name, None) for name in defined)


def declared():
    """{symbol: version node} of the generated version script."""
    text = (ROOT / "reference-impl/generated/astra.map").read_text()
    nodes = re.findall(r"(\w+(?:\.\w+)*)\s*\{(.*?)\}", text, re.DOTALL)
    return {name: node for node, body in nodes for name in re.findall(r"(astra_\w+);", body)}


def dynamic(library):
    """[(tag, value)] of the dynamic section."""
    text = run("readelf", "-dW", str(library))
    return re.findall(r"^ 0x\w+ \((\w+)\)\s+(.*?)$", text, re.MULTILINE)


@pytest.mark.parametrize("name", [name + suffix for name in LIBRARIES for suffix in ["", ".debug"]])
def test_two_folders_give_the_same_bytes(build, build_elsewhere, name):
    assert (build / name).read_bytes() == (build_elsewhere / name).read_bytes()


def test_no_path_of_this_machine_is_inside(library):
    home = os.path.expanduser("~")
    for path in [library, Path(f"{library}.debug")]:
        found = [p for p in [str(ROOT), sys.prefix, f"{home}/."] if p.encode() in path.read_bytes()]
        assert [] == found, path.name


def test_exactly_the_declared_symbols_are_exported_each_in_its_node(library):
    assert declared() == exported(library)


def test_the_soname_is_the_contracts(library):
    names = [value for tag, value in dynamic(library) if tag == "SONAME"]
    assert [f"Library soname: [{CONTRACT['soname']}]"] == names
    assert (library.parent / CONTRACT["soname"]).resolve() == library


def test_no_newer_glibc_is_needed_than_the_floor(library):
    def number(version):
        return tuple(int(part) for part in version.split("."))

    versions = re.findall(r"GLIBC_([0-9.]+)", run("objdump", "-T", str(library)))
    floor = BUILD["floor"]["glibc"]
    assert [] == [version for version in versions if number(version) > number(floor)]


def test_only_declared_system_libraries_are_needed(library):
    needed = {re.search(r"\[(.*)\]", value)[1] for tag, value in dynamic(library) if tag == "NEEDED"}
    assert set() == needed - set(BUILD["library"]["needed"])


def test_no_search_path_and_no_text_relocation_is_inside(library):
    assert set() == {tag for tag, _ in dynamic(library)} & {"RPATH", "RUNPATH", "TEXTREL"}


def test_everything_is_bound_and_sealed_at_load(library):
    flags = " ".join(value for tag, value in dynamic(library) if tag.startswith("FLAGS"))
    assert "BIND_NOW" in flags
    segments = run("readelf", "-lW", str(library))
    assert "GNU_RELRO" in segments
    assert "RW" == re.search(r"GNU_STACK(?:\s+0x\w+){5} (\w+)", segments)[1]


def test_the_note_and_a_sha1_build_id_are_loaded(library):
    notes = run("readelf", "-nW", str(library))
    assert re.search(r"^\s+Astra\s", notes, re.MULTILINE)
    assert re.search(r"Build ID: [0-9a-f]{40}$", notes, re.MULTILINE)
    segments = run("readelf", "-lW", str(library))
    assert ".note.astra" in segments


def test_the_debug_file_is_the_one_the_library_points_to(library, tmp_path):
    link = tmp_path / "link"
    run("objcopy", f"--dump-section=.gnu_debuglink={link}", str(library), str(tmp_path / "copy"))
    name, checksum = link.read_bytes().split(b"\0", 1)[0], link.read_bytes()[-4:]
    debug = library.parent / name.decode()
    assert debug == Path(f"{library}.debug")
    assert zlib.crc32(debug.read_bytes()) == int.from_bytes(checksum, "little")
    assert ".debug_info" in run("readelf", "-SW", str(debug))
    assert ".debug_info" not in run("readelf", "-SW", str(library))


def test_an_unchanged_tree_builds_nothing(build):
    before = [(build / name).stat().st_mtime_ns for name in LIBRARIES]
    said = make(ROOT / "reference-impl", "all")
    assert before == [(build / name).stat().st_mtime_ns for name in LIBRARIES]
    assert "compile" not in said and "link" not in said


def test_a_changed_copy_of_the_oracle_builds_elsewhere(tmp_path):
    source, generated = tmp_path / "source", tmp_path / "generated"
    shutil.copytree(ROOT / "reference-impl/oracle-c", source)
    shutil.copytree(ROOT / "reference-impl/generated", generated)
    (source / "extra.c").write_text(
        "#ifndef EXTRA\n#error EXTRA_CFLAGS got lost\n#endif\n"
        '__attribute__((visibility("default"))) int astra_extra(void);\n'
        "int astra_extra(void) { return EXTRA; }\n"
    )
    script = tmp_path / "changed.map"
    names = "".join(f"{name}; " for name in [*declared(), "astra_extra"])
    script.write_text(f"CHANGED_9 {{ global: {names}local: *; }};\n")
    make(
        ROOT / "reference-impl", "oracle", f"OUT={tmp_path}/out", f"ORACLE_SRC={source}",
        f"GENERATED={generated}", f"VERSION_SCRIPT={script}", "EXTRA_CFLAGS=-DEXTRA=7",
        "EXTRA_LDFLAGS=-Wl,-z,nodelete",
    )  # fmt: skip
    library = tmp_path / "out/oracle/libastra_oracle.so"
    assert dict.fromkeys([*declared(), "astra_extra"], "CHANGED_9") == exported(library)
    assert "NODELETE" in " ".join(value for tag, value in dynamic(library) if tag == "FLAGS_1")


def test_an_undeclared_architecture_is_refused_with_the_known_ones():
    done = subprocess.run(
        ["make", "-C", str(ROOT / "reference-impl"), "oracle", "ARCH=vax"], capture_output=True, text=True
    )
    assert 2 == done.returncode
    assert "No link target is declared for 'vax'" in done.stderr


def test_the_pinned_compilers_are_said_alike_everywhere():
    toolchain = tomllib.loads((ROOT / "reference-impl/rust-toolchain.toml").read_text())
    assert BUILD["compilers"]["rust"] == toolchain["toolchain"]["channel"]
    requirements = (ROOT / "tools/requirements.txt").read_text()
    assert f"ziglang=={BUILD['compilers']['zig']}" in requirements
