"""Rows below the headings: which are data, total or nil, and where the table ends."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import field
from enum import Enum, auto
from functools import lru_cache
from itertools import count

from kskt_excel.model.book import CellPlace, CellRef, Raw, Sheet
from kskt_excel.model.finding import Finding
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.reading.cells import remark
from kskt_excel.reading.table import LONGEST_HEADING, Area, HeadedTable, heading_plain, merges_in
from kskt_excel.text.shown import given
from kskt_excel.text.spelling import clean_text, is_blank, plain_key, tone_key
from kskt_excel.text.values import (
    THINGS,
    YES_WORDS,
    is_none_said,
    is_nothing_said,
    says_that_nothing_happened,
    yes_no,
)

NIL_LABEL = "Kỳ này không phát sinh"

_TOTALS = frozenset(map(tone_key, ("Cộng", "Tổng cộng", "Tổng số", "Tổng")))
_GRAND_TOTALS = frozenset(map(tone_key, ("Tổng cộng", "Tổng số")))
_NIL_KEY = tone_key(NIL_LABEL)
TICK_SPELLINGS = (
    *YES_WORDS,
    NIL_LABEL,
    *("Không phát sinh", "Không có phát sinh", "Không có", "KPS", "Không PS", "Chưa phát sinh"),
    *("Không phát sinh trong kỳ", "Không phát sinh trong quý", "Trong kỳ không phát sinh"),
    *("Quý này không phát sinh", "Khong phat sinh", "Khong co"),
)
"""What ticks a sheet as empty in the cell beside the label; a bare «không» may deny it."""

_PARENTHESES = lazy_pattern(r"\([^)]*\)")
_COUNTED = lazy_pattern(
    r"(?P<label>[^\d:=]{3,30}?)\s*[:=–-]?\s*\d[\d.,]*\s*(?P<thing>[^\W\d_]+(?:\s[^\W\d_]+){0,4})?\s*\.?"
)
"""A label with its figure in one cell: ``Tổng cộng: 3 hồ sơ``."""
# «Ghi chú: …», «Nơi nhận», «Giám đốc», «Người lập biểu», «Thái Nguyên, ngày 14 tháng 3 năm 2022»;
# not «Giám đốc ký ban hành quyết định. …» nor «Lãnh đạo Sở: …»: after a signer's title nothing but
# a short name may stand, or a unit's report that begins so would end the table.
_FOOTER = lazy_pattern(
    r"(?:ghi chú|lưu ý|chú thích|chú ý)\s*:|nơi nhận\b|\((?:đã )?ký|\(\*+\)|\*"
    r"|[\W_]*hết(?: danh sách)?[\W_]*$"
    r"|(?:người (?:lập|kiểm tra|tổng hợp|làm báo cáo)|lập (?:biểu|bảng)|thủ trưởng|giám đốc"
    r"|phó giám đốc|kt\.|tm\.|tl\.|lãnh đạo|trưởng phòng|phó trưởng phòng|chánh văn phòng"
    r"|xác nhận của)[^.:;]{0,40}$"
    r"|.{0,40}\bngày\b.{1,12}\btháng\b.{1,8}\bnăm\b[\s.…\d]*$",
    re.IGNORECASE | re.DOTALL,
)
# «(1)», «[2]», «(5) = (3) + (4)», «3», «A»
_INDEX = lazy_pattern(r"[(\[]\s*\w{1,3}\s*[)\]](?:\s*=.*)?|\d{1,2}|[A-Z]", re.DOTALL)
# «II.», «II.1», «A»; no plain figure, which is a running number.
_SECTION_NUMBER = lazy_pattern(r"(?:[IVX]{1,6}(?:\.\d{1,2})*|[A-ZĐ])\s*[.)]?")
# «I. Phản ánh …»; not «A Phản ánh»: a sentence may begin with one letter.
_SECTION_TITLE = lazy_pattern(r"(?:[IVX]{1,6}|[A-ZĐ])\s*[.)]\s+\S.*", re.DOTALL)
_LONGEST_TOTAL = 40  # «Tổng cộng (1)+(2)» with its blanks; a sentence is data
_LONGEST_FOOTER = 120  # places of receipt, signatures; a longer text is what a unit reports
_FEWEST_INDEX = 3  # two numbers side by side are figures as often as column numbers
_NARROW_INDEX = frozenset({("(1)",), ("(1)", "(2)")})


class RowKind(Enum):
    """What a row below the headings is (loại dòng)."""

    DATA = auto()
    HEADING = auto()  # the headings again, or the numbering row
    TOTAL = auto()
    SUBTOTAL = auto()  # of some rows
    SECTION = auto()
    FOOTER = auto()
    NOTHING = auto()  # «Không phát sinh» written instead of data
    OUTSIDE = auto()  # nothing in the table's columns


def is_total(text: str) -> bool:
    """Whether the whole cell says «Cộng», «Tổng cộng», «Tổng số» or «Tổng», accents and all.

    Without accents «Công khai …» would be one.
    """
    return _total_key(text) in _TOTALS


def is_grand_total(text: str) -> bool:
    """Whether the whole cell says «Tổng cộng» or «Tổng số»."""
    return _total_key(text) in _GRAND_TOTALS


def is_nil_label(text: str) -> bool:
    """Whether a cell is the label «Kỳ này không phát sinh»."""
    if text.lstrip()[:1] not in ("K", "k"):
        return False
    return text == NIL_LABEL or tone_key(clean_text(text)).startswith(_NIL_KEY)


def says_nothing(values: Sequence[Raw]) -> bool:
    """Whether a row says only that nothing happened, with or without a running number."""
    texts = [value for value in values if isinstance(value, str)]
    alone = bool(texts) and len(values) - len(texts) <= 1
    return alone and all(is_none_said(clean_text(text)) for text in texts)


@lru_cache(maxsize=4096)
def is_footer(text: str) -> bool:
    """Whether a row that starts with this text is below the table: notes, places, signatures."""
    return len(text) <= _LONGEST_FOOTER and _FOOTER.match(clean_text(text)) is not None


def is_index(values: Sequence[Raw], *, below_headings: bool) -> bool:
    """Whether cells are a numbering row: ``(1) (2) …`` anywhere, ``1 2 3`` below the headings."""
    if len(values) < _FEWEST_INDEX:  # of a narrow table
        return below_headings and tuple(values) in _NARROW_INDEX
    if not _INDEX.fullmatch(_figure(values[0])):
        return False
    if not _INDEX.fullmatch(_figure(values[1])):
        return False  # a running number before a text: most rows of registers
    return _is_index(tuple(map(_figure, values)), below_headings=below_headings)


@lru_cache(maxsize=1024)
def _is_index(texts: tuple[str, ...], *, below_headings: bool) -> bool:
    if not all(map(_INDEX.fullmatch, texts)):
        return False
    if all(text[0] in "([" for text in texts):
        return True
    figures = [int(text) for text in texts if text.isdecimal()]
    if not below_headings or len(figures) < _FEWEST_INDEX:
        return False
    in_order = sorted(set(figures))
    if figures == in_order:
        return figures[0] <= _FEWEST_INDEX
    return in_order == list(range(1, len(figures) + 1))  # the columns were moved with their numbers


def is_section_number(value: Raw) -> bool:
    """Whether a cell numbers a section: ``I``, ``II.1``, ``A``; never plain figures."""
    return isinstance(value, str) and _SECTION_NUMBER.fullmatch(value.strip()) is not None


def is_section_title(text: str) -> bool:
    """Whether a lone text is a numbered title: ``I. Phản ánh về hành vi hành chính``."""
    return _SECTION_TITLE.fullmatch(text.strip()) is not None


def is_partial_total(values: Sequence[Raw]) -> bool:
    """Whether a row of a form adds up some rows: ``Cộng lĩnh vực …``, then figures alone."""
    first, *others = values or ("",)
    if not isinstance(first, str) or not others:
        return False
    adds = any(_total_start(first) == _key(word) for word in _PARTIAL_TOTALS)
    return adds and all(isinstance(value, float) for value in others)


_PARTIAL_TOTALS = ("Cộng", "Tổng", "Tổng cộng", "Tổng số")


def _total_start(text: str) -> str:
    """Key of the words before «lĩnh vực …» and the like."""
    if text.lstrip()[:1] not in ("T", "t", "C", "c") or len(text) > _LONGEST_FOOTER:
        return ""
    words = clean_text(text).split()
    for word in _PARTIAL_TOTALS:
        count = len(word.split())
        if len(words) > count and _key(" ".join(words[:count])) == _key(word):
            return _key(word)
    return ""


@lru_cache(maxsize=64)
def _key(text: str) -> str:
    return tone_key(text)


def _total_key(text: str) -> str:
    start = text.lstrip()[:1]
    if start not in ("T", "t", "C", "c") or len(text) > _LONGEST_TOTAL:
        return ""
    return _key_of_total(text)


@lru_cache(maxsize=4096)
def _key_of_total(text: str) -> str:
    shown = _PARENTHESES.sub(" ", clean_text(text)).strip()
    counted = _COUNTED.fullmatch(shown)
    if counted is None:
        return tone_key(shown.rstrip(": "))
    label = counted["label"].strip()
    for word in _PARTIAL_TOTALS:  # «Tổng số hồ sơ: 3»
        rest = label[len(word) :].strip()
        alike = label[: len(word)].casefold() == word.casefold()
        if alike and (not rest or plain_key(rest) in THINGS):
            return tone_key(word) if _is_thing(counted["thing"] or "") else ""
    return tone_key(shown)


def _is_thing(text: str) -> bool:
    """Whether words behind a figure name what it counts, or there are none: «hồ sơ quá hạn»."""
    words = plain_key(text).split()
    return not words or any(" ".join(words[:size]) in THINGS for size in range(1, len(words) + 1))


def _figure(value: Raw) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.strip() if isinstance(value, str) and value.strip() else "?"


_FEWEST_SAME = 3  # headings that make a row the headings again
_FEWEST_AFTER_END = 3  # cells that make a row below the signatures worth a remark
_MOST_FOOTER_CELLS = 4  # places left, maker, checker, head: a fuller row is data
_LONG_GAP = 15  # rows; a lone cell so far below the table is a slip of the mouse
_WIDE = 3  # columns that a section title is merged over
_TEXTS_LOOKED_AT = 3  # «Tổng cộng» may follow a number and a code, not more
_NUMBER_AND_TITLE = 2  # cells that make a section's row

Filled = Sequence[tuple[int, Raw]]
"""Columns of a row that hold something, with what they hold."""


@dataclass(frozen=True, slots=True)
class Given:
    """Rows that the office wrote into the sheet when it issued it: their keys and their texts."""

    key_column: int = 0
    keys: Container[str] = frozenset()
    text_column: int = 0
    texts: Container[str] = frozenset()  # tone keys
    sums: Container[int] = frozenset()  # columns whose cells the sheet reckons

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
class TableBody:
    """Rows of a table: data rows in order, its total row, and what stands outside of it."""

    rows: tuple[int, ...] = ()
    total: int = 0  # row of the total of all, 0 without one
    totals: int = 0  # number of total rows
    subtotals: tuple[int, ...] = ()  # rows that add up some of the others
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
    subtotals: list[int] = field(default_factory=list)
    stray: list[tuple[int, int]] = field(default_factory=list)
    fresh: bool = True  # only headings so far
    ended: bool = False
    nothing: tuple[int, int] | None = None
    second: int = 0
    second_rows: int = 0


def body_of(sheet: Sheet, table: HeadedTable, given: Given) -> TableBody:
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
            said = cells if is_given else looks.without_sums_of_nothing(cells)
            if said:
                _step(walk, looks, number, said, is_given=is_given)
    grand = [number for number in walk.totals if looks.is_grand_total(number)] or walk.totals
    return TableBody(
        rows=tuple(walk.rows),
        total=grand[-1] if grand else 0,
        totals=len(walk.totals),
        subtotals=tuple(walk.subtotals),
        second=walk.second,
        second_rows=walk.second_rows,
        stray=tuple(CellRef(sheet.name, *cell) for cell in walk.stray),
        nothing=CellRef(sheet.name, *walk.nothing) if walk.nothing else None,
    )


def _step(walk: _Walk, looks: "_Looks", number: int, cells: Filled, *, is_given: bool) -> None:
    kind = RowKind.DATA if is_given else looks.kind(number, cells, fresh=walk.fresh)
    if walk.ended and not is_given:
        _step_after_end(walk, kind, number, cells)
        return
    lone = len(cells) == 1 and number - walk.last > _LONG_GAP
    if kind is RowKind.OUTSIDE or (kind is RowKind.DATA and lone and not is_given):
        walk.stray += [(number, column) for column, _ in cells]
        return
    if kind is RowKind.DATA:
        walk.rows.append(number)
        if cells[-1][0] > looks.covered:
            walk.stray += [(number, column) for column, _ in cells if column not in looks.expected]
    elif kind is RowKind.TOTAL:
        walk.totals.append(number)
    elif kind is RowKind.SUBTOTAL:
        walk.subtotals.append(number)
    elif kind is RowKind.NOTHING:
        walk.nothing = walk.nothing or (number, cells[0][0])
    walk.fresh = kind is RowKind.HEADING
    walk.ended = kind is RowKind.FOOTER
    walk.last = number


def _step_after_end(walk: _Walk, kind: RowKind, number: int, cells: Filled) -> None:
    if kind is RowKind.HEADING and len(cells) >= _FEWEST_SAME:
        walk.second = walk.second or number
    elif walk.second:
        walk.second_rows += kind is RowKind.DATA
    elif kind is RowKind.DATA and len(cells) >= _FEWEST_AFTER_END:
        walk.stray += [(number, column) for column, _ in cells]


class _Looks:
    """Tells what a row is, for one table."""

    def __init__(self, sheet: Sheet, table: HeadedTable, given: Given) -> None:
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

    def without_sums_of_nothing(self, cells: Filled) -> Filled:
        """A row that the office did not give, as its title or note alone, where it has only that.

        What stands beside the columns of names is no title.
        """
        said = [(at, value) for at, value in cells if value != 0 or at not in self.given.sums]
        names = max(self.given.key_column, self.given.text_column)
        return said if all(at <= names for at, _ in said) else cells

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

    def kind(self, number: int, cells: Filled, *, fresh: bool) -> RowKind:
        """What a row is that the office did not give."""
        columns = self._columns
        inside = cells if cells[-1][0] <= self._width else [c for c in cells if c[0] in columns]
        values = [value for _, value in inside]
        texts = [value for value in values if isinstance(value, str)]
        # Headings first: «Tổng số» among them is no total.
        if self._are_headings(texts) or is_index(values, below_headings=fresh):
            return RowKind.HEADING
        if total := self._total(inside, values, texts):
            return total
        first = cells[0][1]
        # Before what is outside: signatures may stand beside the table's columns as well.
        if isinstance(first, str) and len(cells) <= _MOST_FOOTER_CELLS and is_footer(first):
            return RowKind.FOOTER
        if not inside:
            return RowKind.OUTSIDE
        if not self.given.keys and says_nothing(values):
            return RowKind.NOTHING
        return RowKind.SECTION if self._is_section(number, inside, texts) else RowKind.DATA

    def _total(self, inside: Filled, values: Sequence[Raw], texts: Sequence[str]) -> RowKind | None:
        """Whether a row adds up all of the others, or some of them."""
        if any(map(is_total, texts[:_TEXTS_LOOKED_AT])) or self._only_sums(inside):
            return RowKind.TOTAL
        return RowKind.SUBTOTAL if self.given.keys and is_partial_total(values) else None

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


def _wide_rows(sheet: Sheet, table: HeadedTable) -> frozenset[int]:
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


_ROWS_WITH_LABEL = 12  # the tick is issued in row 4; units put a letterhead above it
_COLUMNS_WITH_LABEL = 12  # and merge or move it to the middle of the page
_CELLS_TO_THE_RIGHT = 4  # the tick's own cell, and some that a person may have left between
_LONGEST_TICK = 12  # a longer text may be a hint beside the cell
_HINT = lazy_pattern(
    r"[^\w(]|.*\b(?:nếu|thì|chọn|đánh|tích|tick|bấm|ghi)\b", re.IGNORECASE | re.DOTALL
)
"""How hints start, or what they tell the unit to do: «← Không phát sinh thì ghi x ở ô này»."""


@dataclass(frozen=True, slots=True)
class Nil:
    """Where the tick cell is and whether it is ticked."""

    cell: CellRef | None = None
    ticked: bool = False
    says_no: bool = False
    """The cell says «không»: nothing to report where the sheet has no row, else a row to report."""
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
    if says_nil(value):
        return Nil(cell, ticked=True)
    read = yes_no(value)
    if read.value is None and read.outcome == "error":
        unclear = remark("sheet.tick_unclear", cell, {"given": given(value)})
        return Nil(cell, findings=(unclear,))
    says_no = read.value is False and isinstance(value, str) and is_nothing_said(clean_text(value))
    return Nil(cell, ticked=bool(read.value), says_no=says_no)


def _labels(sheet: Sheet) -> Iterator[CellPlace]:
    for number, row in enumerate(sheet.rows[:_ROWS_WITH_LABEL], start=1):
        for column, value in enumerate(row[:_COLUMNS_WITH_LABEL], start=1):
            if isinstance(value, str) and is_nil_label(value):
                yield number, column


def says_nil(value: Raw) -> bool:
    """Whether the words of the label stand in place of the tick; a bare «không» may deny it."""
    return isinstance(value, str) and says_that_nothing_happened(clean_text(value))


def _is_hint(value: Raw) -> bool:
    """Whether a text beside the label only says how to tick."""
    if not isinstance(value, str) or len(value) <= _LONGEST_TICK or says_nil(value):
        return False
    return _HINT.match(clean_text(value)) is not None


def _tick(sheet: Sheet, row: int, label: int) -> tuple[int, Raw]:
    """Column and content of the tick cell: the first thing right of the label but hints."""
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
        if value is not None and not _is_hint(value) and not is_blank(value):
            return column, value
    return first, None
