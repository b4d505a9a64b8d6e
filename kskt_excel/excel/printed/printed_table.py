"""A printed table: column widths, merged heads, numbering, sections, data, totals."""

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from functools import cache, lru_cache
from itertools import chain, groupby, pairwise
from typing import NamedTuple, TypeAlias

from kskt_excel.excel.book_writer import (
    HIGHEST_ROW,
    INDENT_PX,
    Measured,
    advance,
    cell_text,
    line_slices,
    measured,
    printed_line,
    room,
)
from kskt_excel.excel.printed.boxes import (
    PADDING_PX,
    SPARE_POINTS,
    PageGrid,
    PagePart,
    PrintedBox,
    PrintedLine,
    PrintedValue,
    lines_height,
    side_by_side,
    text_height,
    whole_pixels,
    wide,
)
from kskt_excel.excel.printed.column_widths import (
    CellLetters,
    HeadCell,
    TextRow,
    WidthProblem,
    lowest_widths,
    patterns,
)
from kskt_excel.excel.printed.line_ends import glued
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import Value
from kskt_excel.report.page import NO_BREAK_SPACE, PageCell, PageColumn, PageRow, PageTable
from kskt_excel.text import shown


@dataclass(frozen=True, slots=True)
class Head:
    """One head of a table: level from 0, columns from 0, rows that it covers."""

    text: str
    level: int
    first: int
    last: int
    down: int = 1


def levels(columns: Sequence[PageColumn]) -> int:
    """How many levels the heads have; at least 1."""
    return max([len(column.header) for column in columns], default=1) or 1


def heads(columns: Sequence[PageColumn]) -> list[Head]:
    """Every head once, level by level from the left.

    Neighbours with the same heads so far are one; a column's own head reaches down to the end.
    """
    count = levels(columns)
    return [head for level in range(count) for head in _of_level(columns, level, count)]


def _of_level(columns: Sequence[PageColumn], level: int, count: int) -> list[Head]:
    found = []
    for (path, leaf), group in groupby(range(len(columns)), lambda at: _key(columns, at, level)):
        members = list(group)
        if not path:
            continue
        down = count - level if leaf is not None else 1
        found.append(Head(path[-1], level, members[0], members[-1], down))
    return found


def _key(columns: Sequence[PageColumn], at: int, level: int) -> tuple[tuple[str, ...], int | None]:
    """Equal for columns that share a head at this level; a column's own head is shared by none."""
    header = columns[at].header or ("",)
    if level >= len(header):
        return (), at
    leaf = at if level == len(header) - 1 else None
    return header[: level + 1], leaf


def printed_value(cell: PageCell) -> PrintedValue:
    """What is written: whole numbers and days as such, everything else as a text; never "None".

    Decimals are texts with a comma, because a cell's format follows the machine's settings.
    """
    value = cell.value
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return shown.value_text(value)
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float):
        return _number(value, cell)
    return cell_text(value).strip() or None


def words_of(value: PrintedValue) -> str:
    """The letters that a cell with this value shows."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    return value if isinstance(value, str) else shown.grouped_number(value)


def looks_of(value: PrintedValue) -> tuple[str, ...]:
    """Number format of a value."""
    if isinstance(value, str) or value is None:
        return ()
    return ("date",) if isinstance(value, dt.date) else ("count",)


def _number(value: float, cell: PageCell) -> PrintedValue:
    if cell.kind == "percent":
        return f"{shown.decimal_text(value, 1)} %"
    if cell.kind == "decimal" or value != int(value):
        return shown.decimal_text(value, 1)
    return int(value)


_ALIGNS = {"left": "indent"}  # a text at the left keeps clear of the line
_SHORT_ROW = 2  # cells of a section row, and of a total in words
_Key: TypeAlias = int | tuple[object, ...]  # of a cell itself, or of what it shows


class Face(NamedTuple):
    """What a cell shows, and how; equal cells of a column share one.

    ``first`` and ``last`` are columns of the table, from 0.
    """

    first: int
    last: int
    value: PrintedValue
    looks: tuple[str, ...]
    words: Measured  # in the face's own letters
    alone: bool = False  # in a column of its own, which must have room for its words
    sums: bool = False  # a SUM over the rows above gives the value
    link: str = ""  # sheet that it leads to

    @property
    def bold(self) -> bool:
        """Whether its letters are bold."""
        return "bold" in self.looks


@dataclass(frozen=True, slots=True)
class TableFaces:
    """The rows of a table, each as numbers of its faces: what is equal is made once."""

    table: PageTable
    faces: tuple[Face, ...]
    rows: tuple[tuple[int, ...], ...]
    heads: tuple[Head, ...]
    levels: int  # of the heads
    sums: frozenset[int]  # faces that are a SUM over the rows above

    @classmethod
    def of(cls, table: PageTable) -> "TableFaces":
        """The table's rows in order."""
        seen = _Seen(table)
        rows = tuple(
            tuple(seen.short(row) if is_short(row, table) else seen.whole(row))
            for row in table.rows
        )
        sums = frozenset(number for number, face in enumerate(seen.faces) if face.sums)
        faces, count = tuple(seen.faces), levels(table.columns)
        return cls(table, faces, rows, tuple(heads(table.columns)), count, sums)


