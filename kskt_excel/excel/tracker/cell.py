"""What stands at a cell of the tracker as it lies there: rows may have been sorted since."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from kskt_excel.excel.handwriting.sheets import mark_of
from kskt_excel.excel.tracker.grid import ALTERNATIVE, ID_HEADING
from kskt_excel.model.cells import CellRef

_FIRST_COLUMNS: Final = 12
_NOT_WHOLE: Final = (zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, OSError)


@dataclass(frozen=True, slots=True)
class TrackerCell:
    """A cell of the tracker by what it is about (ô trên bảng theo dõi)."""

    page: str  # id of the sheet: "ho-so"
    block: str = ""
    key: str = ""  # of its row, "" above the rows
    heading: str = ""
    value: object = None  # as it is shown
    formula: str = ""  # without "="
    row: Mapping[str, object] = field(default_factory=dict)  # the whole row by heading


def cell_at(path: Path, sheet: str, a1: str) -> TrackerCell | None:
    """The cell of a sheet of the program; None where the file, the sheet or its mark is not there.

    Raises ValueError for what is no cell.
    """
    at = CellRef.parse(sheet, a1)
    try:
        formulas, results = _opened(path, values=False), _opened(path, values=True)
        if formulas is None or results is None or sheet not in formulas.sheetnames:
            return None
        mark = mark_of(formulas[sheet])
        if mark is None:
            return None
        found = _found(mark.page, formulas[sheet], at)
        shown = _row(results[sheet], at.row)
    except _NOT_WHOLE:
        return None
    by_heading = {name: shown.get(column) for column, name in found.headings.items()}
    return TrackerCell(
        found.page,
        found.block,
        found.key,
        found.headings.get(at.column, ""),
        shown.get(at.column),
        found.formula,
        by_heading,
    )


@dataclass
class _Found:
    """Where a cell stands: the block and its headings above it, the key of its row."""

    page: str
    block: str = ""
    key_column: int = 0
    key: str = ""
    formula: str = ""
    headings: dict[int, str] = field(default_factory=dict)

    def start(self, key: Any, row: Any) -> None:
        """A heading: another block begins below it."""
        self.block = str(key.value).removeprefix(f"{ID_HEADING}/")
        self.key_column = key.column
        self.headings = {
            cell.column: str(cell.value).strip()
            for cell in row
            if cell.value is not None and cell.column > key.column
        }


def _opened(path: Path, *, values: bool) -> Any:
    if not path.is_file():
        return None
    from openpyxl import load_workbook

    return load_workbook(path, read_only=True, data_only=values)


def _found(page: str, sheet: Any, at: CellRef) -> _Found:
    sheet.reset_dimensions()
    found = _Found(page)
    for row in sheet.iter_rows(max_row=at.row):
        cells = [cell for cell in row if cell.value is not None]
        for cell in cells[:_FIRST_COLUMNS]:
            if isinstance(cell.value, str) and cell.value.startswith(f"{ID_HEADING}/"):
                found.start(cell, cells)
        if cells and cells[0].row == at.row:
            keys = [cell.value for cell in cells if cell.column == found.key_column]
            found.key = str(keys[0]).partition(ALTERNATIVE)[0] if keys else ""
            here = next((cell.value for cell in cells if cell.column == at.column), "")
            if isinstance(here, str) and here.startswith("="):
                found.formula = here[1:]
    if found.key.startswith(f"{ID_HEADING}/"):
        found.key = ""
    return found


def _row(sheet: Any, number: int) -> dict[int, object]:
    sheet.reset_dimensions()
    rows = sheet.iter_rows(min_row=number, max_row=number)
    return {cell.column: cell.value for row in rows for cell in row if cell.value is not None}
