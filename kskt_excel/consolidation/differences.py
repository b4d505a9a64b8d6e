"""What changed between two versions of a unit's workbook, by row and cell."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from kskt_excel.consolidation.sources import row_words
from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import Reading, Record, SheetReading, SheetState, Value
from kskt_excel.reading.table_body import NIL_LABEL
from kskt_excel.text.pii import mask
from kskt_excel.text.shown import value_text

Pair: TypeAlias = tuple[Record, Record]

_MOST_COMPARED = 150  # rows a side that are compared each with each
# Of the values: with less in common a row is another one, not a changed one.
_ENOUGH_IN_COMMON = 0.5


@dataclass(frozen=True, slots=True)
class Pairing:
    """Rows found in both versions, and those that only one of them has."""

    pairs: tuple[Pair, ...]
    removed: tuple[Record, ...]
    added: tuple[Record, ...]


def paired(before: Sequence[Record], after: Sequence[Record], form: SheetForm) -> Pairing:
    """The rows of two versions paired: by key, by hidden id, else by what they have in common.

    In registers that number their rows the number says nothing: a row put in between shifts all
    that follow. There equal rows go first, then similar ones.
    """
    left = _Left(list(before), list(after))
    counted = numbering(form)
    if counted:
        left.match(lambda one: _content(one, counted))
    else:
        left.match(lambda one: (one.key, _content(one, counted)) if one.key else None)
        left.match(lambda one: one.key or None)
        left.match(lambda one: one.hidden_id or None)
        left.match(lambda one: _content(one, counted))
    left.match_similar(counted)
    return Pairing(tuple(left.pairs), tuple(left.before), tuple(left.after))


def numbering(form: SheetForm) -> frozenset[str]:
    """Columns of the running number (STT) that are a register's key."""
    return frozenset(key for key in form.key if form.by_key[key].type == "ordinal")


def same(one: Value, other: Value) -> bool:
    """Whether two values are the same; Có is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


class _Left:
    """Rows not paired yet, in order, and the pairs so far."""

    def __init__(self, before: list[Record], after: list[Record]) -> None:
        self.before, self.after = before, after
        self.pairs: list[Pair] = []

    def match(self, key: Callable[[Record], Hashable | None]) -> None:
        """Pairs rows of equal keys in order; None is no key."""
        waiting: dict[Hashable, list[Record]] = defaultdict(list)
        for one in reversed(self.before):
            waiting[key(one)].append(one)
        waiting.pop(None, None)
        still: list[Record] = []
        for other in self.after:
            found = waiting.get(key(other))
            if found:
                self.pairs.append((found.pop(), other))
            else:
                still.append(other)
        self._keep(still)

    def match_similar(self, counted: frozenset[str]) -> None:
        """Pairs the rest where at least half of the values agree, the most alike first."""
        if max(len(self.before), len(self.after)) > _MOST_COMPARED:
            return
        scored = [
            (_in_common(one, other, counted), -first, -second)
            for first, one in enumerate(self.before)
            for second, other in enumerate(self.after)
        ]
        before, after = list(self.before), list(self.after)
        used: set[int] = set()
        for share, first, second in sorted(scored, reverse=True):
            one, other = before[-first], after[-second]
            if share < _ENOUGH_IN_COMMON or used & {id(one), id(other)}:
                continue
            used |= {id(one), id(other)}
            self.pairs.append((one, other))
        self._keep([other for other in self.after if id(other) not in used])

    def _keep(self, after: list[Record]) -> None:
        taken = {id(one) for one, _ in self.pairs}
        self.before = [one for one in self.before if id(one) not in taken]
        self.after = after


def _content(record: Record, counted: frozenset[str]) -> Hashable:
    values = ((key, type(v), v) for key, v in record.values.items() if key not in counted)
    return frozenset(values), record.unread


def _in_common(one: Record, other: Record, counted: frozenset[str]) -> float:
    """Share of the filled columns in which two rows agree, 0 without any; texts agree in part."""
    keys = (one.values.keys() | other.values.keys()) - counted
    agreeing = sum(_likeness(one.values.get(key), other.values.get(key)) for key in keys)
    return agreeing / len(keys) if keys else 0.0


def _likeness(one: Value, other: Value) -> float:
    """1 for the same value; for two texts the share of their words that both have."""
    if same(one, other):
        return 1.0
    if not (isinstance(one, str) and isinstance(other, str)):
        return 0.0
    words, others = set(one.casefold().split()), set(other.casefold().split())
    return len(words & others) / max(len(words | others), 1)


DifferenceKind = Literal["changed", "added", "removed"]

TOTAL_KEY = "Tổng cộng"
UNREADABLE = "không đọc được"
_NO_SHEET = SheetReading("", "", SheetState.MISSING)


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference (điểm khác): a cell that changed, or a row that came or went.

    A row that came or went has no heading, and its filled cells in ``before`` or ``after`` as one
    text. ``row_key`` is "" for what concerns a whole sheet.
    """

    kind: DifferenceKind
    sheet: str  # name on the tab
    row_key: str
    row_name: str  # what a person knows the row by: its code, else its own words
    heading: str
    cell_before: CellRef | None
    cell_after: CellRef | None
    before: Value
    after: Value


