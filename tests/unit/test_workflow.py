"""A maintainer's way, from nothing: init, check, freeze, and the next release by `check` and by `diff`, which say the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small import HEADER, SOURCE, Release, release

FIRST = HEADER + "typedef long small_size;\nsmall_size small_length(small_size of);\nstruct small_long { unsigned long first; };\nint small_long(struct small_long *);\n"
FIRST_SOURCE = SOURCE + "small_size small_length(small_size of) { return of; }\nint small_long(struct small_long *l) { return l->first > 0; }\n"


@pytest.fixture(scope="module")
def begun(tmp_path_factory, astra_abi) -> Path:
    """A contract that `init` began of the first release, which keeps it, and which is frozen; it names the second release."""
    place = tmp_path_factory.mktemp("begun")
    first, folder = release(place / "first", FIRST, FIRST_SOURCE), place / "contract"
    for words in (
        ("init", "--from-header", first.include, "--library", first.library, "--out", folder), ("check", first.library, "--contract", folder),
        ("freeze", "1.0", "--library", first.library, "--contract", folder),
    ):
        done = astra_abi(*words)
        assert done.returncode == 0, done.stdout + done.stderr
    file = folder / "contract.toml"
    file.write_text(file.read_text().replace('version = "1.0"', 'version = "2.0"'))
    return folder


def second(tmp_path: Path, *changes: tuple[str, str], source: tuple[str, str] = ("", "")) -> Release:
    text = FIRST.replace('"1.0"', '"2.0"')
    for old, new in changes:
        text = text.replace(old, new)
    return release(tmp_path / "second", text, FIRST_SOURCE.replace(*source) if source[0] else FIRST_SOURCE)


def told(done, stage: str | None = None) -> tuple[int, dict[tuple[str, str, str], list[str]]]:
    """The exit code, and each finding about the step with its targets."""
    report = json.loads(done.stdout)
    found = {
        (item["severity"], item["rule"], item["subject"]): sorted(item["targets"])
        for item in report["changes"] if stage in (None, item["stage"]) and item["rule"] not in ("macro_version_changed",)
    }
    return done.returncode, found


CHANGES = {
    "nothing": ([], ("", ""), 0, {}),
    "a function more": (
        [("int small_poke(int x);", "int small_poke(int x);\nint small_more(void);")], ("int small_poke(int x) { return x; }", "int small_poke(int x) { return x; }\nint small_more(void) { return 1; }"),
        0, {("compatible", "function_added", "function:small_more"): 20},
    ),
    "a function less": (
        [("int small_poke(int x);", "")], ("int small_poke(int x) { return x; }", ""), 1, {("breaking", "function_removed", "function:small_poke"): 20},
    ),
    "a field in front": (
        [("{ int level; int window; }", "{ int first; int level; int window; }")], ("", ""), 1, {("breaking", "field_inserted", "struct:small_options.first"): 20},
    ),
    "a field that is smaller, or has only another sign": (
        [("unsigned long first; };", "int first; };")], ("", ""), 1, {("breaking", "field_resized", "struct:small_long.first"): 12, ("risky", "field_sign_changed", "struct:small_long.first"): 8},
    ),
    "a type that is another one where long has 32 bits": (
        [("typedef long small_size;", "typedef long long small_size;")], ("", ""), 1, {("breaking", "typedef_changed", "typedef:small_size"): 8},
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_check_of_the_next_release_says_what_diff_says(name: str, tmp_path: Path, astra_abi, begun: Path) -> None:
    changes, source, code, wanted = CHANGES[name]
    new, first = second(tmp_path, *changes, source=source), begun.parent / "first"
    check = astra_abi("check", new.library, "--contract", begun, "--headers", new.include, "--format", "json")
    diff = astra_abi(
        "diff", first / "libsmall.so", new.library, "--old-headers", first / "include", "--new-headers", new.include, "--contract", begun, "--format", "json",
    )
    frozen = astra_abi("diff", begun / "releases" / "1.0", new.library, "--new-headers", new.include, "--contract", begun, "--format", "json")
    seen = told(diff)
    assert told(check, "releases")[1] == seen[1] == told(frozen)[1]
    assert {key: len(targets) for key, targets in seen[1].items()}.items() >= wanted.items()
    assert check.returncode == diff.returncode == frozen.returncode == code


def test_what_differs_between_targets_is_one_finding_for_each_group_of_them(tmp_path: Path, astra_abi, begun: Path) -> None:
    """A pointer between two fields: at offset 8 or 4. The report says each once, and JSON names the targets."""
    new, first = second(tmp_path, ("struct small_tree *root; int depth;", "struct small_tree *root; void *more; int depth;")), begun.parent / "first"
    words = ("diff", first / "include", new.include, "--target", "all", "--format")
    report = json.loads(astra_abi(*words, "json").stdout)
    groups = {item["new"]: item["targets"] for item in report["changes"] if (item["rule"], item["subject"]) == ("field_inserted", "struct:small_state.more")}
    assert {text: len(targets) for text, targets in groups.items()} == {"void* at offset 8": 15, "void* at offset 4": 5}
    assert not {*groups["void* at offset 8"]} & {*groups["void* at offset 4"]}
    assert sum(item["severity"] == "breaking" for item in report["changes"]) == 2
    for form, label in (("text", "only on: {} of 20 targets:"), ("markdown", "only on `{} of 20 targets:")):
        shown = astra_abi(*words, form).stdout
        assert shown.count(label.format(15)) == shown.count(label.format(5)) == 1


def test_what_went_into_a_library_that_the_next_release_needs_is_not_gone_for_check_either(tmp_path: Path, astra_abi, begun: Path) -> None:
    import subprocess

    lost, kept = "int small_sum(int a, int b) { return a + b; }", "int small_hidden(void) { return 1; }"
    new = second(tmp_path, source=(lost, ""))
    part, made = new.folder / "libpart.so.1", new.library
    (new.folder / "part.c").write_text(lost + kept)
    subprocess.run(["cc", "-shared", "-fPIC", "-g", "-Wl,-soname,libpart.so.1", "-o", part, new.folder / "part.c"], check=True)
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-g", "-O1", "-Wl,-soname,libsmall.so.1", "-Wl,--no-as-needed", f"-I{new.include}", "-o", made, new.folder / "small.c", part, "-lc"], check=True,
    )
    text = (begun / "contract.toml").read_text().replace('needed = ["libc.so.6"]', 'needed = ["libc.so.6", "libpart.so.1"]')
    folder = begun.parent / "moved"
    folder.mkdir()
    (folder / "contract.toml").write_text(text)
    first = begun.parent / "first"
    check = astra_abi("check", made, "--contract", folder, "--baseline", begun / "releases", "--headers", new.include, "--format", "json")
    diff = astra_abi("diff", first / "libsmall.so", made, "--old-headers", first / "include", "--new-headers", new.include, "--contract", folder, "--format", "json")
    seen = {key for key in told(diff)[1] if "small_sum" in key[2]}
    assert seen == {key for key in told(check, "releases")[1] if "small_sum" in key[2]}
    assert seen == {("compatible", "symbol_moved", "symbol:small_sum")}
