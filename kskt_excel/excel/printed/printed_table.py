"""A printed table: column widths, merged heads, numbering, sections, data, totals."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import TypeAlias

from kskt_excel.excel.book_writer import cell_text
from kskt_excel.excel.heights import (
    Measured,
    advance,
    line_count,
    line_height,
    line_slices,
    measured,
    points,
)
from kskt_excel.excel.printed.boxes import (
    INDENT_PX,
    PageGrid,
    PagePart,
    PrintedBox,
    PrintedLine,
    PrintedValue,
    text_height,
    wide,
    words_height,
)
from kskt_excel.model.reading import Value
from kskt_excel.report.page import PageCell, PageColumn, PageRow, PageTable
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
    return max((len(column.header) for column in columns), default=1) or 1


def heads(columns: Sequence[PageColumn]) -> list[Head]:
    """Every head once, level by level from the left.

    Neighbours with the same heads so far are one; a column's own head reaches down to the end.
    """
    return [head for level in range(levels(columns)) for head in _of_level(columns, level)]


def _of_level(columns: Sequence[PageColumn], level: int) -> list[Head]:
    found = []
    for (path, leaf), group in groupby(range(len(columns)), lambda at: _key(columns, at, level)):
        members = list(group)
        if not path:
            continue
        down = levels(columns) - level if leaf is not None else 1
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
        return "Có" if value else "Không"
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
        return f"{shown.grouped_number(round(value, 1))} %"
    if cell.kind == "decimal" or value != int(value):
        return shown.grouped_number(round(value, 1))
    return int(value)


_SPARE_POINTS = 3.0
_SPARE_PX = 3  # heads are fitted word by word and need less at their sides


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a table stands: the sheet's grid, the columns under each of its own, letter size."""

    grid: PageGrid
    spans: tuple[tuple[int, int], ...]
    size: int

    def px(self, box: PrintedBox) -> int:
        """Width that a box has for its text."""
        return self.text_px(box.first, box.last, box.looks)

    def text_px(self, first: int, last: int, looks: Sequence[str]) -> int:
        """Width for a text of these looks over the sheet's columns ``first`` to ``last``."""
        indent = INDENT_PX if "indent" in looks else 0
        return self.grid.px(first, last) - indent

    def over(self, first: int, last: int) -> tuple[int, int]:
        """Sheet columns under the table's columns ``first`` to ``last``, counted from 0."""
        return self.spans[first][0], self.spans[last][1]


def caption_lines(table: PageTable, place: TablePlace) -> Iterator[PrintedLine]:
    """Title and unit of count over a table."""
    if table.title:
        yield wide(table.title, place.grid, ("bold", "left", "middle", "wrap"), size=13)
    if table.unit_of_count:
        yield wide(table.unit_of_count, place.grid, ("italic", "right", "middle"), size=12)


def head_rows(table: PageTable, place: TablePlace) -> list[PrintedLine]:
    """Rows that every page repeats: heads level by level, then ``(1) (2) …``."""
    looks = ("bold", "center", "middle", "wrap", "frame", "given")
    placed = [
        (
            head,
            PrintedBox(*place.over(head.first, head.last), head.text, looks, place.size, head.down),
        )
        for head in heads(table.columns)
    ]
    heights = _head_heights(placed, place, levels(table.columns))
    rows = [
        PrintedLine(
            height, tuple(box for head, box in placed if head.level == level), "head", keep=True
        )
        for level, height in enumerate(heights)
    ]
    return [*rows, *_numbering(table, place)]


def _head_heights(
    placed: Sequence[tuple[Head, PrintedBox]], place: TablePlace, count: int
) -> list[float]:
    heights = [line_height(place.size) + _SPARE_POINTS] * count
    for head, box in sorted(placed, key=lambda pair: pair[1].down):
        needed = text_height(head.text, place.px(box) + _SPARE_PX, box.size, bold=True)
        covered = slice(head.level, head.level + head.down)
        short = needed - sum(heights[covered])
        if short > 0:
            heights[head.level + head.down - 1] += short
    return heights


