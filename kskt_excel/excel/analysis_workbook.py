"""The workbook of analysis: a page to print, quarters, units, what stands out, and the figures."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from kskt_excel.excel.book_writer import (
    FONT,
    VIETNAMESE_NUMBERS,
    BookWriter,
    HeightCell,
    colour_tab,
    columns_in_sight,
    paper,
    row_height,
    write_text,
)
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import QUARTER_NAMES
from kskt_excel.report.analysis import Analysis, ComparedColumn, Outlier
from kskt_excel.text.shown import office_moment

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_PAGE: Final = "Phân tích"
_QUARTERS: Final = "Theo quý"
_UNITS: Final = "Theo đơn vị"
_OUTLIERS: Final = "Khác thường"
_MOST_ON_PAGE: Final = 8  # figures that stand out, on the printed page
_PAGE_WIDTHS_PX: Final = (62, 296, 76, 76, 76, 76)  # A4 upright between the decree's margins
_WIDE_PX: Final = (62, 330)  # form and figure, where all quarters stand beside each other
_NUMBER_PX: Final = 84  # 1.234.567 in 12 points, and a little
_CHART_ROWS: Final = 12  # which a chart of 230 pixels covers
_ROW_PX: Final = 20  # Excel's own, for letters of 10 to 12 points
_PAGE_PX: Final = 970  # of A4 upright between the margins
# Of a page that is made to fit: its 12 points print as 9.6.
_LEAST_SCALE: Final = 0.8
_CHART_FONT: Final = {"name": FONT, "size": 9}
_TITLE_FONT: Final = {"name": FONT, "size": 10, "bold": True}
# Of Okabe and Ito: told apart by colour-blind people, and light to dark on a grey printer
_SERIES: Final = ("#56B4E9", "#0072B2")
_EARLIER: Final = "#BFBFBF"
_NOTHING_FAR: Final = "Không có số liệu nào khác thường."
_TOO_FEW: Final = (
    "Chưa đủ số liệu để tìm điểm khác thường (cần ít nhất ba đơn vị, mỗi đơn vị bốn quý)."
)
_DECIMAL: Final = f"{VIETNAMESE_NUMBERS}0.0"
_PERCENT: Final = f"{_DECIMAL} %"
_SIGNED: Final = {"align": "center", "num_format": "+#,##0;-#,##0;0"}


@dataclass(frozen=True, slots=True)
class AnalysisHead:
    """What stands over the analysis."""

    agency: str
    period: str  # label of the part of the year that is compared: "6 tháng đầu năm 2022"
    provisional: str  # who is missing, "" when nobody is
    created: dt.datetime
    unit_names: Mapping[str, str]

    def unit(self, code: str) -> str:
        """Name of a unit; its code where no plan knows it."""
        return self.unit_names.get(code, code)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Where a chart's figures stand, and where it is put."""

    top: int
    bottom: int
    chart: int


def analysis_workbook(analysis: Analysis, head: AnalysisHead) -> bytes:
    """The workbook; the same arguments give the same bytes."""
    book = BookWriter(
        created=head.created, title=f"Phân tích số liệu năm {analysis.year}", agency=head.agency
    )
    page, quarters, units, outliers = (
        book.sheet(name) for name in (_PAGE, _QUARTERS, _UNITS, _OUTLIERS)
    )
    _write_quarters(book, quarters, analysis)
    unit_rows = _write_units(book, units, analysis, head)
    _write_outliers(book, outliers, analysis, head)
    row = _write_page(book, page, analysis, head)
    lead = _lead(analysis)
    charts_px = 0
    if lead:
        charts_px = _quarter_chart(book, page, analysis, lead, row)
        if lead.key in unit_rows:
            rows = _Rows(*unit_rows[lead.key], chart=row + _CHART_ROWS)
            charts_px += _unit_chart(book, page, analysis, lead, rows)
    _break_page(page, row, charts_px)
    page.activate()
    return book.finish()


