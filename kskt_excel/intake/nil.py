"""The cell «Kỳ này không phát sinh» and its tick."""

from collections.abc import Iterator
from dataclasses import dataclass

from kskt_excel.intake.remarks import remark
from kskt_excel.intake.row_kinds import is_nil_label
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.grid import Cell, Raw, Sheet
from kskt_excel.text.clean import clean_text, is_blank
from kskt_excel.text.given import given
from kskt_excel.text.numbers import yes_no

_ROWS_WITH_LABEL = 12
_COLUMNS_WITH_LABEL = 12
_CELLS_TO_THE_RIGHT = 4
_LONGEST_TICK = 12  # a longer text is a hint beside the cell, not a tick


@dataclass(frozen=True, slots=True)
class Nil:
    """Where the tick cell is and whether it is ticked."""

    cell: CellRef | None = None
    ticked: bool = False
    findings: tuple[Finding, ...] = ()


def nil_of(sheet: Sheet) -> Nil:
    """The tick of a sheet; a tick cell with anything else than yes or no is a finding."""
    label = next(_labels(sheet), None)
    if label is None:
        return Nil()
    row, column = label
    place, value = _tick(sheet, row, column)
    cell = CellRef(sheet.name, row, place)
    if value is None:
        return Nil(cell)
    read = yes_no(value)
    if read.value is None and read.outcome == "error":
        unclear = remark("sheet.tick_unclear", cell, {"given": given(value)})
        return Nil(cell, findings=(unclear,))
    return Nil(cell, ticked=bool(read.value))


def _labels(sheet: Sheet) -> Iterator[Cell]:
    for number, row in enumerate(sheet.rows[:_ROWS_WITH_LABEL], start=1):
        for column, value in enumerate(row[:_COLUMNS_WITH_LABEL], start=1):
            if isinstance(value, str) and is_nil_label(value):
                yield number, column


def _tick(sheet: Sheet, row: int, label: int) -> tuple[int, Raw]:
    """Column and content of the tick cell: the first short thing right of the label."""
    after = clean_text(str(sheet.at(row, label))).rpartition(":")[2].strip()
    if after and len(after) <= 1:
        return label, after
    covered = [
        right
        for top, left, bottom, right in sheet.merged
        if top <= row <= bottom and left <= label <= right
    ]
    first = max(covered, default=label) + 1
    for column in range(first, first + _CELLS_TO_THE_RIGHT):
        value = sheet.at(row, column)
        hint = isinstance(value, str) and len(value) > _LONGEST_TICK
        if value is not None and not hint and not is_blank(value):
            return column, value
    return first, None
