"""What a printed page is made of once every place and height is known."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, combinations, pairwise
from typing import Literal, Self, TypeAlias

from kskt_excel.excel.book_writer import cell_text
from kskt_excel.excel.heights import Measured, line_count, line_height, lines_of
from kskt_excel.report.page import FigureRef, PageRow

PrintedValue: TypeAlias = str | int | float | dt.date | None
"""What is written into a cell: texts as texts, counts and days as numbers, None for a blank."""

PagePart = Literal["frame", "head", "data", "section", "total", "notes", "signature"]
Height = float
_SPARE_POINTS = 3.0
INDENT_PX = 9  # what the indent of a text at the left takes of its cell


@dataclass(frozen=True, slots=True)
class TextRun:
    """A stretch of text with looks of its own inside a cell."""

    text: str
    looks: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class PrintedBox:
    """One cell, or several merged ones, from sheet column ``first`` to ``last`` (from 1)."""

    first: int
    last: int
    value: PrintedValue = None
    looks: tuple[str, ...] = ()
    size: int = 12
    down: int = 1  # rows that it covers
    runs: tuple[TextRun, ...] = ()  # instead of a value
    sums: tuple[int, int] | None = None  # a SUM from so many rows above to so many rows above


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A thin line of ``px`` pixels, centred over the columns ``first`` to ``last``."""

    first: int
    last: int
    px: int


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One row of the sheet; ``keep`` holds it on the page of the row below."""

    height: Height  # points
    boxes: tuple[PrintedBox, ...] = ()
    part: PagePart = "frame"
    keep: bool = False
    rules: tuple[RuleLine, ...] = ()
    row: PageRow | None = None  # of the table, where it has a cell for each column
    spans: tuple[tuple[int, int], ...] = ()  # sheet columns under each column of the table
    open_top: bool = False  # continues the row above
    open_bottom: bool = False  # is continued by the row below

    @property
    def figures(self) -> tuple[tuple[int, int, FigureRef], ...]:
        """The figures that the row shows: first column, last column, figure."""
        shown = zip(self.spans, self.row.figures if self.row else (), strict=False)
        return tuple((*span, figure) for span, figure in shown if figure)


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """A printed sheet with everything placed; rows and columns are counted from 1."""

    name: str
    landscape: bool
    widths: tuple[int, ...]  # pixels of each column
    lines: tuple[PrintedLine, ...]
    breaks: tuple[int, ...]  # the last row of each page but the last one
    repeated: tuple[int, int] | None  # first and last row of the heads
    footer: str


def text_height(text: str, px: int, size: int, *, bold: bool = False) -> Height:
    """Height that a wrapped text needs in a cell, in points."""
    return line_count(text, px, size, bold=bold) * line_height(size) + _SPARE_POINTS


def words_height(words: Measured, px: int, size: int) -> Height:
    """Height that a measured text needs; see ``text_height``."""
    return lines_of(words, px, size) * line_height(size) + _SPARE_POINTS


_SLIVER_PX = 6  # edges nearer than this are one
_LEAST_PX = 160  # of a block: it holds «PHÓ GIÁM ĐỐC» in one line
_REMEMBERED = 64  # head and foot of a page ask the same
_TOLERANCE = 0.15  # of the sheet's width: how far a block may be off its place


@dataclass(frozen=True, slots=True)
class PageGrid:
    """Edges of the sheet's columns in pixels from the left, 0 and the whole width among them."""

    edges: tuple[int, ...]

    @classmethod
    def of(
        cls, tables: Iterable[Sequence[int]], total: int, divisions: Iterable[Sequence[float]]
    ) -> Self:
        """The fewest columns that show every table and divide the sheet about as asked.

        ``tables`` are widths of their columns, which sum to ``total``; a division is where blocks
        of text side by side meet, as shares of it.
        """
        edges = [0, total]
        for widths in tables:
            for edge in accumulate(widths[:-1]):
                if _distance(edge, edges) >= _SLIVER_PX:
                    edges.append(edge)
        for shares in divisions:
            if not _divided(tuple(sorted(edges)), tuple(shares)):
                edges += [round(share * total) for share in shares]
        return cls(tuple(sorted(set(edges))))

    @property
    def widths(self) -> tuple[int, ...]:
        """Pixels of each column."""
        return tuple(right - left for left, right in pairwise(self.edges))

    @property
    def last(self) -> int:
        """Number of the last column."""
        return len(self.edges) - 1

    @property
    def total(self) -> int:
        """Pixels of the whole sheet."""
        return self.edges[-1]

    def spans(self, widths: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """First and last column of the sheet under each column of a table."""
        ends = [self._nearest(edge) for edge in accumulate(widths)]
        return tuple((start + 1, end) for start, end in pairwise([0, *ends]))

    def blocks(self, *shares: float) -> tuple[tuple[int, int], ...]:
        """The whole width in blocks that meet nearest to the given shares of it."""
        ends = [self.edges.index(edge) for edge in _divided(self.edges, shares)]
        return tuple((start + 1, end) for start, end in pairwise([0, *ends, self.last]))

    def px(self, first: int, last: int) -> int:
        """Width of the columns ``first`` to ``last``."""
        return self.edges[last] - self.edges[first - 1]

    def _nearest(self, px: float) -> int:
        return min(range(len(self.edges)), key=lambda at: abs(self.edges[at] - px))


@lru_cache(maxsize=_REMEMBERED)
def _divided(edges: tuple[int, ...], shares: tuple[float, ...]) -> tuple[int, ...]:
    """The edges nearest to the shares where no block is too narrow; none where all are too far."""
    total = edges[-1]
    wanted = [share * total for share in shares]

    def off(chosen: tuple[int, ...]) -> float:
        return max(abs(edge - want) for edge, want in zip(chosen, wanted, strict=True))

    wide_enough = (
        chosen
        for chosen in combinations(edges[1:-1], len(shares))
        if all(right - left >= _LEAST_PX for left, right in pairwise((0, *chosen, total)))
    )
    best = min(wide_enough, key=off, default=())
    return best if best and off(best) <= _TOLERANCE * total else ()


def _distance(px: float, edges: Iterable[int]) -> float:
    return min((abs(edge - px) for edge in edges), default=float("inf"))


LEAST_LINE_HEIGHT = {11: 16.5, 12: 18.0, 13: 19.5, 14: 21.0}


def wide(text: str, grid: PageGrid, looks: tuple[str, ...], *, size: int = 12) -> PrintedLine:
    """A row with one text over the whole width, as high as it needs."""
    text = cell_text(text)
    bold = "bold" in looks
    needed = text_height(text, grid.total, size, bold=bold)
    box = PrintedBox(1, grid.last, text, looks, size)
    return PrintedLine(max(needed, LEAST_LINE_HEIGHT[size]), (box,), keep=True)