def is_short(row: PageRow, table: PageTable) -> bool:
    """Whether the row is a section's, or a total in words."""
    return len(row.cells) == _SHORT_ROW < len(table.columns)


class _Seen:
    """The faces met so far."""

    def __init__(self, table: PageTable) -> None:
        self.faces: list[Face] = []
        self._table = table
        self._summed = [
            row for row in table.rows if row.kind == "data" and len(row.cells) == len(table.columns)
        ]
        self._known: dict[tuple[bool, bool], list[dict[_Key, int]]] = {}
        self._shown: dict[tuple[object, ...], tuple[PrintedValue, tuple[str, ...], Measured]] = {}

    def short(self, row: PageRow) -> list[int]:
        """A section: numeral and title; a total in words: a name over two columns, the rest."""
        last = len(self._table.columns) - 1
        split = 0 if row.kind == "section" else min(1, last - 1)
        blocks = ((0, split), (split + 1, last))
        aligns = ("center" if row.kind == "section" else "indent", "indent")
        made = []
        for block, cell, align in zip(blocks, row.cells, aligns, strict=True):
            value = printed_value(cell)
            looks = ("frame", "middle", "wrap", "bold", align)
            made.append(self._add(Face(*block, value, looks, _words(value, looks))))
        return made

    def whole(self, row: PageRow) -> list[int]:
        """A cell for each column; what another cell is printed over has a face and no place."""
        is_total, is_full = row.kind == "total", len(row.cells) == len(self._table.columns)
        known = self._known.setdefault((is_total, is_full), [{} for _ in self._table.columns])
        placed = []
        covered = 0  # columns to the left of it are taken
        for at, cell in enumerate(row.cells):
            own = known[at]
            face = own.get(id(cell))  # most cells of a form are shared by many rows
            if face is None:
                face = own[id(cell)] = self._face_of(
                    at, cell, own, is_total=is_total, is_full=is_full
                )
            if at >= covered:
                placed.append(face)
            if cell.over > 1 and at + cell.over > covered:
                covered = at + cell.over
        return placed

    def _face_of(
        self, at: int, cell: PageCell, own: dict[_Key, int], *, is_total: bool, is_full: bool
    ) -> int:
        """The face of equal cells."""
        value = cell.value
        looks = (cell.kind, cell.shade, cell.over, cell.sums_column, cell.link)
        key = (value, value.__class__, *looks)
        face = own.get(key)
        if face is None:
            alone = is_full and cell.over == 1
            face = own[key] = self._add(self._face(at, cell, is_total=is_total, alone=alone))
        return face

    def _face(self, at: int, cell: PageCell, *, is_total: bool, alone: bool) -> Face:
        align = "center" if cell.over > 1 else self._table.columns[at].align
        key = (cell.value, cell.value.__class__, cell.kind, cell.shade, is_total, align)
        shown = self._shown.get(key)  # columns of figures show the same few
        if shown is None:
            value = printed_value(cell)
            looks = ("frame", "middle", "wrap", *looks_of(value))
            looks += (("bold",) if is_total else ()) + ((cell.shade,) if cell.shade else ())
            looks += (_ALIGNS.get(align, align),)
            shown = self._shown[key] = (value, looks, _words(value, looks))
        sums = cell.sums_column and self._adds_up(at, cell.value)
        return Face(at, at + cell.over - 1, *shown, alone, sums, cell.link)

    def _adds_up(self, at: int, value: Value) -> bool:
        """Whether a SUM over the rows above gives the very figure."""
        column = (row.cells[at].value for row in self._summed)
        numbers = (one for one in column if isinstance(one, int | float))
        return isinstance(value, int | float) and value == sum(numbers)

    def _add(self, face: Face) -> int:
        self.faces.append(face)
        return len(self.faces) - 1