def _lead(analysis: Analysis) -> ComparedColumn | None:
    """The headline with the largest figure of the year: what the charts show."""
    counted = [one for one in analysis.measures if one.is_headline and _latest(analysis, one) > 0]
    return max(counted, key=lambda one: _latest(analysis, one), default=None)


def _latest(analysis: Analysis, measure: ComparedColumn) -> float:
    return analysis.compared.get(measure.key, {}).get(analysis.year, 0.0)


def _with_figures(analysis: Analysis) -> list[ComparedColumn]:
    """Measures that have a figure in any of the years."""
    return [one for one in analysis.measures if one.key in analysis.compared]


def _write_page(
    book: BookWriter, sheet: "Worksheet", analysis: Analysis, head: AnalysisHead
) -> int:
    """The page to print; gives back the row under its tables."""
    for at, width in enumerate(_PAGE_WIDTHS_PX):
        sheet.set_column_pixels(at, at, width)
    formats = book.formats
    write_text(sheet, 1, 1, head.agency.upper(), formats("bold"))
    write_text(sheet, 2, 1, f"PHÂN TÍCH SỐ LIỆU NĂM {analysis.year}", formats("title"))
    before = analysis.year_before
    beside = f", so với cùng kỳ năm {before}" if before else "; chưa có số liệu năm trước để so"
    made = f". Lập lúc {office_moment(head.created)}."
    write_text(sheet, 3, 1, head.period + beside + made, formats("note"))
    row = 4
    if head.provisional:
        write_text(sheet, row, 1, head.provisional, formats("italic", "alarm"))
        row += 1
    names = ("Biểu", "Nội dung", str(before or "Năm trước"), str(analysis.year))
    row = _headings(book, sheet, row, (*names, "Tăng, giảm", "Tỷ lệ"), _PAGE_WIDTHS_PX)
    for measure in (one for one in _with_figures(analysis) if one.is_headline):
        _write_compared(book, sheet, row, analysis, measure)
        row += 1
    row += 1
    lines = [_outlier_sentence(one, head) for one in analysis.outliers[:_MOST_ON_PAGE]]
    rest = len(analysis.outliers) - len(lines)
    lines += [f"… và {rest} số liệu khác, xem trang “{_OUTLIERS}”."] if rest > 0 else []
    write_text(sheet, row, 1, "Số liệu khác thường, nên hỏi lại đơn vị", formats("bold"))
    for line in lines or [_NOTHING_FAR if analysis.can_tell_outliers else _TOO_FEW]:
        row += 1
        wide = sum(_PAGE_WIDTHS_PX)
        sheet.merge_range(row - 1, 0, row - 1, 5, "", formats("wrap", "middle"))
        write_text(sheet, row, 1, line, formats("wrap", "middle"))
        sheet.set_row(row - 1, row_height([HeightCell(line, wide)]))
    colour_tab(sheet, "start")
    paper(sheet, landscape=False, footer=f"Phân tích số liệu năm {analysis.year}")
    return row + 2


def _break_page(sheet: "Worksheet", row: int, charts_px: int) -> None:
    """One page with the charts where its letters stay large enough; else they have their own."""
    heights = [sheet.row_sizes.get(at, (_ROW_PX,))[0] for at in range(row)]
    if sum(heights) + charts_px <= _PAGE_PX / _LEAST_SCALE:
        sheet.fit_to_pages(1, 1)
        return
    sheet.fit_to_pages(1, 0)
    sheet.set_h_pagebreaks([row - 1])  # a chart is not cut in two


