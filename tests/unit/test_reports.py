"""Every form of report says the same verdict, is valid in its own terms, and lets no name from outside act."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import re
import signal
import stat
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from markdown_it import MarkdownIt
from specimen import ABOUT, EXAMPLES, HOSTILE, NEW, OLD, ROOT, example_of, finding_of, hostile, refusal, report_of, report_with

from astra_abi import report as reports
from astra_abi.compare.reach import reached_by
from astra_abi.load.sketch import sketch
from astra_abi.model import Abi, AstraError, Enum, Constant, Field, Function, Param, Signature, Struct, Type, Typedef
from astra_abi.report import PARTS, files, forms, github, markdown, produce, text_of
from astra_abi.report import json as json_form
from astra_abi.report import text as text_form
from astra_abi.report.place import place_of
from astra_abi.stages import Result

SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "spec/schema/report.schema.json").read_text()))
SARIF = jsonschema.Draft4Validator(
    json.loads((Path(__file__).parent / "schema" / "sarif-2.1.0-rtm.5.json").read_text()),
    format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER,
)
"""SARIF's own schema, as the npm package @microsoft/jest-sarif 1.0.0-beta.0 (MIT) ships it."""
BLIND = Result("types", "cannot-run", "no debug information", remedy="build with -g", title="types")
WORDS = {"breaking": "breaking", "cannot-judge": "cannot", "compatible": "compatible"}


# The forms.

def test_every_module_is_a_form_or_is_listed_as_none() -> None:
    for module in pkgutil.iter_modules(reports.__path__):
        has_text = hasattr(importlib.import_module(f"astra_abi.report.{module.name}"), "text")
        assert has_text == (module.name not in PARTS) == (module.name in forms()), module.name
    assert forms() == ["text", "github", "html", "json", "junit", "markdown", "sarif"]


@pytest.mark.parametrize("form", forms())
@pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.id)
def test_every_form_says_what_an_example_finds(form: str, rule) -> None:
    report = example_of(rule)
    said = text_of(form, report)
    assert rule.id in said.replace("\\_", "_") and report.verdict.verdict in said
    if form == "json":
        SCHEMA.validate(json.loads(said))
    elif form == "sarif":
        SARIF.validate(json.loads(said))
    elif form == "junit":
        suites_of(said)


@pytest.mark.parametrize("form", forms())
def test_a_refusal_is_never_a_pass(form: str) -> None:
    said = re.sub("<style>.*?</style>|<script>.*?</script>", "", text_of(form, refusal()), flags=re.DOTALL)
    assert "cannot" in said and "not an ELF file" in said and "name a library" in said and "compatible" not in said


@pytest.mark.parametrize("form", forms())
def test_what_could_not_be_judged_is_said_beside_what_could(form: str) -> None:
    said = text_of(form, report_with(finding_of("symbol_added", "symbol:x"), stages=(BLIND,)))
    assert "cannot" in said and "no debug information" in said and "build with -g" in said


@pytest.mark.parametrize("form", forms())
def test_a_suppressed_finding_is_counted_and_does_not_block(form: str) -> None:
    item = finding_of("symbol_removed", "symbol:x_old", suppressed="nobody ever called it (until 2027-01-01)")
    said = text_of(form, report_with(item))
    assert "suppressed" in said.lower() or "suppressions" in said
    assert "nobody ever called it" in said or form == "github" and "1 suppressed" in said


@pytest.mark.parametrize("form", [form for form in forms() if form not in ("json", "sarif", "html")])
def test_no_text_from_outside_steers_a_terminal(form: str) -> None:
    said = text_of(form, hostile())
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", said)
    assert [row for row in said.splitlines() if re.match(r"\s*::error::", row) or "##[" in row] == []


@pytest.mark.parametrize("form", forms())
def test_a_name_that_is_no_unicode_is_written_all_the_same(form: str, tmp_path: Path) -> None:
    report = report_with(finding_of("symbol_removed", "symbol:a\udcff"))
    files.Files([(form, tmp_path / "out")]).write(report)
    assert "a" in (tmp_path / "out").read_text(encoding="utf-8")


def test_commands_know_the_forms_without_reading_what_they_need() -> None:
    code = "import sys, astra_abi.cli.check, astra_abi.cli.diff; print([name for name in ('rich', 'jsonschema', 'astra_abi.rules', 'astra_abi.model') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['astra_abi.model']"  # the command line itself needs AstraError


