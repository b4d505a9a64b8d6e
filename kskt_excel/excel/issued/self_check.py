"""Sheet «Tự kiểm tra»: what is still missing or wrong, while the unit fills its workbook.

Live formulas without macros, with their results stored: LibreOffice does not recalculate on
opening, and Excel's protected view never does. What can be wrong comes from the form definitions
and from the rules of ``check`` (``cell_rules``).

A fault is written so that texts, blanks and error values cannot break a sum:
    count  SUMPRODUCT(--ISNUMBER(1/(condition)))
    place  SUMPRODUCT(MAX(ISNUMBER(1/(condition))*(10^9-ROW(cells)*1000-COLUMN(cells))))
The largest place is the first cell; 0 is none.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import IntEnum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from kskt_excel.check.blanks import level_of_a_blank
from kskt_excel.check.conditions import HasAnything, IsCarried, Not, RowCondition
from kskt_excel.check.context import RuleContext
from kskt_excel.check.identity import ASKED_LABELS
from kskt_excel.check.sums import (
    AGREEMENTS,
    CATALOGUE,
    DOSSIERS,
    FEES,
    ONLINE,
    OVERDUE,
    OVERDUE_LIST,
    Agreement,
)
from kskt_excel.excel import book_writer
from kskt_excel.excel.book_writer import (
    BookWriter,
    Formula,
    colour_tab,
    formula_text,
    quoted,
    write_cell,
    write_text,
)
from kskt_excel.excel.issued.cell_rules import (
    CellRule,
    FaultGroup,
)
from kskt_excel.excel.issued.condition_formulas import ROW_ID, formula_of
from kskt_excel.excel.issued.drawn_sheets import DrawnSheets, OwnParts
from kskt_excel.excel.issued.form_sheet import (
    FIRST_DATA_ROW,
    NIL_ROW,
    NIL_TICK_COLUMN,
    NUMBERING_ROW,
    SheetGeometry,
)
from kskt_excel.excel.issued.order import (
    FIRST_LABEL_ROW,
    PROCEDURE_LIST,
    TASK_LIST,
    TICK_WORDS,
    TOTAL_LABEL,
    ChoiceLists,
    IssueOrder,
    ListNames,
)
from kskt_excel.model.book import CellPlace, column_letters
from kskt_excel.model.finding import Severity
from kskt_excel.model.forms import (
    MARK_ROW,
    SELF_CHECK_MARK,
    SELF_CHECK_SHEET,
    SELF_CHECK_WORDS,
    SheetForm,
)
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import CARRIED, Record, Value

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet


_ROWS_BELOW: Final = 100  # rows pasted below a register's table are seen as the reader sees them
_FAR: Final = 10**9  # a place is this less row and column, so that the first one is the largest
_ROW_WEIGHT: Final = 1000  # more than any form has columns, so that both can be told again
_ERRORS: Final = (FaultGroup.BLANK, FaultGroup.WRONG, FaultGroup.MISMATCH)


class FillState(IntEnum):
    """How a sheet stands (tình trạng của một trang): the number in its hidden cell."""

    FIGURES = 0
    TICKED = 1
    TICKED_WITH_FIGURES = 2
    NOTHING_YET = 3  # and something is owed
    NOTHING_TO_ASK_ABOUT = 4  # and something is expected
    LEFT_EMPTY = 5  # and that says enough
    TICKED_IN_SPITE = 6  # while another sheet tells of the same dossiers


_WHOLE_SHEET_WRONG: Final = (
    FillState.TICKED_WITH_FIGURES,
    FillState.NOTHING_YET,
    FillState.TICKED_IN_SPITE,
)
_WORDS: Final[Mapping[FillState, str]] = {
    FillState.TICKED: "không phát sinh",
    FillState.TICKED_WITH_FIGURES: "đã ghi không phát sinh nhưng bảng có số liệu",
    FillState.NOTHING_YET: "chưa ghi",
    FillState.NOTHING_TO_ASK_ABOUT: "chưa ghi, nên xem lại",
    FillState.LEFT_EMPTY: "để trống",
    FillState.TICKED_IN_SPITE: "đã ghi không phát sinh nhưng trang khác có số liệu hồ sơ",
}
_WITH_TICK: Final = {
    FillState.NOTHING_YET: "chưa ghi, cũng chưa ghi x ở Kỳ này không phát sinh",
    FillState.NOTHING_TO_ASK_ABOUT: "chưa ghi, chưa ghi x ở Kỳ này không phát sinh: nên xem lại",
}
FULL: Final = "đủ"
_LOST: Final = "không tự kiểm được: trang đã mất, mất cột hoặc mất dòng đầu, cuối bảng"
_PARTS: Final[Mapping[FaultGroup, tuple[str, str]]] = {
    FaultGroup.BLANK: ("còn ", " ô trống"),
    FaultGroup.WRONG: ("", " ô ghi chưa đúng"),
    FaultGroup.MISMATCH: ("", " dòng chưa khớp"),
    FaultGroup.REVIEW: ("", " chỗ nên xem lại"),
}
PASSED: Final = "ĐẠT"
_NOT_RECKONED: Final = "CHƯA TỰ KIỂM ĐƯỢC: phần mềm này không tính được các công thức của trang"


@dataclass(frozen=True)
class FaultFormula:
    """A fault as formulas ask for it: in which cells, under what condition."""

    group: FaultGroup
    cells: str  # the range that a place is told of
    condition: str

    @cached_property
    def count(self) -> str:
        """Formula of the number of its cells."""
        return f"SUMPRODUCT(--ISNUMBER(1/({self.condition})))"

    @cached_property
    def place(self) -> str:
        """Formula of the place of its first cell."""
        far = f"(10^9-ROW({self.cells})*{_ROW_WEIGHT}-COLUMN({self.cells}))"
        return f"SUMPRODUCT(MAX(ISNUMBER(1/({self.condition}))*{far}))"


@dataclass(frozen=True, slots=True)
class SheetFault:
    """A fault of a sheet, and the cells where it is as issued."""

    formula: FaultFormula
    found: tuple[CellPlace, ...] = ()


@dataclass(frozen=True)
class TableRanges:
    """The columns of a data sheet as formulas ask for them, whatever stands in its rows.

    A range goes from the numbering row to the row of totals: both are locked, so that no row can
    be put in or deleted beside it. Without totals it ends some way below the table.
    """

    form: SheetForm
    id_column: int
    last_row: int
    has_total: bool
    names: ListNames

    @classmethod
    def of(cls, grid: SheetGeometry, names: ListNames) -> "TableRanges":
        """The ranges of a sheet; for sheets of one geometry the same, with what they have told."""
        last_row = grid.total_row or grid.last_row + _ROWS_BELOW
        return _ranges(grid.form, grid.id_column, last_row, names, has_total=bool(grid.total_row))

    @cached_property
    def sheet(self) -> str:
        """The sheet's name as formulas write it."""
        return quoted(book_writer.sheet_name(self.form.sheet))

    def block(self, *keys: str) -> str:
        """Range of neighbouring columns."""
        first, last = keys[0], keys[-1]
        told = self._blocks.get((first, last))
        if told is None:
            left, right = (column_letters(self._numbers[key]) for key in (first, last))
            told = f"{self.sheet}!${left}${NUMBERING_ROW}:${right}${self.last_row}"
            self._blocks[first, last] = told
        return told

    @cached_property
    def _blocks(self) -> dict[tuple[str, str], str]:
        """Ranges told so far: each is asked for by many rules."""
        return {}

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        numbers = {column.key: at for at, column in enumerate(self.form.columns, start=1)}
        return {ROW_ID: self.id_column, **numbers}

    @cached_property
    def is_row(self) -> str:
        """Condition that leaves out the numbering row and the row of totals."""
        first = self.block(self.form.columns[0].key)
        total = f"*(TRIM({first})<>{formula_text(TOTAL_LABEL)})" if self.has_total else ""
        return f'(LEFT({first})<>"("){total}'

    @cached_property
    def entered(self) -> tuple[str, ...]:
        """Columns that the unit fills, from left to right."""
        return tuple(c.key for c in self.form.columns if c.key in self.form.entered_keys)

    @property
    def tick(self) -> str:
        """Cell of the tick «Kỳ này không phát sinh»."""
        return f"{self.sheet}!${column_letters(NIL_TICK_COLUMN)}${NIL_ROW}"

    def written(self, condition: RowCondition) -> str:
        """The condition of every row as a formula."""
        return formula_of(condition, self.block, self.names.spellings)

    def faults(self, rules: tuple[CellRule, ...]) -> tuple[FaultFormula, ...]:
        """The faults of single cells, a formula for each rule."""
        for known, faults in self._told_faults:
            if known == rules:
                return faults
        faults = tuple(map(self._fault, rules))
        self._told_faults.append((rules, faults))
        return faults

    @cached_property
    def _told_faults(self) -> list[tuple[tuple[CellRule, ...], tuple[FaultFormula, ...]]]:
        """By their rules, which are mostly the same ones and quicker compared than hashed."""
        return []

    def _fault(self, rule: CellRule) -> FaultFormula:
        """The rule of all its columns at once; what it asks of other columns is one wide."""
        several = {rule.columns[0]: self.block(*rule.columns)} if len(rule.columns) > 1 else {}

        def cells(key: str) -> str:
            return several.get(key) or self.block(key)

        own = formula_of(rule.conditions[0], cells, self.names.spellings)
        row = f"*{self.written(rule.row)}" if rule.row else ""
        condition = f"{own}{row}*{self.is_row}"
        return FaultFormula(rule.group, self.block(*rule.columns), condition)

    @cached_property
    def repeated(self) -> FaultFormula | None:
        """Rows with the same key, where the form asks about them."""
        if not self.form.repeated:
            return None
        is_error = Severity(self.form.repeated) is Severity.ERROR
        keys = [self.block(key) for key in self.form.key]
        joined = '&"|"&'.join(keys)
        top = f"{self.sheet}!$A${NUMBERING_ROW}"
        again = f"(MATCH({joined},{joined},0)<ROW({keys[0]})-ROW({top})+1)"
        filled = "".join(f'*(TRIM({key})<>"")' for key in keys)
        return FaultFormula(
            FaultGroup.MISMATCH if is_error else FaultGroup.REVIEW,
            self.block(self.form.key[-1]),
            f"{again}{filled}*{self.is_row}",
        )

    @cached_property
    def lost(self) -> FaultFormula | None:
        """Rows that the office had given and that are lost."""
        given = {"tasks": TASK_LIST, "procedures": PROCEDURE_LIST}.get(self.form.rows, "")
        source = self.names.source(given).removeprefix("=") if given else ""
        if not source:
            return None
        condition = f"COUNTIF({self.block(self.form.key[0])},{source})=0"
        return FaultFormula(FaultGroup.MISMATCH, f"{self.sheet}!$A${self.last_row}", condition)

    @cached_property
    def columns_there(self) -> str:
        """Formula that is an error once a column, or an end of the table, is gone."""
        parts = ",".join(f"ROWS({self.block(column.key)})" for column in self.form.columns)
        return f"0*SUM({parts})"

    @cached_property
    def rows_entered(self) -> str:
        """Formula of the number of rows in which something is entered."""
        return (
            f"SUMPRODUCT(--ISNUMBER(1/({self.written(HasAnything(self.entered))}*{self.is_row})))"
        )

    @cached_property
    def figures(self) -> str:
        """Formula of the number of entered cells that contradict a tick: not 0, not Không."""
        terms = []
        for key in self.entered:
            cells = self.block(key)
            terms.append(f'(TRIM({cells})<>"")*({cells}<>0)*(TRIM({cells})<>"Không")')
        own = f"*{self.written(Not(IsCarried()))}" if self.form.tick_leaves_carried else ""
        return f"SUMPRODUCT(--ISNUMBER(1/(({'+'.join(terms)})*{self.is_row}{own})))"

    def total_of(self, keys: Iterable[str]) -> str:
        """Formula of what some columns add up to, without the row of totals."""
        cells = (self.block(key) for key in keys)
        sums = (f"ISNUMBER({one})*{self.is_row},{one}" for one in cells)
        return "+".join(f"SUMPRODUCT({one})" for one in sums)


