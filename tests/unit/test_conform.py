"""The harness on libraries that behave and that do not: small C libraries under a small contract."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from astra_abi.conform import run
from astra_abi.load.contract import load_contract
from astra_abi.model import AstraError

HEAD = """
name = "mini"
title = "A contract for tests of the harness"
version = "0.1.0"
line = "0.1"
soname = "libmini.so.0.1"
prefix = "mini"
history = ["0.1.0"]
requires = [
  { id = "mini/one", about = "contents", text = "First." },
  { id = "mini/two", about = "order", text = "Second." },
  { id = "mini/three", about = "memory", text = "Third." },
]
"""
FUNCTION = """
[function.mini_do]
since = "0.1.0"
doc = "Does something."
returns = "u32"
thread = "any"
blocks = "never"
stream = "none"
params = [{ name = "what", type = "u32", doc = "What to do." }]
"""
SOURCE = """
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
__attribute__((constructor)) static void begin(void) { BEGIN; }
__attribute__((destructor)) static void end(void) { END; }
uint32_t mini_do(uint32_t what) {
    switch (what) {
    case 1: *(volatile int *)8 = 1; break;
    case 2: for (;;) pause();
    case 3: printf("unflushed"); break;
    case 4: write(2, "direct", 6); break;
    case 5: exit(3);
    case 6: abort();
    case 7: if (fork() == 0) { for (;;) pause(); } break;
    case 8: for (volatile int i = 0;; i++) { } break;
    case 10: { static int calls; if (calls++) abort(); break; }
    case 9: close(1); close(2); for (int i = 3; i < 100; i++) close(i); break;
    }
    return what * 2;
}
"""
TOP = "import pytest\nfrom astra_abi.conform import promise, proves, requires\n\n\n"


@pytest.fixture(scope="session")
def compile_library(tmp_path_factory):
    """Compiles the library, with something to do when it is loaded and unloaded."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        pytest.skip("there is no C compiler")

    def make(begin="(void)0", end="(void)0"):
        folder = tmp_path_factory.mktemp("library")
        (folder / "mini.c").write_text(SOURCE)
        command = [compiler, "-shared", "-fPIC", "-o", folder / "libmini.so", f"-DBEGIN={begin}", f"-DEND={end}", folder / "mini.c"]
        subprocess.run(command, check=True, capture_output=True)
        return folder / "libmini.so"

    return make


@pytest.fixture(scope="session")
def library(compile_library):
    return compile_library(end="puts(\"unloaded\")")


@pytest.fixture(scope="session")
def abi(tmp_path_factory):
    folder = tmp_path_factory.mktemp("contract")
    (folder / "abi").mkdir()
    (folder / "contract.toml").write_text(HEAD)
    (folder / "abi" / "mini.toml").write_text(f'title = "Mini"\n{FUNCTION}')
    return load_contract(folder)


@pytest.fixture
def conform(tmp_path, abi, library):
    """Runs case files, given as text, on the library."""
    def call(text, **options):
        cases = tmp_path / "suite" / "cases"
        cases.mkdir(parents=True, exist_ok=True)
        (cases / "mini.py").write_text(TOP + text)
        return run(options.pop("library", library), abi, tmp_path / "suite", None, **{"timeout_s": 1.0, **options})

    return call


def case(what, *ids, name="one", expected=None):
    decorators = "".join(f'@requires("{id}")\n' for id in ids)
    return f"{decorators}def test_{name}(astra):\n    assert astra.do({what}) == {what * 2 if expected is None else expected}\n\n\n"


def test_a_library_that_keeps_its_promises(conform):
    report = conform(case(20, "mini/one", "mini/two"))
    assert {id: outcome.result for id, outcome in report.promises.items()} == {"mini/one": "kept", "mini/two": "kept"}
    assert report.cases == 1


def test_a_wrong_answer_is_broken_with_the_reason(conform):
    outcome = conform(case(20, "mini/one", expected=41)).promises["mini/one"]
    assert (outcome.result, outcome.about) == ("broken", "contents")
    assert "assert 40 == 41" in outcome.detail and "mini.py::test_one" in outcome.detail


