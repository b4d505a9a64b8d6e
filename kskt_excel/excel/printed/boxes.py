"""What a printed page is made of once every place and height is known."""

import datetime as dt
import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import Final, Literal, NamedTuple, Self, TypeAlias

from kskt_excel.excel.book_writer import (
    POINTS_A_PIXEL,
    cell_text,
    line_count,
    printed_line,
    text_width,
)
from kskt_excel.model.nouns import dataclass
from kskt_excel.report.page import FigureRef, PageRow

PrintedValue: TypeAlias = str | int | float | dt.date | None
"""What is written into a cell: texts as texts, counts and days as numbers, None for a blank."""

PagePart = Literal["frame", "head", "data", "section", "total", "notes", "signature"]
Height = float
SPARE_POINTS: Final = 3.0  # what a row keeps free above and below its text
PADDING_PX: Final = 6  # what a printed cell keeps free at its sides
_STEP: Final = 0.75  # points: a row's height is a whole number of pixels


class TextRun(NamedTuple):
    """A stretch of text with looks of its own inside a cell."""

    text: str
    looks: tuple[str, ...]
    size: float


class PrintedBox(NamedTuple):
    """One cell, or several merged ones, from sheet column ``first`` to ``last`` (from 1)."""

    first: int
    last: int
    value: PrintedValue = None
    looks: tuple[str, ...] = ()
    size: float = 12
    down: int = 1  # rows that it covers
    runs: tuple[TextRun, ...] = ()  # instead of a value
    link: str = ""  # sheet that it leads to
    sums: tuple[int, int] | None = None  # a SUM from so many rows above to so many rows above


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A thin line of ``px`` pixels, centred over the columns ``first`` to ``last``."""

    first: int
    last: int
    px: int


class PrintedLine(NamedTuple):
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


@cache
def lines_height(count: int, size: float) -> Height:
    """Height of a row with so many lines."""
    return whole_pixels(count * printed_line(size) + SPARE_POINTS)


def whole_pixels(points: float) -> Height:
    """The points, rounded up to whole pixels of the screen."""
    return math.ceil(points / _STEP - 1e-9) * _STEP


def text_height(text: str, px: float, size: float, *, bold: bool = False) -> Height:
    """Height that a wrapped text needs in a cell, in points."""
    return lines_height(line_count(text, px, size, bold=bold, padding_px=PADDING_PX), size)


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
                edges += _parted(shares, total)
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

    def near_blocks(self, *shares: float) -> Sequence[tuple[tuple[int, int], ...]]:
        """Ways to part the whole width near to the given shares, the nearest first."""
        return _near_blocks(self.edges, shares)

    def px(self, first: int, last: int) -> int:
        """Width of the columns ``first`` to ``last``."""
        return self.edges[last] - self.edges[first - 1]

    def _nearest(self, px: float) -> int:
        above = bisect_left(self.edges, px)
        near = range(max(above - 1, 0), min(above + 1, len(self.edges)))
        return min(near, key=lambda at: abs(self.edges[at] - px))


def _parted(shares: Sequence[float], total: int) -> list[int]:
    """Edges at the shares, or as near to them as leaves no block too narrow."""
    edges: list[int] = []
    for at, share in enumerate(shares):
        least = (edges[-1] if edges else 0) + _LEAST_PX
        most = total - (len(shares) - at) * _LEAST_PX
        edges.append(min(max(round(share * total), least), most))
    return edges


def _divided(edges: tuple[int, ...], shares: tuple[float, ...]) -> tuple[int, ...]:
    """The edges nearest to the shares; none where all are too far."""
    ways = _near(edges, shares)
    return ways[0] if ways else ()


@lru_cache(maxsize=_REMEMBERED)
def _near_blocks(
    edges: tuple[int, ...], shares: tuple[float, ...]
) -> tuple[tuple[tuple[int, int], ...], ...]:
    number = {edge: at for at, edge in enumerate(edges)}
    ends = [[0, *[number[edge] for edge in way], len(edges) - 1] for way in _near(edges, shares)]
    return tuple([tuple([(start + 1, end) for start, end in pairwise(way)]) for way in ends])


@lru_cache(maxsize=_REMEMBERED)
def _near(edges: tuple[int, ...], shares: tuple[float, ...]) -> tuple[tuple[int, ...], ...]:
    """Edges near to the shares between which no block is too narrow, the nearest first."""
    total = edges[-1]
    ways: list[tuple[float, tuple[int, ...]]] = [(0.0, (0,))]
    for share in shares:
        want, far = share * total, _TOLERANCE * total
        near = [(abs(edge - want), edge) for edge in edges[1:-1] if abs(edge - want) <= far]
        ways = [
            (max(off, more), (*way, edge))
            for off, way in ways
            for more, edge in near
            if edge - way[-1] >= _LEAST_PX
        ]
    wide_enough = [(off, way[1:]) for off, way in ways if total - way[-1] >= _LEAST_PX]
    wide_enough.sort(key=itemgetter(0))
    return tuple([way for _, way in wide_enough])


def _distance(px: float, edges: Iterable[int]) -> float:
    return min((abs(edge - px) for edge in edges), default=float("inf"))


_MARK = ("bold", "italic", "left", "middle")
_COUNTED_IN = ("italic", "right", "middle")
_SIDE_SIZE = 11  # points of what stands beside or below a table
_SIDES_PX = 12  # kept free beside a text, so that two on one row never touch
_SPARE = 0.75  # points: of a row that no lines are drawn around


def wide(text: str, grid: PageGrid, looks: tuple[str, ...], *, size: float = 12) -> PrintedLine:
    """A row with one text over the whole width, as high as it needs."""
    text = cell_text(text)
    box = PrintedBox(1, grid.last, text, looks, size)
    return PrintedLine(_bare_height(text, grid.total, size, looks), (box,), keep=True)


def _bare_height(text: str, px: float, size: float, looks: tuple[str, ...]) -> float:
    """Height of a row that no lines are drawn around."""
    count = line_count(text, px, size, bold="bold" in looks, padding_px=PADDING_PX)
    return whole_pixels(count * printed_line(size) + _SPARE)


def side_by_side(mark: str, counted_in: str, grid: PageGrid) -> Iterator[PrintedLine]:
    """The mark of unfinished figures at the left and the unit of count at the right, in one row.

    In two where the paper is too narrow for both.
    """
    sides = [(mark, _MARK), (counted_in, _COUNTED_IN)]
    given = [(cell_text(text), looks) for text, looks in sides if text]
    if len(given) > 1:
        needs = [
            text_width(text, _SIDE_SIZE, bold="bold" in looks) / POINTS_A_PIXEL + _SIDES_PX
            for text, looks in given
        ]
        edge = next((at for at in range(1, grid.last) if grid.px(1, at) >= needs[0]), grid.last)
        if edge < grid.last and grid.px(edge + 1, grid.last) >= needs[1]:
            blocks = ((1, edge), (edge + 1, grid.last))
            boxes = tuple(
                PrintedBox(*block, text, looks, _SIDE_SIZE)
                for block, (text, looks) in zip(blocks, given, strict=True)
            )
            yield PrintedLine(_bare_height("", grid.total, _SIDE_SIZE, ()), boxes, keep=True)
            return
    for text, looks in given:
        yield wide(text, grid, (*looks, "wrap"), size=_SIDE_SIZE)
