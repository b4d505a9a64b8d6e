"""The tracker as it lies there: its cells by sheet, block, heading and key of their row."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from kskt_excel.excel.tracker.blocks import ALTERNATIVE, ID_HEADING
from kskt_excel.excel.tracker.tracker_reader import TrackerMark, mark_of
from kskt_excel.model.book import CellRef
from kskt_excel.model.nouns import dataclass

_FIRST_COLUMNS: Final = 12  # the hidden mark stands in the first; people put few columns before it
_NOT_WHOLE: Final = (zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, OSError)


@dataclass(frozen=True, slots=True)
class TrackerCell:
    """A cell of the tracker by what it is about (ô trên sổ theo dõi)."""

    page: str  # id of the sheet: "ho-so"
    block: str = ""
    key: str = ""  # of its row, "" above the rows
    heading: str = ""
    value: object = None  # as it is shown
    formula: str = ""  # without "="
    row: Mapping[str, object] = field(default_factory=dict)  # the whole row by heading


class TrackerBook:
    """The tracker as it lies there, opened once; its rows are read as far as they are asked for."""

    def __init__(self, data: bytes) -> None:
        from openpyxl import load_workbook

        self._books = [
            load_workbook(io.BytesIO(data), read_only=True, data_only=values)
            for values in (False, True)
        ]
        self._lines: dict[tuple[str, bool], _Lines] = {}

    @classmethod
    def opened(cls, path: Path) -> "TrackerBook | None":
        """The tracker of a file; None where it is not there or not whole."""
        try:
            state = path.stat()
            return _book(path, (state.st_mtime_ns, state.st_size))
        except _NOT_WHOLE:
            return None

    def mark(self, sheet: str) -> TrackerMark | None:
        """The program's mark of a sheet; None for a sheet of somebody's own."""
        book = self._books[0]
        return mark_of(book[sheet]) if sheet in book.sheetnames else None

    def rows(self, sheet: str, last: int) -> Sequence[Mapping[int, Any]]:
        """Formulas and texts by column, row after row up to one of them."""
        return self._of(sheet, values=False).upto(last)

    def row(self, sheet: str, number: int) -> Mapping[int, Any]:
        """What one row shows by column."""
        rows = self._of(sheet, values=True).upto(number)
        return rows[number - 1] if number <= len(rows) else {}

    def value(self, at: CellRef) -> Any:
        """The value that a cell shows, None for a blank one."""
        return self.row(at.sheet, at.row).get(at.column)

    def formula(self, at: CellRef) -> str:
        """The formula of a cell without its sign; "" where there is none."""
        rows = self.rows(at.sheet, at.row)
        here = rows[at.row - 1].get(at.column) if at.row <= len(rows) else None
        return here[1:] if isinstance(here, str) and here.startswith("=") else ""

    def _of(self, sheet: str, *, values: bool) -> "_Lines":
        if (sheet, values) not in self._lines:
            book = self._books[values]
            found = book[sheet] if sheet in book.sheetnames else None
            self._lines[sheet, values] = _Lines(found)
        return self._lines[sheet, values]


@lru_cache(maxsize=1)
def _book(path: Path, _state: tuple[int, int]) -> TrackerBook:
    return TrackerBook(path.read_bytes())


class _Lines:
    """Rows of a sheet, read one after the other."""

    def __init__(self, sheet: Any) -> None:
        if sheet is not None:
            sheet.reset_dimensions()
        self._coming = sheet.iter_rows() if sheet is not None else iter(())
        self._read: list[Mapping[int, Any]] = []

    def upto(self, last: int) -> Sequence[Mapping[int, Any]]:
        """The rows up to one of them, as far as there are any."""
        for row in islice(self._coming, max(last - len(self._read), 0)):
            self._read.append({one.column: one.value for one in row if one.value is not None})
        return self._read


def cell_at(path: Path, sheet: str, a1: str) -> TrackerCell | None:
    """The cell of a sheet of the program; None where the file, the sheet or its mark is not there.

    Raises ValueError for what is no cell.
    """
    at = CellRef.parse(sheet, a1)
    book = TrackerBook.opened(path)
    try:
        mark = book.mark(sheet) if book else None
        return tracker_cell(book, mark.page, at) if book and mark else None
    except _NOT_WHOLE:
        return None


def tracker_cell(book: TrackerBook, page: str, at: CellRef) -> TrackerCell:
    """A cell by the block, the headings and the key of its row."""
    block, key_column, headings = "", 0, dict[int, str]()
    for row in book.rows(at.sheet, at.row)[: at.row]:
        for column, value in [*row.items()][:_FIRST_COLUMNS]:
            if isinstance(value, str) and value.startswith(f"{ID_HEADING}/"):
                block, key_column = value.removeprefix(f"{ID_HEADING}/"), column
                headings = {c: str(v).strip() for c, v in row.items() if c > column}
    shown = book.row(at.sheet, at.row)
    key = str(shown.get(key_column, "")).partition(ALTERNATIVE)[0]
    return TrackerCell(
        page,
        block,
        "" if key.startswith(f"{ID_HEADING}/") else key,
        headings.get(at.column, ""),
        shown.get(at.column),
        book.formula(at),
        {name: shown.get(column) for column, name in headings.items()},
    )
