"""A worksheet with chunks of rows among its own, many times faster than cell by cell.

It stands on private names of XlsxWriter (``_write_rows``, ``_get_xf_index``, ``fh``, the bounds of
a sheet): ``works`` tries them once, and who finds them changed writes cell by cell.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kskt_excel.excel.tracker.chunks import packed
from kskt_excel.excel.tracker.grid import Content, Formula
from kskt_excel.excel.tracker.plain import Line, write_lines
from kskt_excel.excel.tracker.row_xml import RowXml
from kskt_excel.excel.tracker.splice import mark, spliced
from kskt_excel.model.cells import column_letters

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_SPANS: Final = re.compile(rb' spans="[^"]*"')
_SHEET_DATA: Final = re.compile(rb"<sheetData>.*</sheetData>", re.DOTALL)


class Insert(NamedTuple):
    """A chunk's place on a sheet: its first row, from 1, its size, its number in the package."""

    first_row: int
    height: int
    width: int
    number: int


@cache
def fast_sheet() -> "type[Worksheet]":
    """The class of such a worksheet; made when first needed, XlsxWriter is a heavy import."""
    from xlsxwriter.worksheet import Worksheet

    class FastSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
        """A worksheet with marks for chunks between the rows that it writes itself."""

        inserts: tuple[Insert, ...] = ()

        def _write_rows(self) -> None:
            if not self.inserts:
                super()._write_rows()
                return
            sheet: Any = self
            first, last = sheet.dim_rowmin, sheet.dim_rowmax
            row = first
            for one in self.inserts:
                self._write_between(row, one.first_row - 2)
                sheet.fh.write(mark(one.number))
                row = one.first_row + one.height - 1
            self._write_between(row, last)
            sheet.dim_rowmin, sheet.dim_rowmax = first, last

        def _write_between(self, first: int, last: int) -> None:
            sheet: Any = self
            if first <= last:
                sheet.dim_rowmin, sheet.dim_rowmax = first, last
                super()._write_rows()

    return FastSheet


def insert(sheet: "Worksheet", one: Insert) -> None:
    """Tells a sheet where a chunk belongs; chunks come from top to bottom."""
    first, last = one.first_row - 1, one.first_row + one.height - 2
    sheet.inserts = (*sheet.inserts, one)
    sheet.dim_rowmin = min(first if sheet.dim_rowmin is None else sheet.dim_rowmin, first)
    sheet.dim_rowmax = max(sheet.dim_rowmax or 0, last)
    sheet.dim_colmin, sheet.dim_colmax = 0, max(sheet.dim_colmax or 0, one.width - 1)


def style_numbers(formats: "Sequence[Format]") -> list[int]:
    """The numbers of formats in the workbook; those asked for first have the lowest."""
    return [one._get_xf_index() for one in formats]  # noqa: SLF001  # above


@cache
def works() -> bool:
    """Whether XlsxWriter still has the names this stands on and both ways give the same XML."""
    return _probe(fast=True) == _probe(fast=False)


def _probe(*, fast: bool) -> bytes | None:
    """The rows of a small sheet as written one way; None when a name is missing."""
    from xlsxwriter import Workbook

    target = io.BytesIO()
    # rows as they come: then XlsxWriter writes texts into the cells as well
    book = Workbook(target, {"in_memory": True} if fast else {"constant_memory": True})
    look = book.add_format({"bold": True})
    sheet = book.add_worksheet("A", fast_sheet() if fast else None)
    values: tuple[Content, ...] = ("ô & <b>", " hai ", 1, 0.5, None, dt.date(2022, 3, 14))
    cells = (*values, Formula("1+1", 2), Formula('"a"', "a"), True)
    chunks = []
    try:
        sheet.write_number(0, 0, 1)
        if fast:
            xml = RowXml(style_numbers([look] * len(cells)), 1)
            chunks.append(packed(xml.rows(2, [[one] for one in cells], [21.0])))
            insert(sheet, Insert(2, 1, len(cells), 0))
        else:
            write_lines(sheet, 2, [Line(cells, [look] * len(cells), 1, 21.0)])
        sheet.write_number(2, 0, 3)
        book.close()
    except (AttributeError, TypeError):  # a private name was renamed or changed its arguments
        return None
    with zipfile.ZipFile(io.BytesIO(spliced(target.getvalue(), [*chunks]).data)) as package:
        found = _SHEET_DATA.search(package.read("xl/worksheets/sheet1.xml"))
    return _SPANS.sub(b"", found[0]) if found else None


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
