"""Imports point one way: cli → office → worker → excel | mail | word → … → text → model."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1] / "kskt_excel"
RANK = {
    "model": 0,
    "program": 0,
    "text": 1,
    "messages": 2,
    "reading": 3,
    "check": 4,
    "ledger": 5,
    "consolidation": 6,
    "report": 7,
    "workspace": 7,
    "definitions": 7,
    "regimes": 8,
    "excel": 9,
    "mail": 9,
    "word": 9,
    "worker": 10,
    "office": 11,
    "api": 12,
    "cli": 12,
    "__pyinstaller": 12,
}
ONLY_IN = {
    "openpyxl": {"excel"},
    "xlsxwriter": {"excel"},
    "python_calamine": {"excel"},
    "msoffcrypto": {"excel"},
    "pandas": {"report"},
    "pyarrow": {"report"},
    "docx": {"word"},
    "email": {"mail"},
    "imaplib": {"mail"},
    "imap_tools": {"mail"},
    "smtplib": {"mail"},
    "oxmsg": {"mail"},
    "holidays": {"excel"},
    "sqlalchemy": {"ledger"},
    "click": {"cli"},
    "rich": {"cli"},
    "rapidfuzz": {"text"},
    "filelock": {"ledger"},
    "keyring": {"mail"},
    "olefile": {"mail"},
    "pypdf": {"office"},
    "multiprocessing": {"worker"},
    "distributed": {"worker"},
    "subprocess": {"excel", "mail"},  # LibreOffice; the command that prints a token
}
HEAVY = {
    *(
        "openpyxl",
        "xlsxwriter",
        "python_calamine",
        "msoffcrypto",
        "pandas",
        "pypdf",
        "pyarrow",
        "docx",
    ),
    "email",
    *(
        "distributed",
        "imaplib",
        "imap_tools",
        "smtplib",
        "oxmsg",
        "holidays",
        "olefile",
        "keyring",
        "sqlalchemy",
        "rich",
        "rapidfuzz",
    ),
}


def _room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(nodes: Iterable[ast.AST]) -> set[str]:
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _at_run_time(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those of ``if TYPE_CHECKING:``."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node
            yield from _at_run_time(node)


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts)


MODULES = sorted(
    path for path in ROOT.rglob("*.py") if path.parent != ROOT or path.stem[:2] != "__"
)


def test_imports_point_one_way() -> None:
    wrong = [
        f"{_name(path)} imports {name}"
        for path in MODULES
        for name in _imports(ast.walk(_tree(path)))
        for own, *rooms in [name.split(".")]
        if own == "kskt_excel" and rooms and rooms[0] in RANK and rooms[0] != _room(path)
        if RANK[rooms[0]] >= RANK[_room(path)]
    ]
    assert wrong == []


def test_each_library_has_its_room() -> None:
    wrong = [
        f"{_name(path)} imports {name}"
        for path in MODULES
        for name in _imports(_at_run_time(_tree(path)))
        for library in [name.split(".")[0]]
        if _room(path) not in ONLY_IN.get(library, {_room(path)})
    ]
    assert wrong == []


def test_what_loads_slowly_is_loaded_where_it_is_needed() -> None:
    wrong = [
        f"{_name(path)} loads {name}"
        for path in MODULES
        for name in _imports(_tree(path).body)
        if name.split(".")[0] in HEAVY
    ]
    assert wrong == []


def test_what_is_private_stays_in_its_file() -> None:
    wrong = [
        f"{_name(path)} takes {name}"
        for path in MODULES
        for name in _imports(ast.walk(_tree(path)))
        if name.startswith("kskt_excel.") and name != "kskt_excel.__version__"
        if any(part.startswith("_") for part in name.split("."))
    ]
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    known = {_name(path): path for path in MODULES if path.stem != "__init__"}
    graph = {
        name: (_imports(_at_run_time(_tree(path))) & known.keys()) - {name}
        for name, path in known.items()
    }
    assert set(TopologicalSorter(graph).static_order()) == known.keys()


def test_every_room_is_known() -> None:
    assert {_room(path) for path in MODULES} == RANK.keys()
