"""The workbook that goes out to a unit, blank or filled: «Thông tin» and every data sheet."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from kskt_excel.check.context import RuleContext
from kskt_excel.excel import book_writer
from kskt_excel.excel.book_writer import (
    INDENT_PX,
    BookWriter,
    Formats,
    HeightCell,
    row_height,
    write_cell,
    write_text,
)
from kskt_excel.excel.issued import order
from kskt_excel.excel.issued.cell_rules import cell_rules
from kskt_excel.excel.issued.drawn_sheets import DrawnSheets
from kskt_excel.excel.issued.form_sheet import (
    ALLOWED,
    OwnLines,
    SheetContent,
    SheetGeometry,
    sheet_rows,
    write_form_sheet,
)
from kskt_excel.excel.issued.order import FIRST_LABEL_ROW, ChoiceLists, EntryContext, IssueOrder
from kskt_excel.excel.issued.self_check import line_said, self_check_lines, write_self_check
from kskt_excel.model.forms import FormColumn, Forms, SheetForm
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Unit
from kskt_excel.model.reading import Balances, Value

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


_LABEL_PX, _VALUE_PX = 200, 400
_ID_COLUMN: Final = 3
_ROW_POINTS: Final = 21.0  # as form_sheet._ROW_POINTS
_ROWS_TO_SIGN: Final = 4  # 26 mm and more
_SIGNERS: Final = (
    ("NGƯỜI LẬP", "(Ký, ghi rõ họ tên)"),
    ("LÃNH ĐẠO ĐƠN VỊ", "(Ký tên, đóng dấu nếu có)"),
)


def write_info_sheet(
    book: BookWriter, form: SheetForm, work: IssueOrder, context: EntryContext
) -> "Worksheet":
    """Adds the first sheet, complete."""
    sheet, formats = book.sheet(form.sheet), book.formats
    _set_columns(sheet, formats)
    _draw_head(sheet, form, work, formats)
    values = work.labels
    for row, column in enumerate(form.columns, start=FIRST_LABEL_ROW):
        fill = "carried" if column.key in work.carried_labels else "input"
        value = values.get(column.key)
        _draw_label(sheet, row, column, value, formats=formats, fill=fill)
        if not column.given:
            order.add_rule(sheet, f"B{row}", column, context)
    last = _draw_guide(sheet, FIRST_LABEL_ROW + len(form.columns) + 1, work, formats)
    last = _draw_signatures(sheet, last + 2, formats)
    _set_up(sheet, form, work, last)
    return sheet


def _set_columns(sheet: "Worksheet", formats: Formats) -> None:
    for column, width in enumerate((_LABEL_PX, _VALUE_PX)):
        sheet.set_column_pixels(column, column, width, formats("open"))
    sheet.set_column_pixels(2, 2, 60, formats("open"), {"hidden": True})


def _draw_head(sheet: "Worksheet", form: SheetForm, work: IssueOrder, formats: Formats) -> None:
    sheet.set_row(0, 24)
    write_text(sheet, 1, 1, form.title, formats("title"))
    sheet.set_row(1, None, None, {"hidden": True})
    write_text(sheet, 2, 1, work.sheet_mark(form), formats("quiet"))
    sheet.set_row(2, 18)
    heading = f"{work.plan.agency} - Báo cáo {work.regime.work} {work.period.label}"
    write_text(sheet, 3, 1, heading, formats("left", "middle"))
    sheet.set_row(3, 6)
    sheet.set_row(4, 18)
    write_text(sheet, 5, 1, form.guide, formats("note"))
    write_text(sheet, 5, _ID_COLUMN, order.ISSUED_ID_HEADING, formats("quiet"))


def _draw_label(
    sheet: "Worksheet",
    row: int,
    column: FormColumn,
    value: Value,
    *,
    formats: Formats,
    fill: str,
) -> None:
    """A label with its value; ``fill``: the look of a cell that the unit writes."""
    shown = [HeightCell(value, _VALUE_PX - INDENT_PX)] if isinstance(value, str) else []
    sheet.set_row(row - 1, row_height(shown, _ROW_POINTS))
    write_text(sheet, row, 1, column.heading, formats("cell", "indent", "bold", "given"))
    own = "date" if column.type == "date" else "text"
    fills = ("given",) if column.given else (fill, "open")
    write_cell(sheet, row - 1, 1, value, formats("cell", "indent", own, *fills))
    write_text(sheet, row, _ID_COLUMN, column.key, formats("text"))


def _draw_guide(sheet: "Worksheet", row: int, work: IssueOrder, formats: Formats) -> int:
    """Legend and guide under the labels; gives the last row."""
    write_text(sheet, row, 1, "HƯỚNG DẪN GHI", formats("bold", "left", "middle"))
    for fill, text in order.ISSUED_LEGEND:
        row += 1
        sheet.set_row(row - 1, _ROW_POINTS)
        write_text(sheet, row, 1, "", formats("cell", fill))
        write_text(sheet, row, 2, text, formats("indent", "middle"))
    for text in order.guide(work):
        row += 1
        wide = HeightCell(text, _LABEL_PX + _VALUE_PX)
        sheet.set_row(row - 1, row_height([wide], _ROW_POINTS))
        _merge(sheet, row, text, formats("left", "middle", "wrap"))
    return row


def _draw_signatures(sheet: "Worksheet", row: int, formats: Formats) -> int:
    """Where maker and head of the unit sign, so that a signed scan can be sent along."""
    title = formats("bold", "center", "middle")
    hint = formats("italic", "center", "middle")
    for column, (who, how) in enumerate(_SIGNERS, start=1):
        sheet.set_row(row - 1, _ROW_POINTS)
        write_text(sheet, row, column, who, title)
        write_text(sheet, row + 1, column, how, hint)
    for blank in range(row + 2, row + 2 + _ROWS_TO_SIGN):
        sheet.set_row(blank - 1, _ROW_POINTS)
        for column in (1, 2):
            write_text(sheet, blank, column, "", formats("open"))
    return row + 1 + _ROWS_TO_SIGN


def _merge(sheet: "Worksheet", row: int, text: str, looks: "Format") -> None:
    sheet.merge_range(row - 1, 0, row - 1, 1, "", looks)
    write_text(sheet, row, 1, text, looks)


def _set_up(sheet: "Worksheet", form: SheetForm, work: IssueOrder, last_row: int) -> None:
    sheet.protect("", ALLOWED)
    to_fill = (at for at, column in enumerate(form.columns) if not column.given)
    first = FIRST_LABEL_ROW - 1 + next(to_fill, 0)
    sheet.set_selection(first, 1, first, 1)
    footer = f"{form.sheet} - {work.unit.name} - {work.period.label}"
    book_writer.paper(sheet, landscape=False, footer=footer)
    book_writer.colour_tab(sheet, "fill")
    sheet.fit_to_pages(1, 1)  # the signatures do not stand on a page of their own
    sheet.print_area(0, 0, last_row - 1, 1)
    sheet.activate()


def unit_workbook(
    *,
    plan: Plan,
    forms: Forms,
    unit: Unit,
    period: Period,
    rows: Mapping[str, Sequence[Mapping[str, Value]]] | None = None,
    opening: Balances | None = None,
    nil: Collection[str] = (),
    info: Mapping[str, Value] | None = None,
    carried: Mapping[str, Sequence[Mapping[str, Value]]] | None = None,
    drawn: DrawnSheets | None = None,
) -> bytes:
    """A unit's workbook for a period; the same arguments give the same bytes.

    ``rows``: form id -> data rows by column key; on sheets with given rows they fill the row of
    the same key, others follow. ``opening``: what rows open with of the quarter before.
    ``nil``: ids of forms ticked «Kỳ này không phát sinh». ``info``: values of «Thông tin» by
    column key. ``carried``: form id -> rows of the quarter before, marked as such. ``drawn``:
    the sheets of workbooks made before, where many are made. Formulas carry their results.
    """
    work = IssueOrder(
        plan=plan,
        forms=forms,
        unit=unit,
        period=period,
        rows=rows or {},
        opening=opening or {},
        nil=nil,
        info=info or {},
        carried=carried or {},
    )
    book = BookWriter(
        created=dt.datetime.combine(work.day, dt.time()),
        title=f"Báo cáo {work.regime.work} {period.label} - {unit.name}",
        subject=period.id,
        agency=plan.agency,
    )
    lists = ChoiceLists.of(work)
    known = RuleContext.about(work.identity, plan, forms)
    grids = {
        form.id: SheetGeometry(form, sheet_rows(form, work))
        for form in work.sheets
        if form.layout != "labels"
    }
    rules = cell_rules(work.sheets, known)
    lines = self_check_lines(work, grids, rules, lists=lists, known=known)
    context, drawn = EntryContext.of(work, lists), drawn or DrawnSheets()
    write_self_check(book, work, lines, drawn)
    for at, form in enumerate(work.sheets):
        if form.layout == "labels":
            write_info_sheet(book, form, work, context)
            continue
        said, is_ticked = line_said(at, lines[at]), form.id in work.nil
        content = SheetContent(grids[form.id], context, rules[form.id], said, is_ticked)
        write_form_sheet(book, content, OwnLines.of(form, work), drawn)
    lists.write(book, drawn)
    book.mark(work.marks)
    return book.finish(book_writer.first_page_without_number, book_writer.growing_rows)