@lru_cache(maxsize=256)
def _ranges(
    form: SheetForm, id_column: int, last_row: int, names: ListNames, *, has_total: bool
) -> TableRanges:
    return TableRanges(form, id_column, last_row, has_total, names)


@dataclass(frozen=True)
class CheckedTable:
    """A data sheet as the self-check sees it: its columns as ranges, its rows as records."""

    form: SheetForm
    grid: SheetGeometry
    rules: tuple[CellRule, ...]
    known: RuleContext
    lists: ChoiceLists

    @cached_property
    def ranges(self) -> TableRanges:
        """The sheet's columns in formulas."""
        return TableRanges.of(self.grid, self.lists.names)

    @property
    def first_cell(self) -> CellPlace:
        """Where to begin on a sheet with nothing in it."""
        if self.form.nil:
            return NIL_ROW, NIL_TICK_COLUMN
        entered = self.ranges.entered or (self.form.columns[0].key,)
        return FIRST_DATA_ROW, self.grid.column(entered[0])

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The rows as they are issued, without those that nobody has used."""
        return tuple(
            Record(
                number,
                row.key,
                {key: value for key, value in row.values.items() if _is_something(value)}
                | ({CARRIED: True} if row.number else {}),
                hidden_id=row.hidden_id,
            )
            for number, row in enumerate(self.grid.rows, start=FIRST_DATA_ROW)
            if not row.spare
        )

    @cached_property
    def entered_records(self) -> tuple[Record, ...]:
        """The issued rows in which something is entered."""
        anything = HasAnything(self.ranges.entered)
        return tuple(record for record in self.records if anything.holds(record))

    def faults(self) -> Iterator[SheetFault]:
        """What can be wrong in its cells and with its rows."""
        records = self.records if self.entered_records else ()
        for rule, formula in zip(self.rules, self.ranges.faults(self.rules), strict=True):
            yield SheetFault(formula, tuple(self._found(rule, records)) if records else ())
        if self.ranges.repeated:
            yield SheetFault(self.ranges.repeated, tuple(self._found_again()))
        if self.ranges.lost:
            yield SheetFault(self.ranges.lost)

    def _found(self, rule: CellRule, records: Iterable[Record]) -> Iterator[CellPlace]:
        for record in records:
            if rule.row and not rule.row.holds(record, self.lists.spellings):
                continue
            for key, condition in zip(rule.columns, rule.conditions, strict=True):
                if condition.holds(record, self.lists.spellings):
                    yield record.row, self.grid.column(key)

    def _found_again(self) -> Iterator[CellPlace]:
        first: dict[str, int] = {}
        column = self.grid.column(self.form.key[-1])
        for record in self.records:
            parts = [record.values.get(key) for key in self.form.key]
            name = "|".join(str(part).casefold() for part in parts)
            if None not in parts and first.setdefault(name, record.row) != record.row:
                yield record.row, column


def _is_something(value: Value) -> bool:
    return value is not None and value != ""


@dataclass(frozen=True)
class CheckedLabels:
    """The sheet of labels and values as the self-check sees it."""

    form: SheetForm
    values: Mapping[str, Value]
    rules: tuple[CellRule, ...]
    lists: ChoiceLists

    @cached_property
    def sheet(self) -> str:
        """The sheet's name as formulas write it."""
        return quoted(book_writer.sheet_name(self.form.sheet))

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Row of each value, by column key."""
        return {c.key: row for row, c in enumerate(self.form.columns, start=FIRST_LABEL_ROW)}

    def cell(self, key: str) -> str:
        """Cell of a value."""
        return f"{self.sheet}!$B${self.rows[key]}"

    def faults(self) -> Iterator[SheetFault]:
        """What is blank or not as it is asked for: only whose it is sends a workbook back."""
        filled = {key: value for key, value in self.values.items() if _is_something(value)}
        record = Record(1, "", filled)
        for key in ASKED_LABELS:
            if key in self.rows:
                condition = f'(TRIM({self.cell(key)})="")'
                found = () if key in filled else ((self.rows[key], 2),)
                yield SheetFault(FaultFormula(FaultGroup.REVIEW, self.cell(key), condition), found)
        yield from self._overwritten(filled)
        for rule in self.rules:
            if rule.group is FaultGroup.BLANK:
                continue
            for key, asked in zip(rule.columns, rule.conditions, strict=True):
                condition = formula_of(asked, self.cell, self.lists.names.spellings)
                holds = asked.holds(record, self.lists.spellings)
                found = ((self.rows[key], 2),) if holds else ()
                yield SheetFault(FaultFormula(FaultGroup.REVIEW, self.cell(key), condition), found)

    def _overwritten(self, filled: Mapping[str, Value]) -> Iterator[SheetFault]:
        """Unit and period are those for which the workbook was issued."""
        for key in _WHOSE:
            if key in self.rows:
                issued = formula_text(str(filled.get(key, "")))
                cell = self.cell(key)
                yield SheetFault(FaultFormula(_NAMING, cell, f"(TRIM({cell})<>{issued})"))

    def columns_there(self) -> str:
        """Formula that is an error once a label's row is gone."""
        return f"0*SUM({','.join(f'ROWS({self.cell(key)})' for key in self.rows)})"


