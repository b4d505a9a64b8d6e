"""Placed pages written into the summary workbook, long ones row by row."""

import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from kskt_excel.excel import book_writer
from kskt_excel.excel.book_writer import BookWriter, cell_text
from kskt_excel.excel.printed.boxes import (
    PlacedPage,
    PrintedBox,
    PrintedLine,
    PrintedValue,
    RuleLine,
)
from kskt_excel.excel.printed.placed_page import laid_out, placed_bands
from kskt_excel.model.book import column_letters
from kskt_excel.report.page import PrintedPage
from kskt_excel.report.summary import CONTENTS, contents_page

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


# Of the probe alone: any day that does not change from run to run.
_CREATED: Final = dt.datetime(2022, 3, 14, tzinfo=dt.UTC)
_PROBED: Final = (
    ((2, 2), "ô & <b>"),
    ((3, 3), 12),
    ((4, 6), "đầu"),
    ((7, 8), None),
    ((9, 9), 12_345_678),
    ((10, 10), None),
)


ReadyCell: TypeAlias = "tuple[str, Format, str]"


class Ready(NamedTuple):
    """A box as it stands in any row: the XML of its cells, the text that it shows, if any.

    Of each cell there is what stands before the row's number, the format, and what follows both.
    """

    first: int  # column from 1
    last: int
    cell: "ReadyCell"
    covered: "tuple[ReadyCell, ...]"  # under the first one: shared by boxes of one look
    is_text: bool


@cache
def long_sheet() -> "type[Worksheet]":
    """The class of such a worksheet; made when first needed, XlsxWriter is a heavy import."""
    from xlsxwriter.worksheet import Worksheet

    class LongSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
        """A worksheet that takes whole rows of ready cells, or all of its XML.

        ``assembled`` gives the XML, piece by piece, in place of what would be assembled.
        """

        def __init__(self) -> None:
            super().__init__()
            self.assembled: Callable[[], Iterable[str]] | None = None
            self.covered: dict[tuple[int, int, Format], tuple[ReadyCell, ...]] = {}

        def xml_now(self) -> bytes:
            """Its XML before the workbook is finished, with formats numbered as of now."""
            sheet: Any = self
            written = io.BytesIO()
            sheet.internal_fh, sheet.fh = False, io.TextIOWrapper(written, "utf-8", newline="\n")
            sheet.drawing = bool(sheet.shapes)  # the drawing is made at the end; here it is named
            super()._assemble_xml_file()
            sheet.drawing, sheet.rel_count = 0, 0
            sheet.fh.detach()
            return written.getvalue()

        def let_go(self, first: int) -> None:
            """Its cells go, and the heights of rows from ``first`` on, from 1: none is drawn there.

            The sheets of thousands of units are many megabytes.
            """
            sheet: Any = self
            for part in (sheet.table, sheet.merge, sheet.merged_cells, sheet.row_info):
                part.clear()
            sheet.row_sizes = {row: one for row, one in sheet.row_sizes.items() if row < first - 1}
            self.covered.clear()

        def _assemble_xml_file(self) -> None:
            sheet: Any = self
            if self.assembled:
                sheet.fh.writelines(self.assembled())
                self._xml_close()
            else:
                super()._assemble_xml_file()
                self.let_go(1)

        def _write_cell(self, row: int, col: int, cell: Any) -> None:
            if cell.__class__ is not tuple:
                super()._write_cell(row, col, cell)
                return
            number = row + 1
            xml = [
                f'{start}{number}" s="{form._get_xf_index()}"{end}'  # noqa: SLF001  # above
                for box in cell
                for start, form, end in (box.cell, *box.covered)
            ]
            self.fh.write("".join(xml))

    return LongSheet


def ready(
    sheet: "Worksheet", first: int, last: int, value: PrintedValue, form: "Format"
) -> Ready | None:
    """A box over the columns ``first`` to ``last``; None for a value that takes a call of its own.

    A text gets its number in the workbook's list.
    """
    if value is None:
        end = "/>"
    elif value.__class__ is int:
        end = f"><v>{value:.16G}</v></c>"
    elif isinstance(value, str):
        texts = sheet.str_table
        end = f' t="s"><v>{texts._get_shared_string_index(cell_text(value))}</v></c>'  # noqa: SLF001
        texts.count -= 1  # each row that shows it is counted
    else:
        return None
    covered = sheet.covered.get((first, last, form))
    if covered is None:
        rest = range(first + 1, last + 1)
        covered = tuple((_start_of_cell(column), form, "/>") for column in rest)
        sheet.covered[first, last, form] = covered
    cell = (_start_of_cell(first), form, end)
    return Ready(first, last, cell, covered, isinstance(value, str))


@cache
def _start_of_cell(column: int) -> str:
    """What stands before the row's number in a cell's place; one text for thousands of cells."""
    return f'<c r="{column_letters(column)}'