def _numbering(table: PageTable, place: TablePlace) -> Iterator[PrintedLine]:
    if not any(column.number for column in table.columns):
        return
    looks = ("italic", "center", "middle", "frame")
    size = min(10, place.size)
    boxes = [
        PrintedBox(*span, f"({column.number})" if column.number else None, looks, size)
        for span, column in zip(place.spans, table.columns, strict=True)
    ]
    yield PrintedLine(line_height(size) + 1.5, tuple(boxes), "head", keep=True)


_ALIGNS = {"left": "indent"}  # a text at the left keeps clear of the line
_SHORT_TEXT = 2  # cells of a section row, and of a total in words
_Key: TypeAlias = int | tuple[object, ...]  # of a cell itself, or of what it shows


@dataclass(frozen=True, slots=True)
class Face:
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

    @property
    def bold(self) -> bool:
        """Whether its letters are."""
        return "bold" in self.looks


@dataclass(frozen=True, slots=True)
class TableFaces:
    """The rows of a table, each as numbers of its faces: what is equal is made once."""

    table: PageTable
    faces: tuple[Face, ...]
    rows: tuple[tuple[int, ...], ...]
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
        return cls(table, tuple(seen.faces), rows, sums)


def is_short(row: PageRow, table: PageTable) -> bool:
    """Whether the row is a section's, or a total in words."""
    return len(row.cells) == _SHORT_TEXT < len(table.columns)


class _Seen:
    """The faces met so far."""

    def __init__(self, table: PageTable) -> None:
        self.faces: list[Face] = []
        self._table = table
        self._summed = [
            row for row in table.rows if row.kind == "data" and len(row.cells) == len(table.columns)
        ]
        self._known: dict[tuple[bool, bool], list[dict[_Key, int]]] = {}

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
            covered = max(covered, at + cell.over)
        return placed

    def _face_of(
        self, at: int, cell: PageCell, own: dict[_Key, int], *, is_total: bool, is_full: bool
    ) -> int:
        """The face of equal cells."""
        value = cell.value
        key = (value, value.__class__, cell.kind, cell.shade, cell.over, cell.sums_column)
        face = own.get(key)
        if face is None:
            alone = is_full and cell.over == 1
            face = own[key] = self._add(self._face(at, cell, is_total=is_total, alone=alone))
        return face

    def _face(self, at: int, cell: PageCell, *, is_total: bool, alone: bool) -> Face:
        value = printed_value(cell)
        looks = ("frame", "middle", "wrap", *looks_of(value))
        looks += (("bold",) if is_total else ()) + ((cell.shade,) if cell.shade else ())
        align = self._table.columns[at].align
        looks += ("center" if cell.over > 1 else _ALIGNS.get(align, align),)
        sums = cell.sums_column and self._adds_up(at, cell.value)
        last = at + cell.over - 1
        return Face(at, last, value, looks, _words(value, looks), alone, sums)

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


SIZES = (12, 11, 10, 9)  # points, the largest that fits is taken
LANDSCAPE_PX, PORTRAIT_PX = 890, 585  # what A4 holds between the margins, in Excel's pixels
_POINTS_A_PIXEL = 0.75
_SIDES_PX = 7  # free at the sides of a word
_LEAST_SHARE = 0.6  # of its own width: what a column of texts keeps
_SHORT = 14  # letters: a centred text as short as this stays on one line
_STEPS = 40
_WIDENED, _WIDENINGS = 1.25, 5  # by how much and how often a column with long texts grows


