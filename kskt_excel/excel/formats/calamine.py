"""Workbooks in formats of their own (.xls, .xlsb, .ods), read by calamine."""

import io
from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING, Any

from kskt_excel.excel.formats.gate import Gated
from kskt_excel.excel.opc import Fault, RefusedError, ods_names, ods_properties
from kskt_excel.model.book import Book, CellPlace, Raw, Sheet, SheetFacts, as_counted

if TYPE_CHECKING:
    from python_calamine import CalamineSheet


def read_calamine(gated: Gated) -> Book:
    """Every worksheet in tab order. Raises RefusedError.

    Row ``i`` of ``rows`` is the sheet's row ``i + 1``; blank cells are None, numbers are floats.
    Of facts only numbers that are none are known.
    """
    from python_calamine import CalamineError, PasswordError

    try:
        sheets = tuple(_sheets(gated.data))
    except PasswordError as refused:
        raise RefusedError(Fault("file.password", {})) from refused
    except (CalamineError, OSError, ValueError, OverflowError) as refused:
        raise RefusedError(Fault("file.unreadable", {})) from refused
    except BaseException as stopped:
        # calamine's Rust code panics with a class that cannot be imported and is no Exception
        if type(stopped).__name__ != "PanicException":
            raise
        raise RefusedError(Fault("file.unreadable", {})) from stopped
    package = gated.package
    if gated.kind == "ods":
        parts = package.parts
        return Book(gated.kind, sheets, ods_properties(parts), ods_names(parts))
    return Book(gated.kind, sheets, package.properties())


def _sheets(data: bytes) -> Iterator[Sheet]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for index, about in enumerate(workbook.sheets_metadata):
        if about.typ in (SheetTypeEnum.ChartSheet, SheetTypeEnum.Vba):
            continue
        sheet = workbook.get_sheet_by_index(index)
        stored: list[list[Any]] = sheet.to_python(skip_empty_area=False)
        errors = dict.fromkeys(_strange(stored), "#NUM!")
        visible = about.visible == SheetVisibleEnum.Visible
        facts = SheetFacts(errors=errors)
        yield Sheet(about.name, _rows(stored), visible, _merged(sheet), facts)


def _merged(sheet: "CalamineSheet") -> tuple[tuple[int, int, int, int], ...]:
    """Merged ranges, counted from 1."""
    return tuple(
        (top + 1, left + 1, bottom + 1, right + 1)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )


def _rows(stored: list[list[Any]]) -> list[list[Raw]]:
    """Rows from A1 without blanks at their ends; blank cells and what is no number are None."""
    rows: list[list[Raw]] = []
    for cells in stored:
        row = [_value(value) for value in cells]
        while row and row[-1] is None:
            row.pop()
        rows.append(row)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _value(value: Any) -> Raw:
    """A value as xlsx stores it: whole numbers are floats, yes and no stay what they are."""
    if type(value) is int or type(value) is float:
        return as_counted(value)
    return None if value == "" else value


def _strange(stored: list[list[Any]]) -> tuple[CellPlace, ...]:
    """Cells whose number is none (NaN) or endless, blanked on the way."""
    found = []
    for number, row in enumerate(stored, 1):
        for column, value in enumerate(row, 1):
            if isinstance(value, float) and not isfinite(value):
                found.append((number, column))
                row[column - 1] = ""
    return tuple(found)
