"""Rows of a printed table: merged heads, numbering, sections, data, totals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kskt_excel.excel.heights import line_height, line_slices, lines
from kskt_excel.excel.pages.frame import wide
from kskt_excel.excel.pages.grid import Grid
from kskt_excel.excel.pages.heads import Head, heads, levels
from kskt_excel.excel.pages.nouns import INDENT_PX, Box, Line, Shown, text_height
from kskt_excel.excel.pages.shown import looks_of, shown, words_of
from kskt_excel.report.content import Cell, FigureRef, Row, Table

_LEAST_TOTAL = 20.0
_SPARE_POINTS = 3.0
_SPARE_PX = 3  # heads are fitted word by word and need less at their sides
_ALIGNS = {"left": "indent"}  # a text at the left keeps clear of the line
_SHORT = 2  # cells of a section row, and of a total in words


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a table stands: the sheet's grid, the columns under each of its own, letter size."""

    grid: Grid
    spans: tuple[tuple[int, int], ...]
    size: int

    def px(self, box: Box) -> int:
        """Width that a box has for its text."""
        indent = INDENT_PX if "indent" in box.looks else 0
        return self.grid.px(box.first, box.last) - indent

    def over(self, first: int, last: int) -> tuple[int, int]:
        """Sheet columns under the table's columns ``first`` to ``last``, counted from 0."""
        return self.spans[first][0], self.spans[last][1]


def caption_lines(table: Table, place: TablePlace) -> Iterator[Line]:
    """Title and unit of count over a table."""
    if table.title:
        yield wide(table.title, place.grid, ("bold", "left", "middle", "wrap"), size=13)
    if table.unit_of_count:
        yield wide(table.unit_of_count, place.grid, ("italic", "right", "middle"), size=12)


def head_rows(table: Table, place: TablePlace) -> list[Line]:
    """Rows that every page repeats: heads level by level, then ``(1) (2) …``."""
    looks = ("bold", "center", "middle", "wrap", "frame", "given")
    placed = [
        (head, Box(*place.over(head.first, head.last), head.text, looks, place.size, head.down))
        for head in heads(table.columns)
    ]
    heights = _head_heights(placed, place, levels(table.columns))
    rows = [
        Line(height, tuple(box for head, box in placed if head.level == level), "head", keep=True)
        for level, height in enumerate(heights)
    ]
    return [*rows, *_numbering(table, place)]


def _head_heights(placed: Sequence[tuple[Head, Box]], place: TablePlace, count: int) -> list[float]:
    heights = [line_height(place.size) + _SPARE_POINTS] * count
    for head, box in sorted(placed, key=lambda pair: pair[1].down):
        needed = text_height(head.text, place.px(box) + _SPARE_PX, box.size, bold=True)
        covered = slice(head.level, head.level + head.down)
        short = needed - sum(heights[covered])
        if short > 0:
            heights[head.level + head.down - 1] += short
    return heights


def _numbering(table: Table, place: TablePlace) -> Iterator[Line]:
    if not any(column.number for column in table.columns):
        return
    looks = ("italic", "center", "middle", "frame")
    size = min(10, place.size)
    boxes = [
        Box(*span, f"({column.number})" if column.number else None, looks, size)
        for span, column in zip(place.spans, table.columns, strict=True)
    ]
    yield Line(line_height(size) + 1.5, tuple(boxes), "head", keep=True)


def body_rows(table: Table, place: TablePlace, *, most: float, last: float) -> list[Line]:
    """Sections, data and totals; a row higher than ``most`` goes on in further rows.

    ``last`` is the most for the last two rows, which share a page with the signatures.
    """
    rows: list[Line] = []
    ends = len(table.rows) - 2
    for at, row in enumerate(table.rows):
        line = _row_line(table, row, place, above=len(rows))
        limit = min(most, last) if at >= ends else most
        rows.extend(_continued(line, place, limit))
    return rows


