"""Rows of a printed table: merged heads, numbering, sections, data, totals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kskt_excel.excel.heights import line_height
from kskt_excel.excel.pages.frame import wide
from kskt_excel.excel.pages.grid import Grid
from kskt_excel.excel.pages.heads import Head, heads, levels
from kskt_excel.excel.pages.nouns import INDENT_PX, Box, Line, text_height
from kskt_excel.report.content import Table

_SPARE_POINTS = 3.0
_SPARE_PX = 3  # heads are fitted word by word and need less at their sides


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a table stands: the sheet's grid, the columns under each of its own, letter size."""

    grid: Grid
    spans: tuple[tuple[int, int], ...]
    size: int

    def px(self, box: Box) -> int:
        """Width that a box has for its text."""
        return self.text_px(box.first, box.last, box.looks)

    def text_px(self, first: int, last: int, looks: Sequence[str]) -> int:
        """Width for a text of these looks over the sheet's columns ``first`` to ``last``."""
        indent = INDENT_PX if "indent" in looks else 0
        return self.grid.px(first, last) - indent

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
