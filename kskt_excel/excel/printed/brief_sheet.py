"""The leaders' one page as a workbook: exactly one sheet of A4, with two native charts."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kskt_excel.excel import book_writer
from kskt_excel.excel.book_writer import (
    POINTS_A_PIXEL,
    BookWriter,
    cell_text,
    colour_tab,
    text_width,
)
from kskt_excel.excel.printed.boxes import (
    PageGrid,
    PlacedPage,
    PrintedBox,
    PrintedLine,
    RuleLine,
    text_height,
)
from kskt_excel.excel.printed.page_writer import write_sheet
from kskt_excel.excel.printed.placed_page import page_room
from kskt_excel.excel.printed.printed_table import (
    PORTRAIT_PX,
    Columns,
    SetBody,
    TablePlace,
    body_rows,
    head_rows,
)
from kskt_excel.model.book import CellRef
from kskt_excel.model.nouns import dataclass
from kskt_excel.report.brief import Brief, BriefIndicator, Chart
from kskt_excel.report.page import (
    NO_BREAK_SPACE,
    PageCell,
    PageColumn,
    PageRow,
    PageTable,
    unbroken,
)
from kskt_excel.text.shown import two_digits, value_text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet


CHART_POINTS = 147.0  # about a fifth of the page
_DATA_SHEET = "Số liệu biểu đồ"
_BETWEEN_PX = 7  # free between two charts
_SUBTYPES = {"counts": "stacked", "shares": "percent_stacked"}
_FONT_SIZE, _PLOT_PX = 9, 380  # points of a chart's letters; what its bars take beside the names
_FONT = {"name": book_writer.FONT, "size": _FONT_SIZE}
_TITLE_FONT = {"name": book_writer.FONT, "size": _FONT_SIZE, "bold": True}
_TONES = ("#D9D9D9", "#8EA9C9", "#1F3864")  # told apart on a black-and-white printer too
_INKS = ("#000000", "#000000", "#FFFFFF")


def write_charts(
    book: BookWriter,
    sheet: "Worksheet",
    charts: Sequence[Chart],
    *,
    row: int,
    points: float,
    width: int,
) -> None:
    """Puts the charts side by side on a row of ``width`` pixels, ``points`` high.

    The longer the names of its categories, the more of the width a chart gets.
    """
    data = book.sheet(_DATA_SHEET)
    data.hide()
    free = width - _BETWEEN_PX * (len(charts) - 1)
    wanted = [_PLOT_PX + _longest_name(chart) for chart in charts]
    top, left = 1, 0
    for number, chart in enumerate(charts):
        drawn = book.workbook.add_chart({"type": "bar", "subtype": _SUBTYPES[chart.kind]})
        _write_data(data, chart, top)
        _fill(drawn, chart, top)
        own = round(free * wanted[number] / sum(wanted))
        drawn.set_size({"width": own, "height": round(points / POINTS_A_PIXEL)})
        place = {"x_offset": left, "object_position": 1, "description": chart.title}
        sheet.insert_chart(row - 1, 0, drawn, place)
        left += own + _BETWEEN_PX
        top += len(chart.categories) + 2


def _longest_name(chart: Chart) -> float:
    """Pixels of the longest name of a category."""
    names = (text_width(name, _FONT_SIZE) for name in chart.categories)
    return max(names, default=0.0) / POINTS_A_PIXEL


def _write_data(data: "Worksheet", chart: Chart, top: int) -> None:
    for column, one in enumerate(chart.series, start=2):
        book_writer.write_text(data, top, column, one.name)
        for row, value in enumerate(one.values, start=top + 1):
            data.write_number(row - 1, column - 1, value)
    for row, name in enumerate(chart.categories, start=top + 1):
        book_writer.write_text(data, row, 1, name)


def _fill(drawn: Any, chart: Chart, top: int) -> None:
    first, last = top, top + max(len(chart.categories), 1) - 1  # from 0
    for column, one in enumerate(chart.series, start=1):
        shown = [_fits(chart, at, value) for at, value in enumerate(one.values)]
        drawn.add_series(
            {
                "name": [_DATA_SHEET, top - 1, column],
                "categories": [_DATA_SHEET, first, 0, last, 0],
                "values": [_DATA_SHEET, first, column, last, column],
                "fill": {"color": _TONES[one.tone]},
                "border": {"color": book_writer.BORDER_INK, "width": 0.5},
                "gap": 45,
                "overlap": 100,
                "data_labels": {
                    "value": True,
                    "num_format": "0;;",  # a nought is no bar and has no label
                    "font": _FONT | {"color": _INKS[one.tone]},
                    # nothing said of a label that stays: an empty one is no valid chart
                    "custom": [None if fits else {"delete": True} for fits in shown],
                },
            }
        )
    drawn.set_title({"name": chart.title, "name_font": _TITLE_FONT, "overlay": False})
    drawn.set_legend({"position": "bottom", "font": _FONT})
    categories = {"reverse": True, "interval_unit": 1, "num_font": _FONT}
    drawn.set_y_axis(
        categories | {"line": {"color": book_writer.BORDER_INK}}
    )  # at the left of bars
    drawn.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "num_font": _FONT})
    drawn.set_chartarea({"border": {"color": book_writer.BORDER_INK, "width": 0.5}})
    drawn.show_hidden_data()


def _fits(chart: Chart, at: int, value: int) -> bool:
    """Whether the label of a value has room in its part of the bar."""
    wholes = [sum(values) for values in zip(*(one.values for one in chart.series), strict=True)]
    whole = wholes[at] if chart.kind == "shares" else max(wholes)
    return bool(whole) and value / whole >= _LEAST_LABELLED


_LEAST_LABELLED = 0.08  # of the longest bar: what two digits need
_RULE_PX = 150  # the rule below the title: about a quarter of the page
_RULE_POINTS, _GAP_POINTS = 9.0, 5.0  # rows that hold the rule, and nothing
_HALVES = (PORTRAIT_PX // 2, PORTRAIT_PX - PORTRAIT_PX // 2)  # of the head
_LARGEST_IN_TABLE = 11  # points: the table is the widest thing of a page that must stay one
_HIGHEST = 400.0  # points: no row of the table is cut
_CONCLUSIONS, _INDICATORS = "1. Kết luận", "2. Chỉ tiêu"
_DECISIONS = "3. Việc đề nghị Lãnh đạo Sở cho ý kiến, quyết định"
_DIRECTIONS = "4. Thực hiện ý kiến chỉ đạo của Lãnh đạo Sở"
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
    Tightness(11, 5, CHART_POINTS * 0.8),
    Tightness(11, 4, CHART_POINTS * 0.75),
    Tightness(11, 3, CHART_POINTS * 0.75),
    Tightness(10, 9, CHART_POINTS * 0.9),
    Tightness(10, 7, CHART_POINTS * 0.85),
    Tightness(10, 4, CHART_POINTS * 0.75),
    Tightness(10, 3, CHART_POINTS * 0.7),
    Tightness(9, 6, CHART_POINTS * 0.8),
)
"""Tried in order. What even the last does not fit, the program that prints makes smaller."""


@dataclass(frozen=True, slots=True)
class BriefPage:
    """The page placed; ``chart_row`` is the row, from 1, that the charts lie on."""

    grid: PageGrid
    lines: tuple[PrintedLine, ...]
    chart_row: int
    tightness: Tightness


def fitted_page(brief: Brief) -> BriefPage:
    """The page in the largest letters, with the most lines of the table, that fit."""
    for tightness in TIGHTER:
        columns = Columns.of(_table(brief, tightness.indicators))
        widths = columns.fitted(_table_size(tightness), PORTRAIT_PX).widths
        grid = PageGrid.of([widths, _HALVES], PORTRAIT_PX, ())
        place = TablePlace(grid, grid.spans(widths), _table_size(tightness))
        lines = list(_lines(brief, SetBody.of(columns.body, place), tightness))
        if sum(line.height for line in lines) <= page_room(landscape=False):
            break
    chart_row = next(row for row, line in enumerate(lines, start=1) if line.part == "notes")
    return BriefPage(grid, tuple(lines), chart_row, tightness)


def _table_size(tight: Tightness) -> float:
    return min(tight.size, _LARGEST_IN_TABLE)


def _lines(brief: Brief, table: SetBody, tight: Tightness) -> Iterator[PrintedLine]:
    grid = table.place.grid
    yield from _head(brief, grid)
    size = tight.size
    yield _wide(_CONCLUSIONS, grid, size, ("bold", *_WHOLE))
    first, *others = brief.conclusions
    for sentence in (f"- {first}", *(f"+ {one}" for one in brief.tasks)):
        yield _wide(sentence, grid, size)
    for sentence in others:
        yield _wide(f"- {sentence}", grid, size)
    yield PrintedLine(_GAP_POINTS)
    yield _wide(_INDICATORS, grid, size, ("bold", *_WHOLE))
    yield from _table_lines(brief, table, tight)
    yield PrintedLine(_GAP_POINTS)
    yield PrintedLine(tight.chart, part="notes")  # the charts lie on it
    yield PrintedLine(_GAP_POINTS)
    yield _wide(_DECISIONS, grid, size, ("bold", *_WHOLE))
    for number, sentence in enumerate(brief.decisions, start=1):
        yield _wide(f"{number}) {sentence}", grid, size)
    if not brief.decisions:
        yield _wide("Không có.", grid, size)
    if brief.directions:
        yield PrintedLine(_GAP_POINTS)
        yield _wide(_DIRECTIONS, grid, size, ("bold", *_WHOLE))
    for number, sentence in enumerate(brief.directions, start=1):
        yield _wide(f"{number}) {sentence}", grid, size)


def _head(brief: Brief, grid: PageGrid) -> Iterator[PrintedLine]:
    yield min(
        (_agency_and_day(brief, grid, *blocks) for blocks in grid.near_blocks(0.5)),
        key=lambda line: line.height,
    )
    for text in brief.title:
        yield _wide(text, grid, 14, _TITLE)
    yield _wide(brief.period_line, grid, 12, ("center", "middle", "wrap", "italic"))
    if brief.provisional:
        yield _wide(brief.provisional, grid, 11, (*_TITLE, "italic"))
    yield PrintedLine(_RULE_POINTS, rules=(RuleLine(1, grid.last, _RULE_PX),))


def _agency_and_day(
    brief: Brief, grid: PageGrid, left: tuple[int, int], right: tuple[int, int]
) -> PrintedLine:
    boxes = (
        PrintedBox(*left, cell_text(brief.frame.agency), ("left", "middle", "wrap", "bold"), 12),
        PrintedBox(
            *right, cell_text(brief.frame.place_and_date), ("right", "middle", "wrap", "italic"), 12
        ),
    )
    heights = [
        text_height(str(box.value), grid.px(box.first, box.last), 12, bold=True) for box in boxes
    ]
    return PrintedLine(max(heights), boxes)


def _wide(text: str, grid: PageGrid, size: int, looks: tuple[str, ...] = _WHOLE) -> PrintedLine:
    text = cell_text(unbroken(text))
    height = text_height(text, grid.total, size, bold="bold" in looks)
    return PrintedLine(height, (PrintedBox(1, grid.last, text, looks, size),))


def _table_lines(brief: Brief, table: SetBody, tight: Tightness) -> Iterator[PrintedLine]:
    yield from head_rows(table.body, table.place)
    yield from body_rows(table, most=_HIGHEST, last=_HIGHEST)
    hidden = len(brief.indicators) - tight.indicators
    if hidden > 0:
        note = f"Còn {two_digits(hidden)} chỉ tiêu khác: xem biểu Chỉ tiêu của bản tổng hợp."
        yield _wide(note, table.place.grid, 10, ("italic", *_WHOLE))


def _table(brief: Brief, most: int) -> PageTable:
    """The indicators; without anything to compare with there is no column for it."""
    rows: Sequence[BriefIndicator] = brief.indicators[:most]
    columns = [
        PageColumn(("TT",), align="center", width=28),
        PageColumn(("Chỉ tiêu",), align="left", width=262),
        PageColumn(("Kết quả",), width=60),
        PageColumn(("Mục tiêu",), width=62),
        PageColumn(("So với mục tiêu",), width=86),
    ]
    is_compared = any(one.change for one in rows)
    if is_compared:
        columns.insert(3, PageColumn((f"So với {brief.previous}",), width=92))
    made = (_row(number, one, is_compared=is_compared) for number, one in enumerate(rows, start=1))
    return PageTable(tuple(columns), tuple(made))


def _row(number: int, one: BriefIndicator, *, is_compared: bool) -> PageRow:
    cells = [
        PageCell(number, "label"),
        PageCell(one.name),
        PageCell(one.value, "label"),
        PageCell(one.target or "–", "label"),
        PageCell(one.against, "label", shade=one.met),
    ]
    if is_compared:
        cells.insert(3, PageCell(one.change or "–", "label", shade=one.progress))
    return PageRow(tuple(cells))


BRIEF_SHEET = "Tóm tắt"


def brief_workbook(brief: Brief, created: dt.datetime, record: str = "") -> bytes:
    """The workbook with its one page; the same arguments give the same bytes.

    ``created`` is the only time in it. The figures of the charts stand on a hidden sheet.
    """
    title = f"{' '.join(brief.title)}, {brief.period_line}"
    book = BookWriter(
        created=created, title=title, agency=brief.agency, subject=brief.footer, record=record
    )
    page = fitted_page(brief)
    widths, lines = page.grid.widths, page.lines
    write_sheet(book, PlacedPage(BRIEF_SHEET, False, widths, lines, (), None, brief.footer))  # noqa: FBT003  # a noun's field
    sheet = book.workbook.get_worksheet_by_name(BRIEF_SHEET)
    colour_tab(sheet, "start")
    colour_tab(sheet, "start")
    sheet.fit_to_pages(1, 1)
    write_charts(
        book,
        sheet,
        brief.charts,
        row=page.chart_row,
        points=page.tightness.chart,
        width=page.grid.total,
    )
    return book.finish(book_writer.first_page_without_number)


def brief_cell(path: Path, a1: str) -> tuple[str, tuple[str, ...]]:
    """What a cell of a written page says, and its row; "" where nothing stands, or no page."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        at = CellRef.parse(BRIEF_SHEET, a1)
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_name(BRIEF_SHEET)
    except (ValueError, OSError, CalamineError):
        return "", ()
    rows = sheet.to_python(skip_empty_area=False)
    row = rows[at.row - 1] if at.row <= len(rows) else []
    texts = tuple(value_text(value).replace(NO_BREAK_SPACE, " ") for value in row)
    return texts[at.column - 1] if at.column <= len(texts) else "", texts