# JSON.

def test_json_is_valid_and_names_who_is_reached() -> None:
    document = json_form.document(report_of())
    SCHEMA.validate(document)
    field = next(change for change in document["changes"] if change["subject"] == "struct:x_opts.depth")
    assert field["affects"] == 1
    assert [{"elements": ["struct:x_opts.depth"], "functions": ["x_open"]}] == document["reached"]
    for made in (hostile(), refusal(), report_with(finding_of("symbol_removed", "symbol:x", suppressed="why"))):
        SCHEMA.validate(json_form.document(made))


def test_json_names_a_thousand_functions_and_counts_all() -> None:
    names = tuple(f"f{number}" for number in range(3000))
    document = json_form.document(report_with(*(replace(finding_of("field_removed", f"struct:s.f{n}"), affects=names) for n in range(50))))
    SCHEMA.validate(document)
    assert {change["affects"] for change in document["changes"]} == {3000}
    assert len(document["reached"]) == 1 and len(document["reached"][0]["functions"]) == 1000


# SARIF.

def run_of(report) -> dict:
    document = json.loads(text_of("sarif", report))
    SARIF.validate(document)
    (run,) = document["runs"]
    return run


def test_sarif_has_levels_rules_and_lasting_fingerprints() -> None:
    report = report_of()
    run = run_of(report)
    rules = run["tool"]["driver"]["rules"]
    for item, (stage, finding) in zip(run["results"], report.verdict.findings, strict=True):
        assert rules[item["ruleIndex"]]["id"] == item["ruleId"] == finding.rule
        assert item["level"] == {"breaking": "error", "risky": "warning", "compatible": "note"}[finding.severity]
        assert item["partialFingerprints"] == {"astraAbiFinding/v1": json_form.identity(finding)}
        assert item["properties"]["stage"] == stage
    assert len({rule["id"] for rule in rules}) == len(rules)
    help_ = next(rule for rule in rules if rule["id"] == "field_inserted")["help"]
    assert "Before:" in help_["markdown"] and "[struct.opts]" in help_["markdown"] or "struct" in help_["markdown"]
    assert run["invocations"] == [{
        "executionSuccessful": True, "exitCode": 1, "exitCodeDescription": report.verdict.sentence, "toolExecutionNotifications": [],
    }]


def test_sarif_names_the_element_and_its_kind() -> None:
    found = {item["properties"]["subject"]: item["locations"][0]["logicalLocations"][0] for item in run_of(report_of())["results"]}
    assert found["struct:x_opts.depth"] == {"name": "depth", "fullyQualifiedName": "struct:x_opts.depth", "kind": "member"}
    assert found["function:x_gone"]["kind"] == "function" and found["constant:X_HIGH"]["kind"] == "variable"


def test_sarif_places_are_relative_where_a_file_is_in_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "here" / "in c,l" / "x y.h"
    inside.parent.mkdir(parents=True)
    inside.write_text("")
    (tmp_path / "out.h").write_text("")
    monkeypatch.chdir(tmp_path / "here")
    where = {
        "in c,l/x y.h:12": ({"uri": "in%20c,l/x%20y.h", "uriBaseId": "SRCROOT"}, 12),
        f"{inside}:7": ({"uri": "in%20c,l/x%20y.h", "uriBaseId": "SRCROOT"}, 7),
        f"{tmp_path}/out.h:3": ({"uri": f"file://{tmp_path}/out.h"}, 3),
        "../src/gone.h:4": ({"uri": "../src/gone.h"}, 4),
        "in c,l/x y.h:0": ({"uri": "in%20c,l/x%20y.h", "uriBaseId": "SRCROOT"}, None),
        "C:\\inc\\x.h:9": ({"uri": "file:///C%3A/inc/x.h"}, 9),
    }
    run = run_of(report_with(*(finding_of("symbol_removed", f"symbol:s{n}", where=place) for n, place in enumerate(where))))
    for item, (artifact, line) in zip(run["results"], where.values(), strict=True):
        place = item["locations"][0]["physicalLocation"]
        assert place == {"artifactLocation": artifact, **({"region": {"startLine": line}} if line else {})}
    assert run["originalUriBaseIds"] == {"SRCROOT": {"uri": f"file://{tmp_path}/here/"}}


