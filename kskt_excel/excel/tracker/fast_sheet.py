"""A worksheet whose blocks are written as row XML, some five times faster than cell by cell.

It stands on private names of XlsxWriter (``_write_rows``, ``_write_cell``, ``_get_xf_index``, the
list of texts in ``str_table``): ``works`` tries them once, and who finds them changed writes cell
by cell.
"""

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kskt_excel.excel.tracker.grid import Content, Formula
from kskt_excel.excel.writing import clean
from kskt_excel.model.cells import column_letters

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_EPOCH: Final = 693_594  # ordinal of 30/12/1899, day 0 of the sheet's calendar
_SECONDS_A_DAY: Final = 86_400
_SPANS: Final = re.compile(rb' spans="[^"]*"')
_COUNT: Final = re.compile(rb' count="\d+"')
_SHEET_DATA: Final = re.compile(rb"<sheetData>.*</sheetData>", re.DOTALL)


class Line(NamedTuple):
    """A row to be written: cells from column A with a format for each."""

    cells: Sequence[Content]
    formats: "Sequence[Format]"
    level: int = 0
    height: float | None = None  # points


class Stream(NamedTuple):
    """A block of a sheet: its first row, from 1, and its lines."""

    first_row: int
    height: int
    width: int
    lines: Iterable[Line]


def day_number(day: dt.date) -> int:
    """The number by which a sheet stores a day."""
    return day.toordinal() - _EPOCH


def moment_number(moment: dt.datetime) -> float:
    """The number by which a sheet stores a moment, as its clock shows it."""
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return moment.toordinal() - _EPOCH + seconds / _SECONDS_A_DAY


@cache
def fast_sheet() -> "type[Worksheet]":
    """The class of such a worksheet; made when first needed, XlsxWriter is a heavy import."""
    from xlsxwriter.worksheet import Worksheet

    class FastSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
        """A worksheet with blocks that are written as they are read, from top to bottom."""

        streams: tuple[Stream, ...] = ()

        def _write_rows(self) -> None:
            if not self.streams:
                super()._write_rows()
                return
            first, last = self._rows_used()
            row = first
            for stream in self.streams:
                self._use_rows(row, stream.first_row - 2)
                super()._write_rows()
                _write_stream(self, stream)
                row = stream.first_row + stream.height - 1
            self._use_rows(row, last)
            super()._write_rows()
            self._use_rows(first, last)

        def _rows_used(self) -> tuple[int, int]:
            sheet: Any = self
            return sheet.dim_rowmin, sheet.dim_rowmax

        def _use_rows(self, first: int, last: int) -> None:
            sheet: Any = self
            sheet.dim_rowmin, sheet.dim_rowmax = first, last

    return FastSheet


def _write_stream(sheet: Any, stream: Stream) -> None:
    renderer = _Renderer(sheet)
    write, table = sheet.fh.write, sheet.table
    for number, line in enumerate(stream.lines, stream.first_row):
        own = table.get(number - 1)
        write(_row_start(number, line))
        if own:
            renderer.mixed(number, line, own)
        else:
            write("".join(renderer.cells(number, line)))
        write("</row>")


def _row_start(number: int, line: Line) -> str:
    height = f' ht="{line.height:.16g}" customHeight="1"' if line.height else ""
    level = f' hidden="1" outlineLevel="{line.level}"' if line.level else ""
    return f'<row r="{number}"{height}{level}>'


class _Renderer:
    """Cells as XML; places and styles are put into text once for each sequence of formats."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._texts = sheet.str_table
        self._strings = _numbers(sheet.str_table)
        self._places: dict[int, tuple[tuple[str, str], ...]] = {}
        self._kept: list[Sequence[Format]] = []  # so that an id is not used twice

    def cells(self, number: int, line: Line) -> list[str]:
        """The XML of every cell of a line."""
        shown: list[str] = []
        known = self._strings.get
        for (start, style), value in zip(self._of(line.formats), line.cells, strict=True):
            place = f"{start}{number}{style}"
            if value is None or value == "":
                shown.append(place + "/>")
            elif value.__class__ is str:
                index = known(value)
                if index is None:
                    index = self._string(value)
                shown.append(f'{place} t="s"><v>{index}</v></c>')
            elif value.__class__ is int or value.__class__ is float:
                shown.append(f"{place}><v>{value}</v></c>")
            else:
                shown.append(self._other(place, value))
        return shown

    def mixed(self, number: int, line: Line, own: Any) -> None:
        """Writes a line of which some cells were written before, by XlsxWriter's own calls."""
        for column, xml in enumerate(self.cells(number, line)):
            if column in own:
                self._sheet._write_cell(number - 1, column, own[column])  # noqa: SLF001  # above
            else:
                self._sheet.fh.write(xml)

    def _of(self, formats: "Sequence[Format]") -> tuple[tuple[str, str], ...]:
        places = self._places.get(id(formats))
        if places is None:
            self._kept.append(formats)
            places = tuple(
                (f'<c r="{column_letters(column)}', f'" s="{one._get_xf_index()}"')  # noqa: SLF001
                for column, one in enumerate(formats, start=1)
            )
            self._places[id(formats)] = places
        return places

    def _string(self, text: str) -> int:
        """Number of a text; how often it is used is only a hint in the file and not counted."""
        index = self._strings.get(text)
        if index is None:
            index = self._strings[text] = self._added(clean(text))
        return index

    def _added(self, text: str) -> int:
        """Number of a text in the workbook's list, which is in its final order by now."""
        index = self._strings.get(text)
        if index is None:
            index = self._strings[text] = len(self._texts.string_array)
            self._texts.string_array.append(text)
            self._texts.unique_count += 1
            self._texts.count += 1
        return index

    def _other(self, place: str, value: Content) -> str:
        if isinstance(value, Formula):
            return self._formula(place, value)
        if isinstance(value, bool):
            return f'{place} t="s"><v>{self._string("Có" if value else "Không")}</v></c>'
        if isinstance(value, dt.datetime):
            return f"{place}><v>{moment_number(value):.16g}</v></c>"
        if isinstance(value, dt.date):
            return f"{place}><v>{day_number(value)}</v></c>"
        raise TypeError(value)

    def _formula(self, place: str, value: Formula) -> str:
        text = _escaped(value.text)
        if isinstance(value.result, str):
            stored = _escaped(value.result)
            return f'{place} t="str"><f>{text}</f><v>{stored}</v></c>'
        return f"{place}><f>{text}</f><v>{value.result}</v></c>"


