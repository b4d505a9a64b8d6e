"""The sample quarters and the script that makes them, for tests."""

import csv
import importlib
import sys
from functools import cache
from types import ModuleType

from tests.builders import ROOT

INBOX = ROOT / "workbooks" / "inbox"
TABLES = ROOT / "tools" / "sample"


def tool(name: str) -> ModuleType:
    """A module of tools/, by the name under which its script imports it."""
    if str(ROOT / "tools") not in sys.path:
        sys.path.insert(0, str(ROOT / "tools"))
    return importlib.import_module(name)


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Lines of a table of the sample, by heading."""
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
