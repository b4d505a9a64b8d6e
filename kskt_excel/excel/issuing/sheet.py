"""Draws a data sheet: title, marks, nil cell, headings, rows, totals, inputs, print set-up."""

import datetime as dt
from typing import TYPE_CHECKING, Final

from kskt_excel.excel import style, writing
from kskt_excel.excel.heights import HeightCell, line_height, lines, row_height, text_width
from kskt_excel.excel.issuing import balance, inputs, words
from kskt_excel.excel.issuing import grid as g
from kskt_excel.excel.issuing.content import SheetRow, number, sheet_rows
from kskt_excel.excel.issuing.grid import Grid
from kskt_excel.excel.issuing.inputs import Lists
from kskt_excel.excel.issuing.work import Work
from kskt_excel.excel.style import Formats
from kskt_excel.excel.writing import BookWriter, write_text
from kskt_excel.model.cells import column_letters
from kskt_excel.model.forms import Column, SheetForm
from kskt_excel.model.reading import Value

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

ALLOWED: Final = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
    "objects": True,  # notes in cells
}
_ROW_POINTS: Final = 21.0
_PIXELS_A_POINT: Final = 4 / 3
_TITLE_GAP_PX: Final = 60
_LOOKS: Final = {
    "count": ("count", "center"),
    "computed": ("count", "center"),
    "days": ("count", "center"),
    "ordinal": ("center",),
    "percent": ("center",),
    "decimal": ("center",),
    "date": ("date", "center"),
    "yes_no": ("center",),
    "choice": ("indent",),
    "procedure": ("text", "center"),
    "task": ("text", "center"),
}
_TEXT_LOOKS: Final = ("text", "indent")
_INDENT_PX: Final = 9


def draw(book: BookWriter, form: SheetForm, work: Work, lists: Lists) -> "Worksheet":
    """Adds one data sheet to the workbook, complete."""
    sheet = book.sheet(form.sheet)
    grid = Grid(form, sheet_rows(form, work))
    _set_columns(sheet, grid, book.formats)
    _draw_head(sheet, grid, work, book.formats)
    _draw_headings(sheet, grid, work, book.formats)
    for row, content in enumerate(grid.rows, start=g.FIRST_ROW):
        _draw_row(sheet, grid, row, content, book.formats)
    if grid.total_row:
        _draw_total(sheet, grid, book.formats)
    if balance.checked_relations(grid):
        _draw_balance(sheet, grid, book)
    _add_inputs(sheet, grid, work, lists)
    _set_up(sheet, grid, work)
    return sheet


def agency_line(work: Work) -> str:
    """Who reports for which days."""
    start, end = (f"{day:%d/%m/%Y}" for day in (work.window.start, work.window.end))
    return f"{work.unit.name} - {work.period.label} (từ ngày {start} đến ngày {end})"


def _set_columns(sheet: "Worksheet", grid: Grid, formats: Formats) -> None:
    """Widths; cells that nobody wrote are unlocked."""
    for column, width in enumerate(grid.widths):
        sheet.set_column_pixels(column, column, width, formats("open"))
    at = grid.id_column - 1
    sheet.set_column_pixels(at, at, 60, formats("open"), {"hidden": True})


def _draw_head(sheet: "Worksheet", grid: Grid, work: Work, formats: Formats) -> None:
    form = grid.form
    sheet.set_row(g.TITLE_ROW - 1, 24)
    write_text(sheet, g.TITLE_ROW, 1, form.title, formats("title"))
    sheet.set_row(g.MARK_ROW - 1, None, None, {"hidden": True})
    write_text(sheet, g.MARK_ROW, 1, work.sheet_mark(form), formats("quiet"))
    sheet.set_row(g.AGENCY_ROW - 1, 18)
    write_text(sheet, g.AGENCY_ROW, 1, agency_line(work), formats("left", "middle"))
    if form.nil:
        _draw_nil(sheet, grid, work, formats)
    else:
        sheet.set_row(g.NIL_ROW - 1, 6)
    sheet.set_row(g.GUIDE_ROW - 1, 18 if form.guide else 6)
    write_text(sheet, g.GUIDE_ROW, 1, form.guide, formats("note"))