def _words(value: PrintedValue, looks: Sequence[str]) -> Measured:
    return measured(words_of(value), bold="bold" in looks)


_FoundHead: TypeAlias = tuple[Head, tuple[int, int], str]
"""A head, the sheet's columns that it stands over, its text."""
_LEAST_HEAD = 10  # points: smaller heads are not read on paper
_NUMBERING_SIZE = 10  # points of «(1) (2) …», whatever size the heads have
_BELOW_NUMBERING = 1.0


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a table stands: the sheet's grid, the columns under each of its own, letter size."""

    grid: PageGrid
    spans: tuple[tuple[int, int], ...]
    size: float
    roomy: bool = False  # heads may be higher, so that fewer compounds are broken

    @property
    def head_size(self) -> float:
        """Heads are a size smaller than the body, and never too small to read."""
        return head_size(self.size)

    def px(self, box: PrintedBox) -> int:
        """Width that a box has for its text."""
        return self.text_px(box.first, box.last, box.looks)

    def text_px(self, first: int, last: int, looks: Sequence[str]) -> int:
        """Width for a text of these looks over the sheet's columns ``first`` to ``last``."""
        indent = INDENT_PX if "indent" in looks else 0
        return self.grid.px(first, last) - indent

    def over(self, first: int, last: int) -> tuple[int, int]:
        """The sheet's columns under the table's columns ``first`` to ``last``, counted from 0."""
        return self.spans[first][0], self.spans[last][1]


def head_size(size: float) -> float:
    """Size of the heads over a body in letters of a size."""
    return max(size - 1, _LEAST_HEAD)


def caption_lines(table: PageTable, place: TablePlace, mark: str = "") -> Iterator[PrintedLine]:
    """Title over a table; then a mark at the left and the unit of count at the right, in a row."""
    if table.title:
        yield wide(table.title, place.grid, ("bold", "left", "middle", "wrap"), size=13)
    yield from side_by_side(mark, table.unit_of_count, place.grid)


def head_outline(body: TableFaces, place: TablePlace) -> list[PrintedLine]:
    """The heads as high as they will be, without their cells."""
    heights = _head_heights(_found_heads(body, place), place, body.levels)
    lines = [PrintedLine(height, part="head", keep=True) for height in heights]
    return [*lines, *_numbering(body.table, place, bare=True)]


def head_rows(body: TableFaces, place: TablePlace) -> list[PrintedLine]:
    """Rows that every page repeats: heads level by level, then ``(1) (2) …``."""
    found = _found_heads(body, place)
    heights = _head_heights(found, place, body.levels)
    rows: list[list[PrintedBox]] = [[] for _ in heights]
    looks = ("bold", "center", "middle", "wrap", "frame", "given")
    for head, span, text in found:
        available = sum(heights[head.level : head.level + head.down])
        shown = _joined(text, *span, place, available)
        rows[head.level].append(PrintedBox(*span, shown, looks, place.head_size, head.down))
    lines = [
        PrintedLine(height, tuple(boxes), "head", keep=True)
        for height, boxes in zip(heights, rows, strict=True)
    ]
    return [*lines, *_numbering(body.table, place)]


def _found_heads(body: TableFaces, place: TablePlace) -> list[_FoundHead]:
    found = []
    for head in body.heads:
        span = place.over(head.first, head.last)
        found.append((head, span, _glued(head.text, *span, place) if place.roomy else head.text))
    return found


def _head_heights(found: Sequence[_FoundHead], place: TablePlace, count: int) -> list[float]:
    heights = [lines_height(1, place.head_size)] * count
    # Heads of one level first: a head over several levels needs only what these leave short.
    for head, span, text in sorted(found, key=lambda one: one[0].down):
        needed = text_height(text, place.grid.px(*span), place.head_size, bold=True)
        covered = slice(head.level, head.level + head.down)
        short = needed - sum(heights[covered])
        if short > 0:
            heights[head.level + head.down - 1] += whole_pixels(short)
    return heights


