"""Values of a workbook by calamine: every sheet from A1, blanks trimmed, merged ranges."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from kskt_excel.model.book import Raw

if TYPE_CHECKING:
    from python_calamine import CalamineSheet


_INTEGERS = ("xls", "xlsb", "ods")  # formats in which calamine hands whole numbers as int


@dataclass(frozen=True, slots=True)
class SheetValues:
    """What calamine knows of a sheet; ``strange`` are cells whose number is not one."""

    name: str
    rows: list[list[Raw]]
    visible: bool
    merged: tuple[tuple[int, int, int, int], ...]
    strange: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """Why calamine could not read a file: ``password`` or ``broken``, with its own words."""

    why: str
    detail: str


def read_values(data: bytes, kind: str) -> tuple[SheetValues, ...] | Unread:
    """Every worksheet in tab order, or why there are none.

    Row ``i`` of ``rows`` is the sheet's row ``i + 1``; blank cells are None, numbers are floats.
    """
    from python_calamine import CalamineError, PasswordError

    try:
        return tuple(_sheets(data, kind))
    except PasswordError as refused:
        return Unread("password", str(refused))
    except (CalamineError, OSError, ValueError, OverflowError) as refused:
        return Unread("broken", str(refused))
    except BaseException as stopped:
        # calamine's Rust code panics with a class that cannot be imported and is no Exception
        if type(stopped).__name__ != "PanicException":
            raise
        return Unread("broken", str(stopped))


def _sheets(data: bytes, kind: str) -> Iterator[SheetValues]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for index, about in enumerate(workbook.sheets_metadata):
        if about.typ in (SheetTypeEnum.ChartSheet, SheetTypeEnum.Vba):
            continue
        sheet = workbook.get_sheet_by_index(index)
        stored: list[list[Any]] = sheet.to_python(skip_empty_area=False)
        strange = _strange(stored)
        rows = _rows(stored, whole_numbers=kind in _INTEGERS)
        visible = about.visible == SheetVisibleEnum.Visible
        yield SheetValues(about.name, rows, visible, _merged(sheet), strange)


def _merged(sheet: "CalamineSheet") -> tuple[tuple[int, int, int, int], ...]:
    """Merged ranges, counted from 1."""
    return tuple(
        (top + 1, left + 1, bottom + 1, right + 1)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )


def _rows(stored: list[list[Any]], *, whole_numbers: bool) -> list[list[Raw]]:
    """Rows from A1 without blanks at their ends; blank cells and what is no number are None."""
    rows: list[list[Raw]] = []
    for cells in stored:
        row: list[Raw] = cells
        if "" in cells:
            # most rows of a form are blank cells with borders: 0 and False are looked at again
            row = [None if v == "" else v for v in cells] if any(cells) or _has_zero(cells) else []
            while row and row[-1] is None:
                row.pop()
        rows.append(row)
    while rows and not rows[-1]:
        rows.pop()
    return _as_floats(rows) if whole_numbers else rows


def _has_zero(cells: list[Any]) -> bool:
    """Whether a row without any other value holds 0 or False."""
    return cells.count("") != len(cells)


def _strange(stored: list[list[Any]]) -> tuple[tuple[int, int], ...]:
    """Cells whose number is none (NaN) or endless, blanked on the way."""
    # a sum is a number only if every part of it is one
    if isfinite(sum([v for row in stored for v in row if type(v) is float])):
        return ()
    found = []
    for number, row in enumerate(stored, 1):
        for column, value in enumerate(row, 1):
            if isinstance(value, float) and not isfinite(value):
                found.append((number, column))
                row[column - 1] = ""
    return tuple(found)


def _as_floats(rows: list[list[Raw]]) -> list[list[Raw]]:
    """The rows with whole numbers as floats, as xlsx stores them; yes and no stay what they are."""
    return [[float(v) if type(v) is int else v for v in row] for row in rows]
