"""The sample quarters and the script that makes them, for tests."""

import csv
import importlib
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

from tests.builders import ROOT

INBOX = ROOT / "workbooks" / "inbox"
TABLES = ROOT / "tools" / "sample"


def tool(name: str) -> ModuleType:
    """A module of tools/, by the name under which its script imports it."""
    if str(ROOT / "tools") not in sys.path:
        sys.path.insert(0, str(ROOT / "tools"))
    return importlib.import_module(name)


def told_workbooks(half: Path) -> dict[str, bytes]:
    """What the first quarter became in the fixture ``sample_half``, by the names of the files."""
    folder = half.parent / "told" / "2022-Q1"
    return {path.stem: path.read_bytes() for path in sorted(folder.glob("*.xlsx"))}


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Lines of a table of the sample, by heading."""
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