def _write_compared(
    book: BookWriter, sheet: "Worksheet", row: int, analysis: Analysis, measure: ComparedColumn
) -> None:
    """A measure beside the year before: change and rate are formulas over the two figures."""
    formats, key = book.formats, measure.key
    write_text(sheet, row, 1, measure.form, formats("cell", "center"))
    write_text(sheet, row, 2, measure.name, formats("cell"))
    sheet.set_row(row - 1, row_height([HeightCell(measure.name, _PAGE_WIDTHS_PX[1])]))
    values = analysis.compared[key]
    old, new = values.get(analysis.year_before or 0), values.get(analysis.year)
    count, rate = formats("cell", "count", "center"), formats("cell", "center", num_format=_PERCENT)
    _number(sheet, row, 3, old, count)
    _number(sheet, row, 4, new, count)
    if old is None or new is None:
        write_text(sheet, row, 5, "–", count)
        write_text(sheet, row, 6, "–", rate)
        return
    sheet.write_formula(row - 1, 4, f"=D{row}-C{row}", formats("cell", **_SIGNED), new - old)
    share = (new - old) / old if old else "–"
    sheet.write_formula(row - 1, 5, f'=IF(C{row}=0,"–",D{row}/C{row}-1)', rate, share)


def _write_quarters(book: BookWriter, sheet: "Worksheet", analysis: Analysis) -> None:
    """Every measure quarter by quarter, with its trend."""
    periods = analysis.quarters
    names = [f"{QUARTER_NAMES[quarter - 1]}/{year}" for year, quarter in periods]
    widths = (*_WIDE_PX, *(_NUMBER_PX for _ in periods), 96)
    for at, width in enumerate(widths):
        sheet.set_column_pixels(at, at, width)
    write_text(sheet, 1, 1, "SỐ LIỆU TỪNG QUÝ", book.formats("title"))
    note = "Xu hướng: mỗi quý tăng, giảm bao nhiêu (bình phương nhỏ nhất); cần ít nhất ba quý."
    write_text(sheet, 2, 1, note, book.formats("note"))
    row = _headings(book, sheet, 3, ("Biểu", "Nội dung", *names, "Xu hướng mỗi quý"), widths)
    sheet.freeze_panes(row - 1, columns_in_sight(widths[:2]))
    for measure in _with_figures(analysis):
        write_text(sheet, row, 1, measure.form, book.formats("cell", "center"))
        write_text(sheet, row, 2, measure.name, book.formats("cell"))
        sheet.set_row(row - 1, row_height([HeightCell(measure.name, _WIDE_PX[1])]))
        count = book.formats("cell", "count", "center")
        for at, period in enumerate(periods):
            value = analysis.by_quarter.get(measure.key, {}).get(period)
            _number(sheet, row, 3 + at, value, count)
        trend = book.formats(
            "cell",
            "center",
            num_format=f"{VIETNAMESE_NUMBERS}+0.0;{VIETNAMESE_NUMBERS}-0.0;{_DECIMAL}",
        )
        _number(sheet, row, 3 + len(periods), analysis.trend.get(measure.key), trend)
        row += 1
    _print_wide(sheet, row, "Số liệu từng quý")


