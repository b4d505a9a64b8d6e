"""Data as workbooks: tables for analysis, and a printed form alone for another reporting system."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kskt_excel.excel.book_writer import BookWriter, cell_text, colour_tab, write_cell, write_text
from kskt_excel.excel.printed.printed_table import heads, levels, printed_value
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.forms import PrintedForm
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Value
from kskt_excel.report.page import PageTable
from kskt_excel.report.summary import form_table
from kskt_excel.report.tables import DataColumn, DataTable

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_WIDTHS: Final = {"text": 26, "category": 16, "date": 12, "moment": 17}
_NARROW: Final = 12
_MOST_ROWS: Final = 1_048_575  # below the headings
_TABLE_LOOK: Final = "Table Style Light 9"
_PX_A_WIDTH: Final = 1.2  # widths of definitions are relative
_LEAST_PX: Final = 48  # a narrower column shows a number as ####


def data_workbook(
    tables: Sequence[DataTable], *, title: str, agency: str, created: dt.datetime
) -> bytes:
    """An Excel table on a sheet for each table, by its name; the same arguments, the same bytes."""
    book = BookWriter(created=created, title=title, agency=agency)
    for table in tables:
        write_table(book, book.sheet(table.id), table)
    return book.finish()


def write_table(book: BookWriter, sheet: "Worksheet", table: DataTable, *, row: int = 1) -> None:
    """An Excel table with its headings on a row; one blank line where it has none."""
    count = min(len(table.frame), _MOST_ROWS)
    heading = book.formats("heading")
    formats = [_format(book, column) for column in table.columns]
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, _WIDTHS.get(column.type, _NARROW))
    for number, values in enumerate(table.rows(), row + 1):
        if number - row > count:
            break
        for at, value in enumerate(values):
            _write(sheet, number, at + 1, value, formats[at])
    sheet.add_table(
        *(row - 1, 0, row - 1 + max(count, 1), len(table.columns) - 1),
        {
            "name": book.table_name(table.id),
            "style": _TABLE_LOOK,
            "columns": [
                {"header": cell_text(column.name), "header_format": heading}
                for column in table.columns
            ],
        },
    )
    sheet.freeze_panes(row, 0)
    colour_tab(sheet, "register")


def _format(book: BookWriter, column: DataColumn) -> object:
    looks = {"date": ("date",), "moment": ("moment",), "text": ("text",), "category": ("text",)}
    return book.formats("left", *looks[column.type]) if column.type in looks else None


def _write(sheet: "Worksheet", row: int, column: int, value: Value, looks: object) -> None:
    at = (row - 1, column - 1)
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(*at, value)
    elif isinstance(value, int | float):
        sheet.write_number(*at, value)
    elif isinstance(value, dt.date):
        sheet.write_datetime(*at, value, looks)
    else:
        write_text(sheet, row, column, value, looks)


def form_workbook(form: PrintedForm, plan: Plan, period: Consolidation) -> bytes:
    """One sheet: heads, numbers of the columns, rows and total as on paper; values, no formulas."""
    book = BookWriter(
        created=period.as_of,
        title=f"{form.code} {period.period.label}",
        agency=plan.agency,
        subject=form.title,
    )
    sheet = book.sheet(f"Biểu {form.own_id}")
    table = form_table(form, period.forms[form.id], period.window.end)
    for at, column in enumerate(table.columns):
        sheet.set_column_pixels(at, at, max(_LEAST_PX, round(column.width * _PX_A_WIDTH)))
    row = _write_heads(book, sheet, table)
    _write_rows(book, sheet, table, row)
    sheet.freeze_panes(row - 1, 0)
    colour_tab(sheet, "form")
    return book.finish()


def _write_heads(book: BookWriter, sheet: "Worksheet", table: PageTable) -> int:
    """Heads and numbers; gives back the row below."""
    looks = book.formats("heading")
    for head in heads(table.columns):
        top, bottom = head.level, head.level + head.down - 1
        if (top, head.first) != (bottom, head.last):
            sheet.merge_range(top, head.first, bottom, head.last, "", looks)
        write_text(sheet, top + 1, head.first + 1, head.text, looks)
    row = levels(table.columns) + 1
    for at, column in enumerate(table.columns, 1):
        number = f"({column.number})" if column.number else ""
        write_text(sheet, row, at, number, book.formats("numbering"))
    return row + 1


def _write_rows(book: BookWriter, sheet: "Worksheet", table: PageTable, row: int) -> None:
    for number, line in enumerate(table.rows, row):
        look = "total" if line.kind == "total" else "cell"
        for at, cell in enumerate(line.cells, 1):
            value = printed_value(cell)
            own = {int: ("count",), float: ("count",), dt.date: ("date",)}.get(type(value), ())
            write_cell(sheet, number - 1, at - 1, value, book.formats(look, *own))
