"""Sheet «Tổng quan»: the year on one screen, every figure a formula over the other sheets."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from kskt_excel.consolidation.standings import rates
from kskt_excel.consolidation.tasks import DONE_VERDICTS
from kskt_excel.excel import book_writer
from kskt_excel.excel.book_writer import (
    INDENT_PX,
    Formula,
    colour_tab,
    line_count,
    quoted,
    write_text,
)
from kskt_excel.excel.tracker.blocks import Places, TrackerSheet, TrackerYear, criterion
from kskt_excel.excel.tracker.control_sheet import differing
from kskt_excel.excel.tracker.figures_sheet import (
    INDICATORS_BLOCK,
    STANDINGS_BLOCK,
    TASKS,
    rate_shown,
)
from kskt_excel.excel.tracker.handwriting import HandFrame, write_frame
from kskt_excel.excel.tracker.standings_sheet import RATES
from kskt_excel.excel.tracker.tracker_writer import (
    TRACKER_LEGEND,
    SheetWriter,
    link_to,
    write_description,
    write_sheet_head,
)
from kskt_excel.model.book import column_letters
from kskt_excel.model.consolidation import TaskVerdict
from kskt_excel.model.forms import FIGURES_PAGE, PROGRESS
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.plan import TASK_DONE, TASK_NOTHING
from kskt_excel.report.sending import missing_note, provisional_line
from kskt_excel.report.verdicts import NOT_REPORTED, VERDICT_WORDS
from kskt_excel.text.shown import capitalised, office_moment, rounded

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet


OVERVIEW: Final = "tong-quan"
NAME: Final = "Tổng quan"
_STATES: Final = (
    TASK_DONE,
    "Đang thực hiện",
    "Chưa thực hiện",
    TASK_NOTHING,
    NOT_REPORTED,
)
"""What leads report."""
_VERDICTS: Final = tuple(one for one in VERDICT_WORDS if one is not TaskVerdict.DONE_UNCHECKED)
"""What tasks come to, each counted once: what is done counts whether or not it can be checked."""
_COLUMN_PX: Final = 92  # twelve of them fill a laptop's screen
_COLUMNS: Final = 12
_CARD_ROW, _TABLE_ROW = 5, 9
_RATE_ROW: Final = _TABLE_ROW + len(_VERDICTS) + 3
_INDEX_ROW: Final = _RATE_ROW + 9
_LAST_CELL: Final = (_INDEX_ROW + 18, _COLUMNS + 3)
_DRAWN: Final = 8  # columns to the right stand the numbers of the rates, for the chart
_LINE_PX: Final = 25
_TINY, _TINY_LINE_PX = 10, 18  # points; pixels of a line
_CHART_PX: Final = 6 * _COLUMN_PX - 8


@dataclass(frozen=True)
class _Card:
    """A figure in large type with what it says."""

    label: str
    formula: Formula
    detail: str


@dataclass(frozen=True)
class _Desk:
    """What the parts of the sheet need."""

    pen: SheetWriter
    sheet: "Worksheet"
    sources: TrackerYear
    places: Places

    def format(self, *names: str, **own: object) -> Any:
        return self.pen.book.formats(*names, **own)

    def formula(self, row: int, column: int, formula: Formula, *looks: str) -> None:
        self.sheet.write_formula(
            row - 1, column - 1, f"={formula.text}", self.format(*looks), formula.result
        )


def write_overview(pen: SheetWriter, sources: TrackerYear, pages: Sequence[TrackerSheet]) -> None:
    """Writes the first sheet: cards, tables with their charts, links to the other sheets."""
    sheet = pen.book.sheet(NAME)
    newest = sources.newest
    said = (provisional_line(newest), missing_note(sources.plan, newest))
    remark = (
        " ".join(filter(None, said))
        or f"{newest.period.label}; số liệu đến {office_moment(newest.as_of)}."
    )
    title = f"SỔ THEO DÕI NĂM {sources.plan.year} - {sources.plan.agency.upper()}"
    page = TrackerSheet(OVERVIEW, NAME, title, remark, (), last_cell=_LAST_CELL)
    write_sheet_head(pen, sheet, page)
    desk = _Desk(pen, sheet, sources, Places({page.id: page for page in pages}))
    sheet.set_column(0, 0, 1, None, {"hidden": True})
    sheet.set_column_pixels(1, _COLUMNS, _COLUMN_PX)
    sheet.set_column(_COLUMNS + 1, _COLUMNS + 2, 1, None, {"hidden": True})  # what the chart draws
    for row in range(_TABLE_ROW, _LAST_CELL[0]):
        sheet.set_row_pixels(row - 1, _LINE_PX)
    _write_cards(desk)
    _write_tasks(desk)
    _write_rates(desk)
    _write_index(desk, pages)
    looks = write_frame(pen.book, sheet, pen.frames.get(OVERVIEW, HandFrame()))
    columns = dict.fromkeys(range(2, _COLUMNS + 2), _COLUMN_PX)
    write_description(pen, sheet, page, looks=looks, columns=columns)
    colour_tab(sheet, "start")
    sheet.print_area(0, 1, _INDEX_ROW - 2, _COLUMNS)  # links are for the screen
    sheet.fit_to_pages(1, 0)
    sheet.set_selection(0, 1, 0, 1)
    sheet.activate()


def _write_cards(desk: _Desk) -> None:
    for number, card in enumerate(_cards(desk)):
        first = 1 + 2 * number
        row = _CARD_ROW - 1
        texts = ((card.label, ("small", "quiet")), (card.detail, ("tiny", "italic", "quiet")))
        for offset, (text, looks) in zip((0, 2), texts, strict=True):
            desk.sheet.merge_range(
                row + offset, first, row + offset, first + 1, "", desk.format(*looks, *_BOX)
            )
            write_text(desk.sheet, row + offset + 1, first + 1, text, desk.format(*looks, *_BOX))
        look = desk.format("bold", *_BOX, font_size=22)
        desk.sheet.merge_range(row + 1, first, row + 1, first + 1, "", look)
        desk.sheet.write_formula(row + 1, first, f"={card.formula.text}", look, card.formula.result)
    desk.sheet.set_row(_CARD_ROW - 1, 20)
    desk.sheet.set_row(_CARD_ROW, 34)
    desk.sheet.set_row(_CARD_ROW + 1, 18)


_BOX: Final = ("center", "middle", "given")


def _cards(desk: _Desk) -> tuple[_Card, ...]:
    sources, places = desk.sources, desk.places
    tasks = f"trên {len(sources.newest.tasks)} nhiệm vụ, {sources.newest.period.label}"
    newest = rates(sources.newest.standings)
    of_units = f"trên {newest.units} đơn vị, {sources.newest.period.label}"
    last = len(sources.quarters) - 1
    sent_cell = places.cell(STANDINGS_BLOCK, RATES, "sent", last)
    on_time_cell = places.cell(STANDINGS_BLOCK, RATES, "on_time", last)
    met = places.cells(FIGURES_PAGE, INDICATORS_BLOCK, "met")
    judged = [one.met for one in sources.cumulative.indicators if one.met is not None]
    return (
        _Card("Nhiệm vụ đã hoàn thành", _with_verdict(desk, TaskVerdict.DONE), tasks),
        _Card("Nhiệm vụ quá hạn", _with_verdict(desk, TaskVerdict.OVERDUE), tasks),
        _Card("Đơn vị đã gửi", Formula(sent_cell, newest.sent), of_units),
        _Card("Gửi đúng hạn", Formula(on_time_cell, newest.on_time), of_units),
        _Card(
            "Chỉ tiêu đạt",
            Formula(f'COUNTIF({met},"Đạt")', judged.count(True)),
            f"trên {len(judged)} chỉ tiêu có số liệu, lũy kế",
        ),
        _Card(
            "Dòng đối chiếu lệch",
            differing(places),
            "phải bằng 0",
        ),
    )


def _section(desk: _Desk, row: int, title: str) -> None:
    looks = desk.format("bold", "left", "middle", bottom=2)
    for column in range(1, _COLUMNS + 1):
        desk.sheet.write_blank(row - 1, column, None, looks)
    write_text(desk.sheet, row, 2, title, looks)


def _with_verdict(desk: _Desk, verdict: TaskVerdict) -> Formula:
    """How many tasks come to a verdict: their texts in «Tiến độ» begin with its words."""
    meant = DONE_VERDICTS if verdict is TaskVerdict.DONE else (verdict,)
    count = sum(one.judgement.verdict in meant for one in desk.sources.newest.tasks)
    cells = desk.places.cells(PROGRESS, TASKS, "verdict")
    return Formula(f'COUNTIF({cells},"{VERDICT_WORDS[verdict]}*")', count)


def _write_tasks(desk: _Desk) -> None:
    """Tasks by what their leads report and by what they come to, with their chart."""
    newest = desk.sources.newest
    _section(desk, _TABLE_ROW, f"Nhiệm vụ của kế hoạch, {newest.period.label}")
    heads = (("B", "Đơn vị chủ trì báo"), ("E", "Kết luận theo số liệu"))
    for letter, head in heads:
        column = ord(letter) - ord("A")
        looks = desk.format("heading", "tiny")
        desk.sheet.merge_range(_TABLE_ROW, column, _TABLE_ROW, column + 2, "", looks)
        write_text(desk.sheet, _TABLE_ROW + 1, column + 1, head, looks)
    first = _TABLE_ROW + 2
    reported = desk.places.cells(PROGRESS, TASKS, f"said{newest.period.number}")
    said = [one.status or NOT_REPORTED for one in newest.tasks]
    for row, state in enumerate(_STATES, start=first):
        formula = Formula(f"COUNTIF({reported},{criterion(state)})", said.count(state))
        _count_line(desk, row, 1, state, formula)
    for row, verdict in enumerate(_VERDICTS, start=first):
        words = capitalised(VERDICT_WORDS[verdict])
        _count_line(desk, row, 4, words, _with_verdict(desk, verdict))
    chart = desk.pen.book.workbook.add_chart({"type": "bar"})
    last = first + len(_VERDICTS) - 1
    chart.add_series(
        {
            "name": "Số nhiệm vụ",
            "categories": f"={quoted(NAME)}!$E${first}:$E${last}",
            "values": f"={quoted(NAME)}!$G${first}:$G${last}",
            "points": [{"fill": {"color": _COLOURS[one]}} for one in _VERDICTS],
            "data_labels": {"value": True, "font": _FONT},
            "gap": 40,
        }
    )
    chart.set_y_axis({"reverse": True, "num_font": _FONT, "line": {"none": True}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    _insert_chart(
        desk, chart, "Nhiệm vụ theo kết luận", f"H{_TABLE_ROW + 1}", lines=len(_VERDICTS) + 1
    )


def _count_line(desk: _Desk, row: int, column: int, text: str, formula: Formula) -> None:
    """What is counted, over two columns, and how many; ``column`` counts from 0."""
    looks = desk.format("body", "tiny", "indent", "wrap")
    lines = line_count(text, 2 * _COLUMN_PX - INDENT_PX, _TINY)
    if lines > 1:
        desk.sheet.set_row_pixels(row - 1, max(_LINE_PX, lines * _TINY_LINE_PX))
    desk.sheet.merge_range(row - 1, column, row - 1, column + 1, "", looks)
    write_text(desk.sheet, row, column + 1, text, looks)
    desk.formula(row, column + 3, formula, "body", "center", "count", "bold")


# By Okabe and Ito: told apart by people who are blind to red or green
_GOOD, _BAD, _WARN, _OPEN = "#0072B2", "#D55E00", "#E69F00", "#A6A6A6"
_COLOURS: Final = dict.fromkeys(TaskVerdict, _OPEN) | {
    TaskVerdict.DONE: _GOOD,
    TaskVerdict.MET: _GOOD,
    TaskVerdict.DONE_UNMET: _BAD,
    TaskVerdict.UNMET: _BAD,
    TaskVerdict.OVERDUE: _BAD,
    TaskVerdict.NOT_REPORTED: _WARN,
}
_FONT: Final = {"name": book_writer.FONT, "size": 10}


def _insert_chart(
    desk: _Desk, chart: Any, title: str, cell: str, *, lines: int, legend: bool = False
) -> None:
    chart.set_title({"name": title, "name_font": {**_FONT, "size": 12, "bold": True}})
    chart.set_legend({"position": "bottom", "font": _FONT} if legend else {"none": True})
    chart.set_size({"width": _CHART_PX, "height": lines * _LINE_PX - 8})
    chart.set_chartarea({"border": {"color": book_writer.BORDER_INK}})
    options = {"x_offset": 6, "y_offset": 4, "object_position": 2, "description": title}
    desk.sheet.insert_chart(cell, chart, options)


def _write_rates(desk: _Desk) -> None:
    """Completeness and punctuality by quarter with their chart."""
    _section(desk, _RATE_ROW, "Gửi báo cáo theo quý")
    heads = ("Quý", "Phải gửi", "Đã gửi", "Đúng hạn", "Tỷ lệ đầy đủ", "Tỷ lệ đúng hạn")
    for column, head in enumerate(heads, start=2):
        write_text(desk.sheet, _RATE_ROW + 1, column, head, desk.format("heading", "tiny"))
    first = _RATE_ROW + 2
    known = {one.period.number: at for at, one in enumerate(desk.sources.quarters)}
    names = desk.sources.period_names[: len(desk.sources.numbers)]
    for row, (number, name) in enumerate(enumerate(names, 1), start=first):
        write_text(desk.sheet, row, 2, name, desk.format("body", "center"))
        for column in range(3, 8):
            write_text(desk.sheet, row, column, "", desk.format("body"))
        if number in known:
            _write_quarter(desk, row, known[number])
    last = first + len(names) - 1
    chart = desk.pen.book.workbook.add_chart({"type": "column"})
    for letter, name, colour in (("N", "Đầy đủ", "#56B4E9"), ("O", "Đúng hạn", "#F0E442")):
        chart.add_series(
            {
                "name": name,
                "categories": f"={quoted(NAME)}!$B${first}:$B${last}",
                "values": f"={quoted(NAME)}!${letter}${first}:${letter}${last}",
                "fill": {"color": colour},
                "border": {"color": book_writer.QUIET_INK},
                "gap": 40,
                # inside: over a column of 100 % they would stand in the title
                "data_labels": {
                    "value": True,
                    "position": "inside_end",
                    "font": _FONT,
                    "num_format": f'{book_writer.VIETNAMESE_NUMBERS}0.0" %"',
                },
            }
        )
    chart.set_y_axis(
        {"min": 0, "max": 100, "num_format": '0" %"', "num_font": _FONT, "major_unit": 25}
    )
    chart.show_hidden_data()
    chart.set_x_axis({"num_font": _FONT})
    title = "Tỷ lệ đơn vị gửi đủ, gửi đúng hạn"
    _insert_chart(desk, chart, title, f"H{_RATE_ROW + 1}", lines=8, legend=True)


def _write_quarter(desk: _Desk, row: int, at: int) -> None:
    found = rates(desk.sources.quarters[at].standings)
    counts = (("units", found.units), ("sent", found.sent), ("on_time", found.on_time))
    for column, (key, figure) in enumerate(counts, start=3):
        cell = desk.places.cell(STANDINGS_BLOCK, RATES, key, at)
        desk.formula(row, column, Formula(cell, figure), "body", "center", "count")
    shares = (("complete", found.sent), ("punctual", found.on_time))
    for column, (key, count) in enumerate(shares, start=6):
        cell = desk.places.cell(STANDINGS_BLOCK, RATES, key, at)
        desk.formula(row, column, Formula(cell, rate_shown(count, found.units)), "body", "center")
        over = f"100*{column_letters(column - 2)}{row}/C{row}"
        points = rounded(Fraction(100 * count, found.units or 1), 1)
        drawn = Formula(f"IF(C{row}=0,0,ROUND({over},1))", float(points))
        desk.formula(row, column + _DRAWN, drawn)


def _write_index(desk: _Desk, pages: Sequence[TrackerSheet]) -> None:
    """Links to every sheet with how many rows it has."""
    row = _INDEX_ROW
    _section(desk, row, f"Các trang trong sổ theo dõi. {TRACKER_LEGEND}")
    for number, page in enumerate(pages):
        line, block = divmod(number, 3)
        column = 1 + 4 * block
        looks = desk.format("body", "indent", "link")
        desk.sheet.merge_range(row + line, column, row + line, column + 2, "", looks)
        desk.sheet.write_url(
            row + line, column, link_to(page.name), looks, page.name, f"Mở trang {page.name}"
        )
        rows = sum(block.count for block in page.blocks)
        desk.sheet.write_number(
            row + line, column + 3, rows, desk.format("body", "center", num_format='0" dòng"')
        )