def test_sarif_points_at_the_judged_file_where_no_line_is_known() -> None:
    (item,) = run_of(report_with(finding_of("symbol_removed", "symbol:x", where="library libx.so.2")))["results"]
    (place,) = item["locations"]
    assert place["physicalLocation"] == {"artifactLocation": {"uri": "libx.so.2", "uriBaseId": "SRCROOT"}}
    assert place["message"] == {"text": "library libx.so.2"}


def test_sarif_tells_what_could_not_be_judged() -> None:
    for report in (refusal(), report_with(stages=(BLIND,))):
        (invocation,) = run_of(report)["invocations"]
        assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
        (note,) = invocation["toolExecutionNotifications"]
        assert note["level"] == "error" and note["descriptor"] == {"id": "cannot-judge"}


def test_sarif_marks_what_is_suppressed() -> None:
    item = finding_of("symbol_removed", "symbol:x", suppressed="nobody called it (until 2027-01-01)")
    kept, hidden = run_of(report_with(finding_of("symbol_added", "symbol:y"), item))["results"]
    assert "suppressions" not in kept
    assert hidden["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "nobody called it (until 2027-01-01)"}]


def test_sarif_of_hostile_names_is_valid() -> None:
    SARIF.validate(json.loads(text_of("sarif", hostile())))


# JUnit.

def suites_of(document: str) -> list[ElementTree.Element]:
    """The suites, after everything that readers of JUnit rely on was looked at."""
    root = ElementTree.fromstring(document.encode("utf-8", "backslashreplace"))
    assert root.tag == "testsuites" and {"name", "tests", "failures", "errors", "time"} == set(root.attrib)
    totals = dict.fromkeys(("tests", "failures", "errors"), 0)
    for suite in root:
        assert suite.tag == "testsuite" and {"name", "tests", "failures", "errors", "skipped", "time"} == set(suite.attrib)
        counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
        assert suite[0].tag == "properties" and {"verdict", "old", "new"} <= {item.get("name") for item in suite[0]}
        for case in suite.findall("*")[1:]:
            assert case.tag == "testcase" and {"name", "classname", "time"} == set(case.attrib) and re.fullmatch(r"\d+\.\d{3}", case.get("time"))
            counts["tests"] += 1
            for part in case:
                assert part.tag in ("failure", "error", "skipped", "system-out"), part.tag
                assert part.tag == "system-out" or part.get("message")
                key = {"failure": "failures", "error": "errors"}.get(part.tag, part.tag)
                if key in counts:
                    counts[key] += 1
        assert {key: int(suite.get(key)) for key in counts} == counts
        for key in totals:
            totals[key] += counts[key]
    assert {key: int(root.get(key)) for key in totals} == totals
    return list(root)


def ends(document: str) -> dict[str, str]:
    """How each case ended."""
    cases = [case for suite in suites_of(document) for case in suite.findall("testcase")]
    return {case.get("name"): next((part.tag for part in case if part.tag != "system-out"), "pass") for case in cases}


def test_junit_has_a_case_for_each_finding_and_stage() -> None:
    report = report_of()
    (suite,) = suites_of(text_of("junit", report))
    assert len(suite.findall("testcase")) == 1 + len(report.verdict.findings) and suite.get("time") == "0.250"
    assert ends(text_of("junit", report))["function:x_added"] == "pass"
    assert ends(text_of("junit", report))["struct:x_opts.depth"] == "failure"


@pytest.mark.parametrize(("fail_on", "risky"), [("breaking", "pass"), ("risky", "failure")])
def test_junit_fails_what_blocks(fail_on: str, risky: str) -> None:
    report = report_with(finding_of("constant_end_moved", "constant:X_MAX"), finding_of("symbol_removed", "symbol:x"), fail_on=fail_on)
    assert ends(text_of("junit", report)) == {"types of the builds": "pass", "constant:X_MAX": risky, "symbol:x": "failure"}


def test_junit_passes_nothing_that_did_not_run() -> None:
    absent = Result("goldens", "not-declared", "the contract declares none", title="goldens")
    item = finding_of("symbol_removed", "symbol:x", suppressed="nobody called it")
    report = report_with(item, stages=(BLIND, absent))
    assert ends(text_of("junit", report)) == {"types of the builds": "pass", "symbol:x": "skipped", "types": "error", "goldens": "skipped"}
    assert ends(text_of("junit", refusal())) == {"diff": "error"}


def test_junit_holds_what_xml_cannot_write() -> None:
    (case,) = [case for suite in suites_of(text_of("junit", hostile())) for case in suite.findall("testcase") if case.get("classname").endswith("symbol_removed") and case.find("failure") is not None]
    assert case.get("name").startswith("symbol:</script>") and "\\x1b" in case.get("name")
    suites_of(text_of("junit", report_with(finding_of("symbol_removed", "symbol:\ufffe\uffff]]>&amp;<"))))


# GitHub.

def unescaped(text: str) -> str:
    for code, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def commands(document: str) -> list[tuple[str, dict[str, str], str]]:
    """The annotations, as the runner reads them."""
    found = []
    for row in document.splitlines():
        if match := re.match(r"::(\w+)(?: ([^:]*))?::(.*)", row):
            pairs = (pair.partition("=") for pair in (match[2] or "").split(",") if pair)
            found.append((match[1], {key: unescaped(value) for key, _, value in pairs}, unescaped(match[3])))
    return found


def test_annotations_point_at_lines() -> None:
    where = "include/a,b:c%.h:12"
    ((name, given, message),) = commands(text_of("github", report_with(finding_of("field_removed", "struct:s.f", where=where, old="u32\r\nat 0"))))
    assert (name, given["file"], given["line"]) == ("error", "include/a,b:c%.h", "12")
    assert given["title"] == "A field is gone [field_removed]" and message.startswith("struct:s.f\nwas: u32\\x0d\nat 0\n")


def test_ten_annotations_of_a_level_and_the_rest_counted() -> None:
    found = [finding_of(rule, f"symbol:{rule}{n}") for rule in ("symbol_removed", "constant_end_moved", "symbol_added") for n in range(13)]
    said = github.annotations(report_with(*found))
    levels = [name for name, _, _ in commands(said)]
    assert {name: levels.count(name) for name in levels} == {"error": 10, "warning": 10, "notice": 10}
    assert levels[0] == "error" and [row.split()[:3] for row in said.splitlines() if " more: " in row] == [
        ["3", "breaking", "findings"], ["3", "risky", "findings"], ["3", "compatible", "findings"],
    ]


def test_what_blocks_is_an_error_also_if_it_is_risky() -> None:
    risky = finding_of("constant_end_moved", "constant:X_MAX")
    assert [name for name, _, _ in commands(github.annotations(report_with(risky, fail_on="risky")))] == ["error"]
    assert [name for name, _, _ in commands(github.annotations(report_with(risky)))] == ["warning"]


def test_what_cannot_be_judged_is_an_error_annotation() -> None:
    for report in (refusal(), report_with(stages=(BLIND,))):
        ((name, given, _),) = commands(github.annotations(report))
        assert (name, given["title"]) == ("error", "cannot judge")


def test_names_cannot_speak_to_the_runner() -> None:
    report = hostile()
    said = text_of("github", report)
    assert len(commands(said)) == 2 and all(name == "error" for name, _, _ in commands(said))
    assert not any(row.lstrip().startswith("::") for row in markdown.text(report).splitlines())


@pytest.mark.parametrize("wanted", [True, False])
def test_the_summary_goes_where_the_workflow_wants_it(wanted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd) -> None:
    place = tmp_path / "summary.md"
    place.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(place)) if wanted else monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    assert produce("diff", "github", ABOUT, report_of) == 1
    printed = capfd.readouterr().out
    assert ("## ❌ breaking" in printed) == (not wanted)
    assert place.read_text().startswith("before\n") and ("## ❌ breaking" in place.read_text()) == wanted


