"""What was understood from a unit's workbook: records with their addresses."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from enum import StrEnum
from typing import Final, TypeAlias

from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.nouns import dataclass

Value: TypeAlias = str | int | float | bool | dt.date | None
"""A parsed value: counts int; percentages float, 50.0 for 50 %; choices as the list has them."""


class SheetState(StrEnum):
    """Different things: figures, nothing happened, nothing written, no such sheet, or unclear."""

    FILLED = "filled"
    NIL = "nil"  # ticked «Kỳ này không phát sinh»
    BLANK = "blank"
    MISSING = "missing"
    UNCLEAR = "unclear"  # for the rules: ticked, yet with a few figures; read as NIL


CARRIED_ID: Final = "ky-truoc"
"""Starts the hidden ``_id`` of a row that a register was issued with from the quarter before."""

CARRIED: Final = "carried"
"""Stands, as True, among the values of such a row: what counts rows asks for it as for a column."""


Balances: TypeAlias = Mapping[tuple[str, str, str], float]
"""What rows open with of the quarter before (số kỳ trước chuyển sang): by form id, key of the
column and key of the row."""


_NUMBERS = (int, float)  # a tuple: `int | float` would be built anew at every call


@dataclass(frozen=True, slots=True)
class Record:
    """One data row (dòng) of a sheet: parsed values by column key; a blank cell has no entry."""

    row: int
    key: str  # what identifies the row: task code, procedure code, dossier number, or text key
    values: Mapping[str, Value]
    unread: frozenset[str] = (
        frozenset()
    )  # columns that hold something unreadable (already a finding)
    hidden_id: str = ""

    @property
    def is_carried(self) -> bool:
        """Whether the row of a register was issued with the workbook, from the quarter before."""
        return CARRIED in self.values

    def count(self, column: str) -> int:
        """A count, blank as 0."""
        value = self.values.get(column)
        return value if isinstance(value, int) else 0

    def number(self, column: str) -> float | None:
        """A number, None when blank or unreadable."""
        value = self.values.get(column)
        return value if isinstance(value, _NUMBERS) and not isinstance(value, bool) else None

    def day(self, column: str) -> dt.date | None:
        """A date, None when blank or unreadable."""
        value = self.values.get(column)
        return value if isinstance(value, dt.date) else None

    def flag(self, column: str) -> bool | None:
        """Có or Không, None when blank or unreadable."""
        value = self.values.get(column)
        return value if isinstance(value, bool) else None

    def text(self, column: str) -> str:
        """A text, empty when blank or unreadable."""
        value = self.values.get(column)
        return value if isinstance(value, str) else ""

    @property
    def filled(self) -> frozenset[str]:
        """Keys of the columns in which something stands, read or not."""
        return self.unread.union(self.values)

    @property
    def texts(self) -> dict[str, str]:
        """The texts of the row by column key."""
        return {column: value for column, value in self.values.items() if isinstance(value, str)}

    def with_texts(self, key: str, texts: Mapping[str, str]) -> "Record":
        """The row under a key, with other texts in some columns; itself where nothing is new."""
        if not texts and key == self.key:
            return self
        return replace(self, key=key, values={**self.values, **texts})

    def is_blank(self, column: str) -> bool:
        """Whether nothing stands in the cell; 0 and Không are something, so is the unreadable."""
        return column not in self.values and column not in self.unread

    def knows(self, *columns: str) -> bool:
        """Whether none of the columns is unreadable (blank is known)."""
        return self.unread.isdisjoint(columns)


@dataclass(frozen=True, slots=True)
class SheetReading:
    """One sheet of a unit's workbook, understood."""

    form: str  # id of the sheet's form definition: "ho-so"
    name: str  # as on the tab
    state: SheetState
    columns: Mapping[str, int] = field(default_factory=dict)  # column key -> column number
    records: Sequence[Record] = ()  # unpacked when they are first looked at
    total: Record | None = None
    nil_cell: CellRef | None = None
    heading_row: int = 0
    places: Mapping[str, CellRef] = field(default_factory=dict)  # labels: where each value stands

    def ref(self, record: Record, column: str = "") -> CellRef:
        """Address of a record's cell; of its row when the column is not in the sheet."""
        if column in self.places:
            return self.places[column]
        return CellRef(self.name, record.row, self.columns.get(column, 0))


@dataclass(frozen=True, slots=True)
class Identity:
    """What a workbook says it is: template, version, unit, period; "" for what it does not say."""

    template: str = ""
    version: str = ""
    unit: str = ""
    period: str = ""
    found_by: str = ""  # "property", "name", "row", "label", "content"
    forms: tuple[str, ...] = ()  # ids of the forms that it was issued with; () when not known

    def has_been_issued_with(self, form: str) -> bool:
        """Whether the workbook had a form's sheet when it went out, as far as it says."""
        return not self.forms or form in self.forms


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer of a unit to one finding (giải trình), by the finding's code and place."""

    code: str
    sheet: str  # "" for a finding about the whole file
    cell: str  # "G12", "12" for a whole row, "" for a whole sheet
    text: str

    def answers(self, code: str, at: CellRef | None) -> bool:
        """Whether the answer is about the finding with this code at this place."""
        place = (at.sheet, at.a1) if at else ("", "")
        return (self.code, self.sheet, self.cell) == (code, *place)


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole workbook understood: sheets by form id, and every finding made on the way."""

    identity: Identity
    sheets: Mapping[str, SheetReading]
    findings: tuple[Finding, ...] = ()
    extra_sheets: tuple[str, ...] = ()  # the unit's own sheets: kept, named, ignored
    kind: str = "xlsx"
    explanations: tuple[Explanation, ...] = ()  # answers on the result sheet that it came back with
    part: tuple[int, int] | None = None  # (n, m) of «Phần n/m», (0, 0) when whole; None: not asked

    def state_of(self, form: str) -> SheetState:
        """State of a form's sheet; MISSING when the workbook has none."""
        sheet = self.sheets.get(form)
        return sheet.state if sheet else SheetState.MISSING

    def rows(self, form: str) -> Iterator[tuple[SheetReading, Record]]:
        """Records of a form's sheet, each with its sheet; none of a sheet that is not FILLED."""
        sheet = self.sheets.get(form)
        if sheet is not None and sheet.state is SheetState.FILLED:
            for record in sheet.records:
                yield sheet, record
