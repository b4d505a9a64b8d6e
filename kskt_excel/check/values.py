"""Typed values of a record, and values as a message shows them."""

import datetime as dt
from collections.abc import Iterator

from kskt_excel.model.reading import Reading, Record, SheetReading, SheetState

_NUMBERS = (int, float)  # a tuple: `int | float` would be built anew at every call


def rows(reading: Reading, form: str) -> Iterator[tuple[SheetReading, Record]]:
    """Records of a sheet that has figures, each with its sheet; nothing in any other state."""
    sheet = reading.sheets.get(form)
    if sheet is not None and sheet.state is SheetState.FILLED:
        for record in sheet.records:
            yield sheet, record


def state(reading: Reading, form: str) -> SheetState:
    """State of a sheet; MISSING when the workbook has none of this form."""
    sheet = reading.sheets.get(form)
    return sheet.state if sheet else SheetState.MISSING


def day(record: Record, column: str) -> dt.date | None:
    """A date, None when blank or unreadable."""
    value = record.values.get(column)
    return value if isinstance(value, dt.date) else None


def number(record: Record, column: str) -> float | None:
    """A number, None when blank or unreadable."""
    value = record.values.get(column)
    return value if isinstance(value, _NUMBERS) and not isinstance(value, bool) else None


def flag(record: Record, column: str) -> bool | None:
    """Có or Không, None when blank or unreadable."""
    value = record.values.get(column)
    return value if isinstance(value, bool) else None


def words(record: Record, column: str) -> str:
    """A text, empty when blank or unreadable."""
    value = record.values.get(column)
    return value if isinstance(value, str) else ""


def is_blank(record: Record, column: str) -> bool:
    """Whether nothing stands in the cell; 0 and Không are something, so is what is unreadable."""
    return column not in record.values and column not in record.unread


def shown_rows(numbers: list[int]) -> str:
    """Row numbers, neighbours joined: ``8, 10–13``."""
    runs: list[list[int]] = []
    for row in sorted(numbers):
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
