"""Pages of the circular's statistical forms."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from kskt_excel.consolidate.forms import strongest
from kskt_excel.model.consolidation import Consolidation, FormRow, FormTable, Presence
from kskt_excel.model.forms import Forms, PrintedColumn, PrintedForm
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Value
from kskt_excel.report.content import Align, Cell, CellKind, Column, Page, Row, Table
from kskt_excel.report.frame import LEGEND, frame, period_line, provisional_line

PRESENCE_TEXT = {
    Presence.NIL: "KPS",
    Presence.BLANK: "-",
    Presence.NOT_SENT: "chưa báo cáo",
}
_KINDS: dict[str, CellKind] = {"count": "count", "percent": "decimal", "label": "label"}
_MISSING = {"count": "-", "percent": "–"}
_Made: TypeAlias = dict[tuple[object, ...], Cell]


def form_pages(plan: Plan, forms: Forms, consolidation: Consolidation) -> Iterator[Page]:
    """A page for each form in force at the period's end, in the order of the definitions."""
    for form in forms.printed_on(consolidation.window.end):
        yield _page(plan, form, consolidation)


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
    made: list[_Made] = [{} for _ in form.columns]
    rows = [_row(form, row, number, made) for number, row in enumerate(table.rows, 1)]
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


def _row(form: PrintedForm, row: FormRow, number: int, made: Sequence[_Made]) -> Row:
    said = PRESENCE_TEXT.get(row.presence, "")
    cells = [
        _cell(column, row, number, said, own)
        for column, own in zip(form.columns, made, strict=True)
    ]
    if row.presence is Presence.NOT_SENT:
        cells = _said_once(cells)
    return Row(tuple(cells), form=form.id, key=row.key)


def _empty_row(form: PrintedForm, table: FormTable) -> Row:
    """Why a form has no rows, so that an empty form is not taken for a forgotten one."""
    said = strongest(table.presence.values())
    text = PRESENCE_TEXT.get(said, PRESENCE_TEXT[Presence.NIL])
    named = [column.type in ("ordinal", "label") for column in form.columns]
    cells = [Cell() if name else Cell(text) for name in named]
    first = named.index(False)
    cells[first] = replace(cells[first], over=len(cells) - first)
    return Row(tuple(cells))


def _cell(column: PrintedColumn, row: FormRow, number: int, said: str, made: _Made) -> Cell:
    """A cell of a column; rows that show the same share it."""
    if column.type == "ordinal":
        return Cell(number, "label")
    if column.type == "label":
        return Cell(row.label, "label")
    value = said or row.values.get(column.number)
    key = (said, value, value.__class__)
    cell = made.get(key)
    if cell is None:
        cell = Cell(said, "text", column.number) if said else _figure_cell(column, row.values)
        made[key] = cell
    return cell


def _figure_cell(column: PrintedColumn, values: Mapping[str, Value]) -> Cell:
    """The figure; a rate over nothing and a count that was left out are marked, texts are not."""
    value = values.get(column.number)
    if value is None and column.type in _MISSING:
        return Cell(_MISSING[column.type], "text", column.number)
    return Cell(value, _KINDS.get(column.type, "text"), column.number)


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
        cell = _figure_cell(column, table.total)
        adds = column.type == "count" and column.adds_up and cell.kind == "count"
        cells.append(replace(cell, sums_column=adds))
    return Row(tuple(cells), "total", form.id)
