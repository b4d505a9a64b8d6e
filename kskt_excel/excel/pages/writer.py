"""A placed sheet written into a workbook."""

import datetime as dt
from typing import TYPE_CHECKING

from kskt_excel.excel import writing
from kskt_excel.excel.pages.long_sheet import Ready, long_sheet, put_row, ready, works
from kskt_excel.excel.pages.nouns import Box, Line, Rule, Sheet
from kskt_excel.excel.writing import BookWriter
from kskt_excel.model.cells import column_letters

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_RULE_OFFSET_PX = 2
_LONG = 200  # rows from which on a sheet is written by whole rows
_SCALE = 100  # percent: under «fit to pages» Excel ignores breaks


def write_sheet(book: BookWriter, placed: Sheet) -> None:
    """Adds the sheet to the workbook, ready to print."""
    is_long = len(placed.lines) >= _LONG and works()
    kind = long_sheet() if is_long else None
    sheet = book.workbook.add_worksheet(writing.sheet_name(placed.name), kind)
    for column, px in enumerate(placed.widths):
        sheet.set_column_pixels(column, column, px)
    pen = _Pen(book, sheet)
    for row, line in enumerate(placed.lines, start=1):
        sheet.set_row(row - 1, line.height)
        if not (is_long and pen.put_whole(row, line)):
            for box in line.boxes:
                pen.write_box(row, line, box)
        for rule in line.rules:
            _draw_rule(sheet, row, rule, placed.widths)
    _set_up(sheet, placed)


class _Pen:
    """Writes boxes on a sheet, and remembers what it has looked up for them."""

    def __init__(self, book: BookWriter, sheet: "Worksheet") -> None:
        self._book = book
        self._sheet = sheet
        self._forms: dict[tuple[object, ...], Format] = {}
        self._ready: dict[int, Ready | None] = {}

    def put_whole(self, row: int, line: Line) -> bool:
        """Puts a row of plain cells at once; False where one of them is more than that."""
        if line.row is None or line.open_top or line.open_bottom:
            return False
        boxes: list[Ready] = []
        for box in line.boxes:
            key = id(box)  # rows share their boxes, and the sheet holds them while it is written
            if key not in self._ready:
                self._ready[key] = self._made_ready(line, box)
            made = self._ready[key]
            if made is None:
                return False
            boxes.append(made)
        put_row(self._sheet, row, boxes)
        return True

    def _made_ready(self, line: Line, box: Box) -> Ready | None:
        if box.down > 1 or box.runs or box.sums:
            return None
        return ready(self._sheet, box.first, box.last, box.value, self._form(line, box))

    def write_box(self, row: int, line: Line, box: Box) -> None:
        """Writes one box, over all of its cells."""
        form = self._form(line, box)
        if box.last > box.first or box.down > 1:
            bottom = row + box.down - 2
            self._sheet.merge_range(row - 1, box.first - 1, bottom, box.last - 1, "", form)
        _write_value(self._book, self._sheet, row, box, form)

    def _form(self, line: Line, box: Box) -> "Format":
        key = (box.looks, box.size, line.open_top, line.open_bottom)
        if key not in self._forms:
            looks = box.looks
            if "frame" in looks:
                looks += ("open_top",) if line.open_top else ()
                looks += ("open_bottom",) if line.open_bottom else ()
            self._forms[key] = self._book.formats(*looks, font_size=box.size)
        return self._forms[key]


def _set_up(sheet: "Worksheet", placed: Sheet) -> None:
    writing.paper(sheet, landscape=placed.landscape, footer=placed.footer)
    sheet.set_print_scale(_SCALE)
    sheet.set_start_page(1)  # each sheet counts its own pages
    sheet.hide_gridlines(2)
    last_row, last_column = len(placed.lines) - 1, len(placed.widths) - 1
    sheet.print_area(0, 0, last_row, last_column)
    area = f"A1:{column_letters(last_column + 1)}{last_row + 1}"
    sheet.ignore_errors({"number_stored_as_text": area})
    sheet.set_h_pagebreaks(list(placed.breaks))
    if placed.repeated:
        sheet.repeat_rows(placed.repeated[0] - 1, placed.repeated[1] - 1)


def _write_value(book: BookWriter, sheet: "Worksheet", row: int, box: Box, form: "Format") -> None:
    at = (row - 1, box.first - 1)
    value = box.value
    if box.runs:
        _write_runs(book, sheet, at, box, form)
    elif box.sums:
        letters = column_letters(box.first)
        area = f"{letters}{row - box.sums[0]}:{letters}{row - box.sums[1]}"
        sheet.write_formula(*at, f"=SUM({area})", form, value)
    elif isinstance(value, str):
        writing.write_text(sheet, row, box.first, value, form)
    elif isinstance(value, dt.date):
        sheet.write_datetime(*at, value, form)
    elif value is None:
        sheet.write_blank(*at, None, form)
    else:
        sheet.write_number(*at, value, form)


def _write_runs(
    book: BookWriter, sheet: "Worksheet", at: tuple[int, int], box: Box, form: "Format"
) -> None:
    parts: list[object] = []
    for number, run in enumerate(box.runs):
        text = run.text if number == 0 else "\n" + run.text
        parts += [book.formats(*run.looks, font_size=run.size), text]
    if len(box.runs) == 1:
        run = box.runs[0]
        own = book.formats(*box.looks, *run.looks, font_size=run.size)
        writing.write_text(sheet, at[0] + 1, at[1] + 1, run.text, own)
    elif parts:
        sheet.write_rich_string(*at, *parts, form)


def _draw_rule(sheet: "Worksheet", row: int, rule: Rule, widths: tuple[int, ...]) -> None:
    """A filled box one pixel high: a drawn line would print twice as thick."""
    block = sum(widths[rule.first - 1 : rule.last])
    px = max(min(rule.px, block), 1)
    options = {
        "width": px,
        "height": 1,
        "x_offset": (block - px) // 2,
        "y_offset": _RULE_OFFSET_PX,
        "fill": {"color": "black"},
        "line": {"none": True},
        "object_position": 1,
    }
    sheet.insert_textbox(row - 1, rule.first - 1, "", options)