def _write_units(
    book: BookWriter, sheet: "Worksheet", analysis: Analysis, head: AnalysisHead
) -> dict[tuple[str, str], tuple[int, int]]:
    """Every unit of every headline, with its share; gives back the rows of each headline."""
    widths = (62, 250, 200, *(_NUMBER_PX for _ in analysis.years), 90, 90)
    for at, width in enumerate(widths):
        sheet.set_column_pixels(at, at, width)
    write_text(sheet, 1, 1, "SỐ LIỆU TỪNG ĐƠN VỊ", book.formats("title"))
    write_text(sheet, 2, 1, f"{head.period}; các năm trước lấy cùng kỳ.", book.formats("note"))
    years = [str(year) for year in analysis.years]
    names = ("Biểu", "Nội dung", "Đơn vị", *years, "Tỷ trọng", "Tăng, giảm")
    row = _headings(book, sheet, 3, names, widths)
    sheet.freeze_panes(row - 1, columns_in_sight(widths[:3]))
    first = row
    places: dict[tuple[str, str], tuple[int, int]] = {}
    cell, count = book.formats("cell"), book.formats("cell", "count", "center")
    rate = book.formats("cell", "center", num_format=_PERCENT)
    signed = book.formats("cell", **_SIGNED)
    last, before = (chr(ord("A") + at + len(years)) for at in (2, 1))
    for measure in (one for one in _with_figures(analysis) if one.is_headline):
        units = analysis.by_unit[measure.key]
        ordered = sorted(units.items(), key=lambda one: -one[1].get(analysis.year, 0.0))
        top, whole = row, sum(figures.get(analysis.year, 0.0) for figures in units.values())
        bottom = top + len(ordered) - 1
        for code, figures in ordered:
            write_text(sheet, row, 1, measure.form, book.formats("cell", "center"))
            write_text(sheet, row, 2, measure.name, cell)
            write_text(sheet, row, 3, head.unit(code), cell)
            texts = [(measure.name, widths[1]), (head.unit(code), widths[2])]
            sheet.set_row(row - 1, row_height([HeightCell(*one) for one in texts]))
            for at, year in enumerate(analysis.years):
                _number(sheet, row, 4 + at, figures.get(year), count)
            now, old = figures.get(analysis.year), figures.get(analysis.year_before or 0)
            at = 3 + len(years)
            total = f"SUM({last}${top}:{last}${bottom})"
            formula = f'=IF({total}=0,"–",{last}{row}/{total})'
            sheet.write_formula(row - 1, at, formula, rate, (now or 0) / whole if whole else "–")
            if old is None or now is None:
                write_text(sheet, row, at + 2, "–", signed)
            else:
                change = f"={last}{row}-{before}{row}"
                sheet.write_formula(row - 1, at + 1, change, signed, now - old)
            row += 1
        places[measure.key] = (top, bottom)
    if row > first:
        sheet.autofilter(first - 2, 0, row - 2, len(widths) - 1)
    _print_wide(sheet, row, "Số liệu từng đơn vị")
    return places


def _write_outliers(
    book: BookWriter, sheet: "Worksheet", analysis: Analysis, head: AnalysisHead
) -> None:
    widths = (200, 100, 62, 330, 90, 110)
    for at, width in enumerate(widths):
        sheet.set_column_pixels(at, at, width)
    write_text(sheet, 1, 1, "SỐ LIỆU KHÁC THƯỜNG", book.formats("title"))
    note = (
        "So với các quý khác của chính đơn vị và nhịp của các đơn vị khác;"
        " khác thường chưa chắc đã sai."
    )
    write_text(sheet, 2, 1, note, book.formats("note"))
    names = ("Đơn vị", "Kỳ", "Biểu", "Nội dung", "Đã ghi", "Theo nhịp chung")
    row = _headings(book, sheet, 3, names, widths)
    sheet.freeze_panes(row - 1, 0)
    for one in analysis.outliers:
        period = f"{QUARTER_NAMES[one.quarter - 1]}/{one.year}"
        texts = (head.unit(one.unit), period, one.measure.form, one.measure.name)
        for at, text in enumerate(texts, 1):
            write_text(sheet, row, at, text, book.formats("cell"))
        _number(sheet, row, 5, one.value, book.formats("cell", "count", "center"))
        _number(sheet, row, 6, one.expected, book.formats("cell", "center", num_format=_DECIMAL))
        row += 1
    if not analysis.outliers:
        text = _NOTHING_FAR if analysis.can_tell_outliers else _TOO_FEW
        write_text(sheet, row, 1, text, book.formats("italic"))
    _print_wide(sheet, row, "Số liệu khác thường")


def _headings(
    book: BookWriter, sheet: "Worksheet", row: int, names: Sequence[str], widths: Sequence[int]
) -> int:
    cells = [HeightCell(name, width, bold=True) for name, width in zip(names, widths, strict=True)]
    sheet.set_row(row - 1, row_height(cells))
    for at, name in enumerate(names, 1):
        write_text(sheet, row, at, name, book.formats("heading"))
    return row + 1


