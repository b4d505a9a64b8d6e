"""What a printed sheet is made of once every place and height is known."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kskt_excel.excel.heights import Words, line_height, lines, lines_of
from kskt_excel.report.content import FigureRef, Row

Shown: TypeAlias = str | int | float | dt.date | None
"""What is written into a cell: texts as texts, counts and days as numbers, None for a blank."""

Part = Literal["frame", "head", "data", "section", "total", "notes", "signature"]
Height = float
_SPARE_POINTS = 3.0
INDENT_PX = 9  # what the indent of a text at the left takes of its cell


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with looks of its own inside a cell."""

    text: str
    looks: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Box:
    """One cell, or several merged ones, from sheet column ``first`` to ``last`` (from 1)."""

    first: int
    last: int
    value: Shown = None
    looks: tuple[str, ...] = ()
    size: int = 12
    down: int = 1  # rows that it covers
    runs: tuple[Run, ...] = ()  # instead of a value
    sums: tuple[int, int] | None = None  # a SUM from so many rows above to so many rows above


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line of ``px`` pixels, centred over the columns ``first`` to ``last``."""

    first: int
    last: int
    px: int


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the sheet; ``keep`` holds it on the page of the row below."""

    height: Height  # points
    boxes: tuple[Box, ...] = ()
    part: Part = "frame"
    keep: bool = False
    rules: tuple[Rule, ...] = ()
    row: Row | None = None  # of the table, where it has a cell for each column
    spans: tuple[tuple[int, int], ...] = ()  # sheet columns under each column of the table
    open_top: bool = False  # continues the row above
    open_bottom: bool = False  # is continued by the row below

    @property
    def figures(self) -> tuple[tuple[int, int, FigureRef], ...]:
        """The figures that the row shows: first column, last column, figure."""
        shown = zip(self.spans, self.row.figures if self.row else (), strict=False)
        return tuple((*span, figure) for span, figure in shown if figure)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A printed sheet with everything placed; rows and columns are counted from 1."""

    name: str
    landscape: bool
    widths: tuple[int, ...]  # pixels of each column
    lines: tuple[Line, ...]
    breaks: tuple[int, ...]  # the last row of each page but the last one
    repeated: tuple[int, int] | None  # first and last row of the heads
    footer: str


def text_height(text: str, px: int, size: int, *, bold: bool = False) -> Height:
    """Height that a wrapped text needs in a cell, in points."""
    return lines(text, px, size, bold=bold) * line_height(size) + _SPARE_POINTS


def words_height(words: Words, px: int, size: int) -> Height:
    """Height that a measured text needs; see ``text_height``."""
    return lines_of(words, px, size) * line_height(size) + _SPARE_POINTS
