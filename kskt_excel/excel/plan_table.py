"""Rows of a sheet of the plan workbook, its columns found by their headings in any order."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kskt_excel.excel.plan_faults import Remarks
from kskt_excel.excel.plan_layout import PlanColumn, PlanSheet
from kskt_excel.model.cells import CellRef
from kskt_excel.model.grid import Raw
from kskt_excel.text.clean import clean, is_blank
from kskt_excel.text.dates import date
from kskt_excel.text.given import day as shown_day
from kskt_excel.text.given import given
from kskt_excel.text.keys import plain_key, tone_key

_ROWS_SEARCHED: Final = 100
_LEAST_HEADINGS: Final = 2
_LONGEST_HEADING: Final = 60  # characters
_ALIKE: Final = 0.75
_PARTS: Final = re.compile(r"[;\n]")
_ERROR: Final = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!)")

Rows = Sequence[Sequence[Raw]]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row: its cells by column key, and where they stand."""

    sheet: str
    number: int
    cells: Mapping[str, Raw]
    columns: Mapping[str, int]

    def at(self, key: str) -> CellRef:
        """Address of a cell; of the row when the sheet has no such column."""
        return CellRef(self.sheet, self.number, self.columns.get(key, 0))

    def has(self, key: str) -> bool:
        """Whether the cell holds anything."""
        return not is_blank(self.cells.get(key))

    def text(self, key: str) -> str:
        """The cell's text in one line with single blanks; "" when blank."""
        return as_text(self.cells.get(key))

    def parts(self, key: str) -> tuple[str, ...]:
        """The values of a cell that holds several, by semicolons or line breaks."""
        raw = self.cells.get(key)
        whole = clean(raw).text if isinstance(raw, str) else as_text(raw)
        found = (" ".join(part.split()) for part in _PARTS.split(whole))
        return tuple(dict.fromkeys(part for part in found if part))

    def day(self, key: str, remarks: Remarks) -> dt.date | None:
        """The cell's day; None when blank or, with a fault, when it is no day."""
        raw = self.cells.get(key)
        if is_blank(raw):
            return None
        read = date(raw)
        if read.value is None and read.outcome != "blank":
            remarks.fault("date_unread", self.at(key), given=given(raw))
        elif read.value is not None and read.outcome == "warn":
            remarks.doubt("value_read", self.at(key), given=given(raw), value=shown_day(read.value))
        return read.value


def as_text(raw: Raw) -> str:
    """A cell as text in one line; a number with a decimal comma and nothing superfluous."""
    if isinstance(raw, str):
        return " ".join(clean(raw).text.split())
    return given(raw)


def find_sheet(name: str, names: Sequence[str]) -> str | None:
    """The workbook's own name of a sheet, whatever its case, blanks, accents or composition."""
    for key in (tone_key, plain_key):
        for one in names:
            if key(one) == key(name):
                return one
    return None


def nearest(word: str, others: Iterable[str]) -> str:
    """The other text that looks most like ``word``; "" when none does."""
    from difflib import get_close_matches

    by_key = {plain_key(other): other for other in others if plain_key(other)}
    close = get_close_matches(plain_key(word), by_key, n=1, cutoff=_ALIKE)
    if close:
        return by_key[close[0]]
    held = [key for key in by_key if plain_key(word) in key or key in plain_key(word).split()]
    return by_key[held[0]] if len(held) == 1 else ""


def read_table(sheet: PlanSheet, name: str, rows: Rows, remarks: Remarks) -> tuple[PlanRow, ...]:
    """Rows under the headings, blank ones left out; missing columns and cells are said."""
    found = find_headings(sheet.columns, rows)
    if found is None:
        needed = ", ".join(column.heading for column in sheet.columns if column.needed)
        remarks.fault("heading_missing", CellRef(name), sheet=name, columns=needed)
        return ()
    heading_row, columns = found
    _report_columns(sheet, CellRef(name, heading_row), rows[heading_row - 1], columns, remarks)
    read = tuple(_rows(name, rows, heading_row, columns))
    for row in read:
        _report_cells(sheet, row, remarks)
    if sheet.needed and not read:
        remarks.fault("no_rows", CellRef(name, heading_row), sheet=name)
    return read


def find_headings(columns: Sequence[PlanColumn], rows: Rows) -> tuple[int, dict[str, int]] | None:
    """The heading row and the number of each column found in it, by key; None without one."""
    own = {tone_key(column.heading): column.key for column in columns}
    keys = {tone_key(text): column.key for column in columns for text in column.aliases} | own
    best: tuple[int, dict[str, int]] | None = None
    for number, row in enumerate(rows[:_ROWS_SEARCHED], start=1):
        found = _columns_in(row, keys, own)
        if len(found) >= _LEAST_HEADINGS and (best is None or len(found) > len(best[1])):
            best = number, found
        if len(found) == len(columns):
            break
    return best


def _columns_in(
    row: Sequence[Raw], keys: Mapping[str, str], own: Mapping[str, str]
) -> dict[str, int]:
    """Columns of a heading row; a column's own heading wins over its other ones."""
    texts = [as_text(raw) for raw in row]
    headings = [tone_key(text) if len(text) <= _LONGEST_HEADING else "" for text in texts]
    found: dict[str, int] = {}
    for table in (own, keys):
        for number, heading in enumerate(headings, start=1):
            key = table.get(heading)
            if key and key not in found and number not in found.values():
                found[key] = number
    return found


def _report_columns(
    sheet: PlanSheet,
    at: CellRef,
    row: Sequence[Raw],
    columns: Mapping[str, int],
    remarks: Remarks,
) -> None:
    """Says which columns are missing, once each, and which heading may be meant."""
    spare = {
        as_text(raw): number
        for number, raw in enumerate(row, start=1)
        if number not in columns.values() and not is_blank(raw)
    }
    for column in sheet.columns:
        if column.key in columns:
            _report_twice(column, at, spare, remarks)
            continue
        near = nearest(column.heading, spare)
        if near:
            cell = CellRef(at.sheet, at.row, spare[near])
            remarks.fault("column_renamed", cell, column=column.heading, given=near)
        elif column.needed:
            remarks.fault("column_missing", at, sheet=at.sheet, column=column.heading)


def _report_twice(
    column: PlanColumn, at: CellRef, spare: Mapping[str, int], remarks: Remarks
) -> None:
    for text, number in spare.items():
        if tone_key(text) == tone_key(column.heading):
            cell = CellRef(at.sheet, at.row, number)
            remarks.fault("column_twice", cell, column=column.heading)


def _rows(name: str, rows: Rows, heading_row: int, columns: Mapping[str, int]) -> Iterator[PlanRow]:
    for number, row in enumerate(rows[heading_row:], start=heading_row + 1):
        cells = {
            key: row[column - 1]
            for key, column in columns.items()
            if column <= len(row) and not is_blank(row[column - 1])
        }
        if cells:
            yield PlanRow(name, number, cells, columns)


def _report_cells(sheet: PlanSheet, row: PlanRow, remarks: Remarks) -> None:
    """Says which cells of a row must not be blank, or show an error of Excel's."""
    for column in sheet.columns:
        if column.key not in row.columns:
            continue
        if column.filled and not row.has(column.key):
            remarks.fault("value_missing", row.at(column.key), column=column.heading)
        elif isinstance(raw := row.cells.get(column.key), str) and _ERROR.fullmatch(raw.strip()):
            remarks.fault("value_error", row.at(column.key), given=raw.strip())
