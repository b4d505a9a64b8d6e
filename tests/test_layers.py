"""Imports point one way: cli → office → excel | mail | word → report → … → model."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "kskt_excel"
RANK = {
    "errors": 0,
    "model": 0,
    "text": 1,
    "messages": 2,
    "intake": 3,
    "check": 4,
    "ledger": 5,
    "consolidate": 6,
    "report": 7,
    "excel": 8,
    "mail": 8,
    "word": 8,
    "workspace": 8,
    "steps": 9,  # the longer steps of office.py, one file each
    "office": 10,
    "screen": 10,
    "cli": 11,
}
ONLY_IN = {
    "openpyxl": {"excel"},
    "xlsxwriter": {"excel"},
    "python_calamine": {"excel"},
    "msoffcrypto": {"excel"},
    "pandas": {"consolidate"},
    "docx": {"word"},
    "email": {"mail"},
    "imaplib": {"mail"},
    "smtplib": {"mail"},
    "oxmsg": {"mail"},
    "sqlalchemy": {"ledger"},
    "click": {"cli"},
    "rich": {"screen"},
    "rapidfuzz": {"text"},
}


def _room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


MODULES = sorted(
    path for path in ROOT.rglob("*.py") if path.parent != ROOT or path.stem != "__init__"
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    room = _room(path)
    for name in _imports(path):
        parts = name.split(".")
        if parts[0] == "kskt_excel" and len(parts) > 1 and parts[1] in RANK:
            other = parts[1]
            assert other == room or RANK[other] < RANK[room], f"{room} imports {name}"
        if parts[0] in ONLY_IN:
            assert room in ONLY_IN[parts[0]], f"{name} belongs to {ONLY_IN[parts[0]]}"


def test_every_room_is_known() -> None:
    rooms = {_room(path) for path in MODULES}
    assert rooms - {"data", "__main__"} <= RANK.keys()
