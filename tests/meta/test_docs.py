"""The documents match the tree: chapters and decisions are complete, links and paths lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARC42 = ROOT / "docs/arc42"
CHAPTERS = [
    "01_introduction_and_goals", "02_constraints", "03_context_and_scope", "04_solution_strategy",
    "05_building_blocks", "06_runtime_view", "07_deployment", "08_crosscutting_concepts", "09_decisions",
    "10_quality", "11_risks_and_technical_debt", "12_glossary",
]  # fmt: skip
SECTIONS = ["Context", "Decision", "Consequences", "Alternatives"]
DECISIONS = sorted((ARC42 / "09_decisions").glob("*.md"))
DOCUMENTS = sorted(
    path
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    if path.is_file()
)
TOP = {".ci", "compat", "docs", "include", "reference-impl", "spec", "tests", "tools"}
"""Folders at the top of the repository: a word in backticks that begins with one of them is a path."""


def prose(text):
    """The text without fenced code, whose brackets and backticks mean something else."""
    return re.sub(r"^(```|~~~).*?^\1\s*?$", "", text, flags=re.MULTILINE | re.DOTALL)


def headings(text):
    return [line.lstrip("#").strip() for line in prose(text).splitlines() if re.match(r"#+ ", line)]


def anchors(text):
    """The headings as a link names them: lower case, no punctuation, hyphens for spaces."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings(text)}


def dead_links(document, root=ROOT):
    """Relative links of a document that lead nowhere, or out of the repository."""
    dead = []
    for target in re.findall(r"\]\(\s*<?([^)>\s]+)>?[^)]*\)", prose(document.read_text())):
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        name, _, anchor = target.partition("#")
        place = (document.parent / name).resolve() if name else document
        if not place.exists() or not place.is_relative_to(root):
            dead.append(target)
        elif anchor and place.suffix == ".md" and anchor not in anchors(place.read_text()):
            dead.append(target)
    return dead


def missing_paths(text, root=ROOT):
    """Words in backticks that look like paths of the repository but are none. <version> and * match anything."""
    missing = []
    for word in re.findall(r"`([^`\n]+)`", prose(text)):
        path = word.partition("::")[0]
        if "/" not in path or path.split("/")[0] not in TOP or re.search(r"\s", path):
            continue
        pattern = re.sub(r"<[^>]*>", "*", path).rstrip("/")
        if not any(root.glob(pattern)):
            missing.append(word)
    return missing


def name_of(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_exists_and_says_something(chapter):
    lines = (ARC42 / f"{chapter}.md").read_text().splitlines()
    assert f"# {int(chapter[:2])} " == re.match(r"# \d+ ", lines[0])[0]
    assert [] != [line for line in lines[1:] if line.strip()]


def test_there_is_no_chapter_beyond_the_twelve():
    assert [*(f"{chapter}.md" for chapter in CHAPTERS), "README.md"] == sorted(path.name for path in ARC42.glob("*.md"))


def test_the_index_names_every_chapter():
    index = (ARC42 / "README.md").read_text()
    assert [] == [chapter for chapter in CHAPTERS if f"({chapter}.md)" not in index]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_every_decision_has_its_sections(path):
    text = path.read_text()
    found = headings(text)
    assert [path.stem[:4], *SECTIONS] == [found[0][:4], *found[1:]]
    parts = re.split(r"^## .*$", text, flags=re.MULTILINE)[1:]
    assert [] == [name for name, part in zip(SECTIONS, parts, strict=True) if not part.strip()]
    assert re.search(r"^Status: (accepted|replaced by \[\d{4}\])", text, re.MULTILINE)


def test_decisions_are_numbered_without_a_gap():
    assert [f"{number:04}" for number in range(1, len(DECISIONS) + 1)] == [path.name[:4] for path in DECISIONS]


def test_the_list_of_decisions_is_complete_and_has_their_titles():
    index = (ARC42 / "09_decisions.md").read_text()
    rows = [f"[{headings(path.read_text())[0]}](09_decisions/{path.name})" for path in DECISIONS]
    assert rows == re.findall(r"\[\d{4} [^]]*\]\(09_decisions/[^)]*\)", index)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_relative_link_leads_somewhere(path):
    assert [] == dead_links(path)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_path_in_backticks_exists(path):
    assert [] == missing_paths(path.read_text())


def test_a_dead_link_and_a_dead_anchor_are_found(tmp_path):
    (tmp_path / "other.md").write_text("# A title, here\n")
    document = tmp_path / "here.md"
    document.write_text(
        "[a](other.md) [b](other.md#a-title-here) [c](other.md#none) [d](gone.md) [e](https://example.org/x)\n"
        "```\n[f](in/code.md)\n```\n[g](../outside.md) [h](#none)\n"
    )
    assert ["other.md#none", "gone.md", "../outside.md", "#none"] == dead_links(document, tmp_path)


def test_a_path_that_does_not_exist_is_found(tmp_path):
    (tmp_path / "spec/ops").mkdir(parents=True)
    (tmp_path / "spec/ops/add@1.toml").touch()
    text = "`spec/ops/add@1.toml` `spec/ops/` `spec/ops/<op>.toml` `spec/gone.toml` `spec/<x>/gone` `and/or` `spec a/b`"
    assert ["spec/gone.toml", "spec/<x>/gone"] == missing_paths(text, tmp_path)