@pytest.mark.parametrize(("what", "result", "detail"), [
    (1, "crashed", "SIGSEGV"), (2, "hung", "1 s"), (3, "printed", "unflushed"), (4, "printed", "direct"),
    (5, "crashed", "exit code 3"), (6, "crashed", "SIGABRT"), (8, "hung", "1 s"), (9, "crashed", "exit code"),
])
def test_a_library_that_misbehaves_is_a_finding_and_the_run_goes_on(conform, what, result, detail):
    report = conform(case(what, "mini/one") + case(20, "mini/two", name="two"))
    assert report.promises["mini/one"].result == result
    assert detail in report.promises["mini/one"].detail
    assert report.promises["mini/two"].result == "kept"


def test_a_crash_names_the_line_of_the_case(conform):
    assert "mini.py" in conform(case(1, "mini/one")).promises["mini/one"].detail


def test_printing_also_breaks_silence(conform):
    assert "unflushed" in conform(case(3, "mini/one")).promises["abi/silent"].detail


def test_output_of_a_case_is_not_output_of_the_library(conform):
    report = conform('@requires("mini/one")\ndef test_one(astra):\n    print("from Python")\n    assert astra.do(20) == 40\n')
    assert report.promises["mini/one"].result == "kept"


def test_one_bad_case_of_several_breaks_the_promise(conform):
    report = conform(case(20, "mini/one") + case(20, "mini/one", name="two", expected=1) + case(30, "mini/one", name="three"))
    assert report.promises["mini/one"].result == "broken"


def test_the_worst_end_of_several_counts(conform):
    report = conform(case(20, "mini/one", expected=1) + case(1, "mini/one", name="two") + case(3, "mini/one", name="three"))
    assert report.promises["mini/one"].result == "crashed"


def test_a_promise_block_answers_for_itself_alone(conform):
    report = conform(
        '@requires("mini/one")\ndef test_one(astra):\n    with promise("mini/two"):\n        assert astra.do(20) == 41, "no"\n'
        '    with promise("mini/three"):\n        assert astra.do(20) == 40\n'
    )
    assert {id: outcome.result for id, outcome in report.promises.items()} == {
        "mini/one": "kept", "mini/two": "broken", "mini/three": "kept",
    }
    assert "no" in report.promises["mini/two"].detail


def test_errors_have_ids_of_their_own(conform):
    report = conform('@proves("mini_do", "MINI_ERROR", "what")\ndef test_one(astra):\n    assert astra.do(20) == 40\n')
    assert report.promises["mini_do.what:MINI_ERROR"].result == "kept"
    assert report.promises["mini_do.what:MINI_ERROR"].about == "errors"


def test_a_skipped_case_gives_its_reason_and_no_outcome(conform):
    report = conform('@requires("mini/one")\ndef test_one():\n    pytest.skip("no such hardware")\n')
    assert "mini/one" not in report.promises
    assert "no such hardware" in report.skipped["mini/one"]


def test_each_parameter_is_a_case_of_its_own(conform):
    report = conform(
        '@requires("mini/one")\n@pytest.mark.parametrize("what", [20, 1, 30])\n'
        "def test_one(astra, what):\n    assert astra.do(what) == 2 * what\n"
    )
    assert report.cases == 3
    assert "[1]" in report.promises["mini/one"].detail


def rows(folder, *whats):
    """Puts rows of a table beside the suite, and gives the case that runs each of them."""
    (folder / "suite" / "generated").mkdir(parents=True)
    listed = [{"id": f"row-{number}", "proves": "mini/one", "what": what} for number, what in enumerate(whats)]
    (folder / "suite" / "generated" / "negative.json").write_text(json.dumps({"rows": listed}))
    return 'def test_row(astra, negative):\n    assert astra.do(negative["what"]) == 2 * negative["what"]\n'


@pytest.mark.parametrize(("what", "result"), [(1, "crashed"), (2, "hung"), (3, "printed")])
def test_of_rows_in_one_process_only_the_bad_one_is_blamed(conform, tmp_path, what, result):
    report = conform(rows(tmp_path, 20, what, 30))
    assert report.cases == 3
    outcome = report.promises["mini/one"]
    assert outcome.result == result and "[row-1]" in outcome.detail


