"""The GitHub Action and the pre-commit hooks: what they call exists, and the action's own scripts do what they promise."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from astra_abi.cli import Commands, astra_abi
from astra_abi.report import forms

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
INPUTS = ("old", "new", "old-headers", "new-headers", "contract", "library", "fail-on", "version", "output", "options")
INSTALL, JUDGE = ACTION["runs"]["steps"]


def options(command: str) -> set[str]:
    """Every option of a command; fails if there is no such command."""
    assert isinstance(astra_abi, Commands)
    found = astra_abi.get_command(click.Context(astra_abi), command)
    assert found, command
    return {name for param in found.params for name in param.opts}


def used(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))


def test_the_action_has_its_inputs_and_outputs() -> None:
    assert set(ACTION["inputs"]) == set(INPUTS) and ACTION["runs"]["using"] == "composite"
    assert set(ACTION["outputs"]) == {"verdict", "exit-code", "sarif", "json", "junit", "html"}
    assert all(item["description"] for table in ("inputs", "outputs") for item in ACTION[table].values())
    for name, item in ACTION["outputs"].items():
        assert item["value"] == f"${{{{ steps.{JUDGE['id']}.outputs.{name} }}}}"


def test_every_input_reaches_a_script_through_its_environment_alone() -> None:
    """What is written into a script could be read as code."""
    given = {value for step in (INSTALL, JUDGE) for value in step["env"].values()}
    assert {f"${{{{ inputs.{name} }}}}" for name in INPUTS} <= given
    for step in (INSTALL, JUDGE):
        assert "${{" not in step["run"] and step["shell"] == "bash"
        assert set(step["env"]) <= set(re.findall(r"\$\{?([A-Z_]+)", step["run"]))


def test_every_option_and_form_that_the_action_uses_exists() -> None:
    script = JUDGE["run"]
    diff, check = script.split("elif")[0], script.split("elif")[1].split("else")[0]
    common = used(script) - used(diff) - used(check)
    assert used(diff) | common <= options("diff") and used(check) | common <= options("check")
    assert {"--format", "--output", "--fail-on"} <= common
    assert set(re.search(r"for form in ([a-z ]+);", script)[1].split()) | {"github"} <= set(forms())
    assert ACTION["inputs"]["fail-on"]["default"] == "breaking"


def test_every_hook_calls_a_command_that_exists() -> None:
    assert [hook["id"] for hook in HOOKS] == ["astra-abi-check", "astra-abi-diff", "astra-abi-generate"]
    for hook in HOOKS:
        program, command, *rest = hook["entry"].split()
        assert program == "astra-abi" and set(rest) <= options(command)
        assert hook["language"] == "system" and hook["pass_filenames"] is False
        assert hook["always_run"] and set(hook["stages"]) <= {"pre-commit", "pre-push", "manual"}


class Runner:
    """What a workflow gives a step: files to write to, and the environment."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.temp = folder, folder / "temp"
        (self.temp / "astra-abi").mkdir(parents=True)
        (self.temp / "astra-abi" / "bin").symlink_to(Path(sys.executable).parent)

    def run(self, step: dict, path: str = "", **inputs: str) -> tuple[int, str, dict[str, str], str]:
        """Exit code, log, outputs and step summary of one script."""
        names = {name: "" for name in step["env"]}
        for name, item in ACTION["inputs"].items():
            key = name.upper().replace("-", "_")
            if key in names:
                names[key] = item.get("default", "")
        names |= {"ACTION": str(ROOT)} if "ACTION" in names else {}
        assert set(inputs) <= set(names)
        output, summary = self.folder / "output", self.folder / "summary"
        for place in (output, summary):
            place.write_text("")
        environment = {
            **os.environ, **names, **inputs, "RUNNER_TEMP": str(self.temp), "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_ACTIONS": "true", "PATH": f"{path}{os.environ['PATH']}",
        }
        script = self.folder / "step.sh"
        script.write_text(step["run"])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)], cwd=ROOT, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
        )
        outputs = dict(row.split("=", 1) for row in output.read_text().splitlines())
        return done.returncode, done.stdout, outputs, summary.read_text()


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_two_sides_are_compared_and_every_report_is_named(runner: Runner) -> None:
    reports = runner.folder / "re ports"
    code, log, outputs, summary = runner.run(JUDGE, OLD="compat/baselines/0.1.0", NEW="spec", OUTPUT=str(reports))
    assert (code, outputs["verdict"], outputs["exit-code"]) == (0, "compatible", "0"), log
    assert summary.startswith("## ✅ compatible") and "astra-abi: compatible" in log
    assert json.loads(Path(outputs["sarif"]).read_text())["version"] == "2.1.0"
    assert json.loads(Path(outputs["json"]).read_text())["command"] == "diff"
    assert "<testsuites" in Path(outputs["junit"]).read_text() and "<html" in Path(outputs["html"]).read_text()
    assert len(list(reports.iterdir())) == 4


