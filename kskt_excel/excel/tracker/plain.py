"""Cells and rows by XlsxWriter's own calls, and how a sheet stores days and moments."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from kskt_excel.excel.tracker.grid import Content, Formula
from kskt_excel.excel.writing import clean

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_EPOCH: Final = 693_594  # ordinal of 30/12/1899, day 0 of the sheet's calendar
_SECONDS_A_DAY: Final = 86_400


class Line(NamedTuple):
    """A row to be written: cells from column A with a format for each."""

    cells: Sequence[Content]
    formats: "Sequence[Format]"
    level: int = 0
    height: float | None = None  # points


def day_number(day: dt.date) -> int:
    """The number by which a sheet stores a day."""
    return day.toordinal() - _EPOCH


def moment_number(moment: dt.datetime) -> float:
    """The number by which a sheet stores a moment, as its clock shows it."""
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return moment.toordinal() - _EPOCH + seconds / _SECONDS_A_DAY


def write_lines(sheet: "Worksheet", first_row: int, lines: Iterable[Line]) -> None:
    """Writes lines cell by cell, as XlsxWriter wants it; cells already there stay."""
    for row, line in enumerate(lines, start=first_row - 1):
        written = sheet.table.get(row, {})
        for column, (value, look) in enumerate(zip(line.cells, line.formats, strict=True)):
            if column not in written:
                write_cell(sheet, row, column, value, look)
        options = {"level": line.level, "hidden": True} if line.level else {}
        if line.height or options:
            sheet.set_row(row, line.height, None, options)


def write_cell(
    sheet: "Worksheet", row: int, column: int, value: Content, look: "Format | None"
) -> None:
    """Writes one cell by what it holds; row and column from 0."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, Formula):
        sheet.write_formula(row, column, f"={value.text}", look, value.result)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "Có" if value else "Không", look)
    elif isinstance(value, str):
        sheet.write_string(row, column, clean(value), look)
    elif isinstance(value, dt.datetime):
        sheet.write_number(row, column, moment_number(value), look)
    elif isinstance(value, dt.date):
        sheet.write_number(row, column, day_number(value), look)
    else:
        sheet.write_number(row, column, value, look)
