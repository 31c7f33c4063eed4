"""The layers of the package: a module imports from its own layer or from lower ones, and stays readable."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "tools/src/astra_abi"
LAYERS = (
    {"model"}, {"layout", "data", "cell", "toolchain", "_native", "loader", "contained"}, {"load", "generate", "project", "scaffold", "draft", "formats"},
    {"compare", "bind", "values", "elements"}, {"rules", "clients", "suppress"}, {"conform", "golden", "patterns", "exact", "record", "opinions"},
    {"observe"}, {"stages", "diff", "doubt", "prove", "app", "mutate"}, {"report", "freeze", "release"}, {"cli"},
)
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 330, 50


def imported(path: Path) -> set[str]:
    """Modules of this package that a file imports; what only type checkers follow does not count."""
    found = set()
    depth = len(path.relative_to(PACKAGE).parts)
    tree = ast.parse(path.read_text())
    checking = {id(child) for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test) for child in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == depth and id(node) not in checking:
            found |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
    return found


def test_no_module_imports_from_a_higher_layer() -> None:
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        wrong += [f"{path.relative_to(PACKAGE)} imports {name}" for name in imported(path) if own != "__init__" and RANK[name] > RANK[own]]
    assert wrong == []


def test_modules_and_functions_stay_short() -> None:
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text()
        assert len(text.splitlines()) <= MOST_LINES, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < MOST_LINES_OF_A_FUNCTION, f"{path}: {node.name}"
