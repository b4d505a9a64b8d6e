"""Honest figures where the workbook should have counted by itself.

A formula whose result was never stored is counted again where it is one of the form's own sums, and
asked for where it is not; a sum that was typed over is compared with what the formula gives.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from kskt_excel.intake.cells import Cells
from kskt_excel.intake.consequences import added, number
from kskt_excel.intake.remarks import over, remark
from kskt_excel.intake.tables import Table
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Column, SheetForm
from kskt_excel.model.grid import Sheet
from kskt_excel.model.reading import Record

_NEARLY = 1e-6
_NOTHING: AbstractSet[str] = frozenset()


def settle_formulas(
    cells: Cells, sheet: Sheet, table: Table, form: SheetForm, *, formulas_known: bool
) -> None:
    """Fills and checks computed columns in ``cells``; asks for other formulas without a result.

    ``formulas_known`` is False for formats that do not tell a formula from a typed number.
    """
    cells.findings += _without_result(cells, sheet, table, form)
    same: list[CellRef] = []
    for column in form.columns:
        if column.type != "computed":
            continue
        at = table.columns.get(column.key, 0)
        may_be_typed = formulas_known and at
        for row in cells.values:
            if _is_counted_here(cells, column, row) and at:
                cells.again.append(CellRef(sheet.name, row, at))
            if may_be_typed and (row, at) not in sheet.facts.formulas:
                same += _typed_over(cells, column, CellRef(sheet.name, row, at))
    settled = {*cells.again, *cells.mended}
    cells.findings += over("cell.typed_same", [ref for ref in same if ref not in settled])


def settle_total(
    total: Record,
    records: Sequence[Record],
    cells: Cells,
    sheet: Sheet,
    table: Table,
    *,
    form: SheetForm,
) -> Record:
    """The total row with sums whose results were never stored; what is counted is noted."""
    values = dict(total.values)
    unread = set(total.unread)
    for key, at in table.columns.items():
        if not form.by_key[key].total or (total.row, at) not in sheet.facts.unstored:
            continue
        if not all(record.knows(key) for record in records):
            unread.add(key)
            continue
        values[key] = added(key, records)
        if any(key in record.values for record in records):
            cells.again.append(CellRef(sheet.name, total.row, at))
    return Record(total.row, total.key, values, frozenset(unread), total.hidden_id)


def about_sums(cells: Cells) -> Iterator[Finding]:
    """One finding for all sums of a sheet that were counted here."""
    return over("cell.recomputed", cells.again)


def external_cells(sheet: Sheet) -> Iterator[Finding]:
    """One finding for all cells of a sheet that take their value from another workbook."""
    return over("sheet.external", [CellRef(sheet.name, *cell) for cell in sheet.facts.external])


def _is_counted_here(cells: Cells, column: Column, row: int) -> bool:
    """Whether a missing result was counted; a 0 that only says «nothing yet» is dropped."""
    values = cells.values[row]
    unread = cells.unread.get(row, _NOTHING)
    parts = [values.get(key) for key in column.formula]
    parts_unread = not unread.isdisjoint(column.formula)
    if parts.count(None) == len(parts) and not parts_unread:
        if values.get(column.key) == 0:
            del values[column.key]
    elif column.key in values or column.key in unread:
        pass
    elif parts_unread:
        cells.cannot_read(row, column.key)
    else:
        values[column.key] = sum(map(number, parts))
        return True
    return False


def _typed_over(cells: Cells, column: Column, where: CellRef) -> list[CellRef]:
    """The cell when it was typed with the right figure; a wrong figure becomes a finding."""
    values = cells.values[where.row]
    typed = values.get(column.key)
    unread = cells.unread.get(where.row, set())
    if typed is None or not unread.isdisjoint((column.key, *column.formula)):
        return []
    counted = sum(number(values.get(key)) for key in column.formula)
    if abs(number(typed) - counted) < _NEARLY:
        return [where]
    params = {"column": column.heading, "given": typed, "counted": counted}
    cells.findings.append(remark("cell.typed_over", where, params))
    return []


def _without_result(cells: Cells, sheet: Sheet, table: Table, form: SheetForm) -> Iterator[Finding]:
    by_column: Mapping[int, str] = {at: key for key, at in table.columns.items()}
    lost: dict[str, list[CellRef]] = {}
    for row, at in sorted(sheet.facts.unstored):
        column = form.by_key.get(by_column.get(at, ""))
        if column is None or row not in cells.values or column.type == "computed":
            continue
        cells.cannot_read(row, column.key)
        lost.setdefault(column.heading, []).append(CellRef(sheet.name, row, at))
    for heading, refs in lost.items():
        yield from over("cell.no_result", refs, column=heading)