_WHOSE: Final = ("unit_name", "unit_code", "period")
_NAMING: Final = FaultGroup.MISMATCH
"""The group of the faults of the sheet of labels whose formulas say for whom it was issued."""

Tables = Mapping[str, CheckedTable]


def agreement_faults(tables: Tables) -> Iterator[tuple[str, SheetFault]]:
    """Faults between sheets, each with the form of the sheet that shows it."""
    dossiers, online, overdue, catalogue = (
        tables.get(form) for form in (DOSSIERS, ONLINE, OVERDUE_LIST, CATALOGUE)
    )
    if dossiers and online:
        for agreement in AGREEMENTS:
            yield ONLINE, _disagreement(online, dossiers, agreement)
    if dossiers and overdue:
        yield DOSSIERS, _not_listed_overdue(dossiers, overdue)
    if online and catalogue:
        for column, needs in FEES:
            yield ONLINE, _without_fee(online, catalogue, column, needs)


_CODE: Final = "procedure"


def _disagreement(here: CheckedTable, there: CheckedTable, agreement: Agreement) -> SheetFault:
    """A figure of a procedure that differs from the figures of the same procedure elsewhere."""
    block, other_block = here.ranges.block, there.ranges.block
    column, code, codes = block(agreement.column), block(_CODE), other_block(_CODE)
    parts = [
        part for key in agreement.dossiers for part in there.form.by_key[key].formula or (key,)
    ]
    counted = "+".join(f"SUMIF({codes},{code},{other_block(part)})" for part in parts)
    known = "".join(f'*(COUNTIFS({codes},{code},{other_block(part)},">=0")>0)' for part in parts)
    differs = f"{column}-({counted})"
    differs = f"ABS({differs})" if agreement.op == "=" else differs
    condition = f"ISNUMBER({column}){known}*({differs}>0.5)"
    by_code, found = _by_code(there), list[CellPlace]()
    for record in here.records:
        other = by_code.get(_code(record))
        if other is None or not all(_is_count(other.values.get(part)) for part in parts):
            continue
        if _is_count(record.values.get(agreement.column)):
            difference = record.count(agreement.column) - sum(map(other.count, parts))
            if difference > 0 or (difference and agreement.op == "="):
                found.append((record.row, here.grid.column(agreement.column)))
    return SheetFault(
        FaultFormula(FaultGroup.MISMATCH, column, f"{condition}*{here.ranges.is_row}"), tuple(found)
    )