def _draw_nil(sheet: "Worksheet", grid: Grid, work: Work, formats: Formats) -> None:
    row, tick = g.NIL_ROW, words.NIL_TICK if grid.form.id in work.nil else ""
    height = lines(words.NIL_LABEL, grid.widths[0], 11, bold=True) * line_height(11) + 3
    sheet.set_row(row - 1, height)
    label = formats("bold", "small", "wrap", "center", "middle", "border", "given")
    write_text(sheet, row, g.NIL_LABEL_COLUMN, words.NIL_LABEL, label)
    box = formats("bold", "size14", "center", "middle", "border", "text", "input", "open")
    write_text(sheet, row, g.NIL_TICK_COLUMN, tick, box)
    write_text(sheet, row, g.NIL_TICK_COLUMN + 1, words.NIL_HINT, formats("note"))
    inputs.add_tick_rule(sheet, f"{column_letters(g.NIL_TICK_COLUMN)}{row}")


def _draw_headings(sheet: "Worksheet", grid: Grid, work: Work, formats: Formats) -> None:
    names = [column.heading_on(work.day) for column in grid.form.columns]
    cells = zip(names, grid.widths, strict=True)
    high = row_height(HeightCell(name, width, bold=True) for name, width in cells)
    sheet.set_row(g.HEADING_ROW - 1, high)
    sheet.set_row(g.NUMBERING_ROW - 1, 18)
    for at, name in enumerate(names, start=1):
        write_text(sheet, g.HEADING_ROW, at, name, formats("heading"))
        write_text(sheet, g.NUMBERING_ROW, at, f"({at})", formats("numbering"))
    write_text(sheet, g.HEADING_ROW, grid.id_column, words.ID_HEADING, formats("quiet"))


def _draw_row(
    sheet: "Worksheet", grid: Grid, row: int, content: SheetRow, formats: Formats
) -> None:
    shown = zip(grid.form.columns, grid.widths, strict=True)
    cells = [
        HeightCell(_as_text(content.values.get(column.key)), width - _INDENT_PX)
        for column, width in shown
    ]
    # Unlocked to its end: Excel deletes no row of a protected sheet that has a locked cell
    sheet.set_row(row - 1, row_height(cells, _ROW_POINTS), formats("open"))
    for at, column in enumerate(grid.form.columns, start=1):
        looks = formats(*_cell_looks(column, locked=content.locks(column)))
        value = content.values.get(column.key)
        if column.type == "computed":
            looks = formats(*_computed_looks(column, content))
            formula = "=" + grid.sum_of_row(column.formula, row)
            sheet.write_formula(row - 1, at - 1, formula, looks, number(value))
        else:
            _write_value(sheet, row, at, value, looks)
    if content.given:
        write_text(sheet, row, grid.id_column, content.key, formats("text"))


def _cell_looks(column: Column, *, locked: bool) -> tuple[str, ...]:
    own = _LOOKS.get(column.type, _TEXT_LOOKS)
    return ("cell", *own, "given") if locked else ("cell", *own, "input", "open")


def _computed_looks(column: Column, content: SheetRow) -> tuple[str, ...]:
    looks = _cell_looks(column, locked=True)
    return (*looks, "spare_count") if content.spare else looks


def _write_value(sheet: "Worksheet", row: int, column: int, value: Value, looks: "Format") -> None:
    if isinstance(value, bool):
        write_text(sheet, row, column, words.YES if value else words.NO, looks)
    elif isinstance(value, int | float):
        sheet.write_number(row - 1, column - 1, value, looks)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row - 1, column - 1, value, looks)
    else:
        write_text(sheet, row, column, value or "", looks)


