"""Where things stand on an issued data sheet: rows and columns from 1, as Excel shows them."""

from dataclasses import dataclass
from typing import Final

from kskt_excel.excel.issuing.content import SheetRow
from kskt_excel.model.cells import column_letters
from kskt_excel.model.forms import SheetForm

TITLE_ROW: Final = 1
MARK_ROW: Final = 2
AGENCY_ROW: Final = 3
NIL_ROW: Final = 4
GUIDE_ROW: Final = 5
HEADING_ROW: Final = 6
NUMBERING_ROW: Final = 7
FIRST_ROW: Final = 8
NIL_LABEL_COLUMN: Final = 1
NIL_TICK_COLUMN: Final = 2
_NIL_LABEL_PX: Final = 104  # «Kỳ này không phát sinh» on two lines
_FROZEN_AT_MOST_PX: Final = 420


@dataclass(frozen=True)
class Grid:
    """A data sheet's geometry (bố cục)."""

    form: SheetForm
    rows: tuple[SheetRow, ...]

    @property
    def last_row(self) -> int:
        """Last data row; the heading's own when there is none."""
        return FIRST_ROW + len(self.rows) - 1

    @property
    def total_row(self) -> int:
        """Row of «Tổng cộng»; 0 for a form without totals."""
        return self.last_row + 1 if any(column.total for column in self.form.columns) else 0

    @property
    def end_row(self) -> int:
        """Last row that prints."""
        return self.total_row or self.last_row

    @property
    def id_column(self) -> int:
        """The hidden column of row keys, after the last one."""
        return len(self.form.columns) + 1

    @property
    def widths(self) -> tuple[int, ...]:
        """Column widths in pixels; the first one also holds the label of the nil cell."""
        own = tuple(column.width for column in self.form.columns)
        first = max(own[0], _NIL_LABEL_PX) if self.form.nil else own[0]
        return (first, *own[1:])

    @property
    def frozen_columns(self) -> int:
        """Columns that stay in sight: what names a row, if the screen has room for it."""
        count = 2 if self.form.rows else 1
        return count if sum(self.widths[:count]) <= _FROZEN_AT_MOST_PX else 1

    def column(self, key: str) -> int:
        """Number of a column."""
        return [column.key for column in self.form.columns].index(key) + 1

    def cell(self, key: str, row: int) -> str:
        """Address of a cell: ``E8``."""
        return f"{column_letters(self.column(key))}{row}"

    def span(self, key: str) -> str:
        """The data cells of a column: ``E8:E10``."""
        return f"{self.cell(key, FIRST_ROW)}:{self.cell(key, self.last_row)}"

    def sum_of_row(self, keys: tuple[str, ...], row: int) -> str:
        """Formula that adds cells of one row, neighbours as one range: ``SUM(E8:H8)``."""
        numbers = sorted(self.column(key) for key in keys)
        runs: list[list[int]] = []
        for number in numbers:
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        parts = (
            f"{column_letters(run[0])}{row}"
            + (f":{column_letters(run[-1])}{row}" if len(run) > 1 else "")
            for run in runs
        )
        return f"SUM({','.join(parts)})"