def test_a_break_fails_the_step_and_is_annotated(runner: Runner, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    concept = tmp_path / "spec/abi/map.toml"
    concept.write_text(concept.read_text().replace("[function.astra_map_release]", "[function.astra_map_drop]"))
    code, log, outputs, summary = runner.run(JUDGE, OLD="spec", NEW=str(tmp_path / "spec"), OUTPUT=str(tmp_path / "out"))
    assert (code, outputs["verdict"], outputs["exit-code"]) == (1, "breaking", "1"), log
    assert "::error " in log and "function:astra_map_release" in log and summary.startswith("## ❌ breaking")


def test_a_library_is_checked(runner: Runner, oracle: Path) -> None:
    code, log, outputs, _ = runner.run(JUDGE, LIBRARY=str(oracle), CONTRACT="spec", OPTIONS="--static\n\n--time-limit=30\n", OUTPUT=str(runner.folder / "out"))
    assert (code, outputs["verdict"]) == (0, "compatible"), log
    assert json.loads(Path(outputs["json"]).read_text())["command"] == "check"


@pytest.mark.parametrize("inputs", [
    {}, {"OLD": "spec"}, {"OLD": "spec", "NEW": "spec", "LIBRARY": "x.so"}, {"CONTRACT": "spec"}, {"LIBRARY": "x.so", "NEW_HEADERS": "include"},
])
def test_inputs_that_make_no_sense_are_refused(runner: Runner, inputs: dict[str, str]) -> None:
    code, log, outputs, _ = runner.run(JUDGE, **inputs, OUTPUT=str(runner.folder / "out"))
    assert (code, outputs) == (2, {"verdict": "cannot-judge", "exit-code": "2"}) and "::error title=astra-abi::give old and new" in log


@pytest.mark.parametrize("inputs", [
    {"OLD": "spec", "NEW": "README.md"}, {"OLD": "spec", "NEW": "spec", "OPTIONS": "--no-such-option"}, {"LIBRARY": "$(touch owned)"},
    {"OLD": "spec", "NEW": "spec", "FAIL_ON": "nothing"}, {"LIBRARY": "--help"},
])
def test_what_cannot_be_judged_fails_the_step(runner: Runner, inputs: dict[str, str]) -> None:
    place = runner.folder / "out"
    place.mkdir()
    (place / "astra-abi.json").write_text('{"verdict": "compatible"}')
    code, log, outputs, _ = runner.run(JUDGE, **inputs, OUTPUT=str(place))
    assert (code, outputs["verdict"], outputs["exit-code"]) == (2, "cannot-judge", "2"), log
    assert not (ROOT / "owned").exists()


@pytest.mark.parametrize(("version", "wanted"), [("1.2.3", ["astra-abi==1.2.3"]), ("", ["--constraint", f"{ROOT}/tools/requirements.txt", f"{ROOT}/tools"])])
def test_the_wanted_version_is_installed_into_a_place_of_its_own(runner: Runner, version: str, wanted: list[str]) -> None:
    tools = runner.folder / "tools"
    tools.mkdir()
    python = tools / "python3.13"
    python.write_text(
        "#!/bin/sh\n"
        f'case $1 in -c) echo {python} ;; -m) mkdir -p "$3/bin"; printf \'#!/bin/sh\\nprintf "%%s\\\\n" "$@" > {runner.folder}/called\\n\' > "$3/bin/python"; chmod +x "$3/bin/python" ;; esac\n'
    )
    python.chmod(0o755)
    (runner.temp / "astra-abi" / "bin").unlink()
    code, log, _, _ = runner.run(INSTALL, path=f"{tools}:", VERSION=version)
    assert code == 0, log
    called = (runner.folder / "called").read_text().splitlines()
    assert called == ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
    assert (ROOT / "tools/requirements.txt").is_file() and (ROOT / "tools/pyproject.toml").is_file()