@dataclass(frozen=True, slots=True)
class Fitted:
    """Letter size in points and width of each column in pixels."""

    size: int
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """The longest words of a column, as advances; None where it has none of a kind."""

    column: PageColumn
    head: int
    number: int | None
    text: int | None

    def px(self, size: int) -> int:
        """Pixels that the column needs, so that none of its words is broken."""
        own = self.column.width
        kept = own * size / SIZES[0] * _LEAST_SHARE if self.column.align == "left" else 0.0
        text = _word_px(self.text, size) + _indent(self.column)
        unbreakable = max(_word_px(self.head, size), _word_px(self.number, size))
        return round(max(unbreakable, kept, min(text, own)) + 0.5)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table, measured once for all sizes of letters."""

    body: TableFaces
    needs: tuple[Need, ...]

    @classmethod
    def of(cls, table: PageTable) -> "Columns":
        """The columns as the heads and rows of a table want them."""
        body = TableFaces.of(table)
        numbers: list[int | None] = [None] * len(table.columns)
        texts = list(numbers)
        for face in body.faces:
            if face.alone:
                longest = texts if isinstance(face.value, str) else numbers
                found = _longest_word(face, table.columns[face.first])
                longest[face.first] = max(longest[face.first] or 0, found)
        measured = zip(table.columns, map(_head, table.columns), numbers, texts, strict=True)
        return cls(body, tuple(Need(*one) for one in measured))

    def least_widths(self, size: int) -> list[int]:
        """Pixels that each column needs for its longest word or number."""
        return [need.px(size) for need in self.needs]

    def least_width(self) -> int:
        """Pixels that the table needs with its smallest letters."""
        return sum(self.least_widths(SIZES[-1]))

    def fitted(self, total: int, highest: float, most: int = SIZES[0]) -> Fitted:
        """The largest letters with which the words fit, and widths that sum to ``total``.

        A column whose texts would make a row higher than ``highest`` points takes room from the
        others. ``most`` is the largest size that is asked for.
        """
        for size in (size for size in SIZES if size <= most):
            least = self.least_widths(size)
            if sum(least) <= total:
                break
        wanted = [float(need.column.width) for need in self.needs]
        widths = _spread(least, wanted, total)
        for _ in range(_WIDENINGS):
            height, at = self._highest_cell(widths, size)
            if height <= highest:
                break
            wanted[at] *= _WIDENED
            widths = _spread(least, wanted, total)
        return Fitted(size, widths)

    def _highest_cell(self, widths: Sequence[int], size: int) -> tuple[float, int]:
        """Height of the highest text in points, and its column."""
        rooms = [
            width - _indent(need.column) for width, need in zip(widths, self.needs, strict=True)
        ]
        return max(
            (
                (words_height(_in_plain_letters(face), rooms[face.first], size), face.first)
                for face in self.body.faces
                if face.alone and isinstance(face.value, str)
            ),
            default=(0.0, 0),
        )


def _longest_word(face: Face, column: PageColumn) -> int:
    """Advance of the longest word, or of a text that stays on one line; numbers are bold."""
    shown = words_of(face.value)
    if not isinstance(face.value, str):
        return advance(shown, bold=True)
    if column.align == "center" and len(shown) <= _SHORT:
        return advance(shown)
    return max(max(words, default=0) for words in _in_plain_letters(face).paragraphs)


def _in_plain_letters(face: Face) -> Measured:
    """The words of a face; in a total they count as if they were not bold."""
    return measured(words_of(face.value)) if face.bold else face.words


def _head(column: PageColumn) -> int:
    """Advance of the longest word over the column's figures."""
    own = column.header[-1].split() if column.header else ()
    return max(advance(word, bold=True) for word in (*own, f"({column.number})"))


def _indent(column: PageColumn) -> int:
    return INDENT_PX if column.align == "left" else 0


def _word_px(advance: int | None, size: int) -> float:
    return 0.0 if advance is None else points(advance, size) / _POINTS_A_PIXEL + _SIDES_PX


def _spread(least: Sequence[int], wanted: Sequence[float], total: int) -> tuple[int, ...]:
    """Widths in the wanted proportion, none under its least where that is possible."""
    if sum(least) > total:
        wanted, least = least, [1] * len(least)
    low, high = 0.0, total / min(wanted)
    for _ in range(_STEPS):
        scale = (low + high) / 2
        if sum(_scaled(least, wanted, scale)) > total:
            high = scale
        else:
            low = scale
    widths = _scaled(least, wanted, low)
    widest = widths.index(max(widths))
    widths[widest] += total - sum(widths)
    return tuple(widths)