def put_row(sheet: "Worksheet", row: int, boxes: Sequence[Ready]) -> None:
    """Puts boxes side by side on a row, from 1, that has none."""
    at, first, last = row - 1, boxes[0].first - 1, boxes[-1].last - 1
    sheet._check_dimensions(at, first)  # noqa: SLF001  # above
    sheet._check_dimensions(at, last)  # noqa: SLF001  # above
    # XlsxWriter reckons a row's span by its first and last cell: the last one is there for that
    sheet.table[at] = {last: (), first: tuple(boxes)}
    for box in boxes:
        if box.is_text:
            sheet.str_table.count += 1
        if box.last > box.first:
            sheet.merge.append([at, box.first - 1, at, box.last - 1])


@cache
def long_sheets_work() -> bool:
    """Whether XlsxWriter still has the names this stands on and both ways give the same bytes."""
    try:
        return _probe(_put_ready) == _probe(_put_plainly)
    except (
        AttributeError,
        LookupError,
        TypeError,
    ):  # a private name was renamed or changed its arguments
        return False


def _probe(put: Callable[["Worksheet", int, "Format"], None]) -> bytes:
    """A small workbook with rows of values put in one way."""
    from xlsxwriter import Workbook

    target = io.BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        looks = [book.add_format({"bold": bold}) for bold in (True, False)]
        sheet = book.add_worksheet("A", long_sheet())
        sheet.write_string(0, 3, "đầu", looks[0])
        for row in range(2, 20):
            sheet.set_row(row - 1, 21.5)
            put(sheet, row, looks[row % 2])
    return target.getvalue()


def _put_ready(sheet: "Worksheet", row: int, form: "Format") -> None:
    boxes = (ready(sheet, *block, value, form) for block, value in _PROBED)
    put_row(sheet, row, [box for box in boxes if box])


def _put_plainly(sheet: "Worksheet", row: int, form: "Format") -> None:
    for (first, last), value in _PROBED:
        if last > first:
            sheet.merge_range(row - 1, first - 1, row - 1, last - 1, "", form)
        sheet.write(row - 1, first - 1, value, form)


_RULE_OFFSET_PX = 4  # below the top of its row: free of the letters above
LONG = 200  # rows from which on a sheet is written by whole rows
_SCALE = 100  # percent: under «fit to pages» Excel ignores breaks


def write_sheet(book: BookWriter, placed: PlacedPage, sheet: "Worksheet | None" = None) -> None:
    """Adds the sheet to the workbook, ready to print; or fills one that is there already."""
    is_long = sheet is None and len(placed.lines) >= LONG and long_sheets_work()
    if sheet is None:
        sheet = added_sheet(book, placed, long_sheet() if is_long else None)
    fill_sheet(book, sheet, placed, is_long=is_long)


def added_sheet(
    book: BookWriter, placed: PlacedPage, kind: "type[Worksheet] | None" = None
) -> "Worksheet":
    """A new sheet for a placed page."""
    return book.workbook.add_worksheet(book_writer.sheet_name(placed.name), kind)


def fill_sheet(
    book: BookWriter, sheet: "Worksheet", placed: PlacedPage, *, is_long: bool, rows: int = 0
) -> None:
    """Fills an empty sheet; ``rows`` are those of the page where not all of them are drawn here."""
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
    _set_up(sheet, placed, rows or len(placed.lines))


class _Pen:
    """Writes boxes on a sheet, and remembers what it has looked up for them."""

    def __init__(self, book: BookWriter, sheet: "Worksheet") -> None:
        self._book = book
        self._sheet = sheet
        self._forms: dict[tuple[object, ...], Format] = {}
        self._ready: dict[int, Ready | None] = {}

    def put_whole(self, row: int, line: PrintedLine) -> bool:
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

    def _made_ready(self, line: PrintedLine, box: PrintedBox) -> Ready | None:
        if box.down > 1 or box.runs or box.sums or box.link:
            return None
        return ready(self._sheet, box.first, box.last, box.value, self._form(line, box))

    def write_box(self, row: int, line: PrintedLine, box: PrintedBox) -> None:
        """Writes one box, over all of its cells."""
        form = self._form(line, box)
        if box.last > box.first or box.down > 1:
            bottom = row + box.down - 2
            self._sheet.merge_range(row - 1, box.first - 1, bottom, box.last - 1, "", form)
        _write_value(self._book, self._sheet, row, box, form)

    def _form(self, line: PrintedLine, box: PrintedBox) -> "Format":
        key = (box.looks, box.size, line.open_top, line.open_bottom)
        if key not in self._forms:
            looks = box.looks
            if "frame" in looks:
                looks += ("open_top",) if line.open_top else ()
                looks += ("open_bottom",) if line.open_bottom else ()
            self._forms[key] = self._book.formats(*looks, font_size=box.size)
        return self._forms[key]