def differences(
    before: Reading,
    after: Reading,
    forms: Forms,
    *,
    day: dt.date | None = None,
    findings_before: Sequence[Finding] = (),
    findings_after: Sequence[Finding] = (),
) -> tuple[Difference, ...]:
    """What the later version changed, sheets in the workbook's order, then by row and column.

    A sum that follows from another difference is left out: one typed figure is one difference.
    What looks like personal data of a citizen is covered.
    ``day`` chooses the headings in force; without it they are the definition's first ones. The
    findings, beside those in the readings, tell what stands in cells that could not be read.
    """
    old = _unread_values((*before.findings, *findings_before))
    new = _unread_values((*after.findings, *findings_after))
    found: list[Difference] = []
    for form in {form.id: form for form in forms.sheets}.values():
        pages = (before.sheets.get(form.id, _NO_SHEET), after.sheets.get(form.id, _NO_SHEET))
        found += _Compared(form, *pages, old, new, day or dt.date.min).differences()
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Compared:
    """One sheet in two versions."""

    form: SheetForm
    old: SheetReading
    new: SheetReading
    old_given: Mapping[CellRef, str]
    new_given: Mapping[CellRef, str]
    day: dt.date

    def differences(self) -> list[Difference]:
        """The sheet's state, its rows in order, then its total."""
        pairing = paired(self.old.records, self.new.records, self.form)
        rows: list[tuple[float, Difference]] = []
        for pair in pairing.pairs:
            rows += ((pair[1].row, one) for one in self._cells(pair))
        rows += ((one.row, self._row("added", one)) for one in pairing.added)
        # a removed row stands before the row that took its place
        rows += ((one.row - 0.5, self._row("removed", one)) for one in pairing.removed)
        rows.sort(key=lambda item: (item[0], _column(item[1])))
        found = [one for _, one in rows]
        return [*self._state(), *found, *self._total(found)]

    def _state(self) -> Iterator[Difference]:
        """The tick «Kỳ này không phát sinh», and sheets that came or went without a row."""
        old, new = self.old.state, self.new.state
        if old is new:
            return
        if SheetState.NIL in (old, new):
            tick = (old is SheetState.NIL, new is SheetState.NIL)
            cells = (self.old.nil_cell, self.new.nil_cell)
            yield Difference("changed", self._name, "", "", NIL_LABEL, *cells, *tick)
        elif SheetState.MISSING in (old, new) and not (self.old.records or self.new.records):
            kind: DifferenceKind = "added" if old is SheetState.MISSING else "removed"
            yield Difference(kind, self._name, "", "", "", None, None, None, None)

    def _cells(self, pair: Pair) -> Iterator[Difference]:
        """The changed cells of a row, without sums over other changed cells of it."""
        changed = {key for key in self.form.by_key if self._differs(pair, key)}
        changed -= numbering(self.form)
        for column in self.form.columns:
            if column.key in changed and changed.isdisjoint(column.formula):
                yield self._cell(pair, column.key)

    def _total(self, found: Iterable[Difference]) -> Iterator[Difference]:
        """The changed cells of the total row under columns in which no row changed."""
        old, new = self.old.total, self.new.total
        if not (old and new) or any(one.kind != "changed" for one in found):
            return
        moved = {one.heading for one in found}
        for column in self.form.columns:
            parts = {self._heading(key) for key in (column.key, *column.formula)}
            if self._differs((old, new), column.key) and moved.isdisjoint(parts):
                yield self._cell((old, new), column.key, key_shown=TOTAL_KEY)

    def _differs(self, pair: Pair, key: str) -> bool:
        old, new = pair
        if key in old.unread and key in new.unread:
            before, after = self._written(pair, key)
            return before != after
        if (key in old.unread or key in new.unread) and not self._both_have(key):
            return False  # a column that one version does not have is not a change of each row
        return key in old.unread | new.unread or not same(old.values.get(key), new.values.get(key))

    def _both_have(self, key: str) -> bool:
        return all(key in page.columns or key in page.places for page in (self.old, self.new))

    def _cell(self, pair: Pair, key: str, *, key_shown: str = "") -> Difference:
        old, new = pair
        before, after = self._written(pair, key)
        return Difference(
            "changed",
            self._name,
            key_shown or new.key or old.key,
            "" if key_shown else row_words(self.form, new) or row_words(self.form, old),
            self._heading(key),
            self.old.ref(old, key),
            self.new.ref(new, key),
            self._covered(before),
            self._covered(after),
        )

    def _covered(self, value: Value) -> Value:
        about_citizens = self.form.about_citizens
        return mask(value) if about_citizens and isinstance(value, str) else value

    def _written(self, pair: Pair, key: str) -> tuple[Value, Value]:
        old, new = pair
        return (
            _value(old, key, self.old_given.get(self.old.ref(old, key))),
            _value(new, key, self.new_given.get(self.new.ref(new, key))),
        )

    def _row(self, kind: DifferenceKind, record: Record) -> Difference:
        name, text = row_words(self.form, record), self._as_text(record)
        if kind == "added":
            at = self.new.ref(record)
            return Difference(kind, self._name, record.key, name, "", None, at, None, text)
        at = self.old.ref(record)
        return Difference(kind, self._name, record.key, name, "", at, None, text, None)

    def _as_text(self, record: Record) -> str:
        """``Trực tuyến: 12; Trực tiếp: 3``: the filled cells in the order of the columns."""
        filled = (c for c in self.form.columns if c.key in record.values)
        return "; ".join(
            f"{self._heading(c.key)}: {value_text(self._covered(record.values[c.key]))}"
            for c in filled
        )

    def _heading(self, key: str) -> str:
        return self.form.by_key[key].heading_on(self.day)

    @property
    def _name(self) -> str:
        return self.new.name or self.old.name or self.form.sheet


def _value(record: Record, key: str, given: str | None) -> Value:
    if key in record.unread:
        return given or UNREADABLE
    return record.values.get(key)


def _unread_values(findings: Iterable[Finding]) -> Mapping[CellRef, str]:
    """What stands in the cells that could not be read, where the findings say it."""
    return {
        cell: str(found.params["given"])
        for found in findings
        if "given" in found.params
        for cell in found.cells
    }


def _column(one: Difference) -> int:
    at = one.cell_after or one.cell_before
    return at.column if at else 0