# Markdown.

def rendered(document: str) -> list:
    return MarkdownIt("commonmark", {"html": True}).enable("table").parse(document)


def test_names_are_no_markup() -> None:
    wanted = {"<details>", "</details>", "<details><summary>1 element</summary>", "</summary>", "<summary>"}
    for token in rendered(markdown.text(hostile())):
        kinds = [token, *(token.children or ())]
        for part in kinds:
            assert part.type not in ("link_open", "image"), part
            if part.type in ("html_inline", "html_block"):
                assert part.content.strip() in wanted, part.content
            assert part.type != "text" or not re.search("@team|http://x", part.content)


def test_findings_are_told_under_their_rule() -> None:
    said = markdown.text(report_of())
    assert "### breaking: A field was inserted before existing fields (`field_inserted`, 1)" in said
    assert "- `struct:x_opts.depth`: is `u32 at offset 4`; at `: struct.x_opts`; reached by `x_open`" in said
    assert said.index("### breaking") < said.index("### risky") < said.index("### compatible")


def test_what_does_not_fit_is_counted() -> None:
    found = [finding_of(rule, f"symbol:{'n' * 300}{n}") for rule in ("symbol_removed", "symbol_added") for n in range(200)]
    said = markdown.text(report_with(*found), most=70_000)
    assert len(said.encode()) < 71_000 and "**200 findings more" in said and said.count("<details>") == said.count("</details>") == 1


