"""The marks that an issued workbook carries: properties, names, a hidden row in each sheet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from kskt_excel.model.cells import CellRef
from kskt_excel.model.grid import Book, Raw, Sheet
from kskt_excel.text.clean import clean_text
from kskt_excel.text.given import given

ROW_MARK = "kskt:"
RESULT_MARK = "kskt:ket-qua/"
_ITEMS = ("template", "version", "unit", "period")
_NAMES = frozenset(f"kskt_{item}" for item in _ITEMS)
_USUAL_ROW = 2
_ROWS_WITH_MARKS = 12
_COLUMNS_WITH_MARKS = 12
_MARK = re.compile(r"kskt:([\w-]+)/([\w.]+)((?:;[\w-]+=[^;]*)*)\s*")
_REFERENCE = re.compile(r"'?((?:[^'!]|'')+)'?!(\$?[A-Z]{1,3}\$?\d{1,7})")


@dataclass(frozen=True, slots=True)
class SheetMark:
    """What the hidden row of a sheet says (dấu của trang tính)."""

    form: str
    version: str
    unit: str = ""
    period: str = ""


def sheet_mark(text: str) -> SheetMark | None:
    """What a mark says; None for a text that is none, or another kind of mark."""
    match = _MARK.fullmatch(text)
    if not match:
        return None
    items = dict(item.split("=", 1) for item in match[3].split(";") if item)
    return SheetMark(match[1], match[2], items.get("unit", ""), items.get("period", ""))


def mark_text(sheet: Sheet) -> str:
    """The mark of a sheet, wherever inserted rows and columns have moved it; "" without one."""
    usual = sheet.at(_USUAL_ROW, 1)
    rows = sheet.rows[:_ROWS_WITH_MARKS]
    elsewhere = (value for row in rows for value in row[:_COLUMNS_WITH_MARKS])
    for value in chain((usual,), elsewhere):
        if isinstance(value, str) and value.lstrip().startswith(ROW_MARK):
            return clean_text(value)
    return ""


def property_marks(book: Book) -> Mapping[str, str]:
    """Marks in the custom document properties, by item."""
    return _marks({name: given(value) for name, value in book.properties.items()})


def name_marks(book: Book) -> Mapping[str, str]:
    """Marks in the defined names, by item: ``="VP"``, or the cell that a name points to."""
    ours = {name: text for name, text in book.names.items() if name.lower() in _NAMES}
    return _marks({name: _named_value(book, text) for name, text in ours.items()})


def _marks(named: Mapping[str, str]) -> Mapping[str, str]:
    lower = {name.lower(): value.strip() for name, value in named.items()}
    marks = {item: lower.get(f"kskt_{item}", "") for item in _ITEMS}
    return {item: value for item, value in marks.items() if value}


def _named_value(book: Book, text: str) -> str:
    text = text.strip().removeprefix("=")
    if match := _REFERENCE.fullmatch(text):
        return given(_cell(book, match[1].replace("''", "'"), match[2]))
    return text.strip('"').replace('""', '"')


def _cell(book: Book, name: str, a1: str) -> Raw:
    at = CellRef.parse(name, a1)
    return next((sheet.at(at.row, at.column) for sheet in book.sheets if sheet.name == name), None)