def _scaled(least: Sequence[int], wanted: Sequence[float], scale: float) -> list[int]:
    return [max(at_least, int(want * scale)) for at_least, want in zip(least, wanted, strict=True)]


_LEAST_TOTAL = 20.0
_ROW_SPARE_POINTS = 3.0
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
        heights = (max(map(faces.__getitem__, row)) for row in body.rows)
        kinds = (row.kind for row in body.table.rows)
        return cls(body, place, tuple(map(_row_height, heights, kinds)))


def _face_heights(faces: Sequence[Face], place: TablePlace) -> Iterator[float]:
    widths: dict[tuple[int, int, bool], int] = {}
    for face in faces:
        key = (face.first, face.last, "indent" in face.looks)
        if key not in widths:
            widths[key] = place.text_px(*place.over(face.first, face.last), face.looks)
        yield words_height(face.words, widths[key], place.size)


def _row_height(highest: float, kind: PagePart) -> float:
    return max(highest, _LEAST_TOTAL) if kind == "total" else highest


def body_rows(rows: SetBody, *, most: float, last: float) -> list[PrintedLine]:
    """Sections, data and totals; a row higher than ``most`` goes on in further rows.

    ``last`` is the most for the last two rows, which share a page with the signatures.
    """
    boxes = tuple(_box(face, rows.place) for face in rows.body.faces)
    return _rows(rows, most, last, lambda at, above: _row_line(rows, at, above, boxes.__getitem__))


def body_outline(rows: SetBody, *, most: float, last: float) -> list[PrintedLine]:
    """The same rows without their cells: all that is needed to break the pages."""
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
            made.extend(_continued(whole, rows.place, limit))
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
            replace(box, sums=(above, 1)) if face in body.sums else box
            for face, box in zip(faces, boxes, strict=True)
        )
    keep = row.kind == "section"
    if is_short(row, body.table):
        return PrintedLine(rows.heights[at], boxes, row.kind, keep)
    spans = rows.place.spans
    return PrintedLine(rows.heights[at], boxes, row.kind, keep, row=row, spans=spans)


def _box(face: Face, place: TablePlace) -> PrintedBox:
    return PrintedBox(*place.over(face.first, face.last), face.value, face.looks, place.size)


def _continued(line: PrintedLine, place: TablePlace, most: float) -> list[PrintedLine]:
    """The row, or several rows that show it piece by piece and look like one.

    Pieces are small, so that they fill the pages they are spread over.
    """
    room = max(int((most / 2 - _ROW_SPARE_POINTS) // line_height(place.size)), 1)
    pieces = [_pieces(box, place, room) for box in line.boxes]
    count = max(len(texts) for texts in pieces)
    return [
        _piece(line, [texts[at] if at < len(texts) else None for texts in pieces], place, at, count)
        for at in range(count)
    ]


def _piece(
    line: PrintedLine, texts: Sequence[PrintedValue], place: TablePlace, at: int, count: int
) -> PrintedLine:
    boxes = tuple(
        PrintedBox(
            box.first,
            box.last,
            text,
            _at_top(box.looks),
            box.size,
            sums=box.sums if at == 0 else None,
        )
        for box, text in zip(line.boxes, texts, strict=True)
    )
    heights = [
        line_count(words_of(box.value), place.px(box), box.size, bold="bold" in box.looks)
        * line_height(box.size)
        for box in boxes
    ]
    return PrintedLine(
        max(heights) + _ROW_SPARE_POINTS,
        boxes,
        line.part,
        keep=line.keep and at == count - 1,
        row=line.row,
        spans=line.spans,
        open_top=at > 0,
        open_bottom=at < count - 1,
    )


def _pieces(box: PrintedBox, place: TablePlace, room: int) -> list[PrintedValue]:
    if not isinstance(box.value, str):
        return [box.value]
    slices = line_slices(box.value, place.px(box), box.size, bold="bold" in box.looks)
    starts = range(0, len(slices), room)
    return ["".join(slices[start : start + room]).rstrip("\n ") for start in starts]


def _at_top(looks: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("top" if look == "middle" else look for look in looks)
