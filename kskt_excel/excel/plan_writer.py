"""The plan workbook written from a Plan: comfortable to edit, ready to print."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kskt_excel.excel import plan_labels as labels
from kskt_excel.excel import plan_layout as layout
from kskt_excel.excel.heights import HeightCell, row_height
from kskt_excel.excel.plan_content import (
    Annotations,
    CellValue,
    Row,
    holiday_rows,
    info_rows,
    is_title,
    rows_of,
)
from kskt_excel.excel.plan_dropdowns import Dropdowns
from kskt_excel.excel.plan_layout import PlanColumn, PlanSheet
from kskt_excel.excel.writing import BookWriter, growing_rows, paper, write_text, write_workbook
from kskt_excel.model.plan import Plan

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_HEADING_ROW: Final = 3
_FIRST_ROW: Final = 4
_LOOKS: Final = {
    "text": ("cell", "text"),
    "long": ("cell", "text"),
    "code": ("cell", "text", "center"),
    "days": ("cell", "center"),
    "share": ("cell", "center", "whole_rate"),
    "date": ("cell", "center", "date"),
}
_PLAIN: Final = Annotations()
_EMPTY: Final[Row] = {}


def write_plan(plan: Plan, path: Path, notes: Annotations = _PLAIN) -> None:
    """Writes the plan workbook; what is read back from it is the plan.

    Raises FileLockedError when it is open in Excel.
    """
    write_workbook(path, plan_bytes(plan, notes))


def plan_bytes(plan: Plan, notes: Annotations = _PLAIN) -> bytes:
    """The plan workbook as bytes, the same for the same plan."""
    book = BookWriter(
        created=dt.datetime(plan.year, 1, 1, tzinfo=dt.UTC),
        title=f"Kế hoạch năm {plan.year}",
        subject=plan.title,
        agency=plan.agency,
    )
    rows = {sheet.name: rows_of(plan, sheet) for sheet in layout.SHEETS if sheet != layout.INFO}
    dropdowns = Dropdowns(rows, first_row=_FIRST_ROW)
    _write_info(book, plan, notes)
    for sheet in layout.SHEETS:
        if sheet != layout.INFO:
            _write_table(book, sheet, rows[sheet.name], dropdowns)
    return book.finish(growing_rows)


def _write_table(
    book: BookWriter, sheet: PlanSheet, rows: Sequence[Row], dropdowns: Dropdowns
) -> None:
    page = _new_page(book, sheet)
    for row, content in enumerate(rows, start=_FIRST_ROW):
        _write_row(book, page, row, sheet.columns, content)
    last = _FIRST_ROW + len(rows) + sheet.blank_rows - 1
    for row in range(_FIRST_ROW + len(rows), last + 1):
        _write_row(book, page, row, sheet.columns, {})
    for number, column in enumerate(sheet.columns, start=1):
        if options := dropdowns.options(sheet, column):
            page.data_validation(_FIRST_ROW - 1, number - 1, last - 1, number - 1, options)
    page.autofilter(_HEADING_ROW - 1, 0, last - 1, len(sheet.columns) - 1)
    page.print_area(0, 0, _FIRST_ROW + max(len(rows), 1) - 2, len(sheet.columns) - 1)


def _write_info(book: BookWriter, plan: Plan, notes: Annotations) -> None:
    page = _new_page(book, layout.INFO)
    row = _FIRST_ROW
    for content in info_rows(plan, notes):
        _write_label(book, page, row, content)
        row += 1
    row += 1
    _write_headings(book, page, row, layout.HOLIDAYS.columns)
    days = [*holiday_rows(plan, notes), *[_EMPTY] * layout.HOLIDAYS.blank_rows]
    for number, content in enumerate(days, start=row + 1):
        _write_row(book, page, number, layout.HOLIDAYS.columns, content)
    page.data_validation(row, 0, row + len(days) - 1, 1, Dropdowns.dates())
    page.print_area(
        0, 0, row + len(days) - layout.HOLIDAYS.blank_rows - 1, len(layout.INFO.columns) - 1
    )


def _write_label(book: BookWriter, page: "Worksheet", row: int, content: Row) -> None:
    label = next((one for one in labels.LABELS if one.text == content["label"]), None)
    whole = label is not None and label.kind == "whole"
    looks = {
        "label": ("cell", "bold", "given"),
        "value": ("cell", "left") if whole else ("cell", "left", "text"),
        "hint": ("cell", "note"),
    }
    for number, (key, names) in enumerate(looks.items()):
        _write_value(page, (row - 1, number), content[key], book.formats(*names))
    page.set_row(row - 1, _height(layout.INFO.columns, content))
    if label and (options := Dropdowns.of_label(label)):
        page.data_validation(row - 1, 1, row - 1, 1, options)


def _new_page(book: BookWriter, sheet: PlanSheet) -> "Worksheet":
    """A sheet with title, guidance, headings, widths and print set-up; no rows yet."""
    page = book.sheet(sheet.name)
    paper(page, landscape=True, footer=f"{layout.FOOTER} - {sheet.name}")
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEADING_ROW - 1)
    page.hide_gridlines(1)
    page.freeze_panes(_HEADING_ROW, sheet.frozen_columns)
    for number, column in enumerate(sheet.columns):
        page.set_column_pixels(number, number, column.width, book.formats(*_LOOKS[column.kind][1:]))
    write_text(page, 1, 1, sheet.title, book.formats("title"))
    write_text(page, 2, 1, sheet.guide, book.formats("note"))
    page.set_row(0, 24)
    page.set_row(1, 20)
    _write_headings(book, page, _HEADING_ROW, sheet.columns)
    return page


def _write_headings(
    book: BookWriter, page: "Worksheet", row: int, columns: Sequence[PlanColumn]
) -> None:
    for number, column in enumerate(columns, start=1):
        write_text(page, row, number, column.heading, book.formats("heading"))
    cells = (HeightCell(c.heading, c.width, bold=True) for c in columns if c.width)
    page.set_row(row - 1, row_height(cells, least=24))


def _write_row(
    book: BookWriter, page: "Worksheet", row: int, columns: Sequence[PlanColumn], content: Row
) -> None:
    title = bool(content) and columns == layout.TASKS.columns and is_title(content)
    extra = ("bold", "given") if title else ()
    for number, column in enumerate(columns):
        made = book.formats(*_LOOKS[column.kind], *extra)
        _write_value(page, (row - 1, number), content.get(column.key), made)
    if content:
        page.set_row(row - 1, _height(columns, content, bold=title))


def _write_value(page: "Worksheet", at: tuple[int, int], value: CellValue, looks: "Format") -> None:
    """Writes one cell, its row and column from 0."""
    if isinstance(value, dt.date):
        page.write_datetime(*at, value, looks)
    elif isinstance(value, int | float):
        page.write_number(*at, value, looks)
    else:
        write_text(page, at[0] + 1, at[1] + 1, value or "", looks)


def _height(columns: Sequence[PlanColumn], content: Row, *, bold: bool = False) -> float:
    """Height of a row that shows its texts, in points; a little more than one line at least."""
    cells = (
        HeightCell(str(content.get(column.key) or ""), column.width, bold=bold)
        for column in columns
        if column.width and column.kind in ("text", "long")
    )
    return row_height(cells, least=20)
