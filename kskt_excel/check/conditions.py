"""What the cells of one row show (điều kiện của một dòng), as a tree that two readers share.

``holds`` asks a record, for the rules and for stored results; ``excel/issued/condition_formulas``
writes the same tree as a formula, for the workbook that checks itself. A rule holds where
something is wrong.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias, TypeGuard

from kskt_excel.messages import entry
from kskt_excel.model.finding import Severity
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.reading import Reading, Record, SheetReading, Value
from kskt_excel.text.codes import dossier_date
from kskt_excel.text.dates import date

NOTHING_WORDS: Final = "khong_co"
"""Id of the list of words and signs for nothing in place of a figure or a day."""
NO_REMARKS: Final = "khong_neu"
"""Id of the list of words and signs for nothing in place of a difficulty or a proposal."""

# The days that a formula of the workbook can check as well.
_DAY: Final = lazy_pattern(r"\d{1,2} ?[/.-] ?\d{1,2} ?[/.-] ?(?:\d{2}|\d{4})")

CLOSE: Final = 1e-6
"""Figures that differ by less are the same."""

Spellings: TypeAlias = Mapping[str, frozenset[str]]
"""Id of a choice list -> its entries with every spelling of them, in small letters."""

NO_SPELLINGS: Final[Spellings] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class IsFilled:
    """Something stands in the column, readable or not."""

    column: str

    def holds(self, record: Record, _lists: Spellings = NO_SPELLINGS) -> bool:
        """Whether the column is not blank."""
        return not record.is_blank(self.column)


@dataclass(frozen=True, slots=True)
class IsNumber:
    """A number or a day stands in the column."""

    column: str

    def holds(self, record: Record, _lists: Spellings = NO_SPELLINGS) -> bool:
        """Whether the column has a number or a day."""
        return _is_number(record.values.get(self.column))


@dataclass(frozen=True, slots=True)
class HasAnything:
    """Something stands in one of the columns at least."""

    columns: tuple[str, ...]

    def holds(self, record: Record, _lists: Spellings = NO_SPELLINGS) -> bool:
        """Whether one of the columns is not blank."""
        return any(not record.is_blank(column) for column in self.columns)


@dataclass(frozen=True, slots=True)
class BadText:
    """A text that is no figure stands where one is asked for; words for nothing are figures.

    ``kind`` is "count", "number" (with a fraction) or "date".
    """

    column: str
    kind: str

    def holds(self, record: Record, lists: Spellings = NO_SPELLINGS) -> bool:
        """Whether the column has such a text."""
        text = _text_for_number(record, self.column, lists)
        return bool(text) and not _reads_as_number(text, self.kind)


@dataclass(frozen=True, slots=True)
class TextForNumber:
    """A figure or a day is written as a text: it is read, and no formula reckons with it."""

    column: str
    kind: str

    def holds(self, record: Record, lists: Spellings = NO_SPELLINGS) -> bool:
        """Whether the column has such a text."""
        text = _text_for_number(record, self.column, lists)
        return bool(text) and _reads_as_number(text, self.kind)


@dataclass(frozen=True, slots=True)
class SaysNothing:
    """A word or a sign for nothing stands where something is asked for."""

    column: str

    def holds(self, record: Record, lists: Spellings = NO_SPELLINGS) -> bool:
        """Whether the column has such a text."""
        text = _text_of(record, self.column)
        return bool(text) and _without_points(text) in lists.get(NOTHING_WORDS, ())


@dataclass(frozen=True, slots=True)
class HasFraction:
    """A number of the column is not whole."""

    column: str

    def holds(self, record: Record, _lists: Spellings = NO_SPELLINGS) -> bool:
        """Whether the column has a fraction."""
        value = record.values.get(self.column)
        return isinstance(value, float) and not value.is_integer()


@dataclass(frozen=True, slots=True)
class IsOneOf:
    """The column has one of some choices; True and False are Có and Không."""

    column: str
    values: tuple[str | bool, ...]

    def holds(self, record: Record, _lists: Spellings = NO_SPELLINGS) -> bool:
        """Whether the column has one of the choices."""
        value = record.values.get(self.column)
        return isinstance(value, (str, bool)) and value in self.values


@dataclass(frozen=True, slots=True)
class NotListed:
    """What stands in the column is no entry of a choice list, nor a spelling of one."""

    column: str
    choices: str  # id of the list
    is_code: bool = False  # then its points count

    def holds(self, record: Record, lists: Spellings = NO_SPELLINGS) -> bool:
        """Whether the column's text is no entry; False for a list that is not there."""
        value, known = _text_of(record, self.column), lists.get(self.choices)
        written = value.casefold() if self.is_code else _without_points(value)
        return bool(value) and known is not None and written not in known


