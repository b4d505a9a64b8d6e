"""Rows of the leaders' page, made tighter until they fit one sheet of A4."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kskt_excel.excel.brief_charts import CHART_POINTS
from kskt_excel.excel.pages.body import Body
from kskt_excel.excel.pages.columns import PORTRAIT_PX
from kskt_excel.excel.pages.grid import Grid
from kskt_excel.excel.pages.nouns import Box, Line, Rule, text_height
from kskt_excel.excel.pages.paging import room
from kskt_excel.excel.pages.rows import SetBody, body_rows
from kskt_excel.excel.pages.table import TablePlace, head_rows
from kskt_excel.excel.writing import clean
from kskt_excel.report.brief_content import Brief, BriefIndicator
from kskt_excel.report.content import Cell, Column, Row, Table
from kskt_excel.report.words import two_digits

_WIDTHS = (28, 262, 60, 92, 57, 86)
_RULE_PX = 150
_RULE_POINTS, _GAP_POINTS = 9.0, 5.0
_HIGHEST = 400.0  # points: no row of the table is cut
_CONCLUSIONS, _INDICATORS = "1. Kết luận", "2. Chỉ tiêu"
_DECISIONS = "3. Việc đề nghị Lãnh đạo Sở cho ý kiến, quyết định"
_WHOLE = ("left", "middle", "wrap")
_TITLE = ("center", "middle", "wrap", "bold")


@dataclass(frozen=True, slots=True)
class Tightness:
    """Letter size in points, lines of the table, height of the charts in points."""

    size: int
    indicators: int
    chart: float


TIGHTER = (
    Tightness(12, 11, CHART_POINTS),
    Tightness(12, 8, CHART_POINTS),
    Tightness(11, 9, CHART_POINTS),
    Tightness(11, 7, CHART_POINTS * 0.9),
    Tightness(10, 9, CHART_POINTS * 0.9),
    Tightness(10, 7, CHART_POINTS * 0.85),
    Tightness(9, 6, CHART_POINTS * 0.8),
)
"""Tried in order. What even the last does not fit, the program that prints makes smaller."""


@dataclass(frozen=True, slots=True)
class BriefPage:
    """The page placed; ``chart_row`` is the row, from 1, that the charts lie on."""

    grid: Grid
    lines: tuple[Line, ...]
    chart_row: int
    tightness: Tightness


def fitted_page(brief: Brief) -> BriefPage:
    """The page in the largest letters, with the most lines of the table, that fit."""
    grid = Grid.of([_WIDTHS], PORTRAIT_PX, ())
    for tightness in TIGHTER:
        lines = list(_lines(brief, grid, tightness))
        if sum(line.height for line in lines) <= room(landscape=False):
            break
    chart_row = next(row for row, line in enumerate(lines, start=1) if line.part == "notes")
    return BriefPage(grid, tuple(lines), chart_row, tightness)


def _lines(brief: Brief, grid: Grid, tight: Tightness) -> Iterator[Line]:
    yield from _head(brief, grid)
    size = tight.size
    yield _wide(_CONCLUSIONS, grid, size, ("bold", *_WHOLE))
    for sentence in brief.conclusions:
        yield _wide(f"- {sentence}", grid, size)
    yield Line(_GAP_POINTS)
    yield _wide(_INDICATORS, grid, size, ("bold", *_WHOLE))
    yield from _table_lines(brief, grid, tight)
    yield Line(_GAP_POINTS)
    yield Line(tight.chart, part="notes")  # the charts lie on it
    yield Line(_GAP_POINTS)
    yield _wide(_DECISIONS, grid, size, ("bold", *_WHOLE))
    for number, sentence in enumerate(brief.decisions, start=1):
        yield _wide(f"{number}) {sentence}", grid, size)
    if not brief.decisions:
        yield _wide("Không có.", grid, size)


def _head(brief: Brief, grid: Grid) -> Iterator[Line]:
    left, right = grid.blocks(0.5)
    frame = brief.frame
    boxes = (
        Box(*left, clean(frame.agency), ("left", "middle", "wrap", "bold"), 12),
        Box(*right, clean(frame.place_and_date), ("right", "middle", "wrap", "italic"), 12),
    )
    heights = [
        text_height(str(box.value), grid.px(box.first, box.last), 12, bold=True) for box in boxes
    ]
    yield Line(max(heights), boxes)
    for text in brief.title:
        yield _wide(text, grid, 14, _TITLE)
    yield _wide(brief.period_line, grid, 12, ("center", "middle", "wrap", "italic"))
    if brief.provisional:
        yield _wide(brief.provisional, grid, 11, (*_TITLE, "italic"))
    yield Line(_RULE_POINTS, rules=(Rule(1, grid.last, _RULE_PX),))


def _wide(text: str, grid: Grid, size: int, looks: tuple[str, ...] = _WHOLE) -> Line:
    text = clean(text)
    height = text_height(text, grid.total, size, bold="bold" in looks)
    return Line(height, (Box(1, grid.last, text, looks, size),))


def _table_lines(brief: Brief, grid: Grid, tight: Tightness) -> Iterator[Line]:
    table = _table(brief, tight.indicators)
    place = TablePlace(grid, grid.spans(_WIDTHS), min(tight.size, 11))
    yield from head_rows(table, place)
    rows = SetBody.of(Body.of(table), place)
    yield from body_rows(rows, most=_HIGHEST, last=_HIGHEST)
    hidden = len(brief.indicators) - tight.indicators
    if hidden > 0:
        note = f"Còn {two_digits(hidden)} chỉ tiêu khác: xem biểu Chỉ tiêu của bản tổng hợp."
        yield _wide(note, grid, 10, ("italic", *_WHOLE))


def _table(brief: Brief, most: int) -> Table:
    than = f"So với {brief.previous}" if brief.previous else "So với kỳ trước"
    columns = (
        Column(("TT",), align="center"),
        Column(("Chỉ tiêu",), align="left"),
        Column(("Kết quả",)),
        Column((than,)),
        Column(("Mục tiêu",)),
        Column(("So với mục tiêu",)),
    )
    rows: Sequence[BriefIndicator] = brief.indicators[:most]
    return Table(columns, tuple(_row(number, one) for number, one in enumerate(rows, start=1)))


def _row(number: int, one: BriefIndicator) -> Row:
    return Row(
        (
            Cell(number, "label"),
            Cell(one.name),
            Cell(one.value, "label"),
            Cell(one.change or "–", "label", shade=one.progress),
            Cell(one.target or "–", "label"),
            Cell(one.against, "label", shade=one.met),
        )
    )