def _glued(text: str, first: int, last: int, place: TablePlace) -> str:
    return glued(text, room(place.grid.px(first, last), place.head_size, PADDING_PX))


def _joined(text: str, first: int, last: int, place: TablePlace, available: float) -> str:
    """The head with as many compounds held together as the height of its cell allows.

    Its last word does not stand alone where that costs no height either.
    """
    px, size = place.grid.px(first, last), place.head_size
    free = room(px, size, PADDING_PX)
    if measured(text, bold=True).longest <= free:
        return text

    def fits(one: str) -> bool:
        is_whole = measured(one, bold=True).longest_word <= free
        return is_whole and text_height(one, px, size, bold=True) <= available

    joined = text
    whole = _glued(text, first, last, place)
    if fits(whole):
        joined = whole
    else:
        for at, letter in enumerate(whole):
            if letter == NO_BREAK_SPACE:
                more = f"{joined[:at]}{letter}{joined[at + 1 :]}"
                joined = more if fits(more) else joined
    ended = NO_BREAK_SPACE.join(joined.rsplit(" ", 1))
    return ended if fits(ended) else joined


def _numbering(table: PageTable, place: TablePlace, *, bare: bool = False) -> Iterator[PrintedLine]:
    if not any(column.number for column in table.columns):
        return
    looks = ("italic", "center", "middle", "frame")
    columns = () if bare else zip(place.spans, table.columns, strict=True)
    boxes = [
        PrintedBox(*span, f"({column.number})" if column.number else None, looks, _NUMBERING_SIZE)
        for span, column in columns
    ]
    height = whole_pixels(printed_line(_NUMBERING_SIZE) + _BELOW_NUMBERING)
    yield PrintedLine(height, tuple(boxes), "head", keep=True)


SIZES = (12, 11.5, 11)  # points of the body
CROWDED_SIZES = (*SIZES, 10.5, 10)  # of a table of many columns
_MANY_COLUMNS = 14  # that have to do with the larger ones
LANDSCAPE_PX, PORTRAIT_PX = 890, 585  # what A4 holds between the margins, in Excel's pixels
_LEAST_SHARE = 0.6  # of its own width: what a column of texts keeps
_SHORT, _SHORT_FIGURE = 9, 14  # letters: a centred text as short as this stays on one line
_DIGITS = frozenset("0123456789")
_ROWS_A_PAGE = 20  # about
_LONG_WORD_PX = 267  # a text's word that is longer, as no word of a language is, may be broken


