"""What the package's sources say of codes: calls that make findings, and every text constant."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "kskt_excel"
_MAKERS = {"finding": 0, "fault": 0, "taken": 1}  # name of the function: place of the code


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the package, by its path."""
    files = sorted(PACKAGE.rglob("*.py"))
    return {
        file.relative_to(PACKAGE).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for file in files
    }


@cache
def texts() -> frozenset[str]:
    """Every text constant of the package."""
    return frozenset(
        node.value
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def entries_used() -> Iterator[tuple[str, str]]:
    """(module, entry) for every finding whose catalogue entry is written in the call."""
    for module, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from ((module, entry) for entry in _entries(node))


def _entries(call: ast.Call) -> Iterator[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name not in _MAKERS:
        return
    templates = [keyword.value for keyword in call.keywords if keyword.arg == "template"]
    codes = call.args[_MAKERS[name] : _MAKERS[name] + 1]
    for value in templates or codes:
        yield from _constants(value)


def _constants(value: ast.expr) -> Iterator[str]:
    """Texts that an expression can be: a constant, or either side of an if."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from _constants(value.body)
        yield from _constants(value.orelse)