def _set_up(sheet: "Worksheet", placed: PlacedPage, rows: int) -> None:
    book_writer.paper(sheet, landscape=placed.landscape, footer=placed.footer)
    book_writer.colour_tab(sheet, "start" if placed.name == CONTENTS else "form")
    sheet.set_print_scale(_SCALE)
    sheet.hide_gridlines(2)
    last_row, last_column = rows - 1, len(placed.widths) - 1
    sheet.print_area(0, 0, last_row, last_column)
    area = f"A1:{column_letters(last_column + 1)}{last_row + 1}"
    sheet.ignore_errors({"number_stored_as_text": area})
    sheet.set_h_pagebreaks(list(placed.breaks))
    if placed.repeated:
        sheet.repeat_rows(placed.repeated[0] - 1, placed.repeated[1] - 1)


def _write_value(
    book: BookWriter, sheet: "Worksheet", row: int, box: PrintedBox, form: "Format"
) -> None:
    at = (row - 1, box.first - 1)
    value = box.value
    if box.runs:
        _write_runs(book, sheet, at, box, form)
    elif box.sums:
        letters = column_letters(box.first)
        area = f"{letters}{row - box.sums[0]}:{letters}{row - box.sums[1]}"
        sheet.write_formula(*at, f"=SUM({area})", form, value)
    elif box.link and isinstance(value, str):
        target = f"internal:{book_writer.quoted(book_writer.sheet_name(box.link))}!A1"
        sheet.write_url(*at, target, form, value)
    else:
        book_writer.write_cell(sheet, *at, value, form)


def _write_runs(
    book: BookWriter, sheet: "Worksheet", at: tuple[int, int], box: PrintedBox, form: "Format"
) -> None:
    parts: list[object] = []
    for number, run in enumerate(box.runs):
        text = run.text if number == 0 else "\n" + run.text
        parts += [book.formats(*run.looks, font_size=run.size), text]
    if len(box.runs) == 1:
        run = box.runs[0]
        own = book.formats(*box.looks, *run.looks, font_size=run.size)
        book_writer.write_text(sheet, at[0] + 1, at[1] + 1, run.text, own)
    elif parts:
        sheet.write_rich_string(*at, *parts, form)


def _draw_rule(sheet: "Worksheet", row: int, rule: RuleLine, widths: tuple[int, ...]) -> None:
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
        "decorative": True,
    }
    sheet.insert_textbox(row - 1, rule.first - 1, "", options)


def write_printed_page(book: BookWriter, page: PrintedPage, at: int = 0) -> int:  # noqa: ARG001 - as KeptPages
    """Adds the sheets of a page; how many are printed of it."""
    count = 0
    for _, placed in placed_bands(page):
        write_sheet(book, placed)
        count += len(placed.breaks) + 1
    return count


def summary_workbook(
    pages: Iterable[PrintedPage],
    *,
    created: dt.datetime,
    about: str = "",
    record: str = "",
    is_listed: bool = True,
    write: Callable[[BookWriter, PrintedPage, int], int] = write_printed_page,
) -> bytes:
    """A workbook with a list of its sheets and a sheet for each page, numbered through.

    A page alone needs no list, nor do those that are not ``is_listed``.
    ``about`` stands in its properties before the period: «Tổng hợp kiểm soát thủ tục hành chính».
    ``write`` adds the sheets of a page by its place among the pages of a list.
    The same arguments give the same bytes; ``created`` is the only time in it. Raises ValueError
    without pages: Excel knows no empty book.
    """
    each = iter(pages)
    first = next(each, None)
    if first is None:
        raise ValueError("a summary without pages")
    book = BookWriter(
        created=created,
        title=f"{about or 'Tổng hợp'} {first.period_line}",
        agency=first.frame.agency_name or first.reporter or first.frame.agency,
        subject=first.period_line,
        record=record,
        on_disk=True,  # thousands of units make pages of many megabytes
    )
    second = next(each, None)
    if second is None or not is_listed:
        for page in chain(filter(None, (first, second)), each):
            write_printed_page(book, page)
        return book.finish(book_writer.first_page_without_number)
    listed = book.workbook.add_worksheet(CONTENTS)  # filled when every page is counted
    found: list[tuple[PrintedPage, int]] = []
    for at, page in enumerate(chain((first, second), each)):
        found.append((replace(page, tables=()), write(book, page, at)))
    contents = laid_out(contents_page(found, 2))
    if contents.breaks:  # the list itself takes several pages
        contents = laid_out(contents_page(found, len(contents.breaks) + 2))
    write_sheet(book, contents, listed)
    return book.finish(book_writer.first_page_without_number)