# Text.

def printed(report, verbose: bool = False, **environment: str) -> str:
    import io

    from rich.console import Console

    out = Console(file=io.StringIO(), width=int(environment.get("COLUMNS", 80)), highlight=False)
    text_form.write(out, report, verbose)
    return out.file.getvalue()


def test_findings_are_grouped_worst_first_and_a_rule_is_said_once() -> None:
    found = [finding_of("symbol_removed", f"symbol:s{n}", where="library x") for n in range(5)]
    said = printed(report_with(finding_of("symbol_added", "symbol:new"), finding_of("constant_end_moved", "constant:X"), *found))
    assert said.index("breaking  5 × ") < said.index("risky  ") < said.index("compatible  ")
    assert said.count("breaks:") == 2 and said.count("at: library x") == 1 and all(f"symbol:s{n}\n" in said for n in range(5))


def test_compatible_changes_are_counted_unless_all_are_wanted() -> None:
    report = report_with(*(finding_of("symbol_added", f"symbol:s{n}") for n in range(40)))
    short, long = printed(report), printed(report, verbose=True)
    assert "40 changes that break nothing; --verbose lists each" in short and "and 37 more" in short and "symbol:s9" not in short
    assert all(f"  symbol:s{n}\n" in long for n in range(40))
    assert "verdict: compatible (40 compatible)" in short and "verdict: compatible (40 compatible)" in long


@pytest.mark.parametrize("columns", [80, 60])
def test_text_fits_its_columns(columns: int) -> None:
    for report in (report_of(), report_with(stages=(BLIND,)), refusal()):
        for verbose in (True, False):
            rows = printed(report, verbose, COLUMNS=str(columns)).splitlines()
            assert max(map(len, rows)) <= columns, max(rows, key=len)


def test_a_log_has_no_colour_and_takes_its_width_from_columns(astra_abi) -> None:
    done = astra_abi("diff", "spec", "spec", env={"COLUMNS": "64", "TERM": "xterm-256color"})
    assert done.returncode == 0 and "\x1b" not in done.stdout and max(map(len, done.stdout.splitlines())) <= 64


@pytest.mark.parametrize("plain", [True, False])
def test_a_terminal_has_colour_unless_it_is_not_wanted(plain: bool) -> None:
    import pty

    here, there = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "CI", "COLUMNS")}
    environment |= {"TERM": "xterm-256color", **({"NO_COLOR": "1"} if plain else {})}
    command = [str(Path(sys.executable).with_name("astra-abi")), "diff", "spec", "spec"]
    process = subprocess.Popen(command, stdout=there, cwd=ROOT, env=environment)
    os.close(there)
    said = b""
    while True:
        try:
            part = os.read(here, 4096)
        except OSError:
            break
        if not part:
            break
        said += part
    os.close(here)
    assert process.wait() == 0 and b"compatible" in said
    assert (b"\x1b[32m" in said) == (not plain)


# Files.

@pytest.fixture
def everywhere(tmp_path: Path) -> list[tuple[str, Path]]:
    return [(form, tmp_path / f"report.{form}") for form in forms()]


def check_all(outputs: list[tuple[str, Path]], *wanted: str) -> None:
    for form, place in outputs:
        text = place.read_text(encoding="utf-8")
        for words in wanted:
            assert words in text, (form, words)
    assert sorted(path.name for path in outputs[0][1].parent.iterdir()) == sorted(place.name for _, place in outputs)


