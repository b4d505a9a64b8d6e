"""What a printed cell shows of its value."""

import datetime as dt

from kskt_excel.excel.pages.nouns import Shown
from kskt_excel.excel.writing import clean
from kskt_excel.report import words
from kskt_excel.report.content import Cell


def shown(cell: Cell) -> Shown:
    """What is written: whole numbers and days as such, everything else as a text; never "None".

    Decimals are texts with a comma, because a cell's format follows the machine's settings.
    """
    value = cell.value
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float):
        return _number(value, cell)
    return clean(value).strip() or None


def words_of(value: Shown) -> str:
    """The letters that a cell with this value shows."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    return value if isinstance(value, str) else words.number(value)


def looks_of(value: Shown) -> tuple[str, ...]:
    """Number format of a value."""
    if isinstance(value, str) or value is None:
        return ()
    return ("date",) if isinstance(value, dt.date) else ("count",)


def _number(value: float, cell: Cell) -> Shown:
    if cell.kind == "percent":
        return f"{words.number(round(value, 1))} %"
    if cell.kind == "decimal" or value != int(value):
        return words.number(round(value, 1))
    return int(value)