def _not_listed_overdue(dossiers: CheckedTable, overdue: CheckedTable) -> SheetFault:
    """A procedure with more or fewer overdue dossiers than the list of them has."""
    columns = [dossiers.ranges.block(key) for key in OVERDUE]
    listed = f"COUNTIF({overdue.ranges.block(_CODE)},{dossiers.ranges.block(_CODE)})"
    numbers = "*".join(f"ISNUMBER({column})" for column in columns)
    condition = f"{numbers}*(ABS({'+'.join(columns)}-{listed})>0.5)*{dossiers.ranges.is_row}"
    rows_of = Counter(_code(record) for record in overdue.records)
    found = tuple(
        (record.row, dossiers.grid.column(OVERDUE[0]))
        for record in dossiers.records
        if all(_is_count(record.values.get(key)) for key in OVERDUE)
        and sum(map(record.count, OVERDUE)) != rows_of[_code(record)]
    )
    return SheetFault(FaultFormula(FaultGroup.MISMATCH, columns[0], condition), found)


def _without_fee(
    online: CheckedTable, catalogue: CheckedTable, column: str, needs: str
) -> SheetFault:
    """Dossiers that only a procedure has which the catalogue gives a fee, or online payment."""
    cells, codes = online.ranges.block(column), catalogue.ranges.block(_CODE)
    without = (
        f'COUNTIFS({codes},{online.ranges.block(_CODE)},{catalogue.ranges.block(needs)},"Không")>0'
    )
    condition = f"ISNUMBER({cells})*({cells}>0)*({without})*{online.ranges.is_row}"
    by_code = _by_code(catalogue)
    found = tuple(
        (record.row, online.grid.column(column))
        for record in online.records
        if record.count(column) > 0
        and (other := by_code.get(_code(record)))
        and other.values.get(needs) is False
    )
    return SheetFault(FaultFormula(FaultGroup.MISMATCH, cells, condition), found)