def test_one_run_writes_every_form(everywhere) -> None:
    assert produce("diff", "json", ABOUT, report_of, everywhere) == 1
    check_all(everywhere, "field_inserted")
    SCHEMA.validate(json.loads(dict(everywhere)["json"].read_text()))
    assert stat.S_IMODE(everywhere[0][1].stat().st_mode) == 0o666 & ~umask()


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize("error", [AstraError("is no library", "x.so", "name one"), RuntimeError("oops"), KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_whatever_happens_every_report_says_cannot_judge(error: BaseException, everywhere, capfd) -> None:
    def fail():
        raise error

    for _, place in everywhere:
        place.write_text("compatible: of an earlier run")
    with pytest.raises(type(error)):
        produce("diff", "sarif", ABOUT, fail, everywhere)
    check_all(everywhere, "cannot")
    SARIF.validate(json.loads(capfd.readouterr().out))


def test_a_form_that_fails_leaves_no_form_with_another_verdict(everywhere, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = importlib.import_module("astra_abi.report.markdown").text
    monkeypatch.setattr("astra_abi.report.markdown.text", lambda report, *more: 1 / 0 if not report.error else whole(report, *more))
    with pytest.raises(ZeroDivisionError):
        produce("diff", "text", ABOUT, report_of, everywhere)
    check_all(everywhere, "cannot", "ZeroDivisionError")


def test_a_place_that_cannot_be_written_ends_before_the_work(tmp_path: Path) -> None:
    began = []
    outputs = [("json", tmp_path / "a.json"), ("sarif", tmp_path / "no" / "such" / "b.sarif")]
    with pytest.raises(AstraError, match="the sarif report cannot be written: No such file or directory") as caught:
        produce("diff", "text", ABOUT, lambda: began.append(1), outputs)
    assert caught.value.do_this and began == []
    assert json.loads((tmp_path / "a.json").read_text())["verdict"] == "cannot-judge"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize(("outputs", "said"), [
    ([("json", "a"), ("sarif", "./a")], "two reports would go to one file"), ([("json", ".")], "cannot be written: is a folder"),
])
def test_a_place_that_makes_no_sense_is_refused(outputs, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AstraError, match=said):
        produce("diff", "text", ABOUT, report_of, [(form, Path(place)) for form, place in outputs])


def test_a_disk_that_fills_up_leaves_no_verdict(everywhere, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.replace, []

    def fails_late(*paths) -> None:
        calls.append(paths)
        if len(calls) == len(everywhere) + 3:
            raise OSError(28, "No space left on device")
        real(*paths)

    monkeypatch.setattr(os, "replace", fails_late)
    with pytest.raises(AstraError, match="No space left"):
        produce("diff", "text", ABOUT, report_of, everywhere)
    check_all(everywhere, "cannot", "No space left")


def test_a_run_that_is_killed_leaves_no_verdict(everywhere) -> None:
    places = "".join(f"({form!r}, {str(place)!r})," for form, place in everywhere)
    code = f"import time; from astra_abi.report import produce; produce('diff', 'text', (), lambda: (print('ready', flush=True), time.sleep(60)), [{places}])"
    for _, place in everywhere:
        place.write_text("compatible: of an earlier run")
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    check_all(everywhere, "cannot", "has not ended")


def test_links_and_modes_of_a_place_are_kept(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "report"
    real.write_text("")
    real.chmod(0o640)
    (tmp_path / "link").symlink_to(real)
    produce("diff", "text", ABOUT, report_of, [("json", tmp_path / "link")])
    assert (tmp_path / "link").is_symlink() and json.loads(real.read_text()) and stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_device_is_written_to_once_and_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    assert produce("diff", "text", ABOUT, report_of, [("json", pipe), ("sarif", Path("/dev/null"))]) == 1
    assert json.loads(reader.communicate(timeout=30)[0])["verdict"] == "breaking"
    assert stat.S_ISFIFO(pipe.stat().st_mode) and stat.S_ISCHR(os.stat("/dev/null").st_mode)


# The commands.

def test_both_commands_take_every_form(astra_abi, tmp_path: Path) -> None:
    for command, arguments in (("diff", ["spec", "spec"]), ("check", ["README.md"])):
        help_ = astra_abi(command, "--help").stdout
        assert all(form in help_ for form in forms()) and "--output FORM=FILE" in help_
        outputs = [f"--output={form}={tmp_path / command}.{form}" for form in forms()]
        done = astra_abi(command, *arguments, *outputs)
        assert done.returncode == (0 if command == "diff" else 2), done.stderr
        verdict = json.loads((tmp_path / f"{command}.json").read_text())["verdict"]
        assert verdict == ("compatible" if command == "diff" else "cannot-judge")
        assert all((tmp_path / f"{command}.{form}").stat().st_size for form in forms())


@pytest.mark.parametrize(("value", "said"), [("pdf=x", "'pdf' is not one of text, github"), ("json", "FORM=FILE"), ("json=", "FORM=FILE"), ("json=-", "--format")])
def test_an_output_that_cannot_be_understood_is_wrong_usage(value: str, said: str, astra_abi) -> None:
    done = astra_abi("diff", "spec", "spec", "--output", value)
    assert done.returncode == 2 and said in done.stderr


def test_a_machine_reads_utf_8_whatever_the_locale_is(astra_abi) -> None:
    done = astra_abi("diff", "spec", "spec", "--format", "markdown", env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
    assert done.returncode == 0 and done.stdout.startswith("## ✅ compatible")


# Who is reached.

def test_a_type_is_reached_over_any_number_of_steps() -> None:
    callback = Type("function", inner=Signature(Type("void"), (Type("ev").behind("const"),)))
    abi = Abi(
        "test",
        structs={
            "inner": Struct("inner", (Field("x", Type("u32"), 0, 4),), 4),
            "outer": Struct("outer", (Field("inners", Type("inner", (), 4), 0, 16), Field("level", Type("level"), 16, 4)), 20),
            "ring": Struct("ring", (Field("next", Type("ring").behind("mut"), 0, 8), Field("o", Type("outer").behind("mut"), 8, 8)), 16),
            "ev": Struct("ev", (), 0), "lone": Struct("lone", (), 0), "a.b": Struct("a.b", (), 0),
        },
        enums={"level": Enum("level", "u32", {"LOW": Constant("LOW", 1, "")})},
        typedefs={"outer_t": Typedef("outer_t", Type("outer"))},
        functions={
            "by_pointer": Function("by_pointer", Type("void"), (Param("r", Type("ring").behind("mut")),)),
            "by_result": Function("by_result", Type("outer").behind("mut"), ()),
            "by_callback": Function("by_callback", Type("void"), (Param("f", callback),)),
            "by_typedef": Function("by_typedef", Type("void"), (Param("o", Type("outer", ("mut",), spelled="outer_t")),)),
            "plain": Function("plain", Type("i32"), (Param("n", Type("u32")), Param("s", Type("a.b")))),
        },
    )
    three = ("by_pointer", "by_result", "by_typedef")
    assert reached_by(abi, "struct:inner.x") == reached_by(abi, "constant:LOW") == reached_by(abi, "enum:level") == three
    assert reached_by(abi, "struct:ring") == ("by_pointer",) and reached_by(abi, "struct:ev.kind") == ("by_callback",)
    assert reached_by(abi, "typedef:outer_t") == ("by_typedef",) and reached_by(abi, "struct:a.b.c") == ("plain",)
    assert reached_by(abi, "struct:lone") == reached_by(abi, "function:plain") == reached_by(abi, "struct:none") == ()


def test_findings_name_the_functions_of_the_old_side() -> None:
    assert reached_by(sketch(OLD), "struct:x_opts.depth") == reached_by(sketch(NEW), "struct:x_opts") == ("x_open",)
    report = report_of()
    found = {finding.subject: finding.affects for _, finding in report.verdict.findings}
    assert found["struct:x_opts.depth"] == ("x_open",) and found["function:x_added"] == ()


@pytest.mark.parametrize(("where", "place"), [
    ("a/b.h:12", ("a/b.h", 12)), ("a b.h:0", ("a b.h", 0)), ("C:\\x.h:7", ("C:\\x.h", 7)), ("library x.so", None), ("contract.toml: history", None),
    ("abi/x.toml: struct.y", None), ("", None), (":3", None), ("x.h:12345678901234", None),
])
def test_a_place_is_a_file_with_a_line_or_words(where: str, place) -> None:
    found = place_of(where)
    assert (found and (found.path, found.line)) == place


def test_reports_of_five_thousand_findings_are_made_in_seconds() -> None:
    rules = [rule.id for rule in EXAMPLES][:60]
    found = [finding_of(rules[n % 60], f"symbol:some_name_{n}", old="int a(void)", new="int b(void)", where=f"include/h{n % 40}.h:{n + 1}") for n in range(5000)]
    report = report_with(*found)
    for form in forms():
        begin = time.process_time()
        size = len(text_of(form, report))
        assert time.process_time() - begin < 10 and size < 8_000_000, (form, size)