def _quarter_chart(
    book: BookWriter, sheet: "Worksheet", analysis: Analysis, lead: ComparedColumn, row: int
) -> int:
    """The lead measure by quarter, a series a year; gives back its height in pixels."""
    chart = book.workbook.add_chart({"type": "column"})
    periods = analysis.quarters
    line = _with_figures(analysis).index(lead) + 3  # under title, note and headings, from 0
    for year in analysis.years:
        columns = [2 + at for at, (of, _) in enumerate(periods) if of == year]
        if columns:
            chart.add_series(
                {
                    "name": str(year),
                    "categories": [_QUARTERS, 2, columns[0], 2, columns[-1]],
                    "values": [_QUARTERS, line, columns[0], line, columns[-1]],
                    "fill": {"color": _colour(year, analysis)},
                    "data_labels": {"value": True, "font": _CHART_FONT},
                }
            )
    height = _finish_chart(chart, f"{lead.name}, từng quý")
    what = f"Biểu đồ cột: {lead.name} từng quý của các năm {analysis.years[0]}–{analysis.year}"
    sheet.insert_chart(row - 1, 0, chart, {"object_position": 1, "description": what})
    return height


def _unit_chart(
    book: BookWriter, sheet: "Worksheet", analysis: Analysis, lead: ComparedColumn, rows: "_Rows"
) -> int:
    """The lead measure by unit, this year and the one before; gives back its height in pixels."""
    chart = book.workbook.add_chart({"type": "bar"})
    first, last = rows.top - 1, rows.bottom - 1
    shown = [year for year in (analysis.year_before, analysis.year) if year]
    for year in shown:
        column = 3 + analysis.years.index(year)
        chart.add_series(
            {
                "name": str(year),
                "categories": [_UNITS, first, 2, last, 2],
                "values": [_UNITS, first, column, last, column],
                "fill": {"color": _colour(year, analysis)},
                "data_labels": {"value": True, "font": _CHART_FONT},
            }
        )
    title = f"{lead.name}, từng đơn vị"
    height = _finish_chart(chart, title, height=120 + 30 * (last - first + 1))
    chart.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": _CHART_FONT})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    what = f"Biểu đồ thanh: {lead.name} của từng đơn vị, {' và '.join(map(str, shown))}"
    sheet.insert_chart(rows.chart - 1, 0, chart, {"object_position": 1, "description": what})
    return height


def _finish_chart(chart: Any, title: str, *, height: int = 230) -> int:
    """Gives a chart its title and looks; gives back its height in pixels."""
    chart.set_title({"name": title, "name_font": _TITLE_FONT, "overlay": False})
    chart.set_legend({"position": "bottom", "font": _CHART_FONT})
    chart.set_y_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_x_axis({"num_font": _CHART_FONT})
    chart.set_size({"width": sum(_PAGE_WIDTHS_PX), "height": height})
    return height


def _colour(year: int, analysis: Analysis) -> str:
    latest = {analysis.year: _SERIES[1], analysis.year_before: _SERIES[0]}
    return latest.get(year, _EARLIER)


def _print_wide(sheet: "Worksheet", row: int, footer: str) -> None:
    colour_tab(sheet, "form")
    paper(sheet, landscape=True, footer=footer)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.print_area(0, 0, max(row - 2, 3), sheet.dim_colmax or 0)


def _outlier_sentence(one: Outlier, head: AnalysisHead) -> str:
    period = f"{QUARTER_NAMES[one.quarter - 1]}/{one.year}"
    return (
        f"{head.unit(one.unit)}, {period}, Biểu {one.measure.form}: «{one.measure.name}» ghi"
        f" {one.value:.0f}, theo nhịp chung khoảng {one.expected:.0f}."
    )


def _number(sheet: "Worksheet", row: int, column: int, value: float | None, looks: Any) -> None:
    """A number, or a dash where nothing is known."""
    if value is None:
        write_text(sheet, row, column, "–", looks)
    else:
        sheet.write_number(row - 1, column - 1, value, looks)
