"""One data sheet from its cells to a SheetReading."""

from dataclasses import dataclass

from kskt_excel.intake.body import Body, Given, body_of
from kskt_excel.intake.cells import Cells, read_cells
from kskt_excel.intake.circular import note_circular
from kskt_excel.intake.consequences import (
    about_mended,
    follow_in_rows,
    follow_in_total,
    total_follows,
)
from kskt_excel.intake.formulas import about_sums, external_cells, settle_formulas, settle_total
from kskt_excel.intake.kit import FormKit
from kskt_excel.intake.nil import Nil, nil_of
from kskt_excel.intake.remarks import about_value, remark
from kskt_excel.intake.rows import is_entered, records_of
from kskt_excel.intake.structure import about_structure
from kskt_excel.intake.tables import Table, find
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import SheetForm
from kskt_excel.model.grid import Sheet
from kskt_excel.model.period import Window
from kskt_excel.model.reading import Record, SheetReading, SheetState, Value

_HEADINGS_NAMED = 4

SheetRead = tuple[SheetReading, list[Finding]]
"""A sheet understood, with everything to say about it."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a sheet does not say itself."""

    window: Window | None  # days of the report; None when the period is not known
    formulas_known: bool  # the format tells a formula from a typed number
    epoch_1904: bool


def read_sheet(sheet: Sheet, kit: FormKit, around: Surroundings) -> SheetRead:
    """The form's table on a sheet as records, with its state and its findings.

    Without headings the sheet is neither blank nor missing: it is FILLED without a record.
    """
    nil = nil_of(sheet) if kit.form.nil else Nil()
    table = find(sheet, kit.headings)
    if table is None:
        return _without_table(sheet, kit.form, nil)
    body = body_of(sheet, table, _given_rows(table, kit))
    cells = read_cells(
        sheet, table, body.rows, kit, window=around.window, epoch_1904=around.epoch_1904
    )
    note_circular(cells, sheet, table, body.total)
    follow_in_rows(cells, sheet, table, kit.form)
    settle_formulas(cells, sheet, table, kit.form, formulas_known=around.formulas_known)
    records, notes = records_of(sheet, table, cells, kit)
    total, total_notes = _total(sheet, table, body, records, cells=cells, kit=kit)
    state, state_notes = _state(cells, records, body, nil, kit)
    reading = SheetReading(
        form=kit.form.id,
        name=sheet.name,
        state=state,
        columns=dict(table.columns),
        records=records,
        total=total,
        nil_cell=nil.cell,
        heading_row=table.heading_row,
    )
    notes += [*about_sums(cells), *about_mended(cells, sheet, table)]
    findings = [*nil.findings, *about_structure(sheet, table, body, kit), *cells.findings]
    return reading, [*findings, *notes, *total_notes, *state_notes, *external_cells(sheet)]


def _without_table(sheet: Sheet, form: SheetForm, nil: Nil) -> SheetRead:
    state = SheetState.NIL if nil.ticked else SheetState.FILLED
    findings = list(nil.findings)
    if not nil.ticked:
        wanted = ", ".join(f"«{column.heading}»" for column in form.columns[:_HEADINGS_NAMED])
        params = {"sheet": sheet.name, "wanted": wanted}
        findings.append(remark("sheet.no_table", CellRef(sheet.name), params))
    return SheetReading(form.id, sheet.name, state, nil_cell=nil.cell), findings


def _given_rows(table: Table, kit: FormKit) -> Given:
    return Given(
        key_column=table.columns.get(kit.form.key[0], 0) if kit.form.key else 0,
        keys=kit.given.keys(),
        text_column=table.columns.get(kit.text_key, 0),
        texts=kit.given_texts.keys(),
    )


def _total(
    sheet: Sheet,
    table: Table,
    body: Body,
    records: tuple[Record, ...],
    *,
    cells: Cells,
    kit: FormKit,
) -> tuple[Record | None, list[Finding]]:
    """The total row with the columns that it adds up; None without one."""
    if not body.total:
        return None, []
    values: dict[str, Value] = {}
    unread: set[str] = set()
    findings: list[Finding] = []
    for column in kit.form.columns:
        at = table.columns.get(column.key)
        if not column.total or at is None:
            continue
        looped = (body.total, at) in cells.loops
        raw = None if looped else sheet.at(body.total, at)
        parsed = kit.reader(column.key).read(raw)
        error = sheet.facts.errors.get((body.total, at))
        if parsed.value is not None:
            values[column.key] = parsed.value
        if (error or parsed.code) and not total_follows(raw, column.key, records, cells):
            where = CellRef(sheet.name, body.total, at)
            params = {"column": column.heading, "given": error}
            findings.append(
                remark("cell.error_value", where, params)
                if error
                else about_value(parsed, column, where)
            )
        if error or looped or parsed.outcome in ("error", "ditto"):
            unread.add(column.key)
    total = Record(body.total, "", values, frozenset(unread))
    total = follow_in_total(total, records, cells, sheet, table)
    return settle_total(total, records, cells, sheet, table, form=kit.form), findings


def _state(
    cells: Cells, records: tuple[Record, ...], body: Body, nil: Nil, kit: FormKit
) -> tuple[SheetState, list[Finding]]:
    """Figures, nothing happened, or nothing written; a tick with figures is the rules' business."""
    if nil.ticked:
        return SheetState.NIL, []
    unread = cells.unread
    if any(is_entered(kit, record.values, unread.get(record.row, set())) for record in records):
        return SheetState.FILLED, []
    if body.nothing:
        return SheetState.NIL, [remark("sheet.nil_in_words", body.nothing, {})]
    return SheetState.BLANK, []
