"""The tutorial's commands do what it shows: run in order in one shell, output compared line by line.

In a `console` block a line `$ COMMAND` is run, lines `> MORE` continue it, and the rest is its whole output. A line `...`
stands for any number of lines, and `...` inside of a line for any text. A command that does not end with 0 must say so: its exit
code is shown by `$ echo $?` behind it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TUTORIALS = sorted((ROOT / "docs/tutorials").glob("*.md"))
MARK = "@@ command"
SECONDS = 120


@dataclass
class Step:
    """One command, and what it is shown to print."""

    command: str
    shown: list[str] = field(default_factory=list)


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def steps(text: str) -> list[Step]:
    found: list[Step] = []
    for block in blocks(text, "console"):
        lines = block.splitlines()
        assert lines[0].startswith("$ "), f"a console block begins with no command: {lines[0]}"
        for line in lines:
            if line.startswith("$ "):
                found.append(Step(line[2:]))
            elif re.match(r">( |$)", line) and not found[-1].shown:
                found[-1].command += "\n" + line[2:]
            else:
                found[-1].shown.append(line)
    return found


def run(found: list[Step], folder: Path) -> list[tuple[int, list[str]]]:
    """Exit code and output of each step, from one shell that runs them all."""
    script = ["exec 2>&1", "code=0"]
    for step in found:
        script += [f"(exit $code)\n{step.command}\ncode=$?", f'printf "\\n%s %d\\n" "{MARK}" $code']
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)], cwd=folder, env={**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", "COLUMNS": ""},
        stdout=subprocess.PIPE, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL,
    )
    parts = re.split(rf"\n{MARK} (\d+)\n", done.stdout)
    return [(int(code), output.splitlines()) for output, code in zip(parts[::2], parts[1::2])]


def matches(shown: list[str], actual: list[str]) -> bool:
    if not shown:
        return not actual
    if shown[0] == "...":
        return any(matches(shown[1:], actual[start:]) for start in range(len(actual) + 1))
    return bool(actual) and alike(shown[0], actual[0]) and matches(shown[1:], actual[1:])


def alike(shown: str, actual: str) -> bool:
    return bool(re.fullmatch(".*".join(map(re.escape, shown.split("..."))), actual.rstrip()))


def wrong(found: list[Step], results: list[tuple[int, list[str]]]) -> list[str]:
    """What is shown and did not happen, and failures that nobody mentions."""
    problems = [f"never ran: {step.command}" for step in found[len(results) :]]
    for index, (step, (code, output)) in enumerate(zip(found, results)):
        told = index + 1 < len(found) and found[index + 1].command == "echo $?"
        if code and not told:
            problems.append("\n".join([f"$ {step.command}", f"exits with {code}, and the page does not say so", *output]))
        elif not matches(step.shown, output):
            problems.append("\n".join([f"$ {step.command}", "--- shown", *step.shown, "--- printed", *output]))
    return problems


def has_zlib() -> bool:
    """Whether the compiler finds the header and the static library."""
    seen = subprocess.run(["cc", "-M", "-x", "c", "-"], input="#include <zlib.h>\n", capture_output=True, text=True)
    named = subprocess.run(["cc", "-print-file-name=libz.a"], capture_output=True, text=True)
    return seen.returncode == 0 and Path(named.stdout.strip()).is_absolute()


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_the_commands_do_what_the_page_shows(path: Path, tmp_path: Path) -> None:
    if not has_zlib():
        pytest.skip("zlib's development files are not installed")
    found = steps(path.read_text())
    assert [] == wrong(found, run(found, tmp_path)), "correct the page, or what broke it"


def test_the_tutorial_shows_each_verdict_and_runs_enough() -> None:
    found = steps((ROOT / "docs/tutorials/gate-zlib.md").read_text())
    shown = {line for step in found if step.command == "echo $?" for line in step.shown}
    assert {"0", "1", "2"} == shown
    assert {"diff", "init", "check", "freeze"} == {step.command.split()[1] for step in found if step.command.startswith("astra-abi ")}


@pytest.mark.parametrize("path", [path for path in TUTORIALS if blocks(path.read_text(), "yaml")], ids=lambda path: path.stem)
def test_the_snippets_for_ci_fit_the_action_and_the_hooks(path: Path) -> None:
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    snippets = [yaml.safe_load(block) for block in blocks(path.read_text(), "yaml")]
    used = [step for snippet in snippets for job in snippet.get("jobs", {}).values() for step in job["steps"]]
    ours = [step for step in used if "/astra@" in step.get("uses", "")]
    named = [hook["id"] for snippet in snippets for repo in snippet.get("repos", ()) for hook in repo["hooks"]]
    assert ours and set().union(*(step["with"] for step in ours)) <= set(inputs)
    assert named and set(named) <= hooks


def test_what_differs_from_the_page_is_found(tmp_path: Path) -> None:
    """The comparison itself: lines, wildcards, exit codes, and a command that ends the shell."""

    def judge(text: str) -> list[str]:
        found = steps(f"```console\n{text}```\n")
        return wrong(found, run(found, tmp_path))

    assert [] == judge("$ x=1\n$ printf 'one\\ntwo %s\\n' $x\none\ntwo ...\n$ cat <<END\n> a\n>\n> b\n> END\n...\nb\n$ false\n$ echo $?\n1\n")
    assert "--- printed" in judge("$ echo one\ntwo\n")[0] and "--- printed" in judge("$ echo one\n")[0] and "--- printed" in judge("$ true\none\n")[0]
    assert "--- printed" in judge("$ false\n$ echo $?\n2\n")[0]
    assert "exits with 3" in judge("$ (exit 3)\n$ true\n")[0]
    assert ["never ran: exit 0", "never ran: echo on"] == judge("$ exit 0\n$ echo on\non\n")
