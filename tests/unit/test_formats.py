"""The files that people write: every key is explained, and every example is one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import pytest

from astra_abi.formats import formats, keys, page

ROOT = Path(__file__).parents[2]
FORMATS = formats(ROOT / "spec/schema")


def test_the_files_that_people_write_by_hand_are_formats() -> None:
    assert {"probe", "header-contract", "suppressions"} <= FORMATS.keys()


@pytest.mark.parametrize("name", FORMATS)
def test_the_example_is_one(name: str) -> None:
    example = tomllib.loads("\n".join(FORMATS[name]["x-example"]))
    jsonschema.Draft202012Validator(FORMATS[name]).validate(example)


@pytest.mark.parametrize("name", FORMATS)
def test_every_key_is_explained(name: str) -> None:
    assert [] == [path for path, _, _, meaning in keys(FORMATS[name], FORMATS[name]) if not meaning.strip()]


@pytest.mark.parametrize("name", FORMATS)
def test_explain_prints_every_key_and_the_example(name: str, astra_abi) -> None:
    done = astra_abi("explain", name)
    assert (done.returncode, done.stdout) == (0, page(FORMATS[name]) + "\n")
    assert all(f"\n{path}  (" in done.stdout for path, *_ in keys(FORMATS[name], FORMATS[name]))
    assert all(line.strip() in done.stdout for line in FORMATS[name]["x-example"])


def test_a_list_of_everything_names_them(astra_abi) -> None:
    lines = astra_abi("explain").stdout.splitlines()
    assert {line.split()[0] for line in lines if " format " in line} == FORMATS.keys()


@pytest.mark.parametrize(("line", "said"), [
    ('title = "names"', "title: 'names' is refused: wanted is one line that begins with a capital letter and ends without a full stop"),
    ('title = "Names"\nsource = "/x.c"', "source: '/x.c' is refused: wanted is a path that does not begin with a slash"),
])
def test_what_is_refused_is_told_in_words(line: str, said: str, tmp_path: Path, astra_abi) -> None:
    (tmp_path / "probes").mkdir()
    (tmp_path / "probes/a.toml").write_text(line + '\nwhy = "Because."\nlanguage = "c"\n' + ('' if "source" in line else 'source = "a.c"\n') + '[[case]]\nname = "a"\n')
    (tmp_path / "probes/a.c").write_text("int main(void) { return 0; }\n")
    done = astra_abi("record", tmp_path / "x.so", "--contract", tmp_path)
    assert done.returncode == 2 and said in done.stderr and "^" not in done.stderr
