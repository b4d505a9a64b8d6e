"""Pages of the circular's statistical forms."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kskt_excel.consolidate.forms import strongest
from kskt_excel.model.consolidation import Consolidation, FormRow, FormTable, Presence
from kskt_excel.model.forms import Forms, PrintedColumn, PrintedForm
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Value
from kskt_excel.report.content import Align, Cell, CellKind, Column, FigureRef, Page, Row, Table
from kskt_excel.report.frame import LEGEND, frame, period_line, provisional_line

PRESENCE_TEXT = {
    Presence.NIL: "KPS",
    Presence.BLANK: "-",
    Presence.NOT_SENT: "chưa báo cáo",
}
_KINDS: dict[str, CellKind] = {"count": "count", "percent": "decimal", "label": "label"}
_MISSING = {"count": "-", "percent": "–"}


def form_pages(plan: Plan, forms: Forms, consolidation: Consolidation) -> tuple[Page, ...]:
    """A page for each form in force at the period's end, in the order of the definitions."""
    in_force = forms.printed_on(consolidation.window.end)
    return tuple(_page(plan, form, consolidation) for form in in_force)


def _page(plan: Plan, form: PrintedForm, consolidation: Consolidation) -> Page:
    table = consolidation.forms[form.id]
    return Page(
        name=f"Biểu {form.id}",
        title=(form.title,),
        period_line=f"Kỳ báo cáo: {period_line(consolidation)}",
        frame=frame(plan, consolidation),
        tables=(form_table(form, table, consolidation.window.end),),
        form_code=form.code,
        form_basis=f"Ban hành theo {form.source}" if form.source else "",
        reporter=plan.agency,
        receiver=plan.setting("Nơi nhận báo cáo", "Văn phòng UBND tỉnh"),
        provisional=provisional_line(plan, consolidation),
        notes=(LEGEND, *form.notes),
        orientation="portrait" if form.orientation == "portrait" else "landscape",
        footer=f"Biểu {form.id} - {consolidation.period.label}",
    )


def form_table(form: PrintedForm, table: FormTable, day: dt.date) -> Table:
    """The filled table with its heads as worded on a day."""
    rows = [_row(form, row, number) for number, row in enumerate(table.rows, 1)]
    if not rows:
        rows = [_empty_row(form, table)]
    return Table(
        columns=tuple(_column(column, day) for column in form.columns),
        rows=(*rows, _total(form, table)),
        unit_of_count=f"Đơn vị tính: {form.unit_of_count}" if form.unit_of_count else "",
    )


def _column(column: PrintedColumn, day: dt.date) -> Column:
    align: Align = "left" if column.type in ("label", "text") else "center"
    return Column(column.header_on(day), column.number, column.width, align)


def _row(form: PrintedForm, row: FormRow, number: int) -> Row:
    cells = [_cell(form, column, row, number) for column in form.columns]
    if row.presence is Presence.NOT_SENT:
        cells = _said_once(cells)
    return Row(tuple(cells))


def _empty_row(form: PrintedForm, table: FormTable) -> Row:
    """Why a form has no rows, so that an empty form is not taken for a forgotten one."""
    said = strongest(table.presence.values())
    text = PRESENCE_TEXT.get(said, PRESENCE_TEXT[Presence.NIL])
    named = [column.type in ("ordinal", "label") for column in form.columns]
    cells = [Cell() if name else Cell(text) for name in named]
    first = named.index(False)
    cells[first] = replace(cells[first], over=len(cells) - first)
    return Row(tuple(cells))


def _cell(form: PrintedForm, column: PrintedColumn, row: FormRow, number: int) -> Cell:
    if column.type == "ordinal":
        return Cell(number, "label")
    if column.type == "label":
        return Cell(row.label, "label")
    figure = FigureRef(form.id, row.key, column.number)
    if row.presence is not Presence.FIGURES:
        return Cell(PRESENCE_TEXT[row.presence], "text", figure)
    return _figure_cell(column, row.values, figure)


def _figure_cell(column: PrintedColumn, values: Mapping[str, Value], figure: FigureRef) -> Cell:
    """The figure; a rate over nothing and a count that was left out are marked, texts are not."""
    value = values.get(column.number)
    if value is None and column.type in _MISSING:
        return Cell(_MISSING[column.type], "text", figure)
    return Cell(value, _KINDS.get(column.type, "text"), figure)


def _said_once(cells: Sequence[Cell]) -> list[Cell]:
    """The cells with what is said of the whole row printed once, over all its figures."""
    figures = [at for at, cell in enumerate(cells) if cell.figure]
    said = list(cells)
    said[figures[0]] = replace(said[figures[0]], over=len(figures))
    return said


def _total(form: PrintedForm, table: FormTable) -> Row:
    cells = []
    for column in form.columns:
        if column.type in ("ordinal", "label"):
            cells.append(Cell("Tổng cộng" if column.type == "label" else None, "label"))
            continue
        cell = _figure_cell(column, table.total, FigureRef(form.id, "", column.number))
        adds = column.type == "count" and column.adds_up and cell.kind == "count"
        cells.append(replace(cell, sums_column=adds))
    return Row(tuple(cells), "total")
