"""The plan workbook of 2022 as bare cells, changed cell by cell, for tests."""

import datetime as dt
from collections.abc import Callable
from functools import cache
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from kskt_excel.excel.plan import layout
from kskt_excel.excel.plan.plan_reader import read_plan
from kskt_excel.model.book import CellRef, Raw
from kskt_excel.model.plan import Plan

ROOT = Path(__file__).parents[2]
PLAN_2022 = ROOT / "templates" / "ke-hoach-2022.xlsx"

Cells = dict[str, list[list[Raw]]]
Change = Callable[[Cells], None]


@cache
def plan_2022() -> Plan:
    return read_plan(PLAN_2022)


@cache
def _original() -> dict[str, tuple[tuple[Raw, ...], ...]]:
    book = CalamineWorkbook.from_path(PLAN_2022)
    return {
        name: tuple(map(tuple, book.get_sheet_by_name(name).to_python(skip_empty_area=False)))
        for name in book.sheet_names
    }


def changed(folder: Path, *changes: Change, name: str = "ke-hoach-2022.xlsx") -> Path:
    """The workbook with its cells changed, values only."""
    cells: Cells = {sheet: [list(row) for row in rows] for sheet, rows in _original().items()}
    for change in changes:
        change(cells)
    path = folder / name
    _save(cells, path)
    return path


def day_off(column: str, number: int) -> str:
    """Cell of a run of days off below the labels of «Thông tin»: its first day in A, last in B."""
    return f"Thông tin!{column}{len(layout.INFO_LABELS) + 5 + number}"


def put(place: str, value: Raw) -> Change:
    """Writes a value: ``put("Nhiệm vụ!C5", "Phòng Hành chính")``."""
    sheet, a1 = place.split("!")
    at = CellRef.parse(sheet, a1)

    def change(cells: Cells) -> None:
        rows = cells[sheet]
        rows.extend([] for _ in range(at.row - len(rows)))
        row = rows[at.row - 1]
        row.extend([""] * (at.column - len(row)))
        row[at.column - 1] = value

    return change


def both(*changes: Change) -> Change:
    def change(cells: Cells) -> None:
        for one in changes:
            one(cells)

    return change


def drop_sheet(sheet: str) -> Change:
    return lambda cells: cells.pop(sheet) and None


def rename_sheet(old: str, new: str) -> Change:
    def change(cells: Cells) -> None:
        cells[new] = cells.pop(old)

    return change


def drop_row(sheet: str, number: int) -> Change:
    return lambda cells: cells[sheet].pop(number - 1) and None


def keep_rows(sheet: str, count: int) -> Change:
    def change(cells: Cells) -> None:
        del cells[sheet][count:]

    return change


def drop_column(sheet: str, number: int) -> Change:
    def change(cells: Cells) -> None:
        for row in cells[sheet]:
            if len(row) >= number:
                del row[number - 1]

    return change


def reverse_columns(sheet: str) -> Change:
    def change(cells: Cells) -> None:
        width = max(map(len, cells[sheet]))
        cells[sheet] = [[*row, *[""] * (width - len(row))][::-1] for row in cells[sheet]]

    return change


def each_text(sheet: str, how: Callable[[str], str]) -> Change:
    def change(cells: Cells) -> None:
        cells[sheet] = [
            [how(value) if isinstance(value, str) else value for value in row]
            for row in cells[sheet]
        ]

    return change


def _save(cells: Cells, path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for sheet, rows in cells.items():
            page = book.add_worksheet(sheet)
            for row, values in enumerate(rows):
                for column, value in enumerate(values):
                    if isinstance(value, dt.date):
                        page.write_datetime(row, column, value, day)
                    elif isinstance(value, str) and value:
                        page.write_string(row, column, value)
                    elif value not in ("", None):
                        page.write_number(row, column, value)
