"""The two native charts of the leaders' page, and the hidden sheet that they are drawn from."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kskt_excel.excel import style, writing
from kskt_excel.excel.writing import BookWriter
from kskt_excel.report.brief_content import Chart

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

CHART_POINTS = 132.0
_DATA_SHEET = "Số liệu biểu đồ"
_POINTS_A_PIXEL = 0.75
_BETWEEN_PX = 7
_SUBTYPES = {"counts": "stacked", "shares": "percent_stacked"}
_FONT = {"name": style.FONT, "size": 9}
_TITLE_FONT = {"name": style.FONT, "size": 10, "bold": True}
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
    """Puts the charts side by side on a row, each half of ``width`` pixels, ``points`` high."""
    data = book.sheet(_DATA_SHEET)
    data.hide()
    each = (width - _BETWEEN_PX * (len(charts) - 1)) // len(charts)
    top = 1
    for number, chart in enumerate(charts):
        drawn = book.workbook.add_chart({"type": "bar", "subtype": _SUBTYPES[chart.kind]})
        _write_data(data, chart, top)
        _fill(drawn, chart, top)
        drawn.set_size({"width": each, "height": round(points / _POINTS_A_PIXEL)})
        left = number * (each + _BETWEEN_PX)
        sheet.insert_chart(row - 1, 0, drawn, {"x_offset": left, "object_position": 1})
        top += len(chart.categories) + 2


def _write_data(data: "Worksheet", chart: Chart, top: int) -> None:
    for column, one in enumerate(chart.series, start=2):
        writing.write_text(data, top, column, one.name)
        for row, value in enumerate(one.values, start=top + 1):
            data.write_number(row - 1, column - 1, value)
    for row, name in enumerate(chart.categories, start=top + 1):
        writing.write_text(data, row, 1, name)


def _fill(drawn: Any, chart: Chart, top: int) -> None:
    first, last = top, top + max(len(chart.categories), 1) - 1  # from 0
    for column, one in enumerate(chart.series, start=1):
        drawn.add_series(
            {
                "name": [_DATA_SHEET, top - 1, column],
                "categories": [_DATA_SHEET, first, 0, last, 0],
                "values": [_DATA_SHEET, first, column, last, column],
                "fill": {"color": _TONES[one.tone]},
                "border": {"color": style.BORDER_INK, "width": 0.5},
                "gap": 45,
                "overlap": 100,
                "data_labels": {
                    "value": True,
                    "num_format": "0;;",  # a nought is no bar and has no label
                    "font": _FONT | {"color": _INKS[one.tone]},
                },
            }
        )
    drawn.set_title({"name": chart.title, "name_font": _TITLE_FONT, "overlay": False})
    drawn.set_legend({"position": "bottom", "font": _FONT})
    categories = {"reverse": True, "interval_unit": 1, "num_font": _FONT}
    drawn.set_y_axis(categories | {"line": {"color": style.BORDER_INK}})  # at the left of bars
    drawn.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "num_font": _FONT})
    drawn.set_chartarea({"border": {"color": style.BORDER_INK, "width": 0.5}})
    drawn.show_hidden_data()
