"""The second reader: openpyxl, for packages that calamine does not take."""

import datetime as dt
import io
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from kskt_excel.excel.reading.gate import Gated
from kskt_excel.excel.reading.values import SheetValues
from kskt_excel.model.grid import Raw

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet


def read_second(gated: Gated) -> tuple[SheetValues, ...] | None:
    """Every worksheet by openpyxl; None when it cannot read the file, or finds no sheet."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if gated.package.is_strict:  # openpyxl reads such a file as one without sheets
        return None
    try:
        workbook = load_workbook(io.BytesIO(gated.data), data_only=True)
        sheets = tuple(_values(sheet) for sheet in workbook.worksheets)
    except (
        InvalidFileException,
        BadZipFile,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        OSError,
        SyntaxError,  # lxml's and the standard library's XML errors
        OverflowError,
    ):
        return None
    return sheets or None


def _values(sheet: "Worksheet") -> SheetValues:
    """A sheet as calamine would have given it."""
    rows = [[_raw(cell) for cell in row] for row in sheet.iter_rows()]
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    merged = tuple(
        (area.min_row, area.min_col, area.max_row, area.max_col)
        for area in sheet.merged_cells.ranges
    )
    return SheetValues(sheet.title, rows, sheet.sheet_state == "visible", merged, ())


def _raw(cell: "Cell | MergedCell") -> Raw:
    """A cell's value: numbers as floats, days as dates, error values as None."""
    value = cell.value
    if cell.data_type == "e" or value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    if isinstance(value, str | float | dt.date | dt.time | dt.timedelta):
        return value
    return str(value)