def _row_line(table: Table, row: Row, place: TablePlace, *, above: int) -> Line:
    if len(row.cells) == _SHORT < len(table.columns):
        return _short_line(row, place)
    columns = range(len(row.cells))
    covered = {
        at for start, cell in enumerate(row.cells) for at in range(start + 1, start + cell.over)
    }
    boxes = tuple(
        _data_box(table, row, at, place, above=above) for at in columns if at not in covered
    )
    figures = tuple(
        (*place.spans[at], figure) for at in columns if (figure := row.cells[at].figure)
    )
    return _measured(boxes, row, place, figures)


def _short_line(row: Row, place: TablePlace) -> Line:
    """A section: numeral and title; a total in words: a name over two columns and the rest."""
    last = len(place.spans) - 1
    split = 0 if row.kind == "section" else min(1, last - 1)
    blocks = (place.over(0, split), place.over(split + 1, last))
    aligns = ("center" if row.kind == "section" else "indent", "indent")
    boxes = tuple(
        Box(*block, shown(cell), ("frame", "middle", "wrap", "bold", align), place.size)
        for block, cell, align in zip(blocks, row.cells, aligns, strict=True)
    )
    return _measured(boxes, row, place, ())


def _data_box(table: Table, row: Row, at: int, place: TablePlace, *, above: int) -> Box:
    cell, column = row.cells[at], table.columns[at]
    value = shown(cell)
    looks = ("frame", "middle", "wrap", *looks_of(value))
    looks += (("bold",) if row.kind == "total" else ()) + ((cell.shade,) if cell.shade else ())
    align = "center" if cell.over > 1 else _ALIGNS.get(column.align, column.align)
    block = place.over(at, at + cell.over - 1)
    sums = (above, 1) if above and _adds_up(table, cell, at) else None
    return Box(*block, value, (*looks, align), place.size, sums=sums)


def _adds_up(table: Table, cell: Cell, at: int) -> bool:
    """Whether a SUM over the rows above gives the very figure."""
    if not cell.sums_column or not isinstance(cell.value, int | float):
        return False
    column = (
        row.cells[at].value
        for row in table.rows
        if row.kind == "data" and len(row.cells) == len(table.columns)
    )
    return cell.value == sum(value for value in column if isinstance(value, int | float))


def _measured(
    boxes: tuple[Box, ...],
    row: Row,
    place: TablePlace,
    figures: tuple[tuple[int, int, FigureRef], ...],
) -> Line:
    heights = [
        text_height(words_of(box.value), place.px(box), box.size, bold="bold" in box.looks)
        for box in boxes
    ]
    least = _LEAST_TOTAL if row.kind == "total" else 0.0
    return Line(max(*heights, least), boxes, row.kind, keep=row.kind == "section", figures=figures)


def _continued(line: Line, place: TablePlace, most: float) -> list[Line]:
    """The row, or several rows that show it piece by piece and look like one.

    Pieces are small, so that they fill the pages they are spread over.
    """
    if line.height <= most:
        return [line]
    room = max(int((most / 2 - _SPARE_POINTS) // line_height(place.size)), 1)
    pieces = [_pieces(box, place, room) for box in line.boxes]
    count = max(len(texts) for texts in pieces)
    return [
        _piece(line, [texts[at] if at < len(texts) else None for texts in pieces], place, at, count)
        for at in range(count)
    ]


def _piece(line: Line, texts: Sequence[Shown], place: TablePlace, at: int, count: int) -> Line:
    boxes = tuple(
        Box(
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
        lines(words_of(box.value), place.px(box), box.size, bold="bold" in box.looks)
        * line_height(box.size)
        for box in boxes
    ]
    return Line(
        max(heights) + _SPARE_POINTS,
        boxes,
        line.part,
        keep=line.keep and at == count - 1,
        figures=line.figures,
        open_top=at > 0,
        open_bottom=at < count - 1,
    )


def _pieces(box: Box, place: TablePlace, room: int) -> list[Shown]:
    if not isinstance(box.value, str):
        return [box.value]
    slices = line_slices(box.value, place.px(box), box.size, bold="bold" in box.looks)
    starts = range(0, len(slices), room)
    return ["".join(slices[start : start + room]).rstrip("\n ") for start in starts]


def _at_top(looks: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("top" if look == "middle" else look for look in looks)
