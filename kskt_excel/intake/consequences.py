"""What follows from one cell into the sums over it, so that one cell is one finding.

A sum passes over what is written as text («2 hồ sơ») and takes 1.234 for one and a bit: where that
explains the result in the workbook, what was read is added. A sum over a cell that shows an error
or a fraction shows the same: that is said at the cell alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kskt_excel.intake.cells import Cells
from kskt_excel.intake.remarks import over
from kskt_excel.intake.tables import Table
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Column, SheetForm
from kskt_excel.model.grid import Raw, Sheet
from kskt_excel.model.reading import Record, Value

_NEARLY = 1e-6
_MOST_NAMED = 5


def follow_in_rows(cells: Cells, sheet: Sheet, table: Table, form: SheetForm) -> None:
    """Mends the sums of rows in ``cells``; takes back what was said of them for a part's sake."""
    followed: set[CellRef] = set()
    for column in form.columns:
        at = table.columns.get(column.key, 0)
        if column.type != "computed" or not at:
            continue
        for row in cells.counted.keys() | cells.unread.keys():
            where = CellRef(sheet.name, row, at)
            if _follows(cells, column, where, sheet.at(row, at)):
                followed.add(where)
    if followed:
        cells.findings = [one for one in cells.findings if not _is_said_of(one, followed)]


def follow_in_total(
    total: Record, records: Sequence[Record], cells: Cells, sheet: Sheet, table: Table
) -> Record:
    """The row of totals with the sums that passed over a text mended, and noted in ``cells``."""
    mended = {
        key: added(key, records)
        for key, at in table.columns.items()
        if cells.counted and _passed_over(sheet.at(total.row, at), key, records, cells)
    }
    cells.mended += [CellRef(sheet.name, total.row, table.columns[key]) for key in mended]
    unread = total.unread - mended.keys()
    return replace(total, values={**total.values, **mended}, unread=unread) if mended else total


def total_follows(raw: Raw, key: str, records: Sequence[Record], cells: Cells) -> bool:
    """Whether what a total shows comes from a cell above it that has its finding."""
    if isinstance(raw, str):
        return False
    return any(key in record.unread for record in records) or (
        bool(cells.counted) and _passed_over(raw, key, records, cells)
    )


def about_mended(cells: Cells, sheet: Sheet, table: Table) -> Iterator[Finding]:
    """One finding for all sums of a sheet that passed over what is written in other cells."""
    if not cells.mended:
        return
    refs = (
        CellRef(sheet.name, row, table.columns[key])
        for row, taken in cells.counted.items()
        for key in taken
    )
    texts = [ref.a1 for ref in sorted(set(refs) - set(cells.mended))]
    named = ", ".join(texts[:_MOST_NAMED]) + (" và các ô khác" if len(texts) > _MOST_NAMED else "")
    yield from over("cell.text_not_added", cells.mended, cells=named)


def added(key: str, records: Sequence[Record]) -> float:
    """A column added up, blanks as 0."""
    return sum(number(record.values.get(key)) for record in records)


def number(value: Value) -> float:
    """A figure; 0 for a blank."""
    return value if isinstance(value, int | float) else 0


def _follows(cells: Cells, column: Column, where: CellRef, raw: Raw) -> bool:
    """Whether what a sum shows comes from its parts; one that only passed them over is mended."""
    if isinstance(raw, str):
        return False
    if not cells.unread.get(where.row, set()).isdisjoint(column.formula):
        return True
    taken = cells.counted.get(where.row, {})
    values = cells.values[where.row]
    full = sum(number(values.get(key)) for key in column.formula)
    made = sum(taken.get(key, number(values.get(key))) for key in column.formula)
    if not _explains(raw, made, full):
        return False
    values[column.key] = full
    cells.unread.get(where.row, set()).discard(column.key)
    taken[column.key] = made
    cells.mended.append(where)
    return True


def _passed_over(raw: Raw, key: str, records: Sequence[Record], cells: Cells) -> bool:
    """Whether a total is the sum that the workbook made without what is written as text."""
    made = sum(
        cells.counted.get(record.row, {}).get(key, number(record.values.get(key)))
        for record in records
    )
    return _explains(raw, made, added(key, records))


def _explains(raw: Raw, made: float, full: float) -> bool:
    if not isinstance(raw, float):
        return False
    return abs(raw - made) < _NEARLY < abs(full - made)


def _is_said_of(found: Finding, places: set[CellRef]) -> bool:
    about_value = found.code.startswith("value.") or found.code == "cell.error_value"
    return about_value and found.at in places
