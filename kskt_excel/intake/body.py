"""Which rows below the headings are data, and where the table ends."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from itertools import count

from kskt_excel.intake.headings import LONGEST_HEADING, heading_plain
from kskt_excel.intake.merges import Area, merges_in
from kskt_excel.intake.row_kinds import (
    Kind,
    is_footer,
    is_grand_total,
    is_index,
    is_nil_label,
    is_section_number,
    is_section_title,
    is_total,
    says_nothing,
)
from kskt_excel.intake.tables import Table
from kskt_excel.model.cells import CellRef
from kskt_excel.model.grid import Raw, Sheet
from kskt_excel.text.clean import clean_text, is_blank
from kskt_excel.text.keys import tone_key

_FEWEST_SAME = 3  # headings that make a row the headings again
_FEWEST_AFTER_END = 3  # cells that make a row below the signatures worth a remark
_MOST_FOOTER_CELLS = 4
_LONG_GAP = 15
_WIDE = 3  # columns that a section title is merged over
_TEXTS_LOOKED_AT = 3
_NUMBER_AND_TITLE = 2

Filled = Sequence[tuple[int, Raw]]
"""Columns of a row that hold something, with what they hold."""


@dataclass(frozen=True, slots=True)
class Given:
    """Rows that the office wrote into the sheet when it issued it: their keys and their texts."""

    key_column: int = 0
    keys: Container[str] = frozenset()
    text_column: int = 0
    texts: Container[str] = frozenset()  # tone keys

    def has(self, cells: Filled) -> bool:
        """Whether a row is one of them."""
        if not self.keys:
            return False
        for column, value in cells:
            if column == self.key_column and _as_key(value) in self.keys:
                return True
            if column == self.text_column and isinstance(value, str):
                return tone_key(clean_text(value)) in self.texts
        return False


@dataclass(frozen=True, slots=True)
class Body:
    """Rows of a table: data rows in order, its total row, and what stands outside of it."""

    rows: tuple[int, ...] = ()
    total: int = 0  # row of the total of all, 0 without one
    totals: int = 0  # number of total rows
    second: int = 0  # heading row of a second table below the signatures
    second_rows: int = 0  # its rows with data
    stray: tuple[CellRef, ...] = ()
    nothing: CellRef | None = None  # where «Không phát sinh» stands instead of data


@dataclass(slots=True)
class _Walk:
    """Where the walk down a sheet stands."""

    last: int
    rows: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    stray: list[tuple[int, int]] = field(default_factory=list)
    fresh: bool = True  # only headings so far
    ended: bool = False
    nothing: tuple[int, int] | None = None
    second: int = 0
    second_rows: int = 0


def body_of(sheet: Sheet, table: Table, given: Given) -> Body:
    """Rows of the table: it goes on over blank rows, totals, sections and repeated headings.

    A row that the office gave is data wherever it stands. A footer ends the table; after 15 blank
    rows a lone cell is outside.
    """
    looks = _Looks(sheet, table, given)
    walk = _Walk(last=table.heading_row)
    for number, row in enumerate(sheet.rows[table.heading_row :], start=table.heading_row + 1):
        if not walk.fresh and looks.is_as_given(row):
            walk.rows.append(number)
            walk.ended, walk.last = False, number
        elif row and row.count(None) != len(row) and (cells := looks.filled(row)):
            is_given = looks.is_given(cells, row)
            if is_given and walk.fresh and looks.is_index(cells):
                continue  # «1 | 2 | 3» below the headings, where 1 is a key as well
            _step(walk, looks, number, cells, is_given=is_given)
    grand = [number for number in walk.totals if looks.is_grand_total(number)] or walk.totals
    return Body(
        rows=tuple(walk.rows),
        total=grand[-1] if grand else 0,
        totals=len(walk.totals),
        second=walk.second,
        second_rows=walk.second_rows,
        stray=tuple(CellRef(sheet.name, *cell) for cell in walk.stray),
        nothing=CellRef(sheet.name, *walk.nothing) if walk.nothing else None,
    )


def _step(walk: _Walk, looks: "_Looks", number: int, cells: Filled, *, is_given: bool) -> None:
    kind = Kind.DATA if is_given else looks.kind(number, cells, fresh=walk.fresh)
    if walk.ended and not is_given:
        _step_after_end(walk, kind, number, cells)
        return
    lone = len(cells) == 1 and number - walk.last > _LONG_GAP
    if kind is Kind.OUTSIDE or (kind is Kind.DATA and lone and not is_given):
        walk.stray += [(number, column) for column, _ in cells]
        return
    if kind is Kind.DATA:
        walk.rows.append(number)
        if cells[-1][0] > looks.covered:
            walk.stray += [(number, column) for column, _ in cells if column not in looks.expected]
    elif kind is Kind.TOTAL:
        walk.totals.append(number)
    elif kind is Kind.NOTHING:
        walk.nothing = walk.nothing or (number, cells[0][0])
    walk.fresh = kind is Kind.HEADING
    walk.ended = kind is Kind.FOOTER
    walk.last = number


def _step_after_end(walk: _Walk, kind: Kind, number: int, cells: Filled) -> None:
    if kind is Kind.HEADING and len(cells) >= _FEWEST_SAME:
        walk.second = walk.second or number
    elif walk.second:
        walk.second_rows += kind is Kind.DATA
    elif kind is Kind.DATA and len(cells) >= _FEWEST_AFTER_END:
        walk.stray += [(number, column) for column, _ in cells]


class _Looks:
    """Tells what a row is, for one table."""

    def __init__(self, sheet: Sheet, table: Table, given: Given) -> None:
        self.given = given
        self.expected = table.expected
        self.covered = next(at for at in count() if at + 1 not in table.expected)
        after_text = 0 < given.text_column < given.key_column  # then the text decides
        self._given_at = 0 if after_text else given.key_column
        self._columns = table.places
        self._width = next(at for at in count() if at + 1 not in table.places)
        self._id_column = table.id_column
        self._sheet = sheet
        self._headings = table.words
        self._heading_keys = table.word_keys
        self._heading_starts = table.word_starts
        self._wide = _wide_rows(sheet, table)

    def filled(self, row: Sequence[Raw]) -> list[tuple[int, Raw]]:
        """Cells of a row that hold something, the hidden id left out."""
        hidden = self._id_column
        return [
            (column, value)
            for column, value in enumerate(row, start=1)
            if value is not None
            and column != hidden
            and (type(value) is not str or value[:1].isalnum() or not is_blank(value))
        ]

    def is_as_given(self, row: Sequence[Raw]) -> bool:
        """Whether the key of a given row stands in its place, and nothing outside the table.

        That alone makes it a data row, whatever else it says.
        """
        at = self._given_at
        return 0 < at <= len(row) <= self.covered and _as_key(row[at - 1]) in self.given.keys

    def is_given(self, cells: Filled, row: Sequence[Raw]) -> bool:
        """Whether the office gave a row: its key, its text or its hidden id says so."""
        given = self.given
        if not given.keys:
            return False
        at = self._id_column
        return given.has(cells) or (0 < at <= len(row) and _as_key(row[at - 1]) in given.keys)

    def is_index(self, cells: Filled) -> bool:
        """Whether a row right below the headings numbers the columns."""
        inside = [value for column, value in cells if column in self._columns]
        return is_index(inside, below_headings=True)

    def kind(self, number: int, cells: Filled, *, fresh: bool) -> Kind:
        """What a row is that the office did not give."""
        columns = self._columns
        inside = cells if cells[-1][0] <= self._width else [c for c in cells if c[0] in columns]
        values = [value for _, value in inside]
        texts = [value for value in values if isinstance(value, str)]
        if self._are_headings(texts) or is_index(values, below_headings=fresh):
            return Kind.HEADING
        if any(map(is_total, texts[:_TEXTS_LOOKED_AT])) or self._only_sums(inside):
            return Kind.TOTAL
        first = cells[0][1]
        if isinstance(first, str) and len(cells) <= _MOST_FOOTER_CELLS and is_footer(first):
            return Kind.FOOTER
        if not inside:
            return Kind.OUTSIDE
        if not self.given.keys and says_nothing(values):
            return Kind.NOTHING
        return Kind.SECTION if self._is_section(number, inside, texts) else Kind.DATA

    def is_grand_total(self, number: int) -> bool:
        """Whether a total row says that it is the total of all."""
        row = self._sheet.rows[number - 1]
        return any(isinstance(value, str) and is_grand_total(value) for value in row)

    def _are_headings(self, texts: Sequence[str]) -> bool:
        """Whether the headings stand here again, perhaps spelt with other marks."""
        if len(texts) < _FEWEST_SAME:
            return False
        if sum(map(self._headings.__contains__, texts)) >= _FEWEST_SAME:
            return True
        first = texts[:_TEXTS_LOOKED_AT]
        if max(map(len, first)) > LONGEST_HEADING:
            return False
        start = first[0][0]
        if start.isascii() and start.isalpha() and start.lower() not in self._heading_starts:
            return False  # the key of a text begins as the text does
        return all(heading_plain(text) in self._heading_keys for text in first)

    def _only_sums(self, inside: Filled) -> bool:
        """Figures alone where the column of codes is gone: the total row has lost its label."""
        lost = bool(self.given.keys) and not self.given.key_column
        return lost and len(inside) > 1 and all(isinstance(value, float) for _, value in inside)

    def _is_section(self, number: int, inside: Filled, texts: Sequence[str]) -> bool:
        """A title over the rows below it, not data."""
        if len(texts) != len(inside):
            return False
        if number in self._wide and len(set(texts)) == 1:
            return True
        if len(inside) == 1:
            lone = texts[0]
            return bool(self.given.keys) or is_section_title(lone) or is_nil_label(lone)
        numbered = len(inside) == _NUMBER_AND_TITLE and is_section_number(inside[0][1])
        return numbered or is_nil_label(texts[0])


def _as_key(value: Raw) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.strip() if isinstance(value, str) else ""


def _wide_rows(sheet: Sheet, table: Table) -> frozenset[int]:
    """Rows in which a merge covers several columns of the table."""
    if not sheet.merged or not table.columns:
        return frozenset()
    left, right = min(table.columns.values()), max(table.columns.values())
    area = Area(table.heading_row + 1, left, len(sheet.rows), right)
    return frozenset(
        row
        for _, inside in merges_in(sheet, area)
        if inside.right - inside.left + 1 >= min(_WIDE, len(table.columns))
        for row in range(inside.top, inside.bottom + 1)
    )
