"""What is known of the cells that findings speak of, in the words of a clerk."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Forms
from kskt_excel.model.reading import Reading, Record, SheetReading, Value
from kskt_excel.report import words

_BLANK: Final = "(để trống)"
_LONGEST: Final = 200


class CellFacts:
    """What is known of the cells that findings speak of."""

    def __init__(self, reading: Reading | None, forms: Forms | None) -> None:
        sheets = reading.sheets.values() if reading else ()
        self._sheets: Mapping[str, SheetReading] = {one.name: one for one in sheets}
        self._forms = forms
        self._records: dict[str, dict[int, Record]] = {}

    def about(self, found: Finding) -> str:
        """Key of the row and heading of the column, each on its line."""
        record, column = self._record(found.at), self._column(found.at)
        heading = str(found.params.get("column", "")) or self._heading(found.at, column)
        if not heading and found.at and found.at.row and not found.at.column:
            heading = f"Dòng {found.at.row}"
        key = _row_name(record) if record and len(found.cells) == 1 else ""
        return "\n".join(part for part in (key, heading) if part)

    def given(self, found: Finding) -> str:
        """What stands in the cell, as a clerk writes it."""
        if "given" in found.params:
            return str(found.params["given"])[:_LONGEST]
        record, column = self._record(found.at), self._column(found.at)
        if not record or not column or column in record.unread:
            return ""
        return _shown(record.values.get(column))[:_LONGEST]

    def _record(self, at: CellRef | None) -> Record | None:
        sheet = self._sheets.get(at.sheet) if at else None
        if not at or not sheet:
            return None
        if at.sheet not in self._records:
            self._records[at.sheet] = {record.row: record for record in sheet.records}
        return self._records[at.sheet].get(at.row)

    def _column(self, at: CellRef | None) -> str:
        sheet = self._sheets.get(at.sheet) if at else None
        if not at or not sheet or not at.column:
            return ""
        return next((key for key, number in sheet.columns.items() if number == at.column), "")

    def _heading(self, at: CellRef | None, column: str) -> str:
        if not at or not column or not self._forms:
            return ""
        form = self._forms.sheet_by_id.get(self._sheets[at.sheet].form)
        known = form.by_key.get(column) if form else None
        return known.heading if known else ""


def _row_name(record: Record) -> str:
    """What names a row: its code where it has one, else its number."""
    if record.key and record.key in record.values.values():
        return record.key[:_LONGEST]
    return f"Dòng {record.row}"


def _shown(value: Value) -> str:
    if value is None:
        return _BLANK
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, int | float):
        return words.number(value)
    return value.strftime("%d/%m/%Y") if isinstance(value, dt.date) else value