@dataclass(frozen=True, slots=True)
class Fitted:
    """Letter size in points and width of each column in pixels."""

    size: float
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """The longest words of a column, as advances; None where it has none of a kind."""

    column: PageColumn
    head: int
    number: int | None
    text: int | None

    def px(self, body: CellLetters, head: CellLetters) -> tuple[int, int]:
        """Pixels without which a word is broken: for all but its texts, and for these."""
        indent = _indent(self.column)
        kept = self.column.width * body.size / SIZES[0] * _LEAST_SHARE if indent else 0
        number = 0 if self.number is None else body.px(self.number) + indent
        text = 0 if self.text is None else body.px(self.text) + indent
        return max(head.px(self.head), int(kept), number), text


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table, measured once for all sizes of letters."""

    body: TableFaces
    needs: tuple[Need, ...]
    rows: tuple[TextRow, ...]
    heads: tuple[HeadCell, ...]
    _least: dict[tuple[float, int], list[int]] = field(default_factory=dict)
    _needed_by: dict[float, list[tuple[int, int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, table: PageTable) -> "Columns":
        """The columns as the heads and rows of a table want them."""
        body = TableFaces.of(table)
        numbers: list[int | None] = [None] * len(table.columns)
        texts = list(numbers)
        known: dict[tuple[object, ...], int] = {}
        for face in (body.faces[number] for number in sorted({*chain(*body.rows)})):
            if face.alone:  # what lies under a wider cell claims nothing
                is_text, column = isinstance(face.value, str), table.columns[face.first]
                longest = texts if is_text else numbers
                key = (face.words, is_text, column.align, face.link)
                found = known.get(key)
                if found is None:
                    found = known[key] = _longest_word(face, column)
                longest[face.first] = max(longest[face.first] or 0, found)
        longest_words = zip(
            table.columns, map(_number_advance, table.columns), numbers, texts, strict=True
        )
        placed = tuple(
            HeadCell(measured(one.text, bold=True), one.level, one.first, one.last, one.down)
            for one in body.heads
        )
        return cls(body, tuple(Need(*one) for one in longest_words), patterns(_texts(body)), placed)

    @property
    def sizes(self) -> tuple[float, ...]:
        """Sizes of letters that may be tried, the largest first."""
        return CROWDED_SIZES if len(self.needs) > _MANY_COLUMNS else SIZES

    def least_widths(self, size: float, total: int) -> list[int]:
        """Pixels that each column needs for its longest word or number.

        Where the paper cannot hold them, very long words of texts may be broken.
        """
        found = self._least.get((size, total))
        if found is None:
            found = self._needed(size, total)
            if sum(found) > total:
                found = self._needed(size, _LONG_WORD_PX)
            self._least[size, total] = found
        return found

    def _needed(self, size: float, most_text: int) -> list[int]:
        found = self._needed_by.get(size)
        if found is None:
            body, head = letters(size), letters(head_size(size))
            found = self._needed_by[size] = [need.px(body, head) for need in self.needs]
            for one in self.heads:
                if one.first == one.last:
                    others, text = found[one.first]
                    found[one.first] = max(others, head.px(one.words.longest_word)), text
        return [
            max(others, min(text, max(most_text, need.column.width)))
            for (others, text), need in zip(found, self.needs, strict=True)
        ]

    def fits(self, size: float, total: int) -> bool:
        """Whether every word has room in letters of a size."""
        return sum(self.least_widths(size, total)) <= total

    def least_height(self, size: float, total: int) -> float:
        """Points that the rows take at least, whatever the columns' widths."""
        free = letters(size).room(total)
        texts = [
            row.times
            * lines_height(int(-(-sum([text.longest for _, text in row.cells]) // free)), size)
            for row in self.rows
        ]
        others = len(self.body.rows) - sum([row.times for row in self.rows])
        return sum(texts) + max(others, 0) * lines_height(1, size)

    def fitted(self, size: float, total: int) -> Fitted:
        """Widths that sum to ``total`` with which the table is lowest.

        Where not every word has room, some are broken.
        """
        least = self.least_widths(size, total)
        wanted = [need.column.width for need in self.needs]
        if sum(least) > total:
            return Fitted(size, _shrunk(least, total))
        problem = WidthProblem(
            total=total,
            least=tuple(least),
            wanted=tuple(wanted),
            ranks=tuple(self._ranks()),
            indents=tuple(_indent(need.column) for need in self.needs),
            rows=self.rows,
            heads=self.heads,
            body=letters(size),
            head=letters(head_size(size)),
            repeated=1 + len(self.body.rows) // _ROWS_A_PAGE,
        )
        return Fitted(size, lowest_widths(problem))

    def _ranks(self) -> Iterator[int]:
        """Ranks of the columns: neighbours under one head wanted equally wide share one."""
        columns = [need.column for need in self.needs]
        for rank, (_, group) in enumerate(
            groupby(columns, lambda one: (one.header[:-1], one.width, one.align))
        ):
            for _ in group:
                yield rank


@cache
def letters(size: float) -> CellLetters:
    """Letters in the cells of a printed table."""
    return CellLetters(size, printed_line(size), PADDING_PX)


def _texts(body: TableFaces) -> Iterator[tuple[tuple[int, Measured], ...]]:
    """Of each row, the texts that may take several lines."""
    may = [
        (face.first, face.words) if face.alone and face.words.several else None
        for face in body.faces
    ]
    for row in body.rows:
        cells = tuple([found for face in row if (found := may[face])])
        if cells:
            yield cells


def _longest_word(face: Face, column: PageColumn) -> int:
    """Advance of the longest word, or of a text that stays on one line; numbers are bold."""
    shown = words_of(face.value)
    if not isinstance(face.value, str):
        return advance(shown, bold=True)
    short = _SHORT if _DIGITS.isdisjoint(shown) else _SHORT_FIGURE
    if face.link or (column.align == "center" and len(shown) <= short):  # links do not wrap
        return advance(shown, bold=face.bold)
    return face.words.longest_word


def _number_advance(column: PageColumn) -> int:
    """Advance of the number under the head."""
    return advance(f"({column.number})", bold=True) if column.number else 0


def _indent(column: PageColumn) -> int:
    return INDENT_PX if column.align == "left" else 0


def _shrunk(least: Sequence[int], total: int) -> tuple[int, ...]:
    """Widths in proportion to the least ones."""
    widths = [px * total // sum(least) for px in least]
    widths[widths.index(max(widths))] += total - sum(widths)
    return tuple(widths)


_A_PIECE, _FIRST_PIECE = 2, 4  # lines of text
_OUTLINES = 1024  # rows without their cells differ in height and part only


@dataclass(frozen=True, slots=True)
class SetBody:
    """A body in letters of one size in its columns, with the height of each row in points."""

    body: TableFaces
    place: TablePlace
    heights: tuple[float, ...]

    @classmethod
    def of(cls, body: TableFaces, place: TablePlace) -> "SetBody":
        """The body at a place; each face is measured once."""
        faces = list(_face_heights(body.faces, place))
        return cls(body, place, tuple([max(map(faces.__getitem__, row)) for row in body.rows]))


def _face_heights(faces: Sequence[Face], place: TablePlace) -> Iterator[float]:
    rooms: dict[tuple[int, int, bool], float] = {}
    heights: dict[int, float] = {}
    for first, last, _, looks, words, *_ in faces:
        key = (first, last, "indent" in looks)
        free = rooms.get(key)
        if free is None:
            px = place.text_px(*place.over(first, last), looks)
            free = rooms[key] = room(px, place.size, PADDING_PX)
        count = words.lines(free)
        height = heights.get(count)
        if height is None:
            height = heights[count] = lines_height(count, place.size)
        yield height


def body_rows(rows: SetBody, *, most: float, last: float) -> list[PrintedLine]:
    """Sections, data and totals; a row higher than ``most`` goes on in further rows.

    ``last`` is the most for the last two rows, which share a page with the signatures.
    """
    boxes = tuple(_box(face, rows.place) for face in rows.body.faces)
    return _rows(rows, most, last, lambda at, above: _row_line(rows, at, above, boxes.__getitem__))


def body_outline(rows: SetBody, *, most: float, last: float) -> list[PrintedLine]:
    """Rows by height and kind only, without cells: all that is needed to break the pages."""
    kinds = [row.kind for row in rows.body.table.rows]
    return _rows(rows, most, last, lambda at, _: _outline(rows.heights[at], kinds[at]))


def _rows(
    rows: SetBody, most: float, last: float, draw: Callable[[int, int], PrintedLine]
) -> list[PrintedLine]:
    """Every row as it is drawn by its number and the count of rows above it."""
    made: list[PrintedLine] = []
    ends = len(rows.heights) - 2
    for at, height in enumerate(rows.heights):
        limit = most if at < ends else min(most, last)
        if height <= limit:
            made.append(draw(at, len(made)))
        else:
            whole = _row_line(rows, at, len(made), lambda n: _box(rows.body.faces[n], rows.place))
            made.extend(_continued(whole, rows.place))
    return made


@lru_cache(maxsize=_OUTLINES)
def _outline(height: float, kind: PagePart) -> PrintedLine:
    return PrintedLine(height, part=kind, keep=kind == "section")


def _row_line(
    rows: SetBody, at: int, above: int, box_of: Callable[[int], PrintedBox]
) -> PrintedLine:
    body = rows.body
    row, faces = body.table.rows[at], body.rows[at]
    boxes = tuple(map(box_of, faces))
    if above and not body.sums.isdisjoint(faces):
        boxes = tuple(
            box._replace(sums=(above, 1)) if face in body.sums else box
            for face, box in zip(faces, boxes, strict=True)
        )
    keep = row.kind == "section"
    if is_short(row, body.table):
        return PrintedLine(rows.heights[at], boxes, row.kind, keep)
    spans = rows.place.spans
    return PrintedLine(rows.heights[at], boxes, row.kind, keep, row=row, spans=spans)


def _box(face: Face, place: TablePlace) -> PrintedBox:
    span = place.over(face.first, face.last)
    return PrintedBox(*span, face.value, face.looks, place.size, link=face.link)


def _continued(line: PrintedLine, place: TablePlace) -> list[PrintedLine]:
    """The row as pieces of two lines of text, so that pages are filled to their end.

    What stands of them on one page is put together again by ``joined_pieces``.
    """
    slices = [_slices(box, place) for box in line.boxes]
    ends = _piece_ends(max(map(len, slices)))
    return [
        _piece(line, [texts[start:end] for texts in slices], place.size, at, len(ends) - 2)
        for at, (start, end) in enumerate(pairwise(ends))
    ]


def _piece_ends(count: int) -> list[int]:
    """Where so many lines are parted: some for the first piece, then two by two."""
    first = min(count, _FIRST_PIECE + count % _A_PIECE)
    return [0, *range(first, count + 1, _A_PIECE)]


def _piece(
    line: PrintedLine, slices: Sequence[Sequence[str]], size: float, at: int, last: int
) -> PrintedLine:
    boxes = tuple(
        box._replace(
            value=_piece_of(box.value, texts),
            looks=_at_top(box.looks),
            sums=None if at else box.sums,
        )
        for box, texts in zip(line.boxes, slices, strict=True)
    )
    spare = SPARE_POINTS if at in (0, last) else 0.0
    return line._replace(
        height=whole_pixels(max(map(len, slices)) * printed_line(size) + spare),
        boxes=boxes,
        keep=line.keep and at == last,
        open_top=at > 0,
        open_bottom=at < last,
    )


def _piece_of(value: PrintedValue, slices: Sequence[str]) -> PrintedValue:
    """These lines of a text; a value that is none stands in the first piece."""
    if isinstance(value, str):
        return "".join(slices) or None
    return value if slices else None


def _slices(box: PrintedBox, place: TablePlace) -> Sequence[str]:
    """The lines that it takes in its cell."""
    bold = "bold" in box.looks
    return line_slices(
        words_of(box.value), place.px(box), box.size, bold=bold, padding_px=PADDING_PX
    )


def joined_pieces(
    lines: Sequence[PrintedLine], starts: Sequence[int]
) -> tuple[list[PrintedLine], list[int]]:
    """The rows with the pieces that stand on one page as one, and the rows that begin a page.

    ``starts`` are the rows that begin a page before that. No row is higher than Excel allows.
    """
    if not any(line.open_top for line in lines):
        return list(lines), list(starts)
    joined: list[PrintedLine] = []
    places: list[int] = []  # of each row, where it stands now
    for run in _runs(lines, frozenset(starts)):
        above = max((box.sums[0] for box in lines[run.start].boxes if box.sums), default=0)
        rows = len(joined) - places[run.start - above] if above else 0
        whole = _summing(lines[run.start], rows) if above else lines[run.start]
        for line in lines[run.start + 1 : run.stop]:
            whole = _one_piece(whole, line)
        places += [len(joined)] * len(run)
        joined.append(_settled(whole))
    return joined, [places[at] for at in starts]


def _runs(lines: Sequence[PrintedLine], starts: frozenset[int]) -> Iterator[range]:
    """Rows that are one on paper: a row, or pieces on one page, about as high as each other."""
    first = 0
    for at in range(1, len(lines) + 1):
        # what is held to the signatures stays a row: two of them share that page
        if at < len(lines) and lines[at].open_top and at not in starts and not lines[at].keep:
            continue
        height = sum(line.height for line in lines[first:at])
        size = -(-(at - first) // math.ceil(height / HIGHEST_ROW))
        yield from (range(one, min(one + size, at)) for one in range(first, at, size))
        first = at


def _one_piece(above: PrintedLine, below: PrintedLine) -> PrintedLine:
    boxes = tuple(
        box if under.value is None else box._replace(value=f"{box.value}{under.value}")
        for box, under in zip(above.boxes, below.boxes, strict=True)
    )
    height, open_bottom = above.height + below.height, below.open_bottom
    return above._replace(height=height, boxes=boxes, keep=below.keep, open_bottom=open_bottom)


def _summing(line: PrintedLine, rows: int) -> PrintedLine:
    """The row with its sums over so many rows above it."""
    boxes = (box._replace(sums=(rows, 1)) if box.sums else box for box in line.boxes)
    return line._replace(boxes=tuple(boxes))


def _settled(line: PrintedLine) -> PrintedLine:
    """The row without blanks where a text goes on in the next one."""
    if not (line.open_top or line.open_bottom):
        return line
    boxes = (
        box._replace(value=box.value.rstrip("\n ") or None) if isinstance(box.value, str) else box
        for box in line.boxes
    )
    return line._replace(boxes=tuple(boxes))


def _at_top(looks: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("top" if look == "middle" else look for look in looks)