@dataclass(frozen=True, slots=True)
class Compared:
    """Sum of ``plus`` less sum of ``minus``, compared with ``limit``; days count as numbers.

    Holds only where every column has a number or a day.
    """

    plus: tuple[str, ...]
    op: str  # "<", "<=", "=", "!=", ">=", ">"
    minus: tuple[str, ...] = ()
    limit: float | dt.date = 0

    def holds(self, record: Record, _lists: Spellings = NO_SPELLINGS) -> bool:
        """Whether the figures compare so."""
        difference = -_number(self.limit)
        for columns, sign in ((self.plus, 1), (self.minus, -1)):
            for column in columns:
                value = record.values.get(column)
                if not _is_number(value):
                    return False
                difference += sign * _number(value)
        return _COMPARES[self.op](difference)


_COMPARES: Final[Mapping[str, Callable[[float], bool]]] = MappingProxyType(
    {
        "=": lambda difference: abs(difference) < CLOSE,
        "!=": lambda difference: abs(difference) >= CLOSE,
        ">": lambda difference: difference >= CLOSE,
        "<": lambda difference: difference <= -CLOSE,
        ">=": lambda difference: difference > -CLOSE,
        "<=": lambda difference: difference < CLOSE,
    }
)


@dataclass(frozen=True, slots=True)
class OtherDay:
    """The six digits of a dossier's code are another day than the one in the column."""

    dossier: str
    column: str

    def holds(self, record: Record, _lists: Spellings = NO_SPELLINGS) -> bool:
        """Whether the days differ; False for a code without a day."""
        code, day = record.values.get(self.dossier), record.values.get(self.column)
        told = dossier_date(code) if isinstance(code, str) else None
        return told is not None and isinstance(day, dt.date) and told != day


@dataclass(frozen=True, slots=True)
class IsCarried:
    """The row was issued with the workbook, from the quarter before."""

    def holds(self, record: Record, _lists: Spellings = NO_SPELLINGS) -> bool:
        """Whether the row was carried over."""
        return record.is_carried


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "RowCondition"

    def holds(self, record: Record, lists: Spellings = NO_SPELLINGS) -> bool:
        """Whether the part fails."""
        return not self.part.holds(record, lists)


@dataclass(frozen=True, slots=True)
class Together:
    """All parts hold."""

    parts: "tuple[RowCondition, ...]"

    def holds(self, record: Record, lists: Spellings = NO_SPELLINGS) -> bool:
        """Whether each part holds."""
        return all(part.holds(record, lists) for part in self.parts)


RowCondition: TypeAlias = (
    IsFilled
    | IsNumber
    | HasAnything
    | BadText
    | TextForNumber
    | SaysNothing
    | HasFraction
    | IsOneOf
    | NotListed
    | Compared
    | OtherDay
    | IsCarried
    | Not
    | Together
)


def blank(column: str) -> RowCondition:
    """Nothing stands in the column."""
    return Not(IsFilled(column))


def together(*parts: RowCondition) -> RowCondition:
    """All parts hold."""
    return Together(parts)


def _text_of(record: Record, column: str) -> str:
    """A text as TRIM gives it; "" of anything else."""
    value = record.values.get(column)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _without_points(text: str) -> str:
    """A text as lists of spellings have it: «K.P.S», «Không có.»."""
    return " ".join(text.replace(".", "").split()).casefold()


def _text_for_number(record: Record, column: str, lists: Spellings) -> str:
    """A text in a column of figures; "" for a figure, and for what says that there is nothing."""
    text = _text_of(record, column)
    return "" if _without_points(text) in lists.get(NOTHING_WORDS, ()) else text


def _reads_as_number(text: str, kind: str) -> bool:
    if kind == "count":
        return text.isascii() and text.isdecimal()
    if kind == "number":
        return text[:1].isdecimal()
    return _DAY.fullmatch(text) is not None and date(text).value is not None


def _is_number(value: Value) -> TypeGuard[float | dt.date]:
    return isinstance(value, (int, float, dt.date)) and not isinstance(value, bool)


def _number(value: float | dt.date) -> float:
    return value.toordinal() if isinstance(value, dt.date) else value


@dataclass(frozen=True, slots=True)
class RowRule:
    """A fault that one row shows (quy tắc của một dòng): the cell to mend, and when it is one."""

    code: str
    form: str
    at: str  # column of the cell to mend
    when: RowCondition
    level: Severity | None = None  # None: the catalogue's
    template: str = ""

    @property
    def severity(self) -> Severity:
        """How much the fault weighs."""
        return self.level or entry(self.template or self.code).level

    @property
    def excluded(self) -> frozenset[str]:
        """Columns that must not hold some choice: where one is unread the rule is not asked."""
        return frozenset(_excluded(self.when))


def _excluded(condition: RowCondition) -> Iterator[str]:
    if isinstance(condition, Together):
        for part in condition.parts:
            yield from _excluded(part)
    elif isinstance(condition, Not) and isinstance(condition.part, IsOneOf):
        yield condition.part.column


def broken(reading: Reading, rule: RowRule) -> Iterator[tuple[SheetReading, Record]]:
    """Records in which a rule finds its fault; none where the sheet has lost the column."""
    excluded = rule.excluded
    for sheet, record in reading.rows(rule.form):
        is_known = not excluded or excluded.isdisjoint(record.unread)
        if rule.at in sheet.columns and is_known and rule.when.holds(record):
            yield sheet, record