def _is_count(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _code(record: Record) -> str:
    return str(record.values.get(_CODE, ""))


def _by_code(table: CheckedTable) -> Mapping[str, Record]:
    return {_code(record): record for record in table.records}


def _told_elsewhere(tables: Tables, form: str) -> tuple[str, int]:
    """Formula and number of dossiers of which other sheets tell, for a ticked sheet."""
    dossiers, online, overdue = (tables.get(one) for one in (DOSSIERS, ONLINE, OVERDUE_LIST))
    first = AGREEMENTS[0]
    terms, told = ["0"], 0
    if form == DOSSIERS:
        if online:
            terms.append(online.ranges.total_of((first.column,)))
            told += sum(record.count(first.column) for record in online.records)
        if overdue:
            terms.append(overdue.ranges.rows_entered)
            told += len(overdue.entered_records)
    elif form == ONLINE and dossiers:
        terms.append(dossiers.ranges.total_of(first.dossiers))
        told += sum(record.count(key) for record in dossiers.records for key in first.dossiers)
    return "+".join(terms), told


@dataclass(frozen=True, slots=True)
class SelfCheckLine:
    """One sheet's line: the formulas of its state, its counts and places, and their results."""

    sheet: str  # name on the tab, as formulas write it
    title: str
    state: Formula
    counts: Mapping[FaultGroup, Formula]
    places: Mapping[FaultGroup, Formula]
    first_cell: CellPlace
    has_tick: bool
    names_unit: bool = False  # in the formulas of ``_NAMING``

    @property
    def of_any_unit(self) -> "SelfCheckLine":
        """The line without the formulas that name the unit."""
        counts, places = (
            {**formulas, _NAMING: Formula("", formulas[_NAMING].result)}
            for formulas in (self.counts, self.places)
        )
        return replace(self, counts=counts, places=places)

    @property
    def fill_state(self) -> FillState:
        """How the sheet stands as it is issued."""
        return FillState(int(self.state.result))

    @property
    def errors(self) -> int:
        """Places that must be mended, as it is issued."""
        return sum(int(self.counts[group].result) for group in _ERRORS) + (
            self.fill_state in _WHOLE_SHEET_WRONG
        )

    @property
    def reviews(self) -> int:
        """Places that are only asked about."""
        asked = self.fill_state is FillState.NOTHING_TO_ASK_ABOUT
        return int(self.counts[FaultGroup.REVIEW].result) + asked

    def word(self, state: FillState) -> str:
        """What is said of a state without figures."""
        return (_WITH_TICK.get(state) if self.has_tick else None) or _WORDS[state]

    @property
    def result(self) -> str:
        """What the line says as it is issued."""
        if self.fill_state is not FillState.FIGURES:
            return self.word(self.fill_state)
        counts = {group: int(one.result) for group, one in self.counts.items()}
        told = [f"{a}{counts[group]}{b}" for group, (a, b) in _PARTS.items() if counts[group]]
        return "; ".join(told) or FULL

    @property
    def place(self) -> CellPlace | None:
        """The first place as it is issued."""
        if not self.errors + self.reviews:
            return None
        if self.fill_state is not FillState.FIGURES:
            return self.first_cell
        places = [int(self.places[group].result) for group in _ERRORS]
        far = _FAR - (max(places) or int(self.places[FaultGroup.REVIEW].result))
        return divmod(far, _ROW_WEIGHT)


def self_check_lines(
    work: IssueOrder,
    grids: Mapping[str, SheetGeometry],
    rules: Mapping[str, tuple[CellRule, ...]],
    *,
    lists: ChoiceLists,
    known: RuleContext,
) -> tuple[SelfCheckLine, ...]:
    """A line for each sheet of a workbook, in its order.

    ``grids``: the data sheets by form id; ``rules``: what can be wrong, by form id.
    """
    tables = {
        form.id: CheckedTable(form, grids[form.id], rules[form.id], known, lists)
        for form in work.sheets
        if form.id in grids
    }
    between: dict[str, list[SheetFault]] = {}
    for form, fault in agreement_faults(tables):
        between.setdefault(form, []).append(fault)
    return tuple(
        _line_of_table(work, tables, form, between.get(form.id, []))
        if form.id in tables
        else _line_of_labels(CheckedLabels(form, work.labels, rules[form.id], lists))
        for form in work.sheets
    )


def _line_of_labels(labels: CheckedLabels) -> SelfCheckLine:
    faults = list(labels.faults())
    state = Formula(labels.columns_there(), FillState.FIGURES)
    counts, places = _totals(faults, is_reckoned=True)
    title = labels.form.sheet
    return SelfCheckLine(
        labels.sheet, title, state, counts, places, (1, 2), has_tick=False, names_unit=True
    )


def _line_of_table(
    work: IssueOrder, tables: Tables, form: SheetForm, between: list[SheetFault]
) -> SelfCheckLine:
    table = tables[form.id]
    faults = [*table.faults(), *between]
    state = _state(work, tables, table)
    counts, places = _totals(faults, is_reckoned=state.result == FillState.FIGURES)
    return SelfCheckLine(
        table.ranges.sheet, form.sheet, state, counts, places, table.first_cell, has_tick=form.nil
    )


def _totals(
    faults: list[SheetFault], *, is_reckoned: bool
) -> tuple[Mapping[FaultGroup, Formula], Mapping[FaultGroup, Formula]]:
    """Formulas of the number of faults of each group, and of the first place."""
    counts, places = {}, {}
    for group in FaultGroup:
        own = [fault for fault in faults if fault.formula.group is group]
        found = [cell for fault in own for cell in fault.found] if is_reckoned else []
        first = max((_FAR - row * _ROW_WEIGHT - column for row, column in found), default=0)
        count = "+".join(fault.formula.count for fault in own) or "0"
        counts[group] = Formula(count, len(found))
        places[group] = Formula(
            f"MAX({','.join(f.formula.place for f in own)})" if own else "0", first
        )
    return counts, places


def _state(work: IssueOrder, tables: Tables, table: CheckedTable) -> Formula:
    """The number of the sheet's state; an error of the formula once a column is gone."""
    ranges, level = table.ranges, level_of_a_blank(table.known, table.form)
    nothing = (
        {
            Severity.ERROR: FillState.NOTHING_YET,
            Severity.WARNING: FillState.NOTHING_TO_ASK_ABOUT,
        }.get(level, FillState.LEFT_EMPTY)
        if level
        else FillState.LEFT_EMPTY
    )
    entered = bool(table.entered_records)
    told, told_now = _told_elsewhere(tables, table.form.id)
    open_ = f"IF({ranges.rows_entered}>0,{FillState.FIGURES:d},{nothing:d})"
    if not table.form.nil:
        result = FillState.FIGURES if entered else nothing
        return Formula(f"{ranges.columns_there}+{open_}", result)
    words = ranges.names.spellings(TICK_WORDS)
    spite = f"IF({told}>0,{FillState.TICKED_IN_SPITE:d},{FillState.TICKED:d})"
    ticked = f"IF({ranges.figures}>0,{FillState.TICKED_WITH_FIGURES:d},{spite})"
    text = (
        f'IF((TRIM({ranges.tick})<>"")*(COUNTIF({words},TRIM({ranges.tick}))>0),{ticked},{open_})'
    )
    if table.form.id not in work.nil:
        result = FillState.FIGURES if entered else nothing
    elif any(_contradicts(record, table) for record in table.records):
        result = FillState.TICKED_WITH_FIGURES
    else:
        result = FillState.TICKED_IN_SPITE if told_now else FillState.TICKED
    return Formula(f"{ranges.columns_there}+{text}", result)


def _contradicts(record: Record, table: CheckedTable) -> bool:
    """Whether a row has something else than 0 and Không, and contradicts a tick by that."""
    if record.is_carried and table.form.tick_leaves_carried:
        return False
    return any(record.values.get(key) not in (None, 0, False) for key in table.ranges.entered)


# Columns of the sheet: what is read, then what is hidden
_NAME, _RESULT, _LINK = "A", "B", "C"
_COUNTS: Final = dict(zip(FaultGroup, "DEFG", strict=True))
_STATE: Final = "H"
_PLACES: Final = dict(zip(FaultGroup, "IJKL", strict=True))
_ERRORS_AT, _REVIEWS_AT, _PLACE_AT = "M", "N", "O"
_WIDTHS: Final = (150, 390, 90, 80, 80, 80, 80)
_HEADINGS: Final = (
    "Trang",
    "Tình trạng",
    "Chỗ đầu tiên",
    *(g.value.capitalize() for g in FaultGroup),
)
_TITLE_ROW, _VERDICT_ROW, _NOTE_ROW, _HEAD_ROW, _FIRST_LINE = 1, 3, 4, 5, 6
_NOTES: Final = (
    "Trang này tự tính khi đơn vị ghi; không ghi gì vào đây. Bấm vào ô “→” để đến chỗ đầu tiên.",
    "Khi nhận tệp, báo cáo còn được so với kỳ trước, ngày làm việc và các đơn vị khác.",
)


def line_said(number: int, line: SelfCheckLine) -> Formula:
    """What a line says, for the sheet that it is about; nothing where this sheet was deleted.

    ``number``: of the line, from 0.
    """
    cell = f"{quoted(SELF_CHECK_SHEET)}!${_RESULT}${_FIRST_LINE + number}"
    text = f'IFERROR({formula_text(SELF_CHECK_WORDS)}&{cell},"")'
    return Formula(text, SELF_CHECK_WORDS + line.result)


def write_self_check(
    book: BookWriter, work: IssueOrder, lines: tuple[SelfCheckLine, ...], drawn: DrawnSheets
) -> None:
    """Adds the sheet to a workbook: the verdict on top, a line for each sheet."""
    sheet = book.sheet(SELF_CHECK_SHEET)
    _set_paper(sheet, f"{SELF_CHECK_SHEET} - {work.unit.name} - {work.period.label}")
    formulas = (
        cell.text
        for row, line in enumerate(lines, start=_FIRST_LINE)
        if line.names_unit
        for cell in (_count_cell(row, line, _NAMING), _place_cell(row, line, _NAMING))
    )
    own = OwnParts.of(sheet, formulas=formulas)
    content = tuple(line.of_any_unit if line.names_unit else line for line in lines)
    drawn.draw(sheet, book, content, own, lambda: _draw(sheet, lines, book))


def _draw(sheet: "Worksheet", lines: tuple[SelfCheckLine, ...], book: BookWriter) -> None:
    formats = book.formats
    colour_tab(sheet, "start")
    for column, width in enumerate(_WIDTHS):
        sheet.set_column_pixels(column, column, width)
    hidden = {"hidden": True}
    sheet.set_column_pixels(len(_WIDTHS), ord(_PLACE_AT) - ord("A"), 60, None, hidden)
    write_text(sheet, _TITLE_ROW, 1, "TỰ KIỂM TRA TRƯỚC KHI GỬI", formats("title"))
    sheet.set_row(_TITLE_ROW - 1, 24)
    sheet.set_row(MARK_ROW - 1, None, None, hidden)
    write_text(sheet, MARK_ROW, 1, f"{SELF_CHECK_MARK}1", formats("quiet"))
    _draw_verdict(sheet, lines, book)
    write_text(sheet, _NOTE_ROW, 1, _NOTES[0], formats("note"))
    sheet.set_row(_HEAD_ROW - 1, 40)
    for at, heading in enumerate(_HEADINGS, start=1):
        write_text(sheet, _HEAD_ROW, at, heading, formats("heading"))
    for row, line in enumerate(lines, start=_FIRST_LINE):
        _draw_line(sheet, row, line, book)
    write_text(sheet, _FIRST_LINE + len(lines), 1, _NOTES[1], formats("note"))
    _colour_lines(sheet, len(lines), book)
    _set_up(sheet, len(lines))


def _draw_verdict(sheet: "Worksheet", lines: tuple[SelfCheckLine, ...], book: BookWriter) -> None:
    last = _FIRST_LINE + len(lines) - 1
    errors, reviews = (f"SUM({at}{_FIRST_LINE}:{at}{last})" for at in (_ERRORS_AT, _REVIEWS_AT))
    names = f"TRIM({_NAME}{_FIRST_LINE}:{_NAME}{last})"
    reckoned = f'SUMPRODUCT(--ISNUMBER(1/({names}<>"")))={len(lines)}'
    passed = f'"{PASSED}"&IF({reviews}>0,", NÊN XEM LẠI "&{reviews}&" CHỖ","")'
    more = f'IF({reviews}>0,", "&{reviews}&" CHỖ NÊN XEM LẠI","")'
    failed = f'"CÒN "&{errors}&" CHỖ PHẢI SỬA"&{more}'
    text = f"IF({reckoned},IF({errors}=0,{passed},{failed}),{formula_text(_NOT_RECKONED)})"
    write_cell(
        sheet,
        _VERDICT_ROW - 1,
        0,
        Formula(text, self_check_verdict(lines)),
        book.formats("bold", "size14", "left", "middle"),
    )
    sheet.set_row(_VERDICT_ROW - 1, 27)
    for column in range(1, len(_WIDTHS)):
        write_text(sheet, _VERDICT_ROW, column + 1, "", book.formats("middle"))


def self_check_verdict(lines: Iterable[SelfCheckLine]) -> str:
    """What the top of the sheet says as it is issued."""
    lines = tuple(lines)
    errors, reviews = sum(one.errors for one in lines), sum(one.reviews for one in lines)
    if not errors:
        return f"{PASSED}, NÊN XEM LẠI {reviews} CHỖ" if reviews else PASSED
    more = f", {reviews} CHỖ NÊN XEM LẠI" if reviews else ""
    return f"CÒN {errors} CHỖ PHẢI SỬA{more}"


def _draw_line(sheet: "Worksheet", row: int, line: SelfCheckLine, book: BookWriter) -> None:
    formats = book.formats
    sheet.set_row(row - 1, 21)
    state = f"${_STATE}{row}"
    values: dict[str, Formula] = {_STATE: line.state}
    for group, at in _COUNTS.items():
        values[at] = _count_cell(row, line, group)
        values[_PLACES[group]] = _place_cell(row, line, group)
    error_counts = "+".join(f"{_COUNTS[group]}{row}" for group in _ERRORS)
    wrong = ",".join(f"{state}={one:d}" for one in _WHOLE_SHEET_WRONG)
    values[_ERRORS_AT] = Formula(f"IFERROR({error_counts}+OR({wrong}),1)", line.errors)
    asked = f"({state}={FillState.NOTHING_TO_ASK_ABOUT:d})"
    review_count = f"{_COUNTS[FaultGroup.REVIEW]}{row}"
    values[_REVIEWS_AT] = Formula(f"IFERROR({review_count}+{asked},0)", line.reviews)
    values[_PLACE_AT] = _place_formula(row, line)
    values[_RESULT] = _result_formula(row, line)
    values[_LINK] = _link_formula(row, line)
    write_text(sheet, row, 1, line.title, formats("cell", "indent", "bold"))
    looks = dict.fromkeys(values, formats("quiet"))
    looks |= dict.fromkeys(_COUNTS.values(), formats("cell", "center", "no_zero"))
    looks |= {_RESULT: formats("cell", "indent"), _LINK: formats("cell", "center", "link")}
    for at, formula in values.items():
        write_cell(sheet, row - 1, ord(at) - ord("A"), formula, looks[at])


def _count_cell(row: int, line: SelfCheckLine, group: FaultGroup) -> Formula:
    count = line.counts[group]
    return Formula(f"IFERROR(IF(${_STATE}{row}=0,{count.text},0),0)", count.result)


def _place_cell(row: int, line: SelfCheckLine, group: FaultGroup) -> Formula:
    place = line.places[group]
    return Formula(f"IF({_COUNTS[group]}{row}>0,{place.text},0)", place.result)


def _result_formula(row: int, line: SelfCheckLine) -> Formula:
    parts = "&".join(
        f'IF({at}{row}>0,"; {before}"&{at}{row}&"{after}","")'
        for at, (before, after) in zip(_COUNTS.values(), _PARTS.values(), strict=True)
    )
    told = f"IF({_ERRORS_AT}{row}+{_REVIEWS_AT}{row}=0,{formula_text(FULL)},MID({parts},3,200))"
    others = ",".join(formula_text(line.word(one)) for one in FillState if one)
    known = f"IF({_STATE}{row}=0,{told},CHOOSE({_STATE}{row},{others}))"
    return Formula(f"IF(ISERROR({_STATE}{row}),{formula_text(_LOST)},{known})", line.result)


def _place_formula(row: int, line: SelfCheckLine) -> Formula:
    """The place that the link goes to: of the errors the first one, else of what to look at."""
    errors = f"MAX({','.join(f'{_PLACES[group]}{row}' for group in _ERRORS)})"
    figures = f"IF({errors}>0,{errors},{_PLACES[FaultGroup.REVIEW]}{row})"
    start = _FAR - line.first_cell[0] * _ROW_WEIGHT - line.first_cell[1]
    text = f"IF({_ERRORS_AT}{row}+{_REVIEWS_AT}{row}=0,0,IF({_STATE}{row}=0,{figures},{start}))"
    at = line.place
    result = _FAR - at[0] * _ROW_WEIGHT - at[1] if at else 0
    return Formula(f"IF(ISERROR({_STATE}{row}),0,{text})", result)


def _link_formula(row: int, line: SelfCheckLine) -> Formula:
    far = f"(10^9-{_PLACE_AT}{row})"
    address = f"ADDRESS(INT({far}/{_ROW_WEIGHT}),MOD({far},{_ROW_WEIGHT}),4)"
    target = f"{formula_text(f'#{line.sheet}!')}&{address}"
    at = line.place
    shown = f"→ {column_letters(at[1])}{at[0]}" if at else ""
    return Formula(f'IF({_PLACE_AT}{row}=0,"",HYPERLINK({target},"→ "&{address}))', shown)


def _colour_lines(sheet: "Worksheet", count: int, book: BookWriter) -> None:
    """Green for what is in order, red for what must be mended, yellow for the rest."""
    last = _FIRST_LINE + count - 1
    bad, warn, good = map(book.formats.conditional, ("bad", "warn", "good"))
    lines = f"{_RESULT}{_FIRST_LINE}:{_RESULT}{last}"
    top = f"{_NAME}{_VERDICT_ROW}:{column_letters(len(_WIDTHS))}{_VERDICT_ROW}"
    sums = tuple(f"SUM(${at}${_FIRST_LINE}:${at}${last})" for at in (_ERRORS_AT, _REVIEWS_AT))
    row = (f"${_ERRORS_AT}{_FIRST_LINE}", f"${_REVIEWS_AT}{_FIRST_LINE}")
    for cells, (errors, reviews) in ((lines, row), (top, sums)):
        for test, look in (
            (f"={errors}>0", bad),
            (f"={reviews}>0", warn),
            (f"={errors}+{reviews}=0", good),
        ):
            rule = {"type": "formula", "criteria": test, "format": look, "stop_if_true": True}
            sheet.conditional_format(cells, rule)


def _set_up(sheet: "Worksheet", count: int) -> None:
    sheet.protect("", {"format_cells": True, "format_columns": True, "format_rows": True})
    sheet.freeze_panes(_HEAD_ROW, 0)
    sheet.set_selection(_VERDICT_ROW - 1, 0, _VERDICT_ROW - 1, 0)
    sheet.repeat_rows(_HEAD_ROW - 1, _HEAD_ROW - 1)
    sheet.print_area(0, 0, _FIRST_LINE + count - 1, len(_WIDTHS) - 1)


def _set_paper(sheet: "Worksheet", footer: str) -> None:
    book_writer.paper(sheet, landscape=True, footer=footer)
    book_writer.narrow_margins(sheet)
    sheet.fit_to_pages(1, 0)
