"""`check` of a library that was there before its contract: headers, symbols, layouts, floor and frozen releases."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
from small import HEAD, HEADER, SOURCE, contract, release

ROOT = Path(__file__).parents[2]
SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "spec/schema/report.schema.json").read_text()))


@pytest.fixture
def check(astra_abi):
    """Runs `check`; returns the report with its exit code and the findings."""

    def run(library: Path, folder: Path, *more: object) -> tuple[dict, int, set[tuple[str, str, str]]]:
        done = astra_abi("check", library, "--contract", folder, "--format", "json", *more)
        report = json.loads(done.stdout)
        SCHEMA.validate(report)
        assert report["exit_code"] == done.returncode, done.stderr
        return report, done.returncode, {(item["severity"], item["rule"], item["subject"]) for item in report["changes"]}

    return run


def stage(report: dict, name: str) -> dict:
    return next(item for item in report["stages"] if item["name"] == name)


def test_a_library_that_is_what_its_headers_say_passes(tmp_path: Path, check) -> None:
    report, code, found = check(release(tmp_path).library, contract(tmp_path))
    assert (code, found) == (0, set())
    assert [item["verdict"] for item in report["stages"]] == ["pass", "pass", "pass", "not-declared", "not-declared", "not-declared"]


def test_a_promised_function_that_is_not_exported_blocks(tmp_path: Path, check) -> None:
    made = release(tmp_path, source=SOURCE.replace("int small_poke", "static inline int poke"))
    _, code, found = check(made.library, contract(tmp_path))
    assert (code, found) == (1, {("breaking", "symbol_removed", "symbol:small_poke")})
    _, code, found = check(made.library, contract(tmp_path, '[symbols]\nabsent = ["small_poke"]'))
    assert (code, found) == (0, set())


def test_an_export_of_which_nobody_speaks_is_told_and_passes(tmp_path: Path, check) -> None:
    made = release(tmp_path, source=SOURCE + "int small_helper(void) { return 1; }\n")
    told = {("risky", "symbol_unexplained", "symbol:small_helper")}
    assert check(made.library, contract(tmp_path))[1:] == (0, told)
    assert check(made.library, contract(tmp_path), "--fail-on", "risky")[1:] == (1, told)
    assert check(made.library, contract(tmp_path, '[symbols]\ninternal = ["*_helper"]'), "--fail-on", "risky")[1:] == (0, set())


def test_another_soname_than_the_contract_s_blocks(tmp_path: Path, check) -> None:
    made = release(tmp_path, soname="libsmall.so.2")
    assert check(made.library, contract(tmp_path))[1:] == (1, {("breaking", "soname_changed", "library:soname")})


def test_a_header_that_lies_about_its_build_is_found(tmp_path: Path, check) -> None:
    made = release(tmp_path)
    (made.include / "small.h").write_text(HEADER.replace("int level; int window;", "long level; int window;"))
    _, code, found = check(made.library, contract(tmp_path))
    assert (code, found) == (1, {("breaking", "field_resized", "struct:small_options.level")})


def test_other_names_of_parameters_are_no_lie(tmp_path: Path, check) -> None:
    made = release(tmp_path, source=SOURCE.replace("int small_sum(int a, int b) { return a + b; }", "int small_sum(int b, int c) { return b + c; }"))
    assert check(made.library, contract(tmp_path))[1:] == (0, set())


def test_without_debug_information_nothing_is_said_of_layouts(tmp_path: Path, check) -> None:
    made = release(tmp_path, options=())
    report, code, _ = check(made.library, contract(tmp_path))
    assert (code, stage(report, "build")["verdict"]) == (2, "cannot-run")
    report, code, _ = check(made.library, contract(tmp_path, head="debug = false\n" + HEAD.lstrip()))
    assert (code, stage(report, "build")["verdict"]) == (0, "not-declared")
    assert "believed unseen" in stage(report, "build")["summary"]


def test_headers_that_cannot_be_read_for_a_target_are_named(tmp_path: Path, check) -> None:
    made = release(tmp_path)
    (made.include / "small.h").write_text(HEADER + "#ifdef _WIN32\n#error not here\n#endif\n")
    folder = contract(tmp_path, head=HEAD.replace('["x86_64-linux-gnu"]', '["x86_64-linux-gnu", "x86_64-windows-gnu"]'))
    report, code, _ = check(made.library, folder)
    assert (code, stage(report, "declared")["verdict"]) == (2, "cannot-run")
    assert "x86_64-windows-gnu" in stage(report, "declared")["summary"] and "not here" in stage(report, "declared")["summary"]
    assert stage(report, "exports")["verdict"] == "pass"


def test_a_target_that_no_contract_names_is_told_where_the_headers_cannot_be_read(tmp_path: Path, check) -> None:
    made = release(tmp_path)
    (made.include / "small.h").write_text(HEADER + "#ifdef _WIN32\n#error not here\n#endif\n")
    report, code, _ = check(made.library, contract(tmp_path, head=HEAD.replace('targets = ["x86_64-linux-gnu"]', "")))
    summary = stage(report, "declared")["summary"]
    assert code == 0 and "not read for" in summary and "x86_64-windows-msvc" in summary and "not here" in summary
    assert "promised on 15 targets" in summary


def test_what_is_declared_absent_and_declared_nowhere_hides_nothing_and_is_told(tmp_path: Path, check) -> None:
    made = release(tmp_path, source=SOURCE.replace("int small_poke", "static inline int poke"))
    report, code, found = check(made.library, contract(tmp_path, '[symbols]\nabsent = ["small_pok"]'))
    assert (code, found) == (1, {("breaking", "symbol_removed", "symbol:small_poke")})
    assert "do not declare: small_pok" in stage(report, "declared")["summary"]


def test_a_declaration_of_nothing_is_named_with_what_was_meant(tmp_path: Path, check) -> None:
    folder = contract(
        tmp_path, '[struct.small_option]\nmade_by = "caller"', "[enum.small_node]\nopen = true", "[function.small_summ]\nnote = 'x'",
        "[struct.small_state]\nreserved = ['deep']", "[symbols]\ndeprecated = ['small_gone']",
    )
    report, code, _ = check(release(tmp_path).library, folder)
    summary = stage(report, "declared")["summary"]
    assert code == 2
    for text in ("struct.small_option: ", "is 'small_options' meant?", "enum.small_node", "function.small_summ", "no field 'deep'", "'small_gone' names nothing"):
        assert text in summary


def test_headers_of_another_library_say_nothing(tmp_path: Path, check, astra_abi) -> None:
    made, other = release(tmp_path), tmp_path / "other" / "other.h"
    other.parent.mkdir()
    other.write_text("int other_open(const char *name);\nint other_close(int handle);\n")
    stripped = tmp_path / "stripped.so"
    subprocess.run(["objcopy", "--strip-debug", made.library, stripped], check=True)
    for library in (made.library, stripped):
        done = astra_abi("diff", library, library, "--headers", other)
        assert done.returncode == 2 and "exports none of them" in done.stderr, done.stdout
        done = astra_abi("init", "--from-header", other, "--library", library, "--out", tmp_path / "made")
        assert done.returncode == 2 and "exports none of them" in done.stderr and not (tmp_path / "made").exists()
    other.write_text("#include <stddef.h>\n")
    done = astra_abi("diff", stripped, stripped, "--headers", other)
    assert done.returncode == 2 and "declare nothing" in done.stderr
    report, code, _ = check(made.library, contract(tmp_path, head=HEAD.replace('root = "include"', f'root = "{other.parent}"')))
    assert code == 2 and "declare" in json.dumps(report["stages"])


def test_a_library_of_nobody_named_is_not_judged_by_the_packaged_contract(tmp_path: Path, astra_abi) -> None:
    done = astra_abi("check", release(tmp_path).library, cwd=tmp_path)
    assert done.returncode == 2 and "no contract is named" in done.stderr


def test_the_toolchain_s_floor_is_watched(tmp_path: Path, check) -> None:
    made = release(tmp_path, source="#include <stdio.h>\n" + SOURCE.replace("return x;", "return printf(\"%d\", x);"))
    _, code, found = check(made.library, contract(tmp_path, '[toolchain]\nglibc = "2.0"'))
    assert (code, found) == (1, {("breaking", "floor_raised", "library:floor.GLIBC")})
    assert check(made.library, contract(tmp_path, '[toolchain]\nglibc = "2.99"'))[1:] == (0, set())
    _, code, found = check(made.library, contract(tmp_path, '[toolchain]\nneeded = ["libm.so.6"]'))
    assert (code, found) == (1, {("breaking", "needed_added", "library:needed:libc.so.6")})


TOOLCHAIN = {
    'glibc = "2.0"': ("floor_raised", "library:floor.GLIBC"),
    'glibcxx = "3.4.5"': ("floor_raised", "library:floor.GLIBCXX"),
    'needed = ["libc.so.6", "libm.so.6", "libstdc++.so.6"]': ("needed_added", "library:needed:libgcc_s.so.1"),
    "rpath = false": ("rpath_added", "library:rpath"),
    "exec_stack = false": ("exec_stack_added", "library:exec-stack"),
    "text_relocations = false": ("text_relocations_added", "library:text-relocations"),
    'platform = "manylinux2014"': ("platform_tag_missed", "library:platform-tag"),
    'gpu = ["gfx90a", "gfx942"]': ("gpu_machine_code_dropped", "gpu:gfx942"),
}


@pytest.fixture(scope="module")
def careless(tmp_path_factory) -> Path:
    """A library that asks for everything that a contract can forbid."""
    from forge import bundle

    folder = tmp_path_factory.mktemp("careless")
    made = release(folder)
    (folder / "more.cc").write_text(
        '#include <charconv>\n#include <math.h>\n#include <pthread.h>\nextern "C" { double small_more(double x) { double y = 0; '
        'std::from_chars((char *)0, (char *)0, y); pthread_mutex_t m; pthread_mutex_init(&m, 0); return exp(x) + y; } extern int other; int *small_other[1] = { 0 }; }\n'
        'asm(".text\\n.globl small_text\\n.type small_text,@function\\nsmall_text: .quad small_other\\n");\n'
    )
    gpu = folder / "gpu.bin"
    gpu.write_bytes(bundle([("host-x86_64-unknown-linux--", b""), ("hipv4-amdgcn-amd-amdhsa--gfx90a", b"x")]))
    (folder / "gpu.S").write_text(f'.section .hip_fatbin,"a"\n.balign 4096\n.incbin "{gpu}"\n.section .note.GNU-stack,"x",@progbits\n')
    subprocess.run(
        ["c++", "-std=c++17", "-shared", "-fPIC", "-g", "-O1", "-Wl,-soname,libsmall.so.1", "-Wl,-rpath,/nowhere", "-Wl,-z,execstack", "-Wl,-z,notext", "-Wl,--no-as-needed",
         f"-I{made.include}", "-o", str(made.library), "-x", "c", str(folder / "small.c"), "-x", "c++", str(folder / "more.cc"), "-x", "assembler", str(folder / "gpu.S"), "-x", "none", "-lm"],
        check=True, capture_output=True,
    )
    return folder


@pytest.mark.parametrize("line", TOOLCHAIN)
def test_each_promise_about_the_toolchain_is_judged(line: str, careless: Path, tmp_path: Path, check) -> None:
    rule, subject = TOOLCHAIN[line]
    head = HEAD.replace('root = "include"', f'root = "{careless / "include"}"')
    report, code, found = check(careless / "libsmall.so", contract(tmp_path, f"[symbols]\ninternal = ['small_more', 'small_text', 'small_other', '_Z*']\n[toolchain]\n{line}", head=head))
    assert stage(report, "floor")["verdict"] == "fail" and code == 1
    assert {one for one in found if one[0] == "breaking"} == {("breaking", rule, subject)}
    (told,) = [item for item in report["changes"] if item["rule"] == rule]
    if rule in ("floor_raised", "platform_tag_missed"):
        assert re.search(r"for \w+|because of \w+", told["new"]), told["new"]


@pytest.mark.parametrize("line", [line for line in TOOLCHAIN if not line.startswith(("gpu", "text"))])
def test_diff_with_a_contract_holds_a_build_to_the_same_promises(line: str, careless: Path, tmp_path: Path, astra_abi) -> None:
    plain, folder = release(tmp_path / "plain"), tmp_path / "abi"
    rule, subject = TOOLCHAIN[line]
    internal = "[symbols]\ninternal = ['small_more', 'small_text', 'small_other', '_Z*']\n"
    found = {}
    for promise in ("", f"[toolchain]\n{line}"):
        at = contract(folder, internal + promise)
        done = astra_abi("diff", plain.library, careless / "libsmall.so", "--headers", plain.include, "--contract", at, "--format", "json")
        found[promise] = {(item["rule"], item["subject"]) for item in json.loads(done.stdout)["changes"] if item["severity"] == "breaking"}
        assert done.returncode == int(bool(found[promise]))
    assert set.difference(*reversed(found.values())) == {(rule, subject)}


def test_a_promise_that_a_build_keeps_is_no_finding(tmp_path: Path, check) -> None:
    made = release(tmp_path)
    lines = ['glibc = "2.99"', "rpath = false", "exec_stack = false", "text_relocations = false", 'platform = "manylinux_2_39"', 'needed = ["libc.so.6"]']
    report, code, found = check(made.library, contract(tmp_path, "[toolchain]\n" + "\n".join(lines)))
    assert (code, found) == (0, set()) and "best tag manylinux_2_" in stage(report, "floor")["summary"]


def test_a_platform_tag_that_nobody_knows_is_refused(tmp_path: Path, check) -> None:
    report, code, _ = check(release(tmp_path).library, contract(tmp_path, '[toolchain]\nplatform = "manylinux_9_9"'))
    assert (code, stage(report, "floor")["verdict"]) == (2, "cannot-run")
    assert "manylinux_9_9" in stage(report, "floor")["summary"]


@pytest.fixture
def frozen(tmp_path: Path, astra_abi) -> Path:
    """A contract with one frozen release."""
    folder = contract(tmp_path / "one")
    made = release(tmp_path / "one")
    done = astra_abi("freeze", "1.0", "--library", made.library, "--contract", folder)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (folder / "releases" / "1.0").iterdir()) == ["MANIFEST", "contract.toml", "snapshot.json", "symbols.txt"]
    assert "small_sum" in (folder / "releases/1.0/symbols.txt").read_text().split()
    return folder


def raised(folder: Path, *more: str) -> None:
    """The contract of the next release."""
    (folder / "contract.toml").write_text(HEAD.replace('version = "1.0"', 'version = "1.1"') + "\n".join(more))


def test_every_frozen_release_is_kept(tmp_path: Path, frozen: Path, check) -> None:
    raised(frozen)
    added = release(tmp_path / "added", HEADER + "int small_more(void);\n", SOURCE + "int small_more(void) { return 2; }\n")
    assert check(added.library, frozen, "--headers", added.include)[1:] == (0, {("compatible", "function_added", "function:small_more")})
    grown = release(tmp_path / "grown", HEADER.replace("int level; int window;", "int level; int window; int more;"))
    _, code, found = check(grown.library, frozen, "--headers", grown.include)
    assert (code, found) == (1, {("breaking", "field_appended_unsized", "struct:small_options.more")})


def test_a_symbol_that_a_release_exported_is_missed(tmp_path: Path, frozen: Path, check) -> None:
    raised(frozen)
    text, source = HEADER.replace("int small_poke(int x);\n", ""), SOURCE.replace("int small_poke(int x) { return x; }\n", "")
    gone = release(tmp_path / "gone", text, source)
    _, code, found = check(gone.library, frozen, "--headers", gone.include)
    assert (code, found) == (1, {("breaking", "function_removed", "function:small_poke")})


def test_another_line_is_reported_and_blocks_nothing(tmp_path: Path, frozen: Path, check) -> None:
    raised(frozen)
    path = frozen / "contract.toml"
    path.write_text(path.read_text().replace("libsmall.so.1", "libsmall.so.2"))
    made = release(tmp_path / "two", HEADER.replace("int small_poke(int x);\n", ""), SOURCE.replace("int small_poke(int x) { return x; }\n", ""), "libsmall.so.2")
    report, code, found = check(made.library, frozen, "--headers", made.include)
    assert (code, found) == (0, set())
    assert ("function:small_poke", "1.0 is of another line, libsmall.so.1") in {(item["subject"], item["reason"]) for item in report["suppressed"]}


def test_a_frozen_release_is_never_edited(tmp_path: Path, frozen: Path, check, astra_abi) -> None:
    made = release(tmp_path / "one")
    done = astra_abi("freeze", "1.0", "--library", made.library, "--contract", frozen)
    assert done.returncode == 2 and "frozen already" in done.stderr
    assert "of version 1.0, not 1.1" in astra_abi("freeze", "1.1", "--library", made.library, "--contract", frozen).stderr
    symbols = frozen / "releases/1.0/symbols.txt"
    symbols.write_text(symbols.read_text() + "small_secret\n")
    report, code, _ = check(made.library, frozen)
    assert (code, stage(report, "releases")["verdict"]) == (2, "cannot-run")
    assert "not the one that was frozen" in stage(report, "releases")["summary"]


def test_a_release_that_breaks_its_contract_is_not_frozen(tmp_path: Path, astra_abi) -> None:
    made = release(tmp_path, source=SOURCE.replace("int small_poke", "static inline int poke"))
    done = astra_abi("freeze", "1.0", "--library", made.library, "--contract", contract(tmp_path))
    assert done.returncode == 2 and "symbol:small_poke" in done.stderr
    assert not (tmp_path / "releases" / "1.0").exists()


def test_a_release_stands_on_either_side_of_diff(tmp_path: Path, frozen: Path, astra_abi) -> None:
    grown = release(tmp_path / "grown", HEADER.replace("SMALL_BEST = 2", "SMALL_BEST = 3"))
    old = frozen / "releases/1.0"
    done = astra_abi("diff", old, grown.library, "--new-headers", grown.include)
    assert done.returncode == 1 and "constant:SMALL_BEST" in done.stdout, done.stderr
    assert astra_abi("diff", old, old).returncode == 0


def test_a_contract_is_a_side_of_diff_too(tmp_path: Path, astra_abi) -> None:
    release(tmp_path)
    folder = contract(tmp_path, "[enum.small_mode]\nopen = true")
    other = release(tmp_path / "other", HEADER.replace("SMALL_BEST = 2", "SMALL_BEST = 2, SMALL_ODD = 3"))
    done = astra_abi("diff", folder, other.include, "--format", "json")
    rules = {item["rule"] for item in json.loads(done.stdout)["changes"]}
    assert (done.returncode, rules) == (0, {"constant_added"}), done.stderr


def test_a_stripped_library_is_told_by_its_debug_file(tmp_path: Path, check) -> None:
    made = release(tmp_path)
    debug = tmp_path / "small.debug"
    subprocess.run(["objcopy", "--only-keep-debug", made.library, debug], check=True)
    subprocess.run(["strip", "-g", made.library], check=True)
    report, code, _ = check(made.library, contract(tmp_path), "--debug-file", debug)
    assert (code, stage(report, "build")["verdict"]) == (0, "pass")


PROBE = """
title = "Sums"
why = "Every program adds."
language = "c"
source = "sums.c"
[[case]]
name = "small"
arguments = ["2", "3"]
"""
SUMS = """
#include <stdio.h>
#include <stdlib.h>
#include "small.h"
int main(int count, char **words) { printf("%d\\n", small_sum(atoi(words[1]), atoi(words[2]))); return 0; }
"""


def test_what_a_frozen_release_gave_is_what_the_next_one_gives(tmp_path: Path, check, astra_abi) -> None:
    folder, made = contract(tmp_path / "one"), release(tmp_path / "one")
    (folder / "probes").mkdir()
    (folder / "probes/sums.toml").write_text(PROBE)
    (folder / "probes/sums.c").write_text(SUMS)
    done = astra_abi("freeze", "1.0", "--library", made.library, "--contract", folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "releases/1.0/recorded.json").is_file()
    raised(folder)
    report, code, found = check(made.library, folder)
    assert (code, found) == (0, set())
    assert "1 cases run, compared with 1.0" in stage(report, "recorded")["summary"]
    other = release(tmp_path / "other", source=SOURCE.replace("a + b", "a - b"))
    report, code, found = check(other.library, folder, "--headers", other.include)
    assert code == 1 and {subject for _, _, subject in found} == {"probe:sums/small.stdout"}, found
    report, code, found = check(other.library, folder, "--headers", other.include, "--static")
    assert (code, found) == (0, set())


def test_a_target_is_for_headers_and_the_contract_s_headers_are_for_its_probes(frozen: Path, tmp_path: Path, astra_abi) -> None:
    library = release(tmp_path / "one").library
    done = astra_abi("diff", library, library, "--target", "i686-linux-gnu")
    assert done.returncode == 2 and "neither side has any" in done.stderr
    (frozen / "probes").mkdir()
    (frozen / "probes/sums.toml").write_text(PROBE)
    (frozen / "probes/sums.c").write_text(SUMS)
    done = astra_abi("diff", library, library, "--contract", frozen, "--behaviour")
    assert done.returncode == 0, done.stderr