def _as_text(value: Value) -> str:
    """How long a value is when it is shown; only texts make a row higher."""
    return value if isinstance(value, str) else ""


def _draw_total(sheet: "Worksheet", grid: Grid, formats: Formats) -> None:
    row = grid.total_row
    sheet.set_row(row - 1, _ROW_POINTS)
    for at, column in enumerate(grid.form.columns, start=1):
        if column.total:
            total = sum(number(content.values.get(column.key)) for content in grid.rows)
            looks = formats("total", "count", "center")
            sheet.write_formula(row - 1, at - 1, f"=SUM({grid.span(column.key)})", looks, total)
        else:
            label = words.TOTAL_LABEL if at == 1 else ""
            write_text(sheet, row, at, label, formats("total", "indent"))


def _draw_balance(sheet: "Worksheet", grid: Grid, book: BookWriter) -> None:
    """The check stands in the title's row, in the first cell that the title leaves free."""
    title_px = text_width(grid.form.title, 14, bold=True) * _PIXELS_A_POINT + _TITLE_GAP_PX
    column, left = 0, 0
    while left < title_px and column < len(grid.widths) - 1:
        left += grid.widths[column]
        column += 1
    sheet.write_formula(
        g.TITLE_ROW - 1,
        column,
        balance.formula(grid),
        book.formats("bold", "left", "middle"),
        balance.result(grid),
    )
    here = f"{column_letters(column + 1)}{g.TITLE_ROW}"
    alarm = book.workbook.add_format(style.marks("alarm"))
    alike = {"type": "text", "criteria": "begins with", "format": alarm}
    for beginning in (words.UNBALANCED[0], words.NOT_NUMBERS):
        sheet.conditional_format(here, alike | {"value": beginning})
    bad = book.workbook.add_format(style.marks("bad"))
    for cells, condition in balance.row_conditions(grid):
        sheet.conditional_format(cells, {"type": "formula", "criteria": condition, "format": bad})


def _add_inputs(sheet: "Worksheet", grid: Grid, work: Work, lists: Lists) -> None:
    if not grid.rows:
        return
    for at, column in inputs.columns_to_fill(grid.form.columns):
        letters = column_letters(at)
        cells = f"{letters}{g.FIRST_ROW}:{letters}{grid.last_row}"
        inputs.add_rule(sheet, cells, column, work, lists)
    spare = [row for row, content in enumerate(grid.rows, start=g.FIRST_ROW) if content.spare]
    for at, column in inputs.columns_of_additions(grid.form) if spare else ():
        letters = column_letters(at)
        cells = f"{letters}{spare[0]}:{letters}{spare[-1]}"
        inputs.add_rule(sheet, cells, column, work, lists)


def _set_up(sheet: "Worksheet", grid: Grid, work: Work) -> None:
    """Protection, filter, panes and paper; no green corners on codes and sums."""
    last = len(grid.widths) - 1
    if grid.rows:
        area = f"A{g.FIRST_ROW}:{column_letters(last + 1)}{grid.end_row}"
        sheet.ignore_errors({"number_stored_as_text": area, "formula_range": area})
        sheet.autofilter(g.NUMBERING_ROW - 1, 0, grid.last_row - 1, last)
    sheet.protect("", ALLOWED)
    sheet.freeze_panes(g.FIRST_ROW - 1, grid.frozen_columns)
    first_input = next(inputs.columns_to_fill(grid.form.columns), (1, None))[0]
    sheet.set_selection(g.FIRST_ROW - 1, first_input - 1, g.FIRST_ROW - 1, first_input - 1)
    footer = f"{grid.form.sheet} - {work.unit.name} - {work.period.label}"
    writing.paper(sheet, landscape=True, footer=footer)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(g.HEADING_ROW - 1, g.NUMBERING_ROW - 1)
    sheet.print_area(0, 0, grid.end_row - 1, last)