def test_rows_that_harm_each_other_are_told(conform, tmp_path):
    outcome = conform(rows(tmp_path, 10, 10)).promises["mini/one"]
    assert (outcome.result, "in one process with the 1 rows beside it: killed by SIGABRT" in outcome.detail) == ("crashed", True)


def test_what_a_library_leaves_running_is_ended(conform):
    conform(case(7, "mini/one"))
    left = [
        path for path in Path("/proc").glob("[0-9]*/maps")
        if path.parent.name != str(os.getpid()) and "libmini.so" in read_if_there(path)
    ]
    assert left == []


def read_if_there(path):
    try:
        return path.read_text()
    except OSError:
        return ""


def test_the_runner_never_loads_the_library(conform):
    conform(case(20, "mini/one"))
    assert "libmini.so" not in Path("/proc/self/maps").read_text()


def test_nothing_is_left_in_the_suite_or_where_it_is_run(conform, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    property_case = "from hypothesis import given, strategies\n\n\n@given(strategies.integers())\ndef test_two(n):\n    pass\n"
    conform(case(20, "mini/one") + property_case)
    assert sorted(path.name for path in (tmp_path / "suite").rglob("*")) == ["cases", "mini.py"]
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_configuration_and_options_of_others_do_not_reach_it(conform, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    (tmp_path / "conftest.py").write_text("raise SystemExit(9)\n")
    assert conform(case(20, "mini/one")).promises["mini/one"].result == "kept"
    assert os.environ["PYTEST_ADDOPTS"] == "--no-such-option"
    assert not sys.dont_write_bytecode or os.environ.get("PYTHONDONTWRITEBYTECODE") or "-B" in sys.orig_argv


def test_a_second_run_sees_the_second_suite(conform):
    assert conform(case(20, "mini/one")).promises["mini/one"].result == "kept"
    assert conform(case(20, "mini/one", expected=1)).promises["mini/one"].result == "broken"


def test_progress_counts_to_the_end(conform):
    seen = []
    conform(case(20, "mini/one") + case(20, name="two"), progress=lambda done, total, name: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_select_chooses_cases(conform):
    report = conform(case(20, "mini/one") + case(20, "mini/two", name="two"), select="test_two")
    assert list(report.promises) == ["mini/two"]


def test_a_function_that_the_library_lacks_breaks_its_cases(conform, tmp_path, compile_library, abi):
    other = tmp_path / "empty.c"
    other.write_text("int nothing;\n")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", tmp_path / "empty.so", other], check=True)
    outcome = conform(case(20, "mini/one"), library=tmp_path / "empty.so").promises["mini/one"]
    assert outcome.result == "broken" and "mini_do" in outcome.detail


@pytest.mark.parametrize("content", [None, b"", b"not a library", b"\x7fELF" + bytes(100)])
def test_what_cannot_be_loaded_is_an_error_and_no_finding(conform, tmp_path, content):
    path = tmp_path / "broken.so"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AstraError) as caught:
        conform(case(20, "mini/one"), library=path)
    assert caught.value.where == str(path) and caught.value.do_this


@pytest.mark.parametrize(("begin", "how"), [("abort()", "SIGABRT"), ("for(;;)pause()", "hung"), ("exit(4)", "exit code 4")])
def test_a_library_that_never_finishes_loading(conform, compile_library, begin, how):
    with pytest.raises(AstraError) as caught:
        conform(case(20, "mini/one"), library=compile_library(begin=begin))
    assert how in caught.value.what


def test_a_case_file_that_cannot_be_read_is_an_error(conform):
    with pytest.raises(AstraError) as caught:
        conform("def test_one(:\n")
    assert "SyntaxError" in caught.value.what or "invalid syntax" in caught.value.what


def test_a_suite_without_cases_is_an_error(abi, library, tmp_path):
    with pytest.raises(AstraError):
        run(library, abi, tmp_path, None)
