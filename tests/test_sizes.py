"""A file is about one thing, a function fits a screen."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(
    path
    for folder in ("kskt_excel", "tests", "tools", "benchmarks", ".ci")
    for path in (ROOT / folder).rglob("*.py")
)
LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 300, 50


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_and_its_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    long = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LINES_OF_A_FUNCTION
    ]
    assert long == []
    assert len(text.splitlines()) <= LINES_OF_A_FILE
