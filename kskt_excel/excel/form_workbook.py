"""A printed form alone, without frame: to be typed or loaded into another reporting system."""

import datetime as dt
from typing import TYPE_CHECKING, Final

from kskt_excel.excel.book_writer import BookWriter, write_cell, write_text
from kskt_excel.excel.printed.printed_table import heads, levels, printed_value
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.forms import PrintedForm
from kskt_excel.model.plan import Plan
from kskt_excel.report.page import PageTable
from kskt_excel.report.summary import form_table

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_PX_A_WIDTH: Final = 1.2  # widths of definitions are relative
_LEAST_PX: Final = 48


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