def _numbers(texts: Any) -> dict[str, int]:
    """The number of each text of a workbook, made once and then shared by its sheets."""
    known: dict[str, int] | None = getattr(texts, "kskt_numbers", None)
    if known is None:
        known = {text: number for number, text in enumerate(texts.string_array)}
        texts.kskt_numbers = known
    return known


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def write_plainly(sheet: "Worksheet", first_row: int, lines: Iterable[Line]) -> None:
    """Writes lines cell by cell, as XlsxWriter wants it; cells already there stay."""
    for row, line in enumerate(lines, start=first_row - 1):
        written = sheet.table.get(row, {})
        for column, (value, look) in enumerate(zip(line.cells, line.formats, strict=True)):
            if column not in written:
                write_cell(sheet, row, column, value, look)
        options = {"level": line.level, "hidden": True} if line.level else {}
        if line.height or options:
            sheet.set_row(row, line.height, None, options)


def write_cell(
    sheet: "Worksheet", row: int, column: int, value: Content, look: "Format | None"
) -> None:
    """Writes one cell by what it holds; row and column from 0."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, Formula):
        sheet.write_formula(row, column, f"={value.text}", look, value.result)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "Có" if value else "Không", look)
    elif isinstance(value, str):
        sheet.write_string(row, column, clean(value), look)
    elif isinstance(value, dt.datetime):
        sheet.write_number(row, column, moment_number(value), look)
    elif isinstance(value, dt.date):
        sheet.write_number(row, column, day_number(value), look)
    else:
        sheet.write_number(row, column, value, look)


@cache
def works() -> bool:
    """Whether XlsxWriter still has the names this stands on and both ways give the same XML."""
    return _probe(fast=True) == _probe(fast=False)


def _probe(*, fast: bool) -> bytes | None:
    """The rows of a small sheet as written one way; None when a name is missing."""
    import zipfile

    from xlsxwriter import Workbook

    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True})
    look = book.add_format({"bold": True})
    sheet = book.add_worksheet("A", fast_sheet())
    sheet.write_string(0, 0, "đầu")
    values: tuple[Content, ...] = ("ô & <b>", 1, 0.5, None, dt.date(2022, 3, 14))
    line = Line((*values, Formula("1+1", 2), True), (look,) * 7)
    try:
        put_stream(sheet, Stream(2, 1, 7, (line,)), fast=fast)
        book.close()
    except (AttributeError, TypeError):  # a private name was renamed or changed its arguments
        return None
    with zipfile.ZipFile(target) as package:
        found = _SHEET_DATA.search(package.read("xl/worksheets/sheet1.xml"))
        texts = package.read("xl/sharedStrings.xml")
    return _SPANS.sub(b"", found[0]) + _COUNT.sub(b"", texts) if found else None


def put_stream(sheet: "Worksheet", stream: Stream, *, fast: bool) -> None:
    """Gives a sheet a block, to be written fast or cell by cell; blocks come from top to bottom."""
    if not fast:
        write_plainly(sheet, stream.first_row, stream.lines)
        return
    last = stream.first_row + stream.height - 2
    sheet.streams = (*sheet.streams, stream)
    sheet.dim_rowmax = max(sheet.dim_rowmax or 0, last)
    sheet.dim_rowmin = min(last if sheet.dim_rowmin is None else sheet.dim_rowmin, last)
    sheet.dim_colmax = max(sheet.dim_colmax or 0, stream.width - 1)


def add_table(
    sheet: "Worksheet", first_row: int, last_row: int, columns: Sequence[dict[str, Any]], name: str
) -> None:
    """Makes an Excel table of a heading row with what stands below it; rows from 1.

    XlsxWriter remembers every cell of a table; of a long one only its first row is shown to it.
    """
    last_column = len(columns) - 1
    short = first_row if works() and last_row > first_row else last_row - 1
    options = {"columns": columns, "style": None, "name": name}
    sheet.add_table(first_row - 1, 0, short, last_column, options)
    if short < last_row - 1:
        whole = f"A{first_row}:{column_letters(last_column + 1)}{last_row}"
        sheet.tables[-1].update(range=whole, a_range=whole, autofilter=whole)
